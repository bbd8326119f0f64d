"""Median and percentiles of counted days, by nearest rank: always a number of days that really occurred."""

from collections.abc import Mapping


def nearest_rank(histogram: Mapping[int, int], percent: int) -> int | None:
    """The smallest value that at least ``percent`` of the counted things do not exceed. ``histogram``: how often
    each value occurs. The median is ``percent`` 50: of an even number the lower of the two in the middle. None
    when nothing was counted. Raises ValueError for a percentage outside 1–100, or a negative count.

    Nearest rank and no interpolation: "half were answered within 9 days" is then true of the cases themselves.
    """
    if not 1 <= percent <= 100:
        raise ValueError("a percentage lies between 1 and 100")
    if any(often < 0 for often in histogram.values()):
        raise ValueError("nothing occurs less than never")
    rank = -(-sum(histogram.values()) * percent // 100)
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= rank > 0:
            return value
    return None
