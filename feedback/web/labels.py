"""Codes in words: the only place where states, roles, outcomes and the rest get their names."""

from collections.abc import Callable
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback.domain.agencies import Tier
from feedback.domain.answers.structured import Outcome
from feedback.domain.answers.taxonomy import Level
from feedback.domain.calendar import Unit
from feedback.domain.doubts import Doubt
from feedback.domain.kinds import CaseKind, Category, Channel, IdentityMode
from feedback.domain.letters import Posting
from feedback.domain.lifecycle import Action, State
from feedback.domain.limits import DeadlineKind
from feedback.domain.roles import Role
from feedback.queries import shown_names
from feedback.web.language import current_language

_NAMES: tuple[tuple[StrEnum, LazyString], ...] = (
    (State.SUBMITTED, _l("Sent, waiting to be read")),
    (State.AWAITING_SUBMITTER, _l("Waiting for the sender")),
    (State.REFUSED, _l("Not taken on, with the reason")),
    (State.GUIDED, _l("Guided to another legal way")),
    (State.FORWARDED_OUTSIDE, _l("Forwarded to a body outside the province")),
    (State.MERGED, _l("Joined to another case on the same matter")),
    (State.ACCEPTED, _l("Accepted, being given to an agency")),
    (State.ASSIGNED, _l("With the agency, waiting for an officer")),
    (State.IN_PROGRESS, _l("An officer is working on it")),
    (State.AWAITING_DETAILS, _l("The officer waits for details from the sender")),
    (State.AGENCY_APPROVAL, _l("The answer waits for the head of the agency")),
    (State.GATE_REVIEW, _l("The province office is reading the answer")),
    (State.ANSWERED, _l("Answered")),
    (State.CLOSED, _l("Closed")),
    (State.WITHDRAWN, _l("Withdrawn by the sender")),
    (Outcome.RESOLVED, _l("Resolved")),
    (Outcome.IN_PROGRESS, _l("Being handled, with a promised date")),
    (Outcome.EXPLAINED, _l("Explained")),
    (Outcome.UNFOUNDED, _l("Without basis, with the reason")),
    (Outcome.PASSED_ON, _l("Passed on to another level")),
    (Outcome.RECORDED_FOR_RULE_CHANGE, _l("Recorded so that the rule is changed")),
    (Role.COMPLAINANT, _l("Sender")),
    (Role.SYSTEM, _l("The clock")),
    (Role.INTAKE, _l("Intake officer")),
    (Role.OFFICER, _l("Officer")),
    (Role.AGENCY_HEAD, _l("Head of agency")),
    (Role.COORDINATOR, _l("Province office")),
    (Role.PUBLISHER, _l("Publisher")),
    (Role.LEADER, _l("Province leader")),
    (Role.RESTRICTED_DESK, _l("Restricted desk")),
    (Role.AUDITOR, _l("Auditor")),
    (Role.ADMINISTRATOR, _l("Administrator")),
    (CaseKind.BEHAVIOUR, _l("How an office or officer acted")),
    (CaseKind.RULE, _l("What a rule says")),
    (CaseKind.INITIATIVE, _l("A proposal")),
    (Category.NOT_GUIDED, _l("Nobody says whom to ask")),
    (Category.INCONSISTENT, _l("Each office does it differently")),
    (Category.EXTRA_PAPERS, _l("Papers asked beyond the rules")),
    (Category.DIGITISED_PAPERS, _l("Papers asked that the State already has")),
    (Category.PAPER_COPY_OF_SIGNED_FILE, _l("Paper copy asked of a signed online file")),
    (Category.ONLINE_REFUSED_WITHOUT_REASON, _l("Online file refused without a reason")),
    (Category.BOTH_ONLINE_AND_IN_PERSON, _l("Online and again in person")),
    (Category.LATE_RESULT, _l("Result is late")),
    (Category.LATE_ON_SOFTWARE, _l("Late or wrong on the software")),
    (Category.MANY_TRIPS, _l("Many trips")),
    (Category.HARASSMENT, _l("Rude or harassing treatment")),
    (Category.UNOFFICIAL_COST, _l("Asked for unofficial money")),
    (Category.NOT_ANSWERED, _l("Asked, but not answered")),
    (Category.PASSED_AROUND, _l("Passed around between offices")),
    (Category.PORTAL_FAULT, _l("Fault of the online portal")),
    (Category.WRONG_PUBLICATION, _l("Procedure published wrongly")),
    (Category.UNREASONABLE_RULE, _l("Rule is unreasonable or contradictory")),
    (Category.INITIATIVE, _l("Proposal for a new rule")),
    (Category.OTHER, _l("Something else")),
    (Channel.WEB, _l("Website")),
    (Channel.COUNTER, _l("Counter")),
    (Channel.PHONE, _l("Telephone")),
    (Channel.POST, _l("Post")),
    (Channel.EMAIL, _l("E-mail")),
    (Channel.IMPORT, _l("Imported")),
    (IdentityMode.ANONYMOUS, _l("Anonymous: nobody knows who wrote")),
    (IdentityMode.CONFIDENTIAL, _l("Confidential: the agency complained about never sees who wrote")),
    (IdentityMode.NAMED, _l("Named: the agency may see who wrote")),
    (DeadlineKind.TOTAL, _l("Answer to the citizen")),
    (DeadlineKind.RECEIVE, _l("First reading")),
    (DeadlineKind.TRANSFER, _l("Giving it to the right agency")),
    (DeadlineKind.TRANSFER_REPLY, _l("Reply of the agency that was named as competent")),
    (DeadlineKind.CONTRIBUTE, _l("Contribution of a second agency")),
    (DeadlineKind.EXTENSION, _l("Decision on a request for more time")),
    (DeadlineKind.EXPLANATION, _l("The head's explanation")),
    (DeadlineKind.HANDLE, _l("Handling by the agency")),
    (DeadlineKind.APPROVE, _l("Approval by the head")),
    (DeadlineKind.GATE, _l("Reading at the gate")),
    (DeadlineKind.REDO, _l("Writing the answer again")),
    (DeadlineKind.PUBLISH, _l("Publication")),
    (DeadlineKind.COMMITMENT, _l("Promised date")),
    (DeadlineKind.INSTRUCTION, _l("Instruction")),
    (DeadlineKind.SUPPLY, _l("Waiting for the sender")),
    (Doubt.HONEYPOT, _l("A box was filled in that people do not see")),
    (Doubt.TOO_FAST, _l("Sent within seconds of opening the form")),
    (Doubt.STALE_FORM, _l("The form does not say when it was opened")),
    (Doubt.NO_PROOF, _l("Sent without the browser's small work (no script, an old device, or a machine)")),
    (Unit.WORKING_DAYS, _l("working days")),
    (Unit.CALENDAR_DAYS, _l("days")),
    (Unit.WORKING_HOURS, _l("working hours")),
    (Posting.REGISTERED, _l("Registered post")),
    (Posting.ORDINARY, _l("Ordinary post")),
    (Posting.COUNTER, _l("Handed over at the counter")),
    (Level.CLEAR, _l("Clear")),
    (Level.NOT_CLEAR, _l("Not clear yet")),
    (Level.NOT_ANSWERED, _l("Does not answer")),
    (Tier.PROVINCE_CHAIRMAN, _l("Chairman of the province")),
    (Tier.PROVINCE_OFFICE, _l("Office of the province")),
    (Tier.DEPARTMENT, _l("Department")),
    (Tier.PROVINCE_SERVICE_CENTRE, _l("Service centre of the province")),
    (Tier.COMMUNE, _l("Commune or ward")),
    (Tier.COMMUNE_SERVICE_CENTRE, _l("Service centre of a commune or ward")),
    (Tier.VERTICAL, _l("Vertical agency")),
    (Tier.CENTRAL, _l("Central agency")),
    (Tier.FORMER_DISTRICT, _l("Former district")),
    (Tier.HISTORICAL, _l("Agency named in imported cases")),
)

