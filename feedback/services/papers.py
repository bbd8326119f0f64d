"""Requests for more papers are read: what an officer wants, what an answer wants, what a complaint tells of.

``domain/papers`` compares; here the case gives the published list, the earlier questions and whether its file was
sent online. A finding advises. Who sends the question all the same writes why, and the coordinating office reads
it. """

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback import clock
from feedback.domain import papers as rules
from feedback.domain.errors import OutOfReach, ReasonMissing, SamePerson
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import State
from feedback.domain.paper_words import reasons
from feedback.domain.papers import Paper, PaperRemark
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import ProcedurePaper
from feedback.models.cases import Case, Note
from feedback.models.reader import PaperFinding
from feedback.queries.papers import finding_for, published_list, questions_before
from feedback.services import history

ABOUT_PAPERS = frozenset({Category.EXTRA_PAPERS.value, Category.DIGITISED_PAPERS.value,
                          Category.PAPER_COPY_OF_SIGNED_FILE.value})
"""Complaints about papers: those named in them are compared too."""
REASON_LONGEST = 4_000
"""Characters of the reason for asking all the same."""


@dataclass(frozen=True)
class PaperNote:
    """A finding as a page shows it, shaped like the reader's findings. ``field`` is the form's field
    (``point_<n>`` for points), ``start``–``end`` characters of its text; ``paper`` the paper of the list that is
    meant, or None."""

    code: str
    field: str
    point: int | None
    line: str
    start: int
    end: int
    paper: ProcedurePaper | None
    reason_vi: str
    reason_en: str
    mend_vi: str
    mend_en: str
    source_vi: str
    source_en: str
    severity: str = "medium"
    blocking: bool = False


def signed_online(case: Case) -> bool:
    """Whether the complaint says that its file was sent online or signed: proposed to the officer, who decides.
    Once an agency has the case only its masked copy speaks: the proposal must not tell what was hidden."""
    if case.agency_id is None:
        told = [case.narrative, *(point.text for point in case.points)]
    else:
        told = [case.masked or "", *(point.masked or "" for point in case.points)]
    return case.category == Category.PAPER_COPY_OF_SIGNED_FILE.value or rules.tells_signed_online("\n".join(told))


def read_question(case: Case, what: str, *, signed: bool,
                  listed: Sequence[ProcedurePaper] | None = None) -> tuple[PaperRemark, ...]:
    """Read a question to the sender before it is sent. ``signed``: the file was sent online and signed; ``listed``
    the published list where the caller has it already."""
    listed = published_list(case) if listed is None else listed
    return rules.read_request(what, papers=as_papers(listed), asked_before=questions_before(case.id),
                              signed_online=signed)


def papers_in_answer(case: Case, texts: Mapping[str, str]) -> tuple[PaperNote, ...]:
    """What an answer asks its reader to hand in, compared in the same way. ``texts`` by the name of the form's
    field, ``point_<n>`` for points. At most three statements; none when no text asks for anything."""
    asking = {field: text for field, text in texts.items() if rules.read_answer_for_papers(
        text, papers=_NOTHING_LISTED, signed_online=True)}
    if not asking:
        return ()
    listed, signed = published_list(case), signed_online(case)
    before = questions_before(case.id)
    return tuple(
        note_of(remark, listed, field=field) for field, text in asking.items()
        for remark in rules.read_answer_for_papers(text, papers=as_papers(listed), asked_before=before,
                                                   signed_online=signed))


def papers_demanded(case: Case, text: str) -> tuple[PaperNote, ...]:
    """What the complaint says an office demanded beyond the list. ``text`` is the one that the reader of the page
    may see. Nothing for complaints about something else, or without a published list."""
    if case.category not in ABOUT_PAPERS or case.historical:
        return ()
    listed = published_list(case)
    found = rules.read_complaint_for_papers(text, papers=as_papers(listed), signed_online=signed_online(case))
    first: dict[tuple[str, str], PaperRemark] = {}
    for remark in found:
        first.setdefault((remark.code.value, text[remark.start:remark.end].casefold()), remark)
    return tuple(note_of(remark, listed, field="complaint") for remark in first.values())


def keep(case: Case, remarks: Sequence[PaperRemark], *, actor: Actor, why: str | None,
         listed: Sequence[ProcedurePaper]) -> list[PaperFinding]:
    """Keep what was found in a question that is sent all the same, with the officer's reason. Raises ReasonMissing
    without one. The event holds no words."""
    if not remarks:
        return []
    if not (why or "").strip():
        raise ReasonMissing("override")
    note = Note(case_id=case.id, author_id=actor.person_id, kind="override", body=(why or "").strip(),
                written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the rows and the event name the note
    rows = [PaperFinding(
        case_id=case.id, asked_by_id=actor.person_id, asked_at=clock.now(), line=remark.line,
        paper_id=listed[remark.paper].id if remark.paper is not None else None, code=remark.code.value,
        source=reasons()[remark.code.value]["source_vi"], override_note_id=note.id) for remark in remarks]
    db.session.add_all(rows)
    history.record(
        chain=f"case:{case.id}", type="papers_asked", actor=actor, agency_id=case.agency_id,
        role=_asked_as(case),
        payload={"note": note.id, "findings": len(rows), "codes": ",".join(sorted({row.code for row in rows}))})
    return rows


def _asked_as(case: Case) -> Role:
    """The role in which the question was just sent: what a first reader writes is not for the agency."""
    if case.state == State.AWAITING_DETAILS.value:
        return Role.OFFICER
    return Role.RESTRICTED_DESK if case.restricted else Role.INTAKE


def mark_seen(finding_id: int, *, actor: Actor) -> PaperFinding:
    """The coordinating office has read it; the first time counts. Raises OutOfReach, SamePerson for who asked."""
    finding = finding_for(actor, finding_id)
    if finding is None:
        raise OutOfReach("no such finding")
    if finding.asked_by_id == actor.person_id:
        raise SamePerson("paper_seen")
    if finding.seen_at is None:
        finding.seen_by_id, finding.seen_at = actor.person_id, clock.now()
    return finding


def note_of(remark: PaperRemark, listed: Sequence[ProcedurePaper], *, field: str) -> PaperNote:
    """A remark with its words and the row of the list it is about."""
    number = field.removeprefix("point_")
    return PaperNote(
        code=remark.code.value, field="point" if number != field else field,
        point=int(number) if number != field else None, line=remark.line, start=remark.start, end=remark.end,
        paper=listed[remark.paper] if remark.paper is not None else None, **reasons()[remark.code.value])


def as_papers(listed: Sequence[ProcedurePaper]) -> tuple[Paper, ...]:
    """The rows of the list as the rules take them."""
    return tuple(Paper(name_vi=row.name_vi, name_en=row.name_en, copies=row.copies, digitised=row.digitised,
                       paper_needed_if_signed_online=row.paper_needed_if_signed_online) for row in listed)


_NOTHING_LISTED = (Paper(name_vi="—"),)
"""A list that holds no paper at all: whatever is asked for shows."""
