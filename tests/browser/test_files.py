"""Files in a real browser: added with and without script, refused in words; what was written stays."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.services import lifecycle
from tests import factories
from tests.adapters import hostile_pieces as made
from tests.browser.conftest import House
from tests.browser.people import Visitor
from tests.factories import actor_of, case_of


def to_the_files(an: Visitor) -> None:
    """Begin a complaint and go on until files are asked for."""
    an.goes_to("/complain")
    an.goes_on()
    an.fills(narrative="Tháng 9/2026 tôi nộp hồ sơ. Vì sao hồ sơ của tôi bị chậm?")
    an.goes_on()
    an.picks("category", "late_result")
    while an.page.locator("input[type=file]").count() == 0:
        an.goes_on()


def chooses(an: Visitor, data: bytes, name: str) -> None:
    an.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data})


def looked_at(an: Visitor, name: str) -> None:
    """Nothing is wider than the screen, axe is silent, and a picture is kept where one is wanted."""
    assert not an.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    an.finds_no_barrier()
    if folder := os.environ.get("HOIAM_PICTURES"):
        an.page.screenshot(path=str(Path(folder) / f"files-{name}.png"), full_page=True)


@pytest.mark.parametrize(("language", "width"), [("vi", 380), ("en", 1280)])
def test_files_are_added_refused_and_taken_back_while_the_page_stays(house: House, visitor, language, width):
    an = visitor(language, width=width)
    to_the_files(an)
    rows = an.page.locator("[data-files] li")
    chooses(an, made.jpeg(), "bien nhan.jpg")
    expect(rows).to_have_count(1)
    looked_at(an, f"one-{language}-{width}")
    chooses(an, b"no picture at all", "anh.png")
    expect(an.page.locator("#file-refused")).to_be_visible()
    expect(rows).to_have_count(1)
    looked_at(an, f"refused-{language}-{width}")
    chooses(an, made.docx(), "don.docx")
    expect(rows).to_have_count(2)
    an.page.locator("[data-files] li button").first.click()
    expect(an.page.locator("[data-files] li")).to_have_count(1)


def test_who_presses_the_button_after_a_file_came_is_asked_for_another_and_not_told_off(house: House, visitor):
    an = visitor("vi", width=380)
    to_the_files(an)
    chooses(an, made.jpeg(), "bien nhan.jpg")
    expect(an.page.locator("[data-files] li")).to_have_count(1)
    with an.page.expect_file_chooser():
        an.page.locator("form[data-upload] button").click()
    expect(an.page.locator("#file-refused")).to_have_count(0)


def test_without_script_the_button_adds_a_file(house: House, visitor):
    an = visitor("vi", width=380, script=False)
    to_the_files(an)
    chooses(an, made.pdf(), "don.pdf")
    an.page.locator("form[data-upload] button").click()
    expect(an.page.locator("[data-files] li")).to_have_count(1)
    an.sees("Tệp đã được kiểm tra và đã nhận.")


def test_what_was_written_on_the_tracking_page_stays_while_a_file_is_added(house: House, visitor):
    with house.app.app_context(), writing():
        receipt = factories.complaint()
    with house.app.app_context(), writing():
        lifecycle.advance(case_of(receipt), Action.ASK_SUBMITTER, actor=actor_of(house.cast.intake),
                          why="Ảnh biên nhận hồ sơ")
    an = visitor("vi", width=380)
    an.tracks(receipt.key)
    an.fills(text="Tôi gửi ảnh biên nhận.")
    chooses(an, made.jpeg(), "bien nhan.jpg")
    expect(an.page.locator("[data-files] li")).to_have_count(1)
    assert an.page.locator("[name=text]").input_value() == "Tôi gửi ảnh biên nhận."
    looked_at(an, "tracking")
    with an.page.expect_download() as download:
        an.page.locator("[data-files] li a").click()
    assert download.value.suggested_filename == f"{receipt.reference}-1.jpg"


def test_a_file_that_is_too_large_is_said_before_it_is_sent(house: House, visitor):
    an = visitor("vi")
    to_the_files(an)
    sent: list[str] = []
    an.page.on("request", lambda request: sent.append(request.url))
    chooses(an, b"x" * 10_000_001, "anh.jpg")
    expect(an.page.locator("[data-upload-words]")).to_contain_text("lớn hơn 10 MB")
    assert not [url for url in sent if "/files" in url]
