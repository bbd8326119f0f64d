"""Patterns as data: ``lexicons/*.json`` read into compiled expressions, with and without accents.

A pattern is words with three signs: ``(a|b)`` one of these, ``(a )?`` may be missing, ``{n}`` up to n words
in between. Words match whole. Gaps are bounded, so the time is linear in the text.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from feedback.domain.answers.view import View, one_tone_place

_SIGN = re.compile(r"\{(\d)\}|[()|?]|\s+|[^\s(){}|?]+")
_GAP = r"(?:[^\s.;?!]{{1,30}}\s{{1,3}}){{0,{n}}}?"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a lexicon. ``example`` is a sentence in which the pattern is found; ``note`` says why."""

    pattern: str
    role: str
    lang: str
    note: str
    example: str


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").replace("đ", "d")


def to_regex(pattern: str) -> str:
    """The regular expression of a lexicon pattern. Raises ValueError on a sign that is not allowed."""
    out: list[str] = []
    end = 0
    text = one_tone_place(unicodedata.normalize("NFC", pattern).lower())
    for match in _SIGN.finditer(text):
        if match.start() != end:
            raise ValueError(f"not allowed in a pattern: {pattern!r}")
        end = match.end()
        part = match.group()
        if match[1]:
            out.append(_GAP.format(n=match[1]))
        elif part == "(":
            out.append("(?:")
        elif part in ")|?":
            out.append(part)
        elif part.isspace():
            after_gap = bool(out) and out[-1].startswith(r"(?:[^\s")
            out.append("" if after_gap else r",?\s{1,3}")
        else:
            out.append(re.escape(part))
    if end != len(text):
        raise ValueError(f"not allowed in a pattern: {pattern!r}")
    return "".join(out)


@cache
def entries() -> tuple[Entry, ...]:
    """Every row of every lexicon file, in the order of the files' names."""
    folder = files(__package__) / "lexicons"
    rows: list[Entry] = []
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".json"):
            rows.extend(Entry(**row) for row in json.loads(file.read_text("utf-8")))
    return tuple(rows)


@cache
def _compiled(lang: str, plain: bool) -> Mapping[str, re.Pattern[str]]:
    parts: dict[str, list[str]] = {role: [] for role in roles()}
    for entry in entries():
        if entry.lang != lang:
            continue
        regex = to_regex(entry.pattern)
        parts.setdefault(entry.role, []).append(_bare(regex) if plain else regex)
    whole = r"(?<!\w)(?:{})(?!\w)"
    return {
        role: re.compile(whole.format("|".join(found)) if found else r"(?!)") for role, found in parts.items()
    }


def find(role: str, view: View, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
    """Where in ``view.norm[start:end]`` a pattern of ``role`` first stands, or None.

    KeyError: no such role."""
    match = _compiled(view.lang, view.plain)[role].search(
        view.norm, start, len(view.norm) if end is None else end
    )
    return match.span() if match else None


def roles() -> frozenset[str]:
    """Every role some lexicon row has."""
    return frozenset(entry.role for entry in entries())
