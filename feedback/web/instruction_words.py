"""How instructions look on the pages of both sides: their due day, their standing, their story, what went
wrong."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, TextAreaField

from feedback.domain.answers.taxonomy import Flag
from feedback.domain.errors import MoveNotAllowed, StaleEdit
from feedback.domain.instructions import LONGEST, Entry
from feedback.queries.instructions import Page, Show, Shown, Standing, entries_of
from feedback.services.instructions import EmptyReport
from feedback.web.csv_lists import Column
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.language import current_language

STANDINGS = {
    Standing.OPEN: _l("to be carried out"), Standing.LATE: _l("late, nothing reported"),
    Standing.REPORTED: _l("reported, waits for a word"), Standing.ACCEPTED: _l("carried out"),
    Standing.WITHDRAWN: _l("taken back")}
SHOWS = {Show.RUNNING: _l("All that run"), Show.OPEN: _l("Not reported yet"), Show.LATE: _l("Late"),
         Show.REPORTED: _l("Reported"), Show.ENDED: _l("Ended")}
ENTRIES = {Entry.REPORT: _l("Reported what was done."), Entry.SENT_BACK: _l("The report was sent back."),
           Entry.ACCEPTED: _l("The report was accepted."), Entry.WITHDRAWN: _l("The instruction was taken back."),
           Entry.NOTE: _l("Wrote a note.")}
TONES = {Entry.REPORT: "calm", Entry.SENT_BACK: "late", Entry.ACCEPTED: "good", Entry.WITHDRAWN: "near",
         Entry.NOTE: "calm"}
MOVED = _l("While this page was open, something happened to this instruction. What you sent was not applied; your "
           "words stand below. Read the story first, then send them again if they still fit.")
OWN_REPORT = _l("You wrote this report yourself. Somebody else of the province office, or the leader, reads it.")

WORDS = {
    ("agency", "missing"): _l("Choose the agency whose head is to act."),
    ("agency", "closed"): _l("This agency does not exist any more. Choose the one that took over from it."),
    ("agency", "not_its_case"): _l("This case is with another agency. Instruct the one that holds it, or one "
                                   "above it."),
    ("body", "missing"): _l("Write what is to be done."),
    ("body", "too_short"): _l("This is too short to be carried out. Say what is to be done, by whom, and how one "
                              "will see that it is done."),
    ("body", "vague"): _l("These are phrases that fit every case: nothing in them could be reported as done. Name "
                          "the deed, for example what is to be handed over, corrected or paid, and where."),
    ("body", "too_long"): _l("This is too long."),
    ("body", "unfilled"): _l("A place in double square brackets is still to be filled in."),
    ("due_on", "missing"): _l("Write the day by which it is to be done."),
    ("due_on", "past"): _l("This day has passed. Choose today or a later day."),
    ("due_on", "too_far"): _l("This day is more than half a year away. Give a nearer one, and a new instruction "
                              "then."),
    ("text", "missing"): _l("Write it first; nothing was saved."),
    ("text", "too_long"): _l("This is too long."),
    ("text", "unfilled"): _l("A place in double square brackets is still to be filled in."),
    ("anyway", "too_long"): _l("This is too long."),
    ("why", "missing"): _l("Write the reason, so that everyone can follow it later."),
    ("why", "too_long"): _l("This is too long."),
}
NO_DEED = _l("This does not say what was done. Name the deed, the day and the document; or, if it is a report all "
             "the same, say in the second box why.")
FITTING = (Flag.HOLDING, Flag.LINK_ONLY, Flag.GENERIC, Flag.RESTATE, Flag.OPEN_PROMISE, Flag.BLAME)
"""Flags whose reasons are as true of a report as of an answer."""


class IssueForm(HouseForm):
    """One instruction."""

    case = HiddenField("")
    agency = SelectField(_l("To the head of which agency?"), validate_choice=False)
    body = TextAreaField(_l("What is to be done?"), description=_l(
        "Name the deed, so that one can see whether it is done. The head of the agency, their deputy and the "
        "heads above read these words. Do not write who complained."))
    due_on = DateField(_l("By when?"), [])


class ReportForm(HouseForm):
    """What was done."""

    seen = HiddenField("")
    text = TextAreaField(_l("What was done, on which day, with which document?"), [
        required(_l("Write what was done, on which day, and with which document.")), at_most(LONGEST)])
    anyway = TextAreaField(_l("Why it is a report although it names no deed"), [at_most(LONGEST)], description=_l(
        "Only when the first box was refused and there is nothing more to say. Who gave the instruction reads "
        "it."))


class WordsForm(HouseForm):
    """A note in the story, for both sides."""

    text = TextAreaField(_l("A note for both sides"), [
        required(_l("Write the note first; nothing was saved.")), at_most(LONGEST)], id="note-text")


class BackForm(HouseForm):
    """Why it is taken back."""

    why = TextAreaField(_l("Why is it taken back?"), [
        required(_l("Write the reason, so that everyone can follow it later.")), at_most(LONGEST)], id="back-why")


COLUMNS: tuple[Column[Shown], ...] = (
    Column(_l("Number"), lambda one: one.row.id),
    Column(_l("Agency"), lambda one: name_of(one.agency)),
    Column(_l("Reference"), lambda one: one.case.reference if one.case else None),
    Column(_l("What is to be done"), lambda one: one.row.body),
    Column(_l("Instructed by"), lambda one: one.issuer),
    Column(_l("Given on"), lambda one: one.row.issued_at),
    Column(_l("Due"), lambda one: one.row.due_on),
    Column(_l("How it stands"), lambda one: STANDINGS[one.standing]),
    Column(_l("Reported on"), lambda one: one.row.reported_at),
    Column(_l("Ended on"), lambda one: one.row.ended_at),
    Column(_l("Working days late"), lambda one: one.days or None if one.standing is not Standing.OPEN else None),
)


def due_of(one: Shown) -> dict[str, Any]:
    """Its clock as ``case.due_chip`` takes it."""
    state = {Standing.LATE: "late", Standing.WITHDRAWN: "ended",
             Standing.OPEN: "near" if one.days <= 2 else "running"}.get(
                 one.standing, "met_late" if one.days else "met")
    return {"state": state, "on": one.row.due_on, "days": one.days}


def rows(page: Page) -> list[dict[str, Any]]:
    """The rows of a list."""
    return [{"one": one, "due": due_of(one), "standing": STANDINGS[one.standing],
             "late": one.standing is Standing.LATE} for one in page.rows]


def story(one: Shown) -> tuple[list[dict[str, Any]], int]:
    """The story for ``case.timeline``, and the id of its newest entry (0: none yet)."""
    entries = entries_of(one.row.id)
    told = [{"on": one.row.issued_at, "title": _l("The instruction was given."), "who": one.issuer, "tone": "calm",
             "text": "", "now": not entries}]
    told += [{"on": entry.at, "title": ENTRIES[Entry(entry.kind)], "who": name, "text": entry.body,
              "tone": TONES[Entry(entry.kind)], "now": place == len(entries)}
             for place, (entry, name) in enumerate(entries, start=1)]
    return told, entries[-1][0].id if entries else 0


def shown_entry() -> int | None:
    """The newest entry that the page showed, from its form; None when it does not say."""
    value = request.form.get("seen", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None


def trouble(error: StaleEdit | MoveNotAllowed) -> Any:
    """Why a step is not possible now, in words."""
    return OWN_REPORT if getattr(error, "why", "") == "own_report" else MOVED


def reasons(empty: EmptyReport) -> list[str]:
    """What a report has to say, and the reader's reasons where they fit a report."""
    lang = current_language()
    return [str(NO_DEED), *(mark.words[f"reason_{lang}"] for mark in empty.marks[:3] if mark.code in FITTING)]


def asked_show(given: str) -> Show:
    """The narrowing in the address; what is none of ours is all that run."""
    return Show(given) if given in {one.value for one in Show} else Show.RUNNING


def typed_words() -> str:
    """What was written and not applied, to be copied."""
    given = (request.form.get(name, "").strip() for name in ("text", "anyway", "why"))
    return "\n\n".join(words for words in given if words)
