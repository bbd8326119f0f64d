"""The agency's load for its head: what each officer has in hand, by name and without any ranking."""

from collections.abc import Iterable
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext, ngettext

from feedback import clock
from feedback.domain.permissions import Actor, Permission
from feedback.models.agencies import Agency
from feedback.models.people import Person
from feedback.queries.calendar import load_calendar
from feedback.queries.workload import Share, agencies_in, officers_in, shares
from feedback.web.desk import bp
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires


@bp.get("/load")
@requires(Permission.CASE_APPROVE)
def load() -> str:
    """Open cases by officer: how many, due within three working days, late, the oldest; the own agency first, then
    those below it. Each number leads to its cases."""
    actor = current_actor()
    agencies = agencies_in(actor.agency_tree)
    people, found = officers_in(actor.agency_tree), shares(actor, actor.agency_tree)
    first = actor.deputy_at | {actor.agency_id}
    blocks = [_agency(agency, [p for p in people if p.agency_id == agency.id],
                      [s for s in found if s.agency_id == agency.id])
              for agency in sorted(agencies, key=lambda a: (a.id not in first, name_of(a)))]
    return render_template("desk/load.html", blocks=[block for block in blocks if block["rows"]])


def in_hand(actor: Actor, agency_id: int) -> dict[str, str]:
    """What each officer of an agency has in hand, in words, by the officer's id as text."""
    found = {share.officer_id: share for share in shares(actor, [agency_id])}
    return {str(person.id): _words(found.get(person.id)) for person in officers_in([agency_id])}


def _words(share: Share | None) -> str:
    if share is None:
        return gettext("no open case")
    parts = [ngettext("%(num)s open case", "%(num)s open cases", share.open)]
    if share.soon:
        parts.append(gettext("%(number)s due within 3 working days", number=share.soon))
    if share.late:
        parts.append(gettext("%(number)s late", number=share.late))
    return ", ".join(parts)


def _agency(agency: Agency, people: Iterable[Person], found: list[Share]) -> dict[str, Any]:
    by_officer = {share.officer_id: share for share in found}
    rows = [_row(person.display_name, {"officer": person.id}, by_officer.pop(person.id, None))
            for person in people]
    # Whoever is no officer here any more and still has cases, and cases that nobody has taken.
    nobody = by_officer.pop(None, None)
    rows += [_row(gettext("Somebody who is no officer here any more"), {"officer": share.officer_id}, share)
             for share in by_officer.values()]
    if nobody is not None:
        rows.append(_row(gettext("Nobody yet"), {"show": "unassigned"}, nobody))
    return {"id": agency.id, "name": name_of(agency), "rows": rows}


def _row(name: str, where: dict[str, Any], share: Share | None) -> dict[str, Any]:
    given = share or Share(agency_id=None, officer_id=None)
    age = load_calendar().working_days_between(given.oldest_on, clock.today()) if given.oldest_on else 0
    narrowed = {} if "show" in where else where
    return {"name": name, "open": given.open, "soon": given.soon, "late": given.late, "oldest_on": given.oldest_on,
            "age": age, "url": url_for("desk.inbox", **where),
            "soon_url": url_for("desk.inbox", **narrowed, show="soon") if given.soon and narrowed else "",
            "late_url": url_for("desk.inbox", **narrowed, show="late") if given.late and narrowed else ""}
