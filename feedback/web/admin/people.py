"""People and agencies, for the administrator; inviting and granting come with the administrator's own desk."""

from flask import render_template

from feedback.domain.permissions import Permission
from feedback.queries.people import agency_tree, staff
from feedback.web.admin import bp
from feedback.web.guards import requires


@bp.get("/people")
@requires(Permission.PEOPLE_MANAGE)
def people() -> str:
    """Everybody who can sign in, with roles and agency."""
    return render_template("admin/people.html", staff=staff())


@bp.get("/agencies")
@requires(Permission.AGENCIES_READ)
def agencies() -> str:
    """The tree of agencies, closed ones with their successors."""
    return render_template("admin/agencies.html", agencies=agency_tree())
