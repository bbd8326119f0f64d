"""The tables of first numbers, with enough behind some lines to compare them."""

from sqlalchemy import select

from feedback.extensions import db, writing
from feedback.models.agencies import Agency, Procedure
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.fixtures import invented_numbers


def places(house: House) -> list[Place]:
    """For everybody."""
    with house.app.app_context(), writing():
        agencies = db.session.scalars(select(Agency.code).order_by(Agency.code)).all()
        procedures = db.session.scalars(select(Procedure.code).order_by(Procedure.code)).all()
        invented_numbers.write(agencies, procedures, cases=600)
    return [Place(path, None) for path in (
        "/statistics/agencies", "/statistics/agencies?sort=median_days", "/statistics/procedures",
        "/statistics/categories?sort=overdue_now", "/statistics/definitions", "/overdue?category=other",
        "/register?objected=1")]
