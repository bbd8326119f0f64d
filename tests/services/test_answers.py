"""Writing, checking, approving, returning and releasing an answer."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from feedback.domain.answers.structured import Outcome
from feedback.domain.errors import BadInput, MoveNotAllowed, ReasonMissing, StaleEdit
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.answers import Answer, Review
from feedback.models.deadlines import Deadline
from feedback.services import answers
from feedback.services.answers import AnswerText
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of, said_of, walk
from tests.fixtures.late import SORRY

VAGUE = AnswerText(outcome=Outcome.EXPLAINED, found="Đang xem xét theo quy định.",
                   points={1: "Đang xem xét theo quy định.", 2: ""})


@pytest.fixture
def in_progress(db_session, cast):
    """A receipt whose case Chi is working on."""
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def test_only_the_officer_of_the_case_writes_its_answer(in_progress, cast):
    for other in (cast.dung, cast.chi_head, cast.intake):
        with pytest.raises(MoveNotAllowed), writing():
            answers.save_draft(case_of(in_progress), GOOD_ANSWER, actor=actor_of(other))


def test_a_draft_saved_in_another_window_is_never_overwritten(in_progress, cast):
    with writing():
        answers.save_draft(case_of(in_progress), GOOD_ANSWER, actor=actor_of(cast.chi), seen="")
    with pytest.raises(StaleEdit), writing():
        answers.save_draft(case_of(in_progress), VAGUE, actor=actor_of(cast.chi), seen="")
    assert answers.newest(case_of(in_progress)).found == GOOD_ANSWER.found


def test_a_vague_answer_needs_a_written_reason_to_go_on(in_progress, cast):
    with writing():
        answers.save_draft(case_of(in_progress), VAGUE, actor=actor_of(cast.chi))
    with pytest.raises(ReasonMissing), writing():
        answers.submit_answer(case_of(in_progress), actor=actor_of(cast.chi))
    assert case_of(in_progress).state == "in_progress"
    with writing():
        found = answers.submit_answer(case_of(in_progress), actor=actor_of(cast.chi), override="Chờ ý kiến Bộ.")
    assert found
    assert case_of(in_progress).state == "agency_approval"
    assert answers.newest(case_of(in_progress)).close_reading


def test_being_handled_without_owner_and_date_can_not_be_sent_at_all(in_progress, cast):
    with writing():
        answers.save_draft(case_of(in_progress), replace(GOOD_ANSWER, outcome=Outcome.IN_PROGRESS, owner=""),
                           actor=actor_of(cast.chi))
    with pytest.raises(BadInput), writing():
        answers.submit_answer(case_of(in_progress), actor=actor_of(cast.chi), override="Cứ gửi.")
    assert case_of(in_progress).state == "in_progress"


def test_a_clear_answer_goes_without_a_reason(in_progress, cast):
    with writing():
        answers.save_draft(case_of(in_progress), GOOD_ANSWER, actor=actor_of(cast.chi))
        assert answers.submit_answer(case_of(in_progress), actor=actor_of(cast.chi)) == ()


def test_a_vietnamese_answer_to_an_english_complaint_is_read_against_its_translation(db_session, cast):
    receipt = factories.complaint(
        language="en", narrative="I applied for a building permit on 6 October. Nobody tells me anything.",
        points=["Why is my permit late?", "When will I get the permit?"])
    case = walk(receipt, Action.TAKE, hands=cast.hands)
    case.translated = ("Tôi nộp hồ sơ xin giấy phép xây dựng ngày 6/10. Vì sao giấy phép chậm? Bao giờ tôi nhận "
                       "được giấy phép?")
    good = AnswerText(
        outcome=Outcome.RESOLVED, found="Ngày 16/11/2026 phòng cấp phép đã kiểm tra hồ sơ.",
        done="Đã ký giấy phép số 88/GPXD ngày 18/11/2026.",
        points={1: "Giấy phép chậm vì thiếu bản vẽ móng, đã bổ sung ngày 10/11/2026.",
                2: "Giấy phép đã ký ngày 18/11/2026, nhận tại quầy 3 từ 23/11/2026."})
    assert answers.assess_text(case, good).findings == ()
    vague = replace(good, points={1: "Đã tiếp nhận, sẽ xem xét theo quy định.", 2: "Sẽ trả lời sau."})
    assert {f.point for f in answers.assess_text(case, vague).findings} >= {1, 2}


def test_the_agencys_clock_stops_at_the_gate_and_the_citizens_at_release(db_session, cast, frozen):
    with writing():
        receipt = factories.complaint()
        case = walk(receipt, Action.APPROVE, hands=cast.hands)
    clocks = {d.kind: d for d in db.session.scalars(select(Deadline).where(Deadline.case_id == case.id))}
    assert clocks["handle"].met is True
    assert clocks["gate"].stopped_at is None
    assert clocks["total"].stopped_at is None
    with writing():
        answers.release(case_of(receipt), actor=actor_of(cast.ha))
    assert db.session.get_one(Deadline, clocks["total"].id).met is True
    assert case_of(receipt).state == "answered"
    assert case_of(receipt).outcome == "resolved"


def test_a_late_release_is_kept_as_late(db_session, cast, frozen):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.APPROVE, hands=cast.hands)
    frozen.go_on(days=40)
    with writing():
        answers.release(case_of(receipt), actor=actor_of(cast.ha), sorry=SORRY)
    total = db.session.scalar(select(Deadline).where(Deadline.kind == "total"))
    assert total.met is False


def test_a_returned_answer_is_written_as_a_new_version_and_the_old_one_stays(db_session, cast, frozen):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.APPROVE, hands=cast.hands, text=VAGUE)
    with writing():
        answers.return_answer(case_of(receipt), actor=actor_of(cast.ha), why="Chưa nói bao giờ có kết quả.",
                              codes=["holding"], said=said_of(case_of(receipt)))
    case = case_of(receipt)
    assert case.state == "in_progress"
    running = {d.kind for d in db.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.stopped_at.is_(None)))}
    assert running == {"total", "redo"}
    with writing():
        answers.save_draft(case_of(receipt), GOOD_ANSWER, actor=actor_of(cast.chi))
    versions = db.session.scalars(select(Answer).order_by(Answer.version)).all()
    assert [(v.version, v.found) for v in versions] == [(1, VAGUE.found), (2, GOOD_ANSWER.found)]
    review = db.session.scalar(select(Review).where(Review.action == "return"))
    assert review.codes == "holding"
    assert review.note_id is not None


def test_who_drafted_the_answer_can_not_clear_the_gate_even_as_coordinator(db_session, cast):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.APPROVE, hands=cast.hands)
    both = Actor(roles=frozenset({Role.OFFICER, Role.COORDINATOR}), person_id=cast.chi.id,
                 agency_id=cast.building)
    with pytest.raises(MoveNotAllowed), writing():
        answers.release(case_of(receipt), actor=both)
    assert case_of(receipt).state == "gate_review"


def test_a_promise_with_a_date_becomes_a_clock(db_session, cast, frozen):
    promise = replace(GOOD_ANSWER, outcome=Outcome.IN_PROGRESS, due_on=date(2026, 12, 15))
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.RELEASE, hands=cast.hands, text=promise)
    clock = db.session.scalar(select(Deadline).where(Deadline.kind == "commitment"))
    assert clock.due_on == date(2026, 12, 15)
    assert clock.agency_id == cast.building


def test_nobody_approves_the_answer_they_drafted(db_session, cast):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.PROPOSE_ANSWER, hands=cast.hands)
    both = Actor(roles=frozenset({Role.OFFICER, Role.AGENCY_HEAD}), person_id=cast.chi.id,
                 agency_id=cast.building, agency_tree=frozenset({cast.building}))
    with pytest.raises(MoveNotAllowed), writing():
        answers.approve(case_of(receipt), actor=both)
    assert case_of(receipt).state == "agency_approval"


def test_who_approved_for_the_agency_can_not_clear_the_gate(db_session, cast):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.APPROVE, hands=cast.hands)
    both = Actor(roles=frozenset({Role.AGENCY_HEAD, Role.COORDINATOR}), person_id=cast.chi_head.id,
                 agency_id=cast.building, agency_tree=frozenset({cast.building}))
    for decide in (answers.release, lambda case, actor: answers.return_answer(case, actor=actor, why="Sai.")):
        with pytest.raises(MoveNotAllowed), writing():
            decide(case_of(receipt), actor=both)
    assert case_of(receipt).state == "gate_review"
