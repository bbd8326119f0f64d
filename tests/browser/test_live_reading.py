"""An officer's vague draft is marked while it is typed, mended by following the notes, and sent; with a script and
without, on a desk and on a phone, in both languages, with the keyboard alone."""

import os
import re
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.cases import Case
from tests import factories
from tests.browser.conftest import House
from tests.browser.people import Visitor
from tests.factories import case_of, walk

REST = {
    "found": "Sáng 11/11/2026 Thanh tra Sở xem lại camera quầy 4 và phiếu tiếp nhận: nhân viên quầy đòi thêm hộ "
             "khẩu giấy, trái danh mục đã niêm yết.",
    "done": "Chiều 11/11/2026 quầy 4 đã xin lỗi qua điện thoại và trả lại bản sao hộ khẩu; giấy phép số 52/GPXD "
            "đã được ký ngày 14/11/2026.",
    "owner": "Thanh tra Sở Xây dựng",
    "ground": "Khoản 2 Điều 14 Nghị định 104/2022/NĐ-CP không cho đòi giấy tờ đã có trong cơ sở dữ liệu dân cư.",
    "next_step": "Ông (bà) mang giấy hẹn tới quầy 4 để lấy giấy phép, sáng từ 7 giờ 30, chiều đến 16 giờ 30.",
    "point_2": "Giấy phép số 52/GPXD đã được ký ngày 14/11/2026.",
}
"""An answer of this file's own: words that other tests have sent already would be a stock answer."""
POINT_1 = ("Đòi hộ khẩu là không đúng, vì nơi cư trú đã có trong cơ sở dữ liệu dân cư; quầy 4 đã thôi đòi từ ngày "
           "11/11/2026.")
VAGUE = "Đã tiếp nhận, sẽ xem xét theo quy định."
MOST_MS = 200
"""From the end of the pause to the marks on the page."""
WATCH = """
  window.took = [];
  let asked = 0;
  const ask = window.fetch;
  window.fetch = (...given) => {
    if (String(given[0]).endsWith("/answer/read")) asked = performance.now();
    return ask(...given);
  };
  new MutationObserver(() => {
    if (!asked || !document.querySelector(".pencil__sheet mark")) return;
    window.took.push(performance.now() - asked);
    asked = 0;
  }).observe(document, { childList: true, subtree: true });
"""
"""Measures in the page: from the request, which the end of the pause sends, to the marks."""


@pytest.fixture
def taken(house: House) -> factories.Receipt:
    """A case in Chi's hands."""
    with house.app.app_context(), writing():
        receipt = factories.complaint()
        walk(receipt, Action.TAKE, hands=house.cast.hands)
        return receipt


@pytest.fixture
def opens(house: House, visitor: Callable[..., Visitor], taken) -> Callable[..., Visitor]:
    """Chi at the page of her answer: ``opens("vi", width=380)``."""

    def at_the_answer(language: str = "vi", **how: object) -> Visitor:
        chi = visitor(language, **how)
        chi.signs_in(house.cast.chi)
        chi.page.add_init_script(WATCH)
        chi.goes_to(f"/desk/cases/{taken.reference}/answer")
        return chi

    return at_the_answer


def box(chi: Visitor, name: str) -> Locator:
    return chi.page.locator(f"[name='{name}']")


def marks(chi: Visitor, name: str) -> Locator:
    """The marks of one box: under its words with a script, in the text below it without."""
    where = f".pencil:has([name='{name}']) mark" if chi.script else f"[data-slot='{name}'] mark"
    return chi.page.locator(where)


def note(chi: Visitor, name: str) -> Locator:
    return chi.page.locator(f"[data-slot='{name}'] .finding")


def state(house: House, receipt: factories.Receipt) -> str:
    with house.app.app_context():
        found = db.session.get_one(Case, case_of(receipt).id).state
        db.session.rollback()
        return found


def picture(chi: Visitor, name: str) -> None:
    if folder := os.environ.get("HOIAM_PICTURES"):
        chi.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def stands(chi: Visitor) -> None:
    """Nothing is wider than the screen, and axe has nothing to say."""
    assert not chi.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    if chi.script:
        chi.finds_no_barrier()


def writes_the_rest(chi: Visitor) -> None:
    """Everything but point 1 is as it should be."""
    chi.picks("outcome", "resolved")
    chi.fills(**REST)


# The journey ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "width", "script"), [
    ("vi", 1280, True), ("vi", 380, True), ("en", 380, True), ("en", 1280, True), ("vi", 1280, False),
    ("en", 380, False)])
