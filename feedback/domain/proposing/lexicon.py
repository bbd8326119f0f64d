"""The words as data: patterns of ``domain.answers.lexicon``, found in a complaint with the words they stand for.

Patterns are words with three signs: ``(a|b)`` one of these, ``(a )?`` may be missing, ``{n}`` up to n words in
between. Gaps are bounded, so the time is linear in the text.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from feedback.domain.answers.lexicon import to_regex
from feedback.domain.answers.view import View, view

MAX_CHARS = 4_000
"""So much of a complaint is looked at: what happened stands in the beginning, and a list stays quick."""
QUOTE_CHARS = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A code that the words suggest; ``quote`` are the writer's own words that led to it, ``count`` how many
    patterns of the code were found."""

    code: str
    quote: str
    count: int


def look(text: str) -> View:
    """The beginning of a complaint, comparable."""
    return view(text[:MAX_CHARS])


def hits(name: str, seen: View) -> list[Hit]:
    """The codes of lexicon ``name`` whose patterns stand in the text, those with the most patterns first; of the
    same count, in the order of the file. The quote is of the first pattern in the file, the plainest."""
    found: list[Hit] = []
    for code, patterns in _compiled(name, seen.lang, seen.plain).items():
        spans = [match.span() for pattern in patterns if (match := pattern.search(seen.norm))]
        if spans:
            found.append(Hit(code, quote(seen, spans[0]), len(spans)))
    return sorted(found, key=lambda hit: -hit.count)


def quote(seen: View, span: tuple[int, int]) -> str:
    """The writer's words at a span of the comparable text, on one line and not too long."""
    start, end = seen.span(*span)
    words = " ".join(seen.source[start:end].split())
    return words if len(words) <= QUOTE_CHARS else words[:QUOTE_CHARS].rsplit(" ", 1)[0] + "…"


def codes(name: str) -> tuple[str, ...]:
    """All codes of a lexicon, in the order of its file."""
    return tuple(row["code"] for row in _rows(name))


@cache
def _rows(name: str) -> tuple[dict, ...]:
    text = (files(__package__) / f"{name}.json").read_text("utf-8")
    return tuple(json.loads(text))


@cache
def _compiled(name: str, lang: str, plain: bool) -> dict[str, list[re.Pattern[str]]]:
    return {row["code"]: [re.compile(rf"(?<!\w)(?:{_plain(to_regex(p)) if plain else to_regex(p)})(?!\w)")
                          for p in row[lang]] for row in _rows(name)}


def _plain(regex: str) -> str:
    bare = unicodedata.normalize("NFD", regex)
    return "".join(c for c in bare if unicodedata.category(c) != "Mn").replace("đ", "d")
