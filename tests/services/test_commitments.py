"""Promises with a day: watched from the release on, kept by a report, broken by the clock or by the sender."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.answers.structured import Outcome
from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.models.publications import Publication
from feedback.models.reader import Commitment
from feedback.queries import commitments as asked
from feedback.queries import letters, register
from feedback.queries.commitments import Standing
from feedback.queries.point_verdicts import said_of
from feedback.services import citizen, commitments, escalation, lapsing, mailing, publication
from tests import factories
from tests.engines.smtp import Sink
from tests.factories import GOOD_ANSWER, actor_of, case_of
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.time import Clock

FIRST = "Sở sẽ trả bản vẽ cho ông trước ngày 27/11/2026."
SECOND = "Phòng Quản lý xây dựng sẽ sửa bảng niêm yết chậm nhất ngày 04/12/2026."
PROMISING = replace(GOOD_ANSWER, points={1: f"{GOOD_ANSWER.points[1]} {SECOND}",  # type: ignore[index]
                                         2: f"{GOOD_ANSWER.points[2]} {FIRST}"})  # type: ignore[index]
DONE = "Ngày 16/11/2026 Sở đã trả bản vẽ cho ông tại quầy 3, biên bản giao nhận số 12/BB-SXD."


@pytest.fixture
def inside(app: Flask, frozen: Clock) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def promised(cast: Cast, an: Citizen, inside: None) -> int:
    """An's case, answered on 16 November 2026 with two dated promises in its words."""
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands, text=PROMISING)
    return receipt.case_id


def rows(case_id: int) -> list[Commitment]:
    db.session.rollback()
    return list(db.session.scalars(select(Commitment).where(Commitment.case_id == case_id).order_by(
        Commitment.promised_on)))


def running(case_id: int) -> list[tuple[str, date]]:
    return [(row.kind, row.due_on) for row in db.session.scalars(
        select(Deadline).where(Deadline.case_id == case_id, Deadline.stopped_at.is_(None)).order_by(Deadline.id))]


def state(case_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Case.state).where(Case.id == case_id)).one()


def keep(case_id: int, row: Commitment, cast: Cast, text: str = DONE) -> None:
    row_id = row.id
    with writing():
        commitments.keep(case_of(case_id), row_id, actor=actor_of(cast.chi), text=text)


def standings(case_id: int) -> list[Standing]:
    db.session.rollback()
    return [one.standing for one in asked.watched(case_of(case_id))]


def test_each_dated_sentence_of_a_released_answer_is_watched_and_the_earliest_has_the_clock(
        promised: int, cast: Cast) -> None:
    first, second = rows(promised)
    assert (first.line, first.promised_on) == (FIRST, date(2026, 11, 27))
    assert (second.line, second.owner) == (SECOND, "Phòng Quản lý xây dựng")
    assert running(promised) == [("commitment", date(2026, 11, 27))]
    assert (first.deadline_id is None, second.deadline_id) == (False, None)


def test_an_answer_without_a_coming_day_promises_nothing(cast: Cast, an: Citizen, inside: None) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    assert rows(receipt.case_id) == []
    assert running(receipt.case_id) == []


def test_the_by_when_of_what_is_being_handled_is_a_promise_too(cast: Cast, an: Citizen, inside: None) -> None:
    receipt = an.complains()
    text = replace(PROMISING, outcome=Outcome.IN_PROGRESS, due_on=date(2026, 12, 15))
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands, text=text)
    assert [(row.line, row.promised_on.day, row.owner) for row in rows(receipt.case_id)][-1] == (
        "", 15, GOOD_ANSWER.owner)


