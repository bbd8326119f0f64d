"""The worker process: an RQ worker that also ticks, and that goes on sweeping when Redis is gone.

It never opens a database itself: a SQLite connection must not live through a fork. All work is done in children,
which begin with everything imported and with a database engine of their own.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import redis
from flask import Flask
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker.base import StopRequested
from sqlalchemy.orm import configure_mappers

from feedback.adapters import mail_templates, queue
from feedback.extensions import db
from feedback.processes import dies_with_parent
from workers import jobs

log = logging.getLogger(__name__)

_DEQUEUE_SECONDS = 5
_RECONNECT_SECONDS = 1.0


class HouseWorker(Worker):
    """RQ's forking worker. A job's child gets an app context and a fresh engine, and dies with its worker."""

    max_connection_wait_time = 2.0  # RQ waits up to a minute; ours ticks while it waits

    app: Flask
    beat: Callable[[], None]
    _die_too: Callable[[], None] | None = None

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """RQ calls this between jobs, while it waits for one and while one runs: the place to tick."""
        if not self.is_horse:
            self.beat()
        super().heartbeat(timeout, pipeline)

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Fork; the child is told of its parent's death."""
        self._die_too = dies_with_parent(signal.SIGKILL)
        super().fork_work_horse(job, queue)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the child: the job, then exit."""
        _settle_in_child(self.app, self._die_too)
        with self.app.app_context():
            super().main_work_horse(job, queue)

    def perform_job(self, job: Job, queue: Queue, execution: Any) -> bool:
        """In the child: leave the database politely before exiting."""
        try:
            return super().perform_job(job, queue, execution)
        finally:
            db.session.remove()
            db.engine.dispose()


def work(app: Flask) -> int:
    """Work until SIGTERM or SIGINT. Redis may be down at the start, go away and come back empty meanwhile."""
    url: str = app.extensions["settings"].redis_url
    ticker = _Ticker(app, url)
    _make_ready(app)
    while True:
        try:
            _work_with_redis(app, url, ticker)
            return 0
        except _RedisGone:
            try:
                _until_next_look(ticker)
            except StopRequested:
                return 0


def _make_ready(app: Flask) -> None:
    """Do once what each child would otherwise do anew, and leave no connection open over a fork."""
    configure_mappers()
    with app.app_context():
        mail_templates.warm_up()
        db.engine.dispose()


class _RedisGone(Exception):
    """The queue's server went away; what was under way stands in the database."""


def _work_with_redis(app: Flask, url: str, ticker: "_Ticker") -> None:
    """Take jobs until told to stop. Raises _RedisGone."""
    _stop_on_signals()
    stopped = _Flag()
    try:
        connection = queue.connect(url, socket_seconds=_DEQUEUE_SECONDS + 10)
        worker = HouseWorker(
            list(queue.QUEUES), connection=connection, serializer=JSONSerializer, job_monitoring_interval=5,
            worker_ttl=_DEQUEUE_SECONDS + 15, log_job_description=False)
        worker.app, worker.beat = app, ticker.beat
        worker.request_stop = stopped.before(worker.request_stop)  # type: ignore[method-assign]
        worker.work(logging_level="WARNING")
    except StopRequested:
        return
    except (redis.RedisError, OSError) as gone:
        if stopped:
            return
        log.warning("sweeping without the queue", extra={"fault": type(gone).__name__})
        raise _RedisGone from None
    if not stopped:  # RQ gave up by itself: a timeout, a lost connection
        raise _RedisGone


def _until_next_look(ticker: "_Ticker") -> None:
    """While Redis is away: tick (the sweeps then run in a child of ours), then wait a moment."""
    _stop_on_signals()
    ticker.beat()
    time.sleep(_RECONNECT_SECONDS)


class _Flag:
    """Remembers that the end was asked for: RQ returns in the same way when it gives up by itself."""

    def __init__(self) -> None:
        self._raised = False

    def __bool__(self) -> bool:
        return self._raised

    def before(self, handler: Callable[..., None]) -> Callable[..., None]:
        """The handler, remembered when it is called."""

        def remembering(*arguments: Any) -> None:
            self._raised = True
            handler(*arguments)

        return remembering


def _stop_on_signals() -> None:
    """SIGTERM and SIGINT end the wait (RQ replaces this by its own while it works)."""

    def stop(number: int, frame: Any) -> None:
        raise StopRequested

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


class _Ticker:
    """Asks for one tick in each span of time; does it itself when nobody hears."""

    def __init__(self, app: Flask, url: str) -> None:
        self._app, self._url, self._last = app, url, -1

    def beat(self) -> None:
        """Called every few seconds."""
        bucket = queue.tick_bucket()
        if bucket == self._last:
            return
        self._last = bucket
        if not queue.ring_tick(bucket, url=self._url):
            _in_child(self._app, lambda: jobs.tick(bucket))


def _in_child(app: Flask, deed: Callable[[], object]) -> None:
    """Do it in a child of ours and wait; when the end is asked for meanwhile, the child ends too."""
    die_too = dies_with_parent(signal.SIGKILL)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _settle_in_child(app, die_too)
            with app.app_context():
                deed()
                db.session.remove()
                db.engine.dispose()
            code = 0
        except Exception:
            log.exception("a tick without the queue broke off")
        finally:
            sys.stderr.flush()
            os._exit(code)
    try:
        os.waitpid(child, 0)
    except BaseException:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        raise


def _settle_in_child(app: Flask, die_too: Callable[[], None] | None) -> None:
    if die_too is not None:
        die_too()
    with app.app_context():
        db.engine.dispose(close=False)  # the parent's connections, if it has any, are the parent's
