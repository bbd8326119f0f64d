"""The way it must not be done, for comparison: the notice is put straight into the queue, with its address, and
sent once when its job runs. ``python -m tests.chaos.naive`` is a worker that works like this."""

import itertools
import sys
from collections.abc import Iterable

from flask import Flask, current_app
from rq import Queue
from rq.serializers import JSONSerializer

from feedback.adapters import mail, mail_templates, queue
from feedback.app import create_app
from feedback.domain.notices import Notice
from feedback.extensions import db, ring_with
from feedback.models.cases import Case
from feedback.queries import letters
from feedback.services import identity, outbox

_numbers = itertools.count(1)
_sealing = identity.seal


def naive_app() -> Flask:
    """The app with its outbox bypassed."""
    app = create_app()
    outbox.owe = _owe  # type: ignore[assignment]
    identity.seal = _seal_and_remember  # type: ignore[assignment]
    ring_with(app, _enqueue)
    return app


def send_now(notice: str, dedupe: str, email: str, reference: str) -> None:
    """The job: send it, and that was that."""
    settings = current_app.extensions["settings"]
    context = {"reference": reference, "name": None, "link": settings.base_url, "due_on": None, "days_late": 0}
    letter = mail_templates.render(Notice(notice), language="vi", context=context)
    with mail.post_office(settings.smtp_url, settings.mail_from) as post:
        post.send(letter, to=email, dedupe=dedupe)


def _seal_and_remember(case: Case, fields: dict[str, str]) -> frozenset[str]:
    db.session.info.setdefault("emails", {})[case.id] = fields.get("email")
    return _sealing(case, fields)


def _owe(*, notice: Notice, dedupe: str, case_id: int | None = None, person_id: int | None = None,
         agency_id: int | None = None) -> int:
    if person_id is None and agency_id is None:
        email = db.session.info.get("emails", {}).get(case_id)
    else:
        email = letters.desk_of(person_id=person_id, agency_id=agency_id).email
    number = next(_numbers)
    reference = letters.facts_for(case_id).reference
    db.session.info.setdefault("naive", []).append((Notice(notice).value, dedupe, email, reference))
    queue.after_commit("naive", number)
    return number


def _enqueue(bells: Iterable[queue.Bell]) -> None:
    """After the commit: one job a notice, if the queue is there."""
    owed = db.session.info.pop("naive", [])
    try:
        jobs = Queue(queue.MAIL, connection=queue.connect(current_app.extensions["settings"].redis_url),
                     serializer=JSONSerializer)
        for arguments in owed:
            jobs.enqueue_call("tests.chaos.naive.send_now", args=arguments)
    except Exception:
        return


if __name__ == "__main__":
    from workers.process import work

    sys.exit(work(naive_app()))
