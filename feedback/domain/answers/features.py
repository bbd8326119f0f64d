"""An answer as named numbers: what its sentences do, which questions they answer, what is missing.

The names say which way a number may count, and the fit holds to it: ``good_`` can only make "does not answer" less
likely, ``bad_`` only more; the others describe the question. So a concrete result never raises the probability,
and courtesy, citations and statistics never lower it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback.domain.answers.asks import kinds_of
from feedback.domain.answers.model import LINK, Head, shipped
from feedback.domain.answers.reading import remarks
from feedback.domain.answers.senses import EMPTY, SUBSTANCE, Asked, Sensed, asked_of, sense
from feedback.domain.answers.sentences import Reading, read, shared, threes, words
from feedback.domain.answers.taxonomy import Flag
from feedback.domain.answers.tokens import content, signed
from feedback.domain.answers.view import view

MOST_ASKS = 20
MOST_SENSED = 120
"""Sentences that are compared with the questions; no honest answer has more."""
_FLOOR = 0.15
"""Chances below this are taken as nothing, so that a sentence of one kind says nothing of the others."""
_GATE = 0.4
"""Clear substance from which on a sentence's link to a question counts in full."""
_SOME = 0.3
"""Clear substance from which on a sentence says something: its tone may help, and its words are no copy."""
_MOSTLY = 0.5
"""Clear substance from which on nothing of a sentence counts against the answer."""
_TRUST = 0.85
"""What the clear substance of a question's own box is worth as an answer to it."""
_HALF = 0.45
"""Scale of the tone. Full, it read one writer's habits for what was said and lost on published answers."""
_FORMS = ("date", "hour", "money", "number", "phone", "relative_date")
_EVIDENCE = {
    "when": (("dated", "done"), ("date", "hour", "relative_date", "forward", "coming", "period")),
    "why": (("reason", "found"), ("reason", "found")),
    "howmuch": (("amount",), ("money", "free")),
    "who": (("who", "forward"), ("person", "phone")),
    "how": (("how",), ("instruction",)),
    "yesno": (("verdict", "done"), ("verdict", "judgement", "refusal")),
    "action": (("done", "dated", "verdict"), ("done", "dated_promise")),
}
"""For each kind of question the senses and the roles that answer it."""
_RULES = tuple(flag for flag in Flag if flag not in (Flag.PARTIAL, Flag.OFF_TOPIC, Flag.TEMPLATE))


