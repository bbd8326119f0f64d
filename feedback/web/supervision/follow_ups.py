"""Cases to look at again: a supervisor's notes with their day, the list of them, one done."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, TextAreaField

from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries import follow_ups as asked
from feedback.queries.cases import case_for
from feedback.queries.follow_ups import Noted, When
from feedback.services import follow_ups as deeds
from feedback.web.csv_lists import BATCH, Column, csv_wanted, every_page, send_csv
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS
from feedback.web.redirects import see
from feedback.web.supervision import bp

NAMES = {When.TODAY: _l("Due today or before"), When.COMING: _l("Coming"), When.DONE: _l("Done")}
WORDS = {
    ("text", "missing"): _l("Write what is to be looked at again."), ("text", "too_long"): _l("This is too long."),
    ("on", "missing"): _l("Choose the day on which to look again."),
    ("on", "past"): _l("This day has passed. Choose today or a later day."),
    ("on", "too_far"): _l("This day is more than a year away. Choose a nearer one."),
}
COLUMNS: tuple[Column[Noted], ...] = (
    Column(_l("Reference"), lambda one: one.case.reference),
    Column(_l("Where it is"), lambda one: FILTERS["state"](one.case.state)),
    Column(_l("To look at"), lambda one: one.row.body),
    Column(_l("Look again on"), lambda one: one.row.look_again_on),
    Column(_l("Written by"), lambda one: one.author),
    Column(_l("Done on"), lambda one: one.row.done_at),
)


class FollowUpForm(HouseForm):
    """One note with its day."""

    text = TextAreaField(_l("What to look at again"), [
        required(_l("Write what is to be looked at again.")), at_most(deeds.LONGEST)], description=_l(
        "For supervisors only: no agency reads it, nor does the sender."))
    on = DateField(_l("On which day?"), [])


@bp.get("/follow-ups", endpoint="follow_ups")
@requires(Permission.CASE_OVERSEE)
def listed() -> ResponseReturnValue:
    """One's own notes, 25 by key ``after``; ``when``: today (and before), coming or done; ``all=1``: those of
    every supervisor; ``format=csv``: the list as a file."""
    actor = current_actor()
    given, everybodys = request.args.get("when", ""), request.args.get("all") == "1"
    when = When(given) if given in {one.value for one in When} else When.TODAY
    if csv_wanted(request.args):
        return send_csv("follow-ups", COLUMNS, every_page(
            lambda after: asked.follow_ups(actor, when, everybodys=everybodys, after=after, size=BATCH)))
    page = asked.follow_ups(actor, when, everybodys=everybodys, after=request.args.get("after"))
    kept = {"when": when.value, **({"all": "1"} if everybodys else {})}
    return render_template(
        "supervision/follow_ups.html", rows=[_row(one) for one in page.rows], when=when,
        quick=_quick(when, everybodys),
        file_url=url_for("supervision.follow_ups", format="csv", **kept),
        older_url=url_for("supervision.follow_ups", after=page.after, **kept) if page.after else "")


@bp.route("/cases/<reference>/follow-ups", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
def case_follow_ups(reference: str) -> ResponseReturnValue:
    """The notes on one case, and a box for one more (``text``, ``on``)."""
    actor = current_actor()
    case = case_for(actor, reference)
    form = FollowUpForm(request.form if request.method == "POST" else None)
    if request.method == "GET" or not form.validate():
        return _page(case, form), 422 if form.errors else 200
    try:
        with writing():
            deeds.write(case_for(actor, reference), actor=actor, text=form.text.data or "", on=form.on.data)
    except BadInput as error:
        form.fail(error, WORDS)
        return _page(case, form), 422
    return see("supervision.case_follow_ups", reference=reference, done="follow_up")


@bp.post("/follow-ups/<int:follow_up_id>/done")
@requires(Permission.CASE_OVERSEE)
def follow_up_done(follow_up_id: int) -> ResponseReturnValue:
    """It was looked at. Out of reach: 404; pressed twice, the second changes nothing."""
    try:
        with writing():
            deeds.finish(follow_up_id, actor=current_actor())
    except MoveNotAllowed:
        pass  # somebody was faster, or it is the second click: it is done
    return see("supervision.follow_ups", done="follow_up_done")


def _row(one: Noted) -> dict[str, Any]:
    return {"one": one, "late": one.past and one.row.done_at is None,
            "due": {"state": "late" if one.past else "running", "on": one.row.look_again_on, "days": one.days}}


def _quick(when: When, everybodys: bool) -> list[dict[str, Any]]:
    whose = {"all": "1"} if everybodys else {}
    return [*({"label": words, "current": one is when,
               "url": url_for("supervision.follow_ups", when=one.value, **whose)} for one, words in NAMES.items()),
            {"label": gettext("Those of all supervisors"), "current": everybodys,
             "url": url_for("supervision.follow_ups", when=when.value, **({} if everybodys else {"all": "1"}))}]


def _page(case: Case, form: FollowUpForm) -> str:
    rows = [_row(one) for one in asked.of_case(current_actor(), case.id)]
    return render_template("supervision/case_follow_ups.html", case=case, form=form, rows=rows)
