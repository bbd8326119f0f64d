"""When a limit ends, and what each limit rests on."""

from datetime import UTC, date, datetime, time

import pytest

from feedback.domain.calendar_seed import calendar_from_days, seed_rows
from feedback.domain.deadlines import (
    DEFAULT_LIMITS,
    DeadlineKind,
    LimitRule,
    Unit,
    due,
    give_back,
    received_on,
)
from feedback.domain.limits import Only
from feedback.domain.office_hours import DEFAULT_OFFICE_HOURS, OfficeHours

CALENDAR = calendar_from_days(seed_rows(), version=1)
FIVE_DAYS = LimitRule("five", 5, Unit.WORKING_DAYS, "submit", "thử")
FRIDAY_EVENING = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)  # 20:00 in Viet Nam


def test_a_limit_in_days_ends_at_midnight_in_viet_nam() -> None:
    end = due(FIVE_DAYS, datetime(2026, 2, 13, 2, 0, tzinfo=UTC), CALENDAR)
    assert end.due_on == date(2026, 2, 27)
    assert end.due_at == datetime(2026, 2, 27, 17, 0, tzinfo=UTC)
    assert not end.provisional


def test_the_day_of_receipt_is_the_day_in_viet_nam() -> None:
    late_in_utc = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)  # Monday 2 March 01:00 in Viet Nam
    assert due(FIVE_DAYS, late_in_utc, CALENDAR).due_on == date(2026, 3, 9)


def test_an_evening_message_is_received_that_day_or_the_next_working_day_as_the_province_decides() -> None:
    assert received_on(FRIDAY_EVENING, CALENDAR, DEFAULT_OFFICE_HOURS, False) == date(2026, 11, 20)
    assert received_on(FRIDAY_EVENING, CALENDAR, DEFAULT_OFFICE_HOURS, True) == date(2026, 11, 23)
    at_closing = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    assert received_on(at_closing, CALENDAR, DEFAULT_OFFICE_HOURS, True) == date(2026, 11, 23)
    before_opening = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)  # Friday 05:00
    assert received_on(before_opening, CALENDAR, DEFAULT_OFFICE_HOURS, True) == date(2026, 11, 20)
    one_day = LimitRule("one", 1, Unit.WORKING_DAYS, "submit", "thử")
    assert due(one_day, FRIDAY_EVENING, CALENDAR, after_hours_next_day=True).due_on == date(2026, 11, 25)


def test_a_limit_in_hours_ends_at_the_minute_inside_the_provinces_own_hours() -> None:
    urgent = LimitRule("urgent", 4, Unit.WORKING_HOURS, "submit", "thử")
    end = due(urgent, FRIDAY_EVENING, CALENDAR, OfficeHours(periods=((time(7), time(12)),)))
    assert end.due_at == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    assert end.due_on == date(2026, 11, 23)


def test_a_due_date_that_a_later_calendar_may_move_says_so() -> None:
    assert due(FIVE_DAYS, FRIDAY_EVENING, CALENDAR).provisional  # passes 24 November 2026
    assert due(FIVE_DAYS, datetime(2028, 3, 1, 2, 0, tzinfo=UTC), CALENDAR).provisional


def test_a_pause_gives_back_exactly_its_working_days() -> None:
    asked, supplied = date(2026, 2, 12), date(2026, 2, 24)
    paused = CALENDAR.working_days_between(asked, supplied)
    assert paused == 3
    assert give_back(date(2026, 2, 27), paused, CALENDAR) == date(2026, 3, 4)
    assert give_back(date(2026, 2, 27), 0, CALENDAR) == date(2026, 2, 27)
    with pytest.raises(ValueError, match="negative"):
        give_back(date(2026, 2, 27), -1, CALENDAR)


def test_each_default_limit_has_one_key_and_says_what_it_rests_on() -> None:
    keys = [(rule.key, rule.only) for rule in DEFAULT_LIMITS]
    assert len(keys) == len(set(keys))
    for rule in DEFAULT_LIMITS:
        assert any(word in rule.legal_basis for word in ("Đề xuất", "đề xuất", "Luật", "Quy định")), rule.key
    amounts = {(rule.key, rule.only): (rule.amount, rule.unit) for rule in DEFAULT_LIMITS}
    assert amounts["total", Only()] == (15, Unit.WORKING_DAYS)
    assert amounts["total", Only(complex=True)] == (25, Unit.WORKING_DAYS)
    assert amounts["total", Only(case_kind="rule")] == (15, Unit.CALENDAR_DAYS)


def test_every_clock_but_a_dated_promise_has_a_default_limit() -> None:
    covered = {rule.kind for rule in DEFAULT_LIMITS if rule.kind}
    assert set(DeadlineKind) - covered == {DeadlineKind.COMMITMENT}


@pytest.mark.parametrize(("amount", "basis"), [(0, "luật"), (-1, "luật"), (5, "  ")])
def test_a_limit_of_nothing_or_without_a_reason_is_refused(amount: int, basis: str) -> None:
    with pytest.raises(ValueError, match="limit x"):
        LimitRule("x", amount, Unit.WORKING_DAYS, "submit", basis)