def test_a_vague_draft_is_marked_mended_by_following_the_notes_and_sent(
        house: House, opens: Callable[..., Visitor], taken, language, width, script):
    chi = opens(language, width=width, script=script)
    name = f"reading-{language}-{width}{'' if script else '-plain'}"
    writes_the_rest(chi)
    box(chi, "point_1").fill(VAGUE)
    if not script:
        chi.presses("do", "check")
    expect(marks(chi, "point_1").first).to_be_visible()
    expect(box(chi, "override")).to_be_visible()
    expect(chi.page.locator("#findings")).to_contain_text(re.compile("Chưa rõ|Không trả lời|Not clear|Does not"))
    expect(chi.page.locator("#findings a[href='#point_1']")).to_be_visible()
    stands(chi)
    picture(chi, f"{name}-1-vague")
    _follows_the_notes(chi)
    picture(chi, f"{name}-2-place")
    box(chi, "point_1").fill(POINT_1)
    if not script:
        chi.presses("do", "check")
    expect(marks(chi, "point_1")).to_have_count(0)
    expect(chi.page.locator(".finding")).to_have_count(0)
    expect(chi.page.locator("#findings")).to_contain_text(re.compile("Rõ|Clear"))
    expect(box(chi, "override")).to_be_hidden()
    stands(chi)
    picture(chi, f"{name}-3-clear")
    chi.presses("do", "propose")
    chi.page.wait_for_url("**/desk/inbox*")
    assert state(house, taken) == "agency_approval"


def _follows_the_notes(chi: Visitor) -> None:
    """Put in what is missing as a place and fill it in: with a script the place is selected and typed over."""
    buttons = note(chi, "point_1").locator("button[data-insert]")
    button = buttons.first
    words = button.get_attribute("data-insert") or ""
    blank = words[words.index("[["): words.index("]]") + 2]
    button.click()
    if not chi.script:
        chi.page.wait_for_url("**done=place_inserted*")
    expect(box(chi, "point_1")).to_have_value(f"{VAGUE}\n{words}")
    if chi.script:
        assert chi.page.evaluate("getSelection().toString()") == blank
        chi.page.keyboard.type("20/11/2026")
        expect(box(chi, "point_1")).to_have_value(f"{VAGUE}\n{words.replace(blank, '20/11/2026')}")
    else:
        expect(chi.page.locator("[data-slot='point_1']")).to_contain_text(blank.strip("[]"))


def test_the_marks_are_there_within_200_ms_of_the_pause(opens: Callable[..., Visitor]):
    chi = opens()
    for n in range(1, 6):
        box(chi, "point_1").fill("")
        box(chi, "point_1").fill(f"{VAGUE} {n}.")
        chi.page.wait_for_function("n => window.took.length >= n", arg=n)
    took = chi.page.evaluate("window.took")
    print(f"\nfrom the end of the pause to the marks: {', '.join(f'{ms:.0f}' for ms in took)} ms")
    assert statistics.median(took) < MOST_MS


def test_all_of_it_goes_with_the_keyboard_alone(house: House, opens: Callable[..., Visitor], taken):
    chi = opens()
    writes_the_rest(chi)
    keys = chi.page.keyboard
    box(chi, "point_1").focus()
    keys.type(VAGUE, delay=5)
    expect(note(chi, "point_1")).not_to_have_count(0)
    number = note(chi, "point_1").locator("a.note__number").first
    keys.press("Tab")
    expect(number).to_be_focused()
    keys.press("Enter")  # the words the note is about: in the box, selected
    expect(box(chi, "point_1")).to_be_focused()
    chosen = chi.page.evaluate("getSelection().toString()")
    assert chosen
    assert chosen in VAGUE
    keys.press("Control+a")
    keys.type(POINT_1)
    expect(chi.page.locator(".finding")).to_have_count(0)
    expect(chi.page.locator("[data-said]")).to_contain_text("Rõ.")
    send = chi.page.locator("button[value=propose]")
    for _ in range(40):
        if send.evaluate("button => button === document.activeElement"):
            break
        keys.press("Tab")
    keys.press("Enter")
    chi.page.wait_for_url("**/desk/inbox*")
    assert state(house, taken) == "agency_approval"


