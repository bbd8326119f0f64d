"""What the reader says of the answer in a form: numbered notes beside their boxes, the words they are about, the
points left open. The same for a page drawn by the server and for a reply while somebody types."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext

from feedback.domain.answers.blanks import blanks
from feedback.domain.answers.findings import Finding, Severity, reasons
from feedback.domain.answers.taxonomy import TAXONOMY, Flag
from feedback.models.cases import Case
from feedback.services import answers
from feedback.web.casework import field_name, point_text
from feedback.web.desk.answer_form import text_of
from feedback.web.labels import label
from feedback.web.language import current_language
from feedback.web.marks import pieces

PARTS = ("outcome", "found", "done", "owner", "due_on", "ground", "next_step", "english")
"""The boxes beside the points, in the order of the page."""
TAKES_PLACES = ("found", "done", "owner", "ground", "next_step")
"""Those of them in which words can stand, and so a place to fill in."""
INSERT = "insert_place"
"""Begins the value of a button that puts a place into a box: ``insert_place:<box>:<reason>``."""


def box_of(finding: Finding) -> str:
    """The name of the box a finding is about."""
    return f"point_{finding.point}" if finding.field == "point" and finding.point else finding.field


def something_typed(form: Any) -> bool:
    """Whether there is anything to read. The reason for sending as it is is not part of the answer."""
    return any(field.data for field in form if field.short_name != "override")


def reading_of(form: Any, case: Case, *, compared: bool) -> dict[str, Any]:
    """Read what is in the form (a valid one) and lay it out for ``desk/_reading.html``. Keeps nothing.
    ``compared``: also with the agency's other answers, which takes longer."""
    read = answers.assess_text(case, text_of(form, case), compared=compared)
    texts = {box: str(form[box].data or "") for box in _boxes(case)}
    by_box: dict[str, list[Finding]] = {}
    for finding in read.findings:
        by_box.setdefault(box_of(finding), []).append(finding)
    notes: list[dict[str, Any]] = []
    boxes: dict[str, dict[str, Any]] = {}
    for box in [*texts, *(name for name in by_box if name not in texts)]:
        text, found = texts.get(box, ""), sorted(by_box.get(box, ()), key=lambda f: (f.start, f.end))
        here = [_note(finding, box, text, on_page=box in texts) | {"number": n}
                for n, finding in enumerate(found, start=len(notes) + 1)]
        notes += here
        boxes[box] = {"notes": here, "places": blanks(text),
                      "pieces": pieces(text, here) if any(note["quote"] for note in here) else []}
    open_points = [{"box": f"point_{p.n}", "n": p.n, "text": point_text(p, original=False)} for p in case.points
                   if boxes[f"point_{p.n}"]["notes"]]
    listed = {point["box"] for point in open_points}
    shown = {"level": read.level.value, "level_words": label(read.level), "count": len(notes), "boxes": boxes,
             "open_points": open_points, "others": [note for note in notes if note["box"] not in listed],
             "places": [{"box": box, "title": _title(box), "text": place} for box, kept in boxes.items()
                        for place in kept["places"]],
             "template": any(finding.code is Flag.TEMPLATE for finding in read.findings),
             "blocked": any(finding.blocking for finding in read.findings), "close": read.close}
    return {**shown, "said": _said(shown)}


def place_for(value: str, case: Case) -> tuple[str, str] | None:
    """The box and the words of a button's ``insert_place:<box>:<reason>``; None when there is no such box or
    reason, or nothing can be prepared for it."""
    _, _, rest = value.partition(":")
    box, _, reason = rest.partition(":")
    words = str(reasons().get(reason, {}).get(f"insert_{current_language()}", ""))
    takes = box in TAKES_PLACES or box in {f"point_{point.n}" for point in case.points}
    return (box, words) if words and takes else None


def _boxes(case: Case) -> list[str]:
    return [*(f"point_{point.n}" for point in case.points),
            *(part for part in PARTS if part != "english" or case.language == "en")]


def _title(box: str) -> str:
    return gettext("Point %(number)s", number=box[6:]) if box.startswith("point_") else field_name(box)


def _note(finding: Finding, box: str, text: str, *, on_page: bool) -> dict[str, Any]:
    """One note, still without its number. Its place lies within the text, whatever the reader says."""
    vi = current_language() == "vi"
    entry = TAXONOMY[finding.code]
    start = min(max(finding.start, 0), len(text))
    end = min(max(finding.end, start), len(text))
    place = finding.insert_vi if vi else finding.insert_en
    return {"box": box, "box_title": _title(box), "on_page": on_page, "start": start, "end": end,
            "title": entry.label_vi if vi else entry.label_en, "quote": text[start:end],
            "reason": finding.reason_vi if vi else finding.reason_en,
            "advice": finding.mend_vi if vi else finding.mend_en,
            "severity": "strong" if finding.blocking or finding.severity is Severity.HIGH else "soft",
            "insert": place if on_page and (box.startswith("point_") or box in TAKES_PLACES) else "",
            "button": f"{INSERT}:{box}:{finding.reason}"}


def _said(reading: Mapping[str, Any]) -> str:
    """What is read out when it changes: short, for it is heard while one types."""
    said = [f"{reading['level_words']}.",
            ngettext("%(num)s note.", "%(num)s notes.", reading["count"]) if reading["count"] else
            gettext("Nothing to mend was found.")]
    if reading["open_points"]:
        said.append(gettext("Points to look at: %(points)s.",
                            points=", ".join(str(point["n"]) for point in reading["open_points"])))
    return " ".join(said)
