"""Writing, checking, approving and releasing answers. A submitted version is never changed again."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.domain.answers.blanks import blanks
from feedback.domain.answers.check import Assessment, Finding, assess
from feedback.domain.answers.points import propose
from feedback.domain.answers.structured import Outcome, PointAnswer, StructuredAnswer
from feedback.domain.errors import BadInput, MoveNotAllowed, ReasonMissing, StaleEdit
from feedback.domain.gate import HEAD_SIGNS_AFTER
from feedback.domain.lifecycle import Action, State, find_move
from feedback.domain.permissions import Actor, acting_role
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.answers import Answer, AnswerPoint, Review
from feedback.models.cases import Case, Note
from feedback.queries.gate import head_in_person, times_returned
from feedback.queries.lateness import run_out
from feedback.queries.reader_model import model_in_force
from feedback.queries.similar_answers import texts_of_others
from feedback.queries.visibility import facts_of
from feedback.services import apologies, commitments, history, lifecycle, returns, verdicts
from feedback.services.apologies import Sorry
from feedback.services.verdicts import NOTHING, Said


@dataclass(frozen=True)
class AnswerText:
    """What the officer typed. ``points`` maps point number to its answer; empty strings are allowed in a
    draft, the check names what is missing."""

    outcome: Outcome | None
    found: str = ""
    done: str = ""
    owner: str = ""
    due_on: date | None = None
    ground: str = ""
    next_step: str = ""
    points: dict[int, str] | None = None
    english: str = ""
    """The answer in English, for a sender who wrote in English."""


def newest(case: Case) -> Answer | None:
    """The newest version of this round, draft or submitted, with its points."""
    return db.session.scalar(
        select(Answer).where(Answer.case_id == case.id, Answer.round == case.round)
        .options(selectinload(Answer.points)).order_by(Answer.version.desc()).limit(1))


def save_draft(case: Case, text: AnswerText, *, actor: Actor, seen: str | None = None) -> Answer:
    """Keep what the officer typed so far; only the officer of a case in progress may. ``seen`` is the mark of the
    draft that the page showed (``draft_mark``): when another window saved meanwhile, StaleEdit is raised and
    nothing is overwritten. None skips that check."""
    if case.state != "in_progress" or case.officer_id is None or case.officer_id != actor.person_id:
        raise MoveNotAllowed(action=Action.PROPOSE_ANSWER, state=case.state, why="role")
    answer = newest(case)
    if seen is not None and seen != draft_mark(answer):
        raise StaleEdit(expected=0, found=answer.version if answer else 0)
    if answer is None or answer.submitted_at is not None:
        answer = Answer(case_id=case.id, round=case.round, version=answer.version + 1 if answer else 1,
                        author_id=actor.person_id, points=[])
        db.session.add(answer)
    answer.outcome = text.outcome.value if text.outcome else None
    answer.found, answer.done, answer.owner = text.found.strip(), text.done.strip(), text.owner.strip()
    answer.due_on, answer.ground = text.due_on, text.ground.strip()
    answer.next_step, answer.saved_at = text.next_step.strip(), clock.now()
    answer.english = text.english.strip()
    by_n = {p.n: p for p in answer.points}
    for n, words in (text.points or {}).items():
        if n in by_n:
            by_n[n].text = words.strip()
        else:
            answer.points.append(AnswerPoint(n=n, text=words.strip()))
    db.session.flush()  # the page that follows shows the draft's id
    return answer


def draft_mark(answer: Answer | None) -> str:
    """A mark that changes with each saving of the draft; empty when there is no draft."""
    return "" if answer is None or answer.submitted_at is not None else answer.saved_at.isoformat()


def structured(answer: Answer) -> StructuredAnswer:
    """The answer row as the reader takes it."""
    return StructuredAnswer(
        outcome=Outcome(answer.outcome) if answer.outcome else None, found=answer.found, done=answer.done,
        owner=answer.owner, due_on=answer.due_on, ground=answer.ground, next_step=answer.next_step,
        points=tuple(PointAnswer(n=p.n, text=p.text) for p in answer.points), english=answer.english)


def assessed(case: Case, answer: Answer, *, compared: bool = True) -> Assessment:
    """What the reader says about this version now. The texts are those the agency sees (masked). ``compared``:
    also with the agency's answers to other complaints, which takes one more statement."""
    return _read(case, structured(answer), compared=compared)


