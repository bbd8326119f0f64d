"""Procedures: the list with its search, and one procedure."""

from dataclasses import asdict
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from feedback import clock
from feedback.domain import registers
from feedback.domain.agencies import Tier
from feedback.domain.calendar import Unit
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.domain.registers import MOST_DAYS, MOST_VND, TEXT_LONGEST, RowChanged, fingerprint
from feedback.extensions import db, writing
from feedback.models.agencies import Procedure, ProcedurePaper
from feedback.queries.procedure_register import is_sample, papers_of, procedures_found
from feedback.services import procedures as deeds
from feedback.services.procedures import ProcedureFacts, facts_of
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import (
    Clean,
    NumberField,
    RegisterForm,
    agency_choices,
    asked_words,
    changed_page,
    chosen_id,
    real_day,
)
from feedback.web.forms import required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.numbers import whole


class ProcedureForm(RegisterForm):
    """What is published about one procedure; the code only when it is new."""

    WORDS = {
        ("code", "taken"): _l("Another procedure has this code."),
        ("limit_amount", "missing"): _l("Write how many, or take the unit away."),
        ("limit_unit", "missing"): _l("Choose what the time limit is counted in."),
        ("agency_id", "unknown"): _l("This choice is not in the list. Please choose again."),
    }
    code = StringField(_l("Code"), [Clean(registers.procedure_code)],
                       description=_l("As the national list of procedures has it. It stays."))
    name_vi = StringField(_l("Name in Vietnamese"), [Clean(registers.words, longest=600)])
    name_en = StringField(_l("Name in English"), [Clean(registers.text, empty=True, longest=600)])
    words = StringField(_l("Everyday words"), [Clean(registers.text, empty=True)],
                        description=_l("What people call it when they search, with commas between: sổ đỏ, giấy "
                                       "khai sinh."))
    area = StringField(_l("Field"), [Clean(registers.words)])
    tier = SelectField(_l("Handled at"), [required(_l("Choose the tier."))])
    agency_id = SelectField(_l("Agency"))
    limit_amount = NumberField(_l("Time limit"), [Clean(registers.number, empty=True, least=1, most=MOST_DAYS)])
    limit_unit = SelectField(_l("Counted in"))
    fee_vnd = NumberField(_l("Fee in đồng"), [Clean(registers.number, empty=True, most=MOST_VND)],
                          description=_l("0 when it is free; empty when no fee is published."))
    legal_basis = TextAreaField(_l("Legal basis"), [Clean(registers.words, longest=TEXT_LONGEST)])
    published_at = DateField(_l("Published on"), [Optional(), real_day])
    closed_on = DateField(_l("Not offered any more from"), [Optional(), real_day],
                          description=_l("Old cases keep it."))

    def __init__(self, row: Procedure | None) -> None:
        data = {} if row is None else asdict(facts_of(row))
        shown = {"shown": fingerprint(data)} if row else {}
        super().__init__(
            request.form if request.method == "POST" else None,
            data={**data, **shown, "area": data.get("field"), "agency_id": str(data.get("agency_id") or ""),
                  **{name: "" if data.get(name) is None else str(data[name])
                     for name in ("limit_amount", "fee_vnd", "limit_unit")}})
        self.tier.choices = [("", gettext("Choose …")), *((tier.value, label(tier)) for tier in Tier)]
        self.limit_unit.choices = [("", gettext("No limit is published")), *((u.value, label(u)) for u in Unit)]
        self.agency_id.choices = agency_choices(gettext("Each agency of this tier"), keep=row and row.agency_id)
        if row is not None:
            del self.code

    def facts(self) -> ProcedureFacts:
        """What was typed, as the deed takes it."""
        return ProcedureFacts(
            name_vi=self.name_vi.data, name_en=self.name_en.data, field=self.area.data,
            agency_id=chosen_id(self.agency_id.data), tier=Tier(self.tier.data),
            limit_amount=_number(self.limit_amount.data),
            limit_unit=Unit(self.limit_unit.data) if self.limit_unit.data else None,
            fee_vnd=_number(self.fee_vnd.data), legal_basis=self.legal_basis.data, words=self.words.data,
            published_at=self.published_at.data, closed_on=self.closed_on.data)


def _number(text: str) -> int | None:
    return registers.number(text) if text else None


@bp.get("/procedures")
@requires(Permission.REGISTERS_MANAGE)
def procedures() -> str:
    """The list, or the procedures that hold the words of ``q``; ``after`` is the last id of the page before."""
    asked, after = asked_words(), whole(request.args.get("after", "")) or 0
    found, more = procedures_found(asked, after=after)
    return render_template(
        "admin/procedures.html", rows=[_row(one) for one in found], asked=asked, after=after,
        next_url=url_for("admin.procedures", q=asked or None, after=found[-1].procedure.id) if more else "")


def _row(one: Any) -> dict[str, Any]:
    row = one.procedure
    return {"procedure": row, "agency": one.agency, "sample": one.sample,
            "url": url_for("admin.procedure", procedure_id=row.id), "limit": limit_words(row),
            "closed": row.closed_on is not None and row.closed_on <= clock.today(),
            "papers": ngettext("%(num)s paper", "%(num)s papers", one.papers) if one.papers else ""}


def limit_words(row: Procedure) -> str:
    """``15 ngày làm việc``, or that none is published."""
    if row.limit_amount is None or row.limit_unit is None:
        return gettext("not published")
    return f"{row.limit_amount} {label(Unit(row.limit_unit))}"


@bp.route("/procedures/new", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def new_procedure() -> Any:
    """Add a procedure."""
    form = ProcedureForm(None)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                procedure_id = deeds.add(form.code.data, form.facts(), actor=current_actor()).id
            return redirects.see("admin.procedure", done="save", procedure_id=procedure_id)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
    return render_template("admin/procedure.html", form=form, row=None, papers=[], sample=False,
                           title=gettext("Add a procedure"))


@bp.route("/procedures/<int:procedure_id>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def procedure(procedure_id: int) -> Any:
    """One procedure with its papers."""
    row = db.session.get(Procedure, procedure_id) or abort(404)
    form = ProcedureForm(row)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.change(procedure_id, form.facts(), shown=form.shown.data or "", actor=current_actor())
            return redirects.see("admin.procedure", done="save", procedure_id=procedure_id)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            now = facts_of(db.session.get_one(Procedure, procedure_id))
            return changed_page(form, {**asdict(now), "area": now.field}, again=request.path)
    row = db.session.get_one(Procedure, procedure_id)
    papers = papers_of(procedure_id)
    return render_template("admin/procedure.html", form=form, row=row, papers=[_paper(p) for p in papers],
                           sample=is_sample(row), title=row.name_vi)


def _paper(row: ProcedurePaper) -> dict[str, Any]:
    return {"paper": row, "url": url_for("admin.paper", paper_id=row.id), "sample": is_sample(row)}
