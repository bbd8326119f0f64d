"""The bell: it carries one id and nothing else, never fails anybody, and never rings before the reply."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from flask import Flask
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import select

from feedback.adapters import queue
from feedback.extensions import db, writing
from feedback.models.outbox import Outbox
from tests import factories
from tests.engines.valkey import valkey_server
from tests.fixtures.cast import Citizen


@pytest.fixture
def client(queued: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(queued) as connected:
        yield connected


def _jobs(client: redis.Redis, name: str = queue.MAIL) -> list[Job]:
    return Queue(name, connection=client, serializer=JSONSerializer).jobs


def test_a_bell_is_one_job_by_name_with_one_id_as_json(client: redis.Redis, an: Citizen) -> None:
    receipt = an.complains()
    (job,) = _jobs(client)
    assert job.func_name == "workers.jobs.deliver_owed"
    assert job.kwargs == {}
    assert isinstance(job.args[0], int)
    everything = b"".join(
        zlib.decompress(value) if value[:1] == b"x" else value
        for key in client.keys("rq:job:*") for value in client.hgetall(key).values())
    for secret in ("an@thu.example", "Nguyễn", "0912345678", receipt.key, receipt.reference):
        assert secret.encode() not in everything
    data = zlib.decompress(client.hget(f"rq:job:{job.id}", "data"))
    assert json.loads(data)[0] == "workers.jobs.deliver_owed"


def test_many_bells_in_one_second_are_one_job(client: redis.Redis, queued: str) -> None:
    for first in range(0, 50, 10):
        assert queue.ring_now([("deliver_owed", n) for n in range(first, first + 10)], url=queued)
    assert len(_jobs(client)) <= 2


def test_ticks_of_one_span_are_one_job(client: redis.Redis, queued: str) -> None:
    assert all(queue.ring_tick(7, url=queued) for _ in range(5))
    assert [job.id for job in _jobs(client, queue.TICKS)] == ["tick-7"]


def test_a_dead_queue_fails_nobody(app: Flask, an: Citizen, tmp_path: Path,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    dead = replace(app.extensions["settings"], redis_url=f"unix://{tmp_path / 'nobody.sock'}")
    monkeypatch.setitem(app.extensions, "settings", dead)
    receipt = an.complains()
    with app.app_context():
        assert factories.case_of(receipt).reference == receipt.reference
        assert db.session.scalar(select(Outbox.sent_at)) is None
        assert not queue.answers(dead.redis_url)


def test_a_queue_that_went_away_is_not_asked_again_for_every_reply(app: Flask) -> None:
    with valkey_server() as server:
        assert queue.ring_now([("deliver_owed", 1)], url=server.url)
        server.stop()
        assert not queue.ring_now([("deliver_owed", 1)], url=server.url)
        server.start()
        assert not queue.ring_now([("deliver_owed", 1)], url=server.url), "it is left alone for a moment"


def test_in_a_request_the_bell_rings_only_after_the_reply_was_sent(
        app: Flask, client: redis.Redis, queued: str) -> None:
    with app.test_request_context("/"):
        with writing():
            factories.complaint(identity={"email": "an@thu.example"})
        response = app.make_response("reply")
        response = app.process_response(response)
        assert _jobs(client) == [], "rung before the reply"
        response.close()
        assert len(_jobs(client)) == 1