def assess_text(case: Case, text: AnswerText, *, compared: bool = False) -> Assessment:
    """What the reader would say if this were kept now; nothing is. Each text is read as it would be kept, without
    blanks around it, but the findings' places are those of the text as typed. Bounded, like every reading.
    ``compared`` as in ``assessed``: for a button pressed, not for every pause in typing."""
    points = text.points or {}
    reading = _read(case, StructuredAnswer(
        outcome=text.outcome, due_on=text.due_on, points=tuple(
            PointAnswer(n=n, text=points[n].strip()) for n in sorted(points)),
        **{part: getattr(text, part).strip()
           for part in ("found", "done", "owner", "ground", "next_step", "english")}), compared=compared)

    def as_typed(f: Finding) -> Finding:
        typed = points.get(f.point or 0, "") if f.field == "point" else str(getattr(text, f.field, None) or "")
        before = len(typed) - len(typed.lstrip())
        return replace(f, start=f.start + before, end=f.end + before) if f.end > f.start else f

    return replace(reading, findings=tuple(as_typed(f) for f in reading.findings))


def _read(case: Case, answer: StructuredAnswer, *, compared: bool) -> Assessment:
    complaint, points = _asked(case)
    return assess(answer, points, today=clock.today(), complaint=complaint,
                  others=texts_of_others(case) if compared else (), model=model_in_force())


def _asked(case: Case) -> tuple[str, list[str]]:
    """The complaint and its points as the agency sees them, in the language of the answer: intake's Vietnamese
    translation where there is one, for words of two languages never meet. Its questions stand for the points when
    there are as many; else each point is looked for in the whole translation."""
    points = [p.masked or p.text for p in case.points]
    if not case.translated:
        return case.masked or "", points
    asked = propose(case.translated)
    return case.translated, list(asked) if len(asked) == len(points) else [case.translated] * len(points)


def findings_of(case: Case, answer: Answer) -> tuple[Finding, ...]:
    """The findings of ``assessed``."""
    return assessed(case, answer).findings


def submit_answer(case: Case, *, actor: Actor, override: str | None = None,
                  expected_version: int | None = None) -> tuple[Finding, ...]:
    """Send the draft to the agency's head. Places of a text block that nobody filled in raise BadInput with the
    field and 'unfilled'. Blocking findings (an answer that says "being handled" without a date) raise
    BadInput('answer', 'blocked'); other open findings need a written reason in ``override`` (ReasonMissing), which
    is kept and counted. A late answer does not go without a whole apology: BadInput as ``apologies.complete``.
    Returns the findings that went with it."""
    answer = newest(case)
    if answer is None or answer.submitted_at is not None:
        raise BadInput("answer", "no_draft")
    if open_places := unfilled(answer):
        raise BadInput(next(iter(open_places)), "unfilled")
    apologies.complete(case, answer)
    reading = assessed(case, answer)
    found = reading.findings
    if any(f.blocking for f in found):
        raise BadInput("answer", "blocked")
    if found and not (override or "").strip():
        raise ReasonMissing("override")
    lifecycle.advance(case, Action.PROPOSE_ANSWER, actor=actor, expected_version=expected_version,
                      payload={"version": answer.version, "findings": len(found)})
    answer.submitted_at, answer.author_id = clock.now(), actor.person_id
    answer.findings = dump_findings(found)
    answer.probability, answer.hard, answer.level = reading.probability, reading.hard, reading.level.value
    answer.reader_version = reading.version
    # Drawn once, here. Who reads it is not told whether it was flagged or drawn: a verdict on an answer known to
    # be drawn would be milder, and recall would look better than it is.
    answer.sampled = not reading.close and verdicts.drawn()
    answer.close_reading = reading.close or answer.sampled
    if found:
        note = Note(case_id=case.id, author_id=actor.person_id, kind="override", body=(override or "").strip(),
                    written_at=clock.now())
        db.session.add(note)
        db.session.flush()  # the event names the note
        answer.override_note_id = note.id
        history.record(chain=f"case:{case.id}", type="override", actor=actor, role=None,
                       payload={"note": note.id, "codes": ",".join(sorted({f.code for f in found}))[:80]})
    return found


def unfilled(answer: Answer) -> dict[str, tuple[str, ...]]:
    """The places of text blocks that are still to be filled in, by field (``point_<n>`` for points)."""
    texts = {**{f"point_{p.n}": p.text for p in answer.points},
             **{part: getattr(answer, part) for part in
                ("found", "done", "owner", "ground", "next_step", "english")}}
    return {field: found for field, text in texts.items() if (found := blanks(text))}


def dump_findings(found: Sequence[Finding]) -> str:
    """Findings as the JSON kept with the version."""
    return json.dumps([asdict(f) for f in found], ensure_ascii=False)


def approve(case: Case, *, actor: Actor, statement: str = "", sorry: Sorry | None = None,
            expected_version: int | None = None) -> None:
    """The agency's head signs: the answer goes to the gate and the agency's clock stops (design §13.6). After two
    returns in one round only the head in person signs, with a written ``statement`` of what was changed: else
    MoveNotAllowed('in_person') or BadInput('statement', 'missing')."""
    answer = _submitted(case)
    why = None
    if signs_in_person(case):
        if not may_sign(case, actor):
            raise MoveNotAllowed(action=Action.APPROVE, state=case.state, why="in_person")
        why = statement.strip()
        if not why:
            raise BadInput("statement", "missing")
    note = lifecycle.advance(case, Action.APPROVE, actor=actor, why=why, expected_version=expected_version,
                             payload={"version": answer.version})
    answer.approved_by_id = actor.person_id
    apologies.sign(case, answer, actor=actor, said=sorry)
    _review(answer, Action.APPROVE, actor=actor, note=note)


