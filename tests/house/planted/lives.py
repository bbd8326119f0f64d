"""Whole lives of complaints, through the pages, with planted values wherever somebody types, and with failures."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.adapters import bounce_reports
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.services import bounces, cases, mailing
from tests import factories
from tests.engines.smtp import Sink
from tests.factories import Member
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client, Reply
from tests.house.planted import papers
from tests.house.planted.secrets import BOTH, GONE, SAID, WHO
from tests.services.test_bounces import report
from tests.web import complaining
from tests.web.test_answer import GOOD
from tests.web.test_files import send, upload

KEY = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}")
COPY = "Ngày 3/11/2026 người gửi nộp hồ sơ xin giấy phép xây dựng và bị đòi thêm bản sao hộ khẩu."
COPIED = ("Vì sao phải nộp thêm bản sao hộ khẩu?", "Hồ sơ bao giờ có kết quả?")
ENGLISH = ("On 3 November 2026 we filed our permit papers at the counter. Why did the office ask for a second "
           "copy? When will the permit be ready? It happened {pier}.")


@dataclass
class Lives:
    """What the test knows: everybody's browser, and the cases by a word that says whose."""

    app: Flask
    cast: Cast
    post: Sink
    new_client: Callable[[], Client]
    sign_in: Callable[[Member], Client]
    staff: dict[str, Member] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    shown: list[tuple[str, str, Reply]] = field(default_factory=list)
    """Replies to deeds of people at agencies, to be looked through like the pages: who, what, the reply."""

    def of(self, who: str) -> Client:
        """The browser of one of the staff, signed in once."""
        if who not in self.browsers:
            self.browsers[who] = self.sign_in(self.staff[who])
            self.browsers[who].looks = False
        return self.browsers[who]

    def at(self, case: str, page: str = "") -> str:
        """The address of a case's page at the desk."""
        return f"/desk/cases/{self.references[case]}" + (f"/{page}" if page else "")

    def deed(self, who: str, path: str, *, field: str = "", action: str = "",
             status: int | tuple[int, ...] = (302, 303), **fields: object) -> Reply:
        """Open a page as one of the staff, fill in its form and send it; the reply is looked through later."""
        browser = self.of(who)
        reply = browser.submit(browser.get(path), field=field, action=action, status=status, **fields)
        self.shown.append((who, path, reply))
        return reply

    def sender(self, case: str) -> Client:
        """The sender's browser, on the page of their case."""
        own = self.new_client()
        own.looks = False
        own.submit(own.get("/track"), field="key", key=self.keys[case])
        return own

    def came(self, case: str, receipt: Reply) -> None:
        """Remember a receipt."""
        found = KEY.search(receipt.text)
        assert found, receipt.text
        self.keys[case] = found.group()
        with self.app.app_context():
            row = db.session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
            self.references[case] = row.reference
            db.session.rollback()

    def mails_go(self) -> None:
        """The mail worker does what is owed."""
        with self.app.app_context():
            mailing.deliver_owed()
            db.session.remove()


def hire(lives: Lives) -> None:
    """Everybody of whom the test speaks, by role."""
    cast = lives.cast
    with lives.app.app_context(), writing():
        more = {
            "colleague": factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building),
            "deputy": factories.member("Trần Phó Giám", Role.OFFICER, agency_id=cast.building),
            "head_above": factories.member("Chu Văn Trên", Role.AGENCY_HEAD, agency_id=cast.office)}
    lives.staff = {
        "officer": cast.chi, "other_officer": cast.dung, "head": cast.chi_head, "other_head": cast.dung_head,
        "coordinator": cast.ha, "administrator": cast.quan, "intake": cast.intake,
        "second_intake": cast.second_intake, "publisher": cast.publisher,
        "second_publisher": cast.second_publisher,
        "leader": cast.leader, "auditor": cast.auditor, "restricted": cast.restricted, **more}
    today = clock.today().isoformat()
    lives.deed("head", "/desk/deputy", field="person", person=str(more["deputy"].id), from_on=today,
               to_on=today)


def told_as_a_story() -> str:
    """Everything that a sender says of themselves and others in their own words."""
    return complaining.STORY + " " + " · ".join(SAID[name] for name in (
        "house", "relative", "relative in capitals", "relative without accents", "story phone",
        "story phone with dots", "story phone from abroad", "story e-mail", "identity card", "plate", "account"))


