"""A firm complains in English: a slip in the tax code is said beside the field, intake translates, the agency
answers in both languages, the receipt and the answer are in English. The office works in either language."""

from playwright.sync_api import expect

from tests.browser.conftest import House
from tests.browser.people_journeys.ways import at_the_desk, comes_to_the_last_page, look, sends, walked
from tests.browser.test_walk import CLEAR

STORY = ("On 3 September 2026 our company applied for a land use certificate for its warehouse. The slip says "
         "20 September. Two months later nobody can tell us where the file is.")
POINT = "Where is our file, and when will the certificate be issued?"
TRANSLATED = ("Ngày 03/09/2026 công ty nộp hồ sơ xin cấp giấy chứng nhận cho nhà kho, hẹn trả ngày 20/09/2026. "
              "Sau hai tháng không ai trả lời được hồ sơ ở đâu. Ý 1: hồ sơ ở đâu, bao giờ cấp giấy?")
ENGLISH = "The survey had the wrong plot number. The certificate was signed on 18 November 2026."
FIRM, WRONG, RIGHT = "Mekong Cold Storage Ltd", "0101248142", "0101248141"


@walked(("vi", 1280))
def test_a_firm_complains_in_english_and_is_answered_in_english(house: House, visitor, language: str, width: int):
    firm = visitor("en", width=width)
    email = f"firm.{language}.{width}@cold.example"

    def gives_the_tax_code() -> None:
        firm.fills(firm_name=FIRM, tax_code=WRONG, representative="Jane Miller", email=email)
        firm.goes_on()
        expect(firm.page.locator("#tax_code-error")).to_contain_text("digit")
        expect(firm.page.locator("[name=tax_code]")).to_have_attribute("aria-invalid", "true")
        expect(firm.page.locator("[name=firm_name]")).to_have_value(FIRM)
        expect(firm.page.locator("[name=tax_code]")).to_have_value(WRONG)
        look(firm, "firm-wrong-tax-code", barriers=True)
        firm.fills(tax_code=RIGHT)

    comes_to_the_last_page(firm, {
        "what": lambda: firm.fills(narrative=STORY),
        "points": lambda: firm.writes_points([POINT]),
        "mode": lambda: firm.picks("sender", "firm"),
        "who": gives_the_tax_code})
    firm.sees(FIRM)
    look(firm, "firm-check")
    key, reference = sends(firm)
    look(firm, "firm-receipt")
    with firm.page.expect_download() as paper:
        firm.page.locator("main a[href$='.pdf']").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF")

    intake = at_the_desk(visitor, house.cast.intake, language, width)
    intake.goes_to(f"/desk/cases/{reference}/accept")
    intake.chooses(agency=str(house.cast.land))
    intake.page.locator("main form button.button").first.click()
    expect(intake.page.locator("#translated-error")).to_be_visible()
    look(intake, "firm-intake-translates")
    intake.fills(translated=TRANSLATED)
    intake.page.locator("main form button.button").first.click()
    intake.page.wait_for_url("**/desk/intake*")

    dung = at_the_desk(visitor, house.cast.dung, language, width)
    dung.does("take", reference)
    dung.goes_to(f"/desk/cases/{reference}/answer")
    dung.sees(TRANSLATED)
    for secret in (FIRM, RIGHT, "Jane Miller", email):
        dung.does_not_see(secret)
    parts = {name: text for name, text in CLEAR.items() if name not in ("points", "done_")}
    dung.writes(reference, outcome="resolved", points=["Hồ sơ ở Phòng Đăng ký đất đai; giấy ký ngày 18/11/2026, "
                                                       "nhận từ ngày 23/11/2026."],
                do="preview", done=CLEAR["done_"], english=ENGLISH, **parts)
    dung.sees(ENGLISH)
    look(dung, "firm-preview")
    dung.goes_to(f"/desk/cases/{reference}/answer")
    dung.presses("do", "propose")
    dung.page.wait_for_url("**/desk/inbox*")
    at_the_desk(visitor, house.cast.dung_head, language, width).does("approve", reference)
    at_the_desk(visitor, house.cast.ha, language, width).decides(reference, "release")

    mails = house.mail_to(email, at_least=3)
    assert not any(words in mail for mail in mails for words in ("certificate", FIRM, key))
    firm.tracks(key)
    firm.sees(ENGLISH)
    expect(firm.page.locator("[lang=en]", has_text=ENGLISH).last).to_be_visible()
    look(firm, "firm-answered", barriers=True)
