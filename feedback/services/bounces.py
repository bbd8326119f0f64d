"""Mails that came back: written down where people see it, so that nobody believes a citizen was told."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from feedback import clock
from feedback.adapters.bounce_reports import Report
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.outbox import Outbox
from feedback.services import history
from feedback.services.outbox import dedupe_named

TAKEN_FOR = timedelta(days=30)
"""A report about an older mail changes nothing any more."""


def record(report: Report) -> bool:
    """Note that a mail came back; True when it was one of ours and not noted before.

    The row of the outbox keeps day and status; for a mail to a sender the case's history gets a line, which the
    sender, intake and the province office read.
    """
    domain = current_app.extensions["settings"].mail_from.rpartition("@")[2].lower()
    if report.domain != domain:
        return False
    dedupe = dedupe_named(report.dedupe)
    row = db.session.scalar(select(Outbox).where(
        Outbox.dedupe == (dedupe or ""), Outbox.sent_at > clock.now() - TAKEN_FOR, Outbox.bounced_at.is_(None)))
    if row is None:
        return False
    row.bounced_at, row.bounce_code = clock.now(), report.status
    to_sender = row.person_id is None and row.agency_id is None
    if row.case_id is not None and to_sender:
        history.record(chain=f"case:{row.case_id}", type="mail_bounced", actor=SYSTEM, role=Role.SYSTEM,
                       payload={"outbox": row.id, "notice": row.notice})
    return True
