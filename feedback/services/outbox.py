"""What is owed to the outside: written with the change that owes it, claimed by one statement, sent, marked.

A mail is sent at least once, with a fixed Message-ID; everything inside the database happens once (trust.md §4.8).
"""

import hashlib
import hmac
import random
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Update, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from feedback import clock
from feedback.adapters import queue
from feedback.domain.notices import Notice
from feedback.extensions import db
from feedback.models.outbox import Outbox

LEASE = timedelta(minutes=2)
"""How long a claimed row is left to whoever claimed it."""

LONGEST_PAUSE = timedelta(hours=1)
GIVES_UP_AFTER = timedelta(days=7)
FEWEST_TRIES = 24
"""A row is given up only after this many tries too: a machine that stood still for a week has tried nothing."""

_FIRST_PAUSE = timedelta(seconds=5)
_DOT_ATOM = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")

_ROWS = Outbox.__table__
_LEADER = aliased(Outbox)

NO_ADDRESS = "no_address"
"""The fault of a row whose recipient gave no address. Nothing is wrong then: nobody can be told."""


@dataclass(frozen=True)
class Claim:
    """A row that is ours until ``lease_until``. Plain values: no transaction stays open while it is sent."""

    id: int
    token: str
    dedupe: str
    notice: str
    case_id: int | None
    person_id: int | None
    agency_id: int | None
    tries: int
    created_at: datetime
    lease_until: datetime
    bundle: str | None = None
    """Its own ``dedupe`` when it leads others (``services/bundling``)."""

    def leading(self) -> "Claim":
        """The same claim as the one whose mail carries others."""
        return replace(self, bundle=self.dedupe)


def name_in_mail(dedupe: str) -> str:
    """The left side of the Message-ID of this notice: always the same, and signed. The names of other notices can
    be guessed; without the mark nobody who was not sent one can report it as undelivered."""
    pepper: str = current_app.extensions["settings"].pepper
    return f"{dedupe}.{hmac.new(pepper.encode(), f'mail:{dedupe}'.encode(), hashlib.sha256).hexdigest()[:16]}"


def dedupe_named(name: str) -> str | None:
    """The notice that this name stands for; None when the mark is not ours."""
    dedupe = name.rpartition(".")[0]
    return dedupe if dedupe and hmac.compare_digest(name_in_mail(dedupe).encode(), name.encode()) else None


def owe(*, notice: Notice, dedupe: str, case_id: int | None = None, person_id: int | None = None,
        agency_id: int | None = None) -> int | None:
    """Owe one notice to one recipient, in the caller's transaction; the bell rings after the commit.

    The recipient is a member of staff, an agency's mailbox, or (both None) the sender of the case. ``dedupe`` is
    a dot-atom and names this notice to this recipient for ever: owing it twice owes it once. Returns the row's
    id, None when it was owed before. Raises ValueError for a ``dedupe`` that could not stand in a Message-ID.
    """
    return owe_all([Owed(notice, dedupe, case_id, person_id, agency_id)]).get(dedupe)


@dataclass(frozen=True)
class Owed:
    """One notice to one recipient; the fields are those of ``owe``."""

    notice: Notice
    dedupe: str
    case_id: int | None = None
    person_id: int | None = None
    agency_id: int | None = None


def owe_all(notices: Sequence[Owed]) -> dict[str, int]:
    """``owe`` for many notices, in their order, with one statement. The ids of those that were not owed before, by
    ``dedupe``. Raises ValueError before anything is written."""
    for one in notices:
        if not _DOT_ATOM.fullmatch(one.dedupe):
            raise ValueError(f"{one.dedupe!r} is no dot-atom")
    if not notices:
        return {}
    db.session.flush()  # whom and what they name may still wait in the session
    now, connection = clock.now(), db.session.connection()
    ids = {row.dedupe: row.id for row in connection.execute(
        _owing(connection.dialect.name),
        [{"dedupe": one.dedupe, "notice": Notice(one.notice).value, "case_id": one.case_id,
          "person_id": one.person_id, "agency_id": one.agency_id, "created_at": now, "next_try": now, "tries": 0}
         for one in notices])}
    for one in ids.values():
        queue.after_commit("deliver_owed", one)
    return ids


@cache
def _owing(dialect: str) -> Any:
    """Put together once: it is asked for with every notice."""
    insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[dialect](_ROWS)
    return insert.on_conflict_do_nothing(index_elements=["dedupe"]).returning(_ROWS.c.id, _ROWS.c.dedupe)


def is_owed() -> ColumnElement[bool]:
    """A condition that is true for rows neither sent nor given up; the predicate of their partial index."""
    return Outbox.sent_at.is_(None) & Outbox.dead_at.is_(None)


def is_free(now: datetime) -> ColumnElement[bool]:
    """True for rows that nobody holds. A lease further ahead than it could have been given was written by a
    clock that was wrong, and does not count."""
    return or_(Outbox.lease_until.is_(None), Outbox.lease_until <= now, Outbox.lease_until > now + 2 * LEASE)


