"""Asking the sender for more: concrete, and once.

Decree 61/2018/NĐ-CP, article 5, forbids asking for papers at will; article 11 allows to ask once. A question that
names nothing ("other related papers") is asked again sooner or later, so it is not let through.
"""

from feedback.domain.folding import fold

MOST_THINGS = 5
"""Lines of one question: whoever needs more has not read the complaint yet."""
FEWEST_WORDS = 3

_NAMES_NOTHING = (
    "giay to lien quan", "giay to khac", "ho so lien quan", "tai lieu lien quan", "thong tin lien quan",
    "thong tin them", "theo quy dinh", "bo sung ho so", "day du ho so", "hoan thien ho so", "neu co",
    "related papers", "related documents", "other documents", "other papers", "more information",
    "any other", "further information", "as required", "if any",
)


def things(text: str) -> tuple[str, ...]:
    """What is asked for: one thing a line, without numbers or dashes in front."""
    lines = (line.strip().lstrip("-–•*").lstrip("0123456789").lstrip(".)").strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


def fault(text: str) -> tuple[str, str] | None:
    """What keeps the question from being sent, with the line it is about: 'missing', 'too_many', 'too_short' (a
    line of fewer than three words) or 'vague' (it names nothing that could be sent). None: it can go."""
    asked = things(text)
    if not asked:
        return "missing", ""
    if len(asked) > MOST_THINGS:
        return "too_many", asked[MOST_THINGS]
    for line in asked:
        if len(line.split()) < FEWEST_WORDS:
            return "too_short", line
        if any(words in fold(line) for words in _NAMES_NOTHING):
            return "vague", line
    return None


def as_list(text: str) -> str:
    """The question as the sender reads it: numbered when more than one thing is asked for."""
    asked = things(text)
    return asked[0] if len(asked) == 1 else "\n".join(f"{n}. {line}" for n, line in enumerate(asked, start=1))
