"""What intake does for somebody, and what it must not see any more."""

import re

import pytest

from tests.browser.conftest import House

KEY = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}")
REFERENCE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
MONEY = "Cán bộ Trần Văn Tí của Sở Xây dựng gợi ý tôi đưa 5 triệu thì hồ sơ mới được giải quyết."


@pytest.mark.parametrize(("language", "width"), [("vi", 1280), ("en", 380)])
def test_a_phone_complaint_is_entered_by_intake_and_tracked_by_the_caller(house: House, visitor, language, width):
    told = f"Bác ra phường ba lần xin giấy chứng tử mà không ai hẹn ngày ({language})."
    lien = visitor(language, width=width)
    lien.signs_in(house.cast.intake)
    lien.goes_to("/desk/entry")
    lien.picks("channel", "phone")
    lien.fills(narrative=told, name="Bà Mẫu", phone="0987 654 321", **{"points-0": "Bao giờ có giấy chứng tử?"})
    enter = lien.page.locator("main .actions button[name=do]")
    enter.click()
    lien.sees({"vi": "Hãy đọc lại cho người gọi nghe", "en": "Read it back to the caller"}[language])
    assert lien.page.locator("[name=narrative]").input_value() == told
    lien.page.locator("[name=read_back]").check()
    enter.click()
    lien.page.wait_for_load_state()
    key = KEY.search(lien.page.locator("main").inner_text())
    assert key
    lien.does_not_see("Bà Mẫu")
    lien.finds_no_barrier()

    caller = visitor(language, width=380)
    caller.goes_to("/track")
    caller.fills(key=key[0])
    caller.presses()
    caller.sees(told)


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
