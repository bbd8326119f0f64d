"""Who held a case, for how long, and whether it went round: the buck-passing ledger as plain rules.

A case that is passed on is no answer (Decree 61/2018/NĐ-CP, article 5, forbids passing the buck), so every stretch
of time with an agency is kept: how it came, when, and whether it came back to where it had been before.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from feedback.domain.lifecycle import ENDED, Action, State
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role


class CameBy(StrEnum):
    """How a case came to the agency that holds it."""

    ASSIGNED = "assigned"
    TRANSFERRED = "transferred"
    REORGANISED = "reorganised"
    REOPENED = "reopened"


_BY_ACTION: Mapping[str, CameBy] = MappingProxyType({
    Action.ASSIGN.value: CameBy.ASSIGNED,
    Action.TRANSFER.value: CameBy.TRANSFERRED,
    Action.OBJECT.value: CameBy.REOPENED,
    Action.REOPEN.value: CameBy.REOPENED,
    "reorganised": CameBy.REORGANISED,
})


@dataclass(frozen=True)
class Step:
    """What the history says of one move. ``type``: an action, or 'reorganised'; ``to``: the state it led to;
    ``agency_id``: the agency that holds the case after it."""

    type: str
    to: str
    round: int
    agency_id: int | None
    at: datetime


@dataclass(frozen=True)
class Stretch:
    """One stretch of time with one agency; ``until`` None: it holds the case now."""

    round: int
    agency_id: int
    came_by: CameBy
    since: datetime
    until: datetime | None = None
    loop: bool = False


def came_by(type_: str, to: str) -> CameBy | None:
    """How a case comes to an agency by this move, or None when it comes to none. An objection to a refusal goes
    back to intake, which is no agency."""
    found = _BY_ACTION.get(type_)
    return found if found is CameBy.REORGANISED or to == State.ASSIGNED.value else None


def leaves(to: str) -> bool:
    """Whether a case in this state lies with no agency any more."""
    return to in {state.value for state in ENDED} or to in (State.SUBMITTED.value, State.ACCEPTED.value)


def is_loop(by: CameBy, agency_id: int, held_before: Collection[int]) -> bool:
    """A → B → A: it came by transfer to an agency that had held it before in the same round (``held_before``, each
    under the name of who took over since)."""
    return by is CameBy.TRANSFERRED and agency_id in held_before


def ledger(steps: Iterable[Step]) -> list[Stretch]:
    """The whole ledger of one case out of its history, the oldest first."""
    found: list[Stretch] = []
    for step in steps:
        by = came_by(step.type, step.to)
        running = bool(found) and found[-1].until is None
        if by is None or step.agency_id is None or (by is CameBy.REORGANISED and not running):
            if running and leaves(step.to):
                found[-1] = _ended(found[-1], step.at)
            continue
        if running:
            found[-1] = _ended(found[-1], step.at)
        before = {one.agency_id for one in found if one.round == step.round}
        found.append(Stretch(step.round, step.agency_id, by, step.at,
                             loop=is_loop(by, step.agency_id, before)))
    return found


def posts(actor: Actor) -> frozenset[int]:
    """Ids of the agencies for which this person speaks as head today: their own, and those of the heads they act
    for. Empty for everybody else."""
    if Role.AGENCY_HEAD not in actor.roles or actor.person_id is None:
        return frozenset()
    own = frozenset() if actor.agency_id is None else frozenset({actor.agency_id})
    return (actor.deputy_at | own) & (actor.agency_tree | actor.deputy_at)


def _ended(one: Stretch, at: datetime) -> Stretch:
    return Stretch(one.round, one.agency_id, one.came_by, one.since, at, one.loop)
