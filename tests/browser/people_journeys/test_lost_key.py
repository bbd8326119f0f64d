"""Somebody who left no name lost the key and comes to the counter: two people, a new key; the old one stops."""

from playwright.sync_api import expect

from tests.browser.conftest import House
from tests.browser.people_journeys.ways import at_the_desk, comes_to_the_last_page, look, sends, walked

STORY = "Tôi nộp hồ sơ xin cấp lại giấy khai sinh cho con, đã quá hạn mười ngày chưa có kết quả."
CHECKED = "Kể đúng câu đầu và ý đã hỏi, nhớ đúng ngày gửi; không hỏi tên."
STORY_LINE = {"vi": "mã theo dõi mới", "en": "A new tracking key was given to you"}


@walked(("en", 1280))
def test_an_anonymous_sender_with_a_lost_key_gets_a_new_one_at_the_counter(
        house: House, visitor, language: str, width: int):
    an = visitor(language, width=width)
    comes_to_the_last_page(an, {
        "what": lambda: an.fills(narrative=STORY),
        "points": lambda: an.writes_points(["Bao giờ có giấy khai sinh?"]),
        "mode": lambda: an.picks("mode", "anonymous")})
    old, reference = sends(an)
    finder = visitor(language, width=width)  # somebody found the paper with the key
    finder.tracks(old)
    an.goes_to("/track/lost")
    look(an, "lost-key", barriers=True)

    lien = at_the_desk(visitor, house.cast.intake, language, width)
    lien.goes_to(f"/desk/cases/{reference}")
    lien.page.locator("main a[href$='/new-key']").click()
    lien.fills(checked=CHECKED)
    lien.presses("do", "ask")
    lien.page.wait_for_url("**done=key_asked*")
    expect(lien.page.locator("button[value=confirm]")).to_have_count(0)
    expect(lien.page.locator("button[value=show]")).to_have_count(0)
    look(lien, "lost-key-waits")

    tam = at_the_desk(visitor, house.cast.second_intake, language, width)
    tam.goes_to("/desk/intake")
    tam.page.locator("main a[href$='/new-key']", has_text=reference).first.click()
    tam.sees(CHECKED)
    look(tam, "lost-key-second-person", barriers=True)
    tam.presses("do", "confirm")
    tam.page.wait_for_url("**done=key_confirmed*")
    expect(tam.page.locator("button[value=show]")).to_have_count(0)
    finder.goes_to("/track/case")  # nothing has changed yet

    lien.goes_to(f"/desk/cases/{reference}/new-key")
    look(lien, "lost-key-ready")
    lien.presses("do", "show")
    new = lien.page.locator(".key__text").inner_text()
    assert new != old
    look(lien, "lost-key-receipt", barriers=True)

    finder.page.goto(f"{finder.root}/track/case")
    finder.does_not_see(STORY)
    finder.goes_to("/track")
    finder.fills(key=old)
    finder.presses()
    expect(finder.page.locator("#key-error")).to_be_visible()
    look(finder, "lost-key-old-one")
    an.tracks(new)
    an.sees(STORY)
    an.sees(STORY_LINE[language])
    look(an, "lost-key-new-one")
