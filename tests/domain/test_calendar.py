"""Which days count, and the day on which a limit ends."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.calendar import DayReason, Unit, WorkingCalendar, provisional_days_off
from feedback.domain.calendar_seed import (
    DayKind,
    SeedDay,
    calendar_from_days,
    complete_years,
    read_calendar_csv,
    seed_rows,
)
from feedback.domain.office_hours import OfficeHours, slices

SEED = calendar_from_days(seed_rows(), version=1)
WORKED = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data/calendar.jsonl").read_text(encoding="utf-8").splitlines()
]
UNITS = {"working": Unit.WORKING_DAYS, "calendar": Unit.CALENDAR_DAYS}

# Half a year only, so that drawn days meet each other; it holds a year's end and three fixed holidays.
days = st.dates(date(2027, 12, 20), date(2028, 5, 20))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Any calendar: random days off and make-up days, some years loaded."""
    off = draw(st.frozensets(days, max_size=40))
    return WorkingCalendar(
        days_off=off,
        make_up_days=draw(st.frozensets(days | st.just(date(2028, 5, 2)), max_size=20)) - off,
        loaded_years=draw(st.frozensets(st.sampled_from([2027, 2028]))),
        version=1,
    )


@pytest.mark.parametrize("case", WORKED, ids=lambda c: f"{c['received']}+{c['days']}{c['unit']}")
def test_every_worked_example_ends_on_the_right_day(case: dict) -> None:
    lines = SEED.explain(date.fromisoformat(case["received"]), case["days"], UNITS[case["unit"]])
    assert lines[-1].date.isoformat() == case["due"]


def test_a_make_up_saturday_is_a_working_day_and_an_exchanged_friday_is_not() -> None:
    assert SEED.reason(date(2026, 1, 10)) is DayReason.MAKE_UP_DAY
    assert SEED.is_working(date(2026, 1, 10))
    assert not SEED.is_working(date(2026, 1, 2))


@pytest.mark.parametrize(
    ("made_up", "off"),
    [("2024-05-04", "2024-04-29"), ("2025-04-26", "2025-05-02"), ("2026-01-10", "2026-01-02"),
     ("2026-08-22", "2026-08-31")],
)
def test_each_exchange_has_both_its_days(made_up: str, off: str) -> None:
    assert date.fromisoformat(made_up).weekday() == 5
    assert SEED.is_working(date.fromisoformat(made_up))
    assert not SEED.is_working(date.fromisoformat(off))


@pytest.mark.parametrize(("year", "weekdays_off"), [(2024, 12), (2025, 12), (2026, 14), (2027, 12)])
def test_each_year_has_its_days_off(year: int, weekdays_off: int) -> None:
    """Counted by hand from the official papers; 2027 is partly a computed guess."""
    found = [d for d in SEED.days_off if d.year == year and d.weekday() < 5]
    assert len(found) == weekdays_off
    assert year in SEED.loaded_years


def test_what_nobody_has_decided_yet_is_marked_to_be_confirmed() -> None:
    assert date(2026, 11, 24) in SEED.to_confirm
    assert {date(2027, 2, d) for d in range(5, 12)} <= SEED.to_confirm
    assert all("Cần xác nhận" in row.source for row in seed_rows() if row.to_confirm)
    assert all(row.source and row.name_vi and row.name_en for row in seed_rows())


def test_an_unloaded_year_knows_fixed_holidays_and_says_that_it_is_provisional() -> None:
    assert SEED.reason(date(2029, 9, 3)) is DayReason.PROVISIONAL_DAY_OFF  # 2/9/2029 is a Sunday
    assert SEED.reason(date(2029, 1, 1)) is DayReason.PROVISIONAL_DAY_OFF
    assert SEED.is_provisional(date(2029, 3, 7))
    assert not SEED.is_provisional(date(2026, 3, 6))
    assert {date(2028, 5, 1), date(2028, 5, 2)} <= provisional_days_off(2028)  # 30/4 Sunday moves past 1/5


