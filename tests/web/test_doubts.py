"""What looks automatic is taken in all the same, with its receipt, and intake is told why it looks so."""

import hashlib
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.domain.doubts import proves
from feedback.domain.province import Switch
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.settings import ProvinceSwitch
from feedback.web import limits
from tests.fixtures.client import Client, Reply
from tests.fixtures.time import Clock
from tests.web.complaining import CONTACT, onward, step_of, to, values


def solve(task: str) -> str:
    bits = int(task[4:6])
    return next(str(n) for n in count() if int.from_bytes(
        hashlib.sha256(f"{task}:{n}".encode()).digest()[:4], "big") >> (32 - bits) == 0)


def doubts(app: Flask) -> str:
    with app.app_context():
        found = db.session.scalars(select(Case.doubts).order_by(Case.id.desc()).limit(1)).one()
        db.session.rollback()
        return found


@pytest.fixture(autouse=True)
def _a_small_task(app: Flask) -> None:
    with app.app_context(), writing():
        db.session.add(ProvinceSwitch(key=Switch.PROOF_BITS.value, value=8))


@pytest.fixture
def check(client: Client, frozen: Clock) -> Reply:
    """The last page, a minute after the first one."""
    to(client, "wrong")
    frozen.go_on(minutes=1)
    page = client.get("/complain?step=wrong")
    while step_of(page) != "check":
        page = onward(client, page, **(CONTACT if step_of(page) == "who" else {}))
    return page


def sent(client: Client, page: Reply, **fields: str) -> Reply:
    reply = client.submit(page, action="/complain", go="send", **fields)
    assert "mã theo dõi" in reply.text.lower()
    return reply


def test_a_person_with_an_ordinary_browser_raises_no_doubt(app: Flask, client: Client, check: Reply) -> None:
    sent(client, check, proof=solve(values(check)["task"][0]))
    assert doubts(app) == ""


def test_without_a_script_the_complaint_is_taken_and_marked(app: Flask, client: Client, check: Reply) -> None:
    sent(client, check)
    assert doubts(app) == "no_proof"


def test_the_box_that_nobody_sees_tells_a_machine(app: Flask, client: Client, check: Reply) -> None:
    sent(client, check, website="http://spam.example", proof=solve(values(check)["task"][0]))
    assert doubts(app) == "honeypot"


def test_nobody_writes_a_complaint_in_two_seconds(app: Flask, client: Client, frozen: Clock) -> None:
    page = to(client, "check")
    frozen.go_on(seconds=2)
    sent(client, page, proof=solve(values(page)["task"][0]))
    assert doubts(app) == "too_fast"


@pytest.mark.parametrize("stamp", ["", "opened.1763258400.000000000000000000000000", "opened..", "x", "opened.²."])
def test_a_form_that_does_not_say_when_it_was_opened(app: Flask, client: Client, check: Reply, stamp: str) -> None:
    sent(client, check, opened=stamp, proof=solve(values(check)["task"][0]))
    assert doubts(app) == "stale_form"


@pytest.mark.parametrize("proof", ["0", "-1", "²", "9" * 13, "abc", " "])
def test_a_wrong_number_proves_nothing(app: Flask, client: Client, check: Reply, proof: str) -> None:
    task = values(check)["task"][0]
    if proves(task, proof, 8):
        pytest.skip("by chance the right one")
    sent(client, check, proof=proof)
    assert doubts(app) == "no_proof"


def test_an_old_task_and_an_invented_one_prove_nothing(
        app: Flask, client: Client, check: Reply, frozen: Clock) -> None:
    old = values(check)["task"][0]
    frozen.go_on(minutes=11)
    sent(client, check, proof=solve(old))
    assert doubts(app) == "no_proof"
    easy = "task00.1763258400.000000000000000000000000"
    again = to(client, "check")
    sent(client, again, task=easy, proof="0")
    assert "no_proof" in doubts(app)


def test_a_task_of_another_form_proves_nothing(app: Flask, client: Client, check: Reply, new_client) -> None:
    other = values(to(new_client(), "check"))["task"][0]
    sent(client, check, task=other, proof=solve(other))
    assert doubts(app) == "no_proof"


def test_a_page_that_was_open_for_long_gets_another_task(
        app: Flask, client: Client, check: Reply, frozen: Clock) -> None:
    frozen.go_on(minutes=30)
    form = values(check)
    task = client.post("/complain/task", {"nonce": form["nonce"][0], "csrf_token": form["csrf_token"][0]},
                       status=200).raw.json["task"]
    sent(client, check, task=task, proof=solve(task))
    assert doubts(app) == ""


def test_what_looks_automatic_is_taken_less_often_and_never_silently_refused(
        app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "is_local", lambda: False)
    page = to(client, "check")
    for _ in range(10):
        sent(client, page)
    refused = client.submit(page, action="/complain", go="send", status=429)
    assert "Phản ánh của bạn chưa được gửi" in refused.text
    assert values(refused)["narrative"] == values(page)["narrative"]