# Keyed by enum and code: "in_progress" is a state and an outcome, and the two read differently.
LABELS: dict[tuple[type[StrEnum], str], LazyString] = {(type(c), c.value): words for c, words in _NAMES}

BUTTONS: dict[Action, LazyString] = {
    Action.SUBMIT: _l("Send the complaint"),
    Action.ASK_SUBMITTER: _l("Ask the sender for more"),
    Action.SUPPLEMENT: _l("Send what was asked"),
    Action.RESUME: _l("Go on without it"),
    Action.REFUSE: _l("Propose not to take it on"),
    Action.GUIDE: _l("Propose another legal way"),
    Action.FORWARD_OUTSIDE: _l("Propose to forward it outside"),
    Action.MERGE: _l("Propose to join it to another case"),
    Action.ACCEPT: _l("Accept"),
    Action.ASSIGN: _l("Give it to the agency"),
    Action.RESTRICT: _l("Give it to the restricted desk"),
    Action.LIFT_RESTRICTION: _l("It is no denunciation: let it go the ordinary way"),
    Action.TRANSFER: _l("Give it to another agency"),
    Action.TAKE: _l("Take this case"),
    Action.ALLOT: _l("Give it to an officer"),
    Action.PROPOSE_ANSWER: _l("Send for approval"),
    Action.SEND_BACK: _l("Send back to be written better"),
    Action.APPROVE: _l("Approve"),
    Action.RETURN: _l("Return to be written clearly"),
    Action.RELEASE: _l("Send the answer"),
    Action.CLOSE: _l("I am content, close the case"),
    Action.OBJECT: _l("Object to this result"),
    Action.REOPEN: _l("Reopen"),
    Action.WITHDRAW: _l("Withdraw the complaint"),
}

