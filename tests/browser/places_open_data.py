"""The page of open data, with files as the night leaves them."""

from feedback import clock
from feedback.extensions import db, writing
from feedback.services import open_files
from tests.browser.conftest import House
from tests.browser.places_walk import Place


def places(house: House) -> list[Place]:
    """One page, for everybody."""
    with house.app.app_context():
        made = open_files.make(clock.now())
        with writing():
            open_files.replace(made)
        db.session.remove()
    return [Place("/open-data/", None)]
