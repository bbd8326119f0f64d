"""How long a case keeps who sent it: some days after its end, then it is forgotten (trust.md §4.2). With it go the
sealed originals of its files and the names these had: a photo knows where it was taken, a document its writer.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, select, update

from feedback import clock
from feedback.adapters import storage
from feedback.domain.lifecycle import ENDED, State
from feedback.domain.permissions import SYSTEM, Actor
from feedback.domain.province import Switch
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.attachments import Attachment
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.queries.files import HAS_ORIGINAL
from feedback.queries.province import switch
from feedback.services import attachments, history, identity
from feedback.services.sweeping import found, one_by_one
from feedback.services.watchdog import Tally

SETTLED = frozenset(ENDED - {State.ANSWERED})
"""Where nothing is expected of the sender any more: an answered case may still be objected to, or has promised."""


def set_last_day(case: Case) -> None:
    """After a move, in its transaction: a case that has ended keeps its sender for the province's number of days
    from today, one that goes on keeps them without end."""
    ended = State(case.state) in ENDED
    last = clock.today() + timedelta(days=switch(Switch.KEEP_IDENTITY_DAYS)) if ended else None
    db.session.execute(update(SealedIdentity).where(SealedIdentity.case_id == case.id).values(purge_after=last))


def sweep_identities() -> Tally:
    """Forget who sent the cases whose time is over, each in a transaction of its own; then the originals of the
    files of all cases of that age, also of those whose sender never said who they are."""
    tally = one_by_one(found(
        select(SealedIdentity.case_id).join(Case, Case.id == SealedIdentity.case_id)
        .where(SealedIdentity.purge_after < clock.today(), Case.state.in_([s.value for s in SETTLED]))
        .order_by(SealedIdentity.case_id)), forget)
    tokens: list[str] = []

    def forget_originals(case_id: int) -> bool:
        gone = _strip_files(case_id)
        tokens.extend(gone)
        return bool(gone)

    files = one_by_one(found(
        select(Attachment.case_id).join(Case, Case.id == Attachment.case_id)
        .where(HAS_ORIGINAL, *_over()).order_by(Attachment.case_id)), forget_originals)
    drop_originals(tokens)
    return Tally(seen=tally.seen + files.seen, acted=tally.acted + files.acted, failed=tally.failed + files.failed,
                 fault=tally.fault or files.fault)


def _over() -> tuple[ColumnElement[bool], ...]:
    """Conditions on ``Case``: settled for the province's number of days, and nothing is kept of the sender."""
    last = datetime.combine(clock.today() - timedelta(days=switch(Switch.KEEP_IDENTITY_DAYS)), time(),
                            clock.VIETNAM)
    kept = select(SealedIdentity.id).where(SealedIdentity.case_id == Case.id)
    return Case.state.in_([s.value for s in SETTLED]), Case.ended_at < last, ~kept.exists()


def _strip_files(case_id: int) -> list[str]:
    """``strip_files`` for a case whose time is over; nothing when it goes on meanwhile."""
    case = db.session.scalar(select(Case).where(Case.id == case_id, *_over()).with_for_update())
    return [] if case is None else strip_files(case_id, actor=SYSTEM, role=Role.SYSTEM)


def strip_files(case_id: int, *, actor: Actor, role: Role) -> list[str]:
    """Forget the names of a case's files, in the caller's transaction; the tokens whose originals go along, for
    ``drop_originals`` after the commit. The cleaned copies and the SHA-256 of the originals stay."""
    rows = db.session.scalars(
        select(Attachment).where(Attachment.case_id == case_id, HAS_ORIGINAL).order_by(Attachment.id)).all()
    for row in rows:
        row.name_sealed = b""
    if rows:
        history.record(chain=identity.CHAIN, type="originals_purged", actor=actor, role=role,
                       payload={"case": case_id, "files": len(rows)})
    return [row.token for row in rows]


def drop_originals(tokens: Iterable[str]) -> None:
    """Delete these originals from the storage. What a break leaves behind, the nightly comparison finds."""
    for token in tokens:
        storage.forget(token + attachments.ORIGINAL)


def forget(case_id: int) -> bool:
    """Forget one case's sender, in the caller's transaction; False when somebody was quicker or it goes on."""
    case = db.session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
    last = db.session.scalar(select(SealedIdentity.purge_after).where(SealedIdentity.case_id == case_id).limit(1))
    if last is None or last >= clock.today() or State(case.state) not in SETTLED:
        return False
    return identity.purge(case, actor=SYSTEM) > 0
