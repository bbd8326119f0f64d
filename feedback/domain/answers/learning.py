"""What people said of answers, made into a better model: carefully, in steps that a person can follow.

From MOVE_FROM verdicts on only the two thresholds move. From FIT_FROM on the weights are fitted again, pulled
towards the shipped ones, and taken only when the score on the frozen pairs is not lower. A flag that people find
wrong more often than right is muted until somebody mends its words. All counts are of supervisors' verdicts; what
a sender says of their points weighs half and moves nothing alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from feedback.domain.answers.features import features, sign
from feedback.domain.answers.fit import NotFitted, fit
from feedback.domain.answers.groups import GROUPS, groups_of
from feedback.domain.answers.metrics import confusion
from feedback.domain.answers.model import DEFECTIVE, Head, Model
from feedback.domain.answers.taxonomy import Flag
from feedback.domain.answers.verdict import read_answer

MOVE_FROM = 30
FIT_FROM = 200
GROUP_FROM = 30
"""Verdicts in which a group of flags was found, before its head is fitted again."""
MUTE_FROM = 20
MUTE_UNDER = 0.5
SENDER_WEIGHT = 0.5
PULL = 10.0
"""``l2`` of the fit towards the shipped weights, in verdicts of ordinary weight."""
STEP = 0.05
"""A threshold moves by this much at a time at most."""
THRESHOLDS = (0.30, 0.70)
CLOSES = (0.60, 0.95)
CLOSE_PRECISION = 0.8
"""Close reading begins where so many of those above are really defective."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One answer with what somebody said of it. ``weight``: see ``models.reader.AnswerVerdict``; SENDER_WEIGHT for
    the sender's own words (``sender``). ``flags``: what a supervisor called right or missed; None from senders."""

    complaint: str
    answer: str
    asks: tuple[str, ...]
    defective: bool
    weight: float
    sender: bool = False
    flags: frozenset[Flag] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """How often people called a flag right and wrong."""

    right: int
    wrong: int

    @property
    def n(self) -> int:
        """Verdicts on the flag."""
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        """Share of right; None without verdicts."""
        return self.right / self.n if self.n else None

    @property
    def to_mute(self) -> bool:
        """Wrong more often than right, often enough to know. The plain share: with a uniform prior the Beta mean
        is under one half exactly when it is."""
        return self.n >= MUTE_FROM and self.right < MUTE_UNDER * self.n


