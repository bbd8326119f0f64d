"""Every text that is public of a case, each under one name: what the scanner reads, and all that is ever shown.

The page, its head, lists, search, the interface, feeds, files and Open311 render these texts, codes, numbers and
days, and nothing else. A test plants a word of its own in every column and looks for it in every format. A new
column of text has to be named here, or among the codes, before it may be shown.
"""

from collections.abc import Mapping

from feedback.models.publications import Publication

BEGINNING = ("title", "summary")
PARTS = ("found", "done", "owner", "ground", "next_step")
"""The structured answer."""
NAMES = ("agency_vi", "agency_en", "procedure_vi", "procedure_en")
CODES = {
    "publication": ("reference", "status", "language", "agency_code", "procedure_code", "kind", "category",
                    "outcome", "received_month"),
    "publication_promise": ("standing",), "publication_holder": ("agency_code", "came_by"),
    "publication_step": ("step", "codes"), "publication_point": (),
}
"""Columns, by table, that hold a code and never a sentence: of a closed list, of a register, or made here."""
NEVER = {"publication": ("etag", "unpublished_reason")}
"""Columns of text that no format shows."""


def written(shown: Publication) -> dict[str, str]:
    """What people wrote, in reading order: 'title', 'summary', 'points.1.question', … Needs points and promises
    loaded. The name of an imported case's agency is among them: whoever wrote the file gave it."""
    texts = {name: getattr(shown, name) for name in BEGINNING}
    for point in shown.points:
        texts[f"points.{point.n}.question"], texts[f"points.{point.n}.answer"] = point.question, point.answer
    texts |= {name: getattr(shown, name) for name in PARTS}
    texts |= {f"promises.{one.n}.line": one.line for one in shown.promises}
    return texts | ({"agency_vi": shown.agency_vi} if shown.historical else {})


def named(shown: Publication) -> dict[str, str]:
    """Names from the province's own registers, as they were when the case was published. Needs holders loaded."""
    texts = {name: getattr(shown, name) or "" for name in NAMES if not (shown.historical and name == "agency_vi")}
    for one in shown.holders:
        texts[f"holders.{one.n}.agency_vi"], texts[f"holders.{one.n}.agency_en"] = one.agency_vi, one.agency_en
    return texts


def orders(texts: Mapping[str, str]) -> list[list[str]]:
    """Other ways in which formats put the texts of ``written`` one after the other, by name: Open311 has all
    answers in a row, a row of the CSV has the parts right behind the story."""
    answers = [name for name in texts if name.endswith(".answer")]
    return [answers, [name for name in (*BEGINNING, *PARTS) if name in texts]]
