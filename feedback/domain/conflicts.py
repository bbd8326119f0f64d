"""Conflicts of interest: whom a case is about, and which level of decisions that takes out (design §7).

A named person does not see the case at all. What the level would have decided, the next one decides: an officer's
case goes back to the head, a head's decisions to the head of the agency above (or, where there is none, to the
coordinating office), the coordinating office's to the leader of the province.
"""

from enum import StrEnum


class About(StrEnum):
    """What somebody is to a case that is about them."""

    OFFICER = "officer"
    HEAD = "head"
    OFFICE = "office"
    """The coordinating office of the province, intake included."""


MOVES_UP: frozenset[About] = frozenset({About.HEAD, About.OFFICE})
"""Levels that decide something. An officer decides nothing: another officer takes over."""


def levels_of(stored: str) -> frozenset[About]:
    """The levels taken out, from the comma-separated column ``Case.moved_up``. Raises ValueError for others."""
    return frozenset(About(code) for code in stored.split(",") if code)


def stored_levels(levels: frozenset[About]) -> str:
    """The same for the column, in a fixed order."""
    return ",".join(sorted(level.value for level in levels & MOVES_UP))
