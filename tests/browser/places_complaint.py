"""The page about what is kept; the pages of the complaint itself are walked in test_complaint_pages.py."""

from tests.browser.conftest import House
from tests.browser.places_walk import Place


def places(house: House) -> list[Place]:
    """The privacy notice."""
    return [Place("/privacy", None)]
