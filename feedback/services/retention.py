"""How long a case keeps who sent it: some days after its end, then it is forgotten (trust.md §4.2)."""

from datetime import timedelta

from sqlalchemy import select, update

from feedback import clock
from feedback.domain.lifecycle import ENDED, State
from feedback.domain.permissions import SYSTEM
from feedback.domain.province import Switch
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.queries.province import switch
from feedback.services import identity
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
    """Forget who sent the cases whose time is over, each in a transaction of its own."""
    return one_by_one(found(
        select(SealedIdentity.case_id).join(Case, Case.id == SealedIdentity.case_id)
        .where(SealedIdentity.purge_after < clock.today(), Case.state.in_([s.value for s in SETTLED]))
        .order_by(SealedIdentity.case_id)), forget)


def forget(case_id: int) -> bool:
    """Forget one case's sender, in the caller's transaction; False when somebody was quicker or it goes on."""
    case = db.session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
    last = db.session.scalar(select(SealedIdentity.purge_after).where(SealedIdentity.case_id == case_id).limit(1))
    if last is None or last >= clock.today() or State(case.state) not in SETTLED:
        return False
    return identity.purge(case, actor=SYSTEM) > 0
