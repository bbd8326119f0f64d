"""The first numbers, looked up as the sweep left them: one place, a page of a table, or all by code. Nothing is
counted here. Imports no model of the cases."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select

from feedback.domain.first_numbers import FIGURES, Scope, is_ranked, measure
from feedback.domain.folding import fold
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.publications import FirstNumber

PAGE = 50
"""Rows of one page of a table."""
NAMED = {Scope.AGENCY: Agency, Scope.PROCEDURE: Procedure}
"""Where the names of codes stand. Categories are named by the web."""

Names = Mapping[str, tuple[str, str]]
"""Names by code: Vietnamese and English."""
Called = Callable[[str, str], str]
"""Which of the two names a reader sees."""


@dataclass(frozen=True)
class Told:
    """One figure. Both None: too small to be told. ``value`` None beside a denominator: nothing to take it of."""

    value: int | None
    of: int | None

    @property
    def untold(self) -> bool:
        """Whether it is kept back."""
        return self.value is None and self.of is None


UNKNOWN = Told(None, None)
"""A figure that was never counted."""


@dataclass(frozen=True)
class Line:
    """One agency (with everything below it), procedure or category. ``ranked``: it stands among those that may be
    compared by the figure the table is sorted by."""

    code: str
    name_vi: str
    name_en: str
    ranked: bool
    figures: Mapping[str, Told]


@dataclass(frozen=True)
class Table:
    """A page: ranked lines first, the one that needs attention on top, then the others by name. ``after`` leads
    on, None on the last page."""

    rows: Sequence[Line]
    after: str | None
    counted_at: datetime | None
    first: bool = True
    """Whether it is the beginning of the table."""


@dataclass(frozen=True)
class _Place:
    code: str
    name_vi: str
    name_en: str
    ranked: bool
    name: str
    """Folded, in the reader's language."""
    by: float


def in_vietnamese(name_vi: str, name_en: str) -> str:
    """The name of the register itself."""
    return name_vi


def province() -> tuple[dict[str, Told], datetime | None]:
    """The figures of the whole province and when they were counted; empty while nothing was. One statement."""
    found, counted_at = _figures(Scope.PROVINCE, [""])
    return dict(found.get("", {})), counted_at


def table(scope: Scope, *, by: str, after: str | None = None, size: int = PAGE,
          names: Names | None = None, called: Called = in_vietnamese) -> Table:
    """A page of the table of a scope, sorted by a figure, then by the name that ``called`` makes of the two.
    ``after``: the code of the last line seen; one that is not there (any more) shows the first page. ``names``: of
    categories. Two statements."""
    order = _order(scope, by, names or {}, called)
    first = next((n + 1 for n, one in enumerate(order) if one.code == after), 0)
    shown = order[first:first + size]
    figures, counted_at = _figures(scope, [one.code for one in shown])
    rows = [Line(one.code, one.name_vi, one.name_en, one.ranked, figures.get(one.code, {})) for one in shown]
    return Table(rows, rows[-1].code if len(order) > first + size else None, counted_at, first == 0)


def by_code(scope: Scope, *, after: str | None = None, size: int = PAGE, names: Names | None = None) -> Table:
    """All of a scope in the order of their codes, for programs and files. Two statements a page."""
    rows = db.session.execute(
        _names(scope, "received").where(FirstNumber.code > (after or "")).order_by(FirstNumber.code)
        .limit(size + 1)).all()
    shown = rows[:size]
    figures, counted_at = _figures(scope, [row.code for row in shown])
    lines = [Line(row.code, *_named(row, names or {}), ranked=False, figures=figures.get(row.code, {}))
             for row in shown]
    return Table(lines, lines[-1].code if len(rows) > size else None, counted_at)


def _order(scope: Scope, by: str, names: Names, called: Called) -> list[_Place]:
    """Every line of a scope, in the table's order. As many as the province has agencies or procedures with cases,
    four columns each."""
    ranked, others = [], []
    for row in db.session.execute(_names(scope, by)):
        vi, en = _named(row, names)
        name = fold(called(vi, en))
        if is_ranked(by, value=row.value, of=row.of):
            ranked.append(_Place(row.code, vi, en, True, name, measure(by, value=row.value, of=row.of)))
        else:
            others.append(_Place(row.code, vi, en, False, name, 0.0))
    sign = -1 if FIGURES[by].most_first else 1
    return [*sorted(ranked, key=lambda one: (sign * one.by, one.name, one.code)),
            *sorted(others, key=lambda one: (one.name, one.code))]


def _names(scope: Scope, by: str) -> Select[Any]:
    """Code, value, denominator and names of one figure of every place."""
    said = (FirstNumber.code, FirstNumber.value, FirstNumber.of)
    where = (FirstNumber.scope == scope.value, FirstNumber.name == by)
    model = NAMED.get(scope)
    if model is None:
        return select(*said, literal("").label("name_vi"), literal("").label("name_en")).where(*where)
    return select(*said, model.name_vi, model.name_en).join(model, model.code == FirstNumber.code).where(*where)


def _named(row: Any, names: Names) -> tuple[str, str]:
    return (row.name_vi, row.name_en or "") if row.name_vi else names.get(row.code, (row.code, row.code))


def _figures(scope: Scope, codes: Iterable[str]) -> tuple[dict[str, dict[str, Told]], datetime | None]:
    found: defaultdict[str, dict[str, Told]] = defaultdict(dict)
    counted_at = None
    for row in db.session.execute(
            select(FirstNumber.code, FirstNumber.name, FirstNumber.value, FirstNumber.of, FirstNumber.computed_at)
            .where(FirstNumber.scope == scope.value, FirstNumber.code.in_(list(codes)))):
        found[row.code][row.name] = Told(row.value, row.of)
        counted_at = row.computed_at
    return found, counted_at
