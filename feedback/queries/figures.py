"""The counted figures of the public pages. They are read as they stand; counting is a sweep's work."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from feedback import clock
from feedback.extensions import db
from feedback.models.publications import RegisterCount

OF_A_MONTH = ("received", "answered", "in_time", "extended", "paused_cases", "paused_days", "returned", "silent")
NOW = ("now.open", "now.late", "now.paused")


@dataclass(frozen=True)
class Figures:
    """``month`` is '2026-11'. ``in_time``: answered by the due date of the limit; ``extended``: by a later one
    that was granted; ``paused_cases`` and ``paused_days``: answered cases that had waited for their sender, and
    the working days of it. ``counted_at`` None: nothing has been counted yet, and every number is None."""

    month: str
    received: int | None
    answered: int | None
    in_time: int | None
    extended: int | None
    paused_cases: int | None
    paused_days: int | None
    returned: int | None
    silent: int | None
    open_now: int | None
    late_now: int | None
    paused_now: int | None
    published: int | None
    counted_at: datetime | None

    @property
    def within_now(self) -> int | None:
        """Open complaints whose time has not run out, those that wait for the sender among them. Nobody has
        answered them yet, so they are not "in time"."""
        return None if self.open_now is None or self.late_now is None else self.open_now - self.late_now


def figures() -> Figures:
    """This month's numbers, in one statement."""
    month = f"{clock.today():%Y-%m}"
    names = [f"month.{month}.{name}" for name in OF_A_MONTH]
    rows = {row.name: row for row in db.session.scalars(select(RegisterCount).where(
        RegisterCount.name.in_([*names, *NOW, "published"])))}
    values = {name: row.value for name, row in rows.items()}
    return Figures(
        month, *(values.get(name) for name in names), open_now=values.get("now.open"),
        late_now=values.get("now.late"), paused_now=values.get("now.paused"), published=values.get("published"),
        counted_at=min((row.computed_at for row in rows.values()), default=None))


def passed_on() -> dict[str, int]:
    """Cases that were passed on in the last year: ``cases``, ``twice`` and ``loops``; empty while nothing has been
    counted (``services.passing_counts``)."""
    rows = db.session.execute(select(RegisterCount.name, RegisterCount.value).where(
        RegisterCount.name.in_(["passed.cases", "passed.twice", "passed.loops"])))
    return {name.removeprefix("passed."): value for name, value in rows}


def published_by(*kinds: str) -> dict[str, list[tuple[str, int]]]:
    """How many published cases there are by ``outcome``, ``category``, …, the most first: (code, number) by kind.
    One statement."""
    rows = db.session.execute(select(RegisterCount.name, RegisterCount.value).where(or_(
        *(RegisterCount.name.startswith(f"published.{kind}.", autoescape=True) for kind in kinds))))
    found: dict[str, list[tuple[str, int]]] = {kind: [] for kind in kinds}
    for name, value in rows:
        _published, kind, code = name.split(".", 2)
        found[kind].append((code, value))
    return {kind: sorted(listed, key=lambda row: -row[1]) for kind, listed in found.items()}
