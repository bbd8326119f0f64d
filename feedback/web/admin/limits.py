"""The time limits with what each rests on, and their versions."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import DataRequired

from feedback import clock
from feedback.domain import registers
from feedback.domain.calendar import Unit
from feedback.domain.errors import BadInput
from feedback.domain.limit_bounds import CAPS, units_of
from feedback.domain.permissions import Permission
from feedback.domain.registers import MOST_DAYS, TEXT_LONGEST, RowChanged
from feedback.extensions import db, writing
from feedback.models.deadlines import Limit
from feedback.services import limits as deeds
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import Clean, NumberField, RegisterForm, changed_page, edit_page, real_day
from feedback.web.filters import date_words
from feedback.web.forms import required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import EVENT_LINES, label
from feedback.web.numbers import shown_version, whole

LIMIT_NAMES = {
    "total": _l("Answer to the citizen"),
    "total_complex": _l("Answer to the citizen, complex matter"),
    "receive": _l("First reading"),
    "receive_urgent": _l("First reading, urgent matter"),
    "transfer": _l("Giving it to the right agency"),
    "transfer_reply": _l("Reply of the agency that was named as competent"),
    "contribute": _l("Contribution of a second agency"),
    "extension": _l("Decision on a request for more time"),
    "explanation": _l("The head's explanation"),
    "handle": _l("Handling by the agency"),
    "handle_complex": _l("Handling by the agency, complex matter"),
    "legal_document": _l("Answer about a legal document"),
    "supply": _l("Waiting for the sender"),
    "approve": _l("Approval by the head"),
    "gate": _l("Reading at the gate"),
    "redo": _l("Writing the answer again"),
    "publish": _l("Publication"),
    "instruction": _l("Instruction"),
    "objection": _l("Time to object to an answer"),
    "complaint_notice": _l("Complaint by law: notice that it is taken on"),
    "denunciation_check": _l("Denunciation by law: first check"),
    "denunciation_transfer": _l("Denunciation by law: passing it on"),
    "tell_submitter": _l("Telling the sender what became of it"),
}
STARTS = {"transfer_asked": _l("Somebody asked to pass the case on."),
          "contribution_asked": _l("A second agency was asked to contribute."),
          "extension_asked": _l("More time was asked for."), "escalated": _l("The ladder demanded it."),
          "approve_publication": _l("The publication was approved."), "instruct": _l("An instruction was given.")}
"""Events that start a limit and are no step of a case."""


class LimitForm(RegisterForm):
    """A new version of one limit."""

    WORDS = {
        ("amount", "range"): _l("A limit is at least 1 and at most a year."),
        ("amount", "cap"): _l("The law allows less than this."),
        ("unit", "fixed"): _l("This limit is counted in the unit of its rule."),
        ("legal_basis", "missing"): _l("Say what the number rests on."),
        ("valid_from", "past"): _l("Choose today or a later day: what has run keeps its limit."),
        ("valid_from", "before"): _l("A version that was planned already starts later than this."),
    }
    amount = NumberField(_l("How many"), [Clean(registers.number, least=1, most=MOST_DAYS)])
    unit = SelectField(_l("Counted in"), [required(_l("Choose what it is counted in."))])
    legal_basis = TextAreaField(_l("Legal basis"), [Clean(registers.words, longest=TEXT_LONGEST)],
                                description=_l("Everyone who asks “why this day?” reads it: the document, or that "
                                               "it is the province's own proposal."))
    valid_from = DateField(_l("Holds for clocks that start on or after"), [
        DataRequired(_l("Choose a day.")), real_day])

    def __init__(self, row: Limit) -> None:
        super().__init__(request.form if request.method == "POST" else None, data={
            "shown": str(row.version), "amount": str(row.amount), "unit": row.unit, "legal_basis": row.legal_basis,
            "valid_from": max(clock.today(), row.valid_from)})
        self.unit.choices = [(unit.value, label(unit)) for unit in units_of(row.key)]


@bp.get("/limits")
@requires(Permission.CALENDAR_READ)
def limits() -> str:
    """Each limit as it holds today, what is planned, and what it rests on."""
    return render_template("admin/limits.html", may_edit=current_actor().can(Permission.REGISTERS_MANAGE),
                           rows=[_row(key, versions) for key, versions in _all().items()])


@bp.route("/limits/<limit_key>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def limit(limit_key: str) -> Any:
    """Give a limit a new version from a day on."""
    versions = _all().get(limit_key) or abort(404)
    form = LimitForm(versions[0])
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.amend(limit_key, amount=whole(form.amount.data) or 0, unit=Unit(form.unit.data),
                            legal_basis=form.legal_basis.data, valid_from=form.valid_from.data,
                            shown=shown_version({"version": form.shown.data or ""}), actor=current_actor())
            return redirects.see("admin.limits", done="limit_amended")
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            now = _all()[limit_key][0]
            return changed_page(form, {"amount": now.amount, "unit": now.unit, "legal_basis": now.legal_basis,
                                       "valid_from": now.valid_from}, again=request.path)
    cap = CAPS.get(limit_key)
    most = [{"term": gettext("The law allows at most"), "value": length_words(cap.amount, cap.unit),
             "note": cap.basis}] if cap else []
    return edit_page(
        str(LIMIT_NAMES[limit_key]), form, back=url_for("admin.limits"), back_label=gettext("Limits"),
        lead=gettext("This makes a new version. Clocks that run already keep the limit they were given."),
        facts=[{"term": gettext("Counted from"), "value": _from_words(versions[0].from_event)}, *most],
        button=gettext("Set this limit"))


def _all() -> dict[str, list[Limit]]:
    """Every limit with its versions, the newest first, in the order of LIMIT_NAMES."""
    found: dict[str, list[Limit]] = {key: [] for key in LIMIT_NAMES}
    for row in db.session.scalars(select(Limit).order_by(Limit.version.desc())):
        found.setdefault(row.key, []).append(row)
    return {key: rows for key, rows in found.items() if rows}


def _row(key: str, versions: list[Limit]) -> dict[str, Any]:
    today = clock.today()
    now = next((row for row in versions if row.valid_from <= today), versions[0])
    planned = [row for row in versions if row.valid_from > today]
    past = [row for row in versions if row is not now and row.valid_from <= today]
    return {
        "name": LIMIT_NAMES.get(key, key), "url": url_for("admin.limit", limit_key=key), "row": now,
        "length": length_words(now.amount, Unit(now.unit)), "from": _from_words(now.from_event),
        "planned": [_version_words(row) for row in planned], "past": [_version_words(row) for row in past]}


def _version_words(row: Limit) -> str:
    return gettext("from %(day)s: %(length)s", day=date_words(row.valid_from),
                   length=length_words(row.amount, Unit(row.unit)))


def _from_words(event: str) -> str:
    return str(STARTS.get(event) or EVENT_LINES[event])


def length_words(amount: int, unit: Unit) -> str:
    """``15 ngày làm việc``."""
    return {
        Unit.WORKING_DAYS: ngettext("%(num)s working day", "%(num)s working days", amount),
        Unit.CALENDAR_DAYS: ngettext("%(num)s day", "%(num)s days", amount),
        Unit.WORKING_HOURS: ngettext("%(num)s working hour", "%(num)s working hours", amount),
    }[unit]
