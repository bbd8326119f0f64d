"""Numbers told in pieces: digits as words, words and digits mixed, "0912 rồi 345 rồi 678", odd signs between."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback.domain.redaction import checks
from feedback.domain.redaction.letters import HIDDEN, Letters
from feedback.domain.redaction.marks import Mark, MarkKind

_PIECE = re.compile(r"[0-9]+|[a-z]+")
_UNITS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5", "nham": "5",
    "sau": "6", "bay": "7", "tam": "8", "chin": "9", "linh": "0", "le": "0", "zero": "0", "oh": "0", "one": "1",
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}
_WRITTEN = frozenset([
    "không", "một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "nhăm", "sáu", "bảy", "bẩy", "tám", "chín",
    "mười", "mươi", "linh", "lẻ",
])
_FILLERS = frozenset([
    "roi", "tiep", "cham", "gach", "cach", "phay", "ngang", "dash", "dot", "then", "xong", "space", "hyphen",
])
_GAP = 4
"""Signs between two pieces of one number; more of them part it."""
_LONGEST = 15
"""Digits of the longest number looked for."""
_USUAL = re.compile(r"[ \t.\-_/()·•*,|~:]{0,3}\Z")
_TWO_DATES = re.compile(
    r"[0-9]{1,2}\s?[-./]\s?[0-9]{1,2}\s?[-./]\s?(?:19|20)[0-9]{2}|"
    r"[0-9][.:h][0-5][0-9]\s?-\s?[0-9]"
)
_CUE = re.compile(
    r"(?<![a-z])(?:dt|sdt|dien thoai|tel|zalo|phone|mobile|goi|lien he|viber|so may|cccd|can cuoc)(?![a-z])"
)
_LISTED = re.compile(r"[,;] ")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a number: the digits it says, where it stands, and whether it is a word."""

    digits: str
    start: int
    end: int
    word: bool


def runs(seen: Letters) -> Iterator[Sequence[Piece]]:
    """Pieces that stand together, with no other word between them; at least two in a run."""
    run: list[Piece] = []
    matches = list(_PIECE.finditer(seen.plain))
    before = 0
    for place, match in enumerate(matches):
        piece = _piece(seen, match, matches[place + 1] if place + 1 < len(matches) else None)
        gap = seen.plain[before:match.start()]
        if run and (piece is None or len(gap) > _GAP or gap.count("\n") > 1 or HIDDEN in gap):
            if len(run) > 1:
                yield run
            run = []
        if piece is not None and (run or piece.digits):
            run.append(piece)
        before = match.end()
    if len(run) > 1:
        yield run


def spoken(seen: Letters) -> Iterator[Mark]:
    """Marks of telephone and identity numbers that were told in pieces."""
    for run in runs(seen):
        taken = 0
        for first, piece in enumerate(run):
            if piece.start < taken or not piece.digits or piece.digits[0] not in "08":
                continue
            end, kind = _found(seen, run, first)
            if kind is not None:
                taken = end
                yield Mark(*seen.span(piece.start, end), kind, "told_in_pieces")


def _found(seen: Letters, run: Sequence[Piece], first: int) -> tuple[int, MarkKind | None]:
    said = ""
    for last in range(first, min(len(run), first + 2 * _LONGEST)):
        said += run[last].digits
        if len(said) > _LONGEST:
            break
        kind = (MarkKind.PHONE if checks.phone(said)
                else MarkKind.NATIONAL_ID if checks.identity_number(said) else None)
        if kind is not None and last > first and _belongs_together(seen, run[first:last + 1]):
            return run[last].end, kind
    return 0, None


def _belongs_together(seen: Letters, pieces: Sequence[Piece]) -> bool:
    """Whether the pieces are one number, not several that stand in a row: said in words, the same sign between
    all, or called a number just before."""
    text, start, end = seen.plain, pieces[0].start, pieces[-1].end
    if _TWO_DATES.search(text, start, end) or re.match(r"[./-]?[0-9]", text[end:end + 2]):
        return False
    if any(piece.word for piece in pieces):
        return True
    gaps = {text[one.end:two.start] for one, two in zip(pieces, pieces[1:], strict=False)}
    if all(_USUAL.match(gap) for gap in gaps):
        return False  # the patterns of ``patterns`` judge these
    cued = _CUE.search(text, max(0, start - 30), start) is not None
    return cued or (len(gaps) == 1 and not any(_LISTED.match(gap) for gap in gaps))


def _piece(seen: Letters, match: re.Match[str], following: re.Match[str] | None) -> Piece | None:
    said, start, end = match.group(), match.start(), match.end()
    if said.isdigit():
        return Piece(said, start, end, False)
    if said in _FILLERS:
        return Piece("", start, end, True)
    if said != "muoi" and said not in _UNITS:
        return None
    written = seen.accented(start, end)
    if not written.isascii() and written not in _WRITTEN:
        return None
    if said == "muoi":
        unit = following is not None and following.group() in _UNITS
        ten = "" if written == "mươi" else "1"
        return Piece(ten + ("" if unit else "0"), start, end, True)
    return Piece(_UNITS[said], start, end, True)
