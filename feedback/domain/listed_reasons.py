"""The listed reasons for not taking a complaint on, for guiding it to another legal way and for forwarding it.

Each is where a reason starts: whoever uses it completes the places in double square brackets for the case, and the
sender reads exactly that. A province changes them by rows of its own, which override these by code
(``queries.listed_reasons``). Sources: domain.md §6–7; Decree 20/2008/NĐ-CP, articles 1, 5 and 7; Law on Complaints
2011; Law on Denunciations 2018; Công điện 89/CĐ-TTg of 16 June 2025.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from feedback.domain.lifecycle import Action

_PLACE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
OFFICE = {"vi": "nơi nhận", "en": "receiving office"}
"""The place that is filled with the receiving office which the form asks for."""
CODE = {"vi": "mã số", "en": "code"}
"""The place that is filled with the outside code which the form asks for."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One reason. ``code`` is snake_case and never changes its meaning; ``text_*`` start what the sender reads."""

    code: str
    action: Action
    name_vi: str
    name_en: str
    text_vi: str
    text_en: str
    legal_basis: str

    def name(self, language: str) -> str:
        """Its name in the list, for staff who read ``language`` ('vi' or 'en')."""
        return self.name_en if language == "en" else self.name_vi

    def text(self, language: str) -> str:
        """The start of the reason in the sender's language."""
        return self.text_en if language == "en" else self.text_vi


AFTER_ASKING = frozenset({"no_contact", "unclear"})
"""Reasons that hold only after the sender was asked once and did not answer enough."""
WITH_OFFICE = frozenset({Action.GUIDE, Action.FORWARD_OUTSIDE})
"""Actions for which the receiving office has to be named."""


@cache
def defaults() -> tuple[Listed, ...]:
    """The reasons while the province has written none, in the order of the list."""
    rows = json.loads((files(__package__) / "listed_reasons.json").read_text("utf-8"))
    return tuple(Listed(**{**row, "action": Action(row["action"])}) for row in rows)


def fill(text: str, *, language: str, office: str = "", code: str = "") -> str:
    """The text with the receiving office and the outside code put into their places. Other places stay."""
    for names, value in ((OFFICE, office), (CODE, code)):
        if value.strip():
            text = text.replace(f"[[{names['en' if language == 'en' else 'vi']}]]", value.strip())
    return text


def open_places(text: str) -> list[str]:
    """What still has to be completed: the words inside double square brackets, in order."""
    return [place.strip() for place in _PLACE.findall(text)]
