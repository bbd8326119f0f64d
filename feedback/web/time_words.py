"""More time and pauses in words: grounds, what is wrong with a request, how a due date came to be what it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import Actor, CaseFacts, Permission
from feedback.domain.time_changes import Ground
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.queries.deadlines import as_due
from feedback.queries.extensions import Asked, last_of
from feedback.queries.history import TimelineEntry
from feedback.services import extensions
from feedback.web.casework import due_row
from feedback.web.filters import date_words, name_of

GROUNDS = {
    Ground.SITE_INSPECTION: _l("The place has to be inspected"),
    Ground.OTHER_AGENCY: _l("Another agency has to give its opinion"),
    Ground.EXPERT_OPINION: _l("A survey, a test or an expert's opinion is needed"),
    Ground.LARGE_FILE: _l("The file is large: many plots, papers or people"),
    Ground.FORCE_MAJEURE: _l("Storm, flood, epidemic or another event that nobody could help"),
}
"""Every ground has a name (a test demands it)."""

_GENERIC = _l("This could be said of any case. Say what takes longer here: which place, which paper, which step, "
              "and on which day it is done.")
FAULTS = {
    ("ground", "missing"): _l("Choose the ground."),
    ("reason", "missing"): _l("Write why the answer needs more time. The sender reads it."),
    ("reason", "generic"): _GENERIC,
    ("reason", "too_long"): _l("This is too long. Please shorten it."),
    ("evidence", "missing"): _l("Name what shows it: the document or the appointment, and its day."),
    ("evidence", "no_day"): _l("Name the day too: of the letter, the invitation, the inspection."),
    ("evidence", "no_document"): _l("Name what was written or arranged on that day: the document, its number, the "
                                    "appointment."),
    ("evidence", "too_long"): _l("This is too long. Please shorten it."),
    ("new_on", "missing"): _l("Choose the new due date."),
    ("new_on", "past"): _l("This day has passed. Choose a later one."),
    ("new_on", "not_after"): _l("The new due date must be later than the one that holds now."),
    ("new_on", "rest_day"): _l("This is a day of rest. Choose a working day."),
    ("new_on", "too_late"): _l("This is longer than the original limit. Choose an earlier day."),
    ("new_on", "later"): _l("This is later than what was asked for. Choose the day that was asked for, or an "
                            "earlier one."),
}
"""What is wrong with a request or a decision, beside its field."""


MOVED_BY = {
    "due_moved": _l("The working calendar changed."),
    "limit_fitted": _l("The office read the complaint: for such matters another limit holds."),
}
"""Events, besides more time and pauses, that move the citizen's due date, and why."""


def ground_words(code: str) -> str:
    """The name of a stored ground."""
    return str(GROUNDS[Ground(code)])


def from_to(before: date, after: date, days: int) -> str:
    """Both dates and the distance between them."""
    return ngettext("from %(before)s to %(after)s, %(num)s working day more",
                    "from %(before)s to %(after)s, %(num)s working days more", days,
                    before=date_words(before), after=date_words(after))


def notices(actor: Actor, case: Case, facts: CaseFacts, told: Sequence[TimelineEntry]) -> list[dict[str, Any]]:
    """What the case's page says of this round's request for more time: the open one, with the way to decide it for
    who may; a denial, with its reason. Empty when nobody asked: the story says so, and nothing is looked up."""
    if not any(entry.type == "extension_asked" for entry in told):
        return []
    asked = last_of(case)
    if asked is None:
        return []
    if asked.decided_at is None:
        may = actor.can(Permission.CASE_OVERSEE) and extensions.may_decide(
            actor, case, asked.asked_by_id, facts=facts)
        return [{"open": True, "kind": "near", "title": asked_words(asked), "text": asked.reason,
                 "url": url_for("supervision.extension", extension_id=asked.id) if may else "",
                 "note": "" if may else gettext("The province office decides. Until then every date stays and the "
                                                "clocks go on.")}]
    if asked.granted is False:
        return [{"open": False, "kind": "info", "title": gettext("The province office did not give more time"),
                 "text": asked.why, "url": "", "note": date_words(asked.decided_at)}]
    return []


def asked_words(one: Asked) -> str:
    """Who asks for how much more time."""
    return gettext("%(agency)s asks for more time: %(dates)s", agency=name_of(one.agency),
                   dates=from_to(one.due_before, one.new_on, one.days))


