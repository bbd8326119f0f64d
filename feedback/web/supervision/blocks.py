"""The blocks of the dashboard: each a number that leads to the list behind it, in the order of a morning."""

from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback.domain.permissions import Actor, Permission
from feedback.domain.roles import Role
from feedback.queries.dashboard_counts import COUNTED, numbers
from feedback.queries.dashboards import DAYS, Block, this_moment

NAMES = {
    Block.TODAY: _l("Due today"), Block.WEEK: _l("Due later this week"), Block.LATE: _l("Past due"),
    Block.UNOPENED: _l("Not opened by any officer"), Block.HELD: _l("Held longest by one agency"),
    Block.STUCK: _l("Nobody did anything"), Block.RETURNED: _l("Answers returned as vague"),
    Block.BROKEN: _l("Promises broken"), Block.LOOPS: _l("Sent round in a circle"),
    Block.PASSED_ON: _l("Passed on to another agency"), Block.NOBODY_LEFT: _l("Nobody there may take it"),
    Block.CHAIRMAN: _l("The chairman's list"),
    Block.MOVED_UP: _l("Yours to decide because of a conflict of interest"),
}
"""Each list by its name."""
MEANINGS = {
    Block.TODAY: _l("The answer to the citizen is due today."),
    Block.WEEK: _l("The answer to the citizen is due after today, on Sunday at the latest."),
    Block.LATE: _l("The citizen's clock has run out. It does not run while it waits for the sender."),
    Block.UNOPENED: _l("The agency has the case and no officer has taken it."),
    Block.HELD: _l("Counted from the day on which the agency that has it now got the case."),
    Block.STUCK: _l("Neither an officer nor anybody else has done a step. Reminders by the clock do not count as "
                    "one."),
    Block.RETURNED: _l("The province office gave the answer back in this round."),
    Block.BROKEN: _l("An answer promised something by a day, the day passed, and the case is open again."),
    Block.LOOPS: _l("It came back to an agency that had passed it on before, in the same round."),
    Block.PASSED_ON: _l("At least one agency has given it to another one in this round. The citizen's clock went "
                        "on."),
    Block.NOBODY_LEFT: _l("The agency has no officer who may answer: each wrote an earlier answer to it, is in "
                          "conflict, or has left. Pass the case on to the agency above, or ask for another "
                          "officer there."),
    Block.CHAIRMAN: _l("The ladder has reached the chairman and the clock still runs."),
    Block.MOVED_UP: _l("The coordinating office is in conflict, so the leader takes its decisions."),
}
"""What stands in each list."""
EMPTY = {
    Block.TODAY: _l("A case appears here on the day on which its answer is due."),
    Block.WEEK: _l("A case appears here in the week in which its answer is due."),
    Block.LATE: _l("A case appears here when its answer to the citizen is past due."),
    Block.UNOPENED: _l("A case appears here when it lies with an agency and no officer takes it."),
    Block.HELD: _l("A case appears here when one agency has it for so many working days."),
    Block.STUCK: _l("A case appears here when nobody does a step in it for so many working days."),
    Block.RETURNED: _l("A case appears here when the province office gives its answer back."),
    Block.BROKEN: _l("A case appears here when an answer's promise is not kept."),
    Block.LOOPS: _l("A case appears here when it comes back to an agency that had passed it on."),
    Block.PASSED_ON: _l("A case appears here when an agency gives it to another one."),
    Block.NOBODY_LEFT: _l("A case appears here when no officer of its agency may take it, after an objection for "
                          "example."),
    Block.CHAIRMAN: _l("A case appears here when the ladder reaches the chairman."),
    Block.MOVED_UP: _l("A case appears here when a conflict of interest takes the coordinating office out."),
}
"""What would fill it."""
LATE_WORDS = frozenset({Block.LATE, Block.BROKEN, Block.LOOPS, Block.CHAIRMAN, Block.NOBODY_LEFT})


def sections(actor: Actor) -> list[dict[str, Any]]:
    """The dashboard: headings with blocks, ``{title, blocks: [{number, label, url, change, late}]}``. Three
    statements: the calendar, the ladder, the numbers."""
    found = numbers(actor, this_moment())
    office = [_waiting("gate", gettext("answers at the gate"), found, "supervision.gate",
                       may=actor.can(Permission.CASE_GATE)),
              _waiting("extensions", gettext("requests for more time"), found, "supervision.extensions_waiting"),
              _waiting("transfers", gettext("requests to pass on"), found, "supervision.transfers"),
              _waiting("explanations", gettext("explanations owed by heads"), found,
                       "supervision.explanations_list"),
              _waiting("apologies", gettext("apologies waiting for a signature"), found, "supervision.apologies"),
              _waiting("instructions_reported", gettext("instructions reported as done"), found,
                       "supervision.instructions", show="reported"),
              _waiting("instructions_late", gettext("instructions past due"), found, "supervision.instructions",
                       late=True, show="late"),
              _waiting("pressed", gettext("withdrawals under pressure"), found, "supervision.withdrawals",
                       late=True),
              _waiting("follow_ups", gettext("notes of yours to look at again"), found, "supervision.follow_ups")]
    parts = [
        (gettext("By the clock"), [_block(Block.LATE, found), _block(Block.TODAY, found),
                                   _block(Block.WEEK, found)]),
        (gettext("Does not move"), [_block(block, found) for block in (
            Block.UNOPENED, Block.NOBODY_LEFT, Block.STUCK, Block.HELD)]),
        (gettext("Answers and promises"), [*(_times(times, found) for times in (1, 2, 3)),
                                           _block(Block.BROKEN, found)]),
        (gettext("Passed around"), [_block(Block.PASSED_ON, found), _block(Block.LOOPS, found)]),
        (gettext("Waits for a word"), [one for one in office if one is not None]),
    ]
    if Role.LEADER in actor.roles:
        mine = [_block(Block.CHAIRMAN, found), _times(3, found), _block(Block.MOVED_UP, found)]
        parts.insert(0, (gettext("For the chairman"), mine))
    return [{"title": title, "blocks": blocks} for title, blocks in parts]


def many(number: int) -> str:
    """A number that was counted up to ``COUNTED``, as a page says it."""
    return f"> {COUNTED:,}".replace(",", ".") if number > COUNTED else str(number)


def _block(block: Block, found: dict[str, int]) -> dict[str, Any]:
    number = found[block.value]
    return {"number": many(number), "label": str(NAMES[block]), "change": _change(block),
            "url": url_for("supervision.case_list", list_name=block.value) if number else "",
            "late": bool(number) and block in LATE_WORDS}


def _change(block: Block) -> str:
    if block not in DAYS:
        return ""
    return ngettext("for %(num)s working day or more", "for %(num)s working days or more", DAYS[block])


def _times(times: int, found: dict[str, int]) -> dict[str, Any]:
    number = found[f"returned.{times}"]
    words = {1: gettext("answers returned once"), 2: gettext("returned twice"),
             3: gettext("returned three times or more")}[times]
    return {"number": many(number), "label": words, "change": "", "late": bool(number) and times == 3,
            "url": url_for("supervision.case_list", list_name=Block.RETURNED.value, times=times) if number else ""}


def _waiting(name: str, words: str, found: dict[str, int], endpoint: str, *, may: bool = True,
             late: bool = False, **more: str) -> dict[str, Any] | None:
    """A number whose list is somebody's own page; nothing for who may not open it."""
    if not may:
        return None
    number = found[name]
    return {"number": many(number), "label": words, "change": "", "late": late and bool(number),
            "url": url_for(endpoint, **more) if number else ""}