def test_a_promise_is_kept_by_a_report_and_the_next_one_starts(
        promised: int, cast: Cast, frozen: Clock) -> None:
    frozen.stand_at("2026-11-20")
    first, _ = rows(promised)
    keep(promised, first, cast)
    assert standings(promised) == [Standing.KEPT, Standing.OPEN]
    assert running(promised) == [("commitment", date(2026, 12, 4))]
    stopped = db.session.scalars(select(Deadline).where(Deadline.due_on == date(2026, 11, 27))).one()
    assert stopped.met
    assert asked.watched(case_of(promised))[0].told == DONE
    told = db.session.scalars(select(Outbox).where(Outbox.notice == "promise-kept")).all()
    assert [(row.person_id, row.agency_id) for row in told] == [(None, None)]


def test_a_later_promise_kept_first_leaves_the_earlier_clock_running(
        promised: int, cast: Cast, frozen: Clock) -> None:
    frozen.stand_at("2026-11-20")
    first, second = rows(promised)
    keep(promised, second, cast)
    assert running(promised) == [("commitment", date(2026, 11, 27))]
    keep(promised, first, cast)
    assert running(promised) == []


@pytest.mark.parametrize("text", ["", "  ", "Đã tiếp nhận, sẽ xem xét theo quy định.", "x" * 4_001,
                                  "Ngày [[ngày]] đã trả.", "Đã trả bản vẽ cho ông tại quầy 3.",
                                  "Ngày 25/11/2026 sẽ trả bản vẽ cho ông."])
def test_an_empty_phrase_keeps_no_promise(promised: int, cast: Cast, text: str) -> None:
    first, _ = rows(promised)
    with pytest.raises(BadInput):
        keep(promised, first, cast, text)
    assert standings(promised) == [Standing.OPEN, Standing.OPEN]


def test_only_the_officer_and_the_head_of_the_agency_report(promised: int, cast: Cast) -> None:
    first_id = rows(promised)[0].id
    for other in (cast.dung, cast.dung_head, cast.intake, cast.ha, cast.leader, cast.quan):
        with pytest.raises(MoveNotAllowed), writing():
            commitments.keep(case_of(promised), first_id, actor=actor_of(other), text=DONE)
    with writing():
        commitments.keep(case_of(promised), first_id, actor=actor_of(cast.chi_head), text=DONE)
    assert standings(promised)[0] is Standing.KEPT


def test_a_promise_is_kept_once_and_never_through_another_case(
        promised: int, cast: Cast, an: Citizen) -> None:
    first, _ = rows(promised)
    keep(promised, first, cast)
    first, _ = rows(promised)
    with pytest.raises(MoveNotAllowed):
        keep(promised, first, cast)
    other = an.complains()
    with pytest.raises(OutOfReach), writing():
        commitments.keep(case_of(other), first.id, actor=actor_of(cast.chi), text=DONE)


def test_after_its_day_a_promise_cannot_be_kept_any_more(promised: int, cast: Cast, frozen: Clock) -> None:
    frozen.stand_at("2026-11-28")
    first, _ = rows(promised)
    with pytest.raises(MoveNotAllowed, match="promise_passed"):
        keep(promised, first, cast)


def test_a_day_that_passes_unreported_breaks_the_promise_and_brings_the_case_back_once(
        promised: int, cast: Cast, frozen: Clock) -> None:
    frozen.stand_at("2026-11-28")
    assert (lapsing.sweep_commitments().acted, lapsing.sweep_commitments().acted) == (1, 0)
    assert standings(promised) == [Standing.BROKEN, Standing.REPLACED]
    assert state(promised) == "assigned"
    case = case_of(promised)
    assert (case.round, case.objected) == (1, False)
    assert {kind for kind, _ in running(promised)} == {"total", "handle"}
    told = db.session.scalars(select(Outbox).where(Outbox.notice == "promise-broken")).all()
    assert [row.person_id for row in told] == [cast.chi_head.id]
    assert letters.facts_for(promised).promised_on == date(2026, 11, 27)


def test_the_next_promise_is_watched_to_its_own_day(promised: int, cast: Cast, frozen: Clock) -> None:
    frozen.stand_at("2026-11-27 23:30")
    keep(promised, rows(promised)[0], cast)
    frozen.stand_at("2026-12-04 23:30")
    assert lapsing.sweep_commitments().seen == 0
    frozen.stand_at("2026-12-05 00:01")
    assert lapsing.sweep_commitments().acted == 1
    assert standings(promised) == [Standing.KEPT, Standing.BROKEN]


