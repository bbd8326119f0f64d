"""A text made comparable without losing where each letter stood.

Vietnamese is matched with its accents where the writer used them and without where not: "công" must not match
"ông", but "de nghi" must match "đề nghị".
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARS = 20_000
"""Longer answers are read up to here: reading is bounded whatever somebody pastes."""
_ACCENTED_WORDS = 0.03
_WORD = re.compile(r"[^\W_]+")
_ODD = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0600-\u0605\u061c\u06dd\u070f\u180e\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u03a3\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
"""Marks that join the letter before, and signs that are not seen: such a text is taken letter by letter."""
_ENGLISH = frozenset(
    (
        "the",
        "is",
        "are",
        "was",
        "were",
        "of",
        "and",
        "to",
        "in",
        "for",
        "your",
        "our",
        "this",
        "that",
        "be",
        "by",
        "with",
        "will",
        "not",
        "you",
        "we",
        "has",
    )
)
_ENGLISH_WORDS = 0.12


@dataclass(frozen=True, slots=True)
class View:
    """``norm`` is ``source`` comparable (see ``plain``); ``at[i]`` is where letter ``i`` of it stood."""

    source: str
    norm: str
    at: tuple[int, ...]
    plain: bool
    """True when the writer used no accents: then patterns are matched without accents."""
    lang: str
    """``vi`` or ``en``: which patterns are tried."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The range in the source of ``norm[start:end]``."""
        return self.at[start], self.at[end]


@lru_cache(maxsize=8_192)
def _letter(cluster: str, plain: bool) -> str:
    composed = unicodedata.normalize("NFKC", cluster)
    if plain:
        bare = unicodedata.normalize("NFD", composed)
        composed = (
            "".join(c for c in bare if unicodedata.category(c) != "Mn").replace("đ", "d").replace("Đ", "d")
        )
    return "".join(c for c in composed.lower() if unicodedata.category(c) not in ("Cf", "Me"))


_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SHIFTABLE = re.compile(r"([ou])([àáãảạèéẽẻẹỳýỹỷỵ])")


def _tone(match: re.Match[str]) -> str:
    base, *marks = unicodedata.normalize("NFD", match[2])
    if len(marks) != 1 or marks[0] not in _TONES:
        return match[0]
    return unicodedata.normalize("NFC", match[1] + marks[0]) + base


def one_tone_place(text: str) -> str:
    """NFC text with the tone on the first of two vowels (thuỷ → thủy), the same length as before."""
    return _SHIFTABLE.sub(_tone, text)


def _simple(source: str, plain: bool) -> str | None:
    """The comparable text where each letter stays where it stood, as in nearly all texts; None otherwise."""
    if (plain and not source.isascii()) or not unicodedata.is_normalized("NFKC", source) or _ODD.search(source):
        return None
    lower = source.lower()
    return lower if len(lower) == len(source) else None


def view(text: str) -> View:
    """``text`` (its first ``MAX_CHARS`` characters) made comparable: composed, lower case, one tone place;
    without accents when hardly any word has one."""
    source = text[:MAX_CHARS]
    words = _WORD.findall(unicodedata.normalize("NFC", source))
    plain = sum(not w.isascii() for w in words) < _ACCENTED_WORDS * max(len(words), 1)
    english = plain and sum(w.lower() in _ENGLISH for w in words) > _ENGLISH_WORDS * len(words)
    lang = "en" if english else "vi"
    if (norm := _simple(source, plain)) is not None:
        return View(source, one_tone_place(norm), tuple(range(len(source) + 1)), plain, lang)
    out: list[str] = []
    at: list[int] = []
    start, size = 0, len(source)
    while start < size:
        end = start + 1
        while end < size and end - start < 6 and unicodedata.combining(source[end]):
            end += 1
        letters = _letter(source[start:end], plain)
        out.append(letters)
        at.extend([start] * len(letters))
        start = end
    at.append(size)
    return View(source, one_tone_place("".join(out)), tuple(at), plain, lang)
