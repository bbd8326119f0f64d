"""Files in words: why one was not taken, what kind it is, how large it is."""

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.domain.files import MEGABYTE, FileType, Refusal

REFUSALS: dict[Refusal, LazyString] = {
    Refusal.MISSING: _l("No file was chosen. Choose one first, then press the button."),
    Refusal.EMPTY: _l("This file is empty. Look whether you can open it on your device, then choose it again."),
    Refusal.TOO_LARGE: _l("This file is larger than 10 MB. Photograph single pages, or save it smaller."),
    Refusal.TOO_MANY: _l("Five files are already here. Remove one to make room for another."),
    Refusal.CASE_FULL: _l("Together the files would be larger than 25 MB. Remove one, or save this one smaller."),
    Refusal.TYPE: _l("Only PDF, JPEG and PNG pictures and Word files (.docx) are taken. Photograph the paper, or "
                     "save the file as PDF."),
    Refusal.MISMATCH: _l("The ending of the file's name does not fit what is in it. Open it, save it anew as PDF "
                         "or JPEG, and choose that one."),
    Refusal.BROKEN: _l("This file is damaged or was not saved whole. Open it, save it anew, and choose the new "
                       "one."),
    Refusal.ENCRYPTED: _l("This file asks for a password. Save it without one, and choose it again."),
    Refusal.BOMB: _l("Unpacked, this file is far too large. Save it smaller, with fewer pages or a smaller "
                     "picture."),
    Refusal.ACTIVE: _l("There are macros or other programs in this file. Save it as PDF, and choose that one."),
    Refusal.UNCHECKED: _l("We could not check this file, so it was not kept. Save it anew as PDF, or photograph "
                          "it."),
    Refusal.BUSY: _l("Many files are being checked at the moment. Choose it again in a minute."),
    Refusal.INFECTED: _l("The virus scanner knows this file as harmful. It was not kept."),
    Refusal.SCANNER_SILENT: _l("The virus scanner does not answer just now, so no file is taken. Try again later; "
                               "you can send your complaint without it."),
    Refusal.DISK: _l("There is little room left here, so no file is taken for now. Your words are taken all the "
                     "same; you can bring the file to the office."),
    Refusal.NOT_NOW: _l("No file can be added at this step any more."),
    Refusal.TOO_OFTEN: _l("Very many files came from your network within an hour. Try again in a while; you can "
                          "send your complaint without it."),
}
"""One sentence of what happened and what to do; the page says beside it that nothing else was lost."""

TYPES: dict[FileType, LazyString] = {
    FileType.PDF: _l("PDF document"), FileType.JPEG: _l("picture (JPEG)"), FileType.PNG: _l("picture (PNG)"),
    FileType.DOCX: _l("Word document"),
}


def refusal_words(code: str) -> str:
    """The sentence for a refusal; empty for none and for a code that is none."""
    return str(REFUSALS[Refusal(code)]) if code in list(Refusal) else ""


def type_words(type_: str) -> str:
    """What kind of file it is."""
    return str(TYPES[FileType(type_)])


def size_words(size: int) -> str:
    """How large it is, as people say it."""
    if size < MEGABYTE / 10:
        return gettext("%(size)s kB", size=format_decimal(max(1, round(size / 1000))))
    return gettext("%(size)s MB", size=format_decimal(round(size / MEGABYTE, 1)))
