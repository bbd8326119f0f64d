"""Every form of every desk, found by opening every page there is as the person it is for.

The pages are those that the browser tests look at (``tests/browser/places_*.py``): whoever adds a page adds it
there, so no form is forgotten here. What only somebody with a tracking key sees is added.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.publications import PublicationDraft
from feedback.services import asking, citizen, publication
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import Member, actor_of, case_of, walk
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client, Reply
from tests.fixtures.pages import Element, Form
from tests.house import access_ids
from tests.web import complaining

NUMBER = re.compile(r"(?<=[-_])\d+$")
PLAUSIBLE = {
    "email": "an.moi@thu.example", "phone": "0912 345 678", "tax_code": "0101248141", "number": "12/VP",
    "signatory": "CHÁNH VĂN PHÒNG", "name": "Lê Mẫu", "reference": "7K3M-Q9XW", "into": "7K3M-Q9XW",
    "code": "AAAA-AAAA", "firm_name": "Công ty Bến Mẫu", "representative": "Trần Bích", "q": "ho khau",
    "outside_code": "12/BCA", "back_dating_days": "3"}
"""What a person would write into a field of this name; other fields get a sentence."""
SCRIPTED = (("/desk/cases/<reference>/answer", "/autosave"), ("/complain", "/draft"))
SENTENCE = "Ngày 12/11/2026 tôi đã xem và thấy đủ giấy tờ."


@dataclass
class Found:
    """One form as somebody sees it: whose browser, which page, what it would send, filled in plausibly."""

    who: str
    rule: str
    path: str
    values: dict[str, list[str]]
    buttons: list[tuple[str, str]]
    kinds: dict[str, str]
    """All its fields: name and kind (hidden, text, textarea, select, radio, …)."""
    fields: dict[str, str] = field(default_factory=dict)
    """Those of them that are to be tried here."""


@dataclass
class People:
    """Browsers of everybody who has opened something, by a word that says who."""

    app: Flask
    new_client: Callable[[], Client]
    sign_in: Callable[[Member], Client]
    browsers: dict[str, Client] = field(default_factory=dict)

    def of(self, who: Member | None) -> tuple[str, Client]:
        """The browser of a member, or of nobody in particular."""
        name = who.email if who else "anybody"
        if name not in self.browsers:
            self.browsers[name] = self.sign_in(who) if who else self.new_client()
            self.browsers[name].looks = False
        return name, self.browsers[name]

    def holder_of(self, name: str, key: str) -> Client:
        """Somebody new who opened a case with its key."""
        own = self.browsers[name] = self.new_client()
        own.looks = False
        own.submit(own.get("/track"), field="key", key=key, follow=False)
        return own


def places(app: Flask, cast: Cast) -> list[Place]:
    """The pages of the browser tests, with cases in every state made on this database."""
    with app.app_context(), writing():
        procedure_id = factories.procedure("Cấp giấy chứng nhận quyền sử dụng đất")
        ours, answered = factories.complaint(identity={"email": "an@thu.example"}), factories.complaint()
        walk(answered, Action.RELEASE, hands=cast.hands)
        access_ids.furnish(cast, walk(ours, Action.TAKE, hands=cast.hands))
        public, waiting = factories.complaint(), factories.complaint()
        for receipt in (public, waiting):
            walk(receipt, Action.CLOSE, hands=cast.hands)
    with app.app_context(), writing():
        for receipt in (public, waiting):
            assert publication.draft_for(case_of(receipt)) is not None
        factories.publish(case_of(public), first=cast.publisher, second=cast.second_publisher)
    house = House(None, app, cast, procedure_id)  # type: ignore[arg-type]
    folder = Path(import_module("tests.browser.places_walk").__file__ or "").parent
    found = []
    for path in sorted(folder.glob("places_*.py")):
        if path.stem != "places_people":  # its guest is the one that access_ids has invited
            found += import_module(f"tests.browser.{path.stem}").places(house)
    chi = f"/admin/people/{cast.chi.id}"
    found += [Place(path, cast.quan) for path in (
        "/admin/people", "/admin/people/invite", chi, f"{chi}/edit", f"{chi}/handover")]
    found += [Place(path, cast.chi) for path in (
        "/account/sessions", "/account/password", "/account/second-step", "/account/second-step/set-up",
        "/account/second-step/codes")]
    with app.app_context():
        found += [Place(str(access_ids.value_of("<token>")).join(("/account/welcome/", "")), None)]
        guest = access_ids.value_of("<int:person_id>")
        drafts = list(db.session.scalars(select(PublicationDraft.id)))
        db.session.rollback()
    found += [Place(f"/admin/people/{guest}", cast.quan)]
    found += [Place(f"/desk/publication/{draft}", cast.publisher) for draft in drafts]
    found += [Place(path, cast.publisher) for path in ("/desk/publication", "/desk/publication/batch")]
    found += [Place(f"/desk/cases/{answered.reference}/letter", cast.intake),
              Place(f"/admin/people/{cast.chi.id}/handover?to={cast.chi_head.id}", cast.quan)]
    return found


def pages(app: Flask, cast: Cast, people: People) -> Iterator[tuple[str, str, Reply]]:
    """Whose browser, the path, and the page: all places, the steps of a complaint, and cases behind their key."""
    known, keyed = places(app, cast), list(_behind_keys(app, cast))
    for place in known:
        name, browser = people.of(place.who)
        yield name, place.path, browser.get(place.path, status=tuple(range(200, 600)))
    name, browser = people.of(None)
    for step in ("start", "what", "wrong", "procedure", "agency", "dossier", "urgent", "points", "files", "mode",
                 "who", "check"):
        yield name, "/complain", complaining.to(browser, step)
    for sender in ("behalf", "several", "firm"):
        page = complaining.to(browser, "mode")
        yield name, "/complain", complaining.onward(browser, page, sender=sender)
    for name, key in keyed:
        browser = people.holder_of(name, key)
        for path in ("/track/case", "/track/case/object", "/track/case/withdraw"):
            yield name, path, browser.get(path)


def _behind_keys(app: Flask, cast: Cast) -> Iterator[tuple[str, str]]:
    """Cases that their senders can do something with: whose, and the key."""
    with app.app_context(), writing():
        answered, asked, more, wish = (factories.complaint(identity={"email": "an@thu.example"}) for _ in range(4))
        walk(answered, Action.RELEASE, hands=cast.hands)
        asking.ask_for_details(case_of(asked), actor=actor_of(cast.intake), what="Số hồ sơ trên giấy hẹn")
        asking.ask_for_details(walk(more, Action.TAKE, hands=cast.hands), actor=actor_of(cast.chi),
                               what="Ảnh chụp giấy hẹn ngày 3/11/2026")
        walk(wish, Action.TAKE, hands=cast.hands)
        citizen.ask_to_withdraw(case_of(wish), actor=citizen.as_sender(wish.case_id), why="Đã xong.")
    for name, receipt in (("answered", answered), ("asked", asked), ("more", more), ("wish", wish)):
        yield f"holder of {name}", receipt.key


def forms_of(app: Flask, name: str, path: str, reply: Reply) -> Iterator[Found]:
    """The forms of a page, filled in."""
    if not reply.is_page:
        return
    adapter = app.url_map.bind("localhost")
    for form in reply.page.forms():
        address = urlsplit(urljoin(f"http://localhost{path}", form.action or path))
        where = address.path.removeprefix("/en") or "/"
        if form.method != "post" or not adapter.test(where, "POST"):
            continue
        rule = str(adapter.match(where, "POST", return_rule=True)[0].rule)
        query = f"?{address.query}" if address.query else ""
        found = kinds(form)
        yield Found(name, rule, where + query, filled(form), _buttons(form), found, dict(found))


def kinds(form: Form) -> dict[str, str]:
    """Every field somebody could send, by name, and of which kind it is. The token has tests of its own."""
    found = {}
    for part in form.element.walk():
        name = part.get("name")
        if name and name != "csrf_token" and part.tag in ("input", "select", "textarea", "button"):
            found[name] = part.get("type", "text") if part.tag == "input" else part.tag
    return {name: kind for name, kind in found.items() if kind != "file"}


def filled(form: Form) -> dict[str, list[str]]:
    """What the form would send when a person had filled in what is empty and chosen what has to be chosen."""
    values = {name: list(some) for name, some in form.values.items()}
    for part in form.element.walk():
        name, kind = part.get("name"), part.get("type", "text")
        if not name or "disabled" in part.attributes:
            continue
        if part.tag == "select" and not any(values.get(name, [])):
            values[name] = [o.get("value") for o in part.walk() if o.tag == "option" and o.get("value")][:1]
        elif part.tag == "input" and kind == "radio":
            values.setdefault(name, [part.get("value")])
        elif _is_written(part) and not any(values.get(name, [])):
            values[name] = [_words(part)]
    return values


def _is_written(part: Element) -> bool:
    unwritten = ("checkbox", "hidden", "file", "submit", "button", "radio")
    return part.tag == "textarea" or (part.tag == "input" and part.get("type", "text") not in unwritten)


def _words(part: Element) -> str:
    name, kind = NUMBER.sub("", part.get("name")), part.get("type", "text")
    if kind == "date":
        return clock.today().isoformat()
    if kind == "number":
        return part.get("min") or "1"
    if "password" in name or kind == "password":
        return factories.PASSWORD
    if name in ("website", "opened"):  # the trap for machines
        return ""
    return PLAUSIBLE.get(name, SENTENCE)[: int(part.get("maxlength") or 10_000)]


def _buttons(form: Form) -> list[tuple[str, str]]:
    found = [(part.get("name"), part.get("value")) for part in form.element.walk()
             if part.tag == "button" and part.get("name")]
    return found or [("", "")]


def every_form(app: Flask, cast: Cast, people: People) -> list[Found]:
    """All forms; each field of a route is tried once, where it is first met as this kind of field. A point is
    every point."""
    tried: set[tuple[str, str, str]] = set()
    found: list[Found] = []
    for name, path, reply in pages(app, cast, people):
        seen = list(forms_of(app, name, path, reply))
        # What a page's script sends while somebody writes is the same form to another address.
        seen += [replace(form, rule=form.rule + more, path=form.path.partition("?")[0] + more)
                 for form in seen for rule, more in SCRIPTED if form.rule == rule]
        for form in seen:
            fresh = {}
            for one, kind in form.fields.items():
                known = (form.rule, NUMBER.sub("N", one), kind)
                if known not in tried:
                    tried.add(known)
                    fresh[one] = kind
            form.fields = fresh
            if fresh:
                found.append(form)
    return found
