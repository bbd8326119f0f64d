"""For load balancers (``/livez``), and for people and alarms (``/healthz``). Neither tells anything of anybody."""

import json

from flask import Blueprint, Response, current_app, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError

from feedback.adapters import queue, vault
from feedback.domain.health import Fault
from feedback.extensions import db
from feedback.queries import health
from feedback.web.guards import public

bp = Blueprint("health", __name__)

WORDS = {
    Fault.QUEUE: _l("The queue does not answer. Work goes on, more slowly."),
    Fault.VAULT: _l("The vault does not answer. Mails to senders wait."),
    Fault.SWEEP_MISSING: _l("A sweep has never run."),
    Fault.SWEEP_LATE: _l("A sweep is late."),
    Fault.SWEEP_UNFINISHED: _l("A sweep begins and does not come to its end."),
    Fault.SWEEP_EMPTY: _l("A sweep saw nothing, although something was owed and is owed still."),
    Fault.SWEEP_FAILING: _l("A sweep could not handle everything it met."),
    Fault.MAIL_LATE: _l("Mails have been waiting for more than 15 minutes."),
    Fault.MAIL_DEAD: _l("Mails were given up after seven days."),
    Fault.CLOCK: _l("The clock jumped. Whatever cannot be taken back waits until the time is confirmed."),
}


@bp.get("/livez")
@public
def livez() -> tuple[Response, int]:
    """Whether this process and the database are there."""
    try:
        alive = health.database_answers()
    except SQLAlchemyError:
        db.session.rollback()
        alive = False
    return _plain(ok=alive), 200 if alive else 503


@bp.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """What is wrong, by code and in words: 200 when nothing is, 503 otherwise."""
    try:
        report = health.report(queue_answers=queue.answers(current_app.extensions["settings"].redis_url),
                               vault_answers=vault.check())
    except SQLAlchemyError:
        db.session.rollback()
        return _plain(ok=False, faults=["database"], words=[gettext("The database does not answer.")]), 503
    words = [str(WORDS[trouble.fault]) + (f" ({trouble.about})" if trouble.about else "")
             for trouble in report.troubles]
    faults, ok = list(report.faults), report.ok
    if request.headers.get("X-Forwarded-For") and current_app.extensions["settings"].trusted_proxies == 0:
        faults, ok = [*faults, "proxy"], False
        words.append(gettext("A proxy stands in front that FEEDBACK_TRUSTED_PROXIES does not count: limits by "
                             "address are off."))
    return _plain(ok=ok, faults=faults, words=words), 200 if ok else 503


def _plain(**said: bool | list[str]) -> Response:
    """JSON that a person can read too: a line each, letters as they are."""
    answer = Response(json.dumps(said, ensure_ascii=False, indent=1) + "\n", mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