def test_the_sender_can_say_that_it_was_not_kept(promised: int, cast: Cast, frozen: Clock) -> None:
    first_id, second_id = (row.id for row in rows(promised))
    with pytest.raises(MoveNotAllowed), writing():
        commitments.deny(case_of(promised), first_id, actor=citizen.as_sender(promised))  # nothing is reported yet
    keep(promised, rows(promised)[0], cast)
    for other in (citizen.as_sender(promised + 1_000), actor_of(cast.ha)):
        with pytest.raises(MoveNotAllowed), writing():
            commitments.deny(case_of(promised), first_id, actor=other)
    with writing():
        commitments.deny(case_of(promised), first_id, actor=citizen.as_sender(promised))
    assert standings(promised) == [Standing.BROKEN, Standing.REPLACED]
    case = case_of(promised)
    assert (case.state, case.round, case.objected) == ("assigned", 1, False)
    with pytest.raises(MoveNotAllowed), writing():
        commitments.deny(case_of(promised), second_id, actor=citizen.as_sender(promised))


def test_reminded_two_working_days_before_by_a_mail_without_the_words_of_the_answer(
        promised: int, cast: Cast, frozen: Clock, post: Sink) -> None:
    frozen.stand_at("2026-11-24")  # a day off; the 25th is two working days before
    escalation.sweep_overdue()
    frozen.stand_at("2026-11-25")
    escalation.sweep_overdue()
    escalation.sweep_overdue()
    db.session.rollback()
    assert [(row.rung, row.case_id) for row in db.session.scalars(select(Escalation))] == [("before_2", promised)]
    told = db.session.scalars(select(Outbox).where(Outbox.notice == "case-due-soon")).all()
    assert [row.person_id for row in told] == [cast.chi.id]
    mailing.deliver_owed()
    frozen.stand_at("2026-11-28")
    lapsing.sweep_commitments()
    mailing.deliver_owed()
    words = [part.get_content() for mail in post.messages for part in mail.walk() if not part.is_multipart()]
    assert any("27/11/2026" in text for text in words)
    assert not [text for text in words if "bản vẽ" in text]


def test_a_case_with_an_open_promise_cannot_be_closed_and_the_time_to_object_runs_from_the_last_one_kept(
        promised: int, cast: Cast, frozen: Clock) -> None:
    frozen.stand_at("2026-11-20")
    keep(promised, rows(promised)[0], cast)
    with pytest.raises(MoveNotAllowed, match="commitment_open"), writing():
        citizen.close(case_of(promised), actor=citizen.as_sender(promised))
    frozen.stand_at("2026-12-03")
    keep(promised, rows(promised)[1], cast)
    frozen.stand_at("2026-12-10")  # the answer is 24 days old, the last promise was kept a week ago
    assert lapsing.sweep_close().seen == 0
    assert state(promised) == "answered"
    frozen.stand_at("2026-12-18")
    assert lapsing.sweep_close().seen == 0, "the fifteenth day after the 3rd"
    with pytest.raises(MoveNotAllowed, match="role"), writing():
        citizen.object_to(case_of(promised), actor=SYSTEM, why="Chưa đúng.")
    frozen.stand_at("2026-12-22")
    assert (lapsing.sweep_close().acted, lapsing.sweep_close().acted) == (1, 0)
    assert state(promised) == "closed"


def test_an_objection_replaces_what_was_promised(promised: int, cast: Cast) -> None:
    with writing():
        citizen.object_to(case_of(promised), actor=citizen.as_sender(promised), why="Chưa trả lời ý 1.")
    assert standings(promised) == [Standing.REPLACED, Standing.REPLACED]
    assert lapsing.sweep_commitments().seen == 0


