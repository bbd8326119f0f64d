"""Late means explain and apologise: what a late answer needs, the new date before it, the head's explanation."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.answers.structured import Outcome
from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach, StaleEdit
from feedback.domain.lateness import check_apology, check_new_date, check_reason, concrete
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.deadlines import Deadline
from feedback.models.lateness import Apology, Explanation
from feedback.models.letters import Letter
from feedback.models.outbox import Outbox
from feedback.queries import apology_register, explanations, lateness
from feedback.queries.calendar import load_calendar
from feedback.queries.explanations import Given
from feedback.queries.late_figures import late_figures
from feedback.queries.lateness import Standing
from feedback.services import answers, apologies, escalation, mailing, register_counts
from feedback.services import explanations as deeds
from tests import factories
from tests.engines.smtp import Sink
from tests.factories import GOOD_ANSWER, actor_of, case_of, said_of
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.late import SORRY
from tests.fixtures.time import Clock

EARLY = replace(SORRY, new_on=date(2026, 12, 16))
"""Before the answer; the cases below are due on Tuesday 8 December 2026 (24 November is a day off)."""
ON_THE_EVE = "2026-12-07"
LATE = "2026-12-10"
HAPPENED = "Hồ sơ nằm ở phòng Một cửa từ ngày 18/11/2026 vì cán bộ nghỉ ốm và không ai được giao làm thay."
PREVENTS = "Từ ngày 14/12/2026 mỗi cán bộ có một người làm thay, danh sách dán tại phòng Một cửa."


@pytest.fixture
def inside(app: Flask, frozen: Clock) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def case_id(cast: Cast, an: Citizen, inside: None) -> int:
    """An's case in Chi's hands, received on 16 November 2026."""
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt.case_id


def due(case_id: int) -> Deadline:
    return db.session.scalars(select(Deadline).where(
        Deadline.case_id == case_id, Deadline.kind == "total").order_by(Deadline.id.desc())).first()  # type: ignore


def propose(case_id: int, cast: Cast, *, sorry=SORRY, text=GOOD_ANSWER) -> None:
    with writing():
        case = case_of(case_id)
        draft = answers.save_draft(case, text, actor=actor_of(cast.chi))
        if sorry is not None:
            apologies.keep_draft(case, draft, sorry, actor=actor_of(cast.chi))
    with writing():
        answers.submit_answer(case_of(case_id), actor=actor_of(cast.chi), override="Đã đối chiếu hồ sơ.")


def approve(case_id: int, cast: Cast, **more) -> None:
    with writing():
        answers.approve(case_of(case_id), actor=actor_of(cast.chi_head), **more)


def release(case_id: int, cast: Cast, **more) -> None:
    with writing():
        case = case_of(case_id)
        answers.release(case, actor=actor_of(cast.ha), said=said_of(case), **more)


def told(case_id: int) -> list[lateness.Told]:
    db.session.rollback()
    return lateness.apologies_of(case_id)


def climb(case_id: int) -> None:
    with writing():
        escalation.climb(case_id)


def test_a_reason_must_say_more_than_a_phrase():
    assert not concrete("Do khối lượng công việc nhiều, mong Ông/Bà thông cảm.")
    assert not concrete("Vì lý do khách quan, xin chân thành cáo lỗi.")
    assert concrete(SORRY.reason)
    for text, code in (("  ", "missing"), ("x" * 4001, "too_long"), (f"{SORRY.reason} [[ngày]]", "unfilled"),
                       ("Do quá tải, sẽ rút kinh nghiệm.", "empty_phrase")):
        with pytest.raises(BadInput) as fault:
            check_reason(text)
        assert fault.value.code == code
    with pytest.raises(BadInput, match="no_apology"):
        check_apology("Hồ sơ bị thất lạc khi chuyển kho từ ngày hai mươi đến nay.")


@pytest.mark.parametrize(("new_on", "code"), [
    (None, "missing"), (date(2026, 12, 10), "past"), (date(2026, 12, 12), "not_working"),
    (date(2027, 3, 1), "too_far"), (date(2026, 12, 11), "before_due")])
def test_a_new_date_lies_ahead_on_a_working_day_and_not_too_far(inside, new_on, code):
    with pytest.raises(BadInput, match=code):
        check_new_date(new_on, today=date(2026, 12, 10), calendar=load_calendar(), after=date(2026, 12, 11),
                       furthest=15)


@pytest.mark.parametrize(("sorry", "field", "code"), [
    (None, "late_reason", "missing"), (replace(SORRY, cause=""), "late_cause", "missing"),
    (replace(SORRY, cause="fate"), "late_cause", "unknown"), (replace(SORRY, reason=""), "late_reason", "missing"),
    (replace(SORRY, reason="Do công việc nhiều."), "late_reason", "empty_phrase"),
    (replace(SORRY, text="[[viết lời xin lỗi]]"), "late_text", "unfilled"),
    (replace(SORRY, text=SORRY.reason), "late_text", "no_apology")])
def test_a_late_answer_is_not_sent_to_the_head_without_a_whole_apology(case_id, cast, frozen, sorry, field, code):
    frozen.stand_at(LATE)
    with pytest.raises(BadInput) as fault:
        propose(case_id, cast, sorry=sorry)
    assert (fault.value.field, fault.value.code) == (field, code)
    db.session.rollback()
    assert case_of(case_id).state == "in_progress"


def test_an_answer_in_time_needs_no_apology_and_a_prepared_one_is_taken_away(case_id, cast, frozen):
    frozen.stand_at(ON_THE_EVE)
    propose(case_id, cast)
    approve(case_id, cast)
    release(case_id, cast)
    assert told(case_id) == []
    assert db.session.scalar(select(Apology.id)) is None


def test_the_head_signs_with_the_answer_and_the_sender_is_told_when_it_is_sent(case_id, cast, frozen):
    frozen.stand_at(LATE)
    propose(case_id, cast)
    approve(case_id, cast)
    assert told(case_id) == []
    release(case_id, cast)
    [one] = told(case_id)
    assert one.row.signed_by_id == cast.chi_head.id
    assert (one.row.days_late, one.row.new_on, one.standing) == (2, None, Standing.NONE)
    assert lateness.came_late(case_id)


def test_the_time_that_ran_out_on_the_heads_desk_is_the_heads_to_apologise_for(case_id, cast, frozen):
    frozen.stand_at(ON_THE_EVE)
    propose(case_id, cast, sorry=None)
    frozen.stand_at(LATE)
    with pytest.raises(BadInput, match="late_reason"):
        approve(case_id, cast)
    db.session.rollback()
    approve(case_id, cast, sorry=SORRY)
    release(case_id, cast)
    assert [one.row.signed_by_id for one in told(case_id)] == [cast.chi_head.id]


def test_the_time_that_ran_out_at_the_gate_is_the_offices_to_apologise_for(case_id, cast, frozen):
    frozen.stand_at(ON_THE_EVE)
    propose(case_id, cast, sorry=None)
    approve(case_id, cast)
    frozen.stand_at(LATE)
    with pytest.raises(BadInput, match="late_reason"):
        release(case_id, cast)
    db.session.rollback()
    assert case_of(case_id).state == "gate_review"
    release(case_id, cast, sorry=SORRY)
    assert [(one.row.signed_by_id, one.row.agency_id) for one in told(case_id)] == [(cast.ha.id, cast.office)]


def test_a_returned_answer_goes_on_with_the_same_apology_unsigned(case_id, cast, frozen):
    frozen.stand_at(LATE)
    propose(case_id, cast)
    approve(case_id, cast)
    with writing():
        case = case_of(case_id)
        answers.return_answer(case, actor=actor_of(cast.ha), why="Chưa rõ ngày.", said=said_of(case))
    propose(case_id, cast, sorry=replace(SORRY, cause="overlooked"))
    rows = db.session.scalars(select(Apology)).all()
    assert [(row.cause, row.signed_at) for row in rows] == [("overlooked", None)]


def promised(on: date):
    return replace(GOOD_ANSWER, outcome=Outcome.IN_PROGRESS, due_on=on)


def test_an_unfinished_late_answer_carries_its_day_as_the_new_date(case_id, cast, frozen):
    frozen.stand_at(LATE)
    with pytest.raises(BadInput, match="late_not_working"):
        propose(case_id, cast, text=promised(date(2026, 12, 20)))
    db.session.rollback()
    propose(case_id, cast, text=promised(date(2026, 12, 21)))
    approve(case_id, cast)
    release(case_id, cast)
    [one] = told(case_id)
    assert (one.row.new_on, one.standing) == (date(2026, 12, 21), Standing.OPEN)
    frozen.stand_at("2026-12-22")
    assert [one.standing for one in told(case_id)] == [Standing.BROKEN]


def test_the_form_before_the_answer_opens_one_working_day_before_the_due_day(case_id, cast, frozen):
    assert due(case_id).due_on == date(2026, 12, 8)
    frozen.stand_at("2026-12-04")
    with pytest.raises(MoveNotAllowed):
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi), signed=False)
    frozen.stand_at(ON_THE_EVE)
    with writing():
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi), signed=False)
    assert told(case_id) == []  # the head has not signed
    with pytest.raises(MoveNotAllowed):
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi), signed=True)


def test_a_new_date_is_told_once_a_round_and_moves_no_due_date(case_id, cast, frozen):
    before = due(case_id).due_on
    frozen.stand_at(ON_THE_EVE)
    with writing():
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi), signed=False)
        mark = apologies.mark_of(lateness.before_answer(case_of(case_id)))
    with pytest.raises(StaleEdit):
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi_head), signed=True, seen="old")
    with writing():
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi_head), signed=True, seen=mark)
    [one] = told(case_id)
    assert (one.row.new_on, one.standing, due(case_id).due_on) == (EARLY.new_on, Standing.OPEN, before)
    notices = set(db.session.scalars(select(Outbox.notice).where(Outbox.case_id == case_id)))
    assert {"apology-waiting", "apology-told"} <= notices
    with pytest.raises(MoveNotAllowed, match="apology_over"):
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi_head), signed=True)


@pytest.mark.parametrize(("answered", "standing"), [
    ("2026-12-16", Standing.KEPT), ("2026-12-17", Standing.BROKEN)])
def test_the_new_date_is_kept_by_an_answer_on_that_day_and_late_it_stays(
        case_id, cast, frozen, answered, standing):
    frozen.stand_at(ON_THE_EVE)
    with writing():
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi_head), signed=True)
    frozen.stand_at(answered)
    propose(case_id, cast)
    approve(case_id, cast)
    release(case_id, cast)
    assert [one.standing for one in told(case_id)] == [standing, Standing.NONE]
    assert due(case_id).met is False


def test_after_a_missed_new_date_no_third_one_can_be_given(case_id, cast, frozen):
    frozen.stand_at(ON_THE_EVE)
    with writing():
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi_head), signed=True)
    frozen.stand_at("2026-12-17")
    with pytest.raises(BadInput, match="once"):
        propose(case_id, cast, text=promised(date(2026, 12, 28)))
    db.session.rollback()
    propose(case_id, cast)


def late_explanation(case_id: int, frozen: Clock) -> Explanation:
    frozen.stand_at("2026-11-27")  # the agency's seven working days ended on the 26th
    climb(case_id)
    return db.session.scalars(select(Explanation)).one()


def test_the_ladder_demands_an_explanation_once_and_its_clock_runs(case_id, cast, frozen):
    row = late_explanation(case_id, frozen)
    assert row.agency_id == cast.building
    clock_row = db.session.scalars(select(Deadline).where(Deadline.kind == "explanation")).one()
    assert (clock_row.subject_id, clock_row.due_on) == (row.id, date(2026, 12, 1))
    with writing():
        assert deeds.demand_all([(case_of(case_id), db.session.get_one(Deadline, row.late_deadline_id))]) == {}
    assert explanations.counts(actor_of(cast.ha))[Given.OWED] == 1
    frozen.stand_at("2026-12-02")
    assert explanations.counts(actor_of(cast.ha))[Given.MISSING] == 1


def test_after_two_mergers_the_explanation_is_owed_by_who_took_over_last(case_id, cast, frozen):
    row_id = late_explanation(case_id, frozen).id
    with writing():
        between = factories.agency("Sở Hạ tầng", code="H1.77")
        db.session.get_one(Agency, cast.building).successor_id = between
        db.session.get_one(Agency, between).successor_id = cast.land
    owed = explanations.owed_by(actor_of(cast.dung_head), row_id)
    assert owed is not None
    assert explanations.owed_by(actor_of(cast.ha), row_id) is None


def test_the_head_explains_with_cause_what_happened_and_what_prevents_it(case_id, cast, frozen):
    row_id = late_explanation(case_id, frozen).id
    for who in (cast.dung_head, cast.chi):
        with pytest.raises(OutOfReach):
            deeds.give(row_id, cause="overlooked", happened=HAPPENED, prevents=PREVENTS, actor=actor_of(who))
    with pytest.raises(BadInput, match="prevents"):
        deeds.give(row_id, cause="overlooked", happened=HAPPENED, prevents="Sẽ rút kinh nghiệm.",
                   actor=actor_of(cast.chi_head))
    db.session.rollback()
    with writing():
        deeds.give(row_id, cause="overlooked", happened=HAPPENED, prevents=PREVENTS, actor=actor_of(cast.chi_head))
    [row] = explanations.listed(actor_of(cast.ha), standing=Given.GIVEN).rows
    assert HAPPENED in row.words
    assert PREVENTS in row.words
    stopped = db.session.scalars(select(Deadline).where(Deadline.kind == "explanation")).one()
    assert stopped.met is True
    with pytest.raises(MoveNotAllowed):
        deeds.give(row_id, cause="other", happened=HAPPENED, prevents=PREVENTS, actor=actor_of(cast.chi_head))


def test_the_register_tells_who_why_and_whether_the_date_was_kept(case_id, cast, frozen):
    frozen.stand_at(ON_THE_EVE)
    with writing():
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi_head), signed=True)
    page = apology_register.listed(actor_of(cast.ha), agency_id=cast.office, month=date(2026, 12, 1))
    assert [(row.signed_by, row.cause, row.new_on, row.standing) for row in page.rows] == [
        (cast.chi_head.name, "file_lost", EARLY.new_on, Standing.OPEN)]
    assert not apology_register.listed(actor_of(cast.ha), month=date(2026, 11, 1)).rows
    assert not apology_register.listed(actor_of(cast.ha), agency_id=cast.land).rows


def test_late_answers_without_an_apology_are_counted_by_agency_and_month(case_id, cast, frozen):
    frozen.stand_at(LATE)
    propose(case_id, cast)
    approve(case_id, cast)
    release(case_id, cast)
    with writing():
        register_counts.recount()
    [figure] = late_figures()
    assert (figure.month, figure.answers, figure.apologies, figure.without) == ("2026-12", 1, 1, 0)
    with writing():  # as if it had been sent before this rule was there
        db.session.delete(db.session.scalars(select(Apology)).one())
        register_counts.recount()
    [figure] = late_figures()
    assert (figure.answers, figure.apologies, figure.without) == (1, 0, 1)


def test_mails_lead_to_the_form_and_tell_the_sender(app, case_id, cast, frozen, post: Sink):
    frozen.stand_at(ON_THE_EVE)
    climb(case_id)
    mailing.deliver_owed()
    with writing():
        apologies.early(case_of(case_id), EARLY, actor=actor_of(cast.chi_head), signed=True)
    mailing.deliver_owed()
    texts = [str(part.get_content()) for mail in post.messages for part in mail.walk() if not part.is_multipart()]
    assert clock.today() == date(2026, 12, 7)
    assert any(f"/desk/cases/{case_of(case_id).reference}/apology" in text for text in texts)
    assert any("hẹn lại" in text and "mã theo dõi" in text for text in texts)
    assert db.session.scalar(select(Letter.id)) is None
