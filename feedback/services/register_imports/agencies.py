"""``feedback import agencies``: the tree as a file. Parents and successors may stand below those that name them
or above."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from feedback import clock
from feedback.domain import registers as rules
from feedback.domain.permissions import Actor
from feedback.domain.register_files import REQUIRED, Column, Reading, Row
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.services.register_imports.bringing import Brought, demand_no_fault, noted, opened

COLUMNS = {
    "code": Column(rules.agency_code, REQUIRED),
    "name_vi": Column(rules.words, REQUIRED),
    "name_en": Column(rules.text, ""),
    "tier": Column(rules.tier, REQUIRED),
    "parent_code": Column(rules.agency_code),
    "valid_from": Column(rules.day),
    "valid_to": Column(rules.day),
    "successor_code": Column(rules.agency_code),
    "email": Column(rules.email),
}
"""As design §13.21 has them."""
_PLAIN = ("name_vi", "name_en", "tier", "valid_from", "valid_to", "email")
_LINKS = {"parent_code": "parent_id", "successor_code": "successor_id"}


def bring_in(data: bytes, *, label: str, actor: Actor) -> Brought:
    """Add and change agencies as the file says, in the caller's transaction; those it does not name stay.
    ``label`` becomes the source of new ones. Raises Faulty with every fault, and then nothing was changed."""
    reading = opened(data, COLUMNS)
    known = {row.code: row for row in db.session.scalars(select(Agency))}
    _check(reading, known)
    demand_no_fault(reading)
    brought = Brought(read=len(reading.rows), ignored=reading.ignored)
    new = [row.values for row in reading.rows if row.values["code"] not in known]
    for values in new:
        known[values["code"]] = Agency(code=values["code"], source=f"import: {label}"[:200],
                                       **{name: values[name] for name in _PLAIN})
    db.session.add_all(known[values["code"]] for values in new)
    db.session.flush()  # parents and successors are named by id
    brought.new = len(new)
    are_new = {values["code"] for values in new}
    for row in reading.rows:
        agency, values = known[row.values["code"]], _columns(row.values, known)
        if any(getattr(agency, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(agency, name, value)
            brought.changed += agency.code not in are_new
        if agency.successor_id is not None and agency.valid_to is not None and agency.valid_to < clock.today():
            brought.closed.append(agency.id)
    noted("agencies", data, brought, actor=actor)
    return brought


def _columns(values: Mapping[str, Any], known: Mapping[str, Agency]) -> dict[str, Any]:
    """The row as the table has it."""
    linked = {column: known[values[name]].id if values[name] else None for name, column in _LINKS.items()}
    return {**{name: values[name] for name in _PLAIN}, **linked}


def _check(reading: Reading, known: Mapping[str, Agency]) -> None:
    """What is wrong between rows: a code that comes twice or that nobody has, days in wrong order, circles."""
    first: dict[str, int] = {}
    for row in reading.rows:
        values, code = row.values, row.values["code"]
        if code in first:
            reading.fault(row.number, "code", "twice", code)
        first.setdefault(code, row.number)
        if values["valid_from"] and values["valid_to"] and values["valid_to"] < values["valid_from"]:
            reading.fault(row.number, "valid_to", "before", values["valid_to"])
        if values["successor_code"] and not values["valid_to"]:
            reading.fault(row.number, "successor_code", "still_open", values["successor_code"])
    # A row that could not be read still names its code: nobody who refers to it is blamed for that.
    named = first.keys() | known.keys() | reading.named
    by_id = {agency.id: agency.code for agency in known.values()}
    for name, column in _LINKS.items():
        above = {agency.code: by_id.get(getattr(agency, column) or 0) for agency in known.values()}
        above.update({row.values["code"]: row.values[name] for row in reading.rows})
        for row in reading.rows:
            if row.values[name] and row.values[name] not in named:
                reading.fault(row.number, name, "unknown_agency", row.values[name])
        for row in _on_a_circle(reading.rows, above):
            reading.fault(row.number, name, "circle", row.values[name])


def _on_a_circle(rows: list[Row], above: Mapping[str, str | None]) -> list[Row]:
    """Rows from which the way up leads back to themselves."""
    done: dict[str, bool] = {}
    for code in above:
        way: list[str] = []
        at: str | None = code
        while at is not None and at not in done and at not in way:
            way.append(at)
            at = above.get(at)
        circle = set(way[way.index(at):]) if at is not None and at in way else set()
        done.update({step: step in circle for step in way})
    return [row for row in rows if done.get(row.values["code"])]
