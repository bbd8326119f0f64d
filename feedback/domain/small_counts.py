"""Counts that are too small to be told, and those that would give them away (design §5, §13.12)."""

from collections.abc import Mapping

FEW = 5
"""Smaller counts are not told where they could point at who complained. Nothing at all (0) points at nobody."""


def too_small(rows: Mapping[str, int], *, total: int) -> frozenset[str]:
    """The codes of these rows whose count stays untold. ``total`` is told too and holds all rows, perhaps with a
    rest that stands in no row. A single small count could be worked out from the total and the others: then the
    next smallest stays untold as well, until what is untold are two numbers at least and ``FEW`` cases together.
    """
    untold = {code for code, count in rows.items() if 0 < count < FEW}
    rest = max(0, total - sum(rows.values()))
    by_size = sorted((count, code) for code, count in rows.items() if count >= FEW)
    while untold and by_size:
        cases = rest + sum(rows[code] for code in untold)
        if len(untold) + (rest > 0) >= 2 and cases >= FEW:
            break
        untold.add(by_size.pop(0)[1])
    return frozenset(untold)
