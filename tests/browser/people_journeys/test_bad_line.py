"""A slow line, a line that is cut, a lost reply, an impatient finger: nothing is lost, one case is made."""

import re

from playwright.sync_api import Route, expect
from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models.cases import Case
from tests.adapters import hostile_pieces as made
from tests.browser.conftest import House
from tests.browser.people import Visitor
from tests.browser.people_journeys.ways import attaches, comes_to_the_last_page, look, walked

STORY = "Hồ sơ đất của tôi nộp đã ba tháng ở xã vùng cao, đường truyền kém, chưa ai trả lời."
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 30_000, "uploadThroughput": 15_000}
"""Milliseconds and bytes a second: about what a phone gets at the edge of the second generation."""


def cases_with(house: House, story: str) -> int:
    """How many cases tell this story."""
    with house.app.app_context():
        found = db.session.scalar(select(func.count()).where(Case.narrative == story))
        db.session.rollback()
        return found or 0


def on_a_slow_line(an: Visitor) -> None:
    """From now on this browser has the line of a mountain village."""
    session = an.page.context.new_cdp_session(an.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)


@walked(("vi", 380))
def test_on_a_slow_line_that_is_cut_nothing_is_lost_and_a_double_click_makes_one_case(
        house: House, visitor, language: str, width: int):
    an = visitor(language, width=width)
    story = f"{STORY} ({language} {width})"
    line = an.page.locator("[data-draft-status]")
    on_a_slow_line(an)

    def writes_while_the_line_is_cut() -> None:
        an.page.context.set_offline(True)
        an.fills(narrative=story)
        an.page.locator("main button[name=go][value=next]").click()
        expect(line).to_have_class(re.compile("status--late"))
        look(an, "line-cut")
        expect(an.page.locator("[name=narrative]")).to_have_value(story)
        an.page.context.set_offline(False)
        expect(line).to_have_class(re.compile("status--calm"))

    def sends_a_file_twice() -> None:
        an.page.route("**/complain/files*", lambda route: route.abort(), times=1)
        an.page.locator("input[type=file]").set_input_files(
            {"name": "giay hen.jpg", "mimeType": "image/jpeg", "buffer": made.jpeg()})
        expect(an.page.locator("[data-upload-words]")).to_have_text(
            {"vi": re.compile("chưa|không", re.I), "en": re.compile("did not arrive")}[language])
        look(an, "line-file")
        an.page.locator("form[enctype] button").click()
        expect(an.page.locator("[data-files] li")).to_have_count(1)
        attaches(an, "giay hen 2.jpg", made.jpeg(quality=40))

    comes_to_the_last_page(an, {
        "what": writes_while_the_line_is_cut,
        "points": lambda: an.writes_points(["Bao giờ có kết quả?"]),
        "files": sends_a_file_twice,
        "mode": lambda: an.picks("mode", "anonymous")})
    an.page.locator("main button[name=go][value=send]").dblclick()
    an.page.wait_for_url("**/complain/receipt*")
    look(an, "line-receipt")
    key = an.page.locator(".key__text").inner_text()
    assert cases_with(house, story) == 1
    an.tracks(key)
    expect(an.page.locator("main a[download]")).to_have_count(2)


@walked(("en", 1280))
def test_a_lost_reply_and_a_second_try_make_one_case(house: House, visitor, language: str, width: int):
    an = visitor(language, width=width)
    story = f"Mất kết nối đúng lúc gửi. {STORY} ({language} {width})"
    lost: list[str] = []
    before: list[dict] = []

    def loses_the_reply(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        before.extend(an.page.context.cookies())
        reply = route.fetch(max_redirects=0)  # it came through ...
        lost.append(reply.headers.get("location", ""))
        route.abort("connectionreset")  # ... but nobody here learns of it

    comes_to_the_last_page(an, {
        "what": lambda: an.fills(narrative=story),
        "points": lambda: an.writes_points(["Bao giờ có kết quả?"]),
        "mode": lambda: an.picks("mode", "anonymous")})
    an.page.route("**/complain", loses_the_reply)
    with an.page.expect_event("requestfailed"):
        an.page.locator("main button[name=go][value=send]").click()
    an.page.unroute("**/complain")
    assert lost[0].endswith("/complain/receipt"), "the complaint did not come through"
    an.page.context.clear_cookies()
    an.page.context.add_cookies(before)  # the reply's cookies were lost with it

    an.goes_to("/complain?step=check")  # where Back leads to
    an.page.wait_for_url("**/complain/receipt")
    look(an, "line-receipt-again")
    key = an.page.locator(".key__text").inner_text()
    assert cases_with(house, story) == 1
    an.tracks(key)
    an.sees(story)
