"""What the benches found, as JSON and as Markdown: the machine first, then each figure beside its target."""

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from feedback import clock
from tests.bench.measured import Measured, Scale

BUSY = 1.5
"""Load average at the start above which figures are to be read with care (``performance.md`` §6)."""
PACKAGES = ("flask", "jinja2", "sqlalchemy", "psycopg", "gunicorn", "rq")


@dataclass
class Report:
    """One run."""

    scale: Scale
    seed: int
    command: str
    machine: Mapping[str, Any]
    started: datetime
    rows: list[Measured] = field(default_factory=list)
    loads: dict[str, list[float]] = field(default_factory=dict)
    """Load average of the last minute before and after each bench."""
    seconds: dict[str, float] = field(default_factory=dict)
    built: dict[str, Any] = field(default_factory=dict)
    """By database: how many rows were filled in and how long that took."""
    faults: dict[str, str] = field(default_factory=dict)
    """Benches that broke, with the last line of what they said."""

    def as_json(self) -> str:
        """Everything."""
        said = {**asdict(self), "started": self.started.isoformat(),
                "rows": [{**asdict(row), "passed": row.passed} for row in self.rows]}
        return json.dumps(said, ensure_ascii=False, indent=1, default=str)

    def as_markdown(self) -> str:
        """For people."""
        lines = [
            f"# Benches at scale `{self.scale.name}`: {self.scale.cases:,} published cases", "",
            f"`{self.command}`, {self.started:%Y-%m-%d %H:%M} UTC, seed {self.seed}. Made by the command; figures "
            "are ratios inside this run unless their unit says otherwise. *page*: a bare Flask page of 20 rows "
            "under the same server flags.", "",
            *(f"- {name}: {value}" for name, value in self.machine.items()), ""]
        if not self.scale.full_form:
            lines += ["This scale only shows that the benches work; its figures say nothing.", ""]
        busy = [name for name, (before, _after) in self.loads.items() if before > BUSY]
        first = next(iter(self.loads.values()), [0.0])[0]
        if first > BUSY:
            lines += [f"The machine was busy when the run began (load {first:.1f}): read times with care.", ""]
        passed, missed, void = (sum(row.passed is one for row in self.rows) for one in (True, False, None))
        lines += [f"**{passed} targets hold, {missed} are missed, {void} rows have no verdict.**", ""]
        lines += ["| | what | database | value | target | | spread | note |", "|---|---|---|---|---|---|---|---|"]
        lines += [_line(row) for row in sorted(self.rows, key=lambda row: (int(row.id[1:]), row.database))]
        lines += ["", "## How long", ""]
        lines += [f"- {name}: {took:.0f} s, load {self.loads[name][0]:.1f} before, {self.loads[name][1]:.1f} after"
                  + (" (by the benches before it)" if name in busy and first <= BUSY else "")
                  for name, took in self.seconds.items() if name in self.loads]
        if self.built:
            lines += ["", "## Filled databases", ""]
            lines += [f"- {name}: {', '.join(f'{what} {number}' for what, number in known.items())}"
                      for name, known in self.built.items()]
        if self.faults:
            lines += ["", "## Broken off", "", *(f"- {name}: {fault}" for name, fault in self.faults.items())]
        return "\n".join(lines) + "\n"


def _line(row: Measured) -> str:
    target = f"{row.target[0]} {row.target[1]:g}" if row.target else ""
    without = "no verdict" if row.target or row.void else ""
    verdict = {True: "holds", False: "**missed**", None: without}[row.passed]
    value = "" if row.value is None else _number(row.value, row.unit)
    spread = f"{row.spread:.2f}" if row.spread is not None else ""
    note = "; ".join(part for part in (row.void, row.note) if part).replace("|", "/")
    what = row.what.replace("|", "/")
    return f"| {row.id} | {what} | {row.database} | {value} | {target} | {verdict} | {spread} | {note} |"


def _number(value: float, unit: str) -> str:
    if unit == "count":
        return f"{value:g}"
    if unit == "percent":
        return f"{value:.1f} %"
    return f"{value:.2f}" + {"ms": " ms", "MB": " MB"}.get(unit, "")


def machine(servers: Iterable[str] = ()) -> dict[str, Any]:
    """What this ran on. ``servers``: what database servers say of themselves."""
    found = {
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}", "processors": os.cpu_count(),
        "processor": _first("/proc/cpuinfo", "model name"), "memory": _first("/proc/meminfo", "MemTotal"),
        "python": platform.python_version(), "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES}}
    for said in servers:
        found["postgresql"] = said
    return {name: value for name, value in found.items() if value}


def load_average() -> float:
    """Of the last minute."""
    return os.getloadavg()[0]


def begin(scale: Scale, *, seed: int, command: str, servers: Iterable[str] = ()) -> Report:
    """An empty report of a run that starts now."""
    return Report(scale, seed, command, machine(servers), clock.now())


def write(report: Report, *, json_file: str | None, markdown_file: str | None) -> None:
    """Write the files that were asked for; called after each bench, so that a broken run leaves what it found."""
    for name, text in ((json_file, report.as_json), (markdown_file, report.as_markdown)):
        if name:
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(), "utf-8")


def _first(path: str, name: str) -> str:
    if not Path(path).exists():
        return ""
    for line in Path(path).read_text(errors="replace").splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return ""