@dataclass(frozen=True, slots=True)
class Moved:
    """A weight before and after."""

    head: str
    feature: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a refit would change. ``stage`` 0: too few verdicts, 1: thresholds, 2: weights were fitted again, and
    ``accepted`` says whether they are taken (else only the thresholds move). Scores: macro-F1 on the frozen pairs,
    ``fitted_score`` that of the fitted weights."""

    before: Model
    model: Model
    stage: int
    accepted: bool
    verdicts: int
    senders: int
    score_before: float
    score_after: float
    fitted_score: float | None
    moved: tuple[Moved, ...]
    newly_muted: tuple[Flag, ...]

    @property
    def changes(self) -> bool:
        """Whether anything would be different."""
        return self.model != self.before


def propose(current: Model, shipped: Model, witnesses: Sequence[Witness], said: Mapping[Flag, Said],
            frozen: Sequence[Witness]) -> Proposal:
    """What these words lead to; nothing is kept. ``frozen`` are the pairs that no fit may do worse on."""
    verdicts = sum(not w.sender and w.weight > 0 for w in witnesses)
    heard = _balanced([w for w in witnesses if w.weight > 0])
    new = tuple(sorted(flag for flag, one in said.items() if one.to_mute and flag not in current.muted))
    muting = replace(current, muted=current.muted | frozenset(new))
    before = score(current, frozen)
    stage = 2 if verdicts >= FIT_FROM else 1 if verdicts >= MOVE_FROM else 0
    model, fitted_score, accepted = muting, None, False
    if stage == 2 and (heads := fitted(shipped, heard)) is not None:
        tried = moved_thresholds(replace(muting, heads=heads), heard)
        fitted_score = score(tried, frozen)
        accepted = fitted_score >= before
        model = tried if accepted else model
    if stage and not accepted:
        model = moved_thresholds(muting, heard)
    return Proposal(
        before=current, model=model, stage=stage, accepted=accepted, verdicts=verdicts,
        senders=sum(w.sender for w in heard), score_before=before,
        score_after=before if model == current else score(model, frozen), fitted_score=fitted_score,
        moved=moves(current, model), newly_muted=new)


def _balanced(witnesses: Sequence[Witness]) -> list[Witness]:
    """All of them, the senders together weighing no more than the supervisors: they are many, and not drawn."""
    senders = sum(w.weight for w in witnesses if w.sender)
    others = sum(w.weight for w in witnesses if not w.sender)
    share = min(1.0, others / senders) if senders else 1.0
    return [replace(w, weight=w.weight * share) if w.sender else w for w in witnesses if not w.sender or share]


def score(model: Model, frozen: Sequence[Witness]) -> float:
    """Macro-F1 of ``defective`` on the frozen pairs."""
    found = [read_answer(w.complaint, w.answer, asks=w.asks, model=model).defective for w in frozen]
    return confusion(found, [w.defective for w in frozen]).macro_f1 or 0.0


def moved_thresholds(model: Model, witnesses: Sequence[Witness]) -> Model:
    """The model with both thresholds one step nearer to where the weighed words want them. ``threshold`` goes for
    the best macro-F1, ``close`` for the lowest place that is still right CLOSE_PRECISION of the time. Without both
    kinds of words nothing moves."""
    true, weights = [w.defective for w in witnesses], [w.weight for w in witnesses]
    if len(set(true)) < 2:
        return model
    read = [read_answer(w.complaint, w.answer, asks=w.asks, model=model) for w in witnesses]

    def judged(at: float) -> list[bool]:
        return [v.hard or v.probability >= at for v in read]

    def by_score(at: float) -> tuple[float, float]:
        return (round(confusion(judged(at), true, weights).macro_f1 or 0.0, 9), -abs(at - model.threshold))

    threshold = max(_places(model.threshold, THRESHOLDS), key=by_score)
    precise = [at for at in _places(model.close, CLOSES) if at >= threshold
               and (confusion(judged(at), true, weights).precision or 0.0) >= CLOSE_PRECISION]
    any_found = any(judged(model.close))
    close = min(precise) if precise else max(_places(model.close, CLOSES)) if any_found else model.close
    return replace(model, threshold=threshold, close=max(close, threshold))


def _places(now: float, bounds: tuple[float, float]) -> list[float]:
    """Hundredths within one step of ``now`` and the bounds; ``now`` itself always."""
    steps = round(STEP * 100)
    near = {round(now + n / 100, 4) for n in range(-steps, steps + 1)}
    return sorted({at for at in near if bounds[0] <= at <= bounds[1]} | {now})


def fitted(shipped: Model, witnesses: Sequence[Witness]) -> dict[str, Head] | None:
    """All heads fitted again towards the shipped ones; None when it cannot be done (one label only). Weights are
    scaled to one a row on average, so that the pull means the same whatever was drawn how often."""
    rows = [features(w.complaint, w.answer, w.asks) for w in witnesses]
    total = sum(w.weight for w in witnesses)
    weights = [w.weight * len(witnesses) / total for w in witnesses]
    heads = dict(shipped.heads)
    try:
        heads[DEFECTIVE] = fit(rows, [w.defective for w in witnesses], l2=PULL, weights=weights,
                               towards=shipped.heads[DEFECTIVE], sign=sign)
    except NotFitted:
        return None
    told = [(row, groups_of(w.flags), weight)
            for row, w, weight in zip(rows, witnesses, weights, strict=True) if w.flags is not None]
    for group in GROUPS:
        labels = [group in found for _, found, _ in told]
        if group in heads and GROUP_FROM <= sum(labels) < len(labels):
            heads[group] = fit([row for row, _, _ in told], labels, l2=PULL,
                               weights=[weight for _, _, weight in told], towards=shipped.heads[group])
    return heads


def moves(before: Model, after: Model) -> tuple[Moved, ...]:
    """The weights that differ, those that moved most first."""
    found = []
    for name, head in after.heads.items():
        old = before.heads.get(name, Head(0.0, {}))
        pairs = {"(bias)": (old.bias, head.bias), **{
            feature: (old.weights.get(feature, 0.0), head.weights.get(feature, 0.0))
            for feature in {*old.weights, *head.weights}}}
        found += [Moved(name, feature, was, now) for feature, (was, now) in pairs.items() if abs(now - was) > 1e-6]
    return tuple(sorted(found, key=lambda m: (-abs(m.after - m.before), m.head, m.feature)))
