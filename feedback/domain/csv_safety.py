"""Cells of a CSV file that no spreadsheet takes for a formula (OWASP, ASVS 5.0 1.2.10; trust.md §2).

A spreadsheet runs what begins with = + - @, also after blanks or signs that cannot be seen, and some turn
full-width signs into plain ones first. A tab, a line end or a NUL at the front can part or hide a cell. Such a
cell gets an apostrophe in front: it is then text, and a person still reads what stands there.
"""

import unicodedata

STARTS_A_FORMULA = frozenset("=+-@＝＋－＠﹦﹢﹣﹫")
"""Signs that can begin a formula, and their full-width and small forms."""
_BREAKS = frozenset("\t\r\n\x00\x0b\x0c")


def safe_cell(value: object) -> str:
    """The value as a cell: empty for None, otherwise its text; with an apostrophe in front when its first sign
    that can be seen would begin a formula, or when it begins with a tab, a line end or a NUL. NULs inside are
    dropped: no program reads on behind them."""
    if value is None:
        return ""
    text = str(value)
    first = next((sign for sign in text if not _is_unseen(sign)), "")
    if first in STARTS_A_FORMULA or text[:1] in _BREAKS:
        text = "'" + text
    return text.replace("\x00", "")


def _is_unseen(sign: str) -> bool:
    """Blanks of every kind, controls, formats (zero-width, direction, soft hyphen) and marks without a letter."""
    return sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me", "Cs", "Co",
                                                            "Cn")
