"""Several cases climb in one transaction: as many statements for many as for few, and still each rung once."""

from collections.abc import Iterator, Sequence

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.deadlines import Escalation
from feedback.models.outbox import Outbox
from feedback.queries.verification import verify_all
from feedback.services import escalation, history
from tests import factories
from tests.engines.together import together
from tests.fixtures.application import watching
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.time import Clock


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _with_agency(cast: Cast, an: Citizen) -> int:
    """A case that Chi holds, given out on Monday 16 November 2026: due on the 26th (the 24th is a day off)."""
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt.case_id


def _told() -> list[int | None]:
    db.session.rollback()
    return list(db.session.scalars(
        select(Outbox.person_id).where(Outbox.notice == "case-overdue").order_by(Outbox.id)))


def test_a_batch_that_breaks_half_way_is_undone_and_its_cases_climb_one_by_one(
        cast: Cast, an: Citizen, frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [_with_agency(cast, an) for _ in range(3)]
    frozen.stand_at("2026-11-27")
    recording, broken = history.record_all, []

    def break_once(told: Sequence[history.Told], **how: bool) -> None:
        recording(told, **how)
        if not broken:
            broken.append(len(told))
            raise OSError("the disk is full")

    monkeypatch.setattr(history, "record_all", break_once)
    tally = escalation.sweep_overdue()
    assert broken == [6], "three rungs and three explanations, in one transaction"
    assert (tally.seen, tally.acted, tally.failed) == (3, 3, 0)
    assert _told() == [cast.chi_head.id] * 3
    assert db.session.execute(select(Escalation.case_id, Escalation.rung).order_by(Escalation.id)).all() == [
        (case_id, "after_1") for case_id in ids]
    assert verify_all().whole


def test_many_cases_are_swept_with_as_many_statements_as_few(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    asked = []
    for many in (2, 8):
        frozen.stand_at("2026-11-16")
        for _ in range(many):
            _with_agency(cast, an)
        frozen.stand_at("2026-11-27")
        with watching(db.engine) as log:
            assert escalation.sweep_overdue().acted == many
        assert log.commits == 1
        asked.append(len(log.statements))
    assert asked[1] <= asked[0] <= 30, asked


def test_a_case_that_somebody_holds_waits_and_keeps_nobody_else_waiting(
        app: Flask, cast: Cast, an: Citizen, frozen: Clock) -> None:
    if app.extensions["settings"].database_url.startswith("sqlite"):
        pytest.skip("one writer at a time there")
    with app.app_context():
        ids = [_with_agency(cast, an) for _ in range(3)]
    frozen.stand_at("2026-11-27")
    with app.app_context(), writing():
        db.session.get_one(Case, ids[1], with_for_update=True)

        def climbs() -> tuple[int, Sequence[int]]:
            with writing():
                return escalation.climb_some(ids)

        assert together(app, climbs, times=1) == [(2, [ids[1]])]
    with app.app_context():
        assert escalation.sweep_overdue().acted == 1
        assert sorted(_told()) == [cast.chi_head.id] * 3
