"""When a step is not possible now: an honest 409 that says why and keeps what was typed."""

from collections.abc import Iterable
from dataclasses import replace

from flask import render_template
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.exc import StaleDataError

from feedback.domain.errors import MoveNotAllowed, StaleEdit
from feedback.domain.lifecycle import TABLE, Action, State
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.queries.history import timeline
from feedback.queries.visibility import facts_of
from feedback.web.casework import story
from feedback.web.guards import current_actor
from feedback.web.wishes import without_wishes

CLASHES = (StaleEdit, StaleDataError, MoveNotAllowed)
"""What a service raises when the case is not where the page showed it, or the step is not this person's."""

MOVED = "moved"
REASONS = {
    MOVED: _l("While this page was open, the case moved on. What you sent was not applied, and nobody's work was "
              "overwritten."),
    "role": _l("At this step the next word is somebody else's. Nothing was changed."),
    "proposal_open": _l("Another step waits for a second person already. It has to be decided first."),
    "asked_once": _l("The sender of this case was asked once already. A second question is not possible: go on "
                     "with what is known. Nothing was changed."),
    "target_gone": _l("The case that this one was to join has ended meanwhile without an answer. Do not confirm "
                      "this step; nothing was changed."),
    "in_person": _l("The province office has returned this answer twice. The next version is signed by the head "
                    "of the agency in person, not by a deputy. Nothing was changed."),
    "transfer_open": _l("Somebody has asked already to pass this case on. The province office decides first; "
                        "nothing was changed."),
    "decided": _l("This request is settled already: somebody decided it, or the case moved on. Nothing was "
                  "changed."),
    "extension_open": _l("Somebody has asked already for more time for this case. The province office decides "
                         "first; nothing was changed."),
    "extension_spent": _l("More time can be asked for once, and for this case it was asked and decided. Answer by "
                          "the due date, or say in a late answer why it is late. Nothing was changed."),
    "extension_late": _l("More time is asked for before the due date, while the clock runs. That is not so here "
                         "any more; nothing was changed."),
    "apology_over": _l("A new date was told to the sender in this round already, or the case has gone on. Nothing "
                       "was changed."),
    "contribution_over": _l("This part was given already, or is not needed any more. Nothing was changed."),
    "promise_passed": _l("The promised day has passed. The case comes back by itself; say in the new answer what "
                         "was done. Nothing was changed."),
    "drafter": _l("You wrote an answer to this case. Whoever writes an answer does not clear it at the gate: "
                  "somebody else reads it. Nothing was changed."),
}


def conflict(case: Case, why: str | Exception = MOVED, *,
             typed: Iterable[tuple[str, str]] = ()) -> tuple[str, int]:
    """The 409 page of a case. ``why`` is a key of REASONS or the refusal itself; ``typed`` are the names and
    texts of what the person had written, shown so that they can be copied."""
    if isinstance(why, Exception):
        why = getattr(why, "why", "") or MOVED
    # What happened, not what was said: the words may be the sender's own, and this page is for every desk.
    told = without_wishes(current_actor(), facts_of(case), timeline(case.id))
    last = story([replace(entry, note=None) for entry in told[-1:]], load_calendar())
    return render_template(
        "desk/conflict.html", case=case, reason=REASONS.get(why, REASONS[MOVED]), last=last,
        typed=[{"term": name, "value": words} for name, words in typed if words.strip()]), 409


def not_now(case: Case, action: Action) -> str:
    """Why somebody cannot start this action: the case is elsewhere, or the step is somebody else's."""
    return "role" if (action, State(case.state)) in TABLE else MOVED
