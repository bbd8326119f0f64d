"""Papers asked for beyond the published list, in words: the findings, and the list they were compared with."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback.domain.paper_words import reasons
from feedback.domain.papers import PaperFault
from feedback.models.agencies import ProcedurePaper
from feedback.models.cases import Case
from feedback.queries.procedure_register import is_sample
from feedback.services.papers import PaperNote, papers_in_answer
from feedback.web.casework import field_name
from feedback.web.filters import name_of
from feedback.web.language import current_language

FAULTS = {
    PaperFault.BEYOND_LIST: _l("Not on the published list"),
    PaperFault.ASKED_AGAIN: _l("Asked a second time"),
    PaperFault.DIGITISED: _l("The State has it already"),
    PaperFault.PAPER_COPY: _l("On paper, although signed online"),
}
"""A PaperFault as a heading."""


def fault_name(code: str) -> str:
    """The heading of a stored code."""
    return str(FAULTS[PaperFault(code)])


def source_of(code: str) -> str:
    """The legal source of a stored code in the reader's language."""
    return reasons()[code][f"source_{current_language()}"]


def note_items(notes: Iterable[PaperNote], text: str, *, mend: bool = True) -> list[dict[str, Any]]:
    """Findings for ``papers.notes``: heading, the words of ``text`` they stand on, why, what would ``mend`` it,
    the source, and what the list says of the paper."""
    lang = current_language()
    return [{"title": fault_name(note.code), "quote": text[note.start:note.end],
             "reason": getattr(note, f"reason_{lang}"), "advice": getattr(note, f"mend_{lang}") if mend else "",
             "source": getattr(note, f"source_{lang}"), "listed": name_of(note.paper) if note.paper else ""}
            for note in notes]


def answer_items(case: Case, form: Any) -> list[dict[str, Any]]:
    """The same for the answer in a form: each heading begins with the name of its box."""
    texts = {field.short_name: field.data for field in form
             if isinstance(field.data, str) and field.short_name not in ("override", "outcome")}
    found = papers_in_answer(case, texts)
    items = []
    for note in found:
        box = f"point_{note.point}" if note.point else note.field
        item = note_items([note], texts[box])[0]
        title = gettext("Point %(number)s", number=note.point) if note.point else field_name(note.field)
        items.append(item | {"title": f"{title}: {item['title']}"})
    return items


def published(case: Case, listed: Sequence[ProcedurePaper]) -> dict[str, Any]:
    """The published list as ``papers.published`` shows it: ``procedure`` ('' when the case names none) and
    ``rows``."""
    return {"procedure": name_of(case.procedure) if case.procedure is not None else "",
            "sample": any(is_sample(row) for row in listed),
            "rows": [{"name": name_of(row), "copies": row.copies, "marks": _marks(row)} for row in listed]}


def _marks(row: ProcedurePaper) -> str:
    marks = [gettext("the State has it in a database: not to be asked for")] if row.digitised else []
    marks.append(gettext("wanted on paper also when signed online") if row.paper_needed_if_signed_online
                 else gettext("no paper when signed online"))
    return "; ".join(marks)
