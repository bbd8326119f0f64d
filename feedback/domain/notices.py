"""The messages the house sends, and who gets each. The words are in ``templates/email/<message>/``."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Notice(StrEnum):
    """The name of a message; it is also the name of its folder of templates."""

    CASE_RECEIVED = "case-received"
    CASE_ACCEPTED = "case-accepted"
    CASE_ASSIGNED = "case-assigned"
    MORE_NEEDED = "more-needed"
    ANSWER_READY = "answer-ready"
    CASE_CLOSED = "case-closed"
    CASE_REFUSED = "case-refused"
    CASE_GUIDED = "case-guided"
    CASE_FORWARDED = "case-forwarded"
    CASE_MERGED = "case-merged"
    CASE_WITHDRAWN = "case-withdrawn"
    CASE_OVERDUE = "case-overdue"
    CASE_DUE_SOON = "case-due-soon"
    CASES_DUE = "cases-due"
    """Several of the two before in one mail; never owed by itself (``services/bundling``)."""
    ANSWER_RETURNED = "answer-returned"
    ANSWER_RETURNED_OFTEN = "answer-returned-often"
    """The gate returned answers to one case for the third time: the chairman's concern (``domain/gate``)."""
    GATE_WAITING = "gate-waiting"
    APPROVAL_WAITING = "approval-waiting"
    ACCOUNT_INVITE = "account-invite"
    CASES_HANDED_OVER = "cases-handed-over"
    KEY_CODE = "key-code"
    WITHDRAWAL_PRESSED = "withdrawal-pressed"
    TRANSFER_DENIED = "transfer-denied"
    TRANSFER_OFFERED = "transfer-offered"
    """The agency was named as competent for a case that another one holds: it says whether it takes it."""
    TRANSFER_REFUSED = "transfer-refused"
    """The agency that was named does not take the case: who stands above both decides."""
    CONTRIBUTION_ASKED = "contribution-asked"
    CONTRIBUTION_DUE = "contribution-due"
    CONTRIBUTION_GIVEN = "contribution-given"
    PROMISE_KEPT = "promise-kept"
    PROMISE_BROKEN = "promise-broken"
    CASE_EXTENDED = "case-extended"
    """The citizen's due date was moved after a request of the agency, with the reason."""
    EXTENSION_DECIDED = "extension-decided"
    CALENDAR_WANTED = "calendar-wanted"
    """The working calendar of a year is to be loaded (``queries/calendar_years``)."""
    APOLOGY_WAITING = "apology-waiting"
    """An apology with a new date waits for the signature of the agency's head."""
    APOLOGY_TOLD = "apology-told"
    """The answer will be late: the agency apologises to the sender and gives a new date."""
    INSTRUCTION_GIVEN = "instruction-given"
    INSTRUCTION_REPORTED = "instruction-reported"
    INSTRUCTION_DECIDED = "instruction-decided"
    """The report was accepted or sent back, or the instruction withdrawn."""
    PUBLICATION_TAKEN_OUT = "publication-taken-out"
    """A newer scan found something in public cases and took them out of the register."""


class Recipient(StrEnum):
    """To whom a message goes, relative to the case (or, for an account, to nobody's case)."""

    COMPLAINANT = "complainant"
    """The person who sent the case, at the contact they gave and proved; never the agency's copy."""
    OFFICER = "officer"
    """Who holds the case now; when nobody does, the agency's head."""
    AGENCY_HEAD = "agency_head"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    CHAIRMAN = "chairman"
    PUBLISHER = "publisher"
    INVITED = "invited"
    """The person for whom an account was just made."""


