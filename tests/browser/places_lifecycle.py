"""The life of a case as a picture."""

from tests.browser.conftest import House
from tests.browser.places_walk import Place


def places(house: House) -> list[Place]:
    """For all staff."""
    return [Place("/admin/lifecycle", house.cast.ha)]
