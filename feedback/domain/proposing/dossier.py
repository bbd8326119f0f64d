"""Where the number of a dossier stands in a text, however it is written."""

import re

LEAST = 4
"""Shorter numbers stand in too many texts to be looked for."""


def dossier_ranges(text: str, folded: str) -> list[tuple[int, int]]:
    """The ranges (start, end) at which the number with these letters and digits stands in the text, whatever signs
    or spaces are between them. ``folded``: lower-case ASCII letters and digits; empty finds nothing."""
    if len(folded) < LEAST or not folded.isascii() or not folded.isalnum():
        return []
    pattern = r"[\W_]{0,3}".join(map(re.escape, folded))
    return [match.span() for match in re.finditer(rf"(?<![^\W_]){pattern}(?![^\W_])", text, re.IGNORECASE)]
