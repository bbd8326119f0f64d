"""An agency ends: who takes over, what would move, and the move itself. Counts only; no case is read here."""

from datetime import timedelta
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired

from feedback import clock
from feedback.domain import registers
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.domain.registers import RowChanged, fingerprint
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.queries.agency_register import holdings
from feedback.services import reorganising
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import (
    Clean,
    RegisterForm,
    agency_choices,
    changed_page,
    chosen_id,
    edit_page,
    real_day,
)
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires


class ClosingForm(RegisterForm):
    """When an agency ends, on what ground, and who takes over."""

    WORDS = {
        ("last_day", "before"): _l("It cannot end before it begins."),
        ("source", "missing"): _l("Name the document that ends it."),
        ("successor_id", "missing"): _l("Open cases lie with this agency. Choose who takes them over."),
        ("successor_id", "closed"): _l("This agency does not exist on that day. Choose another one."),
        ("successor_id", "same"): _l("An agency cannot take over from itself."),
        ("successor_id", "cycle"): _l("That agency was itself taken over by this one. Choose another one."),
    }
    last_day = DateField(_l("Last day"), [DataRequired(_l("Choose the last day.")), real_day],
                         description=_l("The cases move on the day after it."))
    successor_id = SelectField(_l("Who takes over"))
    source = StringField(_l("Document"), [Clean(registers.words)],
                         description=_l("Number and day of the decision that ends it."))
    move_people = BooleanField(_l("Its people go along"),
                               description=_l("Their accounts belong to the successor from then on, and officers "
                                              "keep their cases. Only when the last day has passed already."))
    confirmed = HiddenField("")

    def __init__(self, agency: Agency) -> None:
        last = agency.valid_to or clock.today() - timedelta(days=1)
        super().__init__(
            request.form if request.method == "POST" else None,
            data={"last_day": last, "successor_id": str(agency.successor_id or ""), "move_people": False,
                  "shown": fingerprint(reorganising.ending_of(agency))})
        self.successor_id.choices = agency_choices(gettext("Nobody"), keep=agency.successor_id, but=(agency.id,))


@bp.route("/agencies/<int:agency_id>/close", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def close_agency(agency_id: int) -> Any:
    """Say that an agency ends. The first POST shows what would move, the second one (``confirmed``) does it."""
    row = db.session.get(Agency, agency_id) or abort(404)
    form = ClosingForm(row)
    if request.method == "POST" and form.validate():
        try:
            if form.confirmed.data:
                return _close(form, agency_id)
            with writing():  # all the rules are asked, and nothing is kept
                _deed(form, agency_id)
                db.session.rollback()
            return _preview(form, agency_id)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            return changed_page(form, _now(agency_id), again=request.path)
    form.confirmed.data = ""
    row = db.session.get_one(Agency, agency_id)
    return edit_page(gettext("Close %(agency)s", agency=name_of(row)), form, button=gettext("See what would move"),
                     back=url_for("admin.agency", agency_id=agency_id), back_label=name_of(row),
                     lead=gettext("Nothing moves before you have seen what it would be."))


def _now(agency_id: int) -> dict[str, object]:
    row = db.session.get_one(Agency, agency_id)
    return {"last_day": row.valid_to, "successor_id": row.successor_id, "source": row.source}


def _deed(form: ClosingForm, agency_id: int) -> None:
    reorganising.close(
        agency_id, last_day=form.last_day.data, successor_id=chosen_id(form.successor_id.data),
        source=form.source.data, move_people=form.move_people.data, shown=form.shown.data or "",
        actor=current_actor())


def _preview(form: ClosingForm, agency_id: int) -> str:
    row = db.session.get_one(Agency, agency_id)
    form.confirmed.data = "1"
    successor = db.session.get(Agency, chosen_id(form.successor_id.data) or 0)
    return render_template("admin/agency_close.html", form=form, agency=row, successor=successor,
                           held=holdings(agency_id), now=form.last_day.data < clock.today())


def _close(form: ClosingForm, agency_id: int) -> Any:
    with writing():
        _deed(form, agency_id)
    # Batch by batch: a large agency must not hold up everybody who writes. What a break leaves behind, the
    # sweep or this page takes along.
    moved, batch = 0, 1
    while batch:
        with writing():
            batch = reorganising.move_open_cases(agency_id, actor=current_actor())
        moved += batch
    return redirects.see("admin.agencies", done="agency_closed", below=agency_id)
