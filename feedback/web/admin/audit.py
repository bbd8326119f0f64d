"""The auditor's page: is the history whole?"""

from flask import render_template
from sqlalchemy import select

from feedback.domain.permissions import Permission
from feedback.extensions import db
from feedback.models.events import Checkpoint
from feedback.web.admin import bp
from feedback.web.guards import requires


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> str:
    """The newest checkpoints with their roots, to compare with copies kept elsewhere."""
    return render_template(
        "admin/audit.html",
        checkpoints=list(db.session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(20))))
