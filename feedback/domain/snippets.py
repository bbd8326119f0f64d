"""A piece of a text around the words that were looked for, with these words marked: accents or not."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from feedback.domain.folding import fold

LENGTH = 200
"""Characters of a snippet, more or less: it is cut between words."""
BEFORE = 50
"""Characters shown before the first word that was found."""
MOST_READ = 8_000
"""Characters of a text that are looked through."""
LONGEST_RUN = 40
"""Characters without a space that are remembered; Vietnamese words have seven at most."""

_WORD = re.compile("[^\\W_]+(?:[\u0300-\u036f]+[^\\W_]*)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a snippet; ``found``: it is one of the words that were looked for."""

    text: str
    found: bool


def snippet(text: str, asked: Collection[str], *, length: int = LENGTH) -> tuple[Piece, ...]:
    """The part of ``text`` that holds most of the folded words ``asked``, in pieces; empty when it holds none."""
    line = " ".join(text[:MOST_READ].split())
    hits = _hits(line, frozenset(asked))
    if not hits:
        return ()
    first = _densest(hits, length - BEFORE)
    start = _back_to_a_word(line, max(0, hits[first][0] - BEFORE))
    end = _on_to_a_word(line, start + length)
    pieces, at = ([Piece("… ", False)] if start else []), start
    for begins, ends, _ in hits:
        if begins < start or ends > end:
            continue
        if pieces and pieces[-1].found and not line[at:begins].strip():
            pieces[-1] = Piece(pieces[-1].text + line[at:ends], True)  # neighbours are one mark
        else:
            pieces += [Piece(line[at:begins], False), Piece(line[begins:ends], True)]
        at = ends
    pieces.append(Piece(line[at:end] + (" …" if end < len(line) else ""), False))
    return tuple(piece for piece in pieces if piece.text)


def _hits(line: str, asked: frozenset[str]) -> list[tuple[int, int, str]]:
    """Where the words stand: begin, end and the folded word. Runs between spaces were nearly all seen before, so
    only those that hold a word are looked at letter by letter."""
    hits, at = [], 0
    for run in line.split(" "):
        if len(run) > LONGEST_RUN or not asked.isdisjoint(_words_in(run)):
            hits += [(at + m.start(), at + m.end(), word) for m in _WORD.finditer(run)
                     if (word := _folded(m.group())) in asked]
        at += len(run) + 1
    return hits


def _densest(hits: list[tuple[int, int, str]], width: int) -> int:
    """The hit from which most different words stand within ``width`` characters; the first of equals."""
    best = (0, 0, 0)
    inside: Counter[str] = Counter()
    last = 0
    for n, (begins, _, word) in enumerate(hits):
        while last < len(hits) and hits[last][1] <= begins + width:
            inside[hits[last][2]] += 1
            last += 1
        best = max(best, (len(inside), min(inside.total(), 9), -n))
        inside[word] -= 1
        if inside[word] <= 0:
            del inside[word]
    return -best[2]


def _back_to_a_word(line: str, at: int) -> int:
    return at if at == 0 else line.find(" ", at) + 1


def _on_to_a_word(line: str, at: int) -> int:
    if at >= len(line):
        return len(line)
    return max(line.rfind(" ", 0, at + 1), 0) or at


@lru_cache(maxsize=20_000)
def _words_in(run: str) -> tuple[str, ...]:
    return tuple(_folded(word) for word in _WORD.findall(run))


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    """Vietnamese has some seven thousand syllables: nearly every word was seen before."""
    return fold(word)
