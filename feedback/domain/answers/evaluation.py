"""The reader's figures on a file of labelled pairs, beside the baselines. What is not labelled stays None."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from feedback.domain.answers import baselines
from feedback.domain.answers.asked import matched
from feedback.domain.answers.groups import GROUPS, KINDS, groups_of
from feedback.domain.answers.metrics import (
    Interval,
    auc,
    bootstrap,
    brier,
    by_code,
    confusion,
    macro_f1_of,
    percentile,
    wilson,
)
from feedback.domain.answers.stock import same_matter
from feedback.domain.answers.taxonomy import Flag, Level, level
from feedback.domain.answers.verdict import Verdict
from feedback.domain.answers.view import view

KEPT_LETTERS = 20_000
LEVELS: Mapping[Level, str] = {
    Level.CLEAR: "clear", Level.NOT_CLEAR: "unclear", Level.NOT_ANSWERED: "no_answer"}
"""The levels as the commands write them."""


class NotLabelled(ValueError):
    """A pair's label, flags or kind is none that is known."""


@dataclass(frozen=True, slots=True)
class Gold:
    """What a person said of a pair; None where they said nothing."""

    defective: bool
    flags: frozenset[Flag] | None
    groups: frozenset[str] | None
    unanswered: tuple[str, ...] | None
    lang: str
    agency: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One pair with its labels, what the reader said, and how long that took."""

    gold: Gold
    p: float
    found: bool
    flags: frozenset[Flag]
    level: Level
    unanswered: tuple[str, ...]
    """The questions that the reader found unanswered."""
    ms: float
    answer: str
    matter: int
    """Which complaint it is about (``stock.same_matter``)."""


def gold(row: Mapping[str, Any]) -> Gold:
    """The labels of a row: ``label`` clear or defective, optional ``flags``, ``kind``, ``unanswered``, ``lang``.
    A clear answer has no flags even where none are listed. NotLabelled for anything unknown."""
    label = row.get("label")
    if label not in ("clear", "defective"):
        raise NotLabelled('"label" is neither "clear" nor "defective"')
    defective = label == "defective"
    flags = _flags(row.get("flags"))
    kind = row.get("kind")
    if kind not in (None, "", "clear", *KINDS):
        raise NotLabelled(f'"kind" is none of clear, {", ".join(KINDS)}')
    if not defective:
        flags = frozenset() if flags is None else flags
        groups: frozenset[str] | None = groups_of(flags)
    elif flags or kind in KINDS:
        groups = groups_of(flags or ()) | ({KINDS[kind]} if kind in KINDS else set())
    else:
        groups = None
    unanswered = row.get("unanswered")
    if unanswered is not None and not (
            isinstance(unanswered, list) and all(isinstance(text, str) for text in unanswered)):
        raise NotLabelled('"unanswered" is no list of texts')
    lang = row.get("lang")
    return Gold(defective, (flags or None) if defective else flags, groups,
                None if unanswered is None else tuple(unanswered),
                lang if lang in ("vi", "en") else view(str(row.get("answer", ""))[:2_000]).lang,
                agency if isinstance(agency := row.get("agency"), str) else None)


def _flags(listed: Any) -> frozenset[Flag] | None:
    if listed is None:
        return None
    try:
        return frozenset(Flag[str(code).upper()] for code in listed)
    except (KeyError, TypeError):
        raise NotLabelled(f'"flags" holds an unknown flag: {listed!r}'[:200]) from None


def judged(row: Mapping[str, Any], verdict: Verdict, ms: float) -> Judged:
    """A labelled row with the reader's verdict. NotLabelled."""
    return Judged(
        gold=gold(row), p=verdict.probability, found=verdict.defective,
        flags=frozenset(mark.code for mark in verdict.marks), level=verdict.level,
        unanswered=tuple(ask.text for ask in verdict.asks if not ask.answered), ms=ms,
        answer=str(row["answer"])[:KEPT_LETTERS], matter=same_matter(str(row["complaint"])))


def report(rows: Sequence[Judged]) -> dict[str, Any]:
    """Everything that is known of a file, as ``feedback answers evaluate --json`` prints it."""
    grouped = [row for row in rows if row.gold.groups is not None]
    flagged = [row for row in rows if row.gold.flags is not None]
    has_groups = any(row.gold.groups for row in grouped)
    has_flags = any(row.gold.flags for row in flagged)
    return {
        "n": len(rows), **_binary(rows),
        "groups": _codes(list(GROUPS), [groups_of(r.flags) for r in grouped],
                         [r.gold.groups or frozenset() for r in grouped]) if has_groups else None,
        "flags": _codes([f.name for f in Flag], [_names(r.flags) for r in flagged],
                        [_names(r.gold.flags or ()) for r in flagged]) if has_flags else None,
        "ask_f1": _ask_f1(rows),
        "level_macro_f1": macro_f1_of([r.level for r in flagged], [level(r.gold.flags or ()) for r in flagged])
        if has_flags else None,
        "brier": brier([r.p for r in rows], [r.gold.defective for r in rows]),
        "p50_ms": percentile([r.ms for r in rows], 0.5), "p95_ms": percentile([r.ms for r in rows], 0.95),
        "baselines": compared(rows),
        "by_language": {lang: {"n": len(own), **_binary(own)} for lang in ("vi", "en")
                        if (own := [r for r in rows if r.gold.lang == lang])},
        "by_agency": _by_agency(rows),
    }


