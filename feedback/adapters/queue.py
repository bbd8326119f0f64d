"""The doorbell: tells the workers that something is owed. What is owed stands in the database, never here.

A dead Redis is swallowed and logged: the sweeps find what is owed all the same. Jobs are enqueued by name, carry
one id, and are written as JSON (the default, pickle, would run whatever somebody with access to Redis wrote).
"""

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response, after_this_request, current_app, has_request_context

from feedback import clock
from feedback.domain.sweeps import TICK
from feedback.extensions import db

if TYPE_CHECKING:
    import redis

# redis and rq are imported where they are used: they take eight megabytes, which a web process that only shows
# pages never needs, and the first bell rings after the reply has been sent.

log = logging.getLogger(__name__)

TICKS, MAIL = "ticks", "mail"
QUEUES = (TICKS, MAIL)
"""In the order in which a worker empties them: a heap of mail never keeps the sweeps waiting."""

SOCKET_SECONDS = 0.5
JOB_SECONDS = 300
BATCH_JOBS = frozenset({"deliver_owed"})
"""Jobs that do all there is to do: one a second is enough, however many bells ask for it."""

_QUIET_SECONDS = 2.0
_clients: dict[str, "redis.Redis"] = {}
_silent_until: dict[str, float] = {}

Bell = tuple[str, int]


def after_commit(job_name: str, row_id: int) -> None:
    """Ask for the job ``workers.jobs.<job_name>`` with this id once the transaction has been committed."""
    db.session.info.setdefault("bells", []).append((job_name, row_id))


def ring(bells: Iterable[Bell]) -> None:
    """Ring for a committed transaction: inside a web request after its reply has been sent, elsewhere now."""
    asked = list(dict.fromkeys(bells))
    if not asked:
        return
    url = current_app.extensions["settings"].redis_url
    if not has_request_context():
        ring_now(asked, url=url)
        return

    @after_this_request
    def _when_sent(response: Response) -> Response:
        response.call_on_close(lambda: ring_now(asked, url=url))
        return response


def ring_now(bells: Iterable[Bell], *, url: str) -> bool:
    """Enqueue each bell's job; False when the queue could not be reached. Never raises."""
    second = int(clock.now().timestamp())
    # A batch job does the work of all its bells, so the lowest id stands for them.
    jobs = {name if name in BATCH_JOBS else f"{name}-{row_id}": (name, row_id)
            for name, row_id in sorted(bells, reverse=True)}
    return all(_enqueue(url, MAIL, name, row_id, job_id=f"{key}-{second}") for key, (name, row_id) in jobs.items())


def ring_batches(job_name: str, batches: int, *, url: str) -> bool:
    """Enqueue a batch job this many times, once in each tick however many ask; False when Redis is not there."""
    span = tick_bucket()
    return all(_enqueue(url, MAIL, job_name, n, job_id=f"{job_name}-sweep{n}-{span}") for n in range(batches))


def tick_bucket() -> int:
    """The number of the present span of time: all ticks in it are one."""
    return int(clock.now().timestamp() / TICK.total_seconds())


def ring_tick(bucket: int, *, url: str) -> bool:
    """Enqueue the tick of this time bucket, once however many workers ask; False when Redis is not there."""
    # Kept for some buckets after it has run, so that a slow second asker still finds it done.
    keep = 3 * int(TICK.total_seconds())
    return _enqueue(url, TICKS, "tick", bucket, job_id=f"tick-{bucket}", keep_seconds=keep)


def answers(url: str) -> bool:
    """Whether the queue's server answers now."""
    from redis.exceptions import RedisError

    try:
        return bool(_client(url).ping())
    except (RedisError, OSError):
        return False


def connect(url: str, *, socket_seconds: float = SOCKET_SECONDS) -> "redis.Redis":
    """A client that gives up after ``socket_seconds`` and does not try again by itself."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return redis.Redis.from_url(url, socket_timeout=socket_seconds, socket_connect_timeout=SOCKET_SECONDS,
                                retry=Retry(NoBackoff(), 0))


def _client(url: str) -> "redis.Redis":
    if url not in _clients:
        _clients[url] = connect(url)
    return _clients[url]


def _enqueue(url: str, queue: str, job_name: str, row_id: int, *, job_id: str, keep_seconds: int = 0) -> bool:
    if time.monotonic() < _silent_until.get(url, 0.0):
        return False  # it was dead a moment ago: do not make every reply wait for it again
    from redis.exceptions import RedisError
    from rq import Queue
    from rq.exceptions import DuplicateJobError
    from rq.serializers import JSONSerializer

    try:
        Queue(queue, connection=_client(url), serializer=JSONSerializer).enqueue_call(
            f"workers.jobs.{job_name}", args=(row_id,), job_id=job_id, unique=True, timeout=JOB_SECONDS,
            result_ttl=keep_seconds, failure_ttl=3600, description=job_name)
    except DuplicateJobError:
        return True
    except (RedisError, OSError) as fault:
        _silent_until[url] = time.monotonic() + _QUIET_SECONDS
        log.warning("the queue does not answer; the sweeps will find what is owed",
                    extra={"fault": type(fault).__name__})
        return False
    return True
