"""What each sweep does, what is wrong with it and what to do, in words; the same for mails that lie."""

from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback.domain.health import Fault
from feedback.domain.notices import Notice
from feedback.domain.sweeps import Sweep
from feedback.queries.lying import LyingMail
from feedback.queries.sweeps import SweepState

SWEEP_WORDS = {
    "overdue": _l("Due dates: reminds, and tells the next level up"),
    "outbox": _l("Mails that are owed"),
    "supply": _l("Questions to senders that were not answered"),
    "commitments": _l("Promises whose day has passed"),
    "close": _l("Answers that nobody objected to"),
    "publish": _l("Publication of what two people approved"),
    "successors": _l("Cases of agencies that ended"),
    "counts": _l("Figures of the public pages"),
    "drafts": _l("Complaints that were begun and not sent"),
    "identities": _l("Erasing who sent cases that ended long ago"),
    "checkpoint": _l("One number over all histories"),
    "calendar": _l("Reminder to load the calendar"),
    "rescan": _l("Published cases, read again every night for what could tell who somebody is"),
    "files": _l("Files without a case"),
    "open_data": _l("Files of open data"),
    "first_numbers": _l("Numbers by agency, procedure and category"),
}
"""What a sweep is there for."""

TO_DO = {
    Fault.SWEEP_MISSING: (_l("never ran"), _l(
        "Nothing counts for it yet. See that a worker runs: feedback worker, or feedback up in a trial.")),
    Fault.SWEEP_LATE: (_l("late"), _l(
        "No worker ticks. Start the worker again; what was missed is made up for by itself.")),
    Fault.SWEEP_UNFINISHED: (_l("does not end"), _l(
        "It begins and breaks off or hangs. Look into the worker's log, then start the worker again.")),
    Fault.SWEEP_FAILING: (_l("could not handle everything"), _l(
        "The worker's log names each row that failed, and why. The others went through, and it tries again.")),
    Fault.SWEEP_EMPTY: (_l("saw nothing although something is owed"), _l(
        "It runs and overlooks what lies there. Run it by hand (python -m workers run NAME) and report what it "
        "says: this is a fault of the program.")),
}
"""A fault of a sweep in few words, and what to do about it."""

NOTICE_WORDS = {
    Notice.CASE_RECEIVED: _l("Receipt"), Notice.CASE_ACCEPTED: _l("Taken on"),
    Notice.CASE_ASSIGNED: _l("New case for an agency"), Notice.MORE_NEEDED: _l("Question to the sender"),
    Notice.ANSWER_READY: _l("The answer is there"), Notice.CASE_OVERDUE: _l("Overdue"),
    Notice.CASE_DUE_SOON: _l("Due soon"), Notice.KEY_CODE: _l("Code for a new key"),
    Notice.ACCOUNT_INVITE: _l("Invitation to an account"),
    Notice.CALENDAR_WANTED: _l("Reminder to load the calendar"),
}
"""The mails that matter most; the others are shown by their code."""


def sweep_row(state: SweepState, *, jumped: bool) -> dict[str, Any]:
    """One sweep as the page shows it."""
    run, sweep = state.run, state.sweep
    words, to_do = TO_DO[state.fault] if state.fault else (gettext("runs"), "")
    if state.fault is Fault.SWEEP_LATE and jumped and sweep.irreversible:
        words, to_do = gettext("waits"), gettext("The clock jumped; see above.")
    return {
        "name": sweep.name, "what": SWEEP_WORDS.get(sweep.name, sweep.name), "every": every_words(sweep),
        "at": run.started_at if run else None, "seconds": run.seconds if run else None,
        "seen": run.seen if run else None, "acted": run.acted if run else None,
        "failed": run.failed if run else None, "fault": run.fault if run and run.fault else "",
        "state": words, "to_do": to_do, "well": state.fault is None}


def every_words(sweep: Sweep) -> str:
    """The rhythm of a sweep."""
    seconds = int(sweep.every.total_seconds())
    if seconds < 60:
        return ngettext("every second", "every %(num)s seconds", seconds)
    if seconds < 3600:
        return ngettext("every minute", "every %(num)s minutes", seconds // 60)
    return ngettext("every hour", "every %(num)s hours", seconds // 3600)


def mail_row(mail: LyingMail) -> dict[str, Any]:
    """One mail as the page shows it; no address."""
    known = {notice.value: words for notice, words in NOTICE_WORDS.items()}
    return {"id": mail.id, "what": known.get(mail.notice, mail.notice), "to": mail.to or gettext("the sender"),
            "reference": mail.reference or "", "created_at": mail.created_at, "at": mail.at, "tries": mail.tries,
            "code": mail.code or ""}
