"""Best matches, exact phrases and similar cases: read among some hundred candidates, an exact phrase among at most
1,000, so that no question can make the database look at everything."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from math import log

from sqlalchemy import ColumnElement, and_, func, literal, select, union

from feedback.domain import folding
from feedback.extensions import db
from feedback.models.publications import Publication, PublicationPoint, PublicationTokens
from feedback.queries import register_match
from feedback.queries.register_page import CARD, PAGE, PUBLIC, Cursor, Entry, Page, entry

CANDIDATES, TOGETHER = 200, 100
"""Of best matches: the newest cases that hold all the words, and the newest in which they stand side by side."""
PHRASED = 1_000
"""The newest cases that are read for a phrase of more than two words, when that many hold all its pairs."""
OBJECTED = 2_000
"""The newest cases that are looked through for an objection of the sender, which the index does not hold."""
WORDS = 12
"""Words of a question that are weighed."""
SIMILAR = 5
SIMILAR_CANDIDATES, STORY_CANDIDATES = 100, 300
"""Cases that are compared: for the page of a case, and once for somebody who is writing a complaint."""
SIMILAR_TOKENS = 24
"""Pairs of the title and summary that are asked for; a case that shares none of them is not similar."""
_SYLLABLE = re.compile(r"[a-z0-9]+")
LEAST_ALIKE = 0.12
"""Weighted share of the tokens of the shorter question that both have; below it nothing is shown."""
STORY_PAIRS, STORY_LEAST, UNSEEN = 16, 0.15, 50
"""For a text that is no short question, see ``alike``."""
LIKE_TOO = 0.05
"""What a shared agency or category adds to that share when the order is made."""


@dataclass(frozen=True)
class Candidate:
    """A case that holds all the words, with what its rank is made from."""

    id: int
    title: str
    tokens: str


def with_phrases(tokens: Sequence[str], query: folding.Query, *, cursor: Cursor | None) -> Page:
    """The newest cases in which the quoted phrases stand word by word."""
    candidates, more = _candidates(tokens, query, ())
    return _paged([candidate.id for candidate in candidates], more, cursor)


def objected(tokens: Sequence[str], query: folding.Query, *, cursor: Cursor | None) -> Page:
    """The newest cases whose sender objected to the answer, among the ``OBJECTED`` newest that hold the tokens, or
    ``PHRASED`` where phrases are read too. Two statements, three with phrases."""
    if _long(query):
        candidates, more = _candidates(tokens, query, (), objected=True)
        found = [candidate.id for candidate in candidates]
        return replace(_paged(found, more, cursor), looked=PHRASED if more else 0)
    hit = register_match.hits(tokens, limit=OBJECTED + 1)
    rows = db.session.execute(
        select(Publication.id, Publication.times_objected).join(hit, and_(hit.c.id == Publication.id, PUBLIC))
        .order_by(Publication.id.desc())).all()
    more = len(rows) > OBJECTED
    page = _paged([row.id for row in rows[:OBJECTED] if row.times_objected], more, cursor)
    return replace(page, looked=OBJECTED if more else 0)


def _paged(found: Sequence[int], more: bool, cursor: Cursor | None) -> Page:
    """A page of these ids, newest first. ``more``: there may be older ones that nobody looked at."""
    start = 0
    if cursor is not None and cursor.newer:
        end = sum(number > cursor.id for number in found)
        start = max(0, end - PAGE)
        shown = found[start:end]
    else:
        start = 0 if cursor is None else sum(number >= cursor.id for number in found)
        shown = found[start:start + PAGE]
    cards = _cards(shown)
    return Page(
        entries=tuple(cards), total=len(found), more=more and bool(found), most=0,
        older=Cursor(cards[-1].published_on, cards[-1].id) if cards and start + PAGE < len(found) else None,
        newer=Cursor(cards[0].published_on, cards[0].id, newer=True) if cards and start else None)


def best(tokens: Sequence[str], query: folding.Query, *, text: str, after: int, objected: bool = False) -> Page:
    """The cases that hold all the words; first those that have them side by side and in the question.
    ``objected``: of these only where the sender objected to the answer."""
    asked = folding.tokens(text)
    words = [token for token in asked if "_" not in token][:WORDS]
    pairs = [token for token in asked if "_" in token][:WORDS]
    candidates, more = _candidates(tokens, query, pairs, objected=objected)
    ranked = sorted(candidates, key=lambda c: (-_rank(c, words, pairs), -c.id))
    shown = ranked[after:after + PAGE]
    further = after + PAGE if after + PAGE < len(ranked) else None
    return Page(entries=tuple(_cards([c.id for c in shown])), total=len(ranked), more=more,
                most=0 if _long(query) else CANDIDATES, further=further)


def similar(publication: Publication) -> list[Entry]:
    """At most ``SIMILAR`` cases that share rare word pairs with this one's question, most alike first."""
    asked = "\n".join([publication.title, publication.summary, *(p.question for p in publication.points)])
    return alike(asked, but=publication.id)


