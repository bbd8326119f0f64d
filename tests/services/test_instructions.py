"""Instructions to an agency's head: given, reported, sent back, accepted, withdrawn, with a clock of their own."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.domain.conflicts import About
from feedback.domain.errors import BadInput, MoveNotAllowed, NotPermitted, OutOfReach, ReasonMissing, StaleEdit
from feedback.domain.instructions import fault
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.events import Event
from feedback.models.instructions import Instruction, InstructionEntry
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.queries import instructions as asked
from feedback.queries.instructions import Filter, Show, Standing
from feedback.services import conflicts, deputies, escalation, instructions, mailing
from feedback.services.instructions import EmptyReport
from tests import factories
from tests.engines.smtp import Sink
from tests.factories import Member, actor_of, case_of
from tests.fixtures.cast import Cast
from tests.fixtures.time import Clock

ORDER = "Trả giấy phép xây dựng cho người gửi và bỏ mục bản sao hộ khẩu khỏi bảng niêm yết ở quầy 3."
DONE = "Ngày 17/11/2026 Sở đã trả giấy phép số 45/GPXD tại quầy 3 và bỏ mục hộ khẩu khỏi bảng niêm yết."
DUE = date(2026, 11, 20)


@pytest.fixture
def inside(app: Flask, frozen: Clock) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.rollback()


def give(cast: Cast, case_id: int | None = None, *, by: Member | None = None, agency_id: int | None = None,
         due_on: date = DUE, body: str = ORDER) -> int:
    with writing():
        return instructions.issue(actor=actor_of(by or cast.ha), agency_id=agency_id or cast.building, body=body,
                                  due_on=due_on, case=case_of(case_id) if case_id else None).id


def tell(cast: Cast, number: int, text: str = DONE, *, by: Member | None = None, **more: str) -> None:
    with writing():
        instructions.report(number, actor=actor_of(by or cast.chi_head), text=text, **more)


def taken(cast: Cast) -> int:
    with writing():
        receipt = factories.complaint()
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt.case_id


def clock_of(number: int) -> Deadline:
    db.session.rollback()
    return db.session.scalars(select(Deadline).where(
        Deadline.kind == "instruction", Deadline.subject_id == number)).one()


def standing(cast: Cast, number: int) -> Standing:
    db.session.rollback()
    ha = actor_of(cast.ha)
    one = asked.one(asked.overseen(ha), ha, number)
    assert one is not None
    return one.standing


def mails(notice: str) -> list[int | None]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Outbox.person_id).where(Outbox.notice == notice)))


@pytest.mark.parametrize(("body", "code"), [
    ("", "missing"), ("Làm ngay.", "too_short"), ("x" * 4_001, "too_long"),
    ("Trả [[giấy tờ gì]] cho người gửi tại quầy số 3 của Sở.", "unfilled"),
    ("Đề nghị thủ trưởng cơ quan khẩn trương xem xét, giải quyết dứt điểm vụ việc theo đúng quy định.", "vague"),
    ("Yêu cầu Sở nghiêm túc thực hiện, tăng cường phối hợp với các đơn vị liên quan, kịp thời xử lý.", "vague"),
    ("Please urgently deal with this matter in accordance with the law and report back.", "vague"),
    (ORDER, None), ("Rà soát 12 hồ sơ trễ hạn, trả lời từng hồ sơ trước ngày 30/11/2026.", None),
    ("Hand the permit to the sender and take the household book off the notice at counter 3.", None)])
def test_an_instruction_names_a_deed_and_not_only_phrases(body: str, code: str | None) -> None:
    assert fault(body) == code


def test_given_it_has_a_clock_an_event_and_a_mail_to_the_head(cast: Cast, inside: None) -> None:
    case_id = taken(cast)
    number = give(cast, case_id)
    row = clock_of(number)
    assert (row.case_id, row.agency_id, row.due_on) == (case_id, cast.building, DUE)
    assert mails("instruction-given") == [cast.chi_head.id]
    event = db.session.scalars(select(Event).where(Event.type == "instructed")).one()
    assert (event.chain, event.role) == (f"case:{case_id}", "coordinator")
    assert "giấy phép" not in event.payload
    general = give(cast, by=cast.leader)
    assert clock_of(general).case_id is None
    chains = select(Event.chain).where(Event.type == "instructed", Event.role == "leader")
    assert db.session.scalars(chains).one() == f"instruction:{general}"


def test_the_same_order_pressed_twice_is_one_instruction(cast: Cast, inside: None) -> None:
    assert give(cast) == give(cast)
    assert len(mails("instruction-given")) == 1
    assert give(cast, agency_id=cast.land) != give(cast)


@pytest.mark.parametrize(("wrong", "field"), [
    ({"due_on": date(2026, 11, 13)}, "due_on"), ({"due_on": date(2027, 11, 13)}, "due_on"),
    ({"body": "Làm ngay."}, "body"), ({"agency_id": 999_999}, "agency")])
def test_a_wrong_day_agency_or_text_is_refused(cast: Cast, inside: None, wrong: dict, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        give(cast, **wrong)
    assert refused.value.field == field


def test_only_the_office_and_the_leader_instruct(cast: Cast, inside: None) -> None:
    for who in (cast.chi, cast.chi_head, cast.intake, cast.restricted, cast.quan, cast.auditor):
        with pytest.raises(NotPermitted):
            give(cast, by=who)
    case_id = taken(cast)
    with pytest.raises(BadInput, match="not_its_case"):
        give(cast, case_id, agency_id=cast.land)
    assert give(cast, case_id, agency_id=cast.office)


def test_about_a_restricted_case_nobody_instructs(cast: Cast, inside: None) -> None:
    with writing():
        receipt = factories.complaint(category=Category.UNOFFICIAL_COST)
    for who in (cast.ha, cast.leader, cast.restricted):
        with pytest.raises(NotPermitted):
            give(cast, receipt.case_id, by=who)


def test_what_the_leader_ordered_the_leader_alone_accepts_and_takes_back(cast: Cast, inside: None) -> None:
    number = give(cast, by=cast.leader)
    tell(cast, number)
    for deed in (lambda: instructions.accept(number, actor=actor_of(cast.ha)),
                 lambda: instructions.withdraw(number, actor=actor_of(cast.ha), why="Không cần nữa."),
                 lambda: instructions.send_back(number, actor=actor_of(cast.ha), why="Chưa rõ ngày.")):
        with pytest.raises(OutOfReach), writing():
            deed()
    with writing():
        instructions.accept(number, actor=actor_of(cast.leader))
    assert standing(cast, number) is Standing.ACCEPTED


def test_the_day_of_the_report_counts_and_the_clock_waits_for_the_office(
        cast: Cast, inside: None, frozen: Clock) -> None:
    number = give(cast)
    frozen.stand_at("2026-11-20 17:00")
    tell(cast, number)
    assert standing(cast, number) is Standing.REPORTED
    assert mails("instruction-reported") == [cast.ha.id]
    frozen.stand_at("2026-11-27")
    assert escalation.sweep_overdue().acted == 0
    with writing():
        instructions.accept(number, actor=actor_of(cast.leader))
    row = clock_of(number)
    assert (row.stopped_at is not None, row.met) == (True, True)
    assert standing(cast, number) is Standing.ACCEPTED
    late = give(cast, due_on=date(2026, 11, 27), agency_id=cast.land)
    frozen.stand_at("2026-11-30")
    assert standing(cast, late) is Standing.LATE
    tell(cast, late, by=cast.dung_head)
    with writing():
        instructions.accept(late, actor=actor_of(cast.ha))
    assert clock_of(late).met is False
    figures = {one.agency.id: (one.in_time, one.too_late) for one in asked.by_agency(
        actor_of(cast.ha), since=date(2026, 11, 16))}
    assert figures == {cast.building: (1, 0), cast.land: (0, 1)}


def test_sent_back_the_clock_goes_on_to_the_same_day(cast: Cast, inside: None, frozen: Clock) -> None:
    case_id = taken(cast)
    number = give(cast, case_id)
    tell(cast, number)
    with pytest.raises(ReasonMissing), writing():
        instructions.send_back(number, actor=actor_of(cast.ha), why=" ")
    with writing():
        instructions.send_back(number, actor=actor_of(cast.ha), why="Bảng niêm yết vẫn còn mục hộ khẩu.")
    row = clock_of(number)
    assert (row.due_on, row.paused_at, row.stopped_at) == (DUE, None, None)
    assert mails("instruction-decided") == [cast.chi_head.id]
    frozen.stand_at("2026-11-23")
    assert standing(cast, number) is Standing.LATE
    escalation.sweep_overdue()
    fired = db.session.scalars(select(Escalation.rung).where(Escalation.deadline_id == row.id)).all()
    assert fired == ["after_1"]


def test_an_empty_report_needs_a_written_reason(cast: Cast, inside: None) -> None:
    number = give(cast)
    for empty, code in ((" ", "missing"), ("Ngày [[ngày]] đã trả.", "unfilled"), ("x" * 4_001, "too_long")):
        with pytest.raises(BadInput) as refused:
            tell(cast, number, empty)
        assert refused.value.code == code
    phrase = "Đã tiếp nhận, sẽ xem xét theo quy định."
    with pytest.raises(EmptyReport):
        tell(cast, number, phrase)
    assert standing(cast, number) is Standing.OPEN
    tell(cast, number, phrase, anyway="Chưa có gì để làm vì người gửi đã rút hồ sơ.")
    assert standing(cast, number) is Standing.REPORTED
    assert [row.kind for row in db.session.scalars(select(InstructionEntry).order_by(InstructionEntry.id))] == [
        "report", "note"]


def test_another_agencys_head_an_officer_and_the_same_report_twice_are_refused(cast: Cast, inside: None) -> None:
    number = give(cast)
    for who in (cast.dung_head, cast.chi, cast.intake, cast.ha):
        with pytest.raises(OutOfReach):
            tell(cast, number, by=who)
    tell(cast, number)
    with pytest.raises(MoveNotAllowed):
        tell(cast, number)
    for who in (cast.chi_head, cast.dung_head):
        with pytest.raises(OutOfReach), writing():
            instructions.accept(number, actor=actor_of(who))
    with pytest.raises(OutOfReach), writing():
        instructions.accept(number + 1_000, actor=actor_of(cast.ha))


def test_what_changed_since_the_page_was_read_is_said(cast: Cast, inside: None) -> None:
    number = give(cast)
    tell(cast, number)
    with pytest.raises(StaleEdit), writing():
        instructions.withdraw(number, actor=actor_of(cast.ha), why="Đã xong.", seen=0)
    with writing():
        instructions.withdraw(number, actor=actor_of(cast.ha), why="Đã xong theo cách khác.")
    row = clock_of(number)
    assert (row.met, row.stopped_at is not None) == (None, True)
    for deed in (lambda: instructions.withdraw(number, actor=actor_of(cast.ha), why="Lại."),
                 lambda: instructions.accept(number, actor=actor_of(cast.ha))):
        with pytest.raises(MoveNotAllowed), writing():
            deed()
    assert standing(cast, number) is Standing.WITHDRAWN


def test_a_deputy_and_a_head_above_see_and_report_and_other_agencies_do_not(cast: Cast, inside: None) -> None:
    with writing():
        head = db.session.get_one(Person, cast.chi_head.id)
        deputies.name_deputy(head, person_id=cast.chi.id, from_on=date(2026, 11, 16), to_on=date(2026, 11, 17),
                             actor=actor_of(cast.chi_head))
        above = factories.member("Trịnh Văn Trên", Role.AGENCY_HEAD, agency_id=cast.office)
    number = give(cast)
    assert mails("instruction-given") == sorted([cast.chi.id, cast.chi_head.id])
    for who, sees in ((cast.chi, True), (cast.chi_head, True), (above, True), (cast.dung_head, False)):
        actor = actor_of(who)
        assert (asked.one(asked.addressed_to(actor), actor, number) is not None) is sees, who.name
    tell(cast, number, by=cast.chi)


def test_an_instruction_about_a_case_never_reaches_a_head_in_conflict(cast: Cast, inside: None) -> None:
    with writing():
        above = factories.member("Trịnh Văn Trên", Role.AGENCY_HEAD, agency_id=cast.office)
    case_id = taken(cast)
    before = give(cast, case_id)
    with writing():
        conflicts.record(case_of(case_id), about=About.HEAD, people=[cast.chi_head.id], why="Nói về người này.",
                         actor=actor_of(cast.ha))
    after = give(cast, case_id, body=f"{ORDER} Gửi ảnh chụp bảng mới.")
    told = select(Outbox.person_id).where(Outbox.dedupe.startswith(f"instruction-given.i{after}."))
    assert list(db.session.scalars(told)) == [above.id]
    for number in (before, after):
        head = actor_of(cast.chi_head)
        assert asked.one(asked.addressed_to(head), head, number) is None
        with pytest.raises(OutOfReach):
            tell(cast, number, by=cast.chi_head)
        tell(cast, number, by=above)


def test_where_no_head_is_left_the_coordinator_reports_and_another_one_accepts(cast: Cast, inside: None) -> None:
    case_id = taken(cast)
    with writing():
        conflicts.record(case_of(case_id), about=About.HEAD, people=[cast.chi_head.id], why="Nói về người này.",
                         actor=actor_of(cast.intake))
    number = give(cast, case_id, by=cast.leader)
    assert mails("instruction-given") == [cast.ha.id]
    own = give(cast, case_id)
    for one in (number, own):
        tell(cast, one, by=cast.ha)
    with pytest.raises(MoveNotAllowed, match="own_report"), writing():
        instructions.accept(own, actor=actor_of(cast.ha))
    with writing():
        instructions.accept(number, actor=actor_of(cast.leader))
        instructions.accept(own, actor=actor_of(cast.leader))


def test_who_is_in_conflict_with_a_case_neither_instructs_nor_sees(cast: Cast, inside: None) -> None:
    case_id = taken(cast)
    number = give(cast, case_id, by=cast.leader)
    with writing():
        second = factories.member("Đinh Thị Hai", Role.COORDINATOR, agency_id=cast.office)
        conflicts.record(case_of(case_id), about=About.OFFICE, people=[cast.ha.id], why="Nói về người này.",
                         actor=actor_of(cast.intake))
    for who in (cast.ha, second):
        with pytest.raises(NotPermitted):
            give(cast, case_id, by=who)
        with pytest.raises(OutOfReach), writing():
            instructions.withdraw(number, actor=actor_of(who), why="Thôi.")
    ha = actor_of(cast.ha)
    assert asked.one(asked.overseen(ha), ha, number) is None
    with writing():
        instructions.withdraw(number, actor=actor_of(cast.leader), why="Giao lại sau.")


def test_lists_are_narrowed_and_paged_by_key(cast: Cast, inside: None, frozen: Clock) -> None:
    mine = [give(cast, due_on=date(2026, 11, day)) for day in (20, 18, 19)]
    other = give(cast, by=cast.leader, agency_id=cast.land)
    ha = actor_of(cast.ha)
    who = asked.overseen(ha)

    def ids(**by: object) -> list[int]:
        return [one.row.id for one in asked.listed(who, ha, Filter(**by)).rows]  # type: ignore[arg-type]

    assert ids() == [mine[1], mine[2], mine[0], other]
    assert ids(agency_id=cast.land) == [other]
    assert set(ids(agency_id=cast.office)) == {*mine, other}
    assert ids(issued_by_id=cast.leader.id) == [other]
    key = asked.listed(who, ha, Filter(), size=2).after
    assert [one.row.id for one in asked.listed(who, ha, Filter(), after=key, size=2).rows] == [mine[0], other]
    assert asked.listed(who, ha, Filter(), after="x~y").rows != []
    frozen.stand_at("2026-11-19")
    assert ids(show=Show.LATE) == [mine[1]]
    tell(cast, mine[1])
    assert (ids(show=Show.LATE), ids(show=Show.REPORTED)) == ([], [mine[1]])
    assert asked.counts(asked.overseen(ha)) == asked.Counts(open=3, late=0, reported=1)
    with writing():
        instructions.accept(mine[1], actor=ha)
    assert ids(show=Show.ENDED) == [mine[1]]


def test_the_mails_hold_no_word_of_the_order_and_lead_to_the_list(
        cast: Cast, inside: None, post: Sink) -> None:
    number = give(cast, taken(cast))
    tell(cast, number)
    with writing():
        instructions.accept(number, actor=actor_of(cast.ha))
    mailing.deliver_owed()
    words = [part.get_content() for mail in post.messages for part in mail.walk() if not part.is_multipart()]
    told = [text for text in words if "/instructions" in text]
    assert len(told) == 6
    assert not [text for text in words if "hộ khẩu" in text or "giấy phép" in text]
    assert [text for text in told if "/supervision/instructions?show=reported" in text]


def test_a_clock_without_a_case_is_reminded_and_climbs(cast: Cast, inside: None, frozen: Clock) -> None:
    number = give(cast)
    row_id = clock_of(number).id
    for day in ("2026-11-19", "2026-11-23", "2026-11-26"):
        frozen.stand_at(day)
        escalation.sweep_overdue()
        escalation.sweep_overdue()
    db.session.rollback()
    assert list(db.session.scalars(select(Escalation.rung).where(Escalation.deadline_id == row_id)
                                   .order_by(Escalation.id))) == ["before_1", "after_1", "after_3"]


def test_an_ended_agencys_instruction_stays_with_its_successor(cast: Cast, inside: None) -> None:
    number = give(cast)
    with writing():
        old = db.session.get_one(Agency, cast.building)
        old.valid_to, old.successor_id = date(2026, 11, 15), cast.land
    tell(cast, number, by=cast.dung_head)
    assert db.session.get_one(Instruction, number).reported_at is not None
