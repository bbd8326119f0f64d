"""A zip, looked at before anything is unpacked: how much, how deep, and whether each name is an honest one."""

import zipfile
import zlib
from io import BytesIO

from feedback.domain.files import MOST_MEMBERS, MOST_RATIO, MOST_UNPACKED, FileRefused, Refusal

_SMALL = 100_000
"""Bytes below which a member's ratio says nothing: a page of spaces packs very well."""
_SYMLINK = 0o120000
_PROGRAMS = (".exe", ".dll", ".com", ".bat", ".cmd", ".js", ".vbs", ".ps1", ".scr", ".jar", ".hta", ".lnk")

_ACTIVE = ("vbaproject", "vbadata", "activex", "oleobject", "/embeddings/package")


def opened(data: bytes) -> zipfile.ZipFile:
    """The zip, every entry of its list within the bounds. Raises FileRefused."""
    if b"PK\x06\x07" in data[-200:] or data[-200:].count(b"PK\x05\x06") > 1:
        raise FileRefused(Refusal.BROKEN)  # no document of 10 MB needs the 64-bit form, or two ends
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as fault:
        raise FileRefused(Refusal.BROKEN) from fault
    entries = archive.infolist()
    if len(entries) > MOST_MEMBERS or sum(e.file_size for e in entries) > MOST_UNPACKED:
        raise FileRefused(Refusal.BOMB)
    seen: set[str] = set()
    for entry in entries:
        _demand_honest(entry, seen)
    return archive


def read(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member, whole; its real size must be the one it claims. Raises FileRefused."""
    entry = archive.getinfo(name)
    try:
        with archive.open(entry) as member:
            data = member.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError,
            RuntimeError) as fault:
        raise FileRefused(Refusal.BROKEN) from fault
    if len(data) != entry.file_size:
        raise FileRefused(Refusal.BROKEN)
    return data


def _demand_honest(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    name = entry.filename
    if entry.flag_bits & 1:
        raise FileRefused(Refusal.ENCRYPTED)
    if (name.startswith(("/", "\\")) or "\\" in name or ":" in name or "\0" in entry.orig_filename
            or ".." in name.split("/") or name.casefold() in seen or len(name) > 200
            or (entry.external_attr >> 16) & 0o170000 == _SYMLINK):
        raise FileRefused(Refusal.BROKEN)
    seen.add(name.casefold())
    if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
        raise FileRefused(Refusal.BOMB)
    lower = name.casefold()
    if lower.endswith(_PROGRAMS) or any(part in lower for part in _ACTIVE):
        raise FileRefused(Refusal.ACTIVE)
