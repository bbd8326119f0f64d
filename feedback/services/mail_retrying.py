"""Mails that were given up get another chance, when somebody has seen to what stopped them."""

from sqlalchemy import or_, select, update

from feedback import clock
from feedback.adapters import queue
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.outbox import Outbox
from feedback.queries.lying import is_dead
from feedback.services import history

CHAIN = "sys:mail"


def retry(*, actor: Actor, row_id: int | None = None) -> int:
    """Let a given-up mail (None: every one) be owed again from now on, with all that it carries
    (``services/bundling``), in the caller's transaction; how many rows there were. Tries are counted anew, so that
    it is not given up at once; its Message-ID stays, so that a receiver who had it after all can drop it."""
    now = clock.now()
    again = update(Outbox).where(is_dead()).values(
        dead_at=None, next_try=now, tries=0, fault=None, lease_until=None, lease_token=None)
    if row_id is not None:
        mail = select(Outbox.bundle).where(Outbox.id == row_id).scalar_subquery()
        again = again.where(or_(Outbox.id == row_id, Outbox.bundle == mail))
    ids = list(db.session.scalars(again.returning(Outbox.id).execution_options(synchronize_session=False)))
    if ids:
        role = Role.ADMINISTRATOR if Role.ADMINISTRATOR in actor.roles else Role.COORDINATOR
        history.record(chain=CHAIN, type="mail_retried", actor=actor, role=role,
                       payload={"mails": len(ids), "first": min(ids)})
        queue.after_commit("deliver_owed", min(ids))
    return len(ids)
