"""No cell of a file becomes a formula, and people still read what stands there."""

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedback.domain.csv_safety import safe_cell

UNSEEN = " \t\u00a0\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u3000"


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
@pytest.mark.parametrize("before", ["", " ", "  ", "\u200b", "\ufeff", " \u00ad\u202e", "\u00a0"])
def test_what_would_be_a_formula_is_text(sign, before):
    cell = safe_cell(f"{before}{sign}HYPERLINK(\"x\")")
    assert cell.startswith("'")
    assert cell[1:] == f"{before}{sign}HYPERLINK(\"x\")"


@pytest.mark.parametrize("sign", list("\t\r\n\x00"))
def test_what_begins_with_a_break_is_text_too(sign):
    assert safe_cell(f"{sign}abc").startswith("'")


@pytest.mark.parametrize("text", ["Sở Xây dựng", "7K3M-Q9XW", "3 = 2 + 1", "an@thu.example", "", "'quoted'",
                                  "2026-11-27", "Đúng – không"])
def test_ordinary_words_are_left_alone(text):
    assert safe_cell(text) == text


def test_nothing_is_an_empty_cell_and_numbers_are_written():
    assert [safe_cell(value) for value in (None, 0, 12)] == ["", "0", "12"]


@given(st.text(alphabet=st.one_of(st.sampled_from(UNSEEN + "=+-@＝＋－＠\r\n\x00|%'\""), st.characters())))
@example("\u200b\u0301=1+1")
@example("\x00=1")
def test_whatever_comes_in_nothing_that_a_spreadsheet_runs_comes_out(text):
    cell = safe_cell(text)
    assert "\x00" not in cell
    assert cell.removeprefix("'") in (text.replace("\x00", ""), text.replace("\x00", "").removeprefix("'"))
    # As a program reads it that drops what cannot be seen and makes wide signs plain.
    plain = unicodedata.normalize("NFKC", "".join(
        c for c in cell if not (c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Mn", "Me"))))
    assert plain[:1] not in ("=", "+", "-", "@")
    assert cell[:1] not in ("\t", "\r", "\n")
    # And the file has this one cell in this one row.
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([cell])
    written.seek(0)
    assert len(list(csv.reader(written))) == 1
