"""Every page in English (see ``every_page.py``)."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import House
from tests.browser.every_page import DESKS, PARTS, faults_of, part_of
from tests.browser.places_walk import Place

SCREENS = {1280: False, 380: True}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("desk", DESKS)
def test_every_page_stands_on_every_screen(house: House, places: dict[str, list[Place]], browser: Browser,
                                           signed_in: dict[int | None, dict], desk: str, part: int):
    pages = [place for place in places[desk] if part_of(place.path) == part]
    faults = faults_of(house, pages, browser, signed_in, language="en", screens=SCREENS)
    assert not faults, "\n".join(faults)
