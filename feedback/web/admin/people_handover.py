"""Handing over all open cases of somebody: first what would go where, then the deed. Numbers, never texts."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.extensions import db, writing
from feedback.models.people import Person
from feedback.queries.people import person_for
from feedback.services import handover
from feedback.web.admin import bp
from feedback.web.admin.people_words import WORDS
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS
from feedback.web.numbers import whole
from feedback.web.redirects import see

HEAD = "head"
"""Value of ``to`` for giving everything back to the head of the agency."""


@bp.get("/people/<int:person_id>/handover")
@requires(Permission.PEOPLE_MANAGE)
def handover_preview(person_id: int) -> str:
    """To whom the cases could go; with ``to`` (a colleague's id, or 'head'), how many would go where and why."""
    return _page(person_for(person_id), request.args.get("to", ""))


@bp.post("/people/<int:person_id>/handover")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def hand_over(person_id: int) -> ResponseReturnValue:
    """Do it: all cases in one step. Pressed twice, the second press finds nothing left to move."""
    actor, to = current_actor(), request.form.get("to", "")
    try:
        with writing():
            handover.hand_over(person_for(person_id), _colleague(to), actor=actor)
    except BadInput as wrong:
        return _page(person_for(person_id), "", fault=str(WORDS[wrong.field, wrong.code])), 400
    return see("admin.person", person_id=person_id, done="handed_over")


def _colleague(to: str) -> Person | None:
    if to == HEAD:
        return None
    person = db.session.get(Person, whole(to) or 0)
    if person is None:
        raise BadInput("to", "not_of_agency")
    return person


def _page(one: Person, to: str, *, fault: str = "") -> str:
    shown = None
    if to:
        try:
            shown = handover.preview(one, _colleague(to))
        except BadInput as wrong:
            fault, to = str(WORDS[wrong.field, wrong.code]), ""
    colleagues = handover.colleagues_of(one)
    total = handover.preview(one, None)
    return render_template(
        "admin/people_handover.html", one=one, own=one.id == current_actor().person_id, fault=fault, to=to,
        shown=shown, total=total.total, to_name=next((c.display_name for c in colleagues if str(c.id) == to), ""),
        choices=[{"value": HEAD, "label": ""},
                 *({"value": str(c.id), "label": c.display_name} for c in colleagues)],
        states=[{"term": FILTERS["state"](state), "value": str(n)} for state, n in total.states.items()])
