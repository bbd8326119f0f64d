"""Every page in Vietnamese (see ``every_page.py``)."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import House
from tests.browser.every_page import DESKS, PARTS, faults_of, forgotten, part_of
from tests.browser.places_walk import Place

SCREENS = {1280: True, 380: True, 320: False}


def test_no_page_is_forgotten(house: House, places: dict[str, list[Place]]):
    assert forgotten(house, places) == set()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("desk", DESKS)
def test_every_page_stands_on_every_screen(house: House, places: dict[str, list[Place]], browser: Browser,
                                           signed_in: dict[int | None, dict], desk: str, part: int):
    pages = [place for place in places[desk] if part_of(place.path) == part]
    faults = faults_of(house, pages, browser, signed_in, language="vi", screens=SCREENS)
    assert not faults, "\n".join(faults)
