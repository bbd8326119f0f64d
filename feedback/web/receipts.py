"""The receipt of a complaint: what stands on it, as a page to print and as PDF.

The public desk gives it after sending and after a lost key, intake gives it at the counter."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, current_app
from flask_babel import gettext

from feedback import clock
from feedback.adapters import documents
from feedback.domain.kinds import IdentityMode
from feedback.queries import tracking
from feedback.queries.calendar import load_calendar
from feedback.queries.deadlines import as_due
from feedback.web.casework import due_row
from feedback.web.filters import date_words
from feedback.web.language import current_language
from feedback.web.pages import province_name
from feedback.web.qr import picture


@dataclass(frozen=True)
class Paper:
    """What a receipt says. ``due``: the clock of the answer as ``case.due_chip`` takes it; ``steps``: what happens
    next, empty for an older case; ``qr``: the address of the site with the reference, never the key."""

    reference: str
    key: str
    received: date | None
    due: dict[str, Any]
    steps: list[str]
    qr: dict[str, Any]
    apart: bool
    """Whether the restricted desk alone reads it: then no agency gets it, and the paper must not say so."""


def paper(reference: str, key: str) -> Paper | None:
    """The receipt of this case, or None when there is no such case with a clock. ``key``: the tracking key, which
    whoever calls this has just made or worked out again; it is kept nowhere."""
    found = tracking.receipt(reference)
    if found is None:
        return None
    new = found.case.state == "submitted" and found.case.round == 0
    return Paper(reference=found.case.reference, key=key, received=found.case.received_on,
                 due=due_row(as_due(found.total, load_calendar())), steps=_next_steps(found) if new else [],
                 qr=picture(_address(found.case.reference)), apart=found.case.restricted)


def pdf(shown: Paper) -> Response:
    """The receipt as a download, set for this reply alone. It holds the key, as the page does: never kept."""
    body = documents.render("receipt", _data(shown))
    return Response(body, mimetype="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="hoi-am-{shown.reference}.pdf"'})


def _address(reference: str) -> str:
    """The site, and the reference where no server, log or link ever sees it: behind the #."""
    base: str = current_app.extensions["settings"].base_url
    return f"{base}{'/en' if current_language() == 'en' else ''}/track#{reference}"


def words(shown: Paper) -> dict[str, Any]:
    """Every sentence of the receipt that is not its own, in the reader's language."""
    return {
        "title": gettext("Receipt of your complaint"),
        "reference": gettext("Reference: to say aloud, by phone or at a counter"),
        "qr": gettext("QR code: the site's address for tracking, with the reference"),
        "qr_note": gettext("Leads to the site. The key is not in it."),
        "key": gettext("Tracking key: only for you"),
        "warning": gettext("Whoever has the key can read your case; nobody of the office ever asks you for it. "
                           "Keep this receipt where only you find it."),
        "due": gettext("When you are answered"),
        "received": gettext("Received on %(day)s.", day=date_words(shown.received)),
        "counting": gettext("Only working days count, from the day after."),
        "next": gettext("What happens next"), "if_silent": gettext("If nobody answers"),
        "silence": [
            gettext("You need to do nothing. When the date passes, the system tells those above by itself. The "
                    "office you complain about learns nothing of it.") if shown.apart else
            gettext("You need to do nothing. When the date passes, the system tells those above by itself: first "
                    "the head of the agency, then the province. You see that on your case too."),
            gettext("You may also call the office with your reference, or show this receipt to any higher "
                    "authority: it says when your complaint was received and when the answer is due."),
        ],
    }


def _data(shown: Paper) -> dict[str, Any]:
    """What the template of the paper takes."""
    said, side, path = words(shown), shown.qr["size"], shown.qr["path"]
    due = shown.due["on"]
    return {
        "lang": current_language(), "title": said["title"],
        "province": province_name(current_app.extensions["settings"]),
        "reference_label": said["reference"], "reference": shown.reference, "received": said["received"],
        "qr": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>',
        "qr_alt": said["qr"], "qr_note": said["qr_note"], "key_label": said["key"], "key": shown.key,
        "key_warning": said["warning"], "due_title": said["due"],
        "due": gettext("Answer due: %(day)s", day=date_words(due)) if due else "", "counting": said["counting"],
        "next_title": said["next"], "next": shown.steps, "silence_title": said["if_silent"],
        "silence": said["silence"], "foot": gettext("Printed on %(day)s", day=date_words(clock.today())),
    }


def _next_steps(found: tracking.Receipt) -> list[str]:
    if found.case.restricted:
        return [gettext("A few people of the province alone read your complaint. The office you complain about "
                        "does not get it."),
                gettext("They settle it, or tell you who is in charge by law and how to turn there."),
                gettext("You read what came out, by %(day)s at the latest, with your tracking key.",
                        day=date_words(found.total.due_on))]
    first = (gettext("The province office reads your complaint, by %(day)s at the latest.",
                     day=date_words(found.receive.due_on)) if found.receive is not None
             else gettext("The province office reads your complaint."))
    hidden = (gettext("It gives your complaint to the agency that has to answer. That agency may see your name.")
              if found.case.identity_mode == IdentityMode.NAMED.value else
              gettext("It gives your complaint to the agency that has to answer. "
                      "That agency does not see who you are."))
    return [first, hidden,
            gettext("The province office reads the answer before you do, and returns it when it is vague."),
            gettext("You read the answer to each point, by %(day)s at the latest, with your tracking key.",
                    day=date_words(found.total.due_on))]
