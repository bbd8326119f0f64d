"""What was added and taken out: every word of both texts, in order, in bounded time."""

import random
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.differences import Change, differences

WORDS = st.lists(
    st.sampled_from(["hồ", "sơ", "đã", "trả", "ngày\n\n", "12/11", "a", " "]), max_size=30).map(" ".join)


def said(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.change.value, piece.text.strip()) for piece in differences(before, after)]


@pytest.mark.parametrize(("before", "after", "expected"), [
    ("Đã trả hồ sơ.", "Đã trả hồ sơ.", [("same", "Đã trả hồ sơ.")]),
    ("Sẽ trả hồ sơ sớm.", "Sẽ trả hồ sơ ngày 20/11/2026.",
     [("same", "Sẽ trả hồ sơ"), ("removed", "sớm."), ("added", "ngày 20/11/2026.")]),
    ("", "Đã trả.", [("added", "Đã trả.")]), ("Đã trả.", "", [("removed", "Đã trả.")]), ("", "", []),
    ("Hồ sơ đã trả hôm qua.", "Hồ sơ hôm qua.", [("same", "Hồ sơ"), ("removed", "đã trả"), ("same", "hôm qua.")]),
])
def test_the_words_that_changed_are_named(before, after, expected):
    assert said(before, after) == expected


@given(WORDS, WORDS)
def test_the_pieces_make_both_texts_again(before, after):
    pieces = differences(before, after)
    assert "".join(p.text for p in pieces if p.change is not Change.REMOVED) == after
    assert ("".join(p.text for p in pieces if p.change is not Change.ADDED)).split() == before.split()


def test_a_word_moved_to_another_line_is_no_other_word():
    assert {p.change for p in differences("Đã trả hồ sơ.", "Đã trả\nhồ sơ.")} == {Change.SAME}


@pytest.mark.parametrize("make", [
    lambda dice: " ".join(dice.choice("ab") for _ in range(15_000)),
    lambda dice: " ".join(f"w{dice.randrange(100)}" for _ in range(8_000)),
    lambda dice: "a " * 15_000,
    lambda dice: " ".join(f"tu{dice.randrange(5_000)}" for _ in range(6_000)),
])
def test_two_long_texts_are_compared_within_a_few_seconds_however_odd_they_are(make):
    before, after = make(random.Random(1)), make(random.Random(2))
    started = perf_counter()
    pieces = differences(before[:30_000], after[:30_000])
    assert perf_counter() - started < 5
    assert "".join(p.text for p in pieces if p.change is not Change.REMOVED) == after[:30_000]
