"""Names of persons: after a word of relation, a rank, or "tên là"; and a known surname with capitals.

Offices and posts stay ("Chủ tịch UBND phường"); names of streets, schools and places stay; names of
persons, of officials too, are marked.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from feedback.domain.folding import fold
from feedback.domain.redaction.letters import Letters
from feedback.domain.redaction.marks import Mark, MarkKind

_WORD = re.compile(r"(?<![0-9])[a-z]{1,12}(?:'[a-z]{1,10})?(?![0-9])")
_GAP = re.compile(r"[ \t\u00a0]{1,3}\Z|\.[ \t\u00a0]{0,2}\Z")
_SPACED = re.compile(r"(?<![a-z0-9])[a-z](?:([ ._\-*·/|]{1,2})[a-z]){5,29}(?![a-z0-9])")
_HIGHLAND = re.compile(
    r"(?<![a-z'])(?:h\s?['’`]\s?|y\s(?!te|hoc|khoa|duoc|si|ta|kien))([a-z]{2,12})(?:\s[a-z]{2,12}(?=[\s.,;]|$))?(?![a-z])"
)
"""Y Moan, H' Hen: the names of the central highlands, which have no surname of the list."""
_LONGEST = 5
_AMBIGUOUS = frozenset(["ban"])
"""Titles that without their accent are another word: "bạn", you; "ban", a board."""
_SHIFTED = re.compile(r"([ou])([aey])([\u0300\u0301\u0303\u0309\u0323])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text: its range in the plain letters, plain and as written, and how it is capitalised."""

    start: int
    end: int
    plain: str
    written: str
    capital: bool
    shouted: bool
    joined: bool
    """Only a space, or the full stop of an initial, parts it from the word before."""
    after_stop: bool


def one_spelling(text: str) -> str:
    """Lower case, composed, the tone on the first of two vowels: hoà and hòa are one."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", _SHIFTED.sub(r"\1\3\2", decomposed))


@cache
def _list(name: str) -> frozenset[str]:
    rows = json.loads((files("feedback.domain") / "redaction_data" / "names.json").read_text("utf-8"))
    return frozenset(one_spelling(row) for row in rows[name])


@cache
def _folded(name: str) -> frozenset[str]:
    return frozenset(fold(row) for row in _list(name))


def names(seen: Letters) -> Iterator[Mark]:
    """Marks of the names of persons in the text."""
    words = _words(seen)
    for place in range(len(words)):
        called = _called(words, place)
        run = _run(words, called) if called else ()
        if run and _is_name_after(words, called, run):
            yield _mark(seen, run, "after_a_title")
        elif (run := _surnamed(seen, words, place)) is not None:
            yield _mark(seen, run, "surname")
    yield from _spaced(seen)
    for match in _HIGHLAND.finditer(seen.plain):
        if seen.capital[match.start()] and seen.capital[match.start(1)]:
            yield Mark(*seen.span(*match.span()), MarkKind.PERSON_NAME, "highland")


def _words(seen: Letters) -> list[Word]:
    found: list[Word] = []
    before = 0
    for match in _WORD.finditer(seen.plain):
        start, end = match.span()
        caps = seen.capital[start:end]
        gap = seen.plain[before:start]
        initial = bool(found) and (len(found[-1].plain) == 1 or found[-1].plain in ("ng", "th", "ph", "tr"))
        joined = bool(_GAP.match(gap)) and (not gap.startswith(".") or initial)
        written = one_spelling(seen.accented(start, end)) if caps[0] or len(caps) <= 7 else match.group()
        found.append(
            Word(start, end, match.group(), written, caps[0], len(caps) > 1 and all(caps), joined, "." in gap)
        )
        before = end
    return found


def _run(words: Sequence[Word], start: int) -> Sequence[Word]:
    """The capitalised words from ``start`` on that stand together, at most five."""
    end = start
    while end < len(words) and end - start < _LONGEST and words[end].capital:
        if end > start and (not words[end].joined or _acronym(words, end, words[start])):
            break
        if end - start >= 3 and words[end].after_stop:
            break  # "bà Lê Thị H. Hồ sơ": the given name was cut short and a sentence begins
        end += 1
    return words[start:end]


def _acronym(words: Sequence[Word], place: int, first: Word) -> bool:
    """UBND, HĐND, BHXH: all capitals among words that are not."""
    return words[place].shouted and not first.shouted


def _called(words: Sequence[Word], place: int) -> int:
    """Where a name would begin after a title that ends before it; 0 when ``place`` opens no title."""
    word = words[place]
    if place + 1 >= len(words):
        return 0
    for length in (3, 2):
        title = words[place : place + length]
        phrase = " ".join(w.written for w in title)
        if len(title) == length and (phrase in _list("ranks") or phrase in _list("naming")):
            after = place + length
            return after if after < len(words) and (words[after].joined or phrase in _list("naming")) else 0
    if word.written == "tên" and not word.capital and words[place + 1].capital:
        return place + 1 if words[place + 1].joined else 0
    return place + 1 if _in("honorifics", word) and words[place + 1].joined else 0


def _in(name: str, word: Word) -> bool:
    if word.written.isascii():
        return word.written in _list(name) or (
            word.plain in _folded(name) and len(word.plain) > 2 and word.plain not in _AMBIGUOUS
        )
    return word.written in _list(name)


def _is_name_after(words: Sequence[Word], called: int, run: Sequence[Word]) -> bool:
    first = run[0]
    title = words[called - 1]
    if first.shouted and not (title.shouted or _surname(first)):
        return False
    if called >= 2 and title.joined and words[called - 2].written in _list("place_before"):
        return False
    pair = " ".join(w.written for w in run[:2])
    following = words[called + 1].written if called + 1 < len(words) else ""
    with_title = f"{title.written} {first.written}"
    return not (
        first.written in _list("offices")
        or first.written in _list("honorifics")
        and len(run) == 1
        or pair in _list("posts") | _list("offices") | _list("not_names")
        and not _surname(first)
        or with_title in _list("not_names")
        or f"{first.written} {following}" in _list("posts") | _list("offices")
    )


def _surname(word: Word) -> bool:
    return word.written in _list("surnames") or (
        word.written.isascii() and word.plain in _list("plain_surnames")
    )


def _surnamed(seen: Letters, words: Sequence[Word], place: int) -> Sequence[Word] | None:
    """A surname with the capitalised words after it; or "nguyễn văn an" in small letters."""
    first = words[place]
    if not _surname(first):
        return None
    if not first.capital:
        return _small(words, place)
    run = _run(words, place)
    if len(run) == 1 and _comma(seen, words, place):
        return words[place : place + 1 + len(_run(words, place + 1))]
    if (turned := _turned_round(words, place, run)) is not None:
        return turned
    spelled = [w.written for w in run]
    if len(run) < 2 or any(" ".join(spelled[:n]) in _list("not_names") for n in (2, 3, 4)):
        return None
    if first.written.isascii() and first.written not in _list("surnames") and len(run) < 3:
        return None
    if all(w.shouted for w in run) and (
        len(run) < 3 or (place and words[place - 1].shouted and first.joined)
    ):
        return run if spelled[1] in _list("middle") else None
    if place and first.joined and _is_place(words, place):
        return None
    return run


def _comma(seen: Letters, words: Sequence[Word], place: int) -> bool:
    """ "Nguyễn, Văn An": the surname first, as in a list."""
    if place + 2 >= len(words) or words[place + 1].written not in _list("middle") or not words[place + 1].capital:
        return False
    return seen.plain[words[place].end : words[place + 1].start] == ", " and words[place + 2].capital


def _turned_round(words: Sequence[Word], place: int, run: Sequence[Word]) -> Sequence[Word] | None:
    """ "An Nguyễn Văn": surname and middle name behind the given name, and nothing after them."""
    if len(run) != 2 or run[1].written not in _list("middle") or not place or not run[0].joined:
        return None
    given = words[place - 1]
    if not given.capital or given.shouted or given.written in _list("place_before") | _list("offices"):
        return None
    return words[place - 1 : place + 2]


def _is_place(words: Sequence[Word], place: int) -> bool:
    before = words[place - 1]
    if before.written == "thị" and not before.capital:
        return True  # khu đô thị, siêu thị
    return before.written in _list("place_before") or (before.capital and not _in("honorifics", before))


def _small(words: Sequence[Word], place: int) -> Sequence[Word] | None:
    """A name in small letters is only known by its middle: văn or thị, with two or three words in all. None are
    "quản lý văn hóa", "xử lý văn bản"."""
    run = words[place : place + 3]
    if place and run[0].joined and f"{words[place - 1].written} {run[0].written}" in _list("no_surname"):
        return None
    if len(run) < 3 or run[1].written not in _list("middle") or not (run[1].joined and run[2].joined):
        return None
    return None if run[2].plain in ("xa", "tran", "ban", "phong") else run


def _spaced(seen: Letters) -> Iterator[Mark]:
    """Letters written one by one: N g u y ễ n  V ă n  A."""
    for match in _SPACED.finditer(seen.plain):
        together = re.sub(r"[^a-z]", "", match.group())
        if together.startswith(tuple(s for s in _list("plain_surnames") if len(s) > 1)):
            yield Mark(*seen.span(*match.span()), MarkKind.PERSON_NAME, "spaced_letters")


def _mark(seen: Letters, run: Sequence[Word], why: str) -> Mark:
    return Mark(*seen.span(run[0].start, run[-1].end), MarkKind.PERSON_NAME, why)
