"""The tree of agencies: the list, one agency, and an agency that ends with its successor."""

from dataclasses import asdict
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional

from feedback.domain import registers
from feedback.domain.agencies import Tier
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.domain.registers import RowChanged, fingerprint
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.queries.agencies import tree_below
from feedback.queries.agency_register import Branch, branches, still_holding
from feedback.services import agencies as deeds
from feedback.services.agencies import AgencyFacts, facts_of
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import (
    Clean,
    RegisterForm,
    agency_choices,
    asked_words,
    changed_page,
    chosen_id,
    edit_page,
    named,
    real_day,
)
from feedback.web.csv_lists import Column, csv_wanted, send_csv
from feedback.web.filters import name_of
from feedback.web.forms import required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS, label
from feedback.web.numbers import whole


class AgencyForm(RegisterForm):
    """What is said about one agency; the code only when it is new."""

    WORDS = {
        ("code", "taken"): _l("Another agency has this code."),
        ("parent_id", "cycle"): _l("This agency stands below the one you are changing: nobody is above "
                                   "themselves."),
        ("parent_id", "unknown"): _l("This choice is not in the list. Please choose again."),
        ("valid_to", "before"): _l("It cannot end before it begins."),
        ("valid_to", "close_it"): _l("Use “Close this agency”, so that its open cases move to a successor."),
    }
    code = StringField(_l("Code"), [Clean(registers.agency_code)],
                       description=_l("Groups of letters and digits with dots between, at most 35 characters "
                                      "(Decision 20/2020/QĐ-TTg). It stays for ever: published cases name it."))
    name_vi = StringField(_l("Name in Vietnamese"), [Clean(registers.words)])
    name_en = StringField(_l("Name in English"), [Clean(registers.text, empty=True)])
    tier = SelectField(_l("Tier"), [required(_l("Choose the tier."))])
    parent_id = SelectField(_l("Stands below"))
    email = StringField(_l("E-mail of the office"), [Clean(registers.email, empty=True)],
                        description=_l("Told of a case when nobody of the agency has an account."))
    valid_from = DateField(_l("Exists since"), [Optional(), real_day])
    valid_to = DateField(_l("Existed until"), [Optional(), real_day],
                         description=_l("Empty this to open the agency again."))
    source = StringField(_l("Document"), [Clean(registers.text, empty=True, longest=600)],
                         description=_l("Number and day of the decision this rests on."))

    def __init__(self, agency: Agency | None) -> None:
        data = {} if agency is None else asdict(facts_of(agency))
        if agency is not None:
            data["shown"] = fingerprint(data)
        super().__init__(request.form if request.method == "POST" else None,
                         data={**data, "parent_id": str(data.get("parent_id") or "")})
        self.tier.choices = [("", gettext("Choose …")), *((tier.value, label(tier)) for tier in Tier)]
        self.parent_id.choices = agency_choices(
            gettext("Nobody: it is the highest"), keep=agency and agency.parent_id,
            but=tree_below(agency.id) if agency else ())
        if agency is not None:
            del self.code
        if agency is None or agency.valid_to is None:
            del self.valid_to

    def facts(self) -> AgencyFacts:
        """What was typed, as the deed takes it."""
        return AgencyFacts(
            name_vi=self.name_vi.data, name_en=self.name_en.data, tier=Tier(self.tier.data),
            parent_id=chosen_id(self.parent_id.data), valid_from=self.valid_from.data,
            valid_to=self.valid_to.data if "valid_to" in self else None, email=self.email.data or None,
            source=self.source.data)


COLUMNS: tuple[Column[Branch], ...] = (
    Column(_l("Code"), lambda branch: branch.agency.code),
    Column(_l("Name in Vietnamese"), lambda branch: branch.agency.name_vi),
    Column(_l("Name in English"), lambda branch: branch.agency.name_en),
    Column(_l("Tier"), lambda branch: FILTERS["tier"](branch.agency.tier)),
    Column(_l("Stands below"), lambda branch: branch.parent.code if branch.parent else None),
    Column(_l("Exists since"), lambda branch: branch.agency.valid_from),
    Column(_l("Existed until"), lambda branch: branch.agency.valid_to),
    Column(_l("Taken over by"), lambda branch: branch.successor.code if branch.successor else None),
)


@bp.get("/agencies")
@requires(Permission.AGENCIES_READ)
def agencies() -> ResponseReturnValue:
    """The tree with its depth, or the agencies that hold the words of ``q``; ``below`` opens one branch. Closed
    ones are shown as such, with who took over and the open cases that still lie there. ``format=csv``: as a
    file."""
    asked, below = asked_words(), whole(request.args.get("below", ""))
    if csv_wanted(request.args):
        return send_csv("agencies", COLUMNS, branches(asked=asked, below=below, all_rows=True)[0])
    found, total = branches(asked=asked, below=below)
    left = still_holding(b.agency.id for b in found if b.agency.valid_to is not None)
    top = db.session.get(Agency, below) if below is not None else None
    return render_template("admin/agencies.html", file_url=url_for(
        "admin.agencies", format="csv", **({"q": asked} if asked else {}),
        **({"below": below} if below is not None else {})), branches=[_row(b, left) for b in found], total=total,
                           shown=len(found), asked=asked, top=top)


def _row(branch: Any, left: frozenset[int]) -> dict[str, Any]:
    agency = branch.agency
    url = url_for("admin.agency", agency_id=agency.id)
    return {"agency": agency, "depth": min(branch.depth, 3), "parent": branch.parent, "url": url,
            "successor": branch.successor, "children": branch.children, "left": agency.id in left}


@bp.route("/agencies/new", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def new_agency() -> Any:
    """Add an agency."""
    form = AgencyForm(None)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                agency_id = deeds.add(form.code.data, form.facts(), actor=current_actor()).id
            return redirects.see("admin.agency", done="save", agency_id=agency_id)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
    return edit_page(gettext("Add an agency"), form, button=gettext("Add"),
                     back=url_for("admin.agencies"), back_label=gettext("Agencies"))


@bp.route("/agencies/<int:agency_id>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def agency(agency_id: int) -> Any:
    """Change what is said about one agency."""
    row = db.session.get(Agency, agency_id) or abort(404)
    form = AgencyForm(row)
    if request.method == "POST" and form.validate():
        facts = form.facts()
        try:
            with writing():
                deeds.change(agency_id, facts, shown=form.shown.data or "", actor=current_actor())
            return redirects.see("admin.agencies", done="save", below=agency_id)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            return changed_page(form, asdict(facts_of(db.session.get_one(Agency, agency_id))), again=request.path)
    row = db.session.get_one(Agency, agency_id)
    facts = [{"term": gettext("Code"), "value": row.code}]
    if row.successor_id is not None:
        successor = db.session.get_one(Agency, row.successor_id)
        facts.append({"term": gettext("Taken over by"), "value": named(successor)})
    ending = gettext("Close this agency") if row.valid_to is None else gettext("Successor and open cases")
    return edit_page(name_of(row), form, facts=facts,
                     back=url_for("admin.agencies"), back_label=gettext("Agencies"),
                     after=[{"label": ending, "url": url_for("admin.close_agency", agency_id=agency_id)}])
