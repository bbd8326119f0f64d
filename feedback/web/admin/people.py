"""People, for the administrator; inviting and granting come with the administrator's own desk."""

from flask import render_template

from feedback.domain.permissions import Permission
from feedback.queries.people import staff
from feedback.web.admin import bp
from feedback.web.guards import requires


@bp.get("/people")
@requires(Permission.PEOPLE_MANAGE)
def people() -> str:
    """Everybody who can sign in, with roles and agency."""
    return render_template("admin/people.html", staff=staff())
