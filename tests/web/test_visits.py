"""How long a proven tracking key opens its case in a browser, and what ends it."""

from collections.abc import Callable

from sqlalchemy.orm import Session, scoped_session

from feedback.extensions import writing
from tests import factories
from tests.fixtures.cast import Citizen
from tests.fixtures.client import Client
from tests.fixtures.time import Clock
from tests.web.test_track import opened


def test_leaving_forgets_the_case_in_this_browser(an: Citizen, client: Client) -> None:
    page = opened(client, an.complains())
    assert "Bạn đã thoát" in client.submit(page, action="/track/leave").text
    client.get("/track/case", status=302)


def test_a_copied_cookie_opens_nothing_once_its_owner_has_left(
        an: Citizen, client: Client, new_client: Callable[[], Client]) -> None:
    page = opened(client, an.complains())
    thief = new_client()
    cookie = client._browser.get_cookie("visit")
    assert cookie is not None
    thief._browser.set_cookie("visit", cookie.value)
    thief.get("/track/case")
    client.submit(page, action="/track/leave")
    thief.get("/track/case", status=302)
    opened(client, an.receipt)
    client.get("/track/case")


def test_a_new_key_ends_the_visits_of_the_old_one(
        an: Citizen, client: Client, db_session: scoped_session[Session]) -> None:
    receipt = an.complains()
    opened(client, receipt)
    with writing():
        factories.case_of(receipt).key_hash = "0" * 64
    client.get("/track/case", status=302)


def test_the_key_is_believed_for_half_an_hour(an: Citizen, client: Client, frozen: Clock) -> None:
    opened(client, an.complains())
    frozen.go_on(minutes=29)
    client.get("/track/case")
    frozen.go_on(minutes=2)
    client.get("/track/case", status=302)
