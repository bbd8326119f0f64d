"""Where the reader's findings stand in a text: the pieces that the macro ``finding.marked`` draws."""

from collections.abc import Iterable, Mapping
from typing import Any


def pieces(text: str, marks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """``text`` cut in order. ``marks`` have ``number``, ``start``, ``end`` (letters of the text) and ``severity``;
    one without words (start = end) marks nothing. Marks may lie over one another.

    A piece has its ``text``, ``marked``, ``strong`` (a weighty mark), ``id`` (the number of a mark that begins
    here, or None) and ``notes``: the marks that end here, with their ``number`` and whether their place in the
    text has to be named here (``named``) because the piece's id is another's.
    """
    held = [mark for mark in marks if 0 <= mark["start"] < min(mark["end"], len(text))]
    cuts = sorted({0, len(text), *(m["start"] for m in held), *(min(m["end"], len(text)) for m in held)})
    named: set[int] = set()
    cut = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        over = [m for m in held if m["start"] <= start and m["end"] >= end]
        begins = next((m["number"] for m in over if m["start"] == start), None)
        if begins is not None:
            named.add(begins)
        ends = [m["number"] for m in over if min(m["end"], len(text)) == end]
        cut.append({"text": text[start:end], "marked": bool(over), "id": begins,
                    "strong": any(m["severity"] == "strong" for m in over),
                    "notes": [{"number": number, "named": number not in named} for number in ends]})
    return cut
