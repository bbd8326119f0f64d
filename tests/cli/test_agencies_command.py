"""``feedback agency``: a reorganised agency's cases move as its preview said; the ledger is written once."""

from datetime import date

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import delete, select

from feedback.cli.agencies import ledger, move
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.holdings import Holding
from tests import factories
from tests.fixtures.cast import Cast


@pytest.fixture
def case_id(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    """A case that an officer of the building department works on."""
    monkeypatch.setattr("feedback.app.create_app", lambda _settings=None: app)
    with app.app_context(), writing():
        receipt = factories.complaint()
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt.case_id


def _move(app: Flask, cast: Cast, *more: str) -> Result:
    with app.app_context():
        codes = [db.session.get_one(Agency, number).code for number in (cast.building, cast.land)]
    return CliRunner().invoke(move, [codes[0], "--to", codes[1], *more])


def _holder(app: Flask, case_id: int) -> tuple[int | None, set[int | None]]:
    with app.app_context():
        handles = db.session.scalars(select(Deadline.agency_id).where(
            Deadline.case_id == case_id, Deadline.kind == "handle", Deadline.stopped_at.is_(None)))
        return db.session.get_one(Case, case_id).agency_id, set(handles)


def test_what_would_move_is_said_and_nothing_is_changed(app: Flask, cast: Cast, case_id: int) -> None:
    before = _holder(app, case_id)
    said = _move(app, cast, "--source", "Nghị quyết 12", "--dry-run")
    assert said.exit_code == 0, said.output
    assert "open cases: 1" in said.output
    assert "Nothing was changed" in said.output
    assert _holder(app, case_id) == before


def test_the_cases_move_with_their_clocks_and_again_finds_nothing(app: Flask, cast: Cast, case_id: int) -> None:
    said = _move(app, cast, "--source", "Nghị quyết 12")
    assert said.exit_code == 0, said.output
    assert "Moved: 1 cases" in said.output
    assert _holder(app, case_id) == (cast.land, {cast.land})
    again = _move(app, cast)
    assert (again.exit_code, "Moved: 0 cases" in again.output) == (0, True)


def test_without_a_document_an_agency_does_not_end(app: Flask, cast: Cast, case_id: int) -> None:
    said = _move(app, cast)
    assert said.exit_code == 1
    assert "--source" in said.output
    assert _holder(app, case_id)[0] == cast.building


def test_an_unknown_agency_is_named(app: Flask, cast: Cast, case_id: int) -> None:
    said = CliRunner().invoke(move, ["H1.23", "--to", "H9.99"])
    assert (said.exit_code, "H9.99" in said.output or "H1.23" in said.output) == (1, True)


def test_the_ledger_of_older_cases_is_written_once(app: Flask, cast: Cast, case_id: int) -> None:
    def held() -> list[tuple[int, date]]:
        with app.app_context():
            return [(row.agency_id, row.since.date()) for row in db.session.scalars(
                select(Holding).where(Holding.case_id == case_id).order_by(Holding.n))]

    before = held()
    with app.app_context(), writing():
        db.session.execute(delete(Holding))
    for written in (1, 0):
        said = CliRunner().invoke(ledger, [])
        assert said.exit_code == 0, said.output
        assert f"was written: {written}" in said.output
        assert held() == before
