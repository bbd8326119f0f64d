"""The officer at a keyboard: j, k, Enter and ?; a text saved while it is typed; complaint beside the answer."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.services import answers, cases, text_blocks
from tests import factories
from tests.browser.conftest import House
from tests.browser.people import Visitor
from tests.factories import actor_of, case_of, walk

TYPED = "Ngày 12/11/2026 Sở đã xuống kiểm tra tại nhà."


@pytest.fixture
def taken(house: House) -> list[factories.Receipt]:
    """Two cases in Chi's hands."""
    with house.app.app_context(), writing():
        receipts = [factories.complaint(), factories.complaint()]
        for receipt in receipts:
            walk(receipt, Action.TAKE, hands=house.cast.hands)
        return receipts


@pytest.fixture
def chi(house: House, visitor: Callable[..., Visitor]) -> Visitor:
    """Chi at her desk."""
    browser = visitor("vi")
    browser.signs_in(house.cast.chi)
    return browser


def kept(house: House, receipt: factories.Receipt) -> str:
    with house.app.app_context():
        draft = answers.newest(case_of(receipt))
        found = draft.found if draft else ""
        db.session.rollback()
        return found


def picture(browser: Visitor, name: str) -> None:
    if folder := os.environ.get("HOIAM_PICTURES"):
        browser.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_inbox_is_walked_with_j_and_k_and_opened_with_enter(chi: Visitor, taken):
    chi.goes_to("/desk/inbox?show=mine")
    rows = chi.page.locator("[data-row]")
    chi.page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    chi.page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    chi.page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    keys = chi.page.locator("details[data-keys]")
    chi.page.keyboard.press("?")
    expect(keys).to_have_attribute("open", "")
    chi.page.keyboard.press("?")
    expect(keys).not_to_have_attribute("open", "")
    chi.page.keyboard.press("j")
    reference = rows.nth(1).inner_text()
    chi.page.keyboard.press("Enter")
    chi.page.wait_for_url(f"**/desk/cases/{reference}")
    chi.goes_to("/desk/inbox?show=mine")
    row = chi.page.locator("tr", has=chi.page.get_by_role("link", name=reference, exact=True))
    expect(row.locator(".mark--new")).to_have_count(0)


def test_the_keys_leave_somebody_alone_who_types(chi: Visitor, taken):
    chi.goes_to("/desk/inbox?show=mine")
    chi.page.locator("details.filters", has=chi.page.locator("[name=name]")).locator("summary").click()
    name = chi.page.locator("[name=name]")
    name.press_sequentially("jk?")
    expect(name).to_have_value("jk?")


def test_what_is_typed_is_saved_by_itself_and_says_when(house: House, chi: Visitor, taken):
    chi.goes_to(f"/desk/cases/{taken[0].reference}/answer")
    chi.fills(found=TYPED)
    said = chi.page.locator("[data-saved]")
    expect(said).to_have_text(re.compile(r"Đã lưu lúc \d\d:\d\d"))
    assert kept(house, taken[0]) == TYPED
    chi.fills(found=f"{TYPED} Xong.")
    chi.presses("do", "save")  # the mark of the draft went along: no clash with one's own window
    chi.sees("Đã lưu.")
    assert kept(house, taken[0]) == f"{TYPED} Xong."


def test_a_second_window_is_told_that_the_first_has_saved(house: House, chi: Visitor, taken):
    chi.goes_to(f"/desk/cases/{taken[0].reference}/answer")
    with house.app.app_context(), writing():
        answers.save_draft(case_of(taken[0]), factories.GOOD_ANSWER, actor=actor_of(house.cast.chi))
    chi.fills(found=TYPED)
    expect(chi.page.locator("[data-saved]")).to_contain_text("cửa sổ khác")
    assert kept(house, taken[0]) == factories.GOOD_ANSWER.found
    with chi.page.expect_response(lambda reply: reply.status == 409):
        chi.page.locator("button[value=save]").click()
    expect(chi.page.locator("[name=found]")).to_have_value(TYPED)
    chi.sees(factories.GOOD_ANSWER.found)


