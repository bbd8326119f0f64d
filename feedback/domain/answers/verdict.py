"""What the reader says of a whole answer: how likely it fails to answer, its flags, the questions it leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback.domain.answers import model as models
from feedback.domain.answers import points
from feedback.domain.answers.asks import kinds_of
from feedback.domain.answers.features import Seen, features_of, look
from feedback.domain.answers.findings import reasons
from feedback.domain.answers.groups import GROUPS
from feedback.domain.answers.model import LINK, Model
from feedback.domain.answers.senses import Sensed
from feedback.domain.answers.stock import NEARLY_THE_SAME, likeness, triples
from feedback.domain.answers.taxonomy import Flag, Level, level

ANSWERED = 0.25
"""From this chance on a question counts as answered."""
ANSWERED_BESIDE = 0.45
"""The same where the answer is known to leave one of its questions out: what is near may belong to another."""
MOST_FLAGS = 3
MOST_OTHERS = 500
"""Answers to other complaints that are compared."""
_SPEAKS_FOR = {
    Flag.HOLDING: ("receipt", "policy", "promise"),
    Flag.LINK_ONLY: ("link", "away"),
    Flag.GENERIC: ("law", "policy", "context", "hedge"),
    Flag.RESTATE: ("restate", "context", "receipt"),
    Flag.INDEFINITE: ("hedge", "policy", "receipt", "promise", "context"),
    Flag.OPEN_PROMISE: ("promise", "receipt", "policy"),
    Flag.NO_REASON: ("refuse", "verdict"),
    Flag.OFF_TOPIC: ("context", "done", "found", "how"),
    Flag.BUCK: ("away", "receipt", "law"),
    Flag.BLAME: ("blame", "reason"),
}
"""Which senses of sentences show a flag, the strongest first. What is absent is shown by nothing."""

_NEEDS = {
    Flag.HOLDING: (("receipt",), ("receipt", "reviewing")),
    Flag.LINK_ONLY: (("link",), ("url", "link")),
    Flag.OPEN_PROMISE: (("promise",), ("promise", "budget")),
    Flag.NO_REASON: (("refuse",), ("refusal",)),
    Flag.BUCK: (("away",), ("disclaim", "send_away")),
    Flag.BLAME: (("blame",), ("blame",)),
}
"""Senses and roles of which a sentence has to be there, before a flag is raised for it."""
_SHOWS = 0.25
_COPIED = 0.15
_FEW = 15


@dataclass(frozen=True, slots=True)
class Mark:
    """One flag on an answer's text. ``start``–``end`` are code points of the answer as given, 0–0 for what is
    absent; ``ask`` is the place (from 0) of the question it is about, or None. ``reason`` is a key of
    ``reasons.json``."""

    code: Flag
    start: int
    end: int
    ask: int | None
    reason: str

    @property
    def words(self) -> dict[str, str]:
        """``reason_vi``, ``reason_en``, ``hint_vi``, ``hint_en``: why, and what would mend it."""
        row = reasons()[self.reason]
        return {"reason_vi": str(row["reason_vi"]), "reason_en": str(row["reason_en"]),
                "hint_vi": str(row["mend_vi"]), "hint_en": str(row["mend_en"])}


@dataclass(frozen=True, slots=True)
class AskReading:
    """One question, whether the answer answers it, and the words that do (``start``–``end``, 0–0 for none)."""

    text: str
    answered: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reading of one answer. ``hard``: a rule that needs no probability spoke (NONE, LINK_ONLY, TEMPLATE)."""

    probability: float
    hard: bool
    defective: bool
    level: Level
    marks: tuple[Mark, ...]
    asks: tuple[AskReading, ...]
    version: str


def read_answer(complaint: str, answer: str, *, asks: Sequence[str] = (), others: Sequence[str] = (),
                boxes: Sequence[tuple[int, int] | None] = (), model: Model | None = None) -> Verdict:
    """Read ``answer`` against ``complaint``. ``asks``: its questions; left out, they are proposed from the text.
    ``others``: answers to other complaints, for TEMPLATE. ``boxes``: for each of the asks the place in ``answer``
    of the box written for it, None or missing where there is none. Bounded and linear in the text; pure."""
    model = model or models.shipped()
    asked = tuple(asks) or points.propose(complaint)
    seen = look(complaint, answer, asked, model.heads[LINK], boxes)
    found = features_of(seen)
    probability = model.probability(found)
    hard = _hard(seen, answer, others)
    defective = hard is not None or probability >= model.threshold
    flags = _flags(found, hard, seen, model) if defective else []
    marks = tuple(mark for flag in flags for mark in _marks(flag, seen))
    enough = ANSWERED_BESIDE if Flag.PARTIAL in flags else ANSWERED
    questions = tuple(_ask(text, at, seen, enough) for at, text in enumerate(asked))
    return Verdict(probability=max(probability, model.close) if hard else probability, hard=hard is not None,
                   defective=defective, level=level(mark.code for mark in marks), marks=marks, asks=questions,
                   version=model.version)


