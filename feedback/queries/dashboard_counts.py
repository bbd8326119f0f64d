"""The numbers of the dashboards: all of them in one statement, each counted up to a thousand and no further."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from feedback.domain.lifecycle import OPEN, State
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.extensions import Extension
from feedback.models.instructions import FollowUp, Instruction
from feedback.models.lateness import Apology, Explanation
from feedback.models.reader import TransferRequest
from feedback.queries import withdrawals
from feedback.queries.dashboards import EVERYTHING, OFTEN, Block, Moment, Narrow, among
from feedback.queries.visibility import visible_to

COUNTED = 1_000
"""More are not counted: the page says "more than"."""


def numbers(actor: Actor, at: Moment) -> dict[str, int]:
    """Every block by its name, ``returned.1``, ``.2`` and ``.3``, and what waits for somebody's word: at most
    ``COUNTED`` + 1 each. One statement."""
    wanted = {block.value: cases_in(actor, at, block) for block in Block if block is not Block.RETURNED}
    wanted |= {f"returned.{times}": cases_in(actor, at, Block.RETURNED, Narrow(times=times))
               for times in range(1, OFTEN + 1)}
    return count({**wanted, **_waiting(actor, at)})


def cases_in(actor: Actor, at: Moment, block: Block, by: Narrow = EVERYTHING) -> Select[Any]:
    """The ids of a block's cases that the actor may see."""
    return select(Case.id).where(visible_to(actor), *among(block, at, by))


def count(wanted: Mapping[str, Select[Any]]) -> dict[str, int]:
    """How many rows each of these selects finds, at most ``COUNTED`` + 1; one statement."""
    row = db.session.execute(select(*(
        select(func.count()).select_from(found.limit(COUNTED + 1).subquery()).scalar_subquery().label(name)
        for name, found in wanted.items()))).one()
    return dict(row._mapping)


def _waiting(actor: Actor, at: Moment) -> dict[str, Select[Any]]:
    """What waits: at the gate, requests for more time and to pass on, explanations owed, apologies without a
    signature, instructions (reported, running, late), the person's own notes to look again,
    withdrawals under pressure."""
    sees = (visible_to(actor), Case.restricted.is_(False))
    instruction = (select(Instruction.id).outerjoin(Case, Case.id == Instruction.case_id)
                   .where(Instruction.ended_at.is_(None), or_(Instruction.case_id.is_(None), and_(*sees))))
    running = instruction.where(Instruction.reported_at.is_(None))
    return {
        "gate": select(Case.id).where(*sees, Case.state == State.GATE_REVIEW.value),
        "extensions": select(Extension.id).join(Case, Case.id == Extension.case_id)
        .where(*sees, Extension.decided_at.is_(None)),
        "transfers": select(TransferRequest.id).join(Case, Case.id == TransferRequest.case_id)
        .where(*sees, TransferRequest.decided_at.is_(None)),
        "explanations": select(Explanation.id).join(Case, Case.id == Explanation.case_id)
        .where(*sees, Explanation.given_at.is_(None)),
        "apologies": select(Apology.id).join(Case, Case.id == Apology.case_id)
        .where(*sees, Apology.signed_at.is_(None), Case.state.in_(sorted(s.value for s in OPEN))),
        "instructions_reported": instruction.where(Instruction.reported_at.is_not(None)),
        "instructions_running": running,
        "instructions_late": running.where(Instruction.due_on < at.today),
        "follow_ups": select(FollowUp.id).join(Case, Case.id == FollowUp.case_id)
        .where(*sees, FollowUp.author_id == actor.person_id, FollowUp.done_at.is_(None),
               FollowUp.look_again_on <= at.today),
        "pressed": withdrawals.waiting(actor),
    }