EVENT_LINES: dict[str, LazyString] = {
    Action.SUBMIT: _l("The complaint was received."),
    Action.ASK_SUBMITTER: _l("The office asked the sender for more. The clock waits."),
    Action.SUPPLEMENT: _l("The sender added what was asked. The clock goes on."),
    Action.RESUME: _l("Nothing was added in time; the office goes on with what it has."),
    Action.REFUSE: _l("The complaint was not taken on. The reason is given."),
    Action.GUIDE: _l("The sender was guided to another legal way."),
    Action.FORWARD_OUTSIDE: _l("The complaint was forwarded to a body outside the province."),
    Action.MERGE: _l("The complaint was joined to another case on the same matter."),
    Action.ACCEPT: _l("The office read the complaint and accepted it."),
    Action.ASSIGN: _l("The case was given to the agency that has to answer."),
    Action.RESTRICT: _l("The case was given to the restricted desk. Nobody else sees it from then on."),
    "entered": _l("An officer wrote down what the sender told or sent."),
    Action.LIFT_RESTRICTION: _l("The restricted desk found that it is an ordinary complaint."),
    Action.TRANSFER: _l("The case was given to another agency. The citizen's clock goes on."),
    Action.TAKE: _l("An officer took the case."),
    Action.ALLOT: _l("The head of the agency gave the case to an officer."),
    Action.PROPOSE_ANSWER: _l("The officer wrote an answer."),
    Action.SEND_BACK: _l("The head of the agency wants the answer written better."),
    Action.APPROVE: _l("The head of the agency approved the answer."),
    Action.RETURN: _l("The province office returned the answer to be written clearly."),
    Action.RELEASE: _l("The answer was sent to the citizen."),
    Action.CLOSE: _l("The case was closed."),
    Action.OBJECT: _l("The sender objected. Somebody else reads the case."),
    Action.REOPEN: _l("A promise was not kept; the case was reopened."),
    Action.WITHDRAW: _l("The sender withdrew the complaint."),
    "propose": _l("A step was proposed and waits for a second person."),
    "decline": _l("The second person did not agree to the step."),
    "override": _l("The officer gave a reason for sending the answer as it is."),
    "reorganised": _l("The agency was reorganised; its successor holds the case now. The clocks go on."),
    "found_complex": _l("The case was found complex, with a reason: the longer limits hold."),
    "limit_fitted": _l("After the reading the citizen's clock got the limit for such cases, and its due date with "
                       "it."),
    "due_moved": _l("The working calendar changed, and a due date of the case with it."),
    "imported": _l("The case was imported from what was published before."),
    "reminded": _l("The deadline is near; who holds the case was reminded."),
    "escalated": _l("The deadline came up; the next level was told."),
    "chairman_told": _l("The answer was returned for the third time; the leader of the province was told."),
    "said": _l("The sender said which points were answered."),
    "promise_kept": _l("The agency reported that a promise was kept."),
    "apologised": _l("The agency apologised to the sender for being late."),
    "apology_letter_made": _l("The apology was made into a letter."),
    "explanation_demanded": _l("The agency's time ran out: its head has to explain why."),
    "explained": _l("The head of the agency explained why it was late."),
    "promise_denied": _l("The sender says that a promise was not kept."),
    "published": _l("The case was published."),
    "unpublished": _l("The case was taken out of the register."),
    "letter_made": _l("The answer was made into a letter."),
    "letter_posted": _l("The letter with the answer left the office."),
    "mail_bounced": _l("A mail to the sender came back: it could not be delivered."),
    "papers_asked": _l("The question to the sender asks for more than the published list allows; the reason is "
                       "kept."),
    "instructed": _l("The province instructed the head of the agency, with a due date."),
    "instruction_reported": _l("The agency reported on the instruction."),
    "instruction_sent_back": _l("The report on the instruction was sent back; its due date stays."),
    "instruction_accepted": _l("The report on the instruction was accepted."),
    "instruction_withdrawn": _l("The instruction was withdrawn."),
    "transfer_asked": _l("The agency asked that the case be passed on to another one. The clocks go on."),
    "transfer_granted": _l("The province office agreed to pass the case on."),
    "transfer_denied": _l("The province office did not agree to pass the case on; the agency goes on with it."),
    "transfer_lapsed": _l("The case moved on, and the request to pass it on fell with that."),
    "transfer_accepted": _l("The agency that was named takes the case."),
    "transfer_refused": _l("The agency that was named does not take the case; who stands above both decides."),
    "contribution_asked": _l("A second agency was asked to contribute. The clocks go on."),
    "contribution_given": _l("The second agency gave its part."),
    "contribution_taken_back": _l("The part of the second agency is not needed any more."),
    "contribution_lapsed": _l("The case moved on, and the contribution that was asked for fell with that."),
    "extension_asked": _l("The agency asked for more time. No date moves and no clock stops until that is "
                          "decided."),
    "extension_granted": _l("The province office gave more time. The due dates moved, and the sender was told "
                            "why."),
    "extension_denied": _l("The province office did not give more time; every due date stays."),
    "extension_lapsed": _l("The case moved on, and the request for more time fell with that."),
    "key_asked": _l("At the counter somebody asked for a new tracking key; a second person has to confirm."),
    "key_confirmed": _l("A second person confirmed that a new tracking key may be given."),
    "key_declined": _l("A second person did not agree to give a new tracking key."),
    "key_reissued": _l("A new tracking key was given. The old one opens nothing any more."),
    "files_added": _l("Files were added to the case."),
    "files_shared": _l("The office decided which files the agency gets."),
    "file_opened": _l("The sealed original of a file was taken out of the vault, as evidence."),
    "handover": _l("The case passed to another officer, together with all cases of the one before."),
    "contact_changed": _l("The sender gave another contact."),
    "name_taken_back": _l("The sender took back the leave to be named to the agency."),
    "sender_forgotten": _l("At the sender's wish, who they are was deleted."),
    "identity_opened": _l("The sender's identity was opened, with a reason."),
    "identity_declined": _l("Opening the sender's identity was asked for and not allowed."),
    "conflict": _l("The case is about somebody who would have handled it. They do not see it any more; others "
                   "decide."),
}

