"""The check of a structured answer: what the form cannot do without, then what the words leave open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from feedback.domain.answers import model as models
from feedback.domain.answers.findings import Finding, finding
from feedback.domain.answers.lexicon import find
from feedback.domain.answers.model import Model
from feedback.domain.answers.reading import Remark, is_substance, remarks
from feedback.domain.answers.sentences import Reading, overlap, read, words
from feedback.domain.answers.structured import Outcome, StructuredAnswer
from feedback.domain.answers.taxonomy import Flag, Level, level
from feedback.domain.answers.verdict import AskReading, Mark, Verdict, read_answer
from feedback.domain.answers.view import view

__all__ = ["Assessment", "Finding", "assess", "check"]

MAX_POINTS_READ = 50
MAX_ANSWER = 30_000
"""Letters of a whole answer that are read, points first. Twenty pages: more is no answer to a person."""
_COPY = 0.8
"""Share of a point's answer that may stand in its question before it counts as a copy."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the reader says of a structured answer: findings beside its fields, and a verdict on the whole."""

    findings: tuple[Finding, ...]
    probability: float
    """0–1 that it does not answer."""
    hard: bool
    """A rule that needs no probability spoke: no answer, only a link, or a boilerplate."""
    level: Level
    asks: tuple[AskReading, ...]
    """The points in order, with whether each is answered."""
    close: bool
    """Whether it goes to close reading at the gate for certain."""
    version: str
    """Of the model that read it."""


def assess(answer: StructuredAnswer, points: Sequence[str], *, today: date, complaint: str = "",
           others: Sequence[str] = (), model: Model | None = None) -> Assessment:
    """Read the whole answer; muted flags of the model are left out. ``points`` are the numbered points in order,
    ``complaint`` the text the agency sees (empty: the points alone), ``others`` the agency's earlier answers to
    other complaints, for TEMPLATE."""
    model = model or models.shipped()
    verdict = read_answer(complaint or "\n".join(points), in_one(answer), asks=points, others=others,
                          boxes=_boxes(answer, len(points)), model=model)
    by_rule = check(answer, points, today=today)
    found = tuple(f for f in (*by_rule, *_read(verdict, answer, by_rule, today))
                  if f.blocking or f.code not in model.muted)
    return Assessment(findings=found, probability=verdict.probability, hard=verdict.hard,
                      level=level(f.code for f in found), asks=verdict.asks,
                      close=verdict.hard or verdict.probability >= model.close, version=model.version)


def in_one(answer: StructuredAnswer) -> str:
    """The answer as one text, in the order in which its reader meets it: the points, then its parts."""
    texts = [text for _, _, text in _parts(answer)]
    if answer.due_on is not None:
        texts.append(f"Sẽ xong trước ngày {answer.due_on:%d/%m/%Y}.")
    if answer.owner.strip():
        texts.append(f"Người phụ trách: {answer.owner.strip()}.")
    return "\n".join(texts)


def _parts(answer: StructuredAnswer) -> list[tuple[str, int | None, str]]:
    """Field, point and text of what was written, in the order of ``in_one``."""
    parts = [("point", p.n, p.text) for p in answer.points]
    parts += [(name, None, getattr(answer, name)) for name in ("found", "done", "ground", "next_step")]
    return [part for part in parts if part[2].strip()]


def _boxes(answer: StructuredAnswer, asked: int) -> list[tuple[int, int] | None]:
    """Where in the answer in one the box of each point stands."""
    places: dict[int, tuple[int, int]] = {}
    start = 0
    for _, point, text in _parts(answer):
        if point is not None:
            places[point] = (start, start + len(text))
        start += len(text) + 1
    return [places.get(n) for n in range(1, asked + 1)]


def _read(verdict: Verdict, answer: StructuredAnswer, by_rule: Sequence[Finding], today: date
          ) -> Iterator[Finding]:
    """What the reading of the whole adds to the rules: a flag that no rule raised, in the field in which it shows.
    A point on which a rule has spoken is not spoken of again."""
    codes = {f.code for f in by_rule}
    spoken = {f.point for f in by_rule if f.point is not None}
    for mark in verdict.marks:
        if mark.ask is not None:
            if mark.ask + 1 not in spoken:
                length = next((len(p.text) for p in answer.points if p.n == mark.ask + 1), 0)
                yield finding(mark.reason, field="point", point=mark.ask + 1, end=length)
        elif mark.code not in codes and not _excused(mark.code, answer, today):
            yield _placed(mark, answer)


