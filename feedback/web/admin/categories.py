"""How each category of complaints is offered: under which name, with which hint, and to whom it is proposed."""

from dataclasses import asdict
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField

from feedback.domain import registers
from feedback.domain.errors import BadInput
from feedback.domain.kinds import Category
from feedback.domain.permissions import Permission
from feedback.domain.registers import RowChanged, fingerprint
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.queries import shown_names
from feedback.queries.categories import CategoryOffer, settings
from feedback.services import province as deeds
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import Clean, RegisterForm, agency_choices, changed_page, chosen_id, edit_page
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.language import current_language

_TEXT = 120
_HINT = 300


class CategoryForm(RegisterForm):
    """One category here."""

    WORDS = {
        ("offered", "last"): _l("This one stays: whoever finds nothing fitting needs it."),
        ("name_vi", "missing"): _l("Write it in Vietnamese too."),
        ("hint_vi", "missing"): _l("Write it in Vietnamese too."),
        ("route_agency_id", "unknown"): _l("This choice is not in the list. Please choose again."),
    }
    offered = BooleanField(_l("New complaints may choose it"), description=_l("Old ones keep it."))
    name_vi = StringField(_l("Own name in Vietnamese"), [Clean(registers.text, empty=True, longest=_TEXT)],
                          description=_l("Empty: the name that stands above."))
    name_en = StringField(_l("Own name in English"), [Clean(registers.text, empty=True, longest=_TEXT)])
    hint_vi = StringField(_l("Sentence under the choice, in Vietnamese"),
                          [Clean(registers.text, empty=True, longest=_HINT)])
    hint_en = StringField(_l("Sentence under the choice, in English"),
                          [Clean(registers.text, empty=True, longest=_HINT)])
    route_agency_id = SelectField(_l("Proposed to"),
                                  description=_l("Intake sees this as a proposal; a person decides."))

    def __init__(self, offer: CategoryOffer) -> None:
        data = asdict(offer)
        super().__init__(request.form if request.method == "POST" else None,
                         data={**data, "shown": fingerprint(data),
                               "route_agency_id": str(offer.route_agency_id or "")})
        self.route_agency_id.choices = agency_choices(gettext("Nobody"), keep=offer.route_agency_id)

    def offer(self, category: Category) -> CategoryOffer:
        """What was typed, as the deed takes it."""
        return CategoryOffer(
            category, offered=self.offered.data, route_agency_id=chosen_id(self.route_agency_id.data),
            name_vi=self.name_vi.data, name_en=self.name_en.data, hint_vi=self.hint_vi.data,
            hint_en=self.hint_en.data)


@bp.get("/categories")
@requires(Permission.REGISTERS_MANAGE)
def categories() -> str:
    """All of them in the order in which they are offered."""
    offers = settings()
    wanted = {offer.route_agency_id for offer in offers.values() if offer.route_agency_id is not None}
    names = {row.id: name_of(row) for row in db.session.query(Agency).filter(Agency.id.in_(wanted))}
    return render_template("admin/categories.html", rows=[
        {"name": offer.own_name(current_language()) or label(category), "own": bool(offer.name_vi),
         "house": label(category), "hint": offer.hint(current_language()), "offered": offer.offered,
         "route": names.get(offer.route_agency_id or 0, ""),
         "url": url_for("admin.category", category_code=category.value)} for category, offer in offers.items()])


@bp.route("/categories/<category_code>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def category(category_code: str) -> Any:
    """Change how one category is offered."""
    if category_code not in set(Category):
        abort(404)
    found = Category(category_code)
    form = CategoryForm(settings()[found])
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.keep_category(form.offer(found), shown=form.shown.data or "", actor=current_actor())
            shown_names.forget()
            return redirects.see("admin.categories", done="save")
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            return changed_page(form, asdict(settings()[found]), again=request.path)
    return edit_page(label(found), form, back=url_for("admin.categories"), back_label=gettext("Categories"))