DONE: dict[str, LazyString] = {
    "api_key_revoked": _l("Revoked. From now on the key opens nothing."),
    "conflict": _l("Recorded. Those who are named do not see this case any more."),
    "identity_asked": _l("Asked. Somebody outside the handling agency decides; you find it here."),
    "identity_given": _l("Allowed for 24 hours, to the person who asked. The sender is told."),
    "identity_declined": _l("Not allowed. Who asked reads your reason."),
    Action.ASK_SUBMITTER: _l("The sender has been asked. The citizen's clock waits until they answer."),
    Action.RESUME: _l("The case goes on."),
    Action.ACCEPT: _l("Accepted and given to the agency."),
    "restricted": _l("Accepted. From now on only the restricted desk sees this case."),
    "kept": _l("Accepted. The case stays at the restricted desk."),
    Action.ASSIGN: _l("The case is with the agency now."),
    Action.RESTRICT: _l("Given to the restricted desk. From now on only its people see this case."),
    Action.LIFT_RESTRICTION: _l("The case goes the ordinary way now."),
    Action.TRANSFER: _l("The case is with the other agency now."),
    Action.TAKE: _l("The case is yours now."),
    Action.ALLOT: _l("The officer has the case now."),
    Action.PROPOSE_ANSWER: _l("The answer waits for the head of the agency."),
    Action.SEND_BACK: _l("The officer has the answer again, with your reason."),
    Action.APPROVE: _l("Approved. The province office reads the answer next."),
    Action.RETURN: _l("Returned to the agency with your reasons."),
    Action.RELEASE: _l("The answer was sent. The citizen can read it now."),
    Action.CLOSE: _l("Thank you. The case is closed."),
    Action.OBJECT: _l("Your objection was received. Somebody else reads the case now."),
    Action.SUPPLEMENT: _l("Thank you. The office goes on with your case."),
    Action.WITHDRAW: _l("Your wish to withdraw was received. The province office confirms it."),
    "save": _l("Saved."),
    "inserted": _l("Saved, with the text block in its box."),
    "place_inserted": _l("Saved, with a place to fill in in its box."),
    "filter_kept": _l("The filter is kept; it stands over this list from now on."),
    "filter_removed": _l("The filter is removed."),
    "note": _l("The note is kept."),
    "note_erased": _l("The note is erased."),
    "block_removed": _l("The text block is removed."),
    "deputy_named": _l("Your deputy is named. They act for you on these days."),
    "deputy_ended": _l("Ended. From now on they do not act for you."),
    "removed": _l("Taken off the list."),
    "agency_closed": _l("Closed. Its open cases are with the successor, or will be on the day after its last."),
    "limit_amended": _l("Set. Clocks that start from that day on get it."),
    "limit_narrowed": _l("Added. Clocks of such cases that start from that day on get it."),
    "limit_ended": _l("Ended. Afterwards new clocks get the limit of the next wider cases."),
    "rung_saved": _l("Saved. Running clocks of this kind were looked through; the page says how many changed."),
    "mail_retried": _l("The mail is owed again and goes out in a moment. If it is given up once more, it comes "
                       "back to this list."),
    "calendar_changed": _l("The calendar was changed, and the due dates with it."),
    "propose": _l("Proposed. A second person has to confirm it."),
    "confirm": _l("Confirmed."),
    "decline": _l("Not confirmed. The case stays where it was."),
    "identity_contact": _l("Sealed. From now on we use this contact."),
    "identity_unname": _l("Done. The agency will not be told your name."),
    "identity_forget": _l("Deleted. The tracking key is now the only way to this case: keep it well."),
    "letter_made": _l("The letter is made. Print it, and record the day when it leaves."),
    "letter_posted": _l("The posting is recorded. The sender sees it on the tracking page."),
    "said": _l("Thank you for saying which points were answered."),
    "me_too": _l("Thank you. It is counted; who you are is kept nowhere."),
    "me_too_again": _l("Thank you. It was counted already this month from this connection, so the number stays."),
    "apology_kept": _l("Kept. The sender is told when the head of the agency has signed."),
    "apology_signed": _l("Signed. The sender is told now. The due date stays as it was."),
    "explained": _l("Given. The province office and the leader read it."),
    "promise_kept": _l("Reported. The sender is told and can say whether it is so."),
    "promise_denied": _l("Thank you. The case is open again, and the agency has to answer anew."),
    "draft_forgotten": _l("The draft was deleted. Nothing of it is left here."),
    "key_asked": _l("Kept. A second person has to confirm it; then you can show the new key here."),
    "key_confirmed": _l("Confirmed. Whoever stands before the sender can show the new key now."),
    "key_declined": _l("Not confirmed. The old key stays as it is."),
    "file_added": _l("The file was checked and is here now."),
    "file_removed": _l("The file was removed. Nothing of it is left here."),
    "files_shared": _l("Saved. The agency gets the files that are ticked, and no other."),
    "signed_out": _l("You have signed out."),
    "left": _l("You have left the case. This browser no longer opens it."),
    "revoked": _l("That session has ended."),
    "invited": _l("Invited. A mail with a link is on its way; a second administrator decides about the roles."),
    "invited_alone": _l("Invited, as administrator at once: you were the only one. The history says so."),
    "asked": _l("Asked. Another administrator decides; it stands in the list until then."),
    "granted": _l("Granted. It is in force now, and the person signs in again."),
    "declined": _l("Not granted. Nothing has changed."),
    "link_sent": _l("A new link is on its way to the person's mailbox. Older links open nothing any more."),
    "disabled": _l("The account is closed and signed out everywhere. Its open cases wait to be handed over."),
    "sessions_ended": _l("Signed out everywhere."),
    "handed_over": _l("The cases have changed hands. Those who have them now get a mail."),
    "second_step": _l("Done. Keep the codes below safe."),
    "transfer_asked": _l("Asked. The agency you named answers first; the clocks go on meanwhile."),
    "transfer_granted": _l("Granted. The case is with the other agency now; its sender reads the ground."),
    "transfer_denied": _l("Not granted. Who works on the case reads your reason."),
    "transfer_accepted": _l("The case is with your agency now. Its sender reads the ground."),
    "transfer_refused": _l("Refused. Who stands above both agencies decides and reads your reason."),
    "contribution_asked": _l("Asked. The agency has a day of its own; your clock goes on."),
    "contribution_given": _l("Sent. Who leads the case reads it now."),
    "contribution_taken_back": _l("Taken back. The agency does not have to give it any more."),
    "extension_asked": _l("Asked. The province office decides; until then every date stays and no clock stops."),
    "extension_granted": _l("Granted. The due dates moved; the sender is told the reason and the new date."),
    "extension_denied": _l("Not granted. The dates stay, and who asked reads your reason."),
    "instructed": _l("Given. The head of the agency is told by mail and sees it on their desk."),
    "instruction_reported": _l("Reported. Who gave the instruction reads it next; the clock waits meanwhile."),
    "instruction_accepted": _l("Accepted. The instruction has ended."),
    "instruction_sent_back": _l("Sent back with your reason. The clock goes on to the same day."),
    "instruction_withdrawn": _l("Withdrawn. The head of the agency reads your reason."),
    "instruction_note": _l("Your words stand in its story. Both sides read them."),
    "follow_up": _l("Noted. It stands in your list on that day."),
    "follow_up_done": _l("Done. It stands among those that are done."),
    "paper_seen": _l("Marked as seen."),
    "recovery_used": _l("You used a recovery code; it does not work again. Set up your new telephone now."),
    "publication_propose": _l("Drafts were made of the newly settled cases."),
    "publication_nothing_new": _l("No case was settled since the last time."),
    "publication_confirm": _l("Confirmed. A second person approves next."),
    "publication_approve": _l("Approved. The draft says from which day everyone can read it."),
    "publication_hold": _l("Held back, with the reason."),
    "unpublish": _l("Taken out of the register. The reason is kept."),
}