def test_what_the_public_reads_of_a_promise_changes_with_it(
        promised: int, cast: Cast, frozen: Clock, answering_vault: None) -> None:
    with writing():
        reference = factories.publish(case_of(promised), first=cast.publisher, second=cast.second_publisher)

    def told() -> list[tuple[str, str]]:
        db.session.rollback()
        shown = register.one(reference)
        assert shown is not None
        return [(one.line, one.standing) for one in shown.promises]

    assert [standing for _, standing in told()] == ["open", "open"]
    assert told()[0][0] == FIRST
    keep(promised, rows(promised)[0], cast)
    assert [standing for _, standing in told()] == ["kept", "open"]
    with writing():
        commitments.deny(case_of(promised), rows(promised)[0].id, actor=citizen.as_sender(promised))
    assert [standing for _, standing in told()] == ["broken", "replaced"]


def test_what_is_being_handled_can_be_published_once_every_promise_was_kept(
        cast: Cast, an: Citizen, inside: None, answering_vault: None) -> None:
    receipt = an.complains()
    text = replace(GOOD_ANSWER, outcome=Outcome.IN_PROGRESS, due_on=date(2026, 12, 15))
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands, text=text)
    with writing():
        assert publication.draft_for(case_of(receipt)) is None
        assert publication.propose_missing() == 0
    keep(receipt.case_id, rows(receipt.case_id)[0], cast)
    with writing():
        assert publication.propose_missing() == 1
    assert db.session.scalars(select(Publication)).all() == []


def test_cases_with_a_promise_kept_and_one_still_open_do_not_stand_in_the_way_of_others(
        cast: Cast, an: Citizen, inside: None, answering_vault: None) -> None:
    waiting, settled = an.complains(), an.complains()
    half = replace(PROMISING, outcome=Outcome.IN_PROGRESS, due_on=date(2026, 12, 4))
    with writing():
        factories.walk(waiting, Action.RELEASE, hands=cast.hands, text=half)
        factories.walk(settled, Action.RELEASE, hands=cast.hands)
    keep(waiting.case_id, rows(waiting.case_id)[0], cast)
    with writing():
        assert publication.propose_missing(limit=1) == 1
    keep(waiting.case_id, rows(waiting.case_id)[1], cast)
    with writing():
        assert publication.propose_missing(limit=1) == 1


def test_what_the_sender_says_point_by_point_is_kept_for_each_round(
        cast: Cast, an: Citizen, inside: None) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    sender = citizen.as_sender(receipt.case_id)
    for said in ({1: True}, {1: True, 2: False}, {1: True, 2: False}):
        with writing():
            citizen.say_answered(case_of(receipt), actor=sender, answered=said)
    first = db.session.scalars(select(Event.payload).where(Event.type == "said")).all()
    assert len(first) == 2, "the same words twice are one event"
    with writing():
        citizen.object_to(case_of(receipt), actor=sender, why="Ý 2 chưa trả lời.")
    with writing():
        case = case_of(receipt)
        other = factories.member("Phan Thị Hoa", factories.Role.OFFICER, agency_id=cast.building)
        _answer_again(case, cast, other)
    with writing():
        citizen.say_answered(case_of(receipt), actor=sender, answered={2: True})
    db.session.rollback()
    answers = list(db.session.scalars(select(factories.answers.Answer.id).order_by(factories.answers.Answer.id)))
    said_now = said_of(answers)
    assert [(said_now[a].answered, said_now[a].not_answered) for a in answers] == [(1, 1), (1, 0)]
    assert said_of([]) == {}
    assert clock.today() == date(2026, 11, 16)


def _answer_again(case: Case, cast: Cast, officer: factories.Member) -> None:
    factories.cases.take(case, actor=actor_of(officer))
    factories.answers.save_draft(case, GOOD_ANSWER, actor=actor_of(officer))
    factories.answers.submit_answer(case, actor=actor_of(officer), override="Đã đối chiếu hồ sơ.")
    factories.answers.approve(case, actor=actor_of(cast.chi_head))
    factories.answers.release(case, actor=actor_of(cast.ha))