def _placed(mark: Mark, answer: StructuredAnswer) -> Finding:
    """A mark on the answer in one, as a finding in the field in which it begins."""
    start = 0
    for field, point, text in _parts(answer):
        end = start + len(text)
        if mark.start < end and mark.end > mark.start:
            return finding(mark.reason, field=field, point=point, start=max(mark.start - start, 0),
                           end=min(mark.end - start, len(text)))
        start = end + 1
    return finding(mark.reason, field="found")


def check(answer: StructuredAnswer, points: Sequence[str], *, today: date) -> tuple[Finding, ...]:
    """What is wrong with ``answer``, weightiest kind of gap first; an empty tuple when nothing was found.

    ``points`` are the numbered points of the complaint in order (the first is point 1), ``today`` the
    Viet Nam date. Findings advise; those marked ``blocking`` name what no written reason can replace.
    """
    asked = dict(enumerate(points[:MAX_POINTS_READ], start=1))
    answer = _bounded(answer)
    found = [*_form(answer, today), *_points(answer, asked, today), *_words(answer, asked, today),
             *_english(answer, today)]
    return tuple(dict.fromkeys(found))


def _bounded(answer: StructuredAnswer) -> StructuredAnswer:
    """The answer with what goes beyond MAX_ANSWER letters left out at the end, so that every place stays true."""
    left = MAX_ANSWER

    def take(text: str) -> str:
        nonlocal left
        taken = text[:left]
        left -= len(taken)
        return taken

    points = tuple(replace(point, text=take(point.text)) for point in answer.points)
    return replace(answer, points=points, **{
        name: take(getattr(answer, name)) for name in ("found", "done", "owner", "ground", "next_step")})


def _form(answer: StructuredAnswer, today: date) -> Iterator[Finding]:
    match answer.outcome:
        case None:
            yield finding("outcome_missing", field="outcome")
        case Outcome.RESOLVED if not answer.done.strip():
            yield finding("done_missing", field="done")
        case Outcome.IN_PROGRESS:
            yield from _in_progress(answer, today)
        case Outcome.EXPLAINED if not (answer.found.strip() or answer.ground.strip()):
            yield finding("found_missing", field="found")
        case Outcome.UNFOUNDED:
            yield from _unfounded(answer)
        case Outcome.PASSED_ON:
            yield from _passed_on(answer)
        case Outcome.RECORDED_FOR_RULE_CHANGE if not _documented(answer.ground, answer.done, answer.found):
            yield finding("proposal_missing", field="ground")


def _in_progress(answer: StructuredAnswer, today: date) -> Iterator[Finding]:
    if answer.due_on is None:
        yield finding("date_missing", field="due_on")
    elif answer.due_on < today:
        yield finding("date_past", field="due_on")
    if not answer.owner.strip():
        yield finding("owner_missing", field="owner")
    elif _says("nobody", answer.owner):
        yield finding("owner_vague", field="owner", end=len(answer.owner))


def _unfounded(answer: StructuredAnswer) -> Iterator[Finding]:
    given = [text for text in (answer.ground, answer.found) if text.strip()]
    if not given:
        yield finding("reason_missing", field="ground")
        return
    sentences = [s for text in given for s in read(text).body]
    if not any(
        s.plays("found", "reason", "date", "money", "document", "applied", "number") for s in sentences
    ):
        field = "ground" if answer.ground.strip() else "found"
        yield finding("reason_weak", field=field, end=len(given[0]))


def _passed_on(answer: StructuredAnswer) -> Iterator[Finding]:
    told = (answer.done, answer.next_step, answer.owner, answer.found)
    if not any(_says("body", text) and not _says("nobody", text) for text in told):
        yield finding("destination_missing", field="done")
    elif not _documented(*told, answer.ground):
        yield finding("document_missing", field="done")


def _documented(*texts: str) -> bool:
    return any(s.plays("document", "date") for text in texts for s in read(text).sentences)


def _says(role: str, text: str) -> bool:
    return find(role, view(text)) is not None


