"""One mail instead of a storm: reminders and escalations that wait for one recipient go out together.

The first row leads: its mail bears its Message-ID and lists all of them; the others name it in ``bundle``, once
and for ever, in the transaction that claims it. So whoever sends it after a kill sends the same mail under the
same name, and a row that came later is in another one. Rows that were tried alone before stay alone: they may have
arrived.
"""

from collections.abc import Sequence

from sqlalchemy import case, or_, select, update

from feedback.domain.notices import Notice
from feedback.extensions import db
from feedback.models.outbox import Outbox
from feedback.services.outbox import Claim, is_owed

TOGETHER = (Notice.CASE_DUE_SOON, Notice.CASE_OVERDUE)
"""The messages of the ladder: many may be owed to one person in one morning."""

MOST = 100
"""Lines of one mail; what is more comes in the next one."""


def bundle(claims: Sequence[Claim]) -> list[Claim]:
    """Put rows that belong together into one mail, in the transaction that claimed them. The claims that remain to
    be sent: leaders and single ones."""
    left: list[Claim] = []
    for claim in claims:
        led = _may_lead(claim) and any(_same_desk(claim, lead) and _may_lead(lead) for lead in left)
        if not led:
            left.append(claim)
    return [_lead(claim) if _may_lead(claim) else claim for claim in left]


def members(claim: Claim) -> list[Outbox]:
    """The rows that go out with this claim, the leader first, then in the order in which they were owed."""
    rows = db.session.scalars(
        select(Outbox).where(or_(Outbox.id == claim.id, Outbox.bundle == claim.dedupe)).order_by(Outbox.id)).all()
    return sorted(rows, key=lambda row: row.id != claim.id)


def _may_lead(claim: Claim) -> bool:
    return (claim.bundle is None and claim.tries == 1 and claim.notice in TOGETHER
            and (claim.person_id is not None or claim.agency_id is not None))


def _same_desk(one: Claim, other: Claim) -> bool:
    return (one.person_id, one.agency_id) == (other.person_id, other.agency_id)


def _lead(claim: Claim) -> Claim:
    """Bind every fresh row of this recipient to the claim; the claim itself where it stays alone."""
    desk = (Outbox.person_id == claim.person_id if claim.person_id is not None
            else Outbox.person_id.is_(None) & (Outbox.agency_id == claim.agency_id))
    # Fresh: never tried, or claimed a moment ago by the same statement as the leader.
    fresh = or_((Outbox.tries == 0) & Outbox.lease_token.is_(None),
                (Outbox.tries == 1) & (Outbox.lease_token == claim.token))
    picked = db.session.scalars(
        select(Outbox.id).where(is_owed(), desk, fresh, Outbox.bundle.is_(None), Outbox.id != claim.id,
                                Outbox.notice.in_([notice.value for notice in TOGETHER]))
        .order_by(case((Outbox.lease_token == claim.token, 0), else_=1), Outbox.id).limit(MOST - 1)
        .with_for_update(skip_locked=True)).all()
    if not picked:
        return claim
    db.session.execute(
        update(Outbox).where(Outbox.id.in_(picked))
        .values(bundle=claim.dedupe, tries=0, lease_until=None, lease_token=None)
        .execution_options(synchronize_session=False))
    db.session.execute(update(Outbox).where(Outbox.id == claim.id).values(bundle=claim.dedupe)
                       .execution_options(synchronize_session=False))
    return claim.leading()
