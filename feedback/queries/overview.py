"""The province at a glance: where open cases are and which clocks have run out. The numbers are read as the
counting sweep wrote them: no page counts them anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.outbox import SweepRun
from feedback.models.publications import RegisterCount


@dataclass(frozen=True)
class AgencyLoad:
    """Open and late cases that one agency holds now."""

    agency: Agency
    open: int
    late: int


@dataclass(frozen=True)
class Load:
    """Open cases by state and by agency (those with most late ones first), and when they were counted (None:
    not yet)."""

    states: Mapping[str, int]
    agencies: list[AgencyLoad]
    counted_at: datetime | None


def load() -> Load:
    """The newest counts of the desks; two statements."""
    rows = db.session.scalars(select(RegisterCount).where(RegisterCount.name.startswith("desk.")))
    counts = {row.name.removeprefix("desk."): row for row in rows}
    ids = sorted({int(name.split(".")[1]) for name in counts if name.startswith("agency.")})
    agencies = db.session.scalars(select(Agency).where(Agency.id.in_(ids)).order_by(Agency.name_vi)).all()
    loads = [AgencyLoad(a, counts[f"agency.{a.id}.open"].value, counts[f"agency.{a.id}.late"].value)
             for a in agencies]
    return Load(
        states={name.removeprefix("state."): row.value for name, row in sorted(counts.items())
                if name.startswith("state.")},
        agencies=sorted(loads, key=lambda item: -item.late),
        counted_at=max((row.computed_at for row in counts.values()), default=None))


def sweeps() -> list[SweepRun]:
    """When each sweep last ran, by name: the watchdog watched."""
    return list(db.session.scalars(select(SweepRun).order_by(SweepRun.name)))
