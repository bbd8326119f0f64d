"""A text of a draft cut at its marks, so that a page can show which blocks stand for what."""

from collections.abc import Mapping, Sequence
from typing import Any


def pieces(text: str, marks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The text in order as [{text, finding (the mark's number) or None, strong}], for ``finding.annotated``.
    ``strong`` for what the vault knew. Marks lie apart and in the text."""
    found: list[dict[str, Any]] = []
    at = 0
    for mark in sorted(marks, key=lambda m: m["start"]):
        if mark["start"] > at:
            found.append({"text": text[at:mark["start"]], "finding": None, "strong": False})
        found.append({"text": text[mark["start"]:mark["end"]], "finding": mark["n"],
                      "strong": mark["words"] is None})
        at = mark["end"]
    if at < len(text):
        found.append({"text": text[at:], "finding": None, "strong": False})
    return found
