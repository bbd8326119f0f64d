"""A browser that runs no script: a complaint with a file and a point too many, tracking, the answer, the gate."""

from playwright.sync_api import expect

from tests.adapters import hostile_pieces as made
from tests.browser.conftest import House
from tests.browser.people_journeys.ways import at_the_desk, attaches, comes_to_the_last_page, look, sends, walked
from tests.browser.test_walk import NARRATIVE, POINTS, write_clearly

ASKED_WRONGLY = "Ý này tôi bỏ đi."


@walked(("en", 380))
def test_everything_is_done_without_a_script(house: House, visitor, language: str, width: int):
    an = visitor(language, width=width, script=False)
    email = f"khong.script.{language}.{width}@thu.example"

    def removes_the_second_point() -> None:
        an.writes_points([POINTS[0], ASKED_WRONGLY, POINTS[1]])
        an.presses("remove_point", "1")
        expect(an.page.locator("[name='points-1']")).to_have_value(POINTS[1])
        expect(an.page.locator("textarea[name^='points-']")).to_have_count(2)

    def adds_files() -> None:
        attaches(an, "giay hen.png", made.png())
        attaches(an, "anh chup.jpg", made.jpeg())
        an.page.locator("[data-files] li button").first.click()
        expect(an.page.locator("[data-files] li")).to_have_count(1)
        attach = an.page.locator("input[type=file]")
        attach.set_input_files({"name": "don.pdf", "mimeType": "application/pdf", "buffer": b"no document at all"})
        an.page.locator("form[enctype] button").click()
        expect(an.page.locator("#file-refused")).to_be_visible()
        look(an, "no-script-files")

    comes_to_the_last_page(an, {
        "what": lambda: an.fills(narrative=NARRATIVE),
        "points": removes_the_second_point,
        "files": adds_files,
        "who": lambda: an.fills(email=email)})
    an.does_not_see(ASKED_WRONGLY)
    key, reference = sends(an)
    look(an, "no-script-receipt")

    intake = at_the_desk(visitor, house.cast.intake, language, width, script=False)
    intake.accepts(reference, house.cast.land)
    dung = at_the_desk(visitor, house.cast.dung, language, width, script=False)
    dung.does("take", reference)
    write_clearly(dung, reference, "check")
    look(dung, "no-script-answer")
    write_clearly(dung, reference, "propose")
    dung.page.wait_for_url("**/desk/inbox*")
    at_the_desk(visitor, house.cast.dung_head, language, width, script=False).does("approve", reference)
    ha = at_the_desk(visitor, house.cast.ha, language, width, script=False)
    ha.decides(reference, "release")

    an.tracks(key)
    an.sees("18/11/2026")
    an.picks("said-2", "no")
    an.page.locator("form[action$='/said'] button").click()
    an.page.wait_for_url("**done=said*")
    an.page.locator("form[action$='/track/case/close'] button").click()
    an.page.wait_for_url("**done=close*")
    look(an, "no-script-closed")
