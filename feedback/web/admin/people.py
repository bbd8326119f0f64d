"""``/admin/people``: everybody who can sign in, what waits for a second administrator, and one person's page."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.permissions import Permission
from feedback.domain.roles import STAFF_ROLES
from feedback.models.appointments import RoleRequest
from feedback.models.people import Person
from feedback.queries import people as questions
from feedback.queries.agencies import open_agencies
from feedback.services import accounts, second_step
from feedback.web.admin import bp
from feedback.web.admin.people_words import FILTER_NAMES, NOTHING, STATE_NAMES, asked_words
from feedback.web.csv_lists import Column, csv_wanted, every_page, send_csv
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS
from feedback.web.numbers import whole

COLUMNS: tuple[Column[Person], ...] = (
    Column(_l("Name"), lambda one: one.display_name),
    Column(_l("E-mail"), lambda one: one.email),
    Column(_l("Agency"), lambda one: name_of(one.agency) if one.agency else None),
    Column(_l("Roles"), lambda one: ", ".join(FILTERS["role"](grant.role) for grant in one.roles)),
    Column(_l("Account"), lambda one: state_of(one)),
)


@bp.get("/people")
@requires(Permission.PEOPLE_MANAGE)
def people() -> ResponseReturnValue:
    """Everybody who can sign in, by name. ``q``: words of name, address or agency; ``role``, ``agency`` and
    ``state`` narrow the list down; ``after``: the person after whom the page begins; ``format=csv``:
    all of it as a file."""
    me = current_actor().person_id
    q, role, state = (request.args.get(name, "").strip()[:200] for name in ("q", "role", "state"))
    agency_id = whole(request.args.get("agency", ""))
    if csv_wanted(request.args):
        return send_csv("people", COLUMNS, every_page(lambda after: questions.people_page(
            q=q, role=role, agency_id=agency_id, state=state, after=after)))
    page = questions.people_page(q=q, role=role, agency_id=agency_id, state=state,
                                 after=whole(request.args.get("after", "")))
    kept = {name: value for name, value in (("q", q), ("role", role), ("state", state),
                                            ("agency", "" if agency_id is None else str(agency_id))) if value}
    agencies = [{"value": str(agency.id), "label": name_of(agency)} for agency in open_agencies()]
    roles = [{"value": one.value, "label": FILTERS["role"](one.value)} for one in STAFF_ROLES]
    return render_template(
        "admin/people.html", rows=page.rows, q=q, kept=kept, chips=_chips(kept, agencies, roles),
        roles=[{"value": "", "label": str(NOTHING)}, *roles], role=role,
        agencies=[{"value": "", "label": str(NOTHING)}, *agencies], agency=kept.get("agency", ""),
        states=[{"value": "", "label": str(NOTHING)},
                *({"value": code, "label": str(words)} for code, words in STATE_NAMES.items())], state=state,
        state_of=state_of, waiting=[_row(one) for one in questions.open_requests()],
        alone=questions.is_founder_alone(me),
        left_alone=questions.administrators() == {me} and not questions.is_founder_alone(me),
        file_url=url_for("admin.people", format="csv", **kept),
        older_url=url_for("admin.people", after=page.after, **kept) if page.after else "")


@bp.get("/people/<int:person_id>")
@requires(Permission.PEOPLE_MANAGE)
def person(person_id: int) -> str:
    """One person: agency, roles, second step, sessions, how many open cases (never which); what can be done."""
    return person_page(questions.person_for(person_id))


def person_page(one: Person, *, fault: str = "") -> str:
    """The page of one person; ``fault`` says on top what could not be done."""
    now, me = clock.now(), current_actor().person_id
    held = {grant.role for grant in one.roles}
    about = questions.requests_about(one.id)
    names = questions.names_of(request.decided_by_id for request in about)
    link = questions.living_link(one.id, now=now)
    return render_template(
        "admin/person.html", one=one, fault=fault, own=one.id == me, state=state_of(one),
        joined=bool(one.password_hash), waived=second_step.is_waived(one), link=link,
        sessions=len(accounts.own_sessions(one.id, now=now)), codes_left=second_step.codes_left(one.id),
        cases=[{"term": FILTERS["state"](state), "value": str(number)}
               for state, number in questions.open_cases_by_state(one.id).items()],
        waiting=[_row(request) for request in about if request.decided_at is None],
        decided=[{**_row(request), "second": names.get(request.decided_by_id or 0, "")}
                 for request in about if request.decided_at is not None],
        missing=[{"value": role.value, "label": FILTERS["role"](role.value)} for role in STAFF_ROLES
                 if role.value not in held])


def state_of(one: Person) -> str:
    """The state of an account in words."""
    if one.disabled_at is not None:
        code = "disabled"
    elif not one.password_hash:
        code = "invited"
    elif not second_step.is_set_up(one) and not second_step.is_waived(one):
        code = "without_second_step"
    else:
        code = "active"
    return str(STATE_NAMES[code])


def _row(asked: RoleRequest) -> dict[str, Any]:
    """A request as the lists show it, and whether the reader may grant it, decline it, or take it back."""
    me = current_actor().person_id
    concerned = me == asked.person_id
    return {"request": asked, "words": asked_words(asked), "mine": me == asked.asked_by_id,
            "may_grant": not concerned and me != asked.asked_by_id, "may_decline": not concerned}


def _chips(kept: dict[str, str], agencies: list[dict[str, str]],
           roles: list[dict[str, str]]) -> list[dict[str, str]]:
    shown = {"agency": {one["value"]: one["label"] for one in agencies},
             "role": {one["value"]: one["label"] for one in roles},
             "state": {code: str(words) for code, words in STATE_NAMES.items()}}
    return [{"label": str(FILTER_NAMES[name]), "value": shown.get(name, {}).get(value, value),
             "remove_url": url_for("admin.people", **{k: v for k, v in kept.items() if k != name})}
            for name, value in kept.items()]