# The marks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 380])
def test_the_marks_stay_under_their_words_in_a_long_text_that_scrolls(opens: Callable[..., Visitor], width):
    chi = opens(width=width)
    area = box(chi, "point_1")
    area.fill("\n".join([VAGUE, ""] * 9))
    expect(marks(chi, "point_1").first).to_be_attached()
    area.evaluate("area => { area.scrollTop = area.scrollHeight; }")
    sheet = chi.page.locator(".pencil:has([name='point_1']) .pencil__sheet")
    chi.page.wait_for_function("""() => { const [s, a] = document.querySelector("[name='point_1']").parentElement
      .children; return s.scrollTop === a.scrollTop && a.scrollTop > 0; }""")
    sizes = sheet.evaluate("""sheet => [sheet, sheet.nextElementSibling]
      .map((part) => [part.clientHeight, part.scrollHeight])""")
    assert sizes[0] == sizes[1], "the same words break at the same places"
    picture(chi, f"reading-long-{width}")


def test_marks_stay_with_their_words_while_others_are_typed(opens: Callable[..., Visitor]):
    chi = opens()
    area = box(chi, "point_1")
    area.fill(VAGUE)
    expect(marks(chi, "point_1").first).to_be_attached()
    words = marks(chi, "point_1").all_inner_texts()
    chi.page.route("**/answer/read", lambda route: route.abort())
    area.evaluate("area => area.setSelectionRange(0, 0)")
    area.focus()
    chi.page.keyboard.type("Kính gửi ông. ")
    assert marks(chi, "point_1").all_inner_texts() == words


@pytest.mark.parametrize("name", ["point_1", "next_step"])
def test_a_line_being_written_is_not_pushed_away_by_notes_above_it(opens: Callable[..., Visitor], name):
    chi = opens()
    area = box(chi, name)
    area.scroll_into_view_if_needed()
    area.focus()
    before = area.bounding_box()
    chi.page.keyboard.type(VAGUE)
    expect(chi.page.locator("#findings")).not_to_have_attribute("hidden", "")
    chi.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    after = area.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2


# The line to the server -----------------------------------------------------------------------------------------


def test_typing_asks_once_a_pause_and_never_for_the_same_text(opens: Callable[..., Visitor]):
    chi = opens()
    asked: list[str] = []
    chi.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/read") else None)
    writes_the_rest(chi)
    area = box(chi, "point_1")
    with chi.page.expect_response("**/answer/read"):
        area.press_sequentially(VAGUE, delay=20)
    expect(marks(chi, "point_1").first).to_be_attached()
    before = len(asked)
    assert before <= 2  # the other boxes, and this one
    chi.page.clock.install()
    area.press_sequentially("x")
    area.press("Backspace")  # the same text again
    box(chi, "override").fill("Lý do.")  # no part of the answer
    chi.page.clock.run_for(2_000)
    chi.page.evaluate("fetch('/livez')")  # what was asked before this has been seen by now
    assert len(asked) == before


def test_an_old_reply_never_stands_over_a_newer_one(opens: Callable[..., Visitor]):
    chi = opens()
    held: list[Route] = []
    chi.page.route("**/answer/read", lambda route: route.continue_() if held else held.append(route))
    writes_the_rest(chi)
    with chi.page.expect_request("**/answer/read"):
        box(chi, "point_1").fill(VAGUE)
    with chi.page.expect_event("requestfailed"):  # the first is given up, for what it would say is old
        box(chi, "point_1").fill(POINT_1)
    expect(chi.page.locator(".level--clear")).to_be_visible()
    expect(chi.page.locator(".finding")).to_have_count(0)
    chi.page.unroute_all(behavior="ignoreErrors")  # the one held back is nobody's any more


def test_a_broken_line_is_said_once_and_quietly_and_writing_goes_on(opens: Callable[..., Visitor]):
    chi = opens()
    said = chi.page.locator("p[data-unread]")
    chi.page.route("**/answer/read", lambda route: route.abort())
    box(chi, "point_1").fill(VAGUE)
    expect(said).to_contain_text("chưa gọi được máy đọc")
    said.evaluate("""p => { window.news = 0;
      new MutationObserver(() => window.news++).observe(p, { childList: true }); }""")
    with chi.page.expect_event("requestfailed"):
        box(chi, "point_1").fill(f"{VAGUE} Thêm.")
    assert chi.page.evaluate("window.news") == 0
    chi.page.unroute("**/answer/read")
    box(chi, "point_1").fill(VAGUE)
    expect(marks(chi, "point_1").first).to_be_attached()
    expect(said).to_be_empty()
