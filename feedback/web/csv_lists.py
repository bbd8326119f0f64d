"""Lists as CSV files: what the list shows, streamed, bounded, and never a formula.

    COLUMNS = (Column(_l("Reference"), lambda row: row.case.reference), …)

    if csv_wanted(request.args):
        return send_csv("inbox", COLUMNS, every_page(lambda after: case_list(actor, after=after, size=BATCH)))

A column holds what the list's column shows, never identity or the sender's own words.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from flask import Response, stream_with_context

from feedback import clock
from feedback.domain.csv_safety import safe_cell

MOST_ROWS = 50_000
"""Rows of one file; a list that is longer is narrowed by a filter first."""
BATCH = 500
"""Rows read from the database at a time."""
BOM = "\ufeff"
"""So that Excel reads UTF-8."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its head in the reader's language, and how a row's value is read. Dates are written as
    2026-11-27, instants as 2026-11-27 09:05 on Viet Nam's clock, yes and no as 1 and 0."""

    head: Any
    value: Callable[[Row], object]


class Paged(Protocol):
    """A page of a list by key."""

    @property
    def rows(self) -> Sequence[Any]:
        """Its rows."""

    @property
    def after(self) -> Any:
        """The key of the next page, None when this is the last."""


def csv_wanted(given: Mapping[str, str]) -> bool:
    """Whether the request asks for the file: ``format=csv``."""
    return given.get("format") == "csv"


def every_page(page: Callable[[Any], Paged]) -> Iterator[Any]:
    """All rows of a list that is read by key: ``page`` is called with None, then with each key."""
    after = None
    while True:
        found = page(after)
        yield from found.rows
        if found.after is None:
            return
        after = found.after


def send_csv(name: str, columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Response:
    """The file as an answer, sent while it is read: UTF-8 with BOM, CRLF, at most ``MOST_ROWS`` rows. ``name`` is
    a word of ours; the day is added. A download, never shown by the browser and never kept by it."""
    heads = [str(column.head) for column in columns]
    answer = Response(stream_with_context(_lines(heads, columns, rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today().isoformat()}.csv"'
    return answer


def _lines(heads: Sequence[str], columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[str]:
    yield BOM + _line(heads)
    for row in islice(rows, MOST_ROWS):
        yield _line([_cell(column.value(row)) for column in columns])


def _line(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([safe_cell(cell) for cell in cells])
    return written.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.VIETNAM):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
