"""What kind of thing a question wants: a day, a cause, a person, an amount, a way, a yes or no, a deed."""

from feedback.domain.answers.lexicon import find
from feedback.domain.answers.view import view

KINDS = ("when", "why", "who", "howmuch", "how", "yesno", "action", "what")
_ROLES = (("when", "asks_when"), ("why", "asks_why"), ("howmuch", "asks_how_much"), ("who", "asks_who"),
          ("how", "asks_how"), ("yesno", "asks_yes_no"), ("action", "asks_action"))


def kinds_of(question: str) -> frozenset[str]:
    """The kinds (of KINDS) of one question or demand; a question of no known kind is ``what``, a statement without
    a question wants something done."""
    seen = view(question)
    found = {kind for kind, role in _ROLES if find(role, seen)}
    if not found:
        found.add("what" if "?" in seen.norm else "action")
    return frozenset(found)