def test_a_row_added_ahead_of_its_year_does_not_make_the_year_look_settled() -> None:
    extra = SeedDay(date(2028, 1, 26), DayKind.OFF, "Tết", "Tet", "thử")
    amended = calendar_from_days([*seed_rows(), extra], version=2)
    assert 2028 not in complete_years([*seed_rows(), extra])
    assert not amended.is_working(date(2028, 1, 26))
    assert not amended.is_working(date(2028, 5, 1))
    assert amended.is_provisional(date(2028, 1, 26))


def test_a_year_is_complete_only_with_its_fixed_holidays_and_the_eleven_days_of_the_law() -> None:
    year = [row for row in seed_rows() if row.date.year == 2024 and row.kind is DayKind.OFF]
    tet = [row for row in year if row.date.month == 2]
    assert complete_years(year) == {2024}
    assert complete_years([row for row in year if row not in tet]) == frozenset()
    assert complete_years([row for row in year if row.date != date(2024, 9, 2)]) == frozenset()


def test_a_day_cannot_be_both_off_and_made_up() -> None:
    one = frozenset({date(2026, 1, 10)})
    with pytest.raises(ValueError, match="2026-01-10"):
        WorkingCalendar(days_off=one, make_up_days=one, loaded_years=frozenset(), version=1)


def test_a_computed_holiday_that_a_row_makes_a_working_day_counts_again() -> None:
    amended = WorkingCalendar(frozenset(), frozenset({date(2028, 5, 2)}), frozenset(), 2)
    assert amended.working_days_between(date(2028, 4, 28), date(2028, 5, 3)) == 2
    assert SEED.working_days_between(date(2028, 4, 28), date(2028, 5, 3)) == 1


def test_three_days_left_and_three_days_late_are_counted_in_working_days() -> None:
    due = date(2026, 2, 13)  # Friday before Tet
    assert SEED.working_days_between(date(2026, 2, 10), due) == 3
    assert SEED.working_days_between(date(2026, 2, 25), due) == -3
    assert SEED.working_days_between(due, due) == 0


def test_a_limit_in_calendar_days_says_that_it_was_carried_over_a_rest_day() -> None:
    lines = SEED.explain(date(2026, 11, 9), 15, Unit.CALENDAR_DAYS)
    assert (lines[15].counts, lines[15].why, lines[15].provisional) == (15, DayReason.DAY_OFF, True)
    assert (lines[-1].date, lines[-1].counts, lines[-1].why) == (
        date(2026, 11, 25), None, DayReason.CARRIED_OVER)


def test_working_hours_run_over_lunch_evening_and_weekend() -> None:
    friday_afternoon = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # 16:00 in Viet Nam
    assert SEED.add_working_hours(friday_afternoon, 4) == datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
    morning = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # 07:30
    assert SEED.add_working_hours(morning, 4) == datetime(2026, 11, 20, 4, 30, tzinfo=UTC)  # 11:30, not 13:30


