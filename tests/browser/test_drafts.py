"""A complaint on a bad line: what is typed is saved, a cut line holds the page, a closed tab loses nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from feedback.extensions import db
from feedback.models.cases import Case
from tests.browser.conftest import House
from tests.browser.people import Visitor

STORY = "Hồ sơ đất của tôi nộp đã ba tháng, chưa ai trả lời."
LINE = "[data-draft-status]"


def comes_to_the_last_page(an: Visitor) -> None:
    """All pages of an anonymous complaint, up to the one that sends it."""
    an.goes_to("/complain")
    while (step := an.page.locator("main input[name=step]").first.input_value()) != "check":
        if step == "what":
            an.fills(narrative=STORY)
        elif step == "points":
            an.page.locator("textarea[name='points-0']").fill("Bao giờ có kết quả?")
        elif step == "mode":
            an.picks("mode", "anonymous")
        an.presses("go", "next")
        expect(an.page.locator("main input[name=step]").first).not_to_have_value(step)


@pytest.mark.parametrize(("language", "lost", "saved"), [
    ("vi", "Mất kết nối: cứ để trang này mở", "Đã lưu lúc"),
    ("en", "No connection. Leave this page open", "Saved at")])
def test_a_lost_connection_loses_no_word(visitor: Callable[..., Visitor], language: str, lost: str, saved: str):
    an = visitor(language, width=380)
    an.goes_to("/complain")
    an.presses("go", "next")
    an.fills(narrative=STORY)
    expect(an.page.locator(LINE)).to_contain_text(saved)
    an.page.context.set_offline(True)
    an.page.locator("[name=narrative]").press_sequentially(" Cán bộ bảo chờ.")
    expect(an.page.locator(LINE)).to_contain_text(lost)
    an.page.locator("main button[name=go][value=next]").click()
    expect(an.page.locator(LINE)).to_contain_text("Chưa gửi được" if language == "vi" else "Not sent yet")
    expect(an.page.locator("[name=narrative]")).to_have_value(f"{STORY} Cán bộ bảo chờ.")
    an.page.context.set_offline(False)
    expect(an.page.locator(LINE)).to_contain_text(saved)
    an.presses("go", "next")
    expect(an.page.locator("[name=narrative][type=hidden]")).to_have_value(f"{STORY} Cán bộ bảo chờ.")


def test_a_closed_tab_finds_its_words_again(visitor: Callable[..., Visitor]):
    an = visitor("vi")
    an.goes_to("/complain")
    an.presses("go", "next")
    an.page.locator("[name=narrative]").fill(STORY)
    expect(an.page.locator(LINE)).to_contain_text("Đã lưu lúc")
    context = an.page.context
    an.page.close()
    an.page = context.new_page()
    an.goes_to("/complain")
    an.sees("Bạn đang viết dở một phản ánh")
    an.finds_no_barrier()
    an.page.get_by_role("link", name="Viết tiếp").click()
    expect(an.page.locator("textarea[name=narrative]")).to_have_value(STORY)
    an.page.get_by_role("button", name="Máy dùng chung? Xóa bản nháp này").click()
    an.sees("Đã xóa bản nháp")
    an.goes_to("/complain")
    an.does_not_see("viết dở")


def test_without_a_script_each_step_saves(visitor: Callable[..., Visitor]):
    an = visitor("vi", script=False)
    an.goes_to("/complain")
    an.presses("go", "next")
    an.fills(narrative=STORY)
    an.presses("go", "next")
    context = an.page.context
    an.page.close()
    an.page = context.new_page()
    an.goes_to("/complain")
    an.sees("Bạn đang viết dở một phản ánh")


def test_the_browser_has_done_its_work_before_anybody_has_read_the_page(
        house: House, visitor: Callable[..., Visitor]):
    an = visitor("vi")
    comes_to_the_last_page(an)
    proof = an.page.locator("input[name=proof]")
    expect(proof).not_to_have_value("", timeout=15_000)
    assert int(proof.get_attribute("data-took") or "0") < 15_000
    an.presses("go", "send")
    reference = an.reference()
    with house.app.app_context():
        doubts = db.session.scalars(select(Case.doubts).where(Case.reference == reference)).one()
        db.session.rollback()
    assert "no_proof" not in doubts
