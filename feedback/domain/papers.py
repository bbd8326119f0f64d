"""What a question asks somebody to hand in, compared with the procedure's published list.

An office may ask for the papers of the list and no more (Decree 61/2018/NĐ-CP, article 5), once (article 11),
not for what the State has already (Decree 107/2021/NĐ-CP), and not on paper for what was sent online and signed
(letter 8899/VPCP-KSTT). A question for a fact ("which day did you file it?") asks for no paper. The reader sees
words only: what it finds advises, and a person decides.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.answers.view import View, view
from feedback.domain.paper_lines import Mention, kinds_of, mentions, words_of
from feedback.domain.paper_words import ON_PAPER, all_of, how, stands

MAX_CHARS = 20_000
"""So much of a text is read; a question has 4,000 at most."""
MOST_REMARKS = 50
MOST_LINES = 100
"""So many lines of a question are read; one that is sent has five at most."""
_SAME = 0.6
"""Share of the words of two lines that makes them the same question."""
_LISTED = 0.5
"""Share of a paper's words by which an application or a confirmation is the one of the list."""
_NEARLY = 0.75
"""The same where not even the kind of paper is known to be the same."""
_SENTENCE = re.compile(r"[^.!?…;\n]+(?:[.…;](?!\s|$)[^.!?…;\n]*)*[.!?…;]?")
_BULLET = re.compile(r"\s*(?:[-–•*+]|\(?\d{1,2}[.)])?\s*")
_DONE = re.compile(r"(?<!\w)(?:đã|được|sẽ|đang|da|duoc|se|dang|has|have|had|will|was|were)\s{1,3}$")


