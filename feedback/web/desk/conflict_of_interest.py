"""Saying that a case is about somebody who would handle it: it is hidden from them, and others decide."""

from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired

from feedback.domain.conflicts import About
from feedback.domain.errors import BadInput, OutOfReach, ReasonMissing
from feedback.domain.lifecycle import ENDED, State
from feedback.domain.permissions import Actor, Permission, may_record_conflict, reads_original
from feedback.domain.roles import Role
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.agencies import open_agencies
from feedback.queries.cases import case_for
from feedback.queries.conflicts import CANDIDATES, conflicts_of, people_with_roles
from feedback.queries.visibility import facts_of
from feedback.services import conflicts
from feedback.web.conflict import CLASHES, MOVED, conflict
from feedback.web.desk import bp
from feedback.web.filters import name_of
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version, whole
from feedback.web.redirects import see

ABOUT = {
    About.OFFICER: _l("An officer who would write the answer"),
    About.HEAD: _l("The head of the agency that has to answer"),
    About.OFFICE: _l("The coordinating office, or somebody who works there"),
}
LEADS_TO = {
    About.OFFICER: _l("The case goes back to the head of the agency, who gives it to another officer."),
    About.HEAD: _l("The head of the agency above decides; where there is none, the province office."),
    About.OFFICE: _l("The leader of the province decides: transfers, the gate, and what needs a second person."),
}
WORDS = {
    ("people", "missing"): _l("Tick the people whom the case is about."),
    ("people", "unfit"): _l("Somebody you ticked does not hold this office. Tick again under the right heading."),
    ("people", "nobody_left"): _l("Then nobody would be left who may decide. Ask the administrators to name "
                                  "somebody first; nothing was recorded."),
    ("why", "missing"): _l("Write the reason, so that everyone can follow it later."),
}


class ConflictForm(HouseForm):
    """About what, whom, and why."""

    about = RadioField(_l("The case is about"), [InputRequired(_l("Say whom the case is about."))])
    people = SelectMultipleField(_l("Who must not see it?"))
    why = TextAreaField(_l("Why?"), [required(WORDS["why", "missing"]), at_most(REASON_LONGEST)])


class WhereForm(HouseForm):
    """Whose people are offered, while no agency has the case."""

    agency = SelectField(_l("Show the people of"))


@bp.route("/cases/<reference>/conflict", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def conflict_of_interest(reference: str) -> ResponseReturnValue:
    """Record a conflict of interest: ``about`` (officer, head, office), the ``people`` named and ``why``;
    ``version`` as shown. ``agency`` in the address chooses whose people are offered. Who may not say so: 403; an
    ended or changed case: 409 with what was typed."""
    actor = current_actor()
    case = case_for(actor, reference)
    choices = [about for about in About if may_record_conflict(actor, facts_of(case), about)]
    if not choices:
        abort(403)
    typed = [(str(ConflictForm().why.label.text), request.form.get("why", ""))]
    if case.historical or State(case.state) in ENDED:
        return conflict(case, MOVED, typed=typed)
    agency_id = whole(request.args.get("agency", "")) or case.agency_id or case.named_agency_id
    people = _people(actor, choices, agency_id, but=facts_of(case).conflict_person_ids)
    form = ConflictForm(request.form if request.method == "POST" else None)
    form.about.choices = [(about.value, str(ABOUT[about])) for about in choices]
    form.people.choices = [(str(p["id"]), p["name"]) for group in people for p in group["people"]]
    if request.method == "GET":
        return _page(case, form, choices, people, agency_id)
    if not form.validate():
        return _page(case, form, choices, people, agency_id), 422
    try:
        with writing():
            conflicts.record(case_for(actor, reference), about=About(form.about.data), why=form.why.data or "",
                             people=[int(code) for code in form.people.data or ()], actor=actor,
                             expected_version=shown_version(request.form))
    except (BadInput, ReasonMissing) as error:
        form.fail(error, WORDS)
        return _page(case_for(actor, reference), form, choices, people, agency_id), 422
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=typed)
    try:
        case_for(actor, reference)
    except OutOfReach:  # who names themselves does not see it any more either
        return see("account.sessions", done="conflict")
    return see("desk.case", reference=reference, done="conflict")


def _people(actor: Actor, choices: list[About], agency_id: int | None, *,
            but: frozenset[int]) -> list[dict[str, Any]]:
    """Whom the page offers, under a heading each: of the agency, and of the coordinating office; not those who are
    named already, nor a head who names an officer."""
    groups = []
    for about in choices:
        if about is About.OFFICE:
            found = people_with_roles(CANDIDATES[about])
        elif agency_id is None:
            found = []
        else:
            found = people_with_roles(CANDIDATES[about], agency_id=agency_id)
        if Role.AGENCY_HEAD in actor.roles and about is About.OFFICER:
            but |= {actor.person_id or 0}
        groups.append({"about": about, "title": ABOUT[about], "leads_to": LEADS_TO[about],
                       "people": [{"id": p.id, "name": p.display_name,
                                   "agency": name_of(p.agency) if p.agency else ""}
                                  for p in found if p.id not in but],
                       "unknown": about is not About.OFFICE and agency_id is None})
    return groups


def _page(case: Case, form: ConflictForm, choices: list[About], people: list[dict[str, Any]],
          agency_id: int | None) -> str:
    where = WhereForm(data={"agency": str(agency_id or "")})
    where.agency.choices = [("", _l("Choose…")), *((str(a.id), name_of(a)) for a in open_agencies())]
    original = reads_original(current_actor(), facts_of(case))
    return render_template(
        "desk/conflict_of_interest.html", case=case, form=form, people=people, where=where,
        may_choose=original and case.agency_id is None, ticked=set(form.people.data or ()),
        hints={about.value: str(LEADS_TO[about]) for about in choices},
        recorded=[{"who": named.who, "as": ABOUT[named.about], "why": named.why, "by": named.recorded_by,
                   "at": named.recorded_at} for named in conflicts_of(case)] if original else [])
