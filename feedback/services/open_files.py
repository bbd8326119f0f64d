"""The nightly files: every published case as CSV and as JSON Lines, each column's meaning, and checksums.

They are written in batches into the storage and never on a reader's request. What a spreadsheet would take for a
formula gets an apostrophe in the CSV; the JSON Lines hold the texts as they are.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import current_app

from feedback.adapters import storage
from feedback.domain.csv_safety import safe_cell
from feedback.domain.open_schema import CARD, CASE
from feedback.extensions import db
from feedback.models.publications import OpenDataFile
from feedback.queries import open_data, open_files

BATCH = 500
"""Cases read at a time."""
BOM = "\ufeff"
"""So that Excel reads UTF-8."""
CASES, POINTS, LINES = "cases.csv", "points.csv", "cases.jsonl"
SCHEMA, COLUMNS = "cases.schema.json", "csv-metadata.json"
NAMES = (CASES, POINTS, LINES, SCHEMA, COLUMNS)

_PARTED = ("agency", "procedure")
_PLAIN = [name for name in CARD["properties"] if name not in _PARTED]
_ANSWER = list(CASE["properties"]["answer"]["properties"])
HEADS = {
    CASES: [*_PLAIN, *(f"{part}_{name}" for part in _PARTED for name in ("code", "name_vi", "name_en")),
            "summary", *_ANSWER],
    POINTS: ["reference", "n", "question", "answer"],
}
"""The columns of the CSV files."""


class Sink:
    """One file being written: full pieces go to the storage at once."""

    def __init__(self, name: str, made_at: datetime) -> None:
        self.name, self.made_at, self.rows = name, made_at, 0
        self._held, self._size, self._pieces, self._hash = bytearray(), 0, 0, hashlib.sha256()

    def write(self, text: str, *, rows: int = 1) -> None:
        """Add text, and say how many rows it is."""
        data = text.encode()
        self._hash.update(data)
        self._held += data
        self._size, self.rows = self._size + len(data), self.rows + rows
        while len(self._held) >= open_files.PIECE:
            self._keep(open_files.PIECE)

    def done(self) -> OpenDataFile:
        """Keep the rest; the row that tells of the file."""
        if self._held or not self._pieces:
            self._keep(len(self._held))
        return OpenDataFile(name=self.name, sha256=self._hash.hexdigest(), size=self._size, rows=self.rows,
                            made_at=self.made_at)

    def _keep(self, length: int) -> None:
        storage.keep(open_files.piece_name(self.name, self.made_at, self._pieces), bytes(self._held[:length]))
        del self._held[:length]
        self._pieces += 1


def make(now: datetime) -> list[OpenDataFile]:
    """Write all files anew beside the old ones; the rows that would replace theirs (``replace``). Each batch is a
    read of its own, so nothing is held up. Raises StorageUnavailable."""
    base = current_app.extensions["settings"].base_url
    sinks = {name: Sink(name, now) for name in NAMES}
    for name, heads in HEADS.items():
        sinks[name].write(BOM + _line(heads), rows=0)
    for case in _cases(base):
        sinks[LINES].write(json.dumps(case, ensure_ascii=False, separators=(",", ":")) + "\n")
        sinks[CASES].write(_line(_cells(case)))
        for point in case["points"]:
            sinks[POINTS].write(_line([case["reference"], point["n"], point["question"], point["answer"]]))
    sinks[SCHEMA].write(_pretty({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{base}/open-data/{SCHEMA}",
        "title": "One published case: a line of cases.jsonl", **CASE}), rows=0)
    sinks[COLUMNS].write(_pretty(_columns()), rows=0)
    return [sink.done() for sink in sinks.values()]


def replace(made: list[OpenDataFile]) -> list[str]:
    """Let the new files stand for the old ones, in the caller's transaction; the names of the objects that nobody
    needs any more."""
    wanted = {piece for row in made for piece in open_files.pieces_of(row)}
    old = [piece for row in open_files.files() for piece in open_files.pieces_of(row)]
    for row in made:
        db.session.merge(row)
    return [piece for piece in old if piece not in wanted]


def _cases(base: str) -> Iterator[dict[str, Any]]:
    after = 0
    while batch := open_data.batch(after=after, size=BATCH):
        after = batch[-1].id
        found = [open_data.case(shown, base=base) for shown in batch]
        db.session.rollback()
        db.session.expunge_all()
        yield from found


def _cells(case: dict[str, Any]) -> list[object]:
    parts = [case[part] or {} for part in _PARTED]
    return [*(case[name] for name in _PLAIN),
            *(part.get(name) for part in parts for name in ("code", "name_vi", "name_en")),
            case["summary"], *(case["answer"][name] for name in _ANSWER)]


def _line(cells: list[Any]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow(
        [safe_cell(int(cell) if isinstance(cell, bool) else cell) for cell in cells])
    return written.getvalue()


def _columns() -> dict[str, Any]:
    """The columns as CSV on the Web (W3C) describes them."""
    meant = {**{name: part["description"] for name, part in CASE["properties"].items() if "description" in part},
             **{name: part["description"] for name, part in CASE["properties"]["answer"]["properties"].items()},
             "n": "Number of the point.", "question": "What was asked.", "answer": "The answer to it."}
    for part, words in (("agency", "The agency that answered"), ("procedure", "The procedure it was about")):
        meant |= {f"{part}_code": f"{words}: code.", f"{part}_name_vi": f"{words}: name.",
                  f"{part}_name_en": f"{words}: name in English."}
    return {"@context": "http://www.w3.org/ns/csvw", "tables": [
        {"url": name, "dialect": {"encoding": "utf-8", "header": True},
         "tableSchema": {"columns": [{"name": head, "titles": head, "dc:description": meant[head]}
                                     for head in heads]}} for name, heads in HEADS.items()]}


def _pretty(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
