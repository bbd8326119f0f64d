"""A case told to its sender: one sentence about where it is now, and what happened, in whole sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.lifecycle import WITH_AGENCY, Action, State
from feedback.domain.limits import DeadlineKind
from feedback.queries.deadlines import as_due
from feedback.queries.history import TimelineEntry
from feedback.queries.tracking import Tracked
from feedback.web.casework import TONES, agency_of
from feedback.web.filters import date_words, name_of
from feedback.web.labels import FILTERS, event_line

LINES = {
    "submit": _l("You sent the complaint."),
    "entered": _l("An officer wrote down what you told or sent."),
    "ask_submitter": _l("The office asked you for something. Your clock waits meanwhile."),
    "supplement": _l("You added what was asked. The clock goes on."),
    "accept": _l("The office read your complaint and took it on."),
    "assign": _l("Your case was given to %(agency)s, which has to answer."),
    "transfer": _l("Your case was passed on to %(agency)s. Your due date stays the same."),
    "transfer_asked": _l("%(agency)s says that another agency has to answer, and asked to pass your case on. Your "
                         "due date stays the same."),
    "transfer_granted": _l("The province office agreed to pass your case on."),
    "transfer_denied": _l("The province office did not agree to pass your case on: %(agency)s has to answer."),
    "transfer_lapsed": _l("%(agency)s no longer asks to pass your case on."),
    "transfer_accepted": _l("%(agency)s said that it takes your case."),
    "transfer_refused": _l("%(agency)s was asked to take your case and did not agree. Who stands above both "
                           "agencies decides."),
    "contribution_asked": _l("%(agency)s was asked to contribute to the answer. Your due date stays the same."),
    "contribution_given": _l("%(agency)s gave its part for the answer."),
    "contribution_taken_back": _l("%(agency)s does not have to contribute any more."),
    "contribution_lapsed": _l("%(agency)s does not have to contribute any more."),
    "extension_asked": _l("%(agency)s asked for more time. Your due date stays as it is until that is "
                          "decided."),
    "extension_denied": _l("The province office did not give %(agency)s more time. Your due date stays."),
    "extension_lapsed": _l("The request for more time fell. Your due date stays."),
    "reorganised": _l("Offices were reorganised: %(agency)s holds your case now. Your due date stays the same."),
    "found_complex": _l("The office found your matter complex. It needs more time, and tells you why."),
    "limit_fitted": _l("The office read your complaint, and your due date now follows the limit for such "
                       "matters."),
    "due_moved": _l("The working calendar changed, and with it a due date of your case."),
    "take": _l("An officer of %(agency)s took your case."),
    "allot": _l("The head of %(agency)s gave your case to an officer."),
    "propose_answer": _l("%(agency)s wrote an answer. Its head reads it first."),
    "send_back": _l("The head of %(agency)s wants the answer written better."),
    "approve": _l("%(agency)s approved the answer. The province office reads it next."),
    "return": _l("The province office returned the answer to %(agency)s, to be written clearly."),
    "release": _l("The answer was sent to you."),
    "object": _l("You objected. Somebody else reads your case now."),
    "refuse": _l("Your complaint was not taken on. The office tells you why."),
    "guide": _l("The office showed you another legal way."),
    "withdraw": _l("Your complaint was withdrawn, as you asked."),
    "propose": _l("You asked to withdraw. The province office confirms it."),
    "decline": _l("The province office did not confirm the withdrawal."),
    "identity_opened": _l("Your name and contact were opened and read."),
    "key_reissued": _l("A new tracking key was given to you. The old one opens nothing any more."),
    "key_declined": _l("Somebody asked at the counter for a new key of this case. It was not given."),
    "mail_bounced": _l("Our mail to you came back: it could not be delivered."),
    "identity_granted": _l("The province office allowed that your name and contact be opened."),
    "promise_kept": _l("%(agency)s reported that it has done what it promised."),
    "apologised": _l("%(agency)s apologised to you for being late."),
    "apology_letter_made": _l("The apology was made into a letter."),
    "explanation_demanded": _l("The time of %(agency)s ran out: its head has to explain why."),
    "explained": _l("The head of %(agency)s explained to the province office why it was late."),
    "promise_denied": _l("You said that a promise was not kept."),
    "instructed": _l("The province instructed the head of %(agency)s to act in your case."),
    "escalated": _l("A due date had passed without a result, and the next level up was told."),
}
"""Event → sentence for the sender; the others read as on the desks."""

OF_AGENCY = (DeadlineKind.HANDLE, DeadlineKind.REDO)
BETWEEN_OFFICES = (DeadlineKind.EXPLANATION, DeadlineKind.INSTRUCTION, DeadlineKind.EXTENSION)

NOW = {
    State.SUBMITTED: _l("Waiting for the office to read your complaint"),
    State.AWAITING_SUBMITTER: _l("Waiting for you to add something"),
    State.ACCEPTED: _l("Taken on; the office chooses the agency that has to answer"),
    State.ASSIGNED: _l("Waiting for %(agency)s to answer"),
    State.IN_PROGRESS: _l("Waiting for %(agency)s to answer"),
    State.AWAITING_DETAILS: _l("%(agency)s waits for you to add something"),
    State.AGENCY_APPROVAL: _l("The answer is written; the head of %(agency)s reads it first"),
    State.GATE_REVIEW: _l("The province office checks the answer before it goes to you"),
    State.ANSWERED: _l("Your complaint has been answered"),
    State.CLOSED: _l("Your case is closed"),
    State.REFUSED: _l("Your complaint was not taken on"),
    State.GUIDED: _l("Your matter has to go another legal way"),
    State.FORWARDED_OUTSIDE: _l("Your complaint was forwarded to a body outside the province"),
    State.MERGED: _l("Your complaint was joined to another case on the same matter"),
    State.WITHDRAWN: _l("Your complaint was withdrawn"),
}
APART = _l("Taken on; a few people of the province alone deal with it")
"""A complaint of the restricted desk: no agency is chosen, and its sender must not have to fear that one is."""

WITHOUT_ANSWER: dict[State, Action] = {
    State.REFUSED: Action.REFUSE, State.GUIDED: Action.GUIDE, State.FORWARDED_OUTSIDE: Action.FORWARD_OUTSIDE,
    State.MERGED: Action.MERGE}
"""Ends for which the sender is told a reason in place of an answer, and the step that carries it."""

ASKED = (State.AWAITING_SUBMITTER, State.AWAITING_DETAILS)
"""Where a case waits for its sender: intake asked, or the officer did."""


@dataclass(frozen=True)
class Holding:
    """Who held the case from one event (its index) on: 'you', 'office', an agency's name, or '' when it ended."""

    index: int
    holder: str
    since: datetime


