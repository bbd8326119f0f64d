"""Words of the register that have no other home: how a matter ended, and names in the reader's language."""

from flask_babel import gettext

from feedback.domain.answers.structured import Outcome
from feedback.web.labels import label
from feedback.web.language import current_language


def outcome_words(code: str) -> str:
    """How the matter ended, in a few words. Imported answers do not say it."""
    if code in frozenset(Outcome):
        return label(Outcome(code))
    return gettext("Answered; how it ended was not recorded")


def own_language(vietnamese: str | None, english: str | None) -> str:
    """The name in the reader's language; the Vietnamese one where there is no other."""
    return (english if current_language() == "en" else None) or vietnamese or ""
