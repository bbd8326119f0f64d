"""What intake gives away and must not see any more. What it enters for others: people_journeys/test_phone.py."""

import re

import pytest

from tests.browser.conftest import House

KEY = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}")
REFERENCE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
MONEY = "Cán bộ Trần Văn Tí của Sở Xây dựng gợi ý tôi đưa 5 triệu thì hồ sơ mới được giải quyết."


@pytest.mark.parametrize(("language", "width"), [("vi", 380), ("en", 1280)])
def test_a_denunciation_is_kept_from_the_accused_agency(house: House, visitor, language, width):
    key = visitor(language, width=width).complains(MONEY, ["Vì sao phải đưa tiền?"])
    assert KEY.fullmatch(key)
    tracking = visitor(language)
    tracking.goes_to("/track")
    tracking.fills(key=key)
    tracking.presses()
    reference = REFERENCE.search(tracking.page.locator("main").inner_text())[0]

    lien = visitor(language, width=width)
    lien.signs_in(house.cast.intake)
    lien.goes_to(f"/desk/cases/{reference}/accept")
    lien.page.locator("a[href$='/restrict']").first.click()
    lien.page.wait_for_load_state()
    lien.fills(why="Người gửi nói bị gợi ý tiền.")
    lien.presses()
    lien.does_not_see(reference)

    for member in (house.cast.intake, house.cast.chi, house.cast.chi_head, house.cast.ha):
        own = visitor(language)
        own.signs_in(member)
        assert own.page.goto(f"{own.root}/desk/cases/{reference}").status == 404
    desk = visitor(language, width=width)
    desk.signs_in(house.cast.restricted)
    desk.goes_to(f"/desk/cases/{reference}")
    desk.sees(MONEY)
