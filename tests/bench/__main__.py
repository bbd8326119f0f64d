"""Measure the house: ``python -m tests.bench --scale ci|mid|full --db sqlite,postgresql``.

Fills a database of synthetic cases for each engine (kept for the next run), then runs the benches one after the
other and compares with the targets. A bench that breaks is reported; the others go on. Ctrl-C ends it cleanly.
Answers 0 when every target that got a verdict holds, 1 when one is missed or a bench broke, 130 after Ctrl-C.
"""

import argparse
import importlib
import logging
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import create_engine, text

from feedback.config import load_settings
from tests.bench import built, report
from tests.bench.measured import SCALES, Bench, Measured
from tests.bench.report import Report

BENCHES: dict[str, tuple[str, ...]] = {
    "counted": ("P8", "P13"), "search": ("P10", "P12", "P13"), "web": ("P1", "P2", "P5"), "sizes": ("P4",),
    "sweeping": ("P14", "P15"), "reading": ("P17",), "submitting": ("P6", "P9"), "queue": ("P16",),
    "memory": ("P18",)}
"""Modules with a ``measure(bench)``, in the order in which they run, and the targets they are about."""
AGAINST = "peers.against"
"""The bench that runs with ``--peers`` alone: it installs another product into a venv of its own."""
PEERS = {
    "P3": "the first page against the list of django-helpdesk",
    "P7": "complaints taken in against django-helpdesk and Signalen",
    "P11": "search against django-helpdesk"}
NOT_ASKED = "not run here: asked for with --peers"
ONLY_THERE = "not run here: the peer is measured on PostgreSQL"
NOT_REACHED = "not run here: the benches broke off before it"
IMPORTING = "loading by the house's own import against executemany or COPY"
QUIET = "at this scale a time says nothing"

Say = Callable[[str], None]


def main(given: Sequence[str] | None = None, say: Say = print) -> int:
    """The whole command; its exit code."""
    words = _words().parse_args(given)
    logging.disable(logging.WARNING)
    built.end_on_signals()
    only = {one.strip().upper() for one in words.only.split(",") if one.strip()}
    folder = Path(words.keep) if words.keep else _default_folder()
    made = report.begin(SCALES[words.scale], seed=words.seed, command=_command(given))
    engines = [one.strip() for one in words.db.split(",") if one.strip()]
    try:
        for engine in engines:
            _engine(made, engine, folder=folder.absolute(), only=only, say=say,
                    benches=_benches(engine, words.peers),
                    write=lambda: report.write(made, json_file=words.json, markdown_file=words.markdown))
        _not_run(made, only, why=NOT_ASKED if not words.peers else
                 NOT_REACHED if "postgresql" in engines else ONLY_THERE)
    except KeyboardInterrupt:
        made.faults["run"] = "ended by hand"
        say("ended by hand: what was found so far")
        _finish(made, words, say)
        return 130
    return _finish(made, words, say)


def _engine(made: Report, engine: str, *, folder: Path, only: set[str], say: Say,
            benches: Mapping[str, tuple[str, ...]], write: Callable[[], None]) -> None:
    """All benches on one engine. Nothing of an engine that does not start stops the next one."""
    try:
        with built.house(made.scale, engine, folder=folder, seed=made.seed) as house:
            say(f"{engine}: {made.scale.cases:,} published cases")
            bench = house.bench(made.scale.cases)
            made.built[engine] = {"published": bench.cases, "private": bench.facts.private_cases,
                                  **{f"{name} (s)": took for name, took in bench.facts.building.items()}}
            if engine == "postgresql":
                made.machine = report.machine([_postgresql(bench)])
            for name, targets in benches.items():
                if not only or only & set(targets):
                    _bench(made, bench, name, targets, only=only, say=say)
                    write()
    except Exception as fault:
        _broken(made, engine, fault, say)


def _benches(engine: str, peers: bool) -> Mapping[str, tuple[str, ...]]:
    """What runs on this engine, with the targets each is about."""
    return BENCHES | ({AGAINST: tuple(PEERS)} if peers and engine == "postgresql" else {})


