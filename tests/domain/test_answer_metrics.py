"""The figures that the reader is judged by: each against a case that can be reckoned by hand."""

import pytest

from feedback.domain.answers.groups import GROUPS, groups_of
from feedback.domain.answers.metrics import (
    auc,
    bootstrap,
    brier,
    by_code,
    confusion,
    macro_f1_of,
    percentile,
    wilson,
)
from feedback.domain.answers.taxonomy import Flag

YES, NO = True, False


def test_agreement_is_counted_on_both_sides():
    one = confusion([YES, YES, NO, NO, YES], [YES, NO, YES, NO, YES])
    assert (one.tp, one.fp, one.fn, one.tn) == (2, 1, 1, 1)
    assert one.precision == pytest.approx(2 / 3)
    assert one.recall == pytest.approx(2 / 3)
    assert one.fpr == pytest.approx(1 / 2)
    assert one.macro_f1 == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_a_heavy_witness_counts_for_many():
    one = confusion([YES, NO], [YES, YES], [1.0, 20.0])
    assert one.recall == pytest.approx(1 / 21)


def test_what_cannot_be_said_is_none_and_not_nought():
    empty = confusion([], [])
    assert (empty.precision, empty.recall, empty.fpr, empty.macro_f1) == (None, None, None, None)
    only_clear = confusion([NO, NO], [NO, NO])
    assert (only_clear.recall, only_clear.macro_f1) == (None, 1.0)
    assert auc([0.1, 0.9], [YES, YES]) is None
    assert (percentile([], 0.5), brier([], []), macro_f1_of([], [])) == (None, None, None)


def test_lists_of_different_length_are_a_mistake():
    with pytest.raises(ValueError, match="shorter|longer"):
        confusion([YES], [YES, NO])


@pytest.mark.parametrize(("scores", "true", "area"), [
    ([0.9, 0.8, 0.2, 0.1], [YES, YES, NO, NO], 1.0),
    ([0.1, 0.2, 0.8, 0.9], [YES, YES, NO, NO], 0.0),
    ([0.5, 0.5, 0.5, 0.5], [YES, NO, YES, NO], 0.5),
    ([0.9, 0.5, 0.5, 0.1], [YES, YES, NO, NO], 0.875),
])
def test_ties_count_half_under_the_curve(scores, true, area):
    assert auc(scores, true) == pytest.approx(area)


def test_the_area_is_that_of_all_pairs_compared_one_by_one():
    scores = [(n * 37 % 11) / 10 for n in range(60)]
    true = [n * 7 % 5 < 2 for n in range(60)]
    weights = [1.0 + n % 3 for n in range(60)]
    wins = total = 0.0
    for s, t, w in zip(scores, true, weights, strict=True):
        for s2, t2, w2 in zip(scores, true, weights, strict=True):
            if t and not t2:
                total += w * w2
                wins += w * w2 * (1.0 if s > s2 else 0.5 if s == s2 else 0.0)
    assert auc(scores, true, weights) == pytest.approx(wins / total, abs=1e-12)


def test_each_code_stands_against_the_rest():
    scored = by_code(["a", "b", "c"], [{"a"}, {"a", "b"}, set()], [{"a"}, {"b"}, {"b"}])
    assert (scored["a"].n, scored["a"].f1) == (1, pytest.approx(2 / 3))
    assert (scored["b"].n, scored["b"].f1) == (2, pytest.approx(2 / 3))
    assert (scored["c"].n, scored["c"].f1) == (0, None)


def test_three_levels_count_alike():
    assert macro_f1_of(["x", "y", "z"], ["x", "y", "z"]) == 1.0
    assert macro_f1_of(["x", "x", "x"], ["x", "y", "z"]) == pytest.approx((2 / 4) / 3)


def test_percentiles_lie_on_a_straight_line_between_neighbours():
    assert percentile([4, 1, 3, 2], 0.5) == 2.5
    assert percentile([7], 0.95) == 7
    assert percentile(list(range(101)), 0.95) == 95


def test_the_drawn_interval_is_the_same_each_time_and_narrows_with_more_pairs():
    def mean_of(values):
        return lambda places: sum(values[at] for at in places) / len(places)

    few, many = [0, 1] * 10, [0, 1] * 200
    first = bootstrap(range(20), mean_of(few))
    assert first == bootstrap(range(20), mean_of(few))
    assert first is not None
    assert first.low < 0.5 < first.high
    second = bootstrap(range(400), mean_of(many))
    assert second is not None
    assert second.high - second.low < (first.high - first.low) / 2


def test_pairs_of_one_hand_are_one_witness():
    values = [1.0] * 20 + [0.0] * 20

    def mean_of(places):
        return sum(values[at] for at in places) / len(places)

    each = bootstrap(range(40), mean_of)
    hands = bootstrap([at // 10 for at in range(40)], mean_of)
    assert each is not None
    assert hands is not None
    assert hands.high - hands.low > 2 * (each.high - each.low)
    assert bootstrap([], mean_of) is None


def test_a_share_of_few_or_uneven_witnesses_is_uncertain():
    even, uneven = wilson(0.8, [1.0] * 100), wilson(0.8, [1.0] * 99 + [400.0])
    assert even is not None
    assert uneven is not None
    assert (round(even.low, 3), round(even.high, 3)) == (0.711, 0.867)
    assert uneven.low < 0.3
    assert wilson(0.5, []) is None


def test_every_flag_is_in_exactly_one_group():
    assert sorted(flag for members in GROUPS.values() for flag in members) == sorted(Flag)
    assert groups_of([Flag.PARTIAL, Flag.NONE]) == {"evasive", "absent"}
