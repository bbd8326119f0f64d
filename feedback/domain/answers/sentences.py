"""An answer cut into sentences, each with the roles it plays: the ground on which findings stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.domain.answers.lexicon import find
from feedback.domain.answers.shapes import (
    CASE_DOCUMENT,
    COMING,
    DATE,
    HOUR,
    MONEY,
    NUMBER,
    PERIOD,
    PHONE,
    URL,
    WORD,
    masked,
)
from feedback.domain.answers.view import MAX_CHARS, View, view
from feedback.domain.folding import fold

# Looking back makes a run of signs be tried once, not once from each of its signs: 20,000 of them take no time.
_END = re.compile(  # "như sau:" ends a greeting: what follows are facts
    r"(?<![.!?…])[.!?…]+(?=\s|$)|;|[\r\n]+"
    r"|(?<=như sau):|(?<=nhu sau):|(?<=sau đây):|(?<=sau day):|(?<=as follows):"
)
_ABBREVIATION = re.compile(r"(?<!\w)(?:[^\W\d_]|tp|tx|tt|đt|dt|km|no|mr|ms|mrs|dr|st|p|q|v|ths|ts|ks|bs)$")
_GREETING = re.compile(r"\s*(?:kính gửi|kinh gui|dear)(?!\w)")
_ALREADY = re.compile(r"(?<!\w)(?:đã|da|has|have)(?!\w)")

_FEW_WORDS = 5
MAX_SENTENCES = 400
"""Sentences that are told apart in one text; whatever follows is read as one. No honest answer has so many, and a
text of line breaks must not cost a minute."""
LEXICAL = frozenset(
    (
        "courtesy",
        "receipt",
        "reviewing",
        "law",
        "policy",
        "statistic",
        "hedge",
        "promise",
        "disclaim",
        "send_away",
        "handed_on",
        "blame",
        "link",
        "refusal",
        "vague_done",
        "done",
        "verdict",
        "reason",
        "found",
        "instruction",
        "person",
        "relative_date",
        "forward",
        "budget",
        "applied",
        "you",
        "free",
        "judgement",
    )
)
"""The roles that lexicons give to sentences."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its range in the view, and its roles (of the lexicons, and forms such as ``date``)."""

    start: int
    end: int
    text: str
    roles: frozenset[str]
    words: int

    def plays(self, *roles: str) -> bool:
        """Whether the sentence plays any of these roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its sentences; ``body`` leaves out greeting, courtesy and closing."""

    view: View
    sentences: tuple[Sentence, ...]
    body: tuple[Sentence, ...]


def _goes_on(seen: View, start: int, dot: int) -> bool:
    """Whether the full stop at ``dot`` ends no sentence: initial, abbreviation, number of a list."""
    if _GREETING.match(seen.norm, start):
        return False
    short = _ABBREVIATION.search(seen.norm, max(start, dot - 5), dot)
    if short is None:
        return seen.norm[start:dot].strip().isdigit()
    if short.end() - short.start() > 1 or not seen.norm[start:short.start()].strip():
        return True
    return seen.source[seen.at[short.start()]].isupper()  # "Nguyễn Văn A.", but not "xong rồi ạ."


def cut(seen: View) -> list[tuple[int, int]]:
    """The ranges of the sentences in ``seen.norm``, without surrounding space."""
    pieces: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(seen.norm):
        if len(pieces) >= MAX_SENTENCES:
            break
        if match.group() == "." and _goes_on(seen, start, match.start()):
            continue
        pieces.append((start, match.end()))
        start = match.end()
    pieces.append((start, len(seen.norm)))
    trimmed = (
        (s + len(t) - len(t.lstrip()), s + len(t.rstrip())) for s, e in pieces if (t := seen.norm[s:e])
    )
    return [(s, e) for s, e in trimmed if WORD.search(seen.norm, s, e)]


def _forms(plain_text: str, bare: str) -> set[str]:
    """``plain_text`` is the sentence as written, ``bare`` the same with citations blanked."""
    shapes = (
        ("date", DATE),
        ("hour", HOUR),
        ("money", MONEY),
        ("document", CASE_DOCUMENT),
        ("phone", PHONE),
        ("coming", COMING),
        ("period", PERIOD),
    )
    found = {name for name, pattern in shapes if pattern.search(bare)}
    if URL.search(plain_text):
        found.add("url")
    if bare != plain_text:
        found.add("citation")
    if NUMBER.search(bare):
        found.add("number")
    return found


def _dates_its_promise(seen: View, bare: str, start: int, end: int) -> bool:
    """Whether a promise of the sentence has a day: after it, or before it with no "đã" in between."""
    promise = find("promise", seen, start, end)
    if promise is None:
        return False
    if DATE.search(bare, promise[0], end):
        return True
    before = DATE.search(bare, start, promise[0])
    return before is not None and not _ALREADY.search(seen.norm, before.end(), promise[0])


def _sentence(seen: View, bare: str, start: int, end: int) -> Sentence:
    text = seen.norm[start:end]
    found = _forms(text, bare[start:end])
    found.update(role for role in LEXICAL if find(role, seen, start, end))
    if "relative_date" in found:
        found.add("date")
    if _dates_its_promise(seen, bare, start, end):
        found.add("dated_promise")
    size = len(WORD.findall(text))
    if size <= _FEW_WORDS and find("short_verdict", seen, start, end) and "receipt" not in found:
        found.add("verdict")
    return Sentence(start, end, text, frozenset(found), size)


def _is_courtesy(sentence: Sentence) -> bool:
    """Greeting, thanks, closing wishes: nothing in them is about the case."""
    substance = ("done", "found", "reason", "forward", "document", "handed_on", "url")
    return sentence.plays("courtesy") and not sentence.plays(*substance)


def read(text: str) -> Reading:
    """``text`` cut into sentences with roles. Pure, linear, at most ``view.MAX_CHARS`` letters are read."""
    seen = view(text)
    bare = masked(seen.norm)
    sentences = tuple(_sentence(seen, bare, start, end) for start, end in cut(seen))
    return Reading(seen, sentences, tuple(s for s in sentences if not _is_courtesy(s)))


def words(text: str) -> list[str]:
    """The words of a text without accents: for comparing two texts that may be spelled differently."""
    return WORD.findall(fold(text[:MAX_CHARS]))


def overlap(body: Sequence[str], asked: Sequence[str]) -> float:
    """Share (0–1) of the word triples of ``body`` that stand in ``asked`` too."""
    return shared(body, threes(asked))


def threes(said: Sequence[str]) -> frozenset[tuple[str, str, str]]:
    """The word triples of a text."""
    return frozenset(zip(said, said[1:], said[2:], strict=False))


def shared(body: Sequence[str], there: frozenset[tuple[str, str, str]]) -> float:
    """Share (0–1) of the word triples of ``body`` that are ``there``."""
    triples = list(zip(body, body[1:], body[2:], strict=False))
    return sum(t in there for t in triples) / len(triples) if triples else 0.0