RECIPIENTS: Mapping[Notice, tuple[Recipient, ...]] = MappingProxyType(
    {
        Notice.CASE_RECEIVED: (Recipient.COMPLAINANT,),
        Notice.CASE_ACCEPTED: (Recipient.COMPLAINANT,),
        Notice.CASE_ASSIGNED: (Recipient.AGENCY_HEAD, Recipient.OFFICER),
        Notice.MORE_NEEDED: (Recipient.COMPLAINANT,),
        Notice.ANSWER_READY: (Recipient.COMPLAINANT,),
        Notice.CASE_CLOSED: (Recipient.COMPLAINANT,),
        Notice.CASE_REFUSED: (Recipient.COMPLAINANT,),
        Notice.CASE_GUIDED: (Recipient.COMPLAINANT,),
        Notice.CASE_FORWARDED: (Recipient.COMPLAINANT,),
        Notice.CASE_MERGED: (Recipient.COMPLAINANT,),
        Notice.CASE_WITHDRAWN: (Recipient.COMPLAINANT, Recipient.OFFICER),
        Notice.CASE_OVERDUE: (
            Recipient.OFFICER,
            Recipient.AGENCY_HEAD,
            Recipient.COORDINATOR,
            Recipient.CHAIRMAN,
        ),
        Notice.CASE_DUE_SOON: (Recipient.OFFICER, Recipient.AGENCY_HEAD, Recipient.COORDINATOR),
        Notice.CASES_DUE: (Recipient.OFFICER, Recipient.AGENCY_HEAD, Recipient.COORDINATOR, Recipient.CHAIRMAN),
        Notice.ANSWER_RETURNED: (Recipient.OFFICER, Recipient.AGENCY_HEAD),
        Notice.ANSWER_RETURNED_OFTEN: (Recipient.CHAIRMAN,),
        Notice.GATE_WAITING: (Recipient.COORDINATOR,),
        Notice.APPROVAL_WAITING: (Recipient.AGENCY_HEAD,),
        Notice.ACCOUNT_INVITE: (Recipient.INVITED,),
        Notice.CASES_HANDED_OVER: (Recipient.OFFICER, Recipient.AGENCY_HEAD),
        Notice.KEY_CODE: (Recipient.COMPLAINANT,),
        Notice.WITHDRAWAL_PRESSED: (Recipient.COORDINATOR,),
        Notice.TRANSFER_DENIED: (Recipient.OFFICER, Recipient.AGENCY_HEAD),
        Notice.TRANSFER_OFFERED: (Recipient.AGENCY_HEAD,),
        Notice.TRANSFER_REFUSED: (Recipient.AGENCY_HEAD, Recipient.COORDINATOR),
        Notice.CONTRIBUTION_ASKED: (Recipient.AGENCY_HEAD,),
        Notice.CONTRIBUTION_DUE: (Recipient.AGENCY_HEAD,),
        Notice.CONTRIBUTION_GIVEN: (Recipient.OFFICER,),
        Notice.PROMISE_KEPT: (Recipient.COMPLAINANT,),
        Notice.PROMISE_BROKEN: (Recipient.AGENCY_HEAD,),
        Notice.CASE_EXTENDED: (Recipient.COMPLAINANT,),
        Notice.EXTENSION_DECIDED: (Recipient.OFFICER, Recipient.AGENCY_HEAD),
        Notice.CALENDAR_WANTED: (Recipient.ADMINISTRATOR, Recipient.COORDINATOR),
        Notice.APOLOGY_WAITING: (Recipient.AGENCY_HEAD,),
        Notice.APOLOGY_TOLD: (Recipient.COMPLAINANT,),
        Notice.INSTRUCTION_GIVEN: (Recipient.AGENCY_HEAD,),
        Notice.INSTRUCTION_REPORTED: (Recipient.COORDINATOR, Recipient.CHAIRMAN),
        Notice.INSTRUCTION_DECIDED: (Recipient.AGENCY_HEAD,),
        Notice.PUBLICATION_TAKEN_OUT: (Recipient.PUBLISHER,),
    }
)
"""Everybody who may get the message. Of CASE_OVERDUE each rung of the ladder reaches one more of them
(``domain/escalation`` says who at which rung); the other messages go to all who are listed."""


def recipients(notice: Notice) -> tuple[Recipient, ...]:
    """Who gets ``notice``, in the order in which they are told."""
    return RECIPIENTS[notice]


def reaches_complainant(notice: Notice) -> bool:
    """Whether the message leaves the house to the citizen (it is then written in the citizen's language)."""
    return Recipient.COMPLAINANT in RECIPIENTS[notice]