def _bench(made: Report, bench: Bench, name: str, targets: tuple[str, ...], *, only: set[str], say: Say) -> None:
    label = f"{name}, {bench.database}"
    before, began = report.load_average(), time.perf_counter()
    try:
        found = importlib.import_module(f"tests.bench.{name}").measure(bench)
    except Exception as fault:
        _broken(made, label, fault, say)
        found = [Measured(target, f"{name}: broke off", bench.database, None, "ratio",
                          void=f"the bench broke: {type(fault).__name__}") for target in targets]
    made.loads[label] = [round(before, 2), round(report.load_average(), 2)]
    made.seconds[label] = round(time.perf_counter() - began, 1)
    for row in found:
        if only and row.id not in only:
            continue
        if not made.scale.full_form and row.unit != "count" and not row.void:
            row.void = QUIET
        made.rows.append(row)
        say(_one_line(row))


def _one_line(row: Measured) -> str:
    verdict = {True: "holds", False: "MISSED", None: row.void or "no target"}[row.passed]
    value = "-" if row.value is None else f"{row.value:.3g}"
    target = f" ({row.target[0]} {row.target[1]:g})" if row.target else ""
    return f"  {row.id:4} {row.database:10} {value:>8}{target}  {verdict}: {row.what}"


def _broken(made: Report, label: str, fault: Exception, say: Say) -> None:
    at = traceback.extract_tb(fault.__traceback__)[-1]
    made.faults[label] = f"{type(fault).__name__} in {Path(at.filename).name}:{at.lineno}: {str(fault)[:500]}"
    say(f"  {label} broke: {made.faults[label]}")


def _not_run(made: Report, only: set[str], *, why: str) -> None:
    """What this run leaves out. ``why``: there is no peer in it."""
    measured = {row.id for row in made.rows}
    for id_, what in PEERS.items():
        if id_ not in measured and (not only or id_ in only):
            made.rows.append(Measured(id_, what, "-", None, "ratio", void=why))
    if not only or "P19" in only:
        made.rows.append(Measured("P19", IMPORTING, "-", None, "ratio", void="not measured by this command"))


def _finish(made: Report, words: argparse.Namespace, say: Say) -> int:
    report.write(made, json_file=words.json, markdown_file=words.markdown)
    missed = [row for row in made.rows if row.passed is False]
    say(f"{sum(row.passed is True for row in made.rows)} targets hold, {len(missed)} missed, "
        f"{len(made.faults)} benches broke")
    return 1 if missed or made.faults else 0


def _postgresql(bench: Bench) -> str:
    engine = create_engine(bench.url)
    try:
        with engine.connect() as connection:
            settings = (f"{name} {connection.scalar(text(f'SHOW {name}'))}" for name in (
                "server_version", "shared_buffers", "fsync", "synchronous_commit"))
            return ", ".join(settings)
    finally:
        engine.dispose()


def _default_folder() -> Path:
    """Inside the data folder, without asking for the settings that only a running house needs."""
    settings = load_settings({"FEEDBACK_SECRET_KEY": "-" * 32, "FEEDBACK_PEPPER": "-" * 32})
    return settings.data / "cache" / "bench"


def _command(given: Sequence[str] | None) -> str:
    return " ".join(["python -m tests.bench", *(sys.argv[1:] if given is None else given)])


def _words() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__,
                                    formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--scale", choices=list(SCALES), default="ci")
    words.add_argument("--db", default="sqlite", help="sqlite, postgresql or both with a comma")
    words.add_argument("--only", default="", help="targets, such as P1,P2")
    words.add_argument("--peers", action="store_true",
                       help="also measure against django-helpdesk (P3, P7, P11; PostgreSQL): its locked packages "
                            "are installed into a venv in the folder of kept databases when they are not there")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--json", help="write everything into this file")
    words.add_argument("--markdown", help="write the report into this file; ours lie in tests/bench/reports")
    words.add_argument("--keep", help="folder of built databases; default: cache/bench in the data folder")
    return words


if __name__ == "__main__":
    sys.exit(main())
