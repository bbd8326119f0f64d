"""The draft of a complaint in the browser: it survives a closed tab and a lost reply, and it can be deleted."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.drafts import ComplaintDraft
from feedback.services import drafts
from feedback.web import limits
from tests.fixtures.client import Client, Reply
from tests.fixtures.time import Clock
from tests.web.complaining import CONTACT, STORY, onward, send, step_of, to, values


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(model)) or 0
        db.session.rollback()
        return found


def cookie(client: Client) -> Any:
    return client._browser.get_cookie("draft")


def key_on(receipt: Reply) -> str:
    """The tracking key that a receipt shows."""
    return re.findall(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}", receipt.text)[0]


def saved(client: Client, page: Reply, **fields: str) -> dict[str, Any]:
    """What the script of the page sends while somebody types, and what it is told."""
    form = {**{name: got[0] for name, got in page.page.form(action="/complain").values.items()}, **fields}
    return client.post("/complain/draft", form, status=200).raw.json


def test_a_closed_tab_finds_the_draft_again(app: Flask, client: Client) -> None:
    to(client, "points")
    again = client.get("/complain")
    assert "Bạn đang viết dở một phản ánh" in again.text
    assert STORY[:60] in again.text
    assert "/complain?draft=open" in again.page.links
    opened = client.get("/complain?draft=open")
    assert step_of(opened) == "points"
    assert values(opened)["narrative"] == [STORY]


def test_words_typed_and_not_sent_are_saved_by_the_script(client: Client, frozen: Clock) -> None:
    frozen.stand_at("2026-11-16 14:05")
    page = to(client, "what", narrative="")
    assert saved(client, page, narrative="Chưa gửi bước nào.") == {"saved": True, "words": "Đã lưu lúc 14:05"}
    opened = client.get("/complain?draft=open")
    assert (step_of(opened), values(opened)["narrative"]) == ("what", ["Chưa gửi bước nào."])


def test_another_browser_has_no_draft(client: Client, new_client: Callable[[], Client]) -> None:
    to(client, "points")
    assert step_of(new_client().get("/complain")) == "start"


def test_the_draft_can_be_deleted_at_once(app: Flask, client: Client) -> None:
    page = to(client, "points")
    done = client.submit(page, action="/complain/draft/forget")
    assert "Đã xóa bản nháp" in done.text
    assert step_of(done) == "start"
    assert (count(app, ComplaintDraft), cookie(client)) == (0, None)


def test_the_cookie_is_for_the_browser_alone_and_lasts_seven_days(client: Client) -> None:
    to(client, "what")
    kept = cookie(client)
    assert (kept.http_only, kept.same_site, kept.path, kept.max_age) == (True, "Lax", "/", 7 * 24 * 3600)
    for path in ("/", "/track", "/register", "/sign-in"):
        assert "draft=" not in client.get(path).headers.get("Set-Cookie", "")


def test_sending_leaves_no_words_and_the_receipt_takes_the_cookie(app: Flask, client: Client) -> None:
    send(client)
    assert cookie(client) is None
    assert step_of(client.get("/complain")) == "start"


def test_a_reply_lost_on_the_way_gives_the_receipt_when_the_page_is_opened_again(
        app: Flask, client: Client) -> None:
    """The complaint went out; the browser never saw the answer, so it still has the draft's cookie."""
    check = to(client, "check")
    token = cookie(client).value
    key = key_on(client.submit(check, action="/complain", go="send"))
    other = Client(app, set())
    other.looks = False
    other._browser.set_cookie("draft", token)
    again = other.get("/complain", follow=True)
    assert key_on(again) == key
    assert count(app, Case) == 1


def test_an_old_page_sent_again_makes_no_second_case(app: Flask, client: Client) -> None:
    check = to(client, "check")
    first = client.submit(check, action="/complain", go="send")
    second = client.submit(check, action="/complain", go="send")
    assert first.page.h1 == second.page.h1
    assert count(app, Case) == 1


def test_leaving_the_receipt_forgets_draft_and_receipt(app: Flask, client: Client) -> None:
    receipt = send(client)
    client.submit(receipt, action="/complain/leave")
    client.get("/complain/receipt", status=303)


@pytest.mark.parametrize("fault", ["busy", "limit", "too_long"])
def test_a_draft_that_cannot_be_saved_is_never_in_the_way(
        app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    if fault == "busy":
        def refuse(*_a: Any, **_k: Any) -> None:
            raise OperationalError("", {}, Exception("locked"))
        monkeypatch.setattr(drafts, "save", refuse)
    elif fault == "limit":
        monkeypatch.setattr("feedback.web.public.drafting.draft_allowed", lambda: False)
    else:
        monkeypatch.setattr(drafts, "MOST_BYTES", 10)
    send(client)
    assert (count(app, ComplaintDraft), count(app, Case)) == (0, 1)


def test_a_failed_save_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = to(client, "what", narrative="")
    monkeypatch.setattr(drafts, "MOST_BYTES", 10)
    told = saved(client, page, narrative="Dài quá.")
    assert (told["saved"], "để trang này mở" in told["words"]) == (False, True)


def test_new_drafts_from_one_address_are_bounded_and_saving_again_is_free(
        app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "is_local", lambda: False)
    page = to(client, "what", narrative="")
    for _ in range(70):
        assert saved(client, page, narrative="Một câu.")["saved"]
    assert count(app, ComplaintDraft) == 1
    made = 0
    for _ in range(70):
        client._browser.delete_cookie("draft")
        made += saved(client, page, narrative="Một câu.")["saved"]
    assert made < 61


def test_a_week_later_the_draft_is_gone(client: Client, frozen: Clock) -> None:
    to(client, "points")
    frozen.go_on(days=7, minutes=1)
    assert step_of(client.get("/complain")) == "start"


def test_saving_needs_the_forms_token(client: Client) -> None:
    client.post("/complain/draft", {"narrative": "x"}, status=400)


def test_going_on_counts_as_opened_now(client: Client, frozen: Clock, app: Flask) -> None:
    """A draft taken up days later does not look as if a machine had kept its form."""
    to(client, "mode")
    frozen.go_on(days=3)
    page = client.get("/complain?draft=open")
    frozen.go_on(minutes=1)
    while step_of(page) != "check":
        page = onward(client, page, **(CONTACT if step_of(page) == "who" else {}))
    client.submit(page, action="/complain", go="send")
    with app.app_context():
        assert db.session.scalars(select(Case.doubts)).one() == "no_proof"
        db.session.rollback()
