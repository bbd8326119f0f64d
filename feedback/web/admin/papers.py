"""The papers that a procedure's published list names: what an office may ask for, and no more."""

from dataclasses import asdict
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField

from feedback.domain import registers
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.domain.registers import MOST_COPIES, TEXT_LONGEST, RowChanged, fingerprint
from feedback.extensions import db, writing
from feedback.models.agencies import Procedure, ProcedurePaper
from feedback.services import procedures as deeds
from feedback.services.procedures import PaperFacts, paper_facts_of
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import Clean, NumberField, RegisterForm, changed_page, edit_page
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires


class PaperForm(RegisterForm):
    """One paper."""

    WORDS = {("name_vi", "taken"): _l("This procedure has a paper of this name already.")}
    name_vi = StringField(_l("Name in Vietnamese"), [Clean(registers.words, longest=600)])
    name_en = StringField(_l("Name in English"), [Clean(registers.text, empty=True, longest=600)])
    copies = NumberField(_l("Copies"), [Clean(registers.number, least=1, most=MOST_COPIES)], default="1")
    digitised = BooleanField(_l("The State has it in a database"),
                             description=_l("Then no office may ask for it again."))
    paper_needed_if_signed_online = BooleanField(
        _l("Also needed on paper when the online file is signed"),
        description=_l("Hardly ever: a signed online file needs no paper copy."))
    legal_basis = TextAreaField(_l("Legal basis"), [Clean(registers.words, longest=TEXT_LONGEST)])

    def __init__(self, row: ProcedurePaper | None) -> None:
        data = {} if row is None else asdict(paper_facts_of(row))
        shown = {"shown": fingerprint(data)} if row else {}
        super().__init__(request.form if request.method == "POST" else None,
                         data={**data, **shown, "copies": str(data.get("copies", 1))})

    def facts(self) -> PaperFacts:
        """What was typed, as the deed takes it."""
        return PaperFacts(
            name_vi=self.name_vi.data, name_en=self.name_en.data, copies=registers.number(self.copies.data),
            digitised=self.digitised.data, legal_basis=self.legal_basis.data,
            paper_needed_if_signed_online=self.paper_needed_if_signed_online.data)


@bp.route("/procedures/<int:procedure_id>/papers/new", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def new_paper(procedure_id: int) -> Any:
    """Add a paper at the end of the list."""
    row = db.session.get(Procedure, procedure_id) or abort(404)
    form = PaperForm(None)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.add_paper(procedure_id, form.facts(), actor=current_actor())
            return redirects.see("admin.procedure", done="save", procedure_id=procedure_id)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
    row = db.session.get_one(Procedure, procedure_id)
    return edit_page(gettext("Add a paper"), form, back=url_for("admin.procedure", procedure_id=procedure_id),
                     back_label=name_of(row), button=gettext("Add"))


@bp.route("/papers/<int:paper_id>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def paper(paper_id: int) -> Any:
    """Change a paper."""
    row = db.session.get(ProcedurePaper, paper_id) or abort(404)
    form = PaperForm(row)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.change_paper(paper_id, form.facts(), shown=form.shown.data or "", actor=current_actor())
                procedure_id = db.session.get_one(ProcedurePaper, paper_id).procedure_id
            return redirects.see("admin.procedure", done="save", procedure_id=procedure_id)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            now = asdict(paper_facts_of(db.session.get_one(ProcedurePaper, paper_id)))
            return changed_page(form, now, again=request.path)
    row = db.session.get_one(ProcedurePaper, paper_id)
    of = db.session.get_one(Procedure, row.procedure_id)
    away = {"label": gettext("Take it off the list"), "url": url_for("admin.remove_paper", paper_id=paper_id)}
    return edit_page(name_of(row), form, after=[away], back_label=name_of(of),
                     back=url_for("admin.procedure", procedure_id=of.id))


@bp.route("/papers/<int:paper_id>/remove", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def remove_paper(paper_id: int) -> Any:
    """Take a paper off the list, after asking once."""
    row = db.session.get(ProcedurePaper, paper_id) or abort(404)
    if request.method == "POST":
        try:
            with writing():
                of = deeds.remove_paper(paper_id, shown=request.form.get("shown", ""), actor=current_actor())
            return redirects.see("admin.procedure", done="removed", procedure_id=of)
        except RowChanged:
            return changed_page(RegisterForm(), {}, again=request.path)
    return render_template(
        "admin/remove.html", title=gettext("Take it off the list?"), thing=name_of(row),
        words=gettext("From then on no office may ask for it. Cases that speak of it stay as they are."),
        shown=fingerprint(asdict(paper_facts_of(row))), back=url_for("admin.paper", paper_id=paper_id),
        button=gettext("Take it off the list"))
