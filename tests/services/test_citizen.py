"""What the sender can do with the tracking key."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from feedback.domain.answers.structured import Outcome
from feedback.domain.errors import BadInput, MoveNotAllowed, ReasonMissing
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline
from feedback.models.people import Person
from feedback.services import cases, citizen, lifecycle
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of, walk


@pytest.fixture
def answered(db_session, cast, frozen):
    """A receipt whose case was answered on Monday 16 November 2026."""
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.RELEASE, hands=cast.hands)
    return receipt


def test_the_sender_closes_a_case_that_was_answered(answered):
    with writing():
        citizen.close(case_of(answered), actor=citizen.as_sender(answered.case_id))
    assert case_of(answered).state == "closed"


def test_another_citizens_key_moves_nothing(answered, binh):
    other = binh.complains()
    with pytest.raises(MoveNotAllowed), writing():
        citizen.close(case_of(answered), actor=citizen.as_sender(other.case_id))
    with pytest.raises(MoveNotAllowed), writing():
        citizen.say_answered(case_of(answered), actor=citizen.as_sender(other.case_id), answered={1: False})


def test_an_objection_starts_a_round_that_somebody_else_reads(answered, cast):
    with writing():
        citizen.object_to(case_of(answered), actor=citizen.as_sender(answered.case_id), why="Chưa trả lời ý 2.")
    case = case_of(answered)
    assert (case.state, case.round, case.officer_id, case.objected) == ("assigned", 1, None, True)
    running = {d.kind for d in db.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.stopped_at.is_(None)))}
    assert running == {"total", "handle"}
    with pytest.raises(MoveNotAllowed), writing():
        cases.take(case_of(answered), actor=actor_of(cast.chi))
    with pytest.raises(BadInput), writing():
        cases.allot(case_of(answered), db.session.get_one(Person, cast.chi.id), actor=actor_of(cast.chi_head))


def test_an_objection_needs_a_reason(answered):
    with pytest.raises(ReasonMissing), writing():
        citizen.object_to(case_of(answered), actor=citizen.as_sender(answered.case_id), why="  ")


def test_after_fifteen_days_it_is_too_late_to_object(answered, frozen):
    frozen.go_on(days=15)
    assert case_of(answered).state == "answered"
    frozen.go_on(days=2)
    with pytest.raises(MoveNotAllowed) as refused, writing():
        citizen.object_to(case_of(answered), actor=citizen.as_sender(answered.case_id), why="Chưa rõ.")
    assert refused.value.why == "too_late"


def test_there_is_one_objection(answered, cast):
    with writing():
        citizen.object_to(case_of(answered), actor=citizen.as_sender(answered.case_id), why="Chưa trả lời ý 2.")
        second = factories.member("Sở Hai", *actor_of(cast.chi).roles, agency_id=cast.building)
    hands = replace(cast.hands, officer=second)
    with writing():
        for action in (Action.TAKE, Action.PROPOSE_ANSWER, Action.APPROVE, Action.RELEASE):
            factories._step(case_of(answered), action, hands=hands, text=GOOD_ANSWER)
    with pytest.raises(MoveNotAllowed) as refused, writing():
        citizen.object_to(case_of(answered), actor=citizen.as_sender(answered.case_id), why="Vẫn chưa rõ.")
    assert refused.value.why == "objected_once"


def test_waiting_for_the_sender_gives_the_exact_days_back(db_session, cast, frozen):
    with writing():
        receipt = factories.complaint()
        lifecycle.advance(case_of(receipt), Action.ASK_SUBMITTER, actor=actor_of(cast.intake),
                          why="Cho biết mã hồ sơ.", tell_sender=True)
    frozen.go_on(days=3)
    with writing():
        citizen.supply(case_of(receipt), actor=citizen.as_sender(receipt.case_id), text="Mã hồ sơ H1.2026.")
    total = db.session.scalar(select(Deadline).where(Deadline.kind == "total"))
    # Due Tuesday 8/12 without the pause; three working days later is Friday 11/12.
    assert (total.due_on, total.paused_days) == (date(2026, 12, 11), 3)
    assert case_of(receipt).narrative.endswith("Mã hồ sơ H1.2026.")


def test_a_case_with_an_open_promise_is_not_closed(db_session, cast, frozen):
    promise = replace(GOOD_ANSWER, outcome=Outcome.IN_PROGRESS, due_on=date(2026, 12, 15))
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.RELEASE, hands=cast.hands, text=promise)
    with pytest.raises(MoveNotAllowed), writing():
        citizen.close(case_of(receipt), actor=citizen.as_sender(receipt.case_id))


def test_withdrawing_is_confirmed_by_the_province_office_not_by_the_agency(db_session, cast):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.ASSIGN, hands=cast.hands)
        citizen.ask_to_withdraw(case_of(receipt), actor=citizen.as_sender(receipt.case_id), why="Đã xong.")
    for agency_people in (cast.chi, cast.chi_head):
        with pytest.raises(MoveNotAllowed), writing():
            case = case_of(receipt)
            lifecycle.confirm(case, lifecycle.open_proposal(case), actor=actor_of(agency_people))
    with writing():
        case = case_of(receipt)
        lifecycle.confirm(case, lifecycle.open_proposal(case), actor=actor_of(cast.ha))
    assert case_of(receipt).state == "withdrawn"


def test_a_sender_changes_their_mind_about_a_point_often_but_not_without_end(answered):
    for turn in range(50):
        with writing():
            citizen.say_answered(case_of(answered), actor=citizen.as_sender(answered.case_id),
                                 answered={1: turn % 2 == 0})
    with pytest.raises(MoveNotAllowed, match="said_often"), writing():
        citizen.say_answered(case_of(answered), actor=citizen.as_sender(answered.case_id), answered={1: True})
    with writing():  # the same again is nothing new
        citizen.say_answered(case_of(answered), actor=citizen.as_sender(answered.case_id), answered={1: False})
    assert [point.answered_by_sender for point in case_of(answered).points][0] is False
