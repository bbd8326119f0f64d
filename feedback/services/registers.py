"""What all deeds on registers share: one writer at a time, and an event for each change."""

from collections.abc import Mapping

from sqlalchemy import func, select

from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.queries.once import forget
from feedback.services import history

CHAIN = "sys:config"
_LOCK = 4_816_530_081
"""PostgreSQL advisory lock of this transaction: whoever changes a register waits for the one before."""


def hold() -> None:
    """Let nobody else change a register until this transaction ends, so that a code stays single and a tree a
    tree. SQLite has one writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        forget()


def noted(type_: str, *, actor: Actor, **payload: int | str | bool | None) -> None:
    """Write the change into the chain of the settings: ids, codes and counts only."""
    history.record(chain=CHAIN, type=type_, actor=actor, role=role_of(actor), payload=payload)


def role_of(actor: Actor) -> Role:
    """The role in which somebody changes a register: the administrator's, or the machine's for imports and
    sweeps."""
    return Role.ADMINISTRATOR if Role.ADMINISTRATOR in actor.roles else Role.SYSTEM


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """The names of the values that are not the same any more."""
    return [name for name, value in after.items() if before.get(name) != value]
