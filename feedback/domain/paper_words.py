"""The words for papers as data: ``paper_data/*.json``, found in a text with and without accents.

A word of one syllable is looked for with its accents only: without them "sổ" (a book) and "số" (a number), "thẻ"
and "the", "đơn" and "don't" are the same letters.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from feedback.domain.answers.view import View, view
from feedback.domain.folding import fold

PLAIN_SYLLABLES = frozenset({"giay", "phieu"})
"""Papers whose one syllable means nothing else without its accent."""
ENGLISH_TOO = frozenset({"do", "so"})
"""Bare syllables that are English words."""
FORMS = frozenset({"certified", "on_paper", "copy", "electronic"})
"""Roles that say in which form a paper is wanted."""
ON_PAPER = frozenset({"certified", "on_paper", "copy"})
KINDS, PHRASES = "kinds", "phrases"


@dataclass(frozen=True, slots=True)
class Name:
    """A paper or a form that stands at ``start``–``end`` of a view's text; ``code`` is the kind or the role."""

    code: str
    start: int
    end: int


@cache
def rows(name: str) -> tuple[Mapping[str, Any], ...]:
    """The rows of ``kinds`` (kind, match, vi, en, example) or ``phrases`` (role, vi, en, example)."""
    return tuple(json.loads((_folder() / f"{name}.json").read_text("utf-8")))


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """By PaperFault: why, what would mend it and the legal source, each in both languages."""
    found: dict[str, dict[str, str]] = json.loads((_folder() / "reasons.json").read_text("utf-8"))
    return found


@cache
def small_words() -> frozenset[str]:
    """Folded syllables that tell no paper from another (``stop.json``)."""
    return frozenset(json.loads((_folder() / "stop.json").read_text("utf-8")))


def how(kind: str) -> str:
    """How two papers of this kind are compared: 'kind' (they are the same), 'words' (their words decide) or
    'proof' (it tells of the complaint itself and belongs to no list). KeyError: no such kind."""
    return _how()[kind]


def papers_and_forms(seen: View) -> list[Name]:
    """The papers and forms that are named, in order, none inside another; the longest name wins."""
    pattern, codes = _names(seen.plain)
    return [Name(codes[_single(match.group())], match.start(), match.end())
            for match in pattern.finditer(seen.norm)]


def all_of(role: str, seen: View, start: int = 0, end: int | None = None) -> Iterable[tuple[int, int]]:
    """Where the phrases of a role stand. KeyError: no such role."""
    for match in _phrases(seen.plain)[role].finditer(seen.norm, start, len(seen.norm) if end is None else end):
        yield match.span()


def stands(role: str, seen: View, start: int = 0, end: int | None = None) -> bool:
    """Whether a phrase of the role stands there."""
    return next(iter(all_of(role, seen, start, end)), None) is not None


def begins(role: str, seen: View, at: int) -> int | None:
    """The end of a phrase of the role that begins exactly at ``at``, or None."""
    match = _phrases(seen.plain)[role].match(seen.norm, at)
    return match.end() if match else None


def _folder() -> Any:
    return files("feedback.domain") / "paper_data"


@cache
def _how() -> dict[str, str]:
    return {row["kind"]: row["match"] for row in rows(KINDS)}


@cache
def _names(plain: bool) -> tuple[re.Pattern[str], dict[str, str]]:
    codes: dict[str, str] = {}
    for row in rows(KINDS):
        for word in _written(row, plain, single=PLAIN_SYLLABLES):
            codes.setdefault(word, row["kind"])
    for row in rows(PHRASES):
        if row["role"] in FORMS:
            for word in _written(row, plain, single=None):
                codes.setdefault(word, row["role"])
    return _any(codes), codes


@cache
def _phrases(plain: bool) -> dict[str, re.Pattern[str]]:
    return {row["role"]: _any(_written(row, plain, single=None)) for row in rows(PHRASES)}


def _written(row: Mapping[str, Any], plain: bool, *, single: frozenset[str] | None) -> list[str]:
    """The words of a row as they may stand in a text. ``single``: which bare syllables count (None: all but those
    that are English)."""
    found = [view(word).norm for word in row["en"]]
    for word in row["vi"]:
        bare, one = fold(word), " " not in word
        if not plain:
            found += [view(word).norm] if one else [view(word).norm, bare]
        elif not one or bare == word.casefold() or (
                bare not in ENGLISH_TOO if single is None else bare in single):
            found.append(bare)
    return found


def _any(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    joined = "|".join(r"[\s,]{1,3}".join(map(re.escape, word.split())) for word in ordered)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)")


def _single(text: str) -> str:
    return " ".join(text.replace(",", " ").split())
