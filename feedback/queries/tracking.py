"""What the holder of a tracking key may read: one case as a story, its clocks, its released answer.

Names of staff, internal notes and other people's cases are never among it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.errors import OutOfReach
from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import Actor
from feedback.domain.roles import Reach
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Note, Proposal
from feedback.models.deadlines import Deadline, Limit
from feedback.models.identity import IdentityGrant
from feedback.models.outbox import Outbox
from feedback.models.reissues import KeyReissue
from feedback.queries.calendar import SpecialDay, limit_in_force, load_calendar, source_of_days
from feedback.queries.commitments import Watched, later_day, watched
from feedback.queries.deadlines import clocks_of
from feedback.queries.history import TimelineEntry, timeline_and_loose
from feedback.queries.holdings import Held, held_by
from feedback.queries.plain_rows import plain_rows
from feedback.queries.point_verdicts import said_in

CLOCKS = ("total", "handle", "redo", "receive", "supply", "commitment")
"""The clocks that concern the sender: the citizen's own, and the one of who has to answer."""
HIDDEN = frozenset({"said", "override", "propose", "decline", "identity_declined", "key_asked", "key_confirmed",
                    "papers_asked", "instruction_reported", "instruction_sent_back", "instruction_accepted",
                    "instruction_withdrawn"})
"""Steps inside the office that change nothing for the sender; their own wish to withdraw is shown."""

# Put together once: putting a question together costs more than asking it, and senders look at this page daily.
_KEY_HASH = select(Case.key_hash).where(Case.id == bindparam("case_id"))
_OWN = select(Case).where(Case.id == bindparam("case_id")).options(
    joinedload(Case.agency), joinedload(Case.procedure), joinedload(Case.points))
_CLOCKS_AND_LIMITS = (
    select(Deadline, Limit.amount, Limit.unit, Limit.legal_basis).outerjoin(Limit, Limit.id == Deadline.limit_id)
    .where(Deadline.case_id == bindparam("case_id"), Deadline.kind.in_(CLOCKS)).order_by(Deadline.id))
_RELEASED = (
    select(Answer).where(Answer.case_id == bindparam("case_id"), Answer.released_at.is_not(None))
    .options(selectinload(Answer.points)).order_by(Answer.round.desc(), Answer.version.desc()).limit(1))
_LAST_MAIL = (
    select(Outbox.bounced_at).where(
        Outbox.case_id == bindparam("case_id"), Outbox.person_id.is_(None), Outbox.agency_id.is_(None),
        Outbox.sent_at.is_not(None)).order_by(Outbox.sent_at.desc(), Outbox.id.desc()).limit(1))


@dataclass(frozen=True)
class CountedFrom:
    """The limit that a clock was counted from."""

    amount: int
    unit: str
    legal_basis: str


@dataclass(frozen=True)
class Tracked:
    """One case as its sender sees it. ``clocks`` is keyed by kind, rows with the columns of Deadline; ``limit``
    and ``special_days`` explain the due date; ``objection_until`` is the last day to object (Viet Nam), None
    when it cannot be."""

    case: Case
    clocks: Mapping[str, Row[Any]]
    entries: Sequence[TimelineEntry]
    answer: Answer | None
    withdrawal: Proposal | None
    limit: CountedFrom | None
    special_days: Mapping[date, SpecialDay]
    calendar: WorkingCalendar
    explained: Deadline | Row[Any] | None
    """The clock whose count of days leads to the due date; after an extension the one before it, whose limit was
    counted and not granted."""
    objection_until: date | None
    promises: Sequence[Watched]
    """What the newest answer promised by a day, the earliest first."""
    held: Sequence[Held]
    """Which agencies held the case, and for how long."""
    said: Mapping[int, bool]
    """What the sender said of the newest answer: by point, whether it was answered."""
    happened: frozenset[str]
    """The codes of all events of the case: what none of them speaks of need not be asked for."""
    returned_mail: datetime | None
    """When the newest of our mails to the sender came back undelivered, and no later one has gone out since."""

    @property
    def may_object(self) -> bool:
        """Whether the one objection is still there and its time has not passed."""
        return self.objection_until is not None and clock.today() <= self.objection_until


def case_id_of_key(key_hash: str) -> int | None:
    """The case with this hashed tracking key, or None. One statement on a unique index either way."""
    return db.session.scalar(select(Case.id).where(Case.key_hash == key_hash))


def key_hash_of(case_id: int) -> str | None:
    """The hash of the case's key as it is now."""
    return plain_rows(_KEY_HASH, {"case_id": case_id}).scalar()


def own_case(actor: Actor) -> Case:
    """The sender's case with points, agency and procedure. Raises OutOfReach when the key opens none."""
    # What ``visible_to`` says of who holds a key: their own case, and no other.
    if actor.case_id is None or actor.person_id is not None or Reach.OWN not in actor.reaches:
        raise OutOfReach("no key was shown")
    case = db.session.scalars(_OWN, {"case_id": actor.case_id}).unique().one_or_none()
    if case is None:
        raise OutOfReach("no such case")
    return case


