"""A text seen through its disguises: plain Latin letters and digits, each with the place where it stood."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from feedback.domain.redaction.marks import block_pattern

HIDDEN = "\x1f"
"""Stands for every letter of a block already put in: it is part of no word and no number."""
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u180e")
"""Blank to the eye, though Unicode calls them letters or marks."""
_CHINESE = {char: value for value, char in enumerate("〇一二三四五六七八九")}
"""Digits that are letters to Unicode."""
_VIETNAMESE_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
"""What may stand over or under a Vietnamese letter; any other mark was put there to disguise it."""


@dataclass(frozen=True, slots=True)
class Letters:
    """``plain`` has no accents and no case; ``capital[i]`` tells whether letter ``i`` was a capital;
    ``at[i]`` is where it stood in ``source`` (one more entry than letters, for the end)."""

    source: str
    plain: str
    capital: tuple[bool, ...]
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The range of the source that ``plain[start:end]`` came from, without invisible letters after it."""
        last = self.at[end - 1] + 1
        while last < self.at[end] and unicodedata.combining(self.source[last]):
            last += 1
        return self.at[start], last

    def accented(self, start: int, end: int) -> str:
        """``plain[start:end]`` as written, composed and in lower case, look-alikes replaced."""
        out: list[str] = []
        taken = -1
        for place in range(start, end):
            first = self.at[place]
            if self.plain[place] == " ":
                out.append(" ")
                continue
            if first == taken:
                continue
            taken = first
            last = first + 1
            while last < len(self.source) and unicodedata.category(self.source[last]) in ("Mn", "Me", "Cf"):
                last += 1
            char = self.source[first]
            if not char.isalpha() and self.plain[place].isalpha() and char.isascii():
                out.append(self.plain[place])  # a digit that is read as a letter
            else:
                out.append(_written(char + self.source[first + 1:last]))
        return unicodedata.normalize("NFC", "".join(out))


def _written(text: str) -> str:
    """A letter with the marks behind it in lower case, look-alikes replaced, other marks gone."""
    out: list[str] = []
    for char in text:
        for part in tables()["look_capital"].get(char) or unicodedata.normalize("NFKD", char.lower()):
            if part.isascii() or part == "đ":
                out.append(part)
            elif unicodedata.category(part) in ("Mn", "Me", "Cf"):
                out.append(part if part in _VIETNAMESE_MARKS else "")
            else:
                out.append(tables()["look"].get(part, part))
    return "".join(out)


@cache
def tables() -> Mapping[str, Mapping[str, str]]:
    """Letters of other scripts by their look (``look``, ``look_capital``), Cyrillic by its ``sound``, and digits
    that stand for letters (``leet``)."""
    rows: dict[str, dict[str, str]] = json.loads(
        (files("feedback.domain") / "redaction_data" / "letters.json").read_text("utf-8"))
    return rows


@lru_cache(maxsize=16_384)
def _plain(char: str, by_sound: bool) -> tuple[str, bool]:
    """One character as plain letters, and whether it is a capital. Marks and invisible characters vanish; every
    dash is a hyphen, every kind of digit a digit."""
    if char in _INVISIBLE:
        return "", False
    if unicodedata.category(char) == "Pd":
        return "-", False
    look, table = tables()["look"], tables()["sound" if by_sound else "look"]
    if char in look and not by_sound:
        return look[char], False
    if char in tables()["look_capital"]:
        return tables()["look_capital"][char], True
    digit = unicodedata.digit(char, _CHINESE.get(char))
    if digit is not None:
        return str(digit), False
    out: list[str] = []
    capital = False
    for part in unicodedata.normalize("NFKD", char):
        if unicodedata.category(part) in ("Mn", "Me", "Cf", "Cs"):
            continue
        capital = capital or part.isupper()
        low = part.lower()
        digit = unicodedata.digit(part, None)
        out.append(str(digit) if digit is not None else table.get(low, look.get(low, low)))
    return "".join(out), capital


def letters(text: str, *, by_sound: bool = False) -> Letters:
    """``text`` seen through its disguises. ``by_sound`` reads Cyrillic by its sound instead of its look."""
    hidden = [(m.start(), m.end()) for m in block_pattern().finditer(text)]
    plain: list[str] = []
    capital: list[bool] = []
    at: list[int] = []
    edge = 0
    for place, char in enumerate(text):
        while edge < len(hidden) and hidden[edge][1] <= place:
            edge += 1
        if edge < len(hidden) and hidden[edge][0] <= place:
            found, big = HIDDEN, False
        else:
            found, big = _plain(char, by_sound)
        for letter in found:
            plain.append(letter)
            capital.append(big)
            at.append(place)
    at.append(len(text))
    return Letters(text, "".join(plain), tuple(capital), tuple(at))