def _points(answer: StructuredAnswer, asked: dict[int, str], today: date) -> Iterator[Finding]:
    given = {point.n: point.text for point in answer.points}
    for n, question in asked.items():
        text = given.get(n, "")
        if not text.strip():
            yield finding("point_empty", field="point", point=n)
            continue
        reading = read(text)
        unanswered = _unanswered(reading, question, answer, today)
        if unanswered is not None:
            yield finding(unanswered.flag, field="point", point=n, start=unanswered.start, end=unanswered.end)
        else:
            yield from _evidence(n, question, reading, answer)


def _unanswered(reading: Reading, question: str, answer: StructuredAnswer, today: date) -> Remark | None:
    """The first thing that keeps a point's answer from being one, or None."""
    said, there = words(reading.view.source), words(question)
    if len(said) > 2 and (overlap(said, there) >= _COPY or said == there):
        return Remark(Flag.RESTATE, 0, len(reading.view.source))
    return next((r for r in remarks(reading, question) if not _excused(r.flag, answer, today)), None)


def _excused(flag: Flag, answer: StructuredAnswer, today: date) -> bool:
    """What another field of the form makes good: a promise by its date, a refusal by its ground."""
    if flag in (Flag.OPEN_PROMISE, Flag.HOLDING):
        return answer.outcome is Outcome.IN_PROGRESS and _committed(answer, today)
    if flag is Flag.NO_REASON:
        return any(is_substance(s) or s.plays("found") for s in read(answer.ground).body)
    if flag is Flag.BUCK:
        return answer.outcome is Outcome.PASSED_ON and not any(_passed_on(answer))
    return False


def _committed(answer: StructuredAnswer, today: date) -> bool:
    return answer.due_on is not None and answer.due_on >= today and bool(answer.owner.strip())


def _evidence(n: int, question: str, reading: Reading, answer: StructuredAnswer) -> Iterator[Finding]:
    """A question for a time, a cause or an amount wants one; a plain yes or no asks for none."""
    asked = view(question)
    body = reading.body
    wanted = (
        ("asks_when", "point_no_date", ("date", "hour", "forward", "relative_date", "number")),
        ("asks_why", "point_no_reason", ("reason", "found", "citation", "refusal", "blame", "applied")),
        ("asks_how_much", "point_no_amount", ("number", "money", "free")),
    )
    for role, reason, evidence in wanted:
        if find(role, asked) is None or any(s.plays(*evidence) for s in body):
            continue
        if role == "asks_when" and (answer.due_on is not None or any(s.plays("done") for s in body)):
            continue
        yield finding(reason, field="point", point=n, end=len(reading.view.source))


def _words(answer: StructuredAnswer, asked: dict[int, str], today: date) -> Iterator[Finding]:
    """What the main fields leave open. Findings and deeds are read together: one makes the other good."""
    complaint = "\n".join(asked.values())
    parts = [(name, text) for name in ("found", "done") if (text := getattr(answer, name)).strip()]
    if parts:
        joined = "\n".join(text for _, text in parts)
        for remark in remarks(read(joined), complaint):
            if not _excused(remark.flag, answer, today):
                yield _in_field(remark, parts)
    if answer.next_step.strip() and answer.outcome is not Outcome.PASSED_ON:
        for remark in remarks(read(answer.next_step)):
            if remark.flag in (Flag.BUCK, Flag.BLAME):
                yield finding(remark.flag, field="next_step", start=remark.start, end=remark.end)


def _english(answer: StructuredAnswer, today: date) -> Iterator[Finding]:
    """What the part for a sender who wrote in English leaves open: they read that part alone."""
    for remark in remarks(read(answer.english[:MAX_ANSWER])) if answer.english.strip() else ():
        if not _excused(remark.flag, answer, today):
            yield finding(remark.flag, field="english", start=remark.start, end=remark.end)


def _in_field(remark: Remark, parts: Sequence[tuple[str, str]]) -> Finding:
    """The finding of a remark on the joined texts, in the field where it begins."""
    offset = 0
    for name, text in parts:
        if remark.start <= offset + len(text) or name == parts[-1][0]:
            start = max(remark.start - offset, 0)
            return finding(remark.flag, field=name, start=start, end=min(remark.end - offset, len(text)))
        offset += len(text) + 1
    raise AssertionError("a remark lies outside the text it was made on")
