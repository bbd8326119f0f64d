"""The head's explanations: what is owed, and the form that gives one."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional

from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach
from feedback.domain.lateness import LONGEST
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.queries import explanations as asked
from feedback.services import explanations as deeds
from feedback.web.desk import bp
from feedback.web.explanation_words import shown_row
from feedback.web.forms import HouseForm, at_most
from feedback.web.guards import current_actor, requires
from feedback.web.late_words import CAUSE, FAULTS, cause_choices
from feedback.web.redirects import see


class ExplainForm(HouseForm):
    """Cause, what happened, what will prevent it."""

    cause = SelectField(CAUSE, [Optional()], validate_choice=False)
    happened = TextAreaField(_l("What happened?"), [at_most(LONGEST)],
                             description=_l("Where the case lay, how long, and who should have moved it."))
    prevents = TextAreaField(_l("What will prevent it next time?"), [at_most(LONGEST)],
                             description=_l("What is done, by whom, by which day."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.cause.choices = cause_choices()


@bp.get("/explanations")
@requires(Permission.CASE_APPROVE)
def explanations() -> str:
    """What this head owes, the soonest due first, then what was given last."""
    rows = asked.of_head(current_actor())
    return render_template(
        "desk/explanations.html", owed=[shown_row(row) for row in rows if row.given_at is None],
        given=[shown_row(row) for row in rows if row.given_at is not None])


@bp.route("/explanations/<int:explanation_id>", methods=["GET", "POST"])
@requires(Permission.CASE_APPROVE)
def explanation(explanation_id: int) -> ResponseReturnValue:
    """Give one explanation. Another agency's: 404. Given meanwhile: 409 with what was typed."""
    form = ExplainForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(explanation_id, form)
    if not form.validate():
        return _page(explanation_id, form), 422
    try:
        with writing():
            deeds.give(explanation_id, cause=form.cause.data or "", happened=form.happened.data or "",
                       prevents=form.prevents.data or "", actor=current_actor())
    except BadInput as fault:
        form.fail(fault, FAULTS)
        return _page(explanation_id, form), 422
    except MoveNotAllowed:
        return _page(explanation_id, form, again=True), 409
    return see("desk.explanations", done="explained")


def _page(explanation_id: int, form: ExplainForm, *, again: bool = False) -> str:
    row = asked.owed_by(current_actor(), explanation_id)
    if row is None:
        raise OutOfReach("no such explanation")
    return render_template(
        "desk/explanation.html", row=shown_row(row), form=form, again=again,
        typed=[{"term": str(one.label.text), "value": one.data} for one in form if one.data] if again else [])