def is_ripe(now: datetime) -> ColumnElement[bool]:
    """True for rows whose next try has come, or was put impossibly far ahead by a wrong clock."""
    return or_(Outbox.next_try <= now, Outbox.next_try > now + 2 * LONGEST_PAUSE)


def claim(*, now: datetime, row_id: int | None = None, limit: int = 1) -> list[Claim]:
    """Take rows that are owed, by one UPDATE … RETURNING: this one (whenever its next try is), or up to
    ``limit`` ripe ones, the longest waiting first. Commit before acting on them."""
    # What goes out with another row's mail is sent and marked with it.
    of_its_own = or_(Outbox.bundle.is_(None), Outbox.bundle == Outbox.dedupe)
    wanted = select(Outbox.id).where(is_owed(), is_free(now), of_its_own)
    if row_id is not None:
        wanted = wanted.where(Outbox.id == row_id)
    else:
        wanted = wanted.where(is_ripe(now)).order_by(Outbox.next_try, Outbox.id).limit(limit)
    # A common table expression with a lock is run once; as a plain subquery it might be run again for each row.
    picked = wanted.with_for_update(skip_locked=True).cte("picked")
    token, until = uuid.uuid4().hex, now + LEASE
    rows = db.session.execute(
        update(Outbox).where(Outbox.id.in_(select(picked.c.id)))
        .values(lease_until=until, lease_token=token, tries=Outbox.tries + 1)
        .returning(Outbox.id, Outbox.dedupe, Outbox.notice, Outbox.case_id, Outbox.person_id, Outbox.agency_id,
                   Outbox.tries, Outbox.created_at, Outbox.bundle)
        .execution_options(synchronize_session=False)).all()
    return sorted((Claim(
        id=r.id, token=token, dedupe=r.dedupe, notice=r.notice, case_id=r.case_id, person_id=r.person_id,
        agency_id=r.agency_id, tries=r.tries, created_at=r.created_at, lease_until=until,
        bundle=r.bundle) for r in rows),
        key=lambda c: c.id)


def _sent(which: ColumnElement[bool]) -> Update:
    """Put together once: it is asked for with every mail."""
    return update(_ROWS).where(which, _ROWS.c.sent_at.is_(None)).values(
        sent_at=bindparam("now"), lease_until=None, lease_token=None, fault=None)


_SENT = _sent(_ROWS.c.id == bindparam("which"))
_ALL_SENT = _sent(or_(_ROWS.c.id == bindparam("which"), _ROWS.c.bundle == bindparam("leader")))


def mark_sent(claim: Claim, *, now: datetime) -> None:
    """It went out, and whatever it carried with it. True even when the lease had run out meanwhile: what was sent
    must not be sent again."""
    db.session.execute(_SENT if claim.bundle is None else _ALL_SENT, {
        "which": claim.id, "leader": claim.dedupe, "now": now})


def mark_unreachable(claim: Claim, *, now: datetime) -> None:
    """The recipient gave no address: nothing will ever be sent, and nothing is wrong."""
    _change(claim, carried=True, dead_at=now, lease_until=None, lease_token=None, fault=NO_ADDRESS)


def mark_failed(claim: Claim, *, now: datetime, fault: str, at_longest: bool = False) -> None:
    """It did not go out: try again after a growing, jittered pause (``at_longest``: after the longest one), and
    give up after seven days. Given-up rows are kept and shown. Nothing happens when the lease is somebody else's
    by now."""
    spent = now - claim.created_at >= GIVES_UP_AFTER and claim.tries >= FEWEST_TRIES
    _change(claim, still_held=True, lease_until=None, lease_token=None, fault=fault,
            next_try=now + (LONGEST_PAUSE if at_longest else pause(claim.tries)), dead_at=now if spent else None)
    if spent and claim.bundle is not None:
        db.session.execute(update(Outbox).where(Outbox.bundle == claim.dedupe, is_owed()).values(
            dead_at=select(_LEADER.dead_at).where(_LEADER.id == claim.id).scalar_subquery(), fault=fault)
            .execution_options(synchronize_session=False))


def give_back(claims: Sequence[Claim]) -> None:
    """Let go of rows that were claimed and not tried (the mail server went away before their turn)."""
    for untried in claims:
        _change(untried, still_held=True, lease_until=None, lease_token=None, tries=untried.tries - 1)


def pause(tries: int) -> timedelta:
    """How long to wait after this many tries: doubling from seconds up to an hour, minus up to half of it at
    random, so that what failed together does not come back together."""
    longest = min(_FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)


def _change(claim: Claim, *, still_held: bool = False, carried: bool = False, **values: object) -> None:
    """Change the row of this claim; ``carried``: and those that go out with its mail."""
    which = Outbox.id == claim.id
    if carried and claim.bundle is not None:
        which = or_(which, Outbox.bundle == claim.dedupe)
    ours = [which, Outbox.sent_at.is_(None)]
    if still_held:
        ours.append(Outbox.lease_token == claim.token)
    db.session.execute(update(Outbox).where(*ours).values(**values)
                       .execution_options(synchronize_session=False))
