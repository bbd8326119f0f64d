"""A head names somebody who acts for them while they are away."""

from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired

from feedback import clock
from feedback.domain.errors import BadInput, NotPermitted
from feedback.domain.permissions import Permission
from feedback.domain.roles import Role
from feedback.extensions import writing
from feedback.models.people import Person
from feedback.queries.agencies import tree_below
from feedback.queries.deputies import appointed_by, candidates
from feedback.services import deputies
from feedback.web.desk import bp
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, required
from feedback.web.guards import current_actor, current_person, requires
from feedback.web.numbers import whole
from feedback.web.redirects import see


class DeputyForm(HouseForm):
    """Who, from which day, to which day."""

    person = SelectField(_l("Who acts for you?"), [required(_l("Choose who acts for you."))],
                         validate_choice=False)
    from_on = DateField(_l("From this day"), [InputRequired(_l("Choose the first day."))])
    to_on = DateField(_l("Up to and with this day"), [InputRequired(_l("Choose the last day."))])


WORDS = {
    ("person", "not_possible"): _l("Choose an officer or a head of your agency or of one below it."),
    ("from_on", "past"): _l("This day has passed. Choose today or a day to come."),
    ("from_on", "taken"): _l("Somebody acts for you on one of these days already. End that first."),
    ("to_on", "before_start"): _l("The last day lies before the first."),
    ("to_on", "too_long"): _l("At most 90 days: whoever is away for longer is replaced, not represented."),
}


@bp.route("/deputy", methods=["GET", "POST"])
@requires(Permission.CASE_APPROVE)
def deputy() -> ResponseReturnValue:
    """The head's deputies, and a new one by POST. Who only acts for a head cannot name anybody: 403."""
    head = _head()
    form = _form(head)
    if request.method == "GET":
        return _page(head, form)
    if not form.validate():
        return _page(head, form), 422
    assert form.from_on.data is not None
    assert form.to_on.data is not None
    try:
        with writing():
            deputies.name_deputy(_head(), person_id=whole(form.person.data or "") or 0, from_on=form.from_on.data,
                                 to_on=form.to_on.data, actor=current_actor())
    except BadInput as error:
        form.fail(error, WORDS)
        return _page(_head(), form), 422
    return see("desk.deputy", done="deputy_named")


@bp.post("/deputy/<int:deputy_id>/end")
@requires(Permission.CASE_APPROVE)
def end_deputy(deputy_id: int) -> ResponseReturnValue:
    """End an appointment of one's own today; another's is a 404."""
    with writing():
        deputies.end(deputy_id, actor=current_actor())
    return see("desk.deputy", done="deputy_ended")


def _head() -> Person:
    person = current_person()
    if person is None or Role.AGENCY_HEAD.value not in {grant.role for grant in person.roles}:
        raise NotPermitted("only the head in person")
    return person


def _form(head: Person) -> DeputyForm:
    possible = candidates(head, sorted(tree_below(head.agency_id))) if head.agency_id is not None else []
    form = DeputyForm(request.form if request.method == "POST" else None, data={"from_on": clock.today()})
    form.person.choices = [("", _l("Choose…")), *(
        (str(person.id), f"{person.display_name} – {name_of(person.agency)}") for person in possible)]
    return form


def _page(head: Person, form: DeputyForm) -> str:
    today = clock.today()
    rows: list[dict[str, Any]] = [
        {"id": row.id, "name": row.person.display_name, "from_on": row.from_on,
         "to_on": row.to_on if row.ended_at is None else min(row.to_on, clock.local_date(row.ended_at)),
         "open": row.ended_at is None and row.to_on >= today,
         "now": row.ended_at is None and row.from_on <= today <= row.to_on}
        for row in appointed_by(head.id)]
    return render_template("desk/deputy.html", form=form, rows=rows,
                           longest=(today + timedelta(days=deputies.LONGEST_DAYS)))
