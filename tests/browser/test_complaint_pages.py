"""Every page of the complaint on phones and desks, without script, with the keyboard alone, with a closed tab."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import House
from tests.browser.people import Visitor

STORY = ("Tháng 9/2026 tôi nộp hồ sơ xin cấp giấy chứng nhận quyền sử dụng đất. Quá ngày hẹn hai tuần vẫn chưa có "
         "kết quả. Vì sao hồ sơ của tôi bị chậm?")
POINTS = ["Vì sao hồ sơ của tôi bị chậm?"]


class Eyes:
    """Looks at each page on the way: nothing is wider than the screen, one heading, axe is silent."""

    def __init__(self, visitor: Visitor, name: str, *, axe: bool) -> None:
        self.visitor, self.name, self.axe, self.seen = visitor, name, axe, []

    def __call__(self) -> None:
        """Look."""
        page = self.visitor.page
        self.seen.append(page.locator("h1").inner_text())
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), self.seen[-1]
        assert page.locator("main button.button--primary").count() == 1, f"{self.seen[-1]}: not one primary action"
        assert page.locator("[target]").count() == 0
        if folder := os.environ.get("HOIAM_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{self.name}-{len(self.seen):02d}.png", full_page=True)
        if self.axe:
            self.visitor.finds_no_barrier()


@pytest.mark.parametrize(("language", "width"), [("vi", 380), ("en", 1280), ("vi", 320)])
def test_every_page_of_a_complaint_stands_on_every_screen(house: House, visitor, language, width):
    an = visitor(language, width=width)
    eyes = Eyes(an, f"complaint-{language}-{width}", axe=width != 320)
    an.complains(STORY, POINTS, email="an@thu.example", procedure=str(house.procedure_id), look=eyes)
    assert len(eyes.seen) >= 12
    assert len(set(eyes.seen)) == len(eyes.seen), "each page has a heading of its own"


def test_a_complaint_is_sent_without_script(house: House, visitor):
    an = visitor("vi", width=380, script=False)
    an.goes_to("/complain")
    assert an.complains(STORY, [*POINTS, "Bao giờ có?"], procedure=str(house.procedure_id), look=lambda: None)


def test_a_complaint_is_sent_with_the_keyboard_alone(house: House, visitor):
    """Tab, space, arrows and Enter; what is focused can be seen."""
    page = visitor("vi").page
    page.goto("/complain")

    def press_until(name: str, value: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            focused = page.evaluate("[document.activeElement.name || '', document.activeElement.value || '']")
            if focused == [name, value]:
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(f"{name}={value} is not reached with the keyboard")

    def go_on(title: str) -> None:
        press_until("go", "next")
        page.keyboard.press("Enter")
        answered = "Chuyện này đã từng được giải quyết chưa?"  # asked when another test has published the like
        expect(page.locator("h1")).to_have_text(re.compile(f"^(?:{re.escape(title)}|{re.escape(answered)})$"))
        if page.locator("h1").inner_text() == answered:
            press_until("go", "next")
            page.keyboard.press("Enter")
            expect(page.locator("h1")).to_have_text(title)

    go_on("Chuyện gì đã xảy ra?")
    press_until("narrative", "")
    page.keyboard.type("Hồ sơ của tôi quá hạn hai tuần.")
    for title in ("Vướng ở chỗ nào?", "Việc này thuộc thủ tục nào?", "Chuyện này về cơ quan nào?",
                  "Bạn có mã số hồ sơ không?", "Việc này có đợi được không?", "Bạn muốn được trả lời những ý nào?",
                  "Bạn có giấy tờ hay hình ảnh không?", "Bạn muốn gửi thế nào?"):
        go_on(title)
    press_until("mode", "confidential")
    page.keyboard.press("ArrowDown")
    go_on("Đây có đúng là điều bạn muốn gửi?")
    press_until("go", "send")
    page.keyboard.press("Enter")
    page.wait_for_url("**/complain/receipt")


def test_a_closed_tab_loses_no_word(house: House, visitor):
    an = visitor("vi", width=380)
    an.goes_to("/complain")
    an.goes_on()
    an.fills(narrative=STORY)
    an.goes_on()
    an.picks("category", "many_trips")
    an.goes_on()
    tab = an.page.context.new_page()
    an.page.close()
    tab.goto("/complain")
    expect(tab.locator("body")).to_contain_text("Tháng 9/2026 tôi nộp hồ sơ")
    tab.locator("main a.button--primary").click()
    expect(tab.locator("h1")).to_have_text("Việc này thuộc thủ tục nào?")
    tab.go_back()
    tab.goto("/complain?step=what")
    expect(tab.locator("[name='narrative']")).to_have_value(STORY)
