"""The bars above a table of first numbers: where each stands in the drawing. The numbers are in the table too."""

from collections.abc import Sequence
from typing import Any

from feedback.domain.first_numbers import FIGURES, measure
from feedback.queries.first_numbers import UNKNOWN, Line
from feedback.web.public.numbers_words import shown
from feedback.web.public.register_words import own_language

MOST = 10
"""Bars of a chart."""
WIDTH, HIGH, BAR, LETTERS = 360, 52, 14, 36
"""Units of the drawing: its width, a line's height, a bar's height; letters of a name that fit."""
ROOM = 76
"""What is left free behind the longest bar, for its number."""


def bars(rows: Sequence[Line], *, by: str) -> dict[str, Any] | None:
    """The first ``MOST`` ranked lines as bars; None when fewer than two can be compared."""
    ranked = [row for row in rows if row.ranked][:MOST]
    if len(ranked) < 2:
        return None
    sizes = [_size(row, by) for row in ranked]
    top = 1.0 if FIGURES[by].of and not FIGURES[by].is_days else max(*sizes, 1.0)
    drawn = []
    for n, (row, size) in enumerate(zip(ranked, sizes, strict=True)):
        name, width = own_language(row.name_vi, row.name_en), round((WIDTH - ROOM) * size / top, 1)
        drawn.append({
            "name": name, "short": name if len(name) <= LETTERS else name[:LETTERS - 1].rstrip() + "…",
            "number": shown(by, row.figures.get(by, UNKNOWN))[0], "width": width,
            "text_y": n * HIGH + 16, "y": n * HIGH + 25,
            "number_x": width + 8, "number_y": n * HIGH + 38})
    return {"rows": drawn, "width": WIDTH, "height": len(drawn) * HIGH, "bar": BAR}


def _size(row: Line, by: str) -> float:
    told = row.figures.get(by, UNKNOWN)
    return measure(by, value=told.value or 0, of=told.of)
