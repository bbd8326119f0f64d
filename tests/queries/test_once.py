"""What the province set is asked once a transaction, and a change inside it or after it counts at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, update

from feedback import clock
from feedback.domain.limits import DeadlineKind
from feedback.domain.province import Switch
from feedback.extensions import db, writing
from feedback.models.deadlines import LadderRung, Limit
from feedback.models.settings import ProvinceSwitch
from feedback.queries import categories
from feedback.queries.calendar import limit_in_force, load_calendar, load_office
from feedback.queries.ladder import load_ladders
from feedback.queries.province import switch
from feedback.services.seeding import seed_ladder, seed_reference_data

pytestmark = pytest.mark.usefixtures("db_session")


@contextmanager
def _asked() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_ten_clocks_of_one_deed_ask_once() -> None:
    def ask() -> None:
        load_calendar()
        load_office()
        load_ladders()
        load_ladders(switched_off=True)
        switch(Switch.BACK_DATING_DAYS)
        categories.settings()

    ask()  # what is found is kept as long as nothing changes
    with writing(), _asked() as said:
        for _ in range(10):
            ask()
    assert len([one for one in said if one.startswith("SELECT")]) == 1


def test_the_next_transaction_asks_again() -> None:
    def set_to(value: int) -> None:
        with writing():
            db.session.merge(ProvinceSwitch(key=Switch.AFTER_HOURS_NEXT_DAY.value, value=value))

    set_to(1)
    assert load_office().after_hours_next_day
    set_to(0)
    assert not load_office().after_hours_next_day


def test_a_change_from_outside_counts_with_the_next_transaction_also_when_it_is_taken_back() -> None:
    """By whoever holds the database, past all models and services."""
    key = Switch.BACK_DATING_DAYS
    with writing():
        db.session.merge(ProvinceSwitch(key=key.value, value=5))
    seen = []
    for value in (6, 5, 6):
        with db.engine.begin() as outside:
            outside.execute(update(ProvinceSwitch.__table__).where(
                ProvinceSwitch.__table__.c.key == key.value).values(value=value))
        with writing():
            seen.append(switch(key))
    assert seen == [6, 5, 6]


def test_a_limit_that_was_changed_in_place_is_the_one_that_is_given() -> None:
    """Limits are versioned; somebody who mends a row by hand is believed all the same."""
    with writing():
        seed_reference_data()
    on = clock.today()
    before = limit_in_force("handle", on).amount
    with db.engine.begin() as outside:
        outside.execute(update(Limit.__table__).where(Limit.__table__.c.key == "handle").values(amount=before + 3))
    with writing():
        assert limit_in_force("handle", on).amount == before + 3


@pytest.mark.parametrize("by_statement", [True, False])
def test_what_is_written_inside_the_transaction_counts_at_once(by_statement: bool) -> None:
    with writing():
        seed_ladder()
    kind = DeadlineKind.TOTAL
    with writing():
        before = load_ladders()[kind]
        key = before[0].key
        if by_statement:
            db.session.execute(update(LadderRung).where(
                LadderRung.kind == kind.value, LadderRung.key == key).values(active=False))
        else:
            db.session.query(LadderRung).filter_by(kind=kind.value, key=key).one().active = False
            db.session.flush()
        assert key not in {rung.key for rung in load_ladders()[kind]}


def test_what_a_savepoint_took_back_was_never_so() -> None:
    with writing():
        db.session.merge(ProvinceSwitch(key=Switch.AFTER_HOURS_NEXT_DAY.value, value=1))
    with writing():
        with pytest.raises(RuntimeError), db.session.begin_nested():
            db.session.merge(ProvinceSwitch(key=Switch.AFTER_HOURS_NEXT_DAY.value, value=0))
            db.session.flush()
            assert switch(Switch.AFTER_HOURS_NEXT_DAY) == 0
            raise RuntimeError
        assert switch(Switch.AFTER_HOURS_NEXT_DAY) == 1
