"""Letters on paper: how one can be handed over, and what it must carry."""

from enum import StrEnum


class Posting(StrEnum):
    """How a letter left the office; recorded with its day."""

    REGISTERED = "registered"
    ORDINARY = "ordinary"
    COUNTER = "counter"


NUMBER_LONGEST = 60
"""Characters of a document number, such as 1297/UBND-KSTTHC."""
SIGNATORY_LONGEST = 200
