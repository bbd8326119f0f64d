"""P16: how long one forking worker takes to send what the outbox owes, in batches and with a job a row.

The real worker process, on a database of its own, with a Valkey and a mail server of this bench's own. The mails
are to members of staff, each one of its own (what is bundled would flatter).
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, insert, select

from feedback import clock
from feedback.adapters import queue
from feedback.config import Settings
from feedback.domain.notices import Notice
from feedback.domain.sweeps import SWEEPS
from feedback.extensions import db, writing
from feedback.models.outbox import Outbox, SweepRun
from feedback.models.people import Person
from feedback.processes import dies_with_parent
from feedback.simulation import store
from tests.bench.clocks import one_case
from tests.bench.measured import Bench, Measured
from tests.bench.spare import spare_database
from tests.engines.smtp import Sink, smtp_sink
from tests.engines.valkey import valkey

EACH = 6.45
"""6 ms a notification (10,000 in a minute) beside the 0.93 ms that the page took where the target was set."""
BETTER = 10.0
SINGLE_SHARE = 20
"""One in so many is sent with a job of its own: it is slow, and its time a row does not change."""
PATIENCE = 900.0
NAME = "bench_queue"


class TooSlow(Exception):
    """The worker did not send everything in time."""


def measure(bench: Bench) -> list[Measured]:
    """Two figures: the time of one notification beside the page's, and beside a job a row."""
    many = bench.scale.notices
    few = max(10, many // SINGLE_SHARE)
    with _house(bench) as (app, sink, case_id):
        with app.app_context():
            _owe(case_id, few, "single", ripe=False)
        single = _seconds(sink, few, lambda: _ring_each(app)) / few
        with app.app_context():
            _owe(case_id, many, "batch", ripe=True)
        url = app.extensions["settings"].redis_url
        with app.app_context():
            batched = _seconds(sink, many, lambda: queue.ring_now([("deliver_owed", 0)], url=url)) / many
    page = bench.page_ms(anew=True)
    raw = {"notices": many, "ms_a_notice": round(batched * 1000, 2), "for_10_000_s": round(batched * 10_000, 1),
           "single_jobs": few, "ms_a_single": round(single * 1000, 2), "page_ms": round(page, 3)}
    return [
        Measured("P16", "one notification from the outbox to the mail server, in batches, one forking worker: as "
                 "multiple of the page's p50", bench.database, batched * 1000 / page, "ratio", ("<=", EACH),
                 note=f"10,000 would take {batched * 10_000:.0f} s", raw=raw),
        Measured("P16", "batches against a job a row, in the same run: times faster", bench.database,
                 single / batched, "ratio", (">=", BETTER), raw=raw)]


@contextmanager
def _house(bench: Bench) -> Iterator[tuple[Flask, Sink, int]]:
    """The app of this process, the mail server, and a case to write about; a worker runs beside it."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the mail server would tell of every word it hears
    server = bench.url if bench.database == "postgresql" else None
    with (spare_database(NAME, server=server) as url, valkey() as redis_url, smtp_sink() as sink,
          store.throw_away(url) as made):
        settings = replace(made, redis_url=redis_url, smtp_url=sink.url)
        app = store.start(settings)
        try:
            case_id = one_case(app, settings)
            with app.app_context(), writing():  # nothing else falls due while we measure
                db.session.execute(insert(SweepRun), [
                    {"name": name, "started_at": clock.now(), "seen": 0, "acted": 0, "failed": 0}
                    for name in SWEEPS if name != "outbox"])
                db.session.execute(Outbox.__table__.delete())
                db.session.execute(db.metadata.tables["deadline"].update().values(next_rung_at=None))
            with _worker(settings, app):
                yield app, sink, case_id
        finally:
            store.stop(app)


@contextmanager
def _worker(settings: Settings, app: Flask) -> Iterator[None]:
    """``python -m workers`` with these settings, warm: it has ticked once."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "workers"], env={**clean, **_environment(settings)}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=dies_with_parent())
    try:
        give_up = time.monotonic() + 120
        with app.app_context():
            while db.session.scalar(select(func.count()).select_from(SweepRun).where(
                    SweepRun.name == "outbox", SweepRun.finished_at.is_not(None))) != 1:
                db.session.rollback()
                if process.poll() is not None or time.monotonic() > give_up:
                    raise TooSlow("the worker never ticked")
                time.sleep(0.1)
            db.session.rollback()
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    def text(value: object) -> str:
        if isinstance(value, tuple):
            return ",".join(value)
        return ("1" if value else "0") if isinstance(value, bool) else str(value)

    return {f"FEEDBACK_{name.upper()}": text(value) for name, value in asdict(settings).items()}


def _owe(case_id: int, many: int, name: str, *, ripe: bool) -> None:
    """So many notices to the province's people about one case. Those that are not ripe wait for their own job: no
    sweep takes them."""
    now = clock.now()
    with writing():
        people = db.session.scalars(select(Person.id).order_by(Person.id)).all()
        db.session.execute(insert(Outbox), [
            {"dedupe": f"{name}.{n}", "notice": Notice.APPROVAL_WAITING.value, "case_id": case_id,
             "person_id": people[n % len(people)], "created_at": now, "tries": 0,
             "next_try": now if ripe else now + timedelta(minutes=50)} for n in range(many)])


def _ring_each(app: Flask) -> None:
    with app.app_context():
        ids = db.session.scalars(select(Outbox.id).where(Outbox.sent_at.is_(None))).all()
        db.session.rollback()
        queue.ring_now([("deliver", row_id) for row_id in ids], url=app.extensions["settings"].redis_url)


def _seconds(sink: Sink, many: int, ring: Callable[[], object]) -> float:
    """From the bell to the last letter. Raises TooSlow."""
    sink.messages.clear()
    sink.envelopes.clear()
    began = time.perf_counter()
    ring()
    while len(sink.messages) < many:
        if time.perf_counter() - began > PATIENCE:
            raise TooSlow(f"{len(sink.messages)} of {many} went out in {PATIENCE:.0f} s")
        time.sleep(0.01)
    return time.perf_counter() - began
