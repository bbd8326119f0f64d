"""Follow-up notes: a supervisor looks at a case again on a day. No agency and nobody in conflict reads them."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.events import Event
from feedback.models.instructions import FollowUp
from feedback.models.people import Person
from feedback.queries import follow_ups as asked
from feedback.queries.follow_ups import When
from feedback.services import follow_ups
from tests import factories
from tests.factories import Member, actor_of, case_of
from tests.fixtures.cast import Cast
from tests.fixtures.time import Clock

WORDS = "Xem lại bảng niêm yết ở quầy 3 đã bỏ mục hộ khẩu chưa."
DAY = date(2026, 11, 20)


@pytest.fixture
def case_id(app: Flask, cast: Cast, frozen: Clock) -> Iterator[int]:
    with app.app_context():
        with writing():
            receipt = factories.complaint()
            factories.walk(receipt, Action.TAKE, hands=cast.hands)
        yield receipt.case_id
        db.session.rollback()


def write(who: Member, case_id: int, text: str = WORDS, on: date | None = DAY) -> int:
    with writing():
        row = follow_ups.write(case_of(case_id), actor=actor_of(who), text=text, on=on)
        db.session.flush()
        return row.id


def seen(who: Member, when: When = When.TODAY, **more: bool) -> list[int]:
    db.session.rollback()
    return [one.row.id for one in asked.follow_ups(actor_of(who), when, **more).rows]


def test_a_note_comes_on_its_day_and_stays_until_it_is_done(case_id: int, cast: Cast, frozen: Clock) -> None:
    number = write(cast.ha, case_id)
    assert (seen(cast.ha), seen(cast.ha, When.COMING)) == ([], [number])
    for day in ("2026-11-20", "2026-11-25"):
        frozen.stand_at(day)
        assert (seen(cast.ha), seen(cast.ha, When.COMING)) == ([number], [])
    assert asked.due_count(actor_of(cast.ha)) == 1
    with writing():
        follow_ups.finish(number, actor=actor_of(cast.ha))
    assert (seen(cast.ha), seen(cast.ha, When.DONE)) == ([], [number])
    with pytest.raises(MoveNotAllowed), writing():
        follow_ups.finish(number, actor=actor_of(cast.ha))


def test_each_supervisor_has_a_list_of_their_own_and_can_see_everybodys(case_id: int, cast: Cast) -> None:
    first, second = write(cast.ha, case_id), write(cast.leader, case_id)
    assert seen(cast.leader, When.COMING) == [second]
    assert seen(cast.leader, When.COMING, everybodys=True) == [first, second]
    assert [one.author for one in asked.of_case(actor_of(cast.ha), case_id)] == ["Cao Văn Thành", "Phạm Thu Hà"]


def test_agencies_and_others_neither_write_nor_read_nor_find_a_trace(case_id: int, cast: Cast) -> None:
    before = db.session.scalar(select(func.count()).select_from(Event))
    number = write(cast.ha, case_id)
    for who in (cast.chi, cast.chi_head, cast.intake, cast.restricted, cast.quan):
        with pytest.raises(OutOfReach):
            write(who, case_id)
        with pytest.raises(OutOfReach), writing():
            follow_ups.finish(number, actor=actor_of(who))
        assert asked.of_case(actor_of(who), case_id) == []
        assert seen(who, When.COMING, everybodys=True) == []
    assert db.session.scalar(select(func.count()).select_from(Event)) == before


def test_who_is_named_in_a_conflict_loses_even_their_own_note(case_id: int, cast: Cast) -> None:
    number = write(cast.ha, case_id)
    with writing():
        factories.hide_from(case_of(case_id), db.session.get_one(Person, cast.ha.id))
    assert seen(cast.ha, When.COMING) == []
    with pytest.raises(OutOfReach), writing():
        follow_ups.finish(number, actor=actor_of(cast.ha))
    assert seen(cast.leader, When.COMING, everybodys=True) == [number]


def test_a_restricted_case_has_no_follow_up(cast: Cast, case_id: int) -> None:
    with writing():
        receipt = factories.complaint(category=Category.UNOFFICIAL_COST)
    for who in (cast.ha, cast.leader, cast.restricted):
        with pytest.raises(OutOfReach):
            write(who, receipt.case_id)


@pytest.mark.parametrize(("text", "on", "code"), [
    (" ", DAY, "missing"), ("x" * 4_001, DAY, "too_long"), (WORDS, None, "missing"),
    (WORDS, date(2026, 11, 13), "past"), (WORDS, date(2028, 1, 3), "too_far")])
def test_a_note_needs_words_and_a_day_to_come(
        case_id: int, cast: Cast, text: str, on: date | None, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        write(cast.ha, case_id, text, on)
    assert refused.value.code == code


def test_pressed_twice_it_stands_once(case_id: int, cast: Cast) -> None:
    assert write(cast.ha, case_id) == write(cast.ha, case_id)
    assert db.session.scalar(select(func.count()).select_from(FollowUp)) == 1


def test_the_list_goes_on_by_key(case_id: int, cast: Cast) -> None:
    numbers = [write(cast.ha, case_id, f"{WORDS} Lần {n}.") for n in range(3)]
    actor = actor_of(cast.ha)
    first = asked.follow_ups(actor, When.COMING, size=2)
    rest = asked.follow_ups(actor, When.COMING, size=2, after=first.after)
    assert [one.row.id for one in [*first.rows, *rest.rows]] == numbers
    assert rest.after is None
    assert len(asked.follow_ups(actor, When.COMING, after="x").rows) == 3
