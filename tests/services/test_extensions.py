"""Who holds a case asks for more time before the due date, once a round; the coordinating office decides."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from feedback import clock
from feedback.domain.conflicts import About
from feedback.domain.errors import BadInput, HouseError, MoveNotAllowed, ReasonMissing, SamePerson, StaleEdit
from feedback.domain.lifecycle import Action
from feedback.domain.notices import Notice
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Note
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.events import Event
from feedback.models.extensions import Extension
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.queries.calendar import load_calendar
from feedback.queries.extensions import open_extension, waiting, waiting_count
from feedback.services import (
    answers,
    cases,
    citizen,
    conflicts,
    escalation,
    extensions,
    lifecycle,
    transfer_requests,
)
from tests import factories
from tests.domain.test_time_changes import EVIDENCE, REASON
from tests.engines.together import together
from tests.factories import actor_of, case_of, walk
from tests.services.test_transfer_requests import GROUND

DUE, ASKED = date(2026, 12, 8), date(2026, 12, 15)
"""Fifteen working days from Monday 16 November 2026 over the day off on the 24th; and five more."""
WHY = "Hồ sơ đã đủ, Sở trả lời được trong hạn."


@pytest.fixture
def case(app, cast, an, frozen):
    """An's case in Chi's hands since Monday 16 November 2026."""
    receipt = an.complains()
    with app.app_context(), writing():
        walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def ask(case, who, **about):
    with writing():
        return extensions.ask(case_of(case), actor=actor_of(who), **{
            "ground": "site_inspection", "reason": REASON, "evidence": EVIDENCE, "new_on": ASKED, **about}).id


def decide(case, extension_id, who, deed, **about):
    with writing():
        deed(case_of(case), db.session.get_one(Extension, extension_id), actor=actor_of(who), **about)


def clocks(case, *, running=True):
    """Clocks of the case by kind, the newest of each."""
    rows = db.session.scalars(select(Deadline).where(Deadline.case_id == case.case_id).order_by(Deadline.id)
                              .execution_options(populate_existing=True))
    return {row.kind: row for row in rows if not running or row.stopped_at is None}


def events(case):
    return list(db.session.scalars(
        select(Event.type).where(Event.chain == f"case:{case.case_id}").order_by(Event.n)))


def test_asking_moves_no_date_and_stops_no_clock_but_starts_the_coordinators(case, cast, db_session):
    before = {kind: (row.due_at, row.paused_at) for kind, row in clocks(case).items()}
    assert clocks(case)["total"].due_on == DUE
    extension_id = ask(case, cast.chi)
    after = {kind: (row.due_at, row.paused_at) for kind, row in clocks(case).items()}
    assert (after.pop("extension") and after) == before
    own = clocks(case)["extension"]
    assert (own.subject_id, own.agency_id, own.due_on) == (extension_id, None, date(2026, 11, 17))
    asked = db.session.get_one(Extension, extension_id)
    assert (asked.due_before, asked.new_on, asked.days, asked.granted) == (DUE, ASKED, 5, None)
    assert events(case)[-1] == "extension_asked"
    assert "Bàu Sen" not in db.session.scalars(select(Event.payload).where(Event.type == "extension_asked")).one()
    assert case_of(case).state == "in_progress"


@pytest.mark.parametrize(("about", "field", "code"), [
    ({"ground": ""}, "ground", "missing"), ({"ground": "complicated"}, "ground", "missing"),
    ({"reason": ""}, "reason", "missing"),
    ({"reason": "Vụ việc phức tạp, cần thêm thời gian xem xét."}, "reason", "generic"),
    ({"evidence": " "}, "evidence", "missing"), ({"evidence": "Giấy mời số 88"}, "evidence", "no_day"),
    ({"new_on": None}, "new_on", "missing"), ({"new_on": DUE}, "new_on", "not_after"),
    ({"new_on": date(2026, 12, 12)}, "new_on", "rest_day"),
    ({"new_on": date(2026, 12, 30)}, "new_on", "too_late")])
def test_a_request_has_a_ground_evidence_a_reason_and_a_day_within_the_limit(
        case, cast, db_session, about, field, code):
    with pytest.raises(BadInput) as refused:
        ask(case, cast.chi, **about)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert open_extension(case.case_id) is None


def test_no_more_than_the_original_length_is_asked_for(case, cast, db_session):
    last = load_calendar().add_working_days(DUE, 15)
    assert extensions.last_day(clocks(case)["total"]) == last
    ask(case, cast.chi, new_on=last)


def test_only_the_holder_asks(case, cast, db_session):
    with writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
    for who in (hoa, cast.dung, cast.dung_head, cast.ha, cast.intake, cast.leader):
        with pytest.raises(MoveNotAllowed) as refused:
            ask(case, who)
        assert refused.value.why == "role"
    ask(case, cast.chi_head)


def test_a_head_in_conflict_does_not_ask_and_an_office_in_conflict_does_not_decide(case, cast, db_session):
    with writing():
        conflicts.record(case_of(case), about=About.HEAD, people=[cast.chi_head.id], why="Nêu đích danh.",
                         actor=actor_of(cast.ha))
    with pytest.raises(MoveNotAllowed):
        ask(case, cast.chi_head)
    extension_id = ask(case, cast.chi)
    with writing():
        conflicts.record(case_of(case), about=About.OFFICE, people=[cast.second_intake.id], why="Nêu đích danh.",
                         actor=actor_of(cast.ha))
    with pytest.raises(MoveNotAllowed):
        decide(case, extension_id, cast.ha, extensions.grant)
    decide(case, extension_id, cast.leader, extensions.grant)


def test_after_the_due_date_while_it_waits_or_on_an_old_page_nobody_asks(case, cast, db_session, frozen):
    with pytest.raises(StaleEdit):
        ask(case, cast.chi, expected_version=1)
    with writing():
        lifecycle.advance(case_of(case), Action.ASK_SUBMITTER, actor=actor_of(cast.chi), why="Số biên nhận?",
                          tell_sender=True)
    with pytest.raises(MoveNotAllowed):
        ask(case, cast.chi)
    with writing():
        citizen.supply(case_of(case), actor=citizen.as_sender(case.case_id), text="Số 12.")
    frozen.stand_at("2026-12-09")
    with pytest.raises(MoveNotAllowed) as refused:
        ask(case, cast.chi, new_on=date(2026, 12, 16))
    assert refused.value.why == "extension_late"


def test_granted_both_clocks_go_on_in_rows_of_their_own(case, cast, db_session, frozen):
    old = clocks(case)
    limit_ids, handle_due = {kind: old[kind].limit_id for kind in ("total", "handle")}, old["handle"].due_on
    extension_id = ask(case, cast.chi)
    frozen.go_on(hours=3)
    decide(case, extension_id, cast.ha, extensions.grant)
    new = clocks(case)
    assert "extension" not in new
    assert clocks(case, running=False)["extension"].met is True
    for kind, due_on in (("total", ASKED), ("handle", load_calendar().add_working_days(handle_due, 5))):
        before = db.session.get_one(Deadline, new[kind].replaces_id)
        assert (before.kind, before.met, before.stopped_at) == (kind, None, clock.now())
        assert (new[kind].due_on, new[kind].limit_id) == (due_on, limit_ids[kind])
        assert (new[kind].started_at, new[kind].started_on) == (before.started_at, before.started_on)
        assert new[kind].next_rung_at is not None
        assert before.next_rung_at is None
    told = db.session.scalars(select(Note).where(Note.told_sender.is_(True))).all()
    assert [note.body for note in told] == [REASON]
    owed = {(mail.notice, mail.person_id) for mail in db.session.scalars(select(Outbox))}
    assert ("case-extended", None) in owed
    assert {("extension-decided", cast.chi.id), ("extension-decided", cast.chi_head.id)} <= owed
    assert events(case)[-1] == "extension_granted"


def test_an_earlier_day_may_be_granted_and_a_later_one_not(case, cast, db_session):
    extension_id = ask(case, cast.chi)
    for day, code in ((date(2026, 12, 16), "later"), (DUE, "not_after"), (date(2026, 12, 13), "rest_day")):
        with pytest.raises(BadInput) as refused:
            decide(case, extension_id, cast.ha, extensions.grant, new_on=day)
        assert refused.value.code == code
    decide(case, extension_id, cast.ha, extensions.grant, new_on=date(2026, 12, 10))
    assert clocks(case)["total"].due_on == date(2026, 12, 10)


def test_denied_every_date_stays_and_who_asked_is_told_the_reason(case, cast, db_session):
    before = {kind: (row.id, row.due_at) for kind, row in clocks(case).items()}
    extension_id = ask(case, cast.chi)
    with pytest.raises(ReasonMissing):
        decide(case, extension_id, cast.ha, extensions.deny, why=" ")
    decide(case, extension_id, cast.ha, extensions.deny, why=WHY)
    assert {kind: (row.id, row.due_at) for kind, row in clocks(case).items()} == before
    owed = db.session.scalars(select(Outbox).where(Outbox.notice == Notice.EXTENSION_DECIDED.value)).all()
    assert {mail.person_id for mail in owed} == {cast.chi.id, cast.chi_head.id}
    assert db.session.scalars(select(Outbox).where(Outbox.notice == Notice.CASE_EXTENDED.value)).all() == []
    assert db.session.scalars(select(Note).where(Note.told_sender.is_(True))).all() == []


@pytest.mark.parametrize("granted", [True, False])
def test_a_second_request_in_the_same_round_is_refused(case, cast, db_session, granted):
    extension_id = ask(case, cast.chi)
    with pytest.raises(MoveNotAllowed) as refused:
        ask(case, cast.chi_head)
    assert refused.value.why == "extension_open"
    if granted:
        decide(case, extension_id, cast.ha, extensions.grant)
    else:
        decide(case, extension_id, cast.ha, extensions.deny, why=WHY)
    with pytest.raises(MoveNotAllowed) as refused:
        ask(case, cast.chi_head, new_on=date(2026, 12, 17))
    assert refused.value.why == "extension_spent"


def test_a_new_round_has_a_request_of_its_own(case, cast, db_session):
    decide(case, ask(case, cast.chi), cast.ha, extensions.grant)
    with writing():
        second = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
        for action in (Action.PROPOSE_ANSWER, Action.APPROVE, Action.RELEASE):
            factories._step(case_of(case), action, hands=cast.hands, text=factories.GOOD_ANSWER)
    with writing():
        citizen.object_to(case_of(case), actor=citizen.as_sender(case.case_id), why="Chưa trả lời ý 2.")
    with writing():
        factories._step(case_of(case), Action.TAKE, hands=replace(cast.hands, officer=second),
                        text=factories.GOOD_ANSWER)
    assert clocks(case)["total"].replaces_id is None
    ask(case, second)


def test_not_while_somebody_asks_to_pass_the_case_on(case, cast, db_session):
    with writing():
        transfer_requests.ask(case_of(case), to_agency_id=cast.land, ground=GROUND, actor=actor_of(cast.chi))
    with pytest.raises(MoveNotAllowed) as refused:
        ask(case, cast.chi)
    assert refused.value.why == "transfer_open"


def test_who_asked_does_not_decide_nor_anybody_twice_nor_an_agency(app, case, cast, db_session):
    with writing():
        both = factories.member("Đinh Thị Kép", Role.OFFICER, Role.COORDINATOR, agency_id=cast.building)
        cases.allot(case_of(case), db.session.get_one(Person, both.id), actor=actor_of(cast.chi_head))
    extension_id = ask(case, both)
    assert not extensions.may_decide(actor_of(both), case_of(case), both.id)
    with pytest.raises(SamePerson):
        decide(case, extension_id, both, extensions.grant)
    for who in (cast.chi_head, cast.dung_head, cast.leader, cast.intake):
        with pytest.raises(MoveNotAllowed):
            decide(case, extension_id, who, extensions.grant)
    with pytest.raises(StaleEdit):
        decide(case, extension_id, cast.ha, extensions.grant, expected_version=1)
    decide(case, extension_id, cast.ha, extensions.deny, why=WHY)
    with pytest.raises(MoveNotAllowed) as refused:
        decide(case, extension_id, cast.ha, extensions.grant)
    assert refused.value.why == "decided"


@pytest.mark.both_engines
def test_of_two_who_ask_at_once_one_is_refused(app, case, cast):
    def once() -> str:
        try:
            ask(case, cast.chi)
        except HouseError as refused:
            return getattr(refused, "why", "")
        return "asked"

    assert sorted(together(app, once)) == ["asked", "extension_open", "extension_open"]


@pytest.mark.both_engines
def test_of_two_who_decide_at_once_one_finds_it_decided(app, case, cast):
    with app.app_context():
        extension_id = ask(case, cast.chi)

    def once() -> str:
        try:
            decide(case, extension_id, cast.ha, extensions.grant)
        except HouseError as refused:
            return getattr(refused, "why", "")
        return "granted"

    assert sorted(together(app, once)) == ["decided", "decided", "granted"]
    with app.app_context():
        assert len(db.session.scalars(select(Deadline).where(Deadline.kind == "total")).all()) == 2


def test_undecided_when_the_day_comes_it_stays_open_and_the_ladder_goes_on(case, cast, db_session, frozen):
    extension_id = ask(case, cast.chi)
    frozen.stand_at("2026-12-09")
    for _ in range(12):  # one rung a case a day, that of the clock that is late the longest first
        escalation.sweep_overdue()
        frozen.go_on(days=1)
    total = clocks(case)["total"]
    rungs = db.session.scalars(select(Escalation.rung).where(Escalation.deadline_id == total.id)).all()
    assert total.due_on == DUE
    assert rungs
    assert open_extension(case.case_id) is not None
    assert db.session.scalars(select(Escalation).where(
        Escalation.deadline_id == clocks(case)["extension"].id)).all()  # the coordinator's silence climbs too
    decide(case, extension_id, cast.ha, extensions.deny, why=WHY)


@pytest.mark.parametrize("way", ["answered", "withdrawn", "asked", "given away"])
def test_a_request_falls_when_the_case_moves_on(case, cast, db_session, way):
    extension_id = ask(case, cast.chi)
    with writing():
        row = case_of(case)
        if way == "answered":
            answers.save_draft(row, factories.GOOD_ANSWER, actor=actor_of(cast.chi))
            answers.submit_answer(row, actor=actor_of(cast.chi), override="Đủ ý.")
            assert open_extension(row.id) is not None  # the head may still send it back
            answers.approve(row, actor=actor_of(cast.chi_head))
        elif way == "withdrawn":
            wish = citizen.ask_to_withdraw(row, actor=citizen.as_sender(row.id), why="Đã xong.")
            lifecycle.confirm(row, wish, actor=actor_of(cast.ha))
        elif way == "asked":
            lifecycle.advance(row, Action.ASK_SUBMITTER, actor=actor_of(cast.chi), why="Ngày nộp?",
                              tell_sender=True)
        else:
            cases.transfer(row, db.session.get_one(Agency, cast.land), actor=actor_of(cast.ha), why="Đúng hơn.")
    fallen = db.session.get_one(Extension, extension_id)
    assert (fallen.granted, fallen.decided_by_id, fallen.decided_at) == (None, None, clock.now())
    assert "extension_lapsed" in events(case)
    assert "extension" not in clocks(case)
    assert waiting_count(actor_of(cast.ha)) == 0


def test_the_agency_that_gets_the_case_may_ask_when_nothing_was_decided_before(case, cast, db_session):
    ask(case, cast.chi)
    with writing():
        cases.transfer(case_of(case), db.session.get_one(Agency, cast.land), actor=actor_of(cast.ha), why="Đúng.")
    assert clocks(case)["total"].due_on == DUE  # the citizen's clock never starts again
    ask(case, cast.dung)


def test_requests_wait_the_oldest_first_by_key(app, cast, frozen, db_session):
    made = []
    for _ in range(3):
        with writing():
            receipt = factories.complaint()
            walk(receipt, Action.TAKE, hands=cast.hands)
        made.append(ask(receipt, cast.chi))
    ha = actor_of(cast.ha)
    page, after = waiting(ha, size=2)
    rest, end = waiting(ha, size=2, after=after)
    assert ([one.id for one in page], [one.id for one in rest], end) == (made[:2], made[2:], None)
    assert waiting_count(actor_of(cast.dung)) == 0
