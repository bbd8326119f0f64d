"""What each page of the complaint shows besides its fields."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext, ngettext

from feedback.domain.agencies import Tier
from feedback.domain.complaints import MAX_HINDRANCE, MAX_SIGNERS
from feedback.domain.kinds import Category, IdentityMode
from feedback.models.agencies import Agency
from feedback.queries import offered, similar
from feedback.services import attachments
from feedback.web import attached
from feedback.web.filters import name_of
from feedback.web.labels import label
from feedback.web.language import current_language
from feedback.web.numbers import whole
from feedback.web.public import drafting
from feedback.web.public.cards import card
from feedback.web.public.complain_form import ComplaintForm
from feedback.web.public.complain_steps import MODE_NAMES
from feedback.web.public.complain_summary import summary


def step_name(step: str) -> str:
    """The page in a few words, for the line of progress."""
    return {
        "what": gettext("what happened"), "wrong": gettext("what went wrong"),
        "procedure": gettext("which procedure"), "agency": gettext("which office"),
        "dossier": gettext("your dossier"), "urgent": gettext("how urgent it is"),
        "points": gettext("what you want answered"), "files": gettext("papers and photos"),
        "mode": gettext("who may know"), "who": gettext("who you are"), "check": gettext("check and send"),
    }.get(step, "")


def about(form: ComplaintForm, step: str) -> dict[str, Any]:
    """The values that the template of this page needs, besides those that all pages have."""
    return _PAGES[step](form) if step in _PAGES else {}


def mode_notes() -> dict[str, str]:
    """What each way of sending means, in one or two sentences."""
    return {
        IdentityMode.CONFIDENTIAL.value: gettext(
            "The province office can reach you. The agency you complain about never sees who you are."),
        IdentityMode.ANONYMOUS.value: gettext(
            "We ask you nothing and can write you nothing. The tracking key is then the only way to read the "
            "answer."),
        IdentityMode.NAMED.value: gettext(
            "The agency may be given your name, when it needs it to settle your matter."),
    }


def settled(form: ComplaintForm) -> list[dict[str, Any]]:
    """Published cases like this one as cards, with what was asked and what was answered."""
    agency = next(iter(offered.agencies_by_id([whole(form.agency.data or "") or 0])), None)
    procedure = dict(form.procedure.choices)[form.procedure.data] if form.procedure.data else ""
    found = similar.like(
        form.narrative.data or "", form.written_points(), procedure=str(procedure),
        agency_code=agency.code if agency else None, category=form.category.data or None)
    return [{**card(case.entry), "asked": case.asked, "answered": case.answered} for case in found]


def _start(form: ComplaintForm) -> dict[str, Any]:
    notes = mode_notes()
    return {"modes": [{"term": name, "value": notes[mode.value]} for mode, name in MODE_NAMES.items()
                      if mode.value in dict(form.mode.choices)]}


def _wrong(form: ComplaintForm) -> dict[str, Any]:
    """The province's hints under its categories."""
    language = current_language()
    hints = {offer.category.value: offer.hint(language) for offer in form.offers}
    hints[Category.UNOFFICIAL_COST.value] = hints.get(Category.UNOFFICIAL_COST.value) or gettext(
        "Only a small desk of its own reads it, never the office you complain about.")
    return {"hints": hints}


def _procedure(form: ComplaintForm) -> dict[str, Any]:
    asked, more = form.procedure_q.data or "", False
    if asked.strip():
        found, more = offered.find_procedures(asked)
    else:
        found = offered.procedures_in(f"{form.narrative.data or ''}")
    rows = [(str(row.id), name_of(row)) for row in found]
    _offer(form.procedure, rows)
    return {"found": _found_words(bool(asked.strip()), bool(rows), more),
            "hints": {str(row.id): row.code for row in found}}


def _agency(form: ComplaintForm) -> dict[str, Any]:
    tiers, asked, more = offered.tiers(), form.agency_q.data or "", False
    tier = form.agency_tier.data if form.agency_tier.data in {t.value for t in tiers} else ""
    found: list[Agency]
    if tier:
        found = offered.agencies_of(Tier(tier))
    elif asked.strip():
        found, more = offered.find_agencies(asked)
    else:
        category = Category(form.category.data) if form.category.data in set(Category) else None
        found = offered.proposed_agencies(
            form.narrative.data or "", procedure_id=whole(form.procedure.data or ""), category=category)
    _offer(form.agency, [(str(row.id), name_of(row)) for row in found])
    words = label(Tier(tier)) if tier else _found_words(bool(asked.strip()), bool(found), more)
    return {"found": words, "tiers": [{"code": t.value, "name": label(t)} for t in tiers]}


def _offer(field: Any, rows: list[tuple[str, str]]) -> None:
    """Show these choices, after the chosen one and before "I do not know"."""
    chosen = [choice for choice in field.choices if choice[0] and choice[0] == field.data]
    field.choices = [*chosen, *(row for row in rows if row not in chosen), field.choices[-1]]


def _found_words(asked: bool, found: bool, more: bool) -> str:
    """What the list below shows, as a sentence."""
    if not asked:
        return gettext("Your words suggest these:") if found else ""
    if not found:
        return gettext("Nothing was found for these words. Try others, or go on: “I do not know” is a good "
                       "answer.")
    if more:
        return gettext("These fit best. There are more: one more word narrows them down.")
    return gettext("This was found:")


def _files(form: ComplaintForm) -> dict[str, Any]:
    return {"rows": attached.draft_rows(drafting.current_draft_id()), "refused": attached.refused(),
            "room": attachments.has_room()}


def _who(form: ComplaintForm) -> dict[str, Any]:
    shown = form.shown("who")
    return {"asked": shown, "most_signers": MAX_SIGNERS,
            "signed": ngettext("%(num)s person signs.", "%(num)s people sign.", 1 + len(form.signer_names()))
            if form.signer_names() else ""}


def _check(form: ComplaintForm) -> dict[str, Any]:
    files = len(attached.draft_rows(drafting.current_draft_id()))
    return {"summary": summary(form, mode_notes(), files=files)}


_PAGES: dict[str, Callable[[ComplaintForm], dict[str, Any]]] = {
    "start": _start, "wrong": _wrong, "procedure": _procedure, "agency": _agency, "files": _files,
    "urgent": lambda form: {"longest_hindrance": MAX_HINDRANCE},
    "mode": lambda form: {"mode_notes": mode_notes()}, "who": _who, "check": _check,
    "similar": lambda form: {"settled": settled(form)},
}
