"""The province's morning sheet, to print."""

from flask import url_for
from flask_babel import gettext

from feedback.domain.permissions import Permission
from feedback.web.guards import current_actor, requires
from feedback.web.morning import morning_page
from feedback.web.supervision import bp


@bp.get("/morning")
@requires(Permission.CASE_OVERSEE)
def morning() -> str:
    """Due today and late by agency, unopened cases, instructions due, what changed since the last working day."""
    return morning_page(current_actor(), title=gettext("Morning sheet of the province"),
                        back=url_for("supervision.overview"), back_label=gettext("The province"))