def signs_in_person(case: Case) -> bool:
    """Whether the answer that waits for the head came back so often that the head signs in person."""
    return case.state == State.AGENCY_APPROVAL.value and times_returned(case) >= HEAD_SIGNS_AFTER


def may_sign(case: Case, actor: Actor) -> bool:
    """False for a head's deputy, and only for them: who stands for the head because of a conflict of interest, and
    whoever may not approve at all, is for the table of moves to judge."""
    role = acting_role(actor, find_move(Action.APPROVE, State.AGENCY_APPROVAL), facts_of(case))
    return role is not Role.AGENCY_HEAD or actor.person_id is None or case.agency_id is None or head_in_person(
        actor.person_id, case.agency_id)


def send_back(case: Case, *, actor: Actor, why: str, expected_version: int | None = None) -> None:
    """The agency's head wants it written better."""
    answer = _submitted(case)
    note = lifecycle.advance(case, Action.SEND_BACK, actor=actor, why=why, expected_version=expected_version,
                             payload={"version": answer.version})
    _review(answer, Action.SEND_BACK, actor=actor, note=note)


def return_answer(case: Case, *, actor: Actor, why: str, codes: Sequence[str] = (), said: Said = NOTHING,
                  expected_version: int | None = None) -> None:
    """The gate returns an unsuitable answer with reasons (Decision 31/2021/QĐ-TTg, article 46(2)). The
    citizen's clock runs on. ``codes`` are the flags that are its reasons, ``said`` the supervisor's verdict, which
    close reading demands (BadInput). The third return of a round goes to the chairman."""
    answer = _submitted(case)
    _check_said(case, answer, said, actor=actor, decision=Action.RETURN, expected_version=expected_version)
    note = lifecycle.advance(
        case, Action.RETURN, actor=actor, why=why, expected_version=expected_version,
        payload={"version": answer.version, "codes": ",".join(sorted(codes))[:80], **verdicts.numbers(said)})
    verdicts.keep(case, answer, said, actor=actor, decision=Action.RETURN)
    _review(answer, Action.RETURN, actor=actor, note=note, codes=codes)
    returns.tell_chairman(case)


def release(case: Case, *, actor: Actor, said: Said = NOTHING, sorry: Sorry | None = None,
            expected_version: int | None = None) -> None:
    """The gate sends the answer to the citizen: the citizen's clock stops, and each dated promise is watched
    from now on (design §13.7). ``said`` is the supervisor's verdict, which close reading demands (BadInput). A
    late answer takes its apology along; where the time ran out at the gate, ``sorry`` is the province office's own
    (BadInput as ``apologies.tell``)."""
    answer, late = _submitted(case), run_out(case)
    _check_said(case, answer, said, actor=actor, decision=Action.RELEASE, expected_version=expected_version)
    lifecycle.advance(case, Action.RELEASE, actor=actor, expected_version=expected_version,
                      payload={"version": answer.version, "outcome": answer.outcome, **verdicts.numbers(said)})
    verdicts.keep(case, answer, said, actor=actor, decision=Action.RELEASE)
    case.outcome = answer.outcome
    answer.released_at = clock.now()
    apologies.tell(case, answer, late, actor=actor, said=sorry)
    _review(answer, Action.RELEASE, actor=actor)
    commitments.watch(case, answer)


def _check_said(case: Case, answer: Answer, said: Said, *, actor: Actor, decision: Action,
                expected_version: int | None) -> None:
    """What the verdict leaves out, before anything is changed; a step that is not possible at all is for the table
    of moves to refuse."""
    old = expected_version is not None and expected_version != case.version
    move = find_move(decision, State.GATE_REVIEW)
    if not old and case.state == State.GATE_REVIEW.value and acting_role(actor, move, facts_of(case)) is not None:
        verdicts.complete(answer, said, decision=decision)


def _submitted(case: Case) -> Answer:
    answer = newest(case)
    if answer is None or answer.submitted_at is None:
        raise BadInput("answer", "no_answer")
    return answer


def _review(answer: Answer, action: Action, *, actor: Actor, note: Note | None = None,
            codes: Sequence[str] = ()) -> None:
    assert actor.person_id is not None  # reviews are made by people
    db.session.add(Review(answer_id=answer.id, reviewer_id=actor.person_id, action=action.value,
                          codes=",".join(sorted(codes)), note_id=note.id if note else None, at=clock.now()))
