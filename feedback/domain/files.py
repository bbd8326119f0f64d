"""Files that people send with a complaint: what is taken, how much of it, and why a file is refused.

The list is short on purpose: what an office needs as proof is a paper, a photo of a paper, or a letter. Each type
has to be parsed whole and rebuilt before anybody opens it, so a type without such a rebuild is not on the list.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.errors import HouseError

MEGABYTE = 1_000_000
MOST_BYTES = 10 * MEGABYTE
"""Bytes of one file."""
MOST_FILES = 5
"""Files of one case, and of one draft."""
MOST_BYTES_A_CASE = 25 * MEGABYTE
"""Bytes of all files of one case together."""
MOST_CLEAN_BYTES = 40 * MEGABYTE
"""Bytes of one cleaned copy: unpacked pictures and fonts are packed again, not always as well as before."""
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 4096
"""Pixels of a cleaned picture: a sheet of A4 is then still read at 350 dots an inch."""
MOST_PAGES = 300
MOST_MEMBERS = 500
MOST_UNPACKED = 100 * MEGABYTE
MOST_RATIO = 100
"""How many times larger than its packed form a member of a zip may be."""

LEAST_FREE_SHARE = 0.15
LEAST_FREE_BYTES = 1_000 * MEGABYTE
"""Below either of these, files are refused and text is still taken (trust.md §4.5)."""


class FileType(StrEnum):
    """The allow-list."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    DOCX = "docx"


@dataclass(frozen=True)
class Kind:
    """One allowed type: the endings a name may have, the type told to browsers, the ending that we give."""

    endings: tuple[str, ...]
    mime: str
    ending: str


KINDS: dict[FileType, Kind] = {
    FileType.PDF: Kind((".pdf",), "application/pdf", "pdf"),
    FileType.JPEG: Kind((".jpg", ".jpeg"), "image/jpeg", "jpg"),
    FileType.PNG: Kind((".png",), "image/png", "png"),
    FileType.DOCX: Kind((".docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                        "docx"),
}
ACCEPT = ",".join(ending for kind in KINDS.values() for ending in kind.endings)
"""For the ``accept`` attribute of a file field."""


class Origin(StrEnum):
    """Who handed a file in."""

    SENDER = "sender"
    STAFF = "staff"


class Refusal(StrEnum):
    """Why a file was not taken. Each has its sentence in ``web.file_words``."""

    MISSING = "missing"
    """No file was chosen."""
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    CASE_FULL = "case_full"
    """All files together would be too large."""
    TYPE = "type"
    """The name's ending is not on the list."""
    MISMATCH = "mismatch"
    """Ending and content do not agree."""
    BROKEN = "broken"
    """It cannot be read to its end."""
    ENCRYPTED = "encrypted"
    """It asks for a password."""
    BOMB = "bomb"
    """Unpacked it would be too large: pixels, pages, members of a zip."""
    ACTIVE = "active"
    """A document with macros or other programs inside."""
    UNCHECKED = "unchecked"
    """The check broke off or took too long."""
    BUSY = "busy"
    """Too many files are being checked at the moment."""
    INFECTED = "infected"
    SCANNER_SILENT = "scanner_silent"
    """The virus scanner that is configured does not answer: never taken as clean."""
    DISK = "disk"
    """Little room is left: text goes first."""
    NOT_NOW = "not_now"
    """The case does not take files at this step, or the draft is gone."""
    TOO_OFTEN = "too_often"
    """Very many files came from this address."""


class FileRefused(HouseError):
    """A file was not taken; nothing of it is kept. ``code`` is a Refusal."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code.value)
        self.code = code


def type_of_name(name: str) -> FileType:
    """The type that a name's last ending claims, whatever stands before it. Raises FileRefused(TYPE)."""
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    for type_, kind in KINDS.items():
        if plain.endswith(kind.endings):
            return type_
    raise FileRefused(Refusal.TYPE)


def demand_size(size: int) -> None:
    """Raises FileRefused for a file without a byte, or with too many."""
    if size == 0:
        raise FileRefused(Refusal.EMPTY)
    if size > MOST_BYTES:
        raise FileRefused(Refusal.TOO_LARGE)


def demand_room(*, files: int, bytes_: int, size: int) -> None:
    """Raises FileRefused when a case that has so many files and bytes cannot take one more of this size."""
    if files >= MOST_FILES:
        raise FileRefused(Refusal.TOO_MANY)
    if bytes_ + size > MOST_BYTES_A_CASE:
        raise FileRefused(Refusal.CASE_FULL)


def is_disk_low(*, free: int, total: int) -> bool:
    """Whether files have to wait so that text still finds room."""
    return free < LEAST_FREE_BYTES or (total > 0 and free / total < LEAST_FREE_SHARE)


def shown_name(reference: str, number: int, type_: FileType) -> str:
    """The name under which a file is served: ours, ASCII, never the sender's."""
    return f"{reference or 'tep'}-{number}.{KINDS[type_].ending}"
