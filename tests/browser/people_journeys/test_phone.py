"""Somebody calls. Intake writes it down, reads it back, prints the receipt; the caller tracks with its key."""

from playwright.sync_api import expect

from tests.browser.conftest import House
from tests.browser.people_journeys.ways import at_the_desk, look, walked


@walked(("vi", 1280), ("en", 380))
def test_a_phone_complaint_is_entered_by_intake_and_tracked_by_the_caller_with_the_printed_key(
        house: House, visitor, language: str, width: int):
    told = f"Bác ra phường ba lần xin giấy chứng tử mà không ai hẹn ngày ({language} {width})."
    lien = at_the_desk(visitor, house.cast.intake, language, width)
    lien.page.locator("main a[href$='/desk/entry']").click()
    lien.picks("channel", "phone")
    lien.fills(narrative=told, name="Bà Mẫu", phone="0987 654 321", **{"points-0": "Bao giờ có giấy chứng tử?"})
    enter = lien.page.locator("main .actions button[name=do]")
    enter.click()
    expect(lien.page.locator("#read_back-error")).to_contain_text(
        {"vi": "Hãy đọc lại cho người gọi nghe", "en": "Read it back to the caller"}[language])
    expect(lien.page.locator("[name=narrative]")).to_have_value(told)
    look(lien, "phone-entry", barriers=True)
    lien.page.locator("[name=read_back]").check()
    enter.click()
    key = lien.page.locator(".key__text").inner_text()
    reference = lien.reference()
    lien.does_not_see("Bà Mẫu")
    look(lien, "phone-receipt", barriers=True)
    lien.page.emulate_media(media="print")
    expect(lien.page.locator(".key__text")).to_be_visible()
    expect(lien.page.locator(".deskbar__nav")).to_be_hidden()
    look(lien, "phone-receipt-paper")
    lien.page.emulate_media(media="screen")
    with lien.page.expect_download() as paper:
        lien.page.locator("form[action$='/receipt.pdf'] button").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF")
    lien.goes_to(f"/desk/cases/{reference}")
    lien.does_not_see(key)

    caller = visitor(language, width=380)
    caller.tracks(key.lower().replace("-", " "))
    caller.sees(told)
    caller.sees({"vi": "Cán bộ đã ghi lại lời bạn kể", "en": "An officer wrote down what you told"}[language])
    look(caller, "phone-track", barriers=True)
