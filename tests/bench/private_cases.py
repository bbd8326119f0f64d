"""The private part of a filled database: cases on the desks, with their clocks, and some that can be followed.

A few are real, made by the services; the many are copies of two of them by SQL, spread over the agencies and over
the days: one in twenty is open, the others were settled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import Flask
from sqlalchemy import func, select, text

from feedback import clock
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.services import cases
from feedback.services.samples import province
from feedback.services.seeding import seed_reference_data
from tests import factories
from tests.bench.generator import ANCHOR
from tests.factories import Hands

DESK = "H99.XD"
"""The agency of the officer and the head."""
ONE_IN = 20
DAYS = 900
FOLLOWED = 12
"""Real cases with a tracking key: a third just sent, a third with an officer, a third answered and closed."""


@dataclass(frozen=True)
class Private:
    """What was made."""

    tracking: tuple[tuple[str, str], ...]
    people: dict[str, int]
    open_cases: int
    all_cases: int


def make(app: Flask, *, seed: int, cases: int) -> Private:
    """Reference data, the sample province, its people, and this many private cases. The database is migrated and
    empty."""
    with app.app_context(), clock.travelling(_at(40)):
        with writing():
            seed_reference_data()
        with writing():
            province.build()
        with writing():
            hands, people = _hire()
        receipts, ids = _followed(seed, hands)
        with writing():
            copied = _copies(open_id=ids["open"], settled_id=ids["settled"], many=max(0, cases - FOLLOWED))
        return Private(tuple((one.reference, one.key) for one in receipts), people, copied + FOLLOWED * 2 // 3,
                       db.session.scalar(select(func.count()).select_from(Case)) or 0)


def now() -> datetime:
    """The moment at which the house stands when it is filled."""
    return _at(0)


def _at(days_ago: int) -> datetime:
    return datetime.combine(ANCHOR - timedelta(days=days_ago), time(9), clock.VIETNAM)


def _hire() -> tuple[Hands, dict[str, int]]:
    """People whose password and authenticator are those of ``tests.factories``."""
    agencies = dict(db.session.execute(select(Agency.code, Agency.id)).all())
    office, desk = agencies["H99.VP"], agencies[DESK]
    intake = factories.member("Tiếp nhận", Role.INTAKE, agency_id=office)
    coordinator = factories.member("Điều phối", Role.COORDINATOR, agency_id=office)
    officer = factories.member("Cán bộ", Role.OFFICER, agency_id=desk)
    head = factories.member("Lãnh đạo", Role.AGENCY_HEAD, agency_id=desk)
    publisher = factories.member("Công khai", Role.PUBLISHER, agency_id=office)
    people = {"intake": intake.id, "coordinator": coordinator.id, "officer": officer.id, "agency_head": head.id,
              "publisher": publisher.id}
    return Hands(intake, officer, head, coordinator, desk), people


def _followed(seed: int, hands: Hands) -> tuple[list[cases.Receipt], dict[str, int]]:
    receipts, ids = [], {}
    ways: tuple[tuple[str, Callable[[], datetime], Action | None], ...] = (
        ("sent", lambda: _at(1), None), ("open", lambda: _at(8), Action.TAKE),
        ("settled", lambda: _at(30), Action.CLOSE))
    for number in range(FOLLOWED):
        name, when, to = ways[number % 3]
        with clock.travelling(when()), writing():
            receipt = factories.complaint(nonce=f"{seed * 1_000 + number:032x}", category=Category.LATE_RESULT,
                                          identity={"email": f"gui-{number}@mau.example"})
        if to is not None:
            with clock.travelling(when() + timedelta(hours=3)), writing():
                factories.walk(receipt, to, hands=hands)
        receipts.append(receipt)
        ids[name] = receipt.case_id
    return receipts, ids


def _copies(*, open_id: int, settled_id: int, many: int) -> int:
    """Multiply the two; how many of the copies are open."""
    first = db.session.scalar(select(func.max(Case.id))) or 0
    clock_id = db.session.scalar(select(func.max(Deadline.id))) or 0
    desk = db.session.scalar(select(Agency.id).where(Agency.code == DESK))
    assert desk is not None
    agencies = [desk, *db.session.scalars(select(Agency.id).where(
        Agency.valid_to.is_(None), Agency.parent_id.is_not(None), Agency.id != desk).order_by(Agency.id))]
    open_ones = many // ONE_IN
    spread = f"({' '.join(f'WHEN {n} THEN {id_}' for n, id_ in enumerate(agencies))} END)"
    agency = f"(CASE k % {len(agencies)} {spread[1:]}"
    kinds = (("open", open_id, 1, open_ones), ("settled", settled_id, open_ones + 1, many))
    for name, case_id, low, high in kinds:
        back = "k % 30" if name == "open" else f"30 + k % {DAYS}"
        changed = {"id": f"{first} + k", "reference": "'X' || k", "key_hash": "'k' || k", "nonce_hash": "'n' || k",
                   "agency_id": agency, "named_agency_id": "NULL", "received_on": _day(back),
                   "entered_at": _instant(back)}
        if name == "open":
            theirs = f"k % {len(agencies)} = 0"
            changed |= {"officer_id": f"CASE WHEN {theirs} THEN t.officer_id END",
                        "state": f"CASE WHEN {theirs} THEN t.state ELSE 'assigned' END"}
        else:
            changed |= {"answered_at": _instant(f"({back}) - 9"), "ended_at": _instant(f"({back}) - 9")}
        _copy("case_file", f"t.id = {case_id}", low, high, changed)
        for row in db.session.scalars(select(Deadline.id).where(
                Deadline.case_id == case_id, Deadline.kind.in_(("total", "handle")))).all():
            times = {"started_on": _day(back), "started_at": _instant(back), "due_on": _day(f"({back}) - 21"),
                     "due_at": _instant(f"({back}) - 21"), "next_rung_at": "NULL"}
            holder = {} if db.session.get_one(Deadline, row).agency_id is None else {"agency_id": agency}
            stopped = {} if name == "open" else {"stopped_at": _instant(f"({back}) - 9")}
            _copy("deadline", f"t.id = {row}", low, high, {
                "id": f"{clock_id} - {low} + 1 + k", "case_id": f"{first} + k", **times, **holder, **stopped})
            clock_id += max(0, high - low + 1)
    if _postgresql():  # rows with given ids leave the sequences behind
        for table in ("case_file", "deadline"):
            db.session.execute(text(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"))
    return open_ones


def _copy(table: str, which: str, low: int, high: int, changed: dict[str, str]) -> None:
    if high < low:
        return
    numbers = ("SELECT generate_series(CAST(:low AS bigint), :high) AS k" if _postgresql() else
               "WITH RECURSIVE n(k) AS (SELECT :low UNION ALL SELECT k + 1 FROM n WHERE k < :high)"
               " SELECT k FROM n")
    columns = [column.name for column in db.metadata.tables[table].columns]
    values = ", ".join(changed.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    db.session.execute(text(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, ({numbers}) m"
                            f" WHERE {which}"), {"low": low, "high": high})


def _day(back: str) -> str:
    """The day so many days before the anchor, as SQL."""
    if _postgresql():
        return f"(DATE '{ANCHOR}' - CAST({back} AS integer))"
    return f"date('{ANCHOR}', (0 - ({back})) || ' days')"


def _instant(back: str) -> str:
    """Ten in the morning (UTC) of that day, as SQL."""
    if _postgresql():
        return f"(({_day(back)} + TIME '10:00') AT TIME ZONE 'UTC')"
    return f"({_day(back)} || ' 10:00:00.000000')"


def _postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"
