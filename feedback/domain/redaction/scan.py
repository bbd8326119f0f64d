"""The scanner: everything that could tell who somebody is, in one pass over the text."""

from collections.abc import Sequence

from feedback.domain.redaction.known import known_identity
from feedback.domain.redaction.letters import letters
from feedback.domain.redaction.marks import Mark, MarkKind, merge
from feedback.domain.redaction.names import names
from feedback.domain.redaction.patterns import birthdays, numbers
from feedback.domain.redaction.places import addresses

MAX_KNOWN = 50
"""Known texts looked for in one scan; a person's sealed identity has fewer."""


def scan(text: str, known: Sequence[str] = ()) -> tuple[Mark, ...]:
    """What ought to be hidden in ``text``: marks in order and apart, offsets in the text as given.

    ``known`` is what the vault knows of the sender (name, telephone, address …): found in any spelling. Marks
    are proposals, a person confirms them. Blocks already put in are left alone.
    Time grows with the length only.
    Raises ValueError when more than ``MAX_KNOWN`` known texts are given: none may be left out in silence.
    """
    if len(known) > MAX_KNOWN:
        raise ValueError(f"more than {MAX_KNOWN} known texts")
    seen = letters(text)
    found = [*known_identity(seen, known), *numbers(seen), *birthdays(seen), *addresses(seen), *names(seen)]
    return merge(Mark(m.start, m.end, MarkKind(m.kind), m.why) for m in found)
