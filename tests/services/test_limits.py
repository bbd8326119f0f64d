"""Each case gets the limit of the cases it belongs to, keeps the version it was given, and its history says when
the reading changed it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback import clock
from feedback.domain.calendar import Unit
from feedback.domain.errors import BadInput
from feedback.domain.kinds import CaseKind
from feedback.domain.lifecycle import Action
from feedback.domain.limits import Facts, Only
from feedback.domain.office_hours import local
from feedback.domain.province import Switch
from feedback.domain.registers import RowChanged, fingerprint
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, LadderRung, Limit
from feedback.models.events import Event
from feedback.queries.agencies import agency_by_id
from feedback.queries.calendar import limit_in_force, load_calendar
from feedback.services import cases, complexity, limits, province, recomputing, seeding
from feedback.services.limits import Said
from tests import factories
from tests.factories import actor_of
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.time import Clock

TODAY = date(2026, 11, 16)


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _clock(case_id: int, kind: str) -> Deadline:
    db.session.rollback()
    return db.session.scalars(select(Deadline).where(
        Deadline.case_id == case_id, Deadline.kind == kind, Deadline.stopped_at.is_(None))).one()


def _narrow(cast: Cast, key: str, only: Only, amount: int, unit: Unit = Unit.WORKING_DAYS) -> Limit:
    with writing():
        row = limits.narrow(key, only, Said(amount, unit, "Quyết định 7/QĐ-UBND", clock.today()),
                            actor=actor_of(cast.quan))
    return row


def _set(cast: Cast, **values: int) -> None:
    with writing():
        before = province.switches()
        province.keep_switches({Switch(name): value for name, value in values.items()}, actor=actor_of(cast.quan),
                               shown=fingerprint({key.value: value for key, value in before.items()}))


def test_the_row_with_most_conditions_wins_and_of_equals_the_newest(
        cast: Cast, frozen: Clock, inside: None) -> None:
    _narrow(cast, "handle", Only(tier="department"), 6)
    _narrow(cast, "handle", Only(urgent=True), 5)
    _narrow(cast, "handle", Only(urgent=True, tier="department"), 2)
    amounts = {
        name: limit_in_force("handle", TODAY, facts).amount for name, facts in {
            "plain": Facts(), "department": Facts(tier="department"), "commune": Facts(tier="commune"),
            "urgent": Facts(urgent=True), "both": Facts(urgent=True, tier="department"),
            "complex and urgent": Facts(urgent=True, complex=True)}.items()}
    assert amounts == {"plain": 7, "department": 6, "commune": 7, "urgent": 5, "both": 2, "complex and urgent": 5}
    assert limit_in_force("handle", TODAY).amount == 7, "without a case what holds for all"


def test_a_limit_that_has_ended_makes_room_for_the_wider_one(cast: Cast, frozen: Clock, inside: None) -> None:
    only = Only(urgent=True)
    first = _narrow(cast, "handle", only, 5)
    with writing():
        second = limits.amend("handle", only=only, amount=4, unit=Unit.WORKING_DAYS, legal_basis="Quyết định 8",
                              valid_from=TODAY + timedelta(days=2), shown=first.version, actor=actor_of(cast.quan))
    with pytest.raises(RowChanged), writing():
        limits.end("handle", only, last_day=TODAY, shown=first.version, actor=actor_of(cast.quan))
    with writing():
        limits.end("handle", only, last_day=TODAY + timedelta(days=3), shown=second.version,
                   actor=actor_of(cast.quan))
    urgent = Facts(urgent=True)
    days = [limit_in_force("handle", TODAY + timedelta(days=n), urgent).amount for n in (0, 2, 3, 4, 400)]
    assert days == [5, 4, 4, 7, 7]
    with pytest.raises(BadInput), writing():
        limits.end("handle", Only(), last_day=TODAY, shown=1, actor=actor_of(cast.quan))


@pytest.mark.parametrize(("key", "only", "fault"), [
    ("handle", Only(), ("only", "none")), ("handle", Only(complex=True), ("only", "taken")),
    ("objection", Only(urgent=True), ("only", "fixed")),
    ("handle", Only(procedure_id=987654), ("procedure_id", "unknown")),
])
def test_a_narrowed_limit_that_cannot_be_is_refused(
        cast: Cast, frozen: Clock, inside: None, key: str, only: Only, fault: tuple[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        _narrow(cast, key, only, 3)
    assert (refused.value.field, refused.value.code) == fault


def test_an_urgent_case_is_read_within_four_working_hours(an: Citizen, frozen: Clock, inside: None) -> None:
    row = _clock(an.complains(urgent=True, hindrance="Không làm được giấy khai sinh cho con.").case_id, "receive")
    # From nine: two hours and a half until noon, the rest from half past one.
    assert local(row.due_at).strftime("%d %H:%M") == "16 15:00"


def test_a_complaint_about_the_content_of_a_rule_has_fifteen_days(
        an: Citizen, frozen: Clock, inside: None) -> None:
    row = _clock(an.complains(kind=CaseKind.RULE).case_id, "total")
    assert row.due_on == date(2026, 12, 1)
    assert db.session.get_one(Limit, row.limit_id).legal_basis.startswith("Quy định: Công điện 89/CĐ-TTg")


def test_a_case_found_complex_gets_the_longer_limits_and_its_history_says_why(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    receipt = an.complains()
    before = _clock(receipt.case_id, "total").due_on
    frozen.go_on(days=1)
    with writing():
        factories.walk(receipt, Action.ACCEPT, hands=cast.hands)
        case = db.session.get_one(Case, receipt.case_id)
        complexity.mark(case, why="Hồ sơ đất từ năm 1986, phải kiểm tra tại chỗ.", actor=actor_of(cast.intake))
    with writing():
        agency = agency_by_id(cast.building)
        assert agency is not None
        cases.assign(db.session.get_one(Case, receipt.case_id), agency, actor=actor_of(cast.intake))
    total, handle = _clock(receipt.case_id, "total"), _clock(receipt.case_id, "handle")
    assert total.started_on == TODAY, "it still runs from receipt"
    assert (before, total.due_on) == (date(2026, 12, 8), date(2026, 12, 22))
    assert {db.session.get_one(Limit, row.limit_id).amount for row in (total, handle)} == {25, 15}
    types = list(db.session.scalars(select(Event.type).where(Event.chain == f"case:{receipt.case_id}")))
    assert {"found_complex", "limit_fitted"} <= set(types)
    with pytest.raises(BadInput), writing():
        complexity.mark(db.session.get_one(Case, receipt.case_id), why=" ", actor=actor_of(cast.intake))


def test_a_case_keeps_the_version_it_was_given(cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    receipt = an.complains()
    given = _clock(receipt.case_id, "total").limit_id
    frozen.go_on(days=1)
    with writing():
        limits.amend("total", amount=5, unit=Unit.WORKING_DAYS, legal_basis="Quyết định 9/QĐ-UBND",
                     valid_from=clock.today(), shown=1, actor=actor_of(cast.quan))
    with writing():
        factories.walk(receipt, Action.ASSIGN, hands=cast.hands)
    assert _clock(receipt.case_id, "total").limit_id == given, "giving it out fits the limit of the day it came in"
    assert _clock(an.complains().case_id, "total").limit_id != given


def test_evenings_count_as_the_next_day_only_for_clocks_that_start_under_that_rule(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    frozen.stand_at("2026-11-16 19:00")
    old = an.complains()
    _set(cast, after_hours_next_day=1)
    new = an.complains()
    first, second = _clock(old.case_id, "total"), _clock(new.case_id, "total")
    assert (first.started_on, second.started_on) == (TODAY, TODAY + timedelta(days=1))
    assert (first.due_on, second.due_on) == (date(2026, 12, 8), date(2026, 12, 9))
    before = load_calendar()
    after = replace(before, days_off=before.days_off | {date(2026, 11, 30)}, version=before.version)
    with writing():
        recomputing.recompute(before, after, actor=actor_of(cast.quan))
    assert (_clock(old.case_id, "total").due_on, _clock(new.case_id, "total").due_on) == (
        date(2026, 12, 9), date(2026, 12, 10)), "a change of the calendar keeps each under its own rule"


def test_office_hours_of_the_province_bound_limits_in_hours(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    urgent = {"urgent": True, "hindrance": "Không làm được giấy khai sinh cho con."}
    before = _clock(an.complains(**urgent).case_id, "receive").due_at
    _set(cast, morning_closes=660, afternoon_opens=780)  # closed from 11 to 13
    assert _clock(an.complains(**urgent).case_id, "receive").due_at == before, "as long a noon as before"
    _set(cast, morning_closes=660, afternoon_opens=840)
    assert _clock(an.complains(**urgent).case_id, "receive").due_at - before == timedelta(hours=1)
    with pytest.raises(BadInput) as refused:
        _set(cast, morning_closes=900)
    assert refused.value.code == "order"


def test_seeding_twice_adds_nothing_and_brings_nothing_back(cast: Cast, frozen: Clock, inside: None) -> None:
    def counts() -> tuple[int | None, int | None]:
        return (db.session.scalar(select(func.count(Limit.id))),
                db.session.scalar(select(func.count(LadderRung.id))))

    before = counts()
    with writing():
        limits.end("handle", Only(complex=True), last_day=TODAY, shown=2, actor=actor_of(cast.quan))
        for rung in db.session.scalars(select(LadderRung).where(LadderRung.kind == "gate")):
            rung.active = False
    for _ in range(2):
        with writing():
            seeding.seed_reference_data()
    assert counts() == before
    assert limit_in_force("handle", TODAY + timedelta(days=1), Facts(complex=True)).amount == 7
    assert not any(db.session.scalars(select(LadderRung.active).where(LadderRung.kind == "gate")))
