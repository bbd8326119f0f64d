"""Who held a case and what a second agency gives, in words, for the pages that show it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.passing import CameBy
from feedback.queries.contributions import Contributed
from feedback.queries.holdings import Held, hops
from feedback.web.casework import due_row
from feedback.web.filters import date_words, name_of

CAME_BY = {
    CameBy.ASSIGNED.value: _l("given by the province office"),
    CameBy.TRANSFERRED.value: _l("passed on by the agency before"),
    CameBy.REORGANISED.value: _l("taken over in a reorganisation"),
    CameBy.REOPENED.value: _l("opened again"),
}
STANDING = {
    "offered": _l("waits for the reply of the agency that was named"),
    "no_reply": _l("no reply in time"),
    "refused": _l("the agency that was named refuses"),
    "settled": _l("settled"),
}
"""Where a request to pass a case on stands (``queries.transfer_requests.Asked.standing``)."""


def held_rows(held: Sequence[Held]) -> list[dict[str, Any]]:
    """Each stretch as the table of holders takes it: agency, since, until (empty while it lasts), days, how it
    came, and whether it came back to where it had been."""
    return [{"agency": name_of(one.agency), "since": date_words(clock.local_date(one.since)),
             "until": date_words(clock.local_date(one.until)) if one.until is not None else "",
             "days": days_words(one.days), "how": str(CAME_BY[one.came_by]), "loop": one.loop} for one in held]


def days_words(days: int) -> str:
    """So many working days."""
    return ngettext("%(num)s working day", "%(num)s working days", days)


def path_words(held: Sequence[Held]) -> str:
    """The way of a case: A → B → A, one name where it stayed."""
    names: list[str] = []
    for one in held:
        if not names or names[-1] != name_of(one.agency):
            names.append(name_of(one.agency))
    return " → ".join(names)


def held_summary(held: Sequence[Held]) -> str:
    """One sentence over the table: how often it was passed on, and whether it went round."""
    times = hops(held)
    if not times:
        return gettext("It was not passed on between agencies.")
    said = ngettext("It was passed on %(num)s time between agencies.",
                    "It was passed on %(num)s times between agencies.", times)
    if any(one.loop for one in held):
        said += " " + gettext("It came back to an agency that had held it before.")
    return said


def contribution_rows(found: Sequence[Contributed]) -> list[dict[str, Any]]:
    """Each contribution as the lead's page takes it."""
    return [{"id": one.id, "agency": name_of(one.agency), "wanted": one.wanted, "asked_by": one.asked_by,
             "asked_at": one.asked_at, "given": one.given, "given_by": one.given_by, "ended_at": one.ended_at,
             "standing": one.standing, "due": due_row(one.due)} for one in found]
