"""Which cases the inbox shows: filters that live in the address and can be kept under a name."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from feedback.domain.errors import BadInput
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import OPEN, State
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.people import Person
from feedback.services import saved_filters
from feedback.web.desk import bp
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.numbers import whole
from feedback.web.redirects import see

LIST = "inbox"
SHOWN = {
    "all": _l("All open"), "mine": _l("Mine"), "new": _l("New to me"), "unassigned": _l("Without an officer"),
    "soon": _l("Due in 3 working days"), "late": _l("Late"),
}
STATES = tuple(state for state in State if state in OPEN and state not in (
    State.SUBMITTED, State.AWAITING_SUBMITTER, State.ACCEPTED))
"""Where a case can be once an agency has it."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything unknown in it is left out."""

    show: str = "all"
    state: str = ""
    category: str = ""
    officer: int | None = None

    @property
    def query(self) -> dict[str, str]:
        """The same as a query string's parts, without what is not asked."""
        parts = {"show": self.show if self.show != "all" else "", "state": self.state, "category": self.category,
                 "officer": str(self.officer or "")}
        return {name: value for name, value in parts.items() if value}

    def url(self, **other: Any) -> str:
        """The inbox with these filters, some of them changed."""
        return url_for("desk.inbox", **replace(self, **other).query)


def asked(args: MultiDict[str, str] | dict[str, str]) -> Asked:
    """Read the filters of an address."""
    show, state, category = (args.get(name, "") for name in ("show", "state", "category"))
    return Asked(
        show=show if show in SHOWN else "all", state=state if state in STATES else "",
        category=category if category in set(Category) else "", officer=whole(args.get("officer", "")))


def in_force(filters: Asked, officers: list[Person]) -> list[dict[str, str]]:
    """The removable chips over the list."""
    names = {person.id: person.display_name for person in officers}
    chips = []
    if filters.state:
        chips.append({"label": _l("Where it is"), "value": label(State(filters.state)),
                      "remove_url": filters.url(state="")})
    if filters.category:
        chips.append({"label": _l("What it is about"), "value": label(Category(filters.category)),
                      "remove_url": filters.url(category="")})
    if filters.officer:
        chips.append({"label": _l("Officer"), "value": names.get(filters.officer, "–"),
                      "remove_url": filters.url(officer=None)})
    return chips


class NameForm(HouseForm):
    """A name for a filter."""

    name = StringField(_l("Name of the filter"), [required(_l("Write a name for the filter.")),
                                                  at_most(saved_filters.LONGEST_NAME)])


WORDS = {
    ("name", "missing"): _l("Write a name for the filter."),
    ("name", "too_many"): _l("You keep 20 filters already. Remove one first."),
    ("name", "taken"): _l("Another filter has this name."),
}


@bp.route("/filters", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def filters() -> ResponseReturnValue:
    """One's own filters of the inbox. POST keeps one: ``name`` and ``query`` as the inbox showed it."""
    if request.method == "GET":
        return _page(NameForm(), "")
    query = urlencode(asked(dict(parse_qsl(request.form.get("query", "")[:500]))).query)
    form = NameForm(request.form)
    if not form.validate():
        return _page(form, query), 422
    try:
        with writing():
            saved_filters.keep(person_id=_me(), list_=LIST, name=form.name.data or "", query=query)
    except BadInput as error:
        form.fail(error, WORDS)
        return _page(form, query), 422
    return see("desk.inbox", **dict(parse_qsl(query)), done="filter_kept")


@bp.post("/filters/<int:filter_id>")
@requires(Permission.CASE_READ)
def change_filter(filter_id: int) -> ResponseReturnValue:
    """Rename (``do`` rename, with ``name``) or remove (``do`` remove) an own filter; somebody else's is a 404."""
    if request.form.get("do") == "remove":
        with writing():
            saved_filters.forget(filter_id, person_id=_me())
        return see("desk.filters", done="filter_removed")
    saved_filters.own(filter_id, person_id=_me())
    form = NameForm(request.form)
    if not form.validate():
        return _page(form, "", wrong=filter_id), 422
    try:
        with writing():
            saved_filters.rename(filter_id, person_id=_me(), name=form.name.data or "")
    except BadInput as error:
        form.fail(error, WORDS)
        return _page(form, "", wrong=filter_id), 422
    return see("desk.filters", done="save")


def kept(current: Asked) -> list[dict[str, Any]]:
    """One's own filters as links over the list; which of them is in force is said."""
    return [{"name": row.name, "url": url_for("desk.inbox", **dict(parse_qsl(row.query))),
             "current": dict(parse_qsl(row.query)) == current.query and bool(current.query)}
            for row in saved_filters.of_person(_me(), LIST)]


def _me() -> int:
    person_id = current_actor().person_id
    assert person_id is not None  # the guard let only staff in
    return person_id


def _page(form: NameForm, query: str, wrong: int | None = None) -> str:
    rows = saved_filters.of_person(_me(), LIST)
    return render_template(
        "desk/filters.html", form=form, query=query, wrong=wrong,
        rows=[{"id": row.id, "name": row.name, "url": url_for("desk.inbox", **dict(parse_qsl(row.query))),
               "chips": in_force(asked(dict(parse_qsl(row.query))), []),
               "show": SHOWN[asked(dict(parse_qsl(row.query))).show]} for row in rows])