def the_web(lives: Lives) -> None:
    """Several people, in confidence, with papers; asked by intake; answered, refused by them, answered again."""
    own = lives.new_client()
    own.looks = False
    page = complaining.to(own, "files", narrative=told_as_a_story(), urgent="yes", hindrance=SAID["hindrance"],
                          dossier_number=SAID["dossier"],
                          **{"points-0": f"Vì sao còn đòi giấy của {SAID['land']}?"})
    for data, name in ((papers.jpeg(), WHO["jpeg name"] + ".jpg"), (papers.pdf(), WHO["pdf name"] + ".pdf"),
                       (papers.docx(), WHO["docx name"] + ".docx")):
        page = upload(own, page, data, name)
        assert "đã nhận" in page.text
    send(own, "/complain/files", page.page.form(action="/complain/files").values, papers.refused(),
         WHO["refused name"] + ".jpg", status=(303, 422))
    values = {"sender": "several", "name": WHO["web name"], "phone": WHO["web phone"], "email": WHO["web e-mail"],
              "address": WHO["web address"], "signers": f"{WHO['second signer']}\n{WHO['third signer']}"}
    page = own.get("/complain?draft=open")
    lives.came("web", _on_to_the_receipt(own, page, values))
    lives.deed("intake", lives.at("web", "ask_submitter"), field="what_1", what_1="Số hồ sơ trên giấy hẹn",
               because_1="Để tìm hồ sơ")
    sender = lives.sender("web")
    sender.submit(sender.get("/track/case"), action="/supplement", text=SAID["supplement for intake"])
    accepted(lives, "web", shared=True)
    answered(lives, "web")
    sender = lives.sender("web")
    sender.submit(sender.get("/track/case"), action="/close")


def _on_to_the_receipt(own: Client, page: Reply, values: dict[str, str]) -> Reply:
    while complaining.step_of(page) != "check":
        names = page.page.form(action=complaining.FORM)
        asked = {name: value for name, value in values.items()
                 if any(e.get("name") == name and e.get("type") != "hidden" for e in names.element.walk())}
        page = complaining.onward(own, page, **asked)
    return own.submit(page, action=complaining.FORM, go="send")


def accepted(lives: Lives, case: str, *, shared: bool = False, **more: str) -> None:
    """Intake hides everything by hand and gives the case to Chi's agency; a colleague comes too late."""
    late = lives.of("second_intake").get(lives.at(case, "accept"))
    page = lives.of("intake").get(lives.at(case, "accept"))
    form = page.page.form(field="masked")
    names = sorted(name for name in form.names if name.startswith("point_"))
    points = {name: COPIED[n % 2] for n, name in enumerate(names)}
    ticked = [e.get("value") for e in form.element.walk() if e.get("name") == "shared"] if shared else []
    given = {"masked": COPY, "agency": str(lives.cast.building), **points, **more}
    if ticked:
        given["shared"] = ticked
    lives.of("intake").submit(page, field="masked", **given)
    lives.shown.append(("second_intake", "too late", lives.of("second_intake").submit(
        late, field="masked", status=409, **given)))
    lives.deed("officer", lives.at(case, "take"), field="version")


def answered(lives: Lives, case: str, *, officer: str = "officer") -> None:
    """An answer through all hands; the officer's second window is stale, the head's first word is no."""
    path = lives.at(case, "answer")
    old = lives.of(officer).get(path)
    good = {name: text for name, text in GOOD.items() if not name.startswith("point_") or name in old.page.form(
        field="seen").names}
    lives.deed(officer, path, field="seen", do="save", **{**good, "found": "Đã kiểm tra."})
    lives.shown.append((officer, "stale", lives.of(officer).submit(
        old, field="seen", do="save", status=(303, 409, 422), follow=False, **good)))
    lives.deed(officer, path, field="seen", status=(200, 303), do="check", **good)
    held = lives.deed(officer, path, field="seen", status=(200, 303, 422), do="propose", **good)
    if held.status == 422:
        lives.shown.append((officer, path, lives.of(officer).submit(
            held, field="override", do="propose", override="Đã đối chiếu hồ sơ.")))
    late = lives.of("deputy").get(lives.at(case, "approve"))
    lives.deed("head", lives.at(case, "approve"), action="approve")
    lives.shown.append(("deputy", "too late", lives.of("deputy").submit(late, action="approve", status=409)))
    lives.deed("coordinator", f"/supervision/cases/{lives.references[case]}/answer", field="decision",
               decision="release")


def the_firm(lives: Lives) -> None:
    """A firm, in English; the officer asks, the answer is objected to by name, somebody else reads it again."""
    own = lives.new_client()
    own.looks = False
    english = own.in_english()
    english.looks = False
    lives.came("firm", complaining.send(
        english, narrative=ENGLISH.format(pier=SAID["pier"]), sender="firm", firm_name=BOTH["firm name"],
        tax_code=WHO["tax code"], representative=BOTH["representative"], position=WHO["position"],
        phone=BOTH["firm phone"], email=WHO["firm e-mail"]))
    accepted(lives, "firm", translated="Doanh nghiệp hỏi vì sao phải nộp hai bản và bao giờ có giấy phép.")
    lives.deed("officer", lives.at("firm", "ask_submitter"), field="why", why="Số biên nhận ở góc trên giấy hẹn")
    sender = lives.sender("firm")
    sender.submit(sender.get("/track/case"), action="/supplement",
                  text=f"The number is 12. Regards, {BOTH['representative']}, {BOTH['firm name']}, 0908.771.234")
    answered(lives, "firm")
    sender = lives.sender("firm")
    sender.submit(sender.get("/track/case/object"), field="why",
                  why=f"I, {BOTH['representative'].upper()} of {BOTH['firm name']}, do not agree; "
                      "call 0908 771 234.")
    lives.deed("head", lives.at("firm", "allot"), field="officer", officer=str(lives.staff["colleague"].id))
    answered(lives, "firm", officer="colleague")


