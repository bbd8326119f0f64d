"""Reading a CSV file of a register: its columns by name, each cell by its rule, each fault with row and column.

Rows are counted as a spreadsheet counts them: the header is row 1. The file is UTF-8, with or without a byte
order mark; commas or semicolons stand between the cells (Excel in Vietnamese writes semicolons).
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from feedback.domain.registers import Unfit

MOST_BYTES = 30_000_000
MOST_ROWS = 100_000
MOST_FAULTS = 50
"""Faults that are listed; the others are counted."""


@dataclass(frozen=True)
class Column:
    """One column. ``rule`` turns the cell into its value and raises Unfit. ``empty`` is the value of an empty
    cell, REQUIRED when it may not be empty. ``needed``: the column has to be in the file."""

    rule: Callable[[str], Any]
    empty: Any = None
    needed: bool = True


REQUIRED = object()


@dataclass(frozen=True)
class Fault:
    """What is wrong, where: ``row`` as a spreadsheet counts, ``column`` by name (empty: the row as a whole), the
    ``code`` of the fault, and the cell as it stands, cut short."""

    row: int
    column: str
    code: str
    cell: str = ""


@dataclass(frozen=True)
class Row:
    """One row that could be read: its number and its values by column."""

    number: int
    values: Mapping[str, Any]


@dataclass
class Reading:
    """A file as it was read. ``ignored``: columns nobody asked for; ``missing``: needed columns that are not
    there (then no row was read)."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """First cells of rows that could not be read: who refers to such a row is not blamed for it."""

    def fault(self, row: int, column: str, code: str, cell: object = "") -> None:
        """Note one more fault."""
        self.faults.append(Fault(row, column, code, str(cell)[:60]))


def read(data: bytes, columns: Mapping[str, Column]) -> Reading:
    """Every row of the file whose cells are all well, and everything that is wrong with the others."""
    reading = Reading()
    if len(data) > MOST_BYTES:
        reading.fault(0, "", "file_too_large")
        return reading
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        reading.fault(data[:broken.start].count(b"\n") + 1, "", "not_utf8")
        return reading
    records = _records(text, reading)
    header = [" ".join(name.split()).lower() for name in next(records, (0, []))[1]]
    if not any(header):
        if not reading.faults:
            reading.fault(1, "", "empty_file")
        return reading
    _look_at_header(header, columns, reading)
    if reading.missing or reading.faults:
        return reading
    places = {name: header.index(name) for name in columns if name in header}
    for number, cells in records:
        if any(cell.strip() for cell in cells):
            _read_row(number, cells, header, places, columns, reading)
    return reading


def _records(text: str, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(rows, start=1):
            if number > MOST_ROWS + 1:
                reading.fault(number, "", "too_many_rows")
                return
            yield number, cells
    except csv.Error:
        reading.fault(number + 1, "", "quotes")


def _look_at_header(header: list[str], columns: Mapping[str, Column], reading: Reading) -> None:
    reading.missing = [name for name, column in columns.items() if column.needed and name not in header]
    reading.ignored = sorted({name[:60] for name in header if name and name not in columns})[:MOST_FAULTS]
    for name in sorted({name for name in header if name in columns and header.count(name) > 1}):
        reading.fault(1, name, "column_twice")


def _read_row(number: int, cells: list[str], header: list[str], places: Mapping[str, int],
              columns: Mapping[str, Column], reading: Reading) -> None:
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header):]):
        reading.fault(number, "", "cells")
        return
    values: dict[str, Any] = {}
    for name, column in columns.items():
        cell = cells[places[name]] if name in places else ""
        try:
            if not cell.strip():
                if column.empty is REQUIRED:
                    raise Unfit("missing")
                values[name] = column.empty
            else:
                values[name] = column.rule(cell)
        except Unfit as unfit:
            reading.fault(number, name, unfit.code, cell.strip())
    if len(values) == len(columns):
        reading.rows.append(Row(number, values))
    else:
        reading.named.add(cells[places[next(iter(columns))]].strip())
