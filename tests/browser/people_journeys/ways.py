"""What the journeys share: where each is walked, one page of a complaint after the other, a look at a page."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import expect

from feedback.adapters.trial_mailbox import read_all
from tests.browser.conftest import House
from tests.browser.people import Visitor
from tests.factories import Member

EVERYWHERE = [(language, width) for language in ("vi", "en") for width in (1280, 380)]
Page = Callable[[], None]
"""What somebody does on one page of the complaint before going on."""


def walked(*chosen: tuple[str, int]) -> pytest.MarkDecorator:
    """Walk in these languages and widths; with HOIAM_ALL=1 in both languages, on a desk and on a phone."""
    return pytest.mark.parametrize(("language", "width"), EVERYWHERE if os.environ.get("HOIAM_ALL") else chosen)


def look(visitor: Visitor, name: str, *, barriers: bool = False) -> None:
    """Nothing is wider than the screen and nothing is untold; a picture where HOIAM_PICTURES wants one."""
    page = visitor.page
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), f"{name} is too wide"
    assert page.locator("h1").count() == 1, name
    if folder := os.environ.get("HOIAM_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        size = page.viewport_size
        assert size
        language = "en" if visitor.root else "vi"
        page.screenshot(path=f"{folder}/{name}-{language}-{size['width']}.png", full_page=True)
    if barriers:
        visitor.finds_no_barrier()


def step_of(an: Visitor) -> str:
    """Which page of the complaint this is."""
    return an.page.locator("main input[name=step]").first.input_value()


def comes_to_the_last_page(an: Visitor, pages: Mapping[str, Page], *, name: str = "") -> None:
    """Go through the complaint, doing on each page what ``pages`` says for its step; ``name``: pictures of all."""
    an.goes_to("/complain")
    while (step := step_of(an)) != "check":
        pages.get(step, _nothing)()
        if name:
            look(an, f"{name}-{step}")
        an.goes_on()
        expect(an.page.locator("main input[name=step]").first).not_to_have_value(step)


def sends(an: Visitor) -> tuple[str, str]:
    """Send from the last page: the key and the reference of the receipt."""
    an.presses("go", "send")
    return an.page.locator(".key__text").inner_text(), an.reference()


def _nothing() -> None:
    pass


def attaches(an: Visitor, name: str, data: bytes) -> None:
    """Choose a file: it is sent by itself, or by its button where there is no script."""
    rows = an.page.locator("[data-files] li")
    before = rows.count()
    an.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data})
    if not an.script:
        an.page.locator("form[enctype] button").click()
    expect(rows).to_have_count(before + 1)


def at_the_desk(open_browser: Callable[..., Visitor], member: Member, language: str, width: int, *,
                script: bool = True) -> Visitor:
    """A browser in which this member of staff is signed in."""
    staff = open_browser(language, width=width, script=script)
    staff.signs_in(member)
    return staff


def is_not_there(staff: Visitor, path: str) -> None:
    """The page is out of reach for this person: as if it did not exist."""
    response = staff.page.goto(staff.root + path)
    assert response is not None, path
    assert response.status == 404, f"{path}: {response.status}"


def finds(staff: Visitor, words: str, reference: str) -> bool:
    """Whether the staff search for these words leads to this case, in its list or at once."""
    staff.goes_to("/desk/search")
    staff.fills(q=words)
    staff.page.locator("main form button").first.click()
    staff.page.wait_for_load_state()
    return reference in staff.page.url or staff.page.get_by_role("link", name=reference, exact=True).count() > 0


def mail_about(house: House, reference: str) -> list[str]:
    """To whom mail that names this case was delivered so far."""
    return [str(mail["To"]) for mail in read_all(house.trial.folder / "var" / "mailbox")
            if reference in str(mail["Subject"]) + str(mail.get_body(("plain",)).get_content())]