def the_others(lives: Lives) -> None:
    """On behalf of somebody, withdrawn; by telephone; named and asked for; a denunciation."""
    own = lives.new_client()
    own.looks = False
    lives.came("behalf", complaining.send(
        own, sender="behalf", name=WHO["behalf sender"], behalf_name=WHO["behalf person"],
        relation=WHO["behalf relation"], email=WHO["behalf e-mail"]))
    accepted(lives, "behalf")
    sender = lives.sender("behalf")
    sender.submit(sender.get("/track/case/withdraw"), field="why", pressed="yes", why=SAID["withdrawal"])

    call = {"channel": "phone", "narrative": f"Bác gọi: {SAID['call']}, chờ giấy chứng tử.",
            "points-0": "Bao giờ có?", "mode": "confidential", "name": WHO["caller name"],
            "phone": WHO["caller phone"],
            "address": WHO["caller address"], "read_back": "y"}
    page = lives.of("intake").get("/desk/entry")
    left = lives.of("intake").submit(page, field="narrative", status=422, **{
        **call, "narrative": GONE["never entered"], "read_back": None})
    assert left.status == 422
    lives.came("call", lives.of("intake").submit(page, field="narrative", status=200, **call))
    accepted(lives, "call")
    answered(lives, "call")
    lives.deed("intake", lives.at("call", "letter"), field="number", number="123/VP", signatory="CHÁNH VĂN PHÒNG",
               dated_on=clock.today().isoformat())

    named = lives.new_client()
    named.looks = False
    lives.came("named", complaining.send(
        named, mode="named", name=WHO["named sender"], phone=WHO["named phone"], email=WHO["named e-mail"]))
    accepted(lives, "named")
    lives.deed("officer", lives.at("named", "identity"), field="why", why="Cần số nhà để kiểm tra.")

    secret = lives.new_client()
    secret.looks = False
    lives.came("denunciation", complaining.send(
        secret, narrative=f"{complaining.STORY} Họ gợi ý {SAID['denunciation']}.", category="unofficial_cost",
        name=WHO["denouncer"], phone=WHO["denouncer phone"]))


def what_fails(lives: Lives, broken: pytest.MonkeyPatch) -> None:
    """A draft that is left, a form that meets a broken service, mail that comes back, a lost key, a search."""
    left = lives.new_client()
    left.looks = False
    complaining.to(left, "check", narrative=GONE["draft story"] + ". " + complaining.STORY,
                   name=GONE["draft name"], email=GONE["draft e-mail"])
    unlucky = lives.new_client()
    unlucky.looks = False
    page = complaining.to(unlucky, "check", narrative=GONE["broken story"] + ". " + complaining.STORY,
                          name=GONE["broken name"], phone=GONE["broken phone"])

    def breaks(complaint: object, **_more: object) -> None:
        raise RuntimeError(f"cannot keep {complaint!r}")

    with broken.context() as patch:
        patch.setattr(cases, "submit", breaks)
        unlucky.submit(page, action=complaining.FORM, go="send", status=500)
    lives.mails_go()
    to_sender = next(m for m in lives.post.messages if str(m["To"]) == WHO["web e-mail"])
    returned = report(to_sender).replace(b"an@thu.example", WHO["web e-mail"].encode())
    found = bounce_reports.read(returned)
    assert found is not None
    with lives.app.app_context(), writing():
        assert bounces.record(found)
    lives.post.reject()
    lost = lives.new_client()
    lost.looks = False
    for email in (GONE["lost key e-mail"], WHO["behalf e-mail"]):
        lost.submit(lost.get("/track/lost"), action="/track/lost", reference=lives.references["behalf"],
                    email=email)
    lives.mails_go()
    lives.post.resume()
    for who in ("intake", "coordinator", "officer"):
        for name in ("searched phone", "searched name"):
            lives.of(who).submit(lives.of(who).get("/desk/search"), field="q", q=GONE[name], status=(200, 303))
    asked = lives.of("intake").get(lives.at("call", "new-key"))
    lives.of("intake").submit(asked, field="checked", do="ask", checked="Kể đúng cả hai điểm, giọng đã quen.")
    waiting = lives.of("second_intake").get(lives.at("call", "new-key"))
    lives.of("second_intake").submit(waiting, field="request", do="confirm")
    lives.mails_go()


def lived(lives: Lives, broken: pytest.MonkeyPatch) -> None:
    """All of it, and one case made public."""
    hire(lives)
    the_web(lives)
    the_firm(lives)
    the_others(lives)
    what_fails(lives, broken)
    with lives.app.app_context(), writing():
        case_id = db.session.scalars(select(Case.id).where(Case.reference == lives.references["web"])).one()
        factories.publish(factories.case_of(case_id), first=lives.cast.publisher,
                          second=lives.cast.second_publisher)
    lives.mails_go()
