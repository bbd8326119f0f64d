"""The receipt: to read, to print, to keep as a file; and forgotten when its holder says so."""

import io
import re

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from feedback.adapters import documents
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.services import reissue
from feedback.web import receipts
from tests.fixtures.client import Client, Reply
from tests.fixtures.time import Clock
from tests.web.complaining import send

KEY = re.compile(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}")


@pytest.fixture
def receipt(client: Client) -> Reply:
    return send(client)


def test_the_receipt_says_everything_that_its_holder_needs(receipt: Reply) -> None:
    assert len(KEY.findall(receipt.text)) == 1
    for words in ("Mã hồ sơ", "Hạn trả lời", "Bước tiếp theo" if "Bước tiếp theo" in receipt.text else "Tiếp theo",
                  "Nếu không ai trả lời", "Lưu bản PDF"):
        assert words in receipt.text
    assert receipt.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("category", "told"), [("unofficial_cost", False), ("late_result", True)])
def test_who_speaks_of_unofficial_money_is_not_told_that_the_agency_gets_it(
        client: Client, category: str, told: bool) -> None:
    text = send(client, category=category).text
    assert ("giao cho cơ quan" in text) is told
    assert ("người đứng đầu cơ quan" in text) is told
    assert ("Cơ quan bị phản ánh không nhận được" in text) is not told


def test_after_an_hour_the_key_is_shown_to_nobody_on_this_device(client: Client, frozen: Clock) -> None:
    receipt = send(client)
    assert KEY.findall(client.get("/complain/receipt").text) == KEY.findall(receipt.text)
    frozen.go_on(minutes=61)
    assert client.get("/complain/receipt", status=303).location == "/track"
    client.get("/complain/receipt.pdf", status=303)


def test_the_square_holds_site_and_reference_and_never_the_key(
        client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    held = []
    draw = receipts.picture
    monkeypatch.setattr(receipts, "picture", lambda text: held.append(text) or draw(text))
    shown = send(client)
    reference = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", KEY.sub("", shown.text))[0]
    assert held == [f"http://localhost/track#{reference}"]


def test_the_paper_is_a_tagged_pdf_that_nobody_keeps(client: Client, receipt: Reply) -> None:
    paper = client.get("/complain/receipt.pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r'attachment; filename="hoi-am-[0-9A-Z]{4}-[0-9A-Z]{4}\.pdf"',
                        paper.headers["Content-Disposition"])
    with pikepdf.open(io.BytesIO(paper.body)) as pdf:
        assert len(pdf.pages) == 1
        assert str(pdf.Root.Lang) == "vi"
        assert pdf.Root.MarkInfo.Marked


def test_the_paper_carries_the_words_of_the_page(
        client: Client, receipt: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict] = []
    monkeypatch.setattr(documents, "render", lambda name, data: given.append(data) or b"%PDF-")
    client.get("/complain/receipt.pdf")
    client.in_english().get("/complain/receipt.pdf")
    vietnamese, english = given
    assert vietnamese["key"] == KEY.findall(receipt.text)[0] == english["key"]
    assert vietnamese["reference"] in receipt.text
    assert (vietnamese["lang"], english["lang"]) == ("vi", "en")
    assert english["title"] == "Receipt of your complaint"
    for sentence in (vietnamese["due"].split(": ")[1], *vietnamese["next"], *vietnamese["silence"]):
        assert sentence in receipt.text
    assert english["next"] != vietnamese["next"]


def test_the_receipt_is_in_english_too(client: Client) -> None:
    english = client.in_english()
    assert "Once you close the browser the key cannot be shown again." in send(english).text


@pytest.mark.parametrize("path", ["/complain/receipt", "/complain/receipt.pdf"])
def test_who_sent_nothing_has_no_receipt(client: Client, path: str) -> None:
    assert client.get(path, status=303).location.endswith("/track")


def test_a_receipt_whose_key_was_replaced_shows_no_dead_key(app: Flask, client: Client, receipt: Reply) -> None:
    with app.app_context(), writing():
        db.session.scalars(select(Case)).one().key_hash = "0" * 64
    client.get("/complain/receipt", status=303)
    client.get("/complain/receipt.pdf", status=303)


def test_a_forged_cookie_shows_nothing(app: Flask, client: Client, receipt: Reply) -> None:
    cookie = client._browser.get_cookie("visit")
    assert cookie is not None
    client._browser.set_cookie("visit", cookie.value[:-3] + "AAA")
    client.get("/complain/receipt", status=303)
    with app.app_context():
        assert reissue.key_of("0" * 32) not in receipt.text
