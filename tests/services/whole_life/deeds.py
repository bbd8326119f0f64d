"""Every deed through the services, by the person whose deed it is. None of them asks the model anything."""

from datetime import date
from typing import Any

from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar import Unit
from feedback.domain.calendar_seed import DayKind, SeedDay
from feedback.domain.complaints import Complaint
from feedback.domain.kinds import CaseKind, Category, IdentityMode
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import SYSTEM
from feedback.domain.registers import fingerprint
from feedback.domain.time_changes import Ground
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Proposal
from feedback.models.extensions import Extension
from feedback.models.lateness import Explanation
from feedback.models.people import Person
from feedback.models.reader import TransferRequest
from feedback.services import (
    answers,
    apologies,
    asking,
    cases,
    citizen,
    commitments,
    complexity,
    contributions,
    endings,
    explanations,
    extensions,
    instructions,
    lifecycle,
    limits,
    reorganising,
    transfer_replies,
    transfer_requests,
    working_days,
)
from feedback.services.apologies import Sorry
from feedback.services.verdicts import NOTHING, Said
from feedback.simulation import words
from feedback.simulation.agencies import SORRY
from tests import factories
from tests.factories import said_of
from tests.services.whole_life.province import Province, vietnamese

WHY = "Hồ sơ giấy phép số 45 đã được trả lời ở tờ trình khác, xem bảng niêm yết quầy 3."
ORDER = "Trả giấy phép xây dựng cho người gửi và bỏ mục bản sao hộ khẩu khỏi bảng niêm yết ở quầy 3."
REPORT = "Ngày 17/11/2026 Sở đã trả giấy phép số 45/GPXD tại quầy 3 và bỏ mục hộ khẩu khỏi bảng niêm yết."


