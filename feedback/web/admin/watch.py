"""The watch is watched: how each sweep last ran, and the mails and cases that lie, each with what to do."""

from typing import Any

from flask import current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.adapters import queue, vault
from feedback.domain.health import Fault
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.queries import health, lying
from feedback.queries.lying import Lying
from feedback.queries.sweeps import clock_jumped, sweep_states
from feedback.services import mail_retrying
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.watch_words import mail_row, sweep_row
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.health import WORDS
from feedback.web.numbers import whole

OF_A_SWEEP = frozenset({Fault.SWEEP_MISSING, Fault.SWEEP_LATE, Fault.SWEEP_UNFINISHED, Fault.SWEEP_FAILING,
                        Fault.SWEEP_EMPTY})
"""Faults that the table of the sweeps tells."""


@bp.get("/watch")
@requires(Permission.WATCH_READ)
def watch() -> str:
    """Each sweep with its last run; mails that are stuck, unsent, given up or came back; cases nobody opened. Who
    may see a case gets a link to it; the administrator sees that something lies, and not whose it is."""
    actor, jumped = current_actor(), clock_jumped()
    report = health.report(queue_answers=queue.answers(current_app.extensions["settings"].redis_url),
                           vault_answers=vault.check())
    cases, number = lying.unopened(actor)
    return render_template(
        "admin/watch.html", jumped=jumped,
        house=[WORDS[trouble.fault] for trouble in report.troubles if trouble.fault not in OF_A_SWEEP],
        sweeps=[sweep_row(state, jumped=jumped) for state in sweep_states()],
        stuck=_shown(lying.stuck(actor)), unsent=_shown(lying.unsent(actor)), dead=_shown(lying.dead(actor)),
        bounced=_shown(lying.bounced(actor)), cases=[_case(one) for one in cases], cases_number=number,
        unopened_after=lying.UNOPENED_AFTER)


@bp.post("/watch/mails/retry")
@requires(Permission.WATCH_READ)
def retry_mails() -> Response:
    """Try a given-up mail again (``mail`` names it; without it: all of them). One that is given up no longer stays
    as it is: pressed twice, it is owed once."""
    row_id = whole(request.form.get("mail", ""))
    with writing():
        mail_retrying.retry(actor=current_actor(), row_id=row_id)
    return redirects.see("admin.watch", done="mail_retried")


def _shown(found: Lying) -> dict[str, Any]:
    return {"rows": [{**mail_row(mail), "url": _url(mail.reference)} for mail in found.rows],
            "number": found.number, "more": found.number - len(found.rows)}


def _case(one: lying.Unopened) -> dict[str, Any]:
    return {"agency": name_of(one), "reference": one.reference or "", "url": _url(one.reference),
            "since": one.since, "days": one.days}


def _url(reference: str | None) -> str:
    return url_for("desk.case", reference=reference) if reference else ""