def _hard(seen: Seen, answer: str, others: Sequence[str]) -> Flag | None:
    """The rules that need no probability: nothing is said, only a link given, or the same was said to others."""
    if not answer.strip() or Flag.NONE in seen.rules or not seen.sensed:
        return Flag.NONE
    body = [one for one in seen.sensed if one.chance("courtesy") < 0.5 or one.sentence.plays("url")]
    links = [one for one in body if _only_points(one)]
    if links and len(links) == len(body):
        return Flag.LINK_ONLY
    if others:
        own = triples(answer)
        same = any(likeness(own, triples(other)) >= NEARLY_THE_SAME for other in others[:MOST_OTHERS])
        if same and len(own) > 8:
            return Flag.TEMPLATE
    return None


def _only_points(one: Sensed) -> bool:
    """Whether a sentence gives an address, or points to a file, and says nothing itself."""
    if one.sentence.plays("done", "verdict", "reason", "found", "date", "money", "document", "hour"):
        return False
    return one.sentence.plays("url") or (one.sentence.plays("link") and one.substance < 0.5)


def _flags(found: dict[str, float], hard: Flag | None, seen: Seen, model: Model) -> list[Flag]:
    """The flags worth showing, the likeliest group first: of each group that is more likely than not (else of the
    likeliest one) its likeliest flag. A rule's own flag stands alone. Muted ones stay away."""
    chances = {flag: model.probability(found, flag.value) for flag in Flag
               if flag.value in model.heads and flag is not Flag.TEMPLATE}
    if hard is not None and hard is not Flag.TEMPLATE:
        return [hard]
    groups = {name: model.probability(found, name) for name in GROUPS if name in model.heads}
    ranked = sorted(groups, key=lambda name: -groups[name])
    likely = [name for name in ranked if groups[name] >= 0.5] or ranked[:1]
    shown = [hard] if hard is not None else []
    for name in likely:
        own = [flag for flag in Flag if flag in GROUPS[name] and flag in chances and _possible(flag, seen)]
        shown += sorted(own, key=lambda flag: -chances[flag])[:1]
    return [flag for flag in dict.fromkeys(shown or [Flag.INDEFINITE]) if flag not in model.muted][:MOST_FLAGS]


def _possible(flag: Flag, seen: Seen) -> bool:
    """Whether there is anything to show for a flag: a sentence of its kind, copied words for RESTATE, hardly a
    word for NONE, more than one question for PARTIAL."""
    match flag:
        case Flag.NONE:
            few = sum(one.sentence.words for one in seen.sensed) <= _FEW
            return few or all(one.chance("courtesy") >= _SHOWS for one in seen.sensed)
        case Flag.RESTATE:
            return max(seen.copied, default=0.0) >= _COPIED
        case Flag.PARTIAL:
            return len(seen.links) > 1
    if flag not in _NEEDS:
        return True
    senses, roles = _NEEDS[flag]
    return any(one.sentence.plays(*roles) or any(one.chance(name) >= _SHOWS for name in senses)
               for one in seen.sensed)


def _marks(flag: Flag, seen: Seen) -> Iterator[Mark]:
    if flag is Flag.PARTIAL:
        open_asks = [at for at, link in enumerate(seen.links) if link.chance < ANSWERED_BESIDE]
        if len(open_asks) == len(seen.links) and len(open_asks) > 1:  # one is answered: else it is another flag
            best = max(open_asks, key=lambda at: seen.links[at].chance)
            open_asks = [at for at in open_asks if at != best]
        if not open_asks and seen.links:
            open_asks = [min(range(len(seen.links)), key=lambda at: seen.links[at].chance)]
        for at in open_asks or [None]:
            yield Mark(flag, 0, 0, at, _reason(flag, at, seen))
    elif flag is Flag.TEMPLATE:
        yield Mark(flag, 0, len(seen.reading.view.source), None, flag.value)
    elif flag is Flag.NONE:
        yield Mark(flag, 0, 0, None, flag.value)
    else:
        place = _shown_by(flag, seen.sensed)
        start, end = _place(place, seen) if place is not None else (0, 0)
        yield Mark(flag, start, end, None, flag.value)


def _reason(flag: Flag, at: int | None, seen: Seen) -> str:
    """The key of the words for a question left open."""
    kinds = kinds_of(seen.asks[at]) if at is not None else frozenset()
    for kind, reason in (("when", "point_no_date"), ("why", "point_no_reason"), ("howmuch", "point_no_amount")):
        if kind in kinds:
            return reason
    return flag.value


def _shown_by(flag: Flag, sensed: Sequence[Sensed]) -> int | None:
    """The sentence that shows a flag best, or None when no sentence does."""
    senses = _SPEAKS_FOR[flag]

    def speaks(at: int) -> float:
        return sum(sensed[at].chance(name) / (place + 1) for place, name in enumerate(senses))

    return max(range(len(sensed)), key=speaks, default=None)


def _place(at: int, seen: Seen) -> tuple[int, int]:
    sentence = seen.sensed[at].sentence
    return seen.reading.view.span(sentence.start, sentence.end)


def _ask(text: str, at: int, seen: Seen, enough: float) -> AskReading:
    link = seen.links[at] if at < len(seen.links) else None
    if link is None or link.by is None or link.chance < enough:
        return AskReading(text, link is None and bool(seen.sensed), 0, 0)
    return AskReading(text, True, *_place(link.by, seen))