def agency_name(entry: TimelineEntry) -> str:
    """The agency of an event in the reader's language."""
    return agency_of(entry) or gettext("the agency")


def holdings(entries: Sequence[TimelineEntry]) -> list[Holding]:
    """The changes of hands, oldest first."""
    hands: list[Holding] = []
    for i, entry in enumerate(entries):
        to = entry.payload.get("to")
        if to is None:
            continue  # nothing moved
        if to in WITH_AGENCY:
            holder = agency_name(entry)
        elif to in ASKED:
            holder = "you"
        else:
            holder = "office" if to in (State.SUBMITTED, State.ACCEPTED, State.GATE_REVIEW) else ""
        if not hands or hands[-1].holder != holder:
            hands.append(Holding(i, holder, entry.at))
    return hands


def working_days(since: datetime, until: datetime | None, calendar: WorkingCalendar) -> int:
    """Working days between two instants, on Viet Nam's calendar; until now when there is no end."""
    end = clock.local_date(until) if until is not None else clock.today()
    return calendar.working_days_between(clock.local_date(since), end)


def status(shown: Tracked) -> dict[str, str]:
    """Where the case is now, for ``case.status_line``: never a bare word."""
    case = shown.case
    state = State(case.state)
    agency = name_of(case.agency) if case.agency is not None else gettext("the agency")
    text = str(APART if case.restricted and state is State.ACCEPTED else NOW[state]) % {"agency": agency}
    hands = holdings(shown.entries)
    if case.ended_at is None and hands:
        days = working_days(hands[-1].since, None, shown.calendar)
        text += " (" + (ngettext("%(num)s working day", "%(num)s working days", days)
                        if days else gettext("since today")) + ")"
    tone, since = "calm", ""
    total = as_due(shown.clocks["total"], shown.calendar) if "total" in shown.clocks else None
    if total is not None and total.state == "late":
        tone = "late"
        since = ngettext("The answer is %(num)s working day late.", "The answer is %(num)s working days late.",
                         total.days)
        if any(entry.type == "escalated" for entry in shown.entries):
            since += " " + gettext("Those above have been told. You need to do nothing.")
    elif state in ASKED:
        tone = "near"
    elif state is State.ANSWERED:
        tone = "good"
        if shown.may_object and shown.objection_until is not None:
            since = gettext("You can say until %(day)s whether it answers you.",
                            day=date_words(shown.objection_until))
    return {"text": f"{text}.", "tone": tone, "since": since}


def told(shown: Tracked) -> list[dict[str, Any]]:
    """The timeline for ``case.timeline``: what happened, the reasons told to the sender, how long it lay where."""
    hands = holdings(shown.entries)
    lay: dict[int, str] = {}
    for i, hand in enumerate(hands):
        until = hands[i + 1].since if i + 1 < len(hands) else None
        if hand.holder and (until is not None or shown.case.ended_at is None):
            days = working_days(hand.since, until, shown.calendar)
            lay[hand.index] = _lay(hand.holder, days, over=until is not None)
    kept = [(i, entry) for i, entry in enumerate(shown.entries) if not _of_the_office_alone(entry)]
    last = kept[-1][0] if kept else -1
    # The reason for more time is told with what came of it, once.
    rows = [{"on": entry.at, "title": _title(entry),
             "text": "" if entry.type == "extension_asked" else entry.note or "", "lay": lay.get(i, ""),
             "who": _who(entry), "tone": TONES.get(entry.type, "calm"), "now": i == last}
            for i, entry in kept]
    # Reminders of one clock that follow each other are one line, on the day of the last.
    following = [row["title"] for row in rows[1:]] + [""]
    return [row for row, after, (_, entry) in zip(rows, following, kept, strict=True)
            if entry.type != "reminded" or row["lay"] or row["title"] != after]


