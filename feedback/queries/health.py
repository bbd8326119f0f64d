"""Is the house well? Its own watch is watched too: a sweep that is late or missing is a fault like any other."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from feedback import clock
from feedback.domain.health import Fault
from feedback.extensions import db
from feedback.models.outbox import Outbox
from feedback.queries import sweeps

MAIL_LATE_AFTER = timedelta(minutes=15)
"""A notice that is owed for so long is somebody's fault: the mail server's, or ours."""


@dataclass(frozen=True)
class Trouble:
    """One fault and, for a sweep, its name."""

    fault: Fault
    about: str | None = None

    @property
    def code(self) -> str:
        """As alarms read it: ``queue``, ``sweep_late:overdue``."""
        return f"{self.fault.value}:{self.about}" if self.about else self.fault.value


@dataclass(frozen=True)
class Health:
    """All that is wrong, the gravest first; nothing when all is well."""

    troubles: tuple[Trouble, ...]

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.troubles

    @property
    def faults(self) -> list[str]:
        """The codes of what is wrong."""
        return [trouble.code for trouble in self.troubles]


def report(*, queue_answers: bool, vault_answers: bool) -> Health:
    """Everything that is wrong now. Whether queue and vault answer is asked by the caller, who talks to them."""
    troubles = [*_sweeps(), *_clock(), *_mail()]
    if not vault_answers:
        troubles.append(Trouble(Fault.VAULT))
    if not queue_answers:
        troubles.append(Trouble(Fault.QUEUE))
    return Health(tuple(troubles))


def database_answers() -> bool:
    """Ask the database the smallest question; raises what SQLAlchemy raises when it does not answer."""
    return db.session.scalar(select(1)) == 1


def _sweeps() -> list[Trouble]:
    return [Trouble(state.fault, state.sweep.name) for state in sweeps.sweep_states() if state.fault is not None]


def _clock() -> list[Trouble]:
    return [Trouble(Fault.CLOCK)] if sweeps.clock_jumped() else []


def _mail() -> list[Trouble]:
    found = []
    owed = select(Outbox.id).where(Outbox.sent_at.is_(None), Outbox.dead_at.is_(None))
    if db.session.scalar(owed.where(Outbox.created_at < clock.now() - MAIL_LATE_AFTER).limit(1)) is not None:
        found.append(Trouble(Fault.MAIL_LATE))
    given_up = select(Outbox.id).where(Outbox.dead_at.is_not(None), Outbox.fault != "no_address")
    if db.session.scalar(given_up.limit(1)) is not None:
        found.append(Trouble(Fault.MAIL_DEAD))
    return found
