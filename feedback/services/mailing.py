"""Sending what is owed: claim the row and commit, then send with no transaction open, then mark.

Called twice for one row it acts once. Killed between the server's yes and the mark, it sends once more with the
same Message-ID, which the receiver can drop.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app

from feedback import clock
from feedback.adapters import mail, mail_templates, queue, vault
from feedback.adapters.mail import Letter, MailFault, Post, post_office
from feedback.config import Settings
from feedback.domain.errors import VaultUnavailable
from feedback.domain.notices import Notice
from feedback.extensions import db, writing
from feedback.queries import calendar_years, explanations, extensions, lateness, letters
from feedback.services import bundling, invitations, outbox, reissue, together_mail
from feedback.services.outbox import Claim

log = logging.getLogger(__name__)

BATCH = 200
"""Rows one job sends at most; what is left is for the next job."""

DESK_OF = {Notice.TRANSFER_OFFERED: "/desk/transfers/offered", Notice.CONTRIBUTION_ASKED: "/desk/contributions",
           Notice.CONTRIBUTION_DUE: "/desk/contributions",
           Notice.PUBLICATION_TAKEN_OUT: "/desk/publication?status=held"}
"""Where the link leads when whoever is told cannot open the case itself."""

_AT_A_TIME = 20
INSTRUCTION_PAGES = {Notice.INSTRUCTION_GIVEN: "/desk/instructions",
                     Notice.INSTRUCTION_DECIDED: "/desk/instructions",
                     Notice.INSTRUCTION_REPORTED: "/supervision/instructions?show=reported"}
"""These mails lead to a list: what is to be done is read there and nowhere else."""
_MARGIN = timedelta(seconds=4 * mail.SECONDS)
"""What must be left of a lease to begin a letter: a slow server may use up its patience several times over."""


@dataclass
class Sent:
    """What came of it. ``server_down``: the mail server does not answer, so the rest was left for later."""

    seen: int = 0
    sent: int = 0
    failed: int = 0
    server_down: bool = False


def deliver(row_id: int) -> Sent:
    """Send one owed row, whenever its next try is; nothing when it was sent, given up or is being sent."""
    return _deliver(most=1, row_id=row_id)


def deliver_owed(*, most: int = BATCH) -> Sent:
    """Send up to ``most`` rows that are ripe, over one conversation, and ring for more when there may be more.
    Many may do this at once."""
    done = _deliver(most=most)
    if done.seen >= most and not done.server_down:
        queue.ring_now([("deliver_owed", 0)], url=current_app.extensions["settings"].redis_url)
    return done


def _deliver(*, most: int, row_id: int | None = None) -> Sent:
    settings: Settings = current_app.extensions["settings"]
    done = Sent()
    if not settings.smtp_url:
        return done  # no mail server yet: everything stays owed, and health says so
    with post_office(settings.smtp_url, settings.mail_from) as post:
        while done.seen < most and not done.server_down:
            with writing():
                claims = bundling.bundle(
                    outbox.claim(now=clock.now(), row_id=row_id, limit=min(_AT_A_TIME, most - done.seen)))
            if not claims:
                break
            done.seen += len(claims)
            _send_all(claims, post, settings, done)
    return done


def _send_all(claims: Sequence[Claim], post: Post, settings: Settings, done: Sent) -> None:
    for place, claim in enumerate(claims):
        if done.server_down or claim.lease_until - clock.now() < _MARGIN:
            with writing():
                outbox.give_back(claims[place:])
            return
        _send_one(claim, post, settings, done)


def _send_one(claim: Claim, post: Post, settings: Settings, done: Sent) -> None:
    try:
        addressed = _write(claim, settings)
        db.session.rollback()  # nobody waits for a mail server inside a transaction
        if addressed is None:
            with writing():
                outbox.mark_unreachable(claim, now=clock.now())
            return
        letter, to = addressed
        post.send(letter, to=to, dedupe=outbox.name_in_mail(claim.dedupe))
    except Exception as fault:
        db.session.rollback()
        _note_failure(claim, fault, done)
        return
    with writing():
        outbox.mark_sent(claim, now=clock.now())
    done.sent += 1


def _note_failure(claim: Claim, fault: Exception, done: Sent) -> None:
    """One bad row is logged and put off; it stops nobody. The log names no address and no text."""
    known = isinstance(fault, MailFault)
    code = fault.code if isinstance(fault, MailFault) else type(fault).__name__
    log.warning("notice not sent", extra={"row_id": claim.id, "fault": code},
                exc_info=None if known or isinstance(fault, VaultUnavailable) else fault)
    with writing():
        outbox.mark_failed(claim, now=clock.now(), fault=code,
                           at_longest=isinstance(fault, MailFault) and fault.settled)
    done.failed += 1
    done.server_down = isinstance(fault, MailFault) and fault.server_down


def _write(claim: Claim, settings: Settings) -> tuple[Letter, str] | None:
    """The letter and its address; None when the recipient has no address. Raises VaultUnavailable."""
    notice, facts = Notice(claim.notice), letters.facts_for(claim.case_id)
    if claim.person_id is None and claim.agency_id is None:
        assert claim.case_id is not None  # a notice to a sender is about their case
        address = vault.address_of(claim.case_id)
        if address is None:
            return None
        context = {"reference": facts.reference, "link": _link(settings, address.language, "/"),
                   "apologised": notice is Notice.ANSWER_READY and lateness.came_late(claim.case_id)}
        if notice is Notice.CASE_EXTENDED:
            context["due_on"] = mail_templates.day(extensions.granted_until(claim.case_id),
                                                   language=address.language)
        if notice is Notice.KEY_CODE:
            if (code := reissue.code_to_mail(claim.case_id)) is None:
                return None  # it was used, or the mail server was away for longer than a code lives
            context["code"] = code
        return mail_templates.render(notice, language=address.language, context=context), address.email
    desk = letters.desk_of(person_id=claim.person_id, agency_id=claim.agency_id)
    if notice in bundling.TOGETHER and (claim.bundle is not None or claim.case_id is None):
        return together_mail.write(claim, desk, base_url=settings.base_url)
    if desk.email is None or (claim.case_id is not None and letters.is_hidden_from(
            claim.case_id, person_id=claim.person_id, agency_id=claim.agency_id)):
        return None
    path = f"/desk/cases/{facts.reference}" if facts.reference else "/sign-in"
    path = INSTRUCTION_PAGES.get(notice, path)
    path = DESK_OF.get(notice, path)
    if notice is Notice.CALENDAR_WANTED:
        if not calendar_years.wanted():
            return None  # somebody loaded it meanwhile
        path = "/admin/calendar"
    if notice is Notice.ACCOUNT_INVITE:
        link = invitations.path_of_link(claim.person_id or 0, now=clock.now())
        if link is None:
            return None  # it was used, replaced, or the mail server was away for longer than a link lives
        path = link
    late_forms = {Notice.CASE_DUE_SOON: "apology", Notice.APOLOGY_WAITING: "apology"}
    if claim.case_id is not None and notice in late_forms and lateness.form_is_ready(claim.case_id):
        path = f"{path}/{late_forms[notice]}"
    explain = notice is Notice.CASE_OVERDUE and claim.case_id is not None and explanations.is_owed(claim.case_id)
    context = {
        "apology_form": path.endswith("/apology"),
        "explain": _link(settings, desk.language, "/desk/explanations") if explain else "",
        "reference": facts.reference, "name": desk.name, "link": _link(settings, desk.language, path),
        "due_on": mail_templates.day(facts.due_on, language=desk.language), "days_late": facts.days_late,
        "promised_on": mail_templates.day(facts.promised_on, language=desk.language)}
    return mail_templates.render(notice, language=desk.language, context=context), desk.email


def _link(settings: Settings, language: str, path: str) -> str:
    return settings.base_url + ("/en" if language == "en" else "") + path
