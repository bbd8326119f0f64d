"""Withdrawing: decided away from the handling agency; pressure told stays with a coordinator until dealt with."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.domain.conflicts import About
from feedback.domain.errors import MoveNotAllowed
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline
from feedback.queries import withdrawals
from feedback.queries.cases import open_proposals
from feedback.queries.dashboard_counts import numbers
from feedback.queries.dashboards import this_moment
from feedback.queries.withdrawals import OfAgency
from feedback.services import asking, citizen, conflicts, follow_ups, instructions, lifecycle
from tests import factories
from tests.factories import Member, actor_of, case_of
from tests.fixtures.cast import Cast
from tests.fixtures.time import Clock
from tests.services.test_instructions import ORDER


@pytest.fixture
def inside(app: Flask, frozen: Clock) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.rollback()


def wish(cast: Cast, *, pressed: bool | None = True, to: Action | None = Action.TAKE) -> int:
    with writing():
        receipt = factories.complaint()
        if to is not None:
            factories.walk(receipt, to, hands=cast.hands)
        citizen.ask_to_withdraw(case_of(receipt), actor=citizen.as_sender(receipt.case_id), pressed=pressed,
                                why="Cán bộ gọi điện bảo tôi rút.")
    return receipt.case_id


def decides(who: Member, case_id: int, *, agree: bool = True) -> bool:
    """Whether this person may decide; it is decided when they may."""
    try:
        with writing():
            case = case_of(case_id)
            proposal = lifecycle.open_proposal(case)
            if agree:
                lifecycle.confirm(case, proposal, actor=actor_of(who))
            else:
                lifecycle.decline(case, proposal, actor=actor_of(who), why="Người gửi bị ép.")
    except MoveNotAllowed:
        return False
    return True


def rows(who: Member, **more: bool) -> list[int]:
    db.session.rollback()
    return [one.case.id for one in withdrawals.pressed_withdrawals(actor_of(who), **more).rows]


@pytest.mark.parametrize("pressed", [True, False, None])
def test_under_pressure_a_coordinator_has_to_speak_and_intake_alone_is_not_enough(
        cast: Cast, inside: None, pressed: bool | None) -> None:
    case_id = wish(cast, pressed=pressed)
    for agree in (True, False):
        for who in (cast.chi, cast.chi_head, cast.dung, cast.dung_head, cast.leader, cast.restricted, cast.quan):
            assert not decides(who, case_id, agree=agree), who.name
    assert decides(cast.intake, case_id) is (pressed is not True)
    if pressed:
        assert case_of(case_id).state == "in_progress"
        assert decides(cast.ha, case_id)
    assert case_of(case_id).state == "withdrawn"


def test_somebody_of_the_handling_agency_decides_in_no_role(cast: Cast, inside: None) -> None:
    with writing():
        both = factories.member("Tô Thị Hai Vai", Role.INTAKE, Role.OFFICER, agency_id=cast.building)
        seated = factories.member("Cù Văn Ngồi", Role.INTAKE, agency_id=cast.building)
        above = factories.member("Trịnh Văn Trên", Role.COORDINATOR, Role.AGENCY_HEAD, agency_id=cast.office)
    case_id = wish(cast, pressed=False)
    for who in (both, seated, above):
        assert not decides(who, case_id), who.name
        assert [case.id for _proposal, case in open_proposals(actor_of(who))] == [], who.name
    assert [case.id for _proposal, case in open_proposals(actor_of(cast.intake))] == [case_id]


def test_a_yes_is_a_row_for_the_coordinators_until_something_was_done(cast: Cast, inside: None) -> None:
    case_id, quiet = wish(cast), wish(cast, pressed=False)
    assert rows(cast.ha) == [case_id]
    assert numbers(actor_of(cast.ha), this_moment())["pressed"] == 1
    for who in (cast.intake, cast.chi, cast.chi_head, cast.restricted):
        assert rows(who, everything=True) == [], who.name
    assert decides(cast.ha, case_id)
    assert rows(cast.ha) == [case_id], "the withdrawal is decided, the pressure is not dealt with"
    with writing():
        follow_ups.write(case_of(case_id), actor=actor_of(cast.ha), text="Gọi lại.", on=date(2026, 11, 18))
    assert (rows(cast.ha), rows(cast.ha, everything=True)) == ([], [case_id])
    assert quiet not in rows(cast.ha, everything=True)


def test_an_instruction_deals_with_it_too_and_an_older_note_does_not(
        cast: Cast, inside: None, frozen: Clock) -> None:
    with writing():
        receipt = factories.complaint()
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
        follow_ups.write(case_of(receipt), actor=actor_of(cast.ha), text="Xem lại sau.", on=date(2026, 11, 18))
    frozen.go_on(hours=1)
    with writing():
        citizen.ask_to_withdraw(case_of(receipt), actor=citizen.as_sender(receipt.case_id), why="Bị ép.",
                                pressed=True)
    assert rows(cast.ha) == [receipt.case_id]
    frozen.go_on(hours=1)
    with writing():
        instructions.issue(actor=actor_of(cast.ha), agency_id=cast.building, body=ORDER, due_on=date(2026, 11, 20),
                           case=case_of(receipt))
    assert rows(cast.ha) == []


def test_where_the_office_is_in_conflict_the_leader_deals_with_it(cast: Cast, inside: None) -> None:
    with writing():
        second = factories.member("Đinh Thị Hai", Role.COORDINATOR, agency_id=cast.office)
    case_id = wish(cast)
    with writing():
        conflicts.record(case_of(case_id), about=About.OFFICE, people=[cast.ha.id], why="Nói về văn phòng.",
                         actor=actor_of(cast.intake))
    assert (rows(cast.ha), rows(second), rows(cast.leader)) == ([], [], [case_id])
    assert withdrawals.pressed_withdrawals(actor_of(cast.leader)).rows[0].words.startswith("Cán bộ gọi điện")
    for who in (cast.ha, second, cast.intake):
        assert not decides(who, case_id), who.name
    assert decides(cast.leader, case_id)


def test_figures_count_pressure_by_agency_for_supervisors_alone(cast: Cast, inside: None) -> None:
    first = wish(cast)
    for pressed, to in ((False, Action.TAKE), (None, Action.TAKE), (True, None)):
        wish(cast, pressed=pressed, to=to)
    with writing():
        follow_ups.write(case_of(first), actor=actor_of(cast.ha), text="Đã gọi lại.", on=date(2026, 11, 18))
    figures = withdrawals.by_agency(actor_of(cast.ha), since=date(2026, 11, 1))
    assert [(one.agency.id if one.agency else None, one.asked, one.pressed, one.open) for one in figures] == [
        (cast.building, 3, 1, 0), (None, 1, 1, 1)]
    assert all(isinstance(one, OfAgency) for one in figures)
    assert withdrawals.by_agency(actor_of(cast.ha), since=date(2026, 11, 17)) == []
    for who in (cast.chi_head, cast.intake):
        assert withdrawals.by_agency(actor_of(who), since=date(2026, 11, 1)) == []


def test_the_list_goes_on_by_key(cast: Cast, inside: None) -> None:
    ids = [wish(cast) for _ in range(3)]
    ha = actor_of(cast.ha)
    for everything, wanted in ((False, ids), (True, ids[::-1])):
        first = withdrawals.pressed_withdrawals(ha, everything=everything, size=2)
        rest = withdrawals.pressed_withdrawals(ha, everything=everything, size=2, after=first.after)
        assert [one.case.id for one in [*first.rows, *rest.rows]] == wanted


def test_who_withdraws_while_being_asked_gets_the_waited_days_back(
        cast: Cast, inside: None, frozen: Clock) -> None:
    with writing():
        receipt = factories.complaint()
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
        asking.ask_for_details(case_of(receipt.case_id), actor=actor_of(cast.chi),
                               what="Số biên nhận ghi trên giấy hẹn là số nào?")
    before = running(receipt.case_id, "total").due_on
    frozen.stand_at("2026-11-19")
    with writing():
        citizen.ask_to_withdraw(case_of(receipt.case_id), actor=citizen.as_sender(receipt.case_id),
                                why="Tôi đã được giải quyết.", pressed=False)
    assert decides(cast.ha, receipt.case_id)
    stopped = running(receipt.case_id, "total")
    assert (stopped.paused_days, stopped.paused_at, stopped.met) == (3, None, None)
    assert stopped.due_on > before


def running(case_id: int, kind: str) -> Deadline:
    """The newest clock of this kind."""
    db.session.rollback()
    return db.session.scalars(select(Deadline).where(Deadline.case_id == case_id, Deadline.kind == kind)
                              .order_by(Deadline.id.desc()).limit(1)).one()
