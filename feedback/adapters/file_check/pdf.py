"""PDFs, built anew: pages with their drawing instructions, fonts and pictures, each object copied key by key from
an allow-list. No scripts, actions, forms, notes, links, attached files, layers, properties, or history of edits.

An allow-list, because a list of what to take out was measured to leave the attached file inside (trust.md §4.5).
"""

import contextlib
from io import BytesIO

import pikepdf

from feedback.adapters.file_check.pdf_copy import Copier
from feedback.domain.files import MOST_PAGES, FileRefused, Refusal

_PAGE_NUMBERS = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit")
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_DEEPEST = 50


def rehearse() -> None:
    """Write and read a document of our own, so that everything needed for it is loaded: a locked one too, for
    which qpdf opens the source of random numbers."""
    with pikepdf.new() as made:
        made.add_blank_page()
        made.pages[0].obj["/Contents"] = made.make_stream(b"BT ET")
        for more in ({}, {"encryption": pikepdf.Encryption(user="", owner="x")}):
            out = BytesIO()
            made.save(out, **more)  # type: ignore[arg-type]
            with contextlib.suppress(FileRefused):
                rebuild(out.getvalue())


def rebuild(data: bytes) -> bytes:
    """The cleaned copy. Raises FileRefused."""
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as old:
            if old.is_encrypted:
                raise FileRefused(Refusal.ENCRYPTED)
            return _rebuilt(old)
    except pikepdf.PasswordError as fault:
        raise FileRefused(Refusal.ENCRYPTED) from fault
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, AttributeError,
            IndexError, NotImplementedError, OverflowError, RuntimeError) as fault:
        if isinstance(fault, RecursionError):
            raise
        raise FileRefused(Refusal.BROKEN) from fault


def _rebuilt(old: pikepdf.Pdf) -> bytes:
    if not 0 < len(old.pages) <= MOST_PAGES:
        raise FileRefused(Refusal.BROKEN if len(old.pages) == 0 else Refusal.BOMB)
    with pikepdf.new() as new:
        copier = Copier(new)
        for page in old.pages:
            new.pages.append(pikepdf.Page(new.make_indirect(_page(copier, page.obj))))
        for key in list(new.Root.keys()):
            if key not in ("/Type", "/Pages"):
                del new.Root[key]
        out = BytesIO()
        new.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate,
                 deterministic_id=True)
    clean = out.getvalue()
    with pikepdf.open(BytesIO(clean), attempt_recovery=False) as again:
        if len(again.pages) != copier.pages or set(again.Root.keys()) != {"/Type", "/Pages"}:
            raise FileRefused(Refusal.UNCHECKED)
    return clean


def _page(copier: Copier, old: pikepdf.Object) -> pikepdf.Dictionary:
    known = {key: _inherited(old, key) for key in _INHERITED}
    fresh = pikepdf.Dictionary(Type=pikepdf.Name.Page)
    for key in _PAGE_NUMBERS:
        value = known.get(key, old.get(key))
        if value is not None:
            fresh[key] = copier.numbers(value)
    if "/MediaBox" not in fresh:
        raise FileRefused(Refusal.BROKEN)
    fresh["/Resources"] = copier.copied(known["/Resources"] or pikepdf.Dictionary())
    fresh["/Contents"] = copier.page_contents(old)
    group = old.get("/Group")
    if group is not None:
        fresh["/Group"] = copier.copied(group)
    return fresh


def _inherited(page: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """A value of the page or of one of the nodes above it."""
    node = page
    for _level in range(_DEEPEST):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    raise FileRefused(Refusal.BROKEN)
