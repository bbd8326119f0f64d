"""Percentiles are days that occurred, small counts cannot be worked out, and nobody is compared on 29 cases."""

import random
from datetime import date

import pytest

from feedback.domain.first_numbers import FIGURES, is_ranked, measure, twelve_months
from feedback.domain.percentiles import nearest_rank
from feedback.domain.small_counts import FEW, too_small


def test_the_median_and_the_ninth_of_ten_are_taken_by_nearest_rank():
    ten = dict.fromkeys(range(1, 11), 1)
    assert (nearest_rank(ten, 50), nearest_rank(ten, 90), nearest_rank(ten, 100), nearest_rank(ten, 1)) == (
        5, 9, 10, 1)
    assert nearest_rank({3: 1}, 50) == nearest_rank({3: 1}, 90) == 3
    assert nearest_rank({0: 9, 40: 1}, 90) == 0
    assert nearest_rank({0: 9, 40: 2}, 90) == 40
    assert nearest_rank({}, 50) is None


def test_nearest_rank_agrees_with_a_sorted_list():
    chance = random.Random(7)
    for _ in range(200):
        days = [chance.randrange(30) for _ in range(chance.randrange(1, 60))]
        for percent in (1, 50, 90, 100):
            share = [one for one in sorted(days) if sum(d <= one for d in days) * 100 >= percent * len(days)]
            assert nearest_rank({day: days.count(day) for day in days}, percent) == share[0]


@pytest.mark.parametrize("percent", [0, 101, -1])
def test_a_percentage_that_is_none_is_refused(percent):
    with pytest.raises(ValueError, match="percentage"):
        nearest_rank({1: 1}, percent)


@pytest.mark.parametrize(("rows", "total", "untold"), [
    ({"a": 40, "b": 0}, 40, set()),
    ({"a": 40, "b": 3, "c": 9}, 52, {"b", "c"}),          # 52 - 40 - 9 would tell the 3
    ({"a": 40, "b": 3, "c": 9}, 60, {"b"}),               # eight cases stand in no row
    ({"a": 40, "b": 3, "c": 4}, 47, {"b", "c"}),
    ({"a": 40, "b": 1, "c": 1, "d": 6}, 48, {"b", "c", "d"}),  # two together would still be fewer than five
    ({"a": 4}, 4, {"a"}),
])
def test_a_small_count_is_not_told_and_cannot_be_worked_out(rows, total, untold):
    assert too_small(rows, total=total) == untold


def test_whatever_the_counts_are_nobody_can_work_out_a_single_small_one():
    chance = random.Random(11)
    for _ in range(500):
        rows = {f"c{n}": chance.choice((0, 1, 2, 4, 5, 6, 30, 200)) for n in range(chance.randrange(1, 9))}
        total = sum(rows.values()) + chance.choice((0, 0, 3, 50))
        untold = too_small(rows, total=total)
        assert all(rows[code] for code in untold)
        assert all(code in untold for code, count in rows.items() if 0 < count < FEW)
        left = total - sum(count for code, count in rows.items() if code not in untold)
        small = [code for code in untold if rows[code] < FEW]
        others = [code for code, count in rows.items() if count and code not in untold]
        assert not small or not others or (left >= FEW and left != rows[small[0]])


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "received"])
def test_nothing_is_ranked_on_29_cases_and_30_are_enough(name):
    assert not is_ranked(name, value=20, of=29)
    assert is_ranked(name, value=20, of=30)
    assert not is_ranked(name, value=None, of=None)


def test_what_was_received_is_ranked_by_itself():
    assert not is_ranked("received", value=29, of=5_000)
    assert is_ranked("received", value=30, of=5_000)
    assert measure("received", value=30, of=5_000) == 30
    assert measure("in_time", value=30, of=40) == 0.75
    assert measure("median_days", value=9, of=40) == 9


@pytest.mark.parametrize(("until", "first"), [
    (date(2026, 11, 16), date(2025, 11, 17)), (date(2026, 3, 1), date(2025, 3, 2)),
    (date(2028, 2, 29), date(2027, 3, 1)), (date(2026, 12, 31), date(2026, 1, 1))])
def test_twelve_months_begin_on_the_day_after_the_same_day_a_year_before(until, first):
    assert twelve_months(until) == (first, until)
