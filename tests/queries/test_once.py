"""What the province set is asked once a transaction, and a change inside it or after it counts at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, update

from feedback.domain.limits import DeadlineKind
from feedback.domain.province import Switch
from feedback.extensions import db, writing
from feedback.models.deadlines import LadderRung
from feedback.models.settings import ProvinceSwitch
from feedback.queries.calendar import load_calendar, load_office
from feedback.queries.ladder import load_ladders
from feedback.queries.province import switch
from feedback.services.seeding import seed_ladder

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
    load_calendar()  # its days are kept as long as its version stands
    with writing(), _asked() as said:
        for _ in range(10):
            load_calendar()
            load_office()
            load_ladders()
            load_ladders(switched_off=True)
    assert len([one for one in said if one.startswith("SELECT")]) == 3


def test_the_next_transaction_asks_again() -> None:
    def set_to(value: int) -> None:
        with writing():
            db.session.merge(ProvinceSwitch(key=Switch.AFTER_HOURS_NEXT_DAY.value, value=value))

    set_to(1)
    assert load_office().after_hours_next_day
    set_to(0)
    assert not load_office().after_hours_next_day


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
