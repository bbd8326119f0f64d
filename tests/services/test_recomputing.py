"""What a change of the calendar does to clocks that are not counted from a limit, belong to a row of their own, or
have no case."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar_seed import DayKind, SeedDay
from feedback.domain.lifecycle import Action
from feedback.domain.limits import DeadlineKind
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline, Escalation, Limit
from feedback.models.events import Event
from feedback.queries.calendar import load_calendar
from feedback.services import clocks, escalation, working_days
from feedback.services.recomputing import Moved
from tests.factories import actor_of, case_of
from tests.fixtures.cast import Cast
from tests.fixtures.time import Clock
from tests.web.stage import bring

STORM = SeedDay(date(2026, 11, 19), DayKind.OFF, "Nghỉ bão", "Storm", "Công điện 5/CĐ-UBND")


@pytest.fixture
def inside(app: Flask, frozen: Clock) -> Iterator[None]:
    with app.app_context():
        yield


def storm(cast: Cast, day: SeedDay = STORM) -> Moved:
    with writing():
        return working_days.keep(day, shown=None, actor=actor_of(cast.quan))


def running(kind: str, case_id: int | None) -> list[Deadline]:
    db.session.rollback()
    return list(db.session.scalars(select(Deadline).where(
        Deadline.kind == kind, Deadline.case_id == case_id, Deadline.stopped_at.is_(None)).order_by(Deadline.id)))


def moves_of(case_id: int) -> list[str]:
    return list(db.session.scalars(select(Event.payload).where(
        Event.chain == f"case:{case_id}", Event.type == "due_moved").order_by(Event.n)))


def test_a_day_that_was_granted_stays_what_the_sender_was_told(app: Flask, cast: Cast, inside: None) -> None:
    case_id = bring(app, cast, Action.TAKE).case_id
    with writing():
        (total,) = running("total", case_id)
        after = clocks.go_on(total, due_on=date(2026, 12, 22))
        assert (after.limit_id, after.replaces_id) == (total.limit_id, total.id), "it still names its limit"
    moved = storm(cast)
    (total,) = running("total", case_id)
    assert total.due_on == date(2026, 12, 22), "not counted anew from the limit, which ended on 8 December"
    assert moved.later.keys() == {"handle"}
    assert len(moves_of(case_id)) == 1


def test_an_extended_clock_looks_at_the_new_day_of_its_next_rung(app: Flask, cast: Cast, inside: None) -> None:
    case_id = bring(app, cast, Action.TAKE).case_id
    with writing():
        (total,) = running("total", case_id)
        clocks.go_on(total, due_on=date(2026, 11, 23))  # reminders on 19 and 20 November
    (before,) = running("total", case_id)
    assert clock.local_date(before.next_rung_at) == date(2026, 11, 19)
    db.session.rollback()
    storm(cast)
    (after,) = running("total", case_id)
    assert after.due_on == date(2026, 11, 23)
    assert clock.local_date(after.next_rung_at) == date(2026, 11, 18), "two working days before"


def test_each_clock_of_a_row_of_its_own_moves_by_itself(
        app: Flask, cast: Cast, frozen: Clock, inside: None) -> None:
    case_id = bring(app, cast, Action.TAKE).case_id
    with writing():
        clocks.start_for(case_of(case_id), DeadlineKind.CONTRIBUTE, subject_id=1, agency_id=cast.land)
    frozen.stand_at("2026-11-19")
    with writing():
        clocks.start_for(case_of(case_id), DeadlineKind.CONTRIBUTE, subject_id=2, agency_id=cast.office)
        clocks.start_for(case_of(case_id), DeadlineKind.CONTRIBUTE, subject_id=3, agency_id=cast.office,
                         due_on=date(2026, 11, 27))
    before = [row.due_on for row in running("contribute", case_id)]
    db.session.rollback()
    storm(cast)
    after = running("contribute", case_id)
    calendar = load_calendar()
    assert [row.subject_id for row in after] == [1, 2, 3]
    assert after[0].due_on == calendar.add_working_days(before[0], 1)
    assert after[1].due_on == before[1], "it began on the day itself, which is not counted anyway"
    assert after[2].due_on == date(2026, 11, 27), "a day that was named stays"
    assert after[0].next_rung_at is not None
    assert sum('"clock":"contribute"' in payload for payload in moves_of(case_id)) == 1
    assert f'"deadline":{after[0].id}' in "".join(moves_of(case_id))


def test_a_clock_without_a_case_moves_and_nobody_s_history_tells_of_it(cast: Cast, inside: None) -> None:
    with writing():
        row = clocks.start_for(None, DeadlineKind.INSTRUCTION, subject_id=7, agency_id=cast.land)
        assert row.limit_id is not None
    (before,) = running("instruction", None)
    due, look = before.due_on, before.next_rung_at
    db.session.rollback()
    day = replace(STORM, date=date(2026, 11, 17))
    preview = working_days.preview({day.date: day})
    assert (preview.apart, preview.later["instruction"], preview.cases) == (1, 1, set())
    moved = storm(cast, day)
    assert (moved.apart, moved.cases) == (1, set())
    (after,) = running("instruction", None)
    assert after.due_on == load_calendar().add_working_days(due, 1)
    assert after.next_rung_at > look
    assert db.session.scalars(select(Event).where(Event.type == "due_moved")).all() == []


def test_a_rung_that_fired_does_not_fire_again_on_the_new_day(
        app: Flask, cast: Cast, frozen: Clock, inside: None) -> None:
    case_id = bring(app, cast, Action.TAKE).case_id  # the agency's day is Thursday 26 November
    frozen.stand_at("2026-11-23")
    assert escalation.sweep_overdue().acted == 1
    with writing():
        later = SeedDay(date(2026, 11, 25), DayKind.OFF, "Nghỉ bão", "Storm", "Công điện 6/CĐ-UBND")
        working_days.keep(later, shown=None, actor=actor_of(cast.quan))
    (handle,) = running("handle", case_id)
    assert handle.due_on == date(2026, 11, 27)
    fired = [row.rung for row in db.session.scalars(select(Escalation).where(Escalation.deadline_id == handle.id))]
    assert fired == ["before_2"]
    assert clock.local_date(handle.next_rung_at) == date(2026, 11, 26), "the next one, one day before"


def test_what_was_left_of_a_limit_in_hours_is_left_again(
        app: Flask, cast: Cast, frozen: Clock, inside: None) -> None:
    case_id = bring(app, cast, Action.TAKE).case_id
    with writing():
        (total,) = running("total", case_id)
        limit = db.session.get_one(Limit, total.limit_id)
        hours = Limit(key="total", version=99, amount=8, unit="working_hours",
                      from_event="submit", legal_basis="Thử", valid_from=limit.valid_from)
        db.session.add(hours)
        db.session.flush()
        # It waited for the sender: more open time lies before its end than the limit has.
        total.limit_id, total.due_at = hours.id, clock.now() + timedelta(days=4, hours=1)
        total.due_on = clock.local_date(total.due_at)
    storm(cast)
    (after,) = running("total", case_id)
    assert after.due_on == date(2026, 11, 23), "from Friday 10:00 to Monday 10:00"
    assert clock.local_date(after.due_at) == after.due_on