class PaperFault(StrEnum):
    """Why a line should not be asked. The reasons and sources are in ``paper_data/reasons.json``."""

    BEYOND_LIST = "beyond_list"
    ASKED_AGAIN = "asked_again"
    DIGITISED = "digitised"
    PAPER_COPY = "paper_copy"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a published list."""

    name_vi: str
    name_en: str = ""
    copies: int = 1
    digitised: bool = False
    """The State has it in a database already."""
    paper_needed_if_signed_online: bool = False


@dataclass(frozen=True, slots=True)
class PaperRemark:
    """One thing that is wrong with a line. ``start``–``end`` are characters of the whole text; ``paper`` is the
    place in the list of the paper that is meant, None when it is none of the list."""

    code: PaperFault
    line: str
    start: int
    end: int
    paper: int | None


def read_request(text: str, *, papers: Sequence[Paper] = (), asked_before: Sequence[str] = (),
                 signed_online: bool = False) -> tuple[PaperRemark, ...]:
    """Read a question, one thing a line. ``papers``: the published list; without one nothing can be beyond it.
    ``asked_before``: the earlier questions of the case. ``signed_online``: the file was sent online and signed.
    Remarks in the order of the text, at most MOST_REMARKS."""
    lines = [line for question in asked_before for _start, line in _lines(question)]
    earlier = [_Wanted.of(view(line)) for line in lines[:MOST_LINES]]
    listed = [_Listed.of(paper) for paper in papers]
    found: list[PaperRemark] = []
    for start, line in _lines(text):
        seen = view(line)
        wanted = _Wanted.of(seen) if earlier else None
        again = wanted is not None and any(wanted.is_same(other) for other in earlier)
        named = mentions(seen)
        for mention in named:
            first, last = seen.span(mention.start, mention.end)
            place = _place(mention, listed)
            codes = [PaperFault.ASKED_AGAIN] if again else []
            codes += _faults(mention, place, papers, signed_online)
            found += [PaperRemark(code, line, start + first, start + last, place) for code in codes]
        if again and not named:
            found.append(PaperRemark(PaperFault.ASKED_AGAIN, line, start, start + len(line), None))
    return tuple(found[:MOST_REMARKS])


def read_answer_for_papers(text: str, *, papers: Sequence[Paper] = (), asked_before: Sequence[str] = (),
                           signed_online: bool = False) -> tuple[PaperRemark, ...]:
    """The same for an answer: only its sentences that ask the reader to hand something in are read."""
    return _read_parts(text, _asking(text), papers, asked_before, signed_online)


def read_complaint_for_papers(text: str, *, papers: Sequence[Paper] = (),
                              signed_online: bool = False) -> tuple[PaperRemark, ...]:
    """The same for a complaint: only its sentences that tell of papers which an office demanded are read."""
    return _read_parts(text, _demanded(text), papers, (), signed_online)


def tells_signed_online(text: str) -> bool:
    """Whether a complaint says that its file was sent online or signed there. A proposal: a person ticks it."""
    return any(stands("signed_online", seen) and not stands("not_online", seen)
               for start, end in _sentences(text) for seen in [view(text[start:end])])


@dataclass(frozen=True, slots=True)
class _Listed:
    """A paper of the list as it is compared."""

    kinds: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, paper: Paper) -> "_Listed":
        names = [view(name) for name in (paper.name_vi, paper.name_en) if name.strip()]
        return cls(frozenset().union(*(kinds_of(name) for name in names)),
                   frozenset().union(*(words_of(name.norm) for name in names)))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One line of a question as it is compared with those of another one."""

    kinds: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, line: View) -> "_Wanted":
        kinds = frozenset(kind for kind in kinds_of(line) if how(kind) == "kind")
        return cls(kinds, frozenset(words_of(line.norm)))

    def is_same(self, other: "_Wanted") -> bool:
        """Whether both ask for the same: the same paper, or nearly the same words."""
        if self.kinds & other.kinds:
            return True
        shared = len(self.words & other.words)
        return shared > 1 and shared / len(self.words | other.words) >= _SAME


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The first MOST_LINES lines with where each begins, without numbers or dashes in front."""
    at = 0
    for raw in text[:MAX_CHARS].splitlines(keepends=True)[:MOST_LINES]:
        bullet = _BULLET.match(raw)
        skipped = bullet.end() if bullet else 0
        line = raw[skipped:].rstrip()
        if line:
            yield at + skipped, line
        at += len(raw)


def _faults(mention: Mention, place: int | None, papers: Sequence[Paper], signed_online: bool) -> list[PaperFault]:
    paper = papers[place] if place is not None else None
    codes = []
    if paper is not None and paper.digitised:
        codes.append(PaperFault.DIGITISED)
    if signed_online and mention.forms & ON_PAPER and _not_needed(paper, papers, mention):
        codes.append(PaperFault.PAPER_COPY)
    if papers and paper is None and mention.kind and mention.wants_list:
        codes.append(PaperFault.BEYOND_LIST)
    return codes


def _not_needed(paper: Paper | None, papers: Sequence[Paper], mention: Mention) -> bool:
    """Whether the list wants it electronically only. Of the file as a whole: whether it wants anything so."""
    if mention.proof:
        return False
    if paper is not None:
        return not paper.paper_needed_if_signed_online
    if mention.kind:
        return not papers  # what is none of the list is another fault
    return not papers or not all(one.paper_needed_if_signed_online for one in papers)


def _place(mention: Mention, listed: Sequence[_Listed]) -> int | None:
    """The paper of the list that is meant: the same kind first, then the same words; the most alike of several."""
    best, place = 0.0, None
    for index, one in enumerate(listed):
        likeness = _likeness(mention, one)
        if likeness > best:
            best, place = likeness, index
    return place


def _likeness(mention: Mention, one: _Listed) -> float:
    """0: another paper; more: how sure it is that this one is meant."""
    shared = len(mention.words & one.words) / len(mention.words) if mention.words else 0.0
    if mention.kind in one.kinds and how(mention.kind) == "kind":
        return 2 + shared
    if mention.kind in one.kinds and (not mention.words or shared >= _LISTED):
        return 1 + shared
    return shared if len(mention.words) > 1 and shared >= _NEARLY else 0.0


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text[:MAX_CHARS]):
        yield match.span()


def _asking(text: str) -> Iterator[tuple[int, int]]:
    """From the word that asks to the end of its sentence, where the answer speaks to its reader."""
    for start, end in _sentences(text):
        seen = view(text[start:end])
        if not stands("addressed", seen) or stands("wrongly_asked", seen):
            continue
        for first, _last in all_of("answer_asks", seen):
            if not _DONE.search(seen.norm, max(0, first - 8), first) and not stands("not_asked", seen, 0, first):
                yield start + seen.span(first, first)[0], end
                break


def _demanded(text: str) -> Iterator[tuple[int, int]]:
    for start, end in _sentences(text):
        seen = view(text[start:end])
        first = next(iter(all_of("demanded", seen)), None)
        if first is not None:
            yield start + seen.span(*first)[1], end


def _read_parts(text: str, parts: Iterator[tuple[int, int]], papers: Sequence[Paper],
                asked_before: Sequence[str], signed_online: bool) -> tuple[PaperRemark, ...]:
    found = []
    for start, end in parts:
        part = text[start:end].rstrip(" ?!.…;")
        found += [PaperRemark(one.code, one.line, start + one.start, start + one.end, one.paper)
                  for one in read_request(part, papers=papers, asked_before=asked_before,
                                          signed_online=signed_online)]
    return tuple(found[:MOST_REMARKS])