def changes(told: Sequence[TimelineEntry], *, mine: bool = False) -> list[dict[str, Any]]:
    """How the citizen's due date of this round came to be what it is, oldest first: rows ``on`` (when it was
    changed), ``what`` (from which day to which), ``why``. Empty when it is what it was at first. ``mine``: said to
    the sender."""
    rows: list[dict[str, Any]] = []
    for entry in told:
        said = entry.payload
        if entry.type in ("object", "reopen"):
            rows.clear()  # a new round has a clock of its own
        if entry.type == "extension_granted":
            rows.append(_row(entry, said["from"], said["to"], gettext("More time was given: %(ground)s.",
                                                                      ground=ground_words(said["ground"]))))
        elif "given_back" in said:
            rows.append(_row(entry, said["due_from"], said["due_to"], _stood(said["given_back"], mine=mine)))
        elif (entry.type in MOVED_BY and said.get("clock") == DeadlineKind.TOTAL.value
              and said["from"] != said["to"]):
            rows.append(_row(entry, said["from"], said["to"], str(MOVED_BY[entry.type])))
    return rows


def two_clocks(clocks: Sequence[Deadline], told: Sequence[TimelineEntry], calendar: WorkingCalendar, *,
               mine: bool = False) -> dict[str, Any] | None:
    """The citizen's clock and the agency's, as ``time.two_clocks`` takes them; None before any clock began.
    ``extended``: from which day to which, why; ``waited``: how long the clock stood for the sender. ``mine``: said
    to the sender."""
    total = _newest(clocks, "total")
    if total is None:
        return None
    agency = _newest([row for row in clocks if row.stopped_at is None], "handle", "redo")
    granted = next((entry for entry in reversed(told) if entry.type == "extension_granted"), None)
    extended = None
    if total.replaces_id is not None and granted is not None:
        said = granted.payload
        first, last = date.fromisoformat(said["from"]), date.fromisoformat(said["to"])
        extended = {"dates": from_to(first, last, said["days"]), "ground": ground_words(said["ground"]),
                    "why": granted.note or "", "on": granted.at}
    return {"total": due_row(as_due(total, calendar)),
            "agency": due_row(as_due(agency, calendar)) if agency is not None else None,
            "standing": total.paused_at, "extended": extended,
            "waited": _stood(total.paused_days, mine=mine) if total.paused_days else "",
            "changes": changes(told, mine=mine)}


def still_possible(clocks: Sequence[Deadline], told: Sequence[TimelineEntry]) -> bool:
    """Whether the case's page may offer to ask for more time: the citizen's clock runs and is not late, and no
    request of this round waits or was decided. Read from what the page has loaded; the service decides."""
    waits, used = False, False
    for entry in told:
        if entry.type in ("object", "reopen"):
            waits, used = False, False
        waits = entry.type == "extension_asked" or (waits and entry.type not in (
            "extension_granted", "extension_denied", "extension_lapsed"))
        used = used or entry.type in ("extension_granted", "extension_denied")
    total = _newest([row for row in clocks if row.stopped_at is None and row.paused_at is None], "total")
    return total is not None and clock.now() <= total.due_at and not waits and not used


def replaced(clocks: Sequence[Deadline]) -> Mapping[int, Deadline]:
    """By the id of each clock that an extension ended, the one that goes on from it."""
    return {row.replaces_id: row for row in clocks if row.replaces_id is not None}


def _stood(days: int, *, mine: bool) -> str:
    """For how long the citizen's clock stood."""
    if mine:
        return ngettext("The clock stood for %(num)s working day while we waited for you. It was given back.",
                        "The clock stood for %(num)s working days while we waited for you. They were given back.",
                        days)
    return ngettext("The clock stood for %(num)s working day, waiting for the sender. It was given back.",
                    "The clock stood for %(num)s working days, waiting for the sender. They were given back.",
                    days)


def _newest(clocks: Sequence[Deadline], *kinds: str) -> Deadline | None:
    return max((row for row in clocks if row.kind in kinds), key=lambda row: row.id, default=None)


def _row(entry: TimelineEntry, before: str, after: str, why: str) -> dict[str, Any]:
    first, last = date.fromisoformat(before), date.fromisoformat(after)
    return {"on": entry.at, "why": why, "what": gettext("from %(before)s to %(after)s", before=date_words(first),
                                                        after=date_words(last))}