def test_office_hours_must_be_in_order() -> None:
    with pytest.raises(ValueError, match="order"):
        OfficeHours(periods=((datetime(1, 1, 1, 13).time(), datetime(1, 1, 1, 9).time()),))
    with pytest.raises(ValueError, match="at least one period"):
        OfficeHours(periods=())


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SEED.add_working_hours(datetime(2026, 11, 20, 9, 0), 4)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("date,kind,name_vi\n2026-01-01,off,Tết", "no column source"),
        ("date,kind,name_vi,source\n2026-13-01,off,Tết,BL", "line 2"),
        ("date,kind,name_vi,source\n2026-01-01,holiday,Tết,BL", "line 2"),
        ("date,kind,name_vi,source\n2026-01-01,off,Tết,", "line 2"),
        ("date,kind,name_vi,source\n2026-01-01,off,Tết", "line 2"),
        ("date,kind,name_vi,source\n2026-01-01,off,Tết,BL\n2026-01-01,off,Tết,BL", "line 3.*twice"),
    ],
)
def test_a_calendar_file_with_a_fault_is_refused_naming_the_line(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_calendar_csv(text.splitlines())


@given(calendars(), days, st.integers(0, 60))
def test_more_days_never_end_earlier_and_a_later_start_never_ends_earlier(
    calendar: WorkingCalendar, start: date, n: int
) -> None:
    assert calendar.add_working_days(start, n) < calendar.add_working_days(start, n + 1)
    assert calendar.add_working_days(start, n) <= calendar.add_working_days(start + timedelta(days=1), n)
    assert calendar.add_calendar_days(start, n) <= calendar.add_calendar_days(start, n + 1)
    assert calendar.add_calendar_days(start, n) <= calendar.add_calendar_days(start + timedelta(days=1), n)


@given(calendars(), days, st.integers(0, 60))
def test_days_added_are_the_days_counted_between(calendar: WorkingCalendar, start: date, n: int) -> None:
    end = calendar.add_working_days(start, n)
    assert calendar.working_days_between(start, end) == n
    assert calendar.working_days_between(end, start) == -n
    if calendar.is_working(start):
        assert calendar.add_working_days(end, -n) == start


@given(calendars(), days, days)
def test_counting_by_weeks_agrees_with_counting_day_by_day(
    calendar: WorkingCalendar, a: date, b: date
) -> None:
    a, b = min(a, b), max(a, b)
    one_by_one = sum(calendar.is_working(a + timedelta(days=i)) for i in range(1, (b - a).days + 1))
    assert calendar.working_days_between(a, b) == one_by_one


@given(calendars(), days, st.integers(0, 60))
def test_the_explanation_ends_where_the_limit_ends_and_skips_no_day(
    calendar: WorkingCalendar, start: date, n: int
) -> None:
    working = calendar.explain(start, n, Unit.WORKING_DAYS)
    assert working[-1].date == calendar.add_working_days(start, n)
    assert [line.counts for line in working if line.counts is not None] == list(range(n + 1))
    assert all(calendar.is_working(line.date) == (line.counts is not None) for line in working[1:])
    counted = calendar.explain(start, n, Unit.CALENDAR_DAYS)
    assert counted[-1].date == calendar.add_calendar_days(start, n)
    for lines in (working, counted):
        assert [line.date for line in lines] == [start + timedelta(days=i) for i in range(len(lines))]


@given(calendars(), days, st.integers(1, 30))
def test_a_make_up_day_never_makes_a_limit_longer_nor_a_day_off_shorter(
    calendar: WorkingCalendar, start: date, n: int
) -> None:
    end = calendar.add_working_days(start, n)
    rest = next(d for d in (start + timedelta(days=i) for i in range(1, 400)) if not calendar.is_working(d))
    off, made_up, years = calendar.days_off, calendar.make_up_days, calendar.loaded_years
    worked = WorkingCalendar(off - {rest}, made_up | {rest}, years, 2)
    assert worked.add_working_days(start, n) <= end
    fewer = WorkingCalendar(off | {end}, made_up - {end}, years, 2)
    assert fewer.add_working_days(start, n) > end


@settings(max_examples=60)
@given(calendars(), st.datetimes(datetime(2027, 12, 20), datetime(2028, 5, 20), timezones=st.just(UTC)),
       st.integers(1, 40))
def test_hours_counted_are_open_hours_and_sum_up(calendar: WorkingCalendar, at: datetime, n: int) -> None:
    hours = OfficeHours(periods=((datetime(1, 1, 1, 8).time(), datetime(1, 1, 1, 12).time()),))
    found = slices(at, n, hours, calendar.is_working)
    assert sum((piece.ends - piece.starts for piece in found), timedelta()) == timedelta(hours=n)
    assert at <= found[0].starts
    assert all(earlier.ends <= later.starts for earlier, later in zip(found, found[1:], strict=False))
    assert calendar.add_working_hours(at, n, hours) == found[-1].ends
