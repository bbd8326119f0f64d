"""A wish to withdraw on the pages: the handling agency finds no trace of it; pressure waits with the office."""

from collections.abc import Callable

import pytest
from flask import Flask

from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.services import citizen, lifecycle
from feedback.services.cases import Receipt
from tests.factories import Member, actor_of, case_of
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client
from tests.fixtures.time import Clock
from tests.web.stage import bring, fact

SignIn = Callable[[Member], Client]
WHY = "Cán bộ gọi điện bảo tôi rút."


@pytest.fixture
def pressed(app: Flask, cast: Cast, frozen: Clock) -> Receipt:
    receipt = bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        citizen.ask_to_withdraw(case_of(receipt), actor=citizen.as_sender(receipt.case_id), why=WHY, pressed=True)
    return receipt


def test_nobody_of_the_handling_agency_finds_a_trace(
        app: Flask, cast: Cast, pressed: Receipt, sign_in: SignIn) -> None:
    untouched = bring(app, cast, Action.TAKE)
    for who in (cast.chi, cast.chi_head):
        browser = sign_in(who)

        def about(receipt: Receipt, browser: Client = browser) -> str:
            page = browser.get(f"/desk/cases/{receipt.reference}")
            return page.page.all("main")[0].text.replace(receipt.reference, "HỒ SƠ")

        assert about(pressed) == about(untouched)
        for receipt in (pressed, untouched):
            browser.get(f"/desk/cases/{receipt.reference}/proposal", status=404)
        browser.get("/supervision/withdrawals", status=403)
        stale = browser.get(f"/desk/cases/{pressed.reference}/restrict", status=(403, 404, 409))
        if stale.status == 409:
            assert "người thứ hai" not in stale.text
    assert WHY in sign_in(cast.ha).get(f"/desk/cases/{pressed.reference}").text


def test_after_a_no_from_the_office_the_agency_still_knows_nothing(
        app: Flask, cast: Cast, pressed: Receipt, sign_in: SignIn) -> None:
    untouched = bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        case = case_of(pressed)
        proposal = lifecycle.open_proposal(case)
        assert proposal is not None
        lifecycle.decline(case, proposal, actor=actor_of(cast.ha), why="Người gửi bị ép.")
    chi = sign_in(cast.chi)
    pages = [chi.get(f"/desk/cases/{one.reference}").page.all("main")[0].text.replace(one.reference, "")
             for one in (pressed, untouched)]
    assert pages[0] == pages[1]


def test_intake_reads_it_and_leaves_the_decision_to_a_coordinator(
        app: Flask, cast: Cast, pressed: Receipt, sign_in: SignIn) -> None:
    intake, ha = sign_in(cast.intake), sign_in(cast.ha)
    assert pressed.reference not in intake.get("/desk/intake").text
    intake.get(f"/desk/cases/{pressed.reference}/proposal", status=403)
    page = ha.get("/supervision/withdrawals")
    assert WHY in page.text
    assert "chờ ý kiến của điều phối viên" in page.text
    form = ha.get(f"/desk/cases/{pressed.reference}/proposal")
    ha.post(f"/desk/cases/{pressed.reference}/proposal", {
        "csrf_token": form.page.forms()[-1].values["csrf_token"][0], "decision": "confirm"})
    assert fact(app, pressed, "state") == "withdrawn"
    after = ha.get("/supervision/withdrawals")
    assert pressed.reference in after.text
    note = ha.get(f"/supervision/cases/{pressed.reference}/follow-ups")
    ha.submit(note, field="on", text="Đã gọi lại người gửi, báo lãnh đạo.", on="2026-11-18")
    assert "Không có việc xin rút vì bị ép nào" in ha.get("/supervision/withdrawals").text
    everything = ha.get("/supervision/withdrawals?all=1")
    assert pressed.reference in everything.text
    assert "đã có xử lý" in everything.text
    assert pressed.reference in ha.get("/supervision/withdrawals?all=1&format=csv").body.decode()


def test_the_leader_sees_the_row_and_not_the_senders_words(
        cast: Cast, pressed: Receipt, sign_in: SignIn) -> None:
    page = sign_in(cast.leader).get("/supervision/withdrawals")
    assert pressed.reference in page.text
    assert WHY not in page.text
    assert "With pressure" in sign_in(cast.leader).in_english().get("/supervision/withdrawals").text
