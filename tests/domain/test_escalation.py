"""Silence climbs the ladder."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.calendar_seed import calendar_from_days, seed_rows
from feedback.domain.deadlines import end_of_day
from feedback.domain.escalation import LADDERS, End, Rung, owed_at, rungs_due
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Recipient
from feedback.domain.office_hours import VIETNAM_TIME, local

CALENDAR = calendar_from_days(seed_rows(), version=1)
DUE = date(2026, 3, 11)  # a Wednesday without holidays near


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), VIETNAM_TIME)


def due_now(kind: DeadlineKind, due_on: date, today: date, already: set[str],
            last_on: date | None = None) -> list[Rung]:
    long_ago = noon(due_on - timedelta(days=60))
    return rungs_due(LADDERS[kind], End(due_on, end_of_day(due_on)), noon(today), CALENDAR,
                     dict.fromkeys(already, noon(last_on) if last_on else long_ago))


def day_of(rung: Rung, due_on: date) -> date:
    return local(owed_at(rung, End(due_on, end_of_day(due_on)), CALENDAR)).date()


def keys(kind: DeadlineKind, today: date, already: set[str], last_on: date | None = None) -> list[str]:
    return [rung.key for rung in due_now(kind, DUE, today, already, last_on)]


def test_every_kind_of_deadline_has_a_ladder_in_order() -> None:
    assert set(LADDERS) == set(DeadlineKind)
    for ladder in LADDERS.values():
        owed = [owed_at(r, End(DUE, end_of_day(DUE)), CALENDAR) for r in ladder]
        assert owed == sorted(owed)
        assert len({r.key for r in ladder}) == len(ladder)
    assert LADDERS[DeadlineKind.SUPPLY] == ()


@pytest.mark.parametrize(
    ("today", "key", "tell"),
    [
        (date(2026, 3, 9), "before_2", Recipient.OFFICER),
        (date(2026, 3, 10), "before_1", Recipient.AGENCY_HEAD),
        (date(2026, 3, 11), "due_day", Recipient.AGENCY_HEAD),
        (date(2026, 3, 12), "after_1", Recipient.AGENCY_HEAD),
        (date(2026, 3, 16), "after_3", Recipient.COORDINATOR),
        (date(2026, 3, 18), "after_5", Recipient.CHAIRMAN),
    ],
)
def test_each_rung_of_the_citizens_clock_comes_on_its_day(today: date, key: str, tell: Recipient) -> None:
    ladder = LADDERS[DeadlineKind.TOTAL]
    before = {r.key for r in ladder if day_of(r, DUE) < today}
    [rung] = due_now(DeadlineKind.TOTAL, DUE, today, before)
    assert (rung.key, rung.tell) == (key, tell)
    assert keys(DeadlineKind.TOTAL, today - timedelta(days=1), before) == []


def test_on_the_due_day_itself_the_head_is_told_and_nothing_counts_as_late() -> None:
    [rung] = due_now(DeadlineKind.TOTAL, DUE, DUE, {"before_2", "before_1"})
    assert rung.key == "due_day"
    assert rung.is_reminder


def test_after_a_long_stop_the_ladder_is_climbed_one_rung_a_day_and_none_is_lost() -> None:
    today, already, last_on, climbed = date(2026, 6, 1), set(), None, []
    for _ in range(6):
        found = keys(DeadlineKind.TOTAL, today, already, last_on)
        assert keys(DeadlineKind.TOTAL, today, already | set(found), today) == []
        climbed.append(found)
        already |= set(found)
        last_on = today if found else last_on
        today += timedelta(days=1)
    assert climbed == [["after_1"], ["after_3"], ["after_5"], [], [], []]


def test_a_reminder_is_not_sent_after_the_deadline_has_passed() -> None:
    assert keys(DeadlineKind.TOTAL, DUE + timedelta(days=1), set()) == ["after_1"]
    assert keys(DeadlineKind.TOTAL, DUE, {"before_2"}) == ["before_1"]


def test_the_first_rung_after_a_due_friday_waits_for_the_next_working_day() -> None:
    friday_before_tet = date(2026, 2, 13)
    for rest_day in (date(2026, 2, 14), date(2026, 2, 20), date(2026, 2, 22)):
        assert due_now(DeadlineKind.GATE, friday_before_tet, rest_day, set()) == []
    assert len(due_now(DeadlineKind.GATE, friday_before_tet, date(2026, 2, 23), set())) == 1


@given(
    st.sampled_from(list(DeadlineKind)),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.lists(st.integers(0, 40), min_size=1, max_size=30),
)
def test_however_the_sweep_stumbles_each_rung_is_climbed_once_in_order(
    kind: DeadlineKind, due_on: date, gaps: list[int]
) -> None:
    today, last_on, climbed = due_on - timedelta(days=10), None, []
    for gap in [*gaps, *[30] * 6]:
        today += timedelta(days=gap)
        for rung in due_now(kind, due_on, today, {r.key for r in climbed}, last_on):
            assert day_of(rung, due_on) <= today
            climbed.append(rung)
            last_on = today
    assert len(set(climbed)) == len(climbed)
    late = [r for r in climbed if not r.is_reminder]
    assert late == [r for r in LADDERS[kind] if not r.is_reminder]