def tracked(actor: Actor) -> Tracked:
    """Everything the tracking page shows; raises OutOfReach. At most 14 statements, however long the story; what
    the history knows nothing of is not asked for."""
    case, calendar = own_case(actor), load_calendar()
    # The newest clock of each kind.
    clocks = {row.kind: row for row in plain_rows(_CLOCKS_AND_LIMITS, {"case_id": case.id})}
    total = clocks.get("total")
    told, loose = timeline_and_loose(case.id, for_sender=True)
    happened = frozenset(entry.type for entry in told)
    entries = [e for e in told
               if e.type not in HIDDEN or e.payload.get("action") == Action.WITHDRAW.value]
    # The reason for an opening is told to the sender; its event stands in another chain.
    openings = _openings(case.id) if loose else []
    entries = sorted([*_with_checks(case.id, entries), *openings], key=lambda e: e.at)
    answer = (db.session.scalar(_RELEASED, {"case_id": case.id})
              if case.answered_at is not None or Action.RELEASE.value in happened else None)
    withdrawal = db.session.scalar(
        select(Proposal).where(Proposal.case_id == case.id, Proposal.decided_at.is_(None),
                               Proposal.action == Action.WITHDRAW.value)) if "propose" in happened else None
    promises = _promises(case, clocks, answer)
    kept_at = max((one.kept_at for one in promises if one.kept_at is not None), default=None)
    return Tracked(
        case=case, clocks=clocks, entries=entries, answer=answer, withdrawal=withdrawal,
        limit=CountedFrom(total.amount, total.unit, total.legal_basis)
        if total is not None and total.limit_id is not None else None,
        special_days=source_of_days(total.started_on, total.due_on) if total is not None else {},
        calendar=calendar, explained=_counted(total), objection_until=_objection_until(case, calendar, kept_at),
        promises=promises, happened=happened, returned_mail=_returned_mail(case.id),
        held=held_by(case.id) if case.agency_id is not None else [],
        said=said_in(((e.type, e.payload) for e in told), answer.id) if answer is not None else {})


def _promises(case: Case, clocks: Mapping[str, Row[Any]], answer: Answer | None) -> list[Watched]:
    """The promises of this answer; nothing is asked where none ever had a clock."""
    if answer is None or "commitment" not in clocks:
        return []
    return [one for one in watched(case) if one.answer_id == answer.id]


def _counted(total: Row[Any] | None) -> Deadline | Row[Any] | None:
    return db.session.get(Deadline, total.replaces_id) if total is not None and total.replaces_id else total


def _openings(case_id: int) -> list[TimelineEntry]:
    """When it was allowed to open who the sender is, with the reason: the sender is told of each."""
    rows = db.session.execute(
        select(IdentityGrant.granted_at, Note.body).outerjoin(Note, Note.id == IdentityGrant.note_id)
        .where(IdentityGrant.case_id == case_id, IdentityGrant.granted_at.is_not(None)))
    return [TimelineEntry(n=0, at=at, type="identity_granted", actor_type="person", role=None, who=None,
                          agency_vi=None, agency_en=None, payload={}, note=body) for at, body in rows]


def _with_checks(case_id: int, entries: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """The entries, with what was checked beside each new key that was given at the counter."""
    if not any(entry.type == "key_reissued" for entry in entries):
        return list(entries)
    checked = dict(db.session.execute(
        select(KeyReissue.id, Note.body).join(Note, Note.id == KeyReissue.note_id)
        .where(KeyReissue.case_id == case_id, Note.told_sender.is_(True))).all())
    return [replace(entry, note=checked.get(entry.payload.get("reissue"))) if entry.type == "key_reissued"
            else entry for entry in entries]


def _returned_mail(case_id: int) -> datetime | None:
    return plain_rows(_LAST_MAIL, {"case_id": case_id}).scalar()


def _objection_until(case: Case, calendar: WorkingCalendar, kept_at: datetime | None) -> date | None:
    if case.ended_at is None or case.objected or case.historical or case.state == State.CLOSED.value:
        return None
    limit = limit_in_force("objection", clock.today())
    return calendar.add_calendar_days(later_day(case.ended_at, kept_at), limit.amount)


@dataclass(frozen=True)
class Receipt:
    """The dates on a receipt: when intake reads at the latest, and when the answer is due."""

    case: Case
    total: Deadline
    receive: Deadline | None


def receipt(reference: str) -> Receipt | None:
    """What the receipt of a new case shows, or None when there is no such case. Called only for who sent it."""
    case = db.session.scalar(select(Case).where(Case.reference == reference))
    if case is None:
        return None
    clocks = clocks_of([case.id], ("total", "receive"))
    total = clocks.get((case.id, "total"))
    return Receipt(case=case, total=total, receive=clocks.get((case.id, "receive"))) if total is not None else None