class Deeds:
    """What people do. Each takes ids and plain values, runs in a transaction of its own and raises what the house
    raises."""

    def __init__(self, province: Province) -> None:
        self.p = province

    def submit(self, number: int, nonce: str, *, urgent: bool) -> tuple[int, bool]:
        """Send a form; the case's id, and whether the form had come before."""
        settings = self.p.app.extensions["settings"]
        with self.p.writing():
            receipt = cases.submit(
                Complaint(narrative=f"{words.NARRATIVE} Giấy hẹn số {number}.", points=words.POINTS,
                          category=Category.EXTRA_PAPERS, urgent=urgent,
                          hindrance="Không xây được nhà trước mùa mưa." if urgent else "",
                          identity_mode=IdentityMode.CONFIDENTIAL,
                          identity={"name": "Trần Văn Thử", "email": f"gui-{number}@thu.example"}),
                nonce=nonce, secret=settings.secret_key, pepper=settings.pepper)
            return receipt.case_id, receipt.repeated

    def accept(self, case: int, by: int, *, kind: str = "behaviour", seen: int | None = None) -> None:
        self.p.act(case, lambda c: cases.accept(
            c, actor=self.p.actor(by), masked=c.narrative, kind=CaseKind(kind),
            masked_points={p.n: p.text for p in c.points}, category=Category(c.category), expected_version=seen))

    def ask(self, case: int, by: int, *, officer: bool) -> None:
        if officer:
            self.p.act(case, lambda c: asking.ask_for_details(
                c, actor=self.p.actor(by), what=words.QUESTION, override=words.OVERRIDE))
        else:
            self.p.act(case, lambda c: asking.ask(c, actor=self.p.actor(by), what=words.QUESTION))

    def supply(self, case: int, *, key_of: int | None = None) -> None:
        self.p.act(case, lambda c: citizen.supply(c, actor=self.p.sender(key_of or case), text=words.SUPPLIED))

    def propose(self, case: int, by: int, action: str, *, into: int | None = None) -> int:
        def deed(c: Case) -> int:
            if into is not None:
                return endings.propose_merge(c, factories.case_of(into), actor=self.p.actor(by), why=WHY).id
            return lifecycle.propose(c, Action(action), actor=self.p.actor(by), why=WHY).id
        return self.p.act(case, deed)

    def wish(self, case: int, *, pressed: bool, key_of: int | None = None) -> int:
        return self.p.act(case, lambda c: citizen.ask_to_withdraw(
            c, actor=self.p.sender(key_of or case), why=words.WITHDRAWN, pressed=pressed).id)

    def decide(self, case: int, by: int, number: int, *, agree: bool) -> None:
        def deed(c: Case) -> None:
            proposal = db.session.get_one(Proposal, number)
            if agree:
                endings.confirm(c, proposal, actor=self.p.actor(by))
            else:
                lifecycle.decline(c, proposal, actor=self.p.actor(by), why=words.DENIED)
        self.p.act(case, deed)

    def assign(self, case: int, by: int, agency: int, *, complex_: bool = False, seen: int | None = None) -> None:
        def deed(c: Case) -> None:
            if complex_:
                complexity.mark(c, why=words.LATE_BECAUSE, actor=self.p.actor(by))
            cases.assign(c, self.p.agency(agency), actor=self.p.actor(by), expected_version=seen)
        self.p.act(case, deed)

    def transfer(self, case: int, by: int, agency: int) -> None:
        self.p.act(case, lambda c: cases.transfer(
            c, self.p.agency(agency), actor=self.p.actor(by), why=words.GROUND))

    def ask_transfer(self, case: int, by: int, agency: int) -> int:
        return self.p.act(case, lambda c: transfer_requests.ask(
            c, to_agency_id=agency, ground=words.GROUND, actor=self.p.actor(by)).id)

    def reply_transfer(self, case: int, by: int, number: int, *, takes: bool) -> None:
        def deed(c: Case) -> None:
            request = db.session.get_one(TransferRequest, number)
            if takes:
                transfer_replies.accept(c, request, actor=self.p.actor(by))
            else:
                transfer_replies.refuse(c, request, actor=self.p.actor(by), why=words.GROUND)
        self.p.act(case, deed)

    def decide_transfer(self, case: int, by: int, number: int, *, grant: bool) -> None:
        def deed(c: Case) -> None:
            request = db.session.get_one(TransferRequest, number)
            if grant:
                transfer_requests.grant(c, request, actor=self.p.actor(by))
            else:
                transfer_requests.deny(c, request, actor=self.p.actor(by), why=words.DENIED)
        self.p.act(case, deed)

    def take(self, case: int, by: int, *, seen: int | None = None) -> None:
        self.p.act(case, lambda c: cases.take(c, actor=self.p.actor(by), expected_version=seen))

    def allot(self, case: int, by: int, officer: int) -> None:
        self.p.act(case, lambda c: cases.allot(c, db.session.get_one(Person, officer), actor=self.p.actor(by)))

    def ask_time(self, case: int, by: int, until: date) -> int:
        return self.p.act(case, lambda c: extensions.ask(
            c, ground=Ground.SITE_INSPECTION.value, reason=words.MORE_TIME, evidence=words.EVIDENCE, new_on=until,
            actor=self.p.actor(by)).id)

    def decide_time(self, case: int, by: int, number: int, *, grant: bool) -> None:
        def deed(c: Case) -> None:
            asked = db.session.get_one(Extension, number)
            if grant:
                extensions.grant(c, asked, actor=self.p.actor(by))
            else:
                extensions.deny(c, asked, actor=self.p.actor(by), why=words.DENIED)
        self.p.act(case, deed)

    def apologise(self, case: int, by: int, new_on: date) -> None:
        self.p.act(case, lambda c: apologies.early(
            c, Sorry(SORRY.cause, SORRY.reason, SORRY.text, new_on), actor=self.p.actor(by), signed=True))

    def answer(self, case: int, by: int, *, promised: date | None, sorry: bool) -> None:
        def deed(c: Case) -> None:
            text = words.answer(clock.today(), promised_on=promised)
            draft = answers.save_draft(c, text, actor=self.p.actor(by))
            if sorry:
                apologies.keep_draft(c, draft, SORRY, actor=self.p.actor(by))
            answers.submit_answer(c, actor=self.p.actor(by), override=words.OVERRIDE)
        self.p.act(case, deed)

    def send_back(self, case: int, by: int) -> None:
        self.p.act(case, lambda c: answers.send_back(c, actor=self.p.actor(by), why=words.SENT_BACK))

    def approve(self, case: int, by: int, *, sorry: bool) -> None:
        self.p.act(case, lambda c: answers.approve(
            c, actor=self.p.actor(by), statement=words.SIGNED, sorry=SORRY if sorry else None))

    def give_back(self, case: int, by: int) -> None:
        self.p.act(case, lambda c: answers.return_answer(
            c, actor=self.p.actor(by), why=words.RETURNED, codes=["generic"], said=opinion(c)))

    def release(self, case: int, by: int, *, sorry: bool) -> list[tuple[int, date]]:
        """Send the answer; the promises that are watched from now on."""
        def deed(c: Case) -> list[tuple[int, date]]:
            answers.release(c, actor=self.p.actor(by), said=opinion(c), sorry=SORRY if sorry else None)
            return [(one.id, one.promised_on) for one in commitments.asked.open_of(c)]
        return self.p.act(case, deed)

    def object_to(self, case: int, *, key_of: int | None = None) -> None:
        self.p.act(case, lambda c: citizen.object_to(c, actor=self.p.sender(key_of or case), why=words.OBJECTION))

    def close(self, case: int, *, key_of: int | None = None) -> None:
        self.p.act(case, lambda c: citizen.close(c, actor=self.p.sender(key_of or case)))

    def keep(self, case: int, by: int, number: int) -> None:
        self.p.act(case, lambda c: commitments.keep(
            c, number, actor=self.p.actor(by), text=words.KEPT.format(day=vietnamese(clock.today()))))

    def deny(self, case: int, number: int, *, key_of: int | None = None) -> None:
        self.p.act(case, lambda c: commitments.deny(c, number, actor=self.p.sender(key_of or case)))

    def ask_part(self, case: int, by: int, agency: int) -> int:
        return self.p.act(case, lambda c: contributions.ask(
            c, agency_id=agency, wanted=words.WANTED, actor=self.p.actor(by)).id)

    def give_part(self, by: int, number: int) -> None:
        with self.p.writing():
            contributions.give(number, text=words.GIVEN, actor=self.p.actor(by))

    def instruct(self, case: int, by: int, agency: int, due_on: date) -> int:
        return self.p.act(case, lambda c: instructions.issue(
            actor=self.p.actor(by), agency_id=agency, body=f"{ORDER} {secrets_of(c)}", due_on=due_on, case=c).id)

    def report(self, by: int, number: int) -> None:
        with self.p.writing():
            instructions.report(number, actor=self.p.actor(by), text=REPORT, anyway=words.OVERRIDE)

    def judge_report(self, by: int, number: int, *, accept: bool) -> None:
        with self.p.writing():
            if accept:
                instructions.accept(number, actor=self.p.actor(by))
            else:
                instructions.send_back(number, actor=self.p.actor(by), why=words.RETURNED)

    def explain(self, by: int, number: int) -> None:
        with self.p.writing():
            explanations.give(number, cause=SORRY.cause, happened=words.LATE_BECAUSE, prevents=words.PREVENTS,
                              actor=self.p.actor(by))

    def owed_explanation(self, case: int) -> list[tuple[int, int]]:
        """Explanations of this case that nobody gave: number and agency."""
        with self.p.there():
            return [(row.id, row.agency_id) for row in db.session.scalars(select(Explanation).where(
                Explanation.case_id == case, Explanation.given_at.is_(None)).order_by(Explanation.id))]

    def storm(self, day: date, *, off: bool) -> None:
        facts = SeedDay(day, DayKind.OFF, "Nghỉ tránh bão", "Storm", "Công điện thử nghiệm") if off else None
        with self.p.writing():
            working_days.change({day: facts}, note="Công điện thử nghiệm", actor=SYSTEM)

    def amend(self, key: str, amount: int, since: date) -> Any:
        """A new version of the limit for all cases; the row."""
        with self.p.writing():
            last = limits.newest(key)
            assert last is not None
            return limits.amend(key, amount=amount, unit=Unit(last.unit), legal_basis="Quyết định thử nghiệm",
                                valid_from=since, shown=last.version, actor=SYSTEM)

    def reorganise(self, agency: int, successor: int, last_day: date) -> None:
        with self.p.writing():
            row = db.session.get_one(Agency, agency)
            reorganising.close(agency, last_day=last_day, successor_id=successor, source="Nghị quyết thử nghiệm",
                               move_people=True, shown=fingerprint(reorganising.ending_of(row)), actor=SYSTEM)
        with self.p.writing():
            reorganising.move_open_cases(agency, actor=SYSTEM)


def opinion(case: Case) -> Said:
    """What the gate says of the newest answer, if there is one."""
    return said_of(case) if answers.newest(case) is not None else NOTHING


def secrets_of(case: Case) -> str:
    """Something that makes the order about this case another one than the last."""
    return f"Việc số {case.id}, lần {case.version}."
