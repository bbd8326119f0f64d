"""Requests for more time: the list of those that wait, and one of them to grant or to deny."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField

from feedback.domain.errors import BadInput, OutOfReach, ReasonMissing, SamePerson
from feedback.domain.permissions import Permission
from feedback.extensions import db, writing
from feedback.models.extensions import Extension
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.extensions import Asked, extension_for, waiting
from feedback.services import extensions
from feedback.web.casework import due_row
from feedback.web.conflict import CLASHES, conflict
from feedback.web.filters import date_words
from feedback.web.forms import HouseForm, ReasonForm, required
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version, whole
from feedback.web.redirects import see
from feedback.web.supervision import bp
from feedback.web.time_words import FAULTS, asked_words, from_to, ground_words

REASON_MISSING = _l("Write the reason, so that everyone can follow it later.")


class GrantForm(HouseForm):
    """The new due date: the one that was asked for, or an earlier one."""

    new_on = DateField(_l("New due date for the answer to the citizen"), [required(FAULTS["new_on", "missing"])])


@bp.get("/extensions")
@requires(Permission.CASE_OVERSEE)
def extensions_waiting() -> str:
    """Requests that wait, the oldest first, by key ``after``; each leads to its page."""
    found, after = waiting(current_actor(), after=whole(request.args.get("after", "")))
    return render_template(
        "supervision/extensions.html",
        rows=[{"asked": one, "ground": ground_words(one.ground),
               "dates": from_to(one.due_before, one.new_on, one.days)} for one in found],
        older_url=url_for("supervision.extensions_waiting", after=after) if after is not None else "")


@bp.route("/extensions/<int:extension_id>", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
def extension(extension_id: int) -> ResponseReturnValue:
    """One request: POST ``decision`` grant with ``new_on`` (as asked, or earlier), or deny with ``why``;
    ``version`` as shown. Out of reach: 404; decided meanwhile, the case moved on, or the word is somebody else's:
    409 with what was typed."""
    asked = _asked(extension_id)
    case = case_for(current_actor(), asked.case.reference)
    typed = [(str(ReasonForm().why.label.text), request.form.get("why", ""))]
    if asked.decided_at is not None:
        return conflict(case, "decided", typed=typed)
    if request.method == "GET":
        return _page(asked, GrantForm(data={"new_on": asked.new_on}), ReasonForm())
    decision = request.form.get("decision")
    if decision not in ("grant", "deny"):
        abort(400)
    grant = GrantForm(request.form) if decision == "grant" else GrantForm(data={"new_on": asked.new_on})
    deny = ReasonForm(request.form) if decision == "deny" else ReasonForm()
    if not (grant if decision == "grant" else deny).validate():
        return _page(asked, grant, deny), 422
    try:
        with writing():
            case = case_for(current_actor(), asked.case.reference)
            row = db.session.get_one(Extension, extension_id)
            if decision == "grant":
                extensions.grant(case, row, actor=current_actor(), new_on=grant.new_on.data,
                                 expected_version=shown_version(request.form))
            else:
                extensions.deny(case, row, actor=current_actor(), why=deny.why.data or "")
    except BadInput as error:
        grant.fail(error, FAULTS)
        return _page(_asked(extension_id), grant, deny), 422
    except ReasonMissing:
        deny.why.errors = [str(REASON_MISSING)]
        return _page(_asked(extension_id), grant, deny), 422
    except SamePerson:
        return conflict(case_for(current_actor(), asked.case.reference), "role", typed=typed)
    except CLASHES as error:
        return conflict(case_for(current_actor(), asked.case.reference), error, typed=typed)
    return see("supervision.extensions_waiting",
               done="extension_granted" if decision == "grant" else "extension_denied")


def _asked(extension_id: int) -> Asked:
    asked = extension_for(current_actor(), extension_id)
    if asked is None:
        raise OutOfReach("no such request")
    return asked


def _page(asked: Asked, grant: GrantForm, deny: ReasonForm) -> str:
    case = case_for(current_actor(), asked.case.reference)
    calendar = load_calendar()
    clocks = clocks_of([case.id], ["total", "handle", "redo"])
    return render_template(
        "supervision/extension.html", asked=asked, case=case, grant=grant, deny=deny, title=asked_words(asked),
        ground=ground_words(asked.ground), dates=from_to(asked.due_before, asked.new_on, asked.days),
        bound=gettext("Not later than %(day)s, as asked; earlier is possible.", day=date_words(asked.new_on)),
        may=extensions.may_decide(current_actor(), case, asked.asked_by_id),
        own=asked.asked_by_id == current_actor().person_id,
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None])