@dataclass(frozen=True, slots=True)
class Link:
    """How well the best sentence answers one question: ``chance`` 0–1 and the place of the sentence, or None."""

    chance: float
    by: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer read against its complaint."""

    reading: Reading
    sensed: Sequence[Sensed]
    asks: Sequence[str]
    links: Sequence[Link]
    copied: Sequence[float]
    """For each sentence the share (0–1) of its word triples that stand in the complaint."""
    asked_words: float
    """Length of the complaint: the logarithm of its words, by five."""
    rules: frozenset[Flag]
    """What the rules of ``reading`` remark."""


def sign(feature: str) -> int:
    """-1: may only make the answer look better; 1: only worse; 0: either."""
    return -1 if feature.startswith("good_") else 1 if feature.startswith("bad_") else 0


def look(complaint: str, answer: str, asks: Sequence[str], link: Head,
         boxes: Sequence[tuple[int, int] | None] = ()) -> Seen:
    """Read ``answer`` against ``complaint`` and its questions. ``link`` is the head that joins the two. ``boxes``:
    for each question the place of the box that was written for it, where the answer came from a form."""
    reading, asked = read(answer), asked_of(complaint)
    return join(complaint, reading, sense(reading, asked), asked, asks, link, boxes)


def join(complaint: str, reading: Reading, sensed: Sequence[Sensed], asked: Asked, asks: Sequence[str], link: Head,
         boxes: Sequence[tuple[int, int] | None] = ()) -> Seen:
    """``look`` on what was read and sensed already: the fit brings weights of its own."""
    pairs = pair_features(asks[:MOST_ASKS], sensed[:MOST_SENSED], asked)
    links = [_best(rows, sensed, link) for rows in pairs]
    for at, box in enumerate(boxes[:len(links)]):
        if box is not None:
            links[at] = max(links[at], _in_box(box, reading, sensed), key=lambda found: found.chance)
    there = words(complaint)
    known = threes(there)
    copied = [shared(words(one.sentence.text), known) for one in sensed]
    rules = frozenset(remark.flag for remark in remarks(reading, complaint))
    return Seen(reading, sensed, tuple(asks[:MOST_ASKS]), links, copied, math.log1p(len(there)) / 5, rules)


def _best(rows: Sequence[Mapping[str, float]], sensed: Sequence[Sensed], link: Head) -> Link:
    """The sentence that answers best. Without substance the nearness of words is nothing."""
    chances = [link.probability(row) * min(1.0, _clear(one) / _GATE)
               for row, one in zip(rows, sensed, strict=False)]
    if not chances:
        return Link(0.0, None)
    place = max(range(len(chances)), key=chances.__getitem__)
    return Link(chances[place], place)


def _in_box(box: tuple[int, int], reading: Reading, sensed: Sequence[Sensed]) -> Link:
    """The sentence of most substance in a question's own box: it stands where the answer belongs, whatever its
    words."""
    best = Link(0.0, None)
    for place, one in enumerate(sensed):
        start, end = reading.view.span(one.sentence.start, one.sentence.end)
        if box[0] <= start and end <= box[1] + 1 and _clear(one) * _TRUST > best.chance:
            best = Link(_clear(one) * _TRUST, place)
    return best


def pair_features(asks: Sequence[str], sensed: Sequence[Sensed], asked: Asked) -> list[list[dict[str, float]]]:
    """For each question and each sentence: how near they are, and whether the sentence is of the kind that is
    wanted."""
    kinds = [kinds_of(ask) for ask in asks]
    meant = [content(signed(view(ask).norm), plain=asked.plain) for ask in asks]
    return [[_pair(at, kinds, meant, one) for one in sensed] for at in range(len(asks))]


def _pair(at: int, kinds: Sequence[frozenset[str]], meant: Sequence[frozenset[str]],
          one: Sensed) -> dict[str, float]:
    words_meant, own = meant[at], kinds[at]
    others = [words for place, words in enumerate(meant) if place != at]
    only_here = words_meant.difference(*others)
    both, substance = one.said & words_meant, one.substance
    near = len(both) / max(2, len(words_meant))
    here = len(one.said & only_here) / max(1, len(only_here))
    alike = sum(1 for place, kind in enumerate(kinds) if place != at and kind & own)
    found = {
        "substance": substance, "near": near, "near_said": len(both) / max(3, len(one.said)),
        "words": min(len(both), 6) / 6, "near_substance": near * substance,
        "single": float(len(kinds) == 1), "single_substance": substance * (len(kinds) == 1),
        "asks": min(len(kinds), 5) / 5, "asks_substance": substance * min(len(kinds), 5) / 5,
        "alike": min(alike, 4) / 4, "nothing_own": float(not only_here),
        "here": here, "here_substance": here * substance, "here_any": float(bool(one.said & only_here)),
        "elsewhere_substance": substance * float(bool(only_here) and not one.said & only_here),
        "short": float(one.sentence.words <= 6),
    }
    found.update((f"sense:{name}", chance) for name, chance in
                 zip((*SUBSTANCE, "courtesy", *EMPTY), one.chances, strict=True))
    for kind in own:
        found[f"{kind}"] = 1.0
        found[f"{kind}:substance"] = substance
        found.update((f"{kind}:{name}", one.chance(name)) for name in SUBSTANCE)
        found.update((f"{kind}:form:{form}", substance) for form in _FORMS if form in one.sentence.roles)
        if kind in _EVIDENCE and not any(kind in other for place, other in enumerate(kinds) if place != at):
            # The only question of its kind, and what that kind wants: said in other words it is still the answer.
            senses, forms = _EVIDENCE[kind]
            fits = max(one.chance(name) for name in senses)
            found[f"{kind}:alone"] = fits
            found[f"{kind}:alone:form"] = substance * float(one.sentence.plays(*forms))
    return found


def _floored(chance: float) -> float:
    return chance if chance >= _FLOOR else 0.0


def _clear(one: Sensed) -> float:
    return sum(map(_floored, one.chances[:len(SUBSTANCE)]))


def features_of(seen: Seen) -> dict[str, float]:
    """The numbers of an answer that was looked at."""
    links = [link.chance for link in seen.links] or [0.0]
    clear = [_clear(one) for one in seen.sensed]
    sizes = [one.sentence.words * (1 - _floored(one.chance("courtesy"))) for one in seen.sensed]
    whole = max(1.0, sum(sizes))
    best, total = max(clear, default=0.0), sum(clear)
    share = sum(c * size for c, size in zip(clear, sizes, strict=True)) / whole
    least = min(links)
    found = {
        "good_least_answered": least, "good_most_answered": max(links),
        "good_mean_answered": sum(links) / len(links),
        "bad_unanswered": sum(c < 0.35 for c in links) / len(links),
        "bad_far_unanswered": sum(c < 0.2 for c in links) / len(links), "bad_least": max(0.0, 0.5 - least),
        "asks": min(len(links), 5) / 5, "asks_one": float(len(links) == 1), "asked_words": seen.asked_words,
        "good_substance": best, "good_substance_sum": min(total, 4.0) / 4,
        "good_substance_many": min(total, 10.0) / 10,
        "good_substance_share": share,
        "good_substance_words": math.log1p(sum(c * one.sentence.words
                                               for c, one in zip(clear, seen.sensed, strict=True))),
        "english": float(seen.reading.view.lang == "en"), "plain": float(seen.reading.view.plain),
        "bad_copied": max((share for share, c in zip(seen.copied, clear, strict=True) if c < _SOME), default=0.0),
    }
    # A sentence of substance may only help by its tone, an empty one only harm. Half the scale: words that one
    # office or one writer likes must not outweigh what is said.
    helps = sum(max(0.0, -one.tone) for c, one in zip(clear, seen.sensed, strict=True) if c >= _SOME)
    harms = sum(max(0.0, one.tone) for c, one in zip(clear, seen.sensed, strict=True)
                if c < _SOME and one.chance("courtesy") < 0.5)
    found["good_tone"], found["bad_tone"] = math.tanh(helps / 3) * _HALF, math.tanh(harms / 3) * _HALF
    found["good_tone_sum"], found["bad_tone_sum"] = min(helps, 3.0) / 3 * _HALF, min(harms, 3.0) / 3 * _HALF
    for name in SUBSTANCE:
        found[f"good_{name}"] = max((_floored(one.chance(name)) for one in seen.sensed), default=0.0)
    for name in EMPTY:
        chances = [_floored(one.chance(name)) if c < _MOSTLY else 0.0
                   for one, c in zip(seen.sensed, clear, strict=True)]
        most = max(chances, default=0.0)
        found[f"bad_{name}"] = most
        found[f"bad_{name}_words"] = math.log1p(sum(c * size for c, size in zip(chances, sizes, strict=True))) / 5
        found[f"bad_{name}_alone"] = most * (1 - best)
        found[f"bad_{name}_mostly"] = most * (1 - share)
    for flag in _RULES:
        found[f"bad_rule_{flag.value}"] = float(flag in seen.rules)
    return found


def features(complaint: str, answer: str, asks: Sequence[str]) -> dict[str, float]:
    """The numbers of an answer, by the shipped model's link: for fitting again from stored texts."""
    return features_of(look(complaint, answer, asks, shipped().heads[LINK]))
