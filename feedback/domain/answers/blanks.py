"""Places to fill in: ``[[day of the visit]]`` in a block of text. A block alone is not an answer, so nothing
leaves the agency while one is left."""

import re

_BLANK = re.compile(r"\[\[([^\[\]]{0,200})\]\]|\[\[|\]\]")


def blanks(text: str) -> tuple[str, ...]:
    """What has still to be filled in, in order, without the brackets; lone brackets stand for themselves."""
    return tuple(found.group(1).strip() if found.group(1) else found.group() for found in _BLANK.finditer(text))
