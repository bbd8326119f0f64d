"""Which signs the typeface of our papers has. A paper that screen readers can read (PDF/UA) may hold no other: one
little picture in a citizen's words must not keep a letter from being made."""

import unicodedata
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

MISSING = "?"
"""Stands for a run of signs that cannot be set: pictures, other scripts."""


def font_folder() -> Path:
    """Where the files of Be Vietnam Pro lie."""
    return Path(str(resources.files("fontpkg_be_vietnam_pro").joinpath("files")))


def settable(thing: Any) -> Any:
    """The same data (what JSON can hold) with every text made of signs that can be set. A sign that is only
    written otherwise (a full-width digit) becomes the usual one; what has no form at all becomes ``MISSING``."""
    if isinstance(thing, str):
        return _text(thing)
    if isinstance(thing, dict):
        return {name: settable(value) for name, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [settable(value) for value in thing]
    return thing


def _text(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if _has(text):
        return text
    found: list[str] = []
    gap = False
    for sign in text:
        usual = sign if _has(sign) else unicodedata.normalize("NFKC", sign)
        if _has(usual):
            found.append(usual)
            gap = False
        elif unicodedata.category(sign) not in ("Mn", "Me", "Cf") and not gap:
            found.append(MISSING)
            gap = True
    return "".join(found)


def _has(text: str) -> bool:
    return all(sign in "\n\r\t" or ord(sign) in _signs() for sign in text)


@cache
def _signs() -> frozenset[int]:
    """Code points that every style of the typeface has. Read once, in a tenth of a second."""
    from fontTools.ttLib import TTFont  # heavy, and only papers need it

    styles = []
    for path in sorted(font_folder().rglob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            styles.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*styles)
