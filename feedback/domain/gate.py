"""The rules of the gate: how many of the unflagged are read closely all the same, what a verdict weighs, and who
has to speak when an answer keeps coming back."""

ONE_IN = 20
"""Of the answers that the reader lets pass, one in so many is drawn for close reading: what is never looked at
cannot show what the reader misses."""
HEAD_SIGNS_AFTER = 2
"""Returned so often in one round, the head of the agency signs the next version in person."""
CHAIRMAN_HEARS_AT = 3
"""Returned so often in one round, the case stands on the chairman's list."""


def weight(*, sampled: bool, close_reading: bool) -> float:
    """What a verdict counts for: one over the probability with which such an answer is read closely. 1 for the
    flagged, who all are; ``ONE_IN`` for the drawn. 0 for an answer of the quick look: nobody drew it, and what
    people choose to speak about says nothing of the others (its flags count all the same)."""
    if sampled:
        return float(ONE_IN)
    return 1.0 if close_reading else 0.0
