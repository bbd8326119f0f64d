"""What only a trial shows: the mails that were sent, and every component of the pages in every state."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from feedback.adapters import trial_mailbox
from feedback.web.component_samples import sample
from feedback.web.guards import public
from feedback.web.language import current_language

bp = Blueprint("trial", __name__, url_prefix="/trial")

SHOWN = 100
"""The newest mails; older ones stay in their files."""


@dataclass(frozen=True)
class Mail:
    """A mail as the page shows it."""

    to: str
    subject: str
    sent_at: datetime | None
    language: str
    text: str
    links: list[str]


@bp.before_request
def _only_in_a_trial() -> None:
    if not current_app.extensions["settings"].trial:
        abort(404)


@bp.get("/mailbox")
@public
def mailbox() -> ResponseReturnValue:
    """Everybody's mail: there is no other way to read it in a trial, whose people are invented."""
    settings = current_app.extensions["settings"]
    mails = [_shown(message) for message in trial_mailbox.read_all(settings.data / "mailbox")[:SHOWN]]
    return render_template("trial/mailbox.html", mails=mails, most=SHOWN)


@bp.get("/components")
@public
def components() -> ResponseReturnValue:
    """Every component in every state, to look at and to test."""
    return render_template("trial/components.html", **sample(current_language()))


def _shown(message: EmailMessage) -> Mail:
    body = message.get_body(("plain",))
    text = body.get_content() if isinstance(body, EmailMessage) else ""
    here = current_app.extensions["settings"].base_url
    return Mail(
        to=str(message["To"] or ""), subject=str(message["Subject"] or ""), sent_at=_date(message),
        language="en" if str(message["Content-Language"]) == "en" else "vi",
        text=text, links=[line.strip() for line in text.splitlines() if line.startswith(f"{here}/")])


def _date(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
