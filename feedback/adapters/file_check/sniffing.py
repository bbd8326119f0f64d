"""What a file is, asked twice: two libraries that know nothing of each other must both name the type that the
ending claims. The third and decisive opinion is the parse that follows (trust.md §3.4: each sniffer alone was
fooled)."""

import filetype
import puremagic

from feedback.domain.files import KINDS, FileRefused, FileType, Refusal

_STARTS = {FileType.PDF: b"%PDF-1.", FileType.JPEG: b"\xff\xd8\xff", FileType.PNG: b"\x89PNG\r\n\x1a\n",
           FileType.DOCX: b"PK\x03\x04"}
"""At the very first byte: readers that look further let a page of HTML stand in front."""
_PDF_2 = b"%PDF-2."
_SAME = {"jfif": "jpeg", "jpg": "jpeg", "jpe": "jpeg", "zip": "docx"}
"""Other names of the same. A zip is a document only once it was read as one."""


def demand_type(type_: FileType, data: bytes) -> None:
    """Raises FileRefused(MISMATCH) unless the first bytes and both libraries agree with the type."""
    if not (data.startswith(_STARTS[type_]) or (type_ is FileType.PDF and data.startswith(_PDF_2))):
        raise FileRefused(Refusal.MISMATCH)
    guessed = filetype.guess_extension(data)
    first = _SAME.get(guessed or "", guessed)
    if first != type_.value or type_.value not in _named_by_puremagic(data, type_):
        raise FileRefused(Refusal.MISMATCH)


def _named_by_puremagic(data: bytes, type_: FileType) -> set[str]:
    try:
        matches = puremagic.magic_string(data)
    except (puremagic.PureError, ValueError):
        return set()
    surest = max(match.confidence for match in matches)
    names = {match.extension.lstrip(".") for match in matches
             if match.confidence == surest or f".{match.extension.lstrip('.')}" in KINDS[type_].endings}
    return {_SAME.get(name, name) for name in names}
