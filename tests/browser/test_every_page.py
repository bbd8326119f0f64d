"""Every page there is, as the person it is for, in both languages, on a desk and on a phone.

axe finds nothing, nothing is wider than the screen, there is one h1, and the browser's console stays silent (a
broken content security policy would speak there). With HOIAM_PICTURES=<folder> each page is kept as a picture.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage

from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.services import lifecycle
from feedback.web.guards import access_of
from tests import factories
from tests.browser.conftest import House
from tests.browser.people import Visitor
from tests.factories import Member, actor_of, case_of, walk
from tests.services.test_answers import VAGUE

PLUMBING = {"static", "font_file", "health.livez", "health.healthz", "desk.home"}
WITHOUT_A_PAGE_HERE = {"public.receipt", "public.tracked_case", "public.object_to", "public.withdraw",
                       "public.register_case", "publication.draft"}
"""Looked at by the journeys, which have a receipt, a key and a published case in their hands."""


@dataclass(frozen=True)
class Place:
    """A page, and who opens it (None: anybody)."""

    path: str
    who: Member | None


@pytest.fixture(scope="module")
def places(house: House) -> list[Place]:
    """All pages, with a case in the state that each one needs."""
    cast, hands = house.cast, house.cast.hands
    with house.app.app_context(), writing():
        references = {"submitted": factories.complaint().reference}
        for name, action in (("accepted", Action.ACCEPT), ("assigned", Action.ASSIGN), ("taken", Action.TAKE),
                             ("approval", Action.PROPOSE_ANSWER), ("gate", Action.APPROVE),
                             ("answered", Action.RELEASE)):
            receipt = factories.complaint()
            walk(receipt, action, hands=hands, text=VAGUE if name == "gate" else factories.GOOD_ANSWER)
            references[name] = receipt.reference
        proposed = factories.complaint()
        lifecycle.propose(case_of(proposed), Action.REFUSE, actor=actor_of(cast.intake), why="Trùng hồ sơ khác.")
        references["proposed"] = proposed.reference
    return [
        *(Place(path, None) for path in (
            "/", "/about", "/contact", "/statistics", "/complain", "/track", "/register", "/register?q=dat+dai",
            "/sign-in", "/trial/components", "/trial/mailbox", "/no-such-page")),
        *(Place(path, cast.intake) for path in (
            "/desk/intake", "/account/sessions", "/account/password", f"/desk/cases/{references['submitted']}",
            f"/desk/cases/{references['submitted']}/accept", f"/desk/cases/{references['submitted']}/merge",
            f"/desk/cases/{references['accepted']}/assign",
            f"/desk/cases/{references['submitted']}/forward_outside")),
        Place(f"/desk/cases/{references['proposed']}", cast.second_intake),
        Place(f"/desk/cases/{references['proposed']}/proposal", cast.second_intake),
        *(Place(path, cast.chi) for path in (
            "/desk/inbox", "/desk/inbox?show=mine", f"/desk/cases/{references['assigned']}",
            f"/desk/cases/{references['taken']}/answer", f"/desk/cases/{references['answered']}")),
        *(Place(path, cast.chi_head) for path in (
            f"/desk/cases/{references['approval']}", f"/desk/cases/{references['approval']}/send_back",
            f"/desk/cases/{references['assigned']}/allot")),
        *(Place(path, cast.ha) for path in (
            "/supervision/gate", "/supervision/", "/supervision/?show=all",
            f"/supervision/cases/{references['gate']}/answer", f"/desk/cases/{references['gate']}",
            f"/desk/cases/{references['assigned']}/transfer", "/admin/calendar", "/admin/calendar?year=2031")),
        *(Place(path, cast.publisher) for path in (
            "/desk/publication", "/desk/publication?status=published", "/desk/publication/batch")),
        *(Place(path, cast.quan) for path in ("/admin/people", "/admin/agencies", "/desk/cases/AAAA-AAAA")),
        Place("/admin/audit", cast.auditor),
    ]


def test_no_page_is_forgotten(house: House, places: list[Place]):
    with house.app.test_request_context():
        adapter = house.app.create_url_adapter(None) or house.app.url_map.bind("localhost")
        seen = set()
        for place in places:
            path = place.path.partition("?")[0]
            if adapter.test(path, "GET"):
                seen.add(adapter.match(path, "GET")[0])
    pages = {rule.endpoint for rule in house.app.url_map.iter_rules()
             if "GET" in (rule.methods or ()) and access_of(house.app, rule.endpoint) is not None}
    assert pages - PLUMBING - WITHOUT_A_PAGE_HERE <= seen


@pytest.fixture(scope="module")
def signed_in(house: House, browser: Browser) -> Iterator[dict[int | None, dict]]:
    """The cookies of everybody, so that each person signs in once."""
    states: dict[int | None, dict] = {}
    yield states
    states.clear()


@pytest.mark.parametrize(("language", "width", "with_axe"), [
    ("vi", 1280, True), ("vi", 380, True), ("en", 380, True), ("en", 1280, False), ("vi", 320, False)])
def test_every_page_stands_on_every_screen(house: House, places: list[Place], browser: Browser, signed_in,
                                           language: str, width: int, with_axe: bool):
    faults: list[str] = []
    for who in dict.fromkeys(place.who for place in places):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="vi-VN", base_url=house.url,
            storage_state=signed_in.get(who and who.id))
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(_complaint(message)))
        visitor = Visitor(page, "/en" if language == "en" else "")
        if who is not None and who.id not in signed_in:
            visitor.signs_in(who)
            signed_in[who.id] = context.storage_state()
        for place in places:
            if place.who == who:
                said.clear()
                page.goto(visitor.root + place.path)
                found = [*_looked_over(page, language, with_axe=with_axe), *filter(None, said)]
                faults += [f"{visitor.root}{place.path} at {width}: {fault}" for fault in found]
                _keep_picture(page, f"{language}-{width}-{who.name if who else 'all'}{place.path}")
        context.close()
    assert not faults, "\n".join(faults)


def _looked_over(page, language: str, *, with_axe: bool) -> list[str]:
    found = []
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("is wider than the screen")
    if page.locator("h1").count() != 1:
        found.append("has not one h1")
    if page.locator("html").get_attribute("lang") != language:
        found.append("says another language")
    if "None" in re.findall(r"\bNone\b", page.locator("body").inner_text()):
        found.append("says None")
    if with_axe:
        results = Axe().run(page)
        found += [f"axe: {v['id']} {v['nodes'][0]['html'][:120]}" for v in results.response["violations"]]
    return found


def _complaint(message: ConsoleMessage) -> str:
    # A page that answers 403 or 404 says so in the console by itself; everything else is ours to mend.
    ours = message.type in ("error", "warning") and "status of 40" not in message.text
    return f"console: {message.text}" if ours else ""


def _keep_picture(page, name: str) -> None:
    if folder := os.environ.get("HOIAM_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / (re.sub(r"[^\w-]+", "_", name) + ".png")), full_page=True)

