"""Limits for some cases only, and office hours counted backwards."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.calendar import Unit
from feedback.domain.calendar_seed import calendar_from_days, seed_rows
from feedback.domain.deadlines import end_of_day
from feedback.domain.escalation import End, Rung, first_owed, next_look, owed_at, rungs_due
from feedback.domain.limit_bounds import cap_of, fault_of, may_be_narrowed, units_of
from feedback.domain.limits import DEFAULT_LIMITS, Facts, Only
from feedback.domain.notices import Recipient
from feedback.domain.office_hours import DEFAULT_OFFICE_HOURS, VIETNAM_TIME, from_minutes

CALENDAR = calendar_from_days(seed_rows(), version=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM_TIME)


def test_a_condition_is_met_by_its_value_alone_and_no_condition_by_every_case() -> None:
    assert Only().met_by(Facts())
    assert Only().met_by(None), "what holds for all cases holds without a case too"
    assert Only(complex=True).met_by(Facts(complex=True))
    assert not Only(complex=True).met_by(Facts())
    assert Only(complex=False).met_by(Facts()), "not complex is a condition of its own"
    assert not Only(complex=False).met_by(None)
    assert not Only(tier="commune", urgent=True).met_by(Facts(tier="commune"))
    assert Only(tier="commune", urgent=True).count == 2


def test_fifteen_days_for_the_content_of_a_rule_are_law_and_cannot_be_made_longer() -> None:
    rule = Only(case_kind="rule", tier="department")
    assert units_of("total", rule) == (Unit.CALENDAR_DAYS,)
    assert fault_of("total", 16, Unit.CALENDAR_DAYS, rule) == ("amount", "cap")
    assert fault_of("total", 15, Unit.WORKING_DAYS, rule) == ("unit", "fixed")
    assert fault_of("total", 15, Unit.CALENDAR_DAYS, rule) is None
    assert cap_of("total") is None
    shipped = [one for one in DEFAULT_LIMITS if one.only.case_kind == "rule"]
    assert {(one.key, one.amount, one.unit) for one in shipped} == {("total", 15, Unit.CALENDAR_DAYS)}
    assert Only(case_kind="rule", complex=True) in {one.only for one in shipped}, (
        "complex does not lengthen what the law bounds")


def test_only_clocks_of_a_case_have_limits_for_some_cases() -> None:
    assert may_be_narrowed("total")
    assert may_be_narrowed("gate")
    assert not may_be_narrowed("objection")
    assert not may_be_narrowed("tell_submitter")


@pytest.mark.parametrize(("until", "hours", "begins"), [
    ("2026-11-18 16:00", 2, "2026-11-18 14:00"),
    ("2026-11-18 14:00", 2, "2026-11-18 10:00"),  # over noon
    ("2026-11-18 08:00", 2, "2026-11-17 15:30"),  # over the night
    ("2026-11-23 07:30", 1, "2026-11-20 16:00"),  # over the weekend
    ("2026-11-25 08:30", 2, "2026-11-23 16:00"),  # the 24th is a day off
    ("2026-11-19 00:00", 2, "2026-11-18 15:00"),  # a limit in days ends at midnight
])
def test_hours_before_an_instant_are_open_hours(until: str, hours: int, begins: str) -> None:
    assert CALENDAR.add_working_hours(at(until), -hours) == at(begins)


@given(st.datetimes(datetime(2026, 1, 5), datetime(2026, 12, 20)), st.integers(1, 60))
def test_as_many_hours_forward_as_backward(moment: datetime, hours: int) -> None:
    instant = moment.replace(tzinfo=VIETNAM_TIME, second=0, microsecond=0)
    before = CALENDAR.add_working_hours(instant, -hours)
    again = CALENDAR.add_working_hours(before, hours)
    assert before < instant
    assert again <= instant
    assert CALENDAR.add_working_hours(again, -hours) == before, "between them no office was open"


def test_half_a_day_can_be_closed_and_a_whole_one_cannot() -> None:
    assert from_minutes(450, 690, 810, 810).periods == ((time(7, 30), time(11, 30)),)
    assert from_minutes(450, 690, 810, 1020) == DEFAULT_OFFICE_HOURS
    for edges in ((450, 450, 810, 810), (690, 450, 810, 1020), (450, 900, 810, 1020)):
        with pytest.raises(ValueError, match="office hours"):
            from_minutes(*edges)


def test_a_rung_at_hour_zero_is_climbed_when_the_time_has_run_out() -> None:
    zero = Rung("due_hour", 0, Recipient.COORDINATOR, Unit.WORKING_HOURS)
    end = End(date(2026, 11, 18), at("2026-11-18 11:00"))
    assert not zero.is_reminder
    assert rungs_due([zero], end, at("2026-11-18 10:59"), CALENDAR, {}) == []
    assert rungs_due([zero], end, at("2026-11-18 11:05"), CALENDAR, {}) == [zero]


def test_rungs_in_hours_come_one_an_hour_after_a_stop_and_none_is_lost() -> None:
    rungs = [Rung(f"after_{n}h", n, Recipient.COORDINATOR, Unit.WORKING_HOURS) for n in (1, 2, 3)]
    end = End(date(2026, 11, 18), at("2026-11-18 08:00"))
    climbed: dict[str, datetime] = {}
    seen = []
    for clock in ("10:00", "10:30", "11:00", "11:59", "12:01", "13:30"):
        now = at(f"2026-11-19 {clock}")
        for rung in rungs_due(rungs, end, now, CALENDAR, climbed):
            climbed[rung.key] = now
            seen.append((clock, rung.key))
    assert seen == [("10:00", "after_1h"), ("11:00", "after_2h"), ("12:01", "after_3h")]


def test_the_province_s_own_hours_move_a_rung() -> None:
    rung = Rung("before_2h", -2, Recipient.COORDINATOR, Unit.WORKING_HOURS)
    end = End(date(2026, 11, 18), end_of_day(date(2026, 11, 18)))
    assert owed_at(rung, end, CALENDAR) == at("2026-11-18 15:00")
    early = from_minutes(420, 660, 780, 960)
    assert owed_at(rung, end, CALENDAR, early) == at("2026-11-18 14:00")
    assert first_owed([rung], end, CALENDAR, early) == next_look(
        [rung], end, at("2026-11-17 09:00"), CALENDAR, {}, early) == at("2026-11-18 14:00")
