"""Which answers have to go by post: no mail reaches the sender, and nothing was posted yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, and_, or_, select

from feedback.domain.kinds import IdentityMode
from feedback.domain.lifecycle import State
from feedback.domain.notices import Notice
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.models.letters import Letter
from feedback.models.outbox import Outbox
from feedback.queries.visibility import visible_to

MOST = 200
"""Lines of the list; the longest waiting come first, so nothing is hidden for long."""


@dataclass(frozen=True)
class Owed:
    """One answer that no mail can bring. ``bounced``: there is an address, and mail to it came back."""

    reference: str
    answered_at: datetime
    bounced: bool
    made: bool
    """A letter was made, but not posted."""
    has_address: bool
    has_phone: bool


def letters_owed(actor: Actor) -> list[Owed]:
    """The list for whoever may read originals: named or confidential senders without e-mail, or whose mail came
    back. Which contacts there are is known; what they are stays sealed."""
    def sealed(field: str) -> Exists:
        return select(SealedIdentity.id).where(
            SealedIdentity.case_id == Case.id, SealedIdentity.field == field).exists()

    bounced = select(Outbox.id).where(
        Outbox.case_id == Case.id, Outbox.person_id.is_(None), Outbox.agency_id.is_(None),
        Outbox.notice == Notice.ANSWER_READY.value, Outbox.bounced_at.is_not(None)).exists()
    released = select(Answer.id).where(Answer.case_id == Case.id, Answer.round == Case.round,
                                       Answer.released_at.is_not(None)).exists()
    letter = select(Letter.id).join(Answer, Answer.id == Letter.answer_id).where(
        Letter.case_id == Case.id, Answer.round == Case.round)
    rows = db.session.execute(
        select(Case.reference, Case.answered_at, bounced.label("bounced"), letter.exists().label("made"),
               sealed("address").label("has_address"), sealed("phone").label("has_phone"))
        .where(visible_to(actor), Case.state.in_([State.ANSWERED.value, State.CLOSED.value]),
               Case.historical.is_(False), Case.identity_mode != IdentityMode.ANONYMOUS.value,
               Case.answered_at.is_not(None), released,
               or_(and_(~sealed("email"), or_(sealed("address"), sealed("phone"))), bounced),
               ~letter.where(Letter.posted_on.is_not(None)).exists())
        .order_by(Case.answered_at, Case.id).limit(MOST)).all()
    return [Owed(r.reference, r.answered_at, bool(r.bounced), bool(r.made), bool(r.has_address), bool(r.has_phone))
            for r in rows]
