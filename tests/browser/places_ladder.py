"""The pages of limits for some cases and of the ladder."""

from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models.deadlines import LadderRung, Limit
from tests.browser.conftest import House
from tests.browser.places_walk import Place


def places(house: House) -> list[Place]:
    """All of them for the administrator; the ladder for the coordinator too."""
    cast = house.cast
    with house.app.app_context():
        limit_id = db.session.scalar(select(func.min(Limit.id)).where(Limit.complex.is_(True)))
        rung_id = db.session.scalar(select(func.min(LadderRung.id)))
    return [Place("/admin/ladder", cast.ha),
            *(Place(path, cast.quan) for path in (
                "/admin/ladder", "/admin/ladder/gate/new", f"/admin/ladder/{rung_id}", "/admin/limits",
                "/admin/limits/total/new", f"/admin/limits/row/{limit_id}", f"/admin/limits/row/{limit_id}/end"))]
