"""The services' side: a fresh database with three agencies and their people, and every deed as one call."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from feedback import clock
from feedback.domain.agencies import Tier
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import CalendarDay, CalendarVersion, LadderRung
from feedback.models.deadlines import Limit as LimitRow
from feedback.queries import calendar_years, reader_model, shown_names, unchanged
from feedback.services import citizen
from tests import factories
from tests.fixtures.databases import Database
from tests.services.whole_life.days import Days
from tests.services.whole_life.model import Limit, Limits

CONDITIONS = ("category", "case_kind", "urgent", "complex", "tier", "procedure_id")


class Province:
    """One example's world. ``people``: for each agency its heads and its officers, by id."""

    def __init__(self, app: Flask, database: Database, now: datetime) -> None:
        self.app, self.now = app, now
        with app.app_context():
            engine = db.engine
        engine.dispose()
        database.put_back()
        if engine.dialect.name == "sqlite" and not event.contains(engine, "connect", _careless):
            event.listen(engine, "connect", _careless)
        for kept in (reader_model._kept, shown_names._kept):
            kept.clear()
        unchanged.forget()
        calendar_years.forget()
        with self.writing():
            self.office = factories.agency("Văn phòng UBND tỉnh", tier=Tier.PROVINCE_OFFICE)
            self.agencies = [factories.agency(f"Sở {n}", parent=self.office) for n in ("Một", "Hai", "Ba")]
            self.coordinators = [self._hire(Role.COORDINATOR, self.office) for _ in range(2)]
            self.intake = [self._hire(Role.INTAKE, self.office) for _ in range(2)]
            self.leader = self._hire(Role.LEADER, self.office)
            self.heads = {id_: [self._hire(Role.AGENCY_HEAD, id_)] for id_ in self.agencies}
            self.officers = {id_: [self._hire(Role.OFFICER, id_) for _ in range(3)] for id_ in self.agencies}

    @staticmethod
    def _hire(role: Role, agency: int) -> int:
        return factories.member(f"{role.value} {secrets.token_hex(3)}", role, agency_id=agency).id

    @contextmanager
    def there(self) -> Iterator[None]:
        """In the app, at this world's time."""
        with self.app.app_context(), clock.travelling(self.now):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The same in one transaction, as an edge does it."""
        with self.there(), writing():
            yield

    def act(self, case_id: int, deed: Callable[[Case], Any]) -> Any:
        """Do something to a case in a transaction of its own; what the deed returns."""
        with self.writing():
            return deed(factories.case_of(case_id))

    def actor(self, person: int) -> Actor:
        """As the web would put it together."""
        return factories.actor_of(person)

    def sender(self, case_id: int) -> Actor:
        """Who holds this case's key."""
        return citizen.as_sender(case_id)

    def agency(self, id_: int) -> Agency:
        """The row."""
        return db.session.get_one(Agency, id_)

    def head(self, agency: int | None) -> int | None:
        """Who heads it today."""
        return next(iter(self.heads.get(agency or 0, ())), None)

    def days(self) -> Days:
        """The calendar's rows, for the model."""
        with self.there():
            rows = db.session.execute(select(CalendarDay.day, CalendarDay.kind)).all()
            newest = db.session.scalars(select(CalendarVersion).order_by(CalendarVersion.id.desc()).limit(1)).one()
            off, made_up = ({day for day, kind in rows if kind == which} for which in ("off", "make_up"))
            return Days(off, made_up, {int(year) for year in newest.years.split(",") if year})

    def limits(self) -> Limits:
        """The limits' rows, for the model."""
        with self.there():
            return Limits([limit_of(row) for row in db.session.scalars(select(LimitRow))])

    def ladder(self) -> dict[str, list[tuple[str, int, bool]]]:
        """Rungs by kind of clock: key, distance, in hours."""
        found: dict[str, list[tuple[str, int, bool]]] = {}
        with self.there():
            for row in db.session.scalars(select(LadderRung).where(LadderRung.active.is_(True))):
                found.setdefault(row.kind, []).append((row.key, row.offset, row.unit == "working_hours"))
        return found


def limit_of(row: LimitRow) -> Limit:
    """A row as the model takes it."""
    return Limit(row.key, row.amount, row.unit, row.valid_from, row.version,
                 tuple((name, getattr(row, name)) for name in CONDITIONS if getattr(row, name) is not None))


def vietnamese(on: date) -> str:
    """A date as answers write it."""
    return f"{on:%d/%m/%Y}"


def _careless(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # thrown away after each example


def careful(app: Flask) -> None:
    """Give the connections their habits back."""
    with app.app_context():
        if event.contains(db.engine, "connect", _careless):
            event.remove(db.engine, "connect", _careless)
        db.engine.dispose()
