"""Papers as PDF: the receipt of a complaint, letters. Typst sets them; nothing is written to disk.

A template is a Typst file in ``feedback/data/documents``. What it shows comes as JSON, never as Typst source:
words that somebody typed are set as they are and can command nothing; signs that the typeface does not have are
replaced (``adapters.typeface``).
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feedback import clock
from feedback.adapters.typeface import font_folder, settable

if TYPE_CHECKING:
    import typst

FOLDER = Path(__file__).parent.parent / "data" / "documents"
"""Templates may import each other; they see no file outside of this folder."""


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Set ``<template>.typ`` with ``data`` and return the PDF, tagged for screen readers (PDF/UA-1).

    ``data`` holds what JSON can hold; the template reads it with ``#let data = json(bytes(sys.inputs.data))`` and
    must set a document title and a language. ``paper.typ`` gives a letterhead and the house's type. Pictures come
    as SVG text within the data: ``image(bytes(data.qr), format: "svg", alt: …)``. Takes some tens of milliseconds.
    Raises typst.TypstError for a template that is wrong or misses a value, FileNotFoundError for one that is not
    there.
    """
    import typst  # seven megabytes that a process without papers does not need

    path = FOLDER / f"{template}.typ"
    if not path.is_file():
        raise FileNotFoundError(path.name)
    made = typst.compile(
        str(path), root=str(FOLDER), font_paths=_fonts(), format="pdf", pdf_standards="ua-1",
        timestamp=int(clock.now().timestamp()),
        sys_inputs={"data": json.dumps(settable(dict(data)), ensure_ascii=False, allow_nan=False)})
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> "typst.Fonts":
    """Be Vietnam Pro from its package; what the machine has installed changes no paper."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())])
