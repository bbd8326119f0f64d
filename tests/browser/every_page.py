"""Every page there is, as the person it is for, on a desk, on a phone and on a very small one.

axe finds nothing, nothing is wider than the screen, there is one h1, and the browser's console stays silent (a
broken content security policy would speak there). With HOIAM_PICTURES=<folder> each page is kept as a picture.
``test_every_page_vi.py`` and ``test_every_page_en.py`` go through it, each with a house of its own. In the short
form axe looks at a page at one width in one language, chosen by its address; HOIAM_ALL=1 lets it look everywhere.
The pages of a desk are looked at in ``PARTS``, by their addresses too; ``./test`` takes one part in four.
"""

import os
import re
from importlib import import_module
from itertools import chain
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage

from feedback.web.guards import access_of
from tests.browser.conftest import House
from tests.browser.people import Visitor
from tests.browser.places_walk import Place
from tests.fixtures.short_form import ALL, one_of

PLUMBING = {"static", "font_file", "health.livez", "health.healthz", "desk.home"}
DOWNLOADS = {"public.own_file", "public.own_letter", "desk.case_file", "desk.letter_file", "desk.apology_file",
             "open_data.file", "open_data.checksums", "public.numbers_csv"}
"""Saved as files, not shown as pages."""
FOR_PROGRAMS = ("api.", "maps.", "open311.", "public.register_feed", "public.case_feed")
"""How endpoints begin that answer programs: nothing to look at."""
WITHOUT_A_PAGE_HERE = {"public.receipt", "public.tracked_case", "public.object_to", "public.withdraw",
                       "public.register_case", "publication.draft", "public.receipt_pdf", "public.own_identity"}
"""Looked at by the journeys, which have a receipt, a key and a published case in their hands."""


PARTS = range(4)
"""A page belongs to one of them."""
DESKS = sorted(path.stem for path in Path(__file__).parent.glob("places_*.py"))


def all_places(house: House) -> dict[str, list[Place]]:
    """All pages, from every ``places_<desk>.py`` beside this file: each has ``places(house)``."""
    return {name: import_module(f"tests.browser.{name}").places(house) for name in DESKS}


def forgotten(house: House, places: dict[str, list[Place]]) -> set[str]:
    """Endpoints of pages that no ``places_<desk>.py`` names."""
    with house.app.test_request_context():
        adapter = house.app.create_url_adapter(None) or house.app.url_map.bind("localhost")
        seen = set()
        for place in chain(*places.values()):
            path = place.path.partition("?")[0]
            if adapter.test(path, "GET"):
                seen.add(adapter.match(path, "GET")[0])
    pages = {rule.endpoint for rule in house.app.url_map.iter_rules()
             if "GET" in (rule.methods or ()) and access_of(house.app, rule.endpoint) is not None}
    data = {endpoint for endpoint in pages if endpoint.startswith(FOR_PROGRAMS)}
    return pages - PLUMBING - DOWNLOADS - WITHOUT_A_PAGE_HERE - data - seen


def looks(path: str, *, language: str, screens: dict[int, bool]) -> dict[int, bool]:
    """The screens on which this page is looked at (width in pixels: whether axe looks too): every width in
    Vietnamese, and in English the pages that axe did not see there."""
    if ALL:
        return screens
    turn = one_of(_steady(path), 4)
    with_axe = [width for width, axe in screens.items() if axe]
    if language == "en":
        return dict.fromkeys(with_axe, True) if turn == 3 else {}
    return {width: axe and width == with_axe[turn % len(with_axe)] and turn != 3 for width, axe in screens.items()}


def part_of(path: str) -> int:
    """The part of ``PARTS`` in which this page is looked at."""
    return one_of(f"part of {_steady(path)}", len(PARTS))


def _steady(path: str) -> str:
    """An address without the numbers of rows and cases, which differ in each run."""
    return re.sub(r"[A-Z0-9]*\d[A-Z0-9-]*", "*", path)


def faults_of(house: House, places: list[Place], browser: Browser, signed_in: dict[int | None, dict], *,
              language: str, screens: dict[int, bool]) -> list[str]:
    """What is wrong with these pages on each of the ``screens`` (width in pixels: whether axe looks too). A page
    is fetched once, at the first width, and then narrowed, as happens to somebody who turns a phone."""
    faults: list[str] = []
    first = next(iter(screens))
    todo = [(place, wanted) for place in places
            if (wanted := looks(place.path, language=language, screens=screens))]
    for who in dict.fromkeys(place.who for place, _ in todo):
        context = browser.new_context(
            viewport={"width": first, "height": 900}, locale="vi-VN", base_url=house.url,
            storage_state=signed_in.get(who and who.id))
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(_complaint(message)))
        visitor = Visitor(page, "/en" if language == "en" else "", house.app)
        if who is not None and who.id not in signed_in:
            visitor.signs_in(who)
            signed_in[who.id] = context.storage_state()
        for place, wanted in todo:
            if place.who == who:
                said.clear()
                page.set_viewport_size({"width": first, "height": 900})
                page.goto(visitor.root + place.path)
                for width, with_axe in wanted.items():
                    page.set_viewport_size({"width": width, "height": 900})
                    found = [*_looked_over(page, language, with_axe=with_axe), *filter(None, said)]
                    faults += [f"{visitor.root}{place.path} at {width}: {fault}" for fault in found]
                    _keep_picture(page, f"{language}-{width}-{who.name if who else 'all'}{place.path}")
        context.close()
    return faults


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
    # A page that answers 403, 404 or 410 says so in the console by itself; everything else is ours to mend.
    ours = message.type in ("error", "warning") and "status of 4" not in message.text
    return f"console: {message.text}" if ours else ""


def _keep_picture(page, name: str) -> None:
    if folder := os.environ.get("HOIAM_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / (re.sub(r"[^\w-]+", "_", name) + ".png")), full_page=True)

