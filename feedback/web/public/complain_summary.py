"""What the last page shows before a complaint is sent, in words: everything that was said, and what was not."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext

from feedback.domain.kinds import IdentityMode
from feedback.web.public.complain_form import ComplaintForm
from feedback.web.public.complain_steps import MODE_NAMES, SENDERS

Rows = list[dict[str, Any]]


def summary(form: ComplaintForm, mode_notes: Mapping[str, str], *, files: int) -> dict[str, Any]:
    """The sections of the check page: the story, the points, what it is about, who sends it."""
    return {"narrative": form.narrative.data, "points": form.written_points(), "facts": _facts(form, files),
            "who": _who(form, mode_notes)}


def _facts(form: ComplaintForm, files: int) -> Rows:
    """Term, value, and the page on which it is changed."""
    return [
        _row("wrong", gettext("What went wrong"), _chosen(form, "category")),
        _row("wrong", gettext("Kind"), _chosen(form, "kind")),
        _row("procedure", gettext("Procedure"), _chosen(form, "procedure")),
        _row("agency", gettext("Office complained about"), _chosen(form, "agency")),
        _row("dossier", gettext("Dossier"), form.dossier_number.data or gettext("no number"), _shared(form)),
        _row("urgent", gettext("Urgent"), gettext("Yes") if form.urgent.data == "yes" else gettext("No"),
             form.hindrance.data or ""),
        _row("files", gettext("Papers and photos"),
             ngettext("%(num)s file", "%(num)s files", files) if files else gettext("none")),
    ]


def _shared(form: ComplaintForm) -> str:
    if not form.dossier_number.data:
        return ""
    return (gettext("The agency that answers may see this number.") if form.dossier_shared.data
            else gettext("The agency that answers does not see this number."))


def _who(form: ComplaintForm, mode_notes: Mapping[str, str]) -> Rows:
    mode = IdentityMode(form.mode.data)
    rows = [_row("mode", gettext("Who may know"), str(MODE_NAMES[mode]), mode_notes[mode.value]),
            _row("mode", gettext("For whom"), str(SENDERS[form.sender.data]))]
    if form.anonymous:
        return rows
    names = form.signer_names()
    for name in form.shown("who"):
        if name == "signers":
            rows.append(_row("who", form.signers.label.text, ", ".join(names), ngettext(
                "%(num)s person signs.", "%(num)s people sign.", 1 + len(names))))
        elif form[name].data:
            rows.append(_row("who", form[name].label.text, form[name].data))
    return rows


def _chosen(form: ComplaintForm, name: str) -> str:
    return str(dict(form[name].choices)[form[name].data or ""])


def _row(step: str, term: Any, value: str, note: str = "") -> dict[str, Any]:
    return {"step": step, "term": str(term), "value": value, "note": note}
