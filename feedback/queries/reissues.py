"""Requests at the counter for a new tracking key that wait: for a second person, or for the key to be shown."""

from sqlalchemy import select

from feedback import clock
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.reissues import KeyReissue
from feedback.queries.visibility import visible_to

MOST = 25


def waiting_keys(actor: Actor) -> list[tuple[KeyReissue, Case]]:
    """The oldest 25 among the cases the actor may see, for the desks of those who may confirm. One statement."""
    return [(row.KeyReissue, row.Case) for row in db.session.execute(
        select(KeyReissue, Case).join(Case, Case.id == KeyReissue.case_id)
        .where(KeyReissue.way == "counter", KeyReissue.used_at.is_(None), KeyReissue.granted.is_not(False),
               KeyReissue.expires_at > clock.now(), visible_to(actor))
        .order_by(KeyReissue.id).limit(MOST))]
