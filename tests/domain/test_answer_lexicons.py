"""Every row of the lexicons is tested by its own example, with and without accents and decomposed."""

import re
import unicodedata
from collections import Counter

import pytest

from feedback.domain.answers.findings import finding, reasons
from feedback.domain.answers.lexicon import Entry, entries, find, to_regex
from feedback.domain.answers.sentences import LEXICAL
from feedback.domain.answers.taxonomy import FAULT_LABELS, LEVEL_LABELS, TAXONOMY, Fault, Flag, Level, level
from feedback.domain.answers.view import View, view
from feedback.domain.folding import fold


def _as(entry: Entry, text: str) -> View:
    """The view of an example, in its entry's language: examples are too short to be recognised."""
    seen = view(text)
    return View(seen.source, seen.norm, seen.at, seen.plain, entry.lang)


@pytest.mark.parametrize("entry", entries(), ids=lambda e: f"{e.role}: {e.example}"[:60])
def test_a_pattern_is_found_in_its_example(entry: Entry) -> None:
    for text in (entry.example, unicodedata.normalize("NFD", entry.example), fold(entry.example)):
        seen = _as(entry, text)
        assert find(entry.role, seen) is not None
        pattern = to_regex(entry.pattern)
        bare = "".join(c for c in unicodedata.normalize("NFD", pattern) if unicodedata.category(c) != "Mn")
        assert re.search(bare.replace("đ", "d") if seen.plain else pattern, seen.norm)


def test_no_pattern_stands_twice() -> None:
    twice = [row for row, n in Counter((e.role, e.lang, e.pattern) for e in entries()).items() if n > 1]
    assert not twice


def test_every_role_that_is_read_has_rows_in_both_languages() -> None:
    for lang in ("vi", "en"):
        assert {e.role for e in entries() if e.lang == lang} >= LEXICAL


def test_a_pattern_with_an_unknown_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="not allowed"):
        to_regex("đã {20} xong")
    with pytest.raises(ValueError, match="not allowed"):
        to_regex("đã {x} xong")


def test_every_flag_has_a_level_a_fault_and_labels() -> None:
    assert len(TAXONOMY) == len(Flag) == 13
    assert set(FAULT_LABELS) == set(Fault) == {row.fault for row in TAXONOMY.values()}
    assert set(LEVEL_LABELS) == set(Level)
    assert all(row.label_vi and row.label_en for row in TAXONOMY.values())


def test_the_level_is_that_of_the_worst_flag() -> None:
    assert level(()) is Level.CLEAR
    assert level((Flag.GENERIC,)) is Level.NOT_CLEAR
    assert level((Flag.GENERIC, Flag.NONE)) is Level.NOT_ANSWERED


def test_every_flag_and_every_reason_has_words_in_both_languages() -> None:
    for key in (*Flag, *reasons()):
        made = finding(key, field="done")
        assert all((made.reason_vi, made.reason_en, made.mend_vi, made.mend_en))
        assert made.fault is TAXONOMY[made.code].fault
