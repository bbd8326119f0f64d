"""Other ways to look at the same letters: spaced letters put together, words run together taken apart."""

import re
from collections.abc import Callable, Iterable

from feedback.domain.redaction.letters import Letters, tables

_SINGLES = re.compile(r"(?<![a-z0-9])[a-z0-9](?: [a-z0-9](?![a-z0-9])){1,80}")
_LEET = re.compile(r"(?<=[a-z])[01345@$7](?=[a-z])")
_LEET_WORD = re.compile(r"[a-z0-9@$]+")
_LETTER = re.compile(r"[a-z]")
_BETWEEN = re.compile(r"(?<=[a-z])[-_+](?=[a-z])")
_LAST_LINE = re.compile(r"(?<=[a-z])\n(?=[a-z]{1,12}(?:[\n.,;]|\Z))")


def together(seen: Letters) -> Letters:
    """Letters that were written one by one put together: "s ố n h à" is "sốnhà", a double space still parts
    words. Single digits stay apart unless they stand among letters."""
    dropped: set[int] = set()
    for match in _SINGLES.finditer(seen.plain):
        said = match.group()
        small = sum(c.isalpha() for c in said)
        digits = sum(c.isdigit() for c in said)
        if small >= 2 and (not digits or (small >= 3 and small > digits)):
            dropped.update(place for place in range(match.start(), match.end()) if seen.plain[place] == " ")
    return _with(seen, lambda place: "" if place in dropped else None) if dropped else seen


def apart(seen: Letters) -> Letters:
    """Words of a name that were joined taken apart: "Nguyễn_Văn-An", "NguyễnVănAn", "V4n", and a last word that
    stands on a line of its own."""
    changed: dict[int, str] = {}
    for pattern in (_BETWEEN, _LAST_LINE):
        changed.update((match.start(), " ") for match in pattern.finditer(seen.plain))
    for match in _LEET.finditer(seen.plain):
        changed[match.start()] = tables()["leet"][match.group()]
    for place in range(1, len(seen.plain)):
        if (seen.capital[place] and not seen.capital[place - 1] and seen.plain[place - 1].isalpha()
                and seen.plain[place].isalpha()):
            changed[place] = " " + seen.plain[place]
    return _with(seen, changed.get) if changed else seen


def digits_as_letters(seen: Letters) -> Letters:
    """Every digit in a word with letters read as the letter it looks like: "Th1 H0a"."""
    changed = {place: tables()["leet"][seen.plain[place]]
               for match in _LEET_WORD.finditer(seen.plain) if _LETTER.search(match.group())
               for place in range(match.start(), match.end()) if seen.plain[place] in tables()["leet"]}
    return _with(seen, changed.get) if changed else seen


def _with(seen: Letters, changed: Callable[[int], str | None]) -> Letters:
    plain: list[str] = []
    capital: list[bool] = []
    at: list[int] = []
    for place, char in enumerate(seen.plain):
        new = changed(place)
        for letter in char if new is None else new:
            plain.append(letter)
            capital.append(seen.capital[place] and letter != " ")
            at.append(seen.at[place])
    at.append(seen.at[-1])
    return Letters(seen.source, "".join(plain), tuple(capital), tuple(at))


def distinct(*views: Letters) -> Iterable[Letters]:
    """Each view once, where several read the same."""
    seen: set[str] = set()
    for view in views:
        if view.plain not in seen:
            seen.add(view.plain)
            yield view