def compared(rows: Sequence[Judged]) -> dict[str, Any]:
    """The baselines on the same pairs: ``digits``, ``keywords``, ``tfidf`` (None where there is too little)."""
    true = [row.gold.defective for row in rows]
    told = baseline_guesses(rows)
    return {name: figures(*told[name], true) if name in told else None for name in ("digits", "keywords", "tfidf")}


def baseline_guesses(rows: Sequence[Judged]) -> dict[str, tuple[list[float], list[bool]]]:
    """The scores and verdicts of each baseline that can judge these pairs."""
    answers = [row.answer for row in rows]
    told = {"digits": baselines.digits(answers), "keywords": baselines.keywords(answers),
            "tfidf": baselines.tf_idf(answers, [row.gold.defective for row in rows], [row.matter for row in rows])}
    return {name: (one.scores, one.found) for name, one in told.items() if one is not None}


def figures(scores: Sequence[float], found: Sequence[bool], true: Sequence[bool]) -> dict[str, float | None]:
    """The five figures that every reader of answers is compared by."""
    one = confusion(found, true)
    return {"macro_f1": one.macro_f1, "auc": auc(scores, true), "precision": one.precision, "recall": one.recall,
            "fpr": one.fpr}


def intervals(scores: Sequence[float], found: Sequence[bool], true: Sequence[bool], hands: Sequence[Any], *,
              names: Sequence[str] = ("macro_f1", "auc", "precision", "recall", "fpr")) -> dict[str, Any]:
    """95 % intervals of these figures: drawn by the bootstrap, whole ``hands`` at a time (agencies, or each pair
    for itself); for shares of pairs that stand each for itself Wilson's, since 0 of 45 drawn again is always 0."""
    of: dict[str, Callable[[Sequence[int]], float | None]] = {
        name: lambda places, name=name: figures(  # type: ignore[misc]
            [scores[at] for at in places], [found[at] for at in places], [true[at] for at in places])[name]
        for name in names}
    drawn: dict[str, Interval | None] = {name: bootstrap(hands, statistic, times=500) for name, statistic in
                                         of.items()}
    if len(set(hands)) == len(hands):
        drawn.update(_shares(found, true, names))
    return {name: None if one is None else asdict(one) for name, one in drawn.items()}


def _shares(found: Sequence[bool], true: Sequence[bool], names: Sequence[str]) -> dict[str, Interval | None]:
    one = confusion(found, true)
    of = {"precision": (one.precision, one.tp + one.fp), "recall": (one.recall, one.tp + one.fn),
          "fpr": (one.fpr, one.fp + one.tn)}
    return {name: None if share is None else wilson(share, [1.0] * round(n)) for name, (share, n) in of.items()
            if name in names}


def _binary(rows: Sequence[Judged]) -> dict[str, float | None]:
    return figures([r.p for r in rows], [r.found for r in rows], [r.gold.defective for r in rows])


def _by_agency(rows: Sequence[Judged]) -> dict[str, Any] | None:
    """The figures of each kind of agency; None where the file names none."""
    named: dict[str, list[Judged]] = {}
    for row in rows:
        if row.gold.agency:
            named.setdefault(row.gold.agency, []).append(row)
    return {name: {"n": len(own), **_binary(own)} for name, own in sorted(named.items())} or None


def _names(flags: Sequence[Flag] | frozenset[Flag]) -> frozenset[str]:
    return frozenset(flag.name for flag in flags)


def _codes(codes: Sequence[str], found: Sequence[frozenset[str]],
           true: Sequence[frozenset[str]]) -> dict[str, Any]:
    return {code: asdict(one) for code, one in by_code(codes, found, true).items()}


def _ask_f1(rows: Sequence[Judged]) -> float | None:
    """F1 of the unanswered questions inside the answers that leave some out (PARTIAL where flags are given, since
    a whole empty answer leaves everything out). None where no question is labelled."""
    inside = [row for row in rows if row.gold.unanswered
              and (not row.gold.flags or Flag.PARTIAL in row.gold.flags)]
    if not inside:
        return None
    hits = sum(matched(row.unanswered, row.gold.unanswered or ()) for row in inside)
    return 2 * hits / sum(len(row.unanswered) + len(row.gold.unanswered or ()) for row in inside)
