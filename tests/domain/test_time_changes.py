"""More time: what a reason, a piece of evidence and a new date must be; what a pause gives back, against a counter
of days that shares nothing with the house."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from feedback.domain.calendar import Unit
from feedback.domain.calendar_seed import calendar_from_days, seed_rows
from feedback.domain.deadlines import LimitRule, due, end_of_day
from feedback.domain.office_hours import DEFAULT_OFFICE_HOURS, VIETNAM_TIME
from feedback.domain.pauses import after_open_time, open_time, resumed
from feedback.domain.time_changes import Ground, day_fault, evidence_fault, latest, reason_fault
from feedback.web.time_words import GROUNDS

CALENDAR = calendar_from_days(seed_rows(), version=1)
OFF = {row.date for row in seed_rows() if row.kind.value == "off"}
WORKED = {row.date for row in seed_rows() if row.kind.value == "make_up"}
REASON = "Đoàn kiểm tra thửa 45 ở thôn Bàu Sen đến ngày 25/11/2026 mới đi được vì đường ngập sau bão."
EVIDENCE = "Giấy mời số 88/GM-SXD ngày 18/11/2026"


def works(day: date) -> bool:
    """The independent counter: a Monday to Friday that is not off, or a day that is worked instead."""
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def working_after(a: date, b: date) -> int:
    """Working days after ``a`` up to ``b``, counted one by one."""
    found, day = 0, a
    while day < b:
        day += timedelta(days=1)
        found += works(day)
    return found


INSTANTS = st.datetimes(datetime(2026, 1, 5), datetime(2026, 10, 30)).map(lambda at: at.replace(tzinfo=UTC))
DAY_PAUSES = st.tuples(INSTANTS, st.integers(1, 30), st.integers(0, 40), st.integers(0, 40 * 24))


@given(DAY_PAUSES)
def test_after_a_pause_exactly_as_many_working_days_are_left_as_before(drawn):
    started, amount, spent_hours, stood_hours = drawn
    ends = due(LimitRule("l", amount, Unit.WORKING_DAYS, "submit", "Luật"), started, CALENDAR)
    began = started + timedelta(hours=spent_hours)
    assume(began <= ends.due_at)
    ended = began + timedelta(hours=stood_hours)
    after = resumed(due_on=ends.due_on, due_at=ends.due_at, unit=Unit.WORKING_DAYS, began=began, ended=ended,
                    calendar=CALENDAR)
    first, last = began.astimezone(VIETNAM_TIME).date(), ended.astimezone(VIETNAM_TIME).date()
    assert after.days == working_after(first, last)
    assert working_after(last, after.due_on) == working_after(first, ends.due_on)
    assert works(after.due_on)
    assert after.due_at == end_of_day(after.due_on)
    assert after.due_on >= ends.due_on
    assert (after.due_on == ends.due_on) == (after.days == 0)


def open_minutes(a: datetime, b: datetime) -> int:
    """Open minutes between two instants, counted one by one."""
    found, at = 0, a
    while at < b:
        there = at.astimezone(VIETNAM_TIME)
        found += works(there.date()) and any(
            opens <= there.time() < closes for opens, closes in DEFAULT_OFFICE_HOURS.periods)
        at += timedelta(minutes=1)
    return found


MINUTES = st.datetimes(datetime(2026, 2, 2), datetime(2026, 5, 20)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC))


@given(MINUTES, st.integers(1, 12), st.integers(0, 600), st.integers(0, 4_000))
def test_a_limit_in_hours_has_the_same_open_minutes_left_after_a_pause(started, amount, spent, stood):
    ends = due(LimitRule("l", amount, Unit.WORKING_HOURS, "submit", "Luật"), started, CALENDAR)
    began = started + timedelta(minutes=spent)
    assume(began < ends.due_at)
    ended = began + timedelta(minutes=stood)
    after = resumed(due_on=ends.due_on, due_at=ends.due_at, unit=Unit.WORKING_HOURS, began=began, ended=ended,
                    calendar=CALENDAR)
    assert open_minutes(ended, after.due_at) == open_minutes(began, ends.due_at)
    assert after.due_on == after.due_at.astimezone(VIETNAM_TIME).date()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM_TIME)


@pytest.mark.parametrize(("began", "ended", "days"), [
    ("2026-11-07T09:00", "2026-11-08T20:00", 0),  # Saturday to Sunday
    ("2026-11-07T09:00", "2026-11-09T00:00", 1),  # Saturday to Monday
    ("2026-11-06T23:59", "2026-11-08T10:00", 0),  # Friday night to Sunday
    ("2026-11-10T08:00", "2026-11-10T16:00", 0),  # one day
    ("2026-02-13T08:00", "2026-02-24T08:00", 2),  # over Tết
])
def test_a_pause_that_starts_or_ends_on_a_day_of_rest_gives_its_working_days_back(began, ended, days):
    on = date(2026, 12, 1)
    after = resumed(due_on=on, due_at=end_of_day(on), unit=Unit.WORKING_DAYS, began=at(began), ended=at(ended),
                    calendar=CALENDAR)
    assert after.days == days == working_after(at(began).date(), at(ended).date())


def test_a_pause_within_an_hours_limit_does_not_stretch_it_to_midnight():
    ends = due(LimitRule("l", 4, Unit.WORKING_HOURS, "submit", "Luật"), at("2026-11-16T08:00"), CALENDAR)
    after = resumed(due_on=ends.due_on, due_at=ends.due_at, unit=Unit.WORKING_HOURS,
                    began=at("2026-11-16T09:00"), ended=at("2026-11-16T09:30"), calendar=CALENDAR)
    assert after.due_at - ends.due_at == timedelta(minutes=30)


def test_open_time_and_its_end_are_two_sides_of_one_thing():
    start = at("2026-11-13T16:00")
    end = after_open_time(start, timedelta(hours=2), CALENDAR)
    assert end == at("2026-11-16T08:30")
    assert open_time(start, end, CALENDAR) == timedelta(hours=2)
    assert after_open_time(start, timedelta(0), CALENDAR) == start
    assert open_time(end, start, CALENDAR) == timedelta(0)
    with pytest.raises(ValueError, match="before"):
        resumed(due_on=date(2026, 12, 1), due_at=at("2026-12-01T12:00"), unit=Unit.WORKING_DAYS, began=end,
                ended=start, calendar=CALENDAR)


@pytest.mark.parametrize(("text", "fault"), [
    ("", "missing"), ("  ", "missing"), ("x " * 3_000, "too_long"), (REASON, None),
    ("Vụ việc phức tạp, cần thêm thời gian để xem xét, xác minh theo quy định.", "generic"),
    ("Do khối lượng công việc lớn, đề nghị gia hạn để giải quyết đúng quy định của pháp luật.", "generic"),
    ("The matter is complicated and we need more time to examine it according to the rules.", "generic"),
    ("The land office measures plot 45 in Bau Sen on 25 November because the road was flooded.", None)])
def test_a_reason_says_what_takes_longer_in_this_very_case(text, fault):
    assert reason_fault(text) == fault


@pytest.mark.parametrize(("text", "fault"), [
    ("", "missing"), ("Giấy mời số 88", "no_day"), ("Ngày 18/11/2026", "no_document"), (EVIDENCE, None),
    ("Lịch kiểm tra hiện trường ngày 25 tháng 11", None),
    ("Invitation to the inspection on 25 November 2026", None),
    ("x" * 600, "too_long")])
def test_evidence_names_a_document_or_an_appointment_and_its_day(text, fault):
    assert evidence_fault(text) == fault


@pytest.mark.parametrize(("new_on", "fault"), [
    (None, "missing"), (date(2026, 11, 13), "past"), (date(2026, 11, 30), "not_after"),
    (date(2026, 12, 5), "rest_day"), (date(2026, 12, 4), None), (date(2026, 12, 7), None),
    (date(2026, 12, 8), "too_late")])
def test_the_new_date_lies_after_the_old_one_on_a_working_day_within_the_limit(new_on, fault):
    assert day_fault(new_on, due_on=date(2026, 11, 30), most=5, today=date(2026, 11, 16),
                     calendar=CALENDAR) == fault


@given(st.dates(date(2026, 1, 5), date(2026, 11, 1)), st.integers(1, 30))
def test_the_last_day_is_as_many_working_days_away_as_the_limit_has(due_on, most):
    assert working_after(due_on, latest(due_on, most, CALENDAR)) == most


def test_every_ground_has_a_name():
    assert set(GROUNDS) == set(Ground)
