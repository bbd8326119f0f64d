"""The scanner: everything that could tell who somebody is, in one pass over the text."""

from collections.abc import Iterator, Sequence

from feedback.domain.redaction.births import birthdays
from feedback.domain.redaction.known import known_identity
from feedback.domain.redaction.letters import Letters, letters
from feedback.domain.redaction.marks import Mark, merge
from feedback.domain.redaction.names import names
from feedback.domain.redaction.patterns import numbers
from feedback.domain.redaction.places import addresses
from feedback.domain.redaction.reach import contacts
from feedback.domain.redaction.spoken import spoken
from feedback.domain.redaction.views import apart, distinct, together

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
    return merge([*known_identity(seen, known), *_patterns(seen)])


def _patterns(seen: Letters) -> Iterator[Mark]:
    """Each pattern over the letters as they stand, and over what they say when spaced letters are put together;
    names also where their words were joined."""
    for view in distinct(seen, together(seen)):
        yield from numbers(view)
        yield from spoken(view)
        yield from birthdays(view)
        yield from contacts(view)
        yield from addresses(view)
    for view in distinct(seen, apart(seen)):
        yield from names(view)