def label(code: StrEnum) -> str:
    """The words for a code in the reader's language. Raises KeyError for a code nobody named."""
    return str(LABELS[type(code), code.value])


def naming(kind: type[StrEnum]) -> Callable[[str | None], str]:
    """A template filter that names a stored code of this enum; empty for None."""
    return lambda value: str(LABELS[kind, value]) if value else ""


def category_name(value: str | None) -> str:
    """A stored category under the province's own name for it, else under the house's; empty for None. For pages
    only: it asks what holds now."""
    if not value:
        return ""
    vi, en = shown_names.shown().categories.get(value, ("", ""))
    return (en if current_language() == "en" else vi) or str(LABELS[Category, value])


FILTERS: dict[str, Callable[[str | None], str]] = {
    "state": naming(State), "outcome": naming(Outcome), "role": naming(Role), "kind": naming(CaseKind),
    "category": category_name, "channel": naming(Channel), "identity_mode": naming(IdentityMode),
    "clock": naming(DeadlineKind), "unit": naming(Unit), "tier": naming(Tier),
    "posting": naming(Posting),
}
"""Template filters for stored codes: ``{{ case.state|state }}``."""


def button(action: str) -> str:
    """The words on the button of an action."""
    return str(BUTTONS[Action(action)])


def event_line(type_: str) -> str:
    """One line of a timeline."""
    return str(EVENT_LINES[type_])


def done_words(code: str) -> str:
    """What just happened, for the notice after a redirect; nothing for an unknown word."""
    return str(DONE[code]) if code in DONE else ""