def alike(asked: str, *, but: int | None = None, like: Sequence[str] = (), story: bool = False) -> list[Entry]:
    """At most ``SIMILAR`` published cases that share rare word pairs with this text, most alike first; without the
    one with the id ``but``. Cases that hold one of the filter tokens ``like`` come before others as alike.

    ``story``: the text is somebody's own telling, not a register's short question. Then its sixteen rarest pairs
    are the whole that is compared, so that a long story is not unlike everything.
    """
    ordered = [token for token in folding.tokens(asked) if "_" in token]
    if not ordered:
        return []
    hit = register_match.hits((), any_of=ordered[:SIMILAR_TOKENS],
                              limit=STORY_CANDIDATES if story else SIMILAR_CANDIDATES)
    rows = db.session.execute(
        select(PublicationTokens.tokens, *CARD).join(hit, hit.c.id == PublicationTokens.publication_id)
        .join(Publication, and_(Publication.id == hit.c.id, PUBLIC)))
    own, wanted = frozenset(ordered), frozenset((*ordered, *like))
    # Only what both have is kept of each: a case has hundreds of tokens, and hundreds of cases are compared.
    others = [(wanted.intersection(row[0].split(" ")), row) for row in rows if row[1] != but]
    weight = _weights(own, [shared for shared, _ in others], unseen=UNSEEN if story else 0)
    whole = sum(sorted(weight.values(), reverse=True)[: STORY_PAIRS if story else None]) or 1.0
    least = STORY_LEAST if story else LEAST_ALIKE
    found = []
    for shared, row in others:
        share = sum([weight[token] for token in shared if token in weight]) / whole
        if share >= least:
            found.append((share + LIKE_TOO * sum(token in shared for token in like), row))
    found.sort(key=lambda pair: (-pair[0], -pair[1].id))
    return [entry(row[1:]) for _, row in found[:SIMILAR]]


def _weights(own: Set[str], others: Sequence[Set[str]], *, unseen: int) -> dict[str, float]:
    """Of each pair of one's own. Rare ones weigh more: a pair that nearly every candidate has says nothing.
    ``unseen`` cases besides, as if they had none of the pairs, keep a register that has few cases yet from taking
    everything for common."""
    seen = Counter(chain.from_iterable(others))
    return {token: log((len(others) + unseen + 1) / (seen[token] + 0.5)) + 0.1 for token in own}


def _rank(candidate: Candidate, words: Sequence[str], pairs: Sequence[str]) -> float:
    title, kept = _spaced_title(candidate.title), f" {candidate.tokens} "
    in_title = sum([f" {word} " in title for word in words]) / max(1, len(words))
    return 2 * sum([f" {pair} " in kept for pair in pairs]) / max(1, len(pairs)) + in_title


@lru_cache(maxsize=4_000)
def _spaced_title(title: str) -> str:
    return f" {' '.join(_SYLLABLE.findall(folding.fold(title)))} "


def _long(query: folding.Query) -> list[str]:
    """The phrases that pairs alone do not prove."""
    return [phrase for phrase in query.phrases if len(phrase.split()) > 2]


def _candidates(tokens: Sequence[str], query: folding.Query, pairs: Sequence[str], *, objected: bool = False
                ) -> tuple[list[Candidate], bool]:
    """The newest cases that hold all tokens and, word by word, all phrases of more than two words; newest first.
    And whether there may be older ones that nobody looked at. ``objected``: only where the sender objected."""
    phrases = _long(query)
    most = PHRASED if phrases else CANDIDATES
    hit = register_match.hits(tokens, limit=most + 1)
    together = [pair for pair in pairs if pair not in tokens]
    if together and not phrases:
        near = register_match.hits([*tokens, *together], limit=TOGETHER)
        hit = union(select(hit.c.id), select(near.c.id)).subquery("compared")
    rows = db.session.execute(
        select(Publication.id, Publication.title, PublicationTokens.tokens, Publication.times_objected,
               *((_all_words(),) if phrases else ()))
        .join(hit, and_(hit.c.id == Publication.id, PUBLIC))
        .join(PublicationTokens, PublicationTokens.publication_id == Publication.id)
        .order_by(Publication.id.desc())).all()
    found = [Candidate(*row[:3]) for row in rows
             if (not objected or row.times_objected) and (not phrases or _stands_in(row[4], phrases))]
    return found, len(rows) > most


def _all_words() -> ColumnElement[str]:
    points = (select(func.aggregate_strings(
        PublicationPoint.question + literal("\n") + PublicationPoint.answer, "\n"))
        .where(PublicationPoint.publication_id == Publication.id).scalar_subquery())
    newline = literal("\n")
    words = Publication.title + newline + Publication.summary
    for part in (Publication.found, Publication.done, Publication.owner, Publication.ground,
                 Publication.next_step, Publication.agency_vi, Publication.agency_en):
        words = words + newline + part
    return words + newline + func.coalesce(points, "")


def _stands_in(words: str, phrases: Iterable[str]) -> bool:
    spaced = " " + " ".join(_SYLLABLE.findall(folding.fold(words))) + " "
    return all(f" {phrase} " in spaced for phrase in phrases)


def _cards(ids: Sequence[int]) -> list[Entry]:
    if not ids:
        return []
    by_id = {row.id: entry(row) for row in db.session.execute(
        select(*CARD).where(Publication.id.in_(ids), PUBLIC))}
    return [by_id[number] for number in ids if number in by_id]
