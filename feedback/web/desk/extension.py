"""``/desk/cases/<reference>/extension``: who holds a case asks for more time, once, before the due date."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField, TextAreaField

from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.domain.time_changes import EVIDENCE_LONGEST, LONGEST
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.extensions import total_of
from feedback.queries.visibility import facts_of
from feedback.services import extensions
from feedback.web.casework import due_row
from feedback.web.conflict import CLASHES, conflict
from feedback.web.desk import bp
from feedback.web.filters import date_words
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version
from feedback.web.redirects import see
from feedback.web.time_words import FAULTS, GROUNDS


class ExtensionForm(HouseForm):
    """The ground, what shows it, the words for the sender, the new due date."""

    ground = RadioField(_l("On which ground?"), [required(FAULTS["ground", "missing"])], validate_choice=False)
    evidence = StringField(
        _l("What shows it: the document or the appointment, and its day"),
        [required(FAULTS["evidence", "missing"]), at_most(EVIDENCE_LONGEST)],
        description=_l("For example: “Invitation 88/GM-SXD of 18/11/2026 to the inspection on 25/11/2026”. The "
                       "province office reads it."))
    reason = TextAreaField(
        _l("Why the answer needs more time, in words for the sender"),
        [required(FAULTS["reason", "missing"]), at_most(LONGEST)],
        description=_l("What takes longer in this very case, and what happens on which day. When more time is "
                       "given, the sender reads this as it stands."))
    new_on = DateField(_l("New due date for the answer to the citizen"), [required(FAULTS["new_on", "missing"])])


@bp.route("/cases/<reference>/extension", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def extension(reference: str) -> ResponseReturnValue:
    """Ask the province office for more time (POST ``ground``, ``evidence``, ``reason``, ``new_on``, ``version``).
    Only the officer whose case it is and the head of the holding agency; others, a second request, a due date that
    has passed and a case that moved answer 409 with what was typed."""
    actor = current_actor()
    case = case_for(actor, reference)
    form: Any = ExtensionForm(request.form if request.method == "POST" else None)
    form.ground.choices = [(code.value, words) for code, words in GROUNDS.items()]
    typed = [(str(form.reason.label.text), form.reason.data or ""),
             (str(form.evidence.label.text), form.evidence.data or "")]
    if extensions.asking_role(actor, case, facts_of(case)) is None:
        return conflict(case, "role", typed=typed)
    if (why := extensions.hindrance(case)) is not None:
        return conflict(case, why, typed=typed)
    if request.method == "GET":
        return _page(case, form)
    if not form.validate():
        return _page(case, form), 422
    try:
        with writing():
            extensions.ask(case_for(actor, reference), ground=form.ground.data or "",
                           reason=form.reason.data or "", evidence=form.evidence.data or "",
                           new_on=form.new_on.data, actor=actor, expected_version=shown_version(request.form))
    except BadInput as error:
        form.fail(error, FAULTS)
        return _page(case_for(actor, reference), form), 422
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=typed)
    return see("desk.case", reference=reference, done="extension_asked")


def _page(case: Case, form: Any) -> str:
    total = total_of(case.id)
    assert total is not None  # nothing stands in the way of asking
    calendar = load_calendar()
    clocks = clocks_of([case.id], ["total", "handle", "redo"])
    return render_template(
        "desk/extension.html", case=case, form=form,
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None],
        bound=gettext("After %(due)s and not later than %(last)s; a working day.", due=date_words(total.due_on),
                      last=date_words(extensions.last_day(total))))