def _of_the_office_alone(entry: TimelineEntry) -> bool:
    """A rung that says nothing to the sender: of a clock between offices, or a reminder of a clock that is neither
    the sender's nor the agency's. The desks show each."""
    kind = entry.payload.get("kind")
    return ((entry.type == "reminded" and kind not in (DeadlineKind.TOTAL, *OF_AGENCY))
            or (entry.type == "escalated" and kind in BETWEEN_OFFICES))


def holder_now(shown: Tracked) -> str:
    """Who has the case now, since when and for how long, as a sentence; empty when it has ended."""
    hands = holdings(shown.entries)
    if shown.case.ended_at is not None or not hands or not hands[-1].holder:
        return ""
    office = gettext("the province's separate desk") if shown.case.restricted else gettext("the province office")
    who = {"you": gettext("you"), "office": office}.get(hands[-1].holder, hands[-1].holder)
    days = working_days(hands[-1].since, None, shown.calendar)
    since = date_words(hands[-1].since)
    if not days:
        return gettext("Who has it now: %(who)s, since %(day)s.", who=who, day=since)
    return ngettext("Who has it now: %(who)s, since %(day)s (%(num)s working day).",
                    "Who has it now: %(who)s, since %(day)s (%(num)s working days).", days, who=who, day=since)


def _who(entry: TimelineEntry) -> str:
    """In which role somebody of the office looked at or gave what is the sender's own. No names of staff."""
    if entry.type not in ("identity_opened", "key_reissued", "key_declined") or entry.actor_type != "person":
        return ""
    agency = agency_of(entry)
    return ", ".join(part for part in (FILTERS["role"](entry.role) if entry.role else "", agency) if part)


def _title(entry: TimelineEntry) -> str:
    if entry.type == Action.CLOSE.value:
        return (gettext("You were content and closed the case.") if entry.role == "complainant"
                else gettext("Nobody objected in the time for it, so the case was closed."))
    if entry.type == Action.ASK_SUBMITTER.value and entry.payload.get("to") == State.AWAITING_DETAILS:
        return gettext("%(agency)s asked you for something. Your clock waits meanwhile.",
                       agency=agency_name(entry))
    if entry.type == "extension_granted":
        return gettext("The province office gave more time: your answer is due on %(day)s, not on %(before)s.",
                       day=date_words(date.fromisoformat(entry.payload["to"])),
                       before=date_words(date.fromisoformat(entry.payload["from"])))
    if entry.type in ("reminded", "escalated") and (line := _rung(entry)):
        return line
    if entry.type in LINES:
        return str(LINES[entry.type]) % {"agency": agency_name(entry)}
    return event_line(entry.type)


def _rung(entry: TimelineEntry) -> str:
    """What a rung of the ladder means to the sender: which clock, how late it was. Empty: another clock."""
    kind, late, agency = entry.payload.get("kind"), int(entry.payload.get("days_late") or 0), agency_name(entry)
    if kind not in (DeadlineKind.TOTAL, *OF_AGENCY):
        return ""
    mine = kind == DeadlineKind.TOTAL
    if entry.type == "reminded":
        return (gettext("The answer to you is due soon; who holds the case was reminded.") if mine
                else gettext("The time of %(agency)s ends soon; it was reminded.", agency=agency))
    if late <= 0:
        return (gettext("The answer to you is due this day and not there; those above were told.") if mine
                else gettext("The time of %(agency)s ends this day without a result; those above were told.",
                             agency=agency))
    if mine:
        return ngettext("The answer to you is %(num)s working day late; those above were told.",
                        "The answer to you is %(num)s working days late; those above were told.", late)
    return ngettext("%(agency)s is %(num)s working day over its own time; those above were told.",
                    "%(agency)s is %(num)s working days over its own time; those above were told.", late,
                    agency=agency)


def _lay(holder: str, days: int, *, over: bool) -> str:
    if days == 0:
        return ""
    if holder == "you":
        return ngettext("It waited %(num)s working day for you.", "It waited %(num)s working days for you.", days)
    who = gettext("the province office") if holder == "office" else holder
    if over:
        return ngettext("It lay at %(who)s for %(num)s working day.",
                        "It lay at %(who)s for %(num)s working days.", days, who=who)
    return ngettext("It has been at %(who)s for %(num)s working day.",
                    "It has been at %(who)s for %(num)s working days.", days, who=who)


def last_note(entries: Sequence[TimelineEntry], *types: str) -> str:
    """The words that came with the newest of these events; empty when the sender may not read them."""
    return next((entry.note or "" for entry in reversed(entries) if entry.type in types), "")

