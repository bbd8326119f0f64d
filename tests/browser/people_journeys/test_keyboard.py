"""Tab, Enter, Space and the letters, nothing else: a complaint, its tracking, and an officer's answer."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from tests import factories
from tests.browser.conftest import House
from tests.browser.people import Visitor
from tests.browser.people_journeys.ways import look, step_of, walked
from tests.browser.test_walk import CLEAR
from tests.factories import next_code

STORY = "Tôi nộp hồ sơ cấp phép xây dựng ngày 3/11/2026, nay đã quá hẹn hai tuần."
FURTHEST = 120
"""Presses of Tab after which nobody believes any more that it comes."""


@dataclass
class Keys:
    """Hands on a keyboard, without a mouse."""

    visitor: Visitor

    def reaches(self, selector: str) -> None:
        """Tab until this has the focus, which has to be visible."""
        page = self.visitor.page
        for _ in range(FURTHEST):
            page.keyboard.press("Tab")
            seen = page.evaluate(
                "which => { const here = document.activeElement; if (!here.matches(which)) return null; "
                "const style = getComputedStyle(here); return style.outlineStyle !== 'none' || "
                "style.boxShadow !== 'none' }", selector)
            if seen is not None:
                assert seen, f"{selector} has the focus, but nobody can see it"
                return
        raise AssertionError(f"{selector} is not reached with Tab on {page.url}")

    def types(self, selector: str, text: str) -> None:
        """Go to a box and write."""
        self.reaches(selector)
        self.visitor.page.keyboard.insert_text(text)

    def enters(self, selector: str) -> None:
        """Go to a button or a link and press Enter; the next page is there."""
        self.reaches(selector)
        with self.visitor.page.expect_navigation():
            self.visitor.page.keyboard.press("Enter")

    def ticks(self, selector: str) -> None:
        """Go to a choice and press Space."""
        self.reaches(selector)
        self.visitor.page.keyboard.press("Space")
        assert self.visitor.page.evaluate("document.activeElement.checked"), selector


@pytest.mark.always
@walked(("vi", 1280))
def test_a_complaint_is_sent_and_tracked_with_tab_enter_and_space(visitor, language: str, width: int):
    an = visitor(language, width=width)
    keys = Keys(an)
    typed = {"what": ("[name=narrative]", STORY), "points": ("[name='points-0']", "Bao giờ có giấy phép?"),
             "who": ("[name=email]", f"phim.{language}.{width}@thu.example")}
    an.goes_to("/complain")
    while (step := step_of(an)) != "check":
        if step in typed:
            keys.types(*typed[step])
        elif step == "wrong":
            keys.ticks("[name=category]")
        keys.enters("button[name=go][value=next]")
        expect(an.page.locator("main input[name=step]").first).not_to_have_value(step)
    keys.enters("button[name=go][value=send]")
    key = an.page.locator(".key__text").inner_text()

    keys.enters("header a[href$='/track']")
    keys.types("[name=key]", key)
    keys.enters("main form button")
    an.page.wait_for_url("**/track/case*")
    an.sees(STORY)
    keys.reaches("details.why summary")
    an.page.keyboard.press("Enter")
    expect(an.page.locator("details.why").first).to_have_attribute("open", "")
    look(an, "keyboard-track")


@walked(("vi", 1280))
def test_an_officer_answers_with_tab_enter_and_space(house: House, visitor, language: str, width: int):
    cast = house.cast
    with house.app.app_context(), writing():
        receipt = factories.complaint(narrative=STORY)
        factories.walk(receipt, Action.ASSIGN, hands=cast.hands)
    chi = visitor(language, width=width)
    keys = Keys(chi)
    chi.goes_to("/sign-in")
    keys.types("[name=email]", cast.chi.email)
    keys.types("[name=password]", cast.chi.password)
    keys.enters("main form button")
    with house.app.app_context():
        code = next_code(cast.chi)
    if not chi.page.evaluate("document.activeElement.matches('[name=code]')"):
        keys.reaches("[name=code]")
    chi.page.keyboard.insert_text(code)
    keys.enters("main form button")
    chi.page.wait_for_url(lambda url: "/second-step" not in url)

    chi.goes_to(f"/desk/cases/{receipt.reference}")
    keys.enters("main a[href$='/take']")
    keys.enters("main form button.button")
    chi.goes_to(f"/desk/cases/{receipt.reference}")
    keys.enters("main a[href$='/answer']")
    for n, text in enumerate(CLEAR["points"], start=1):
        keys.types(f"[name=point_{n}]", text)
    keys.ticks("[name=outcome][value=resolved]")
    keys.types("[name=found]", CLEAR["found"])
    keys.types("[name=done]", CLEAR["done_"])
    for part in ("owner", "ground", "next_step"):
        keys.types(f"[name={part}]", CLEAR[part])
    look(chi, "keyboard-answer")
    keys.enters("button[name=do][value=propose]")
    chi.page.wait_for_url("**/desk/inbox*")
    head = visitor(language, width=width)
    head.signs_in(cast.chi_head)
    head.goes_to(f"/desk/cases/{receipt.reference}/approve")
    head.sees(CLEAR["found"])