def test_a_case_given_away_while_one_types_loses_no_word(house: House, chi: Visitor, taken):
    chi.goes_to(f"/desk/cases/{taken[0].reference}/answer")
    with house.app.app_context(), writing():
        cases.transfer(case_of(taken[0]), db.session.get_one(Agency, house.cast.land),
                       actor=actor_of(house.cast.ha), why="Thuộc nhiệm vụ của cơ quan khác.")
    chi.fills(found=TYPED)
    expect(chi.page.locator("[data-saved]")).to_contain_text("không còn ở chỗ bạn")
    chi.page.locator("button[value=save]").click()
    chi.sees("Hồ sơ này không ở chỗ bạn")
    chi.sees(TYPED)
    picture(chi, "officer-away")


def test_a_broken_line_is_said_and_tried_again(chi: Visitor, taken):
    chi.goes_to(f"/desk/cases/{taken[0].reference}/answer")
    chi.page.context.set_offline(True)
    chi.fills(found=TYPED)
    expect(chi.page.locator("[data-saved]")).to_contain_text("Chưa lưu được")
    expect(chi.page.locator("[name=found]")).to_have_value(TYPED)
    chi.page.context.set_offline(False)
    chi.fills(found=f"{TYPED} Xong.")
    expect(chi.page.locator("[data-saved]")).to_contain_text("Đã lưu lúc")


def test_a_text_block_goes_where_the_cursor_was(house: House, chi: Visitor, taken):
    with house.app.app_context(), writing():
        text_blocks.keep(person_id=house.cast.chi.id, name="Nơi nhận", body="tại [[nơi nhận]]")
    chi.goes_to(f"/desk/cases/{taken[0].reference}/answer")
    box = chi.page.locator("[name=point_2]")
    box.fill("Nhận  ngày 20/11.")
    box.evaluate("area => area.setSelectionRange(5, 5)")
    chi.page.get_by_text("Chèn đoạn mẫu").click()
    expect(chi.page.locator("#into")).to_have_value("point_2")
    chi.page.locator("#block").select_option(label="Nơi nhận")
    chi.page.locator("button[value=insert]").click()
    expect(box).to_have_value("Nhận tại [[nơi nhận]] ngày 20/11.")


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (1100, True), (1000, False), (380, False)])
def test_complaint_and_answer_stand_side_by_side_where_there_is_room(
        house: House, visitor: Callable[..., Visitor], taken, width, beside):
    browser = visitor("vi", width=width)
    browser.signs_in(house.cast.chi)
    browser.goes_to(f"/desk/cases/{taken[0].reference}/answer")
    asked = browser.page.locator("section[aria-labelledby=complaint]").bounding_box()
    form = browser.page.locator("form[data-autosave]").bounding_box()
    assert asked
    assert form
    if beside:
        assert asked["x"] + asked["width"] <= form["x"]
        assert abs(asked["y"] - form["y"]) < 40
    else:
        assert asked["y"] + asked["height"] <= form["y"]
    picture(browser, f"officer-answer-{width}")


def test_without_script_the_same_work_is_done_with_buttons(house: House, visitor: Callable[..., Visitor], taken):
    with house.app.app_context(), writing():
        text_blocks.keep(person_id=house.cast.chi.id, name="Nơi trả", body="tại [[nơi nhận]]")
    browser = visitor("vi", script=False)
    browser.signs_in(house.cast.chi)
    browser.goes_to(f"/desk/cases/{taken[0].reference}/answer")
    browser.fills(found=TYPED)
    browser.page.locator("details.filters summary").click()
    browser.page.locator("#block").select_option(label="Nơi trả")
    browser.page.locator("#into").select_option("point_1")
    browser.presses("do", "insert")
    expect(browser.page.locator("[name=point_1]")).to_have_value("tại [[nơi nhận]]")
    expect(browser.page.locator("[name=found]")).to_have_value(TYPED)
