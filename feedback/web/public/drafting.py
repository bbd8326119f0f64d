"""The draft of a complaint in this browser: saved with each step and while typing, opened again, deleted.

The cookie holds the only key to it. A draft that cannot be saved is never in the way: the pages carry the whole
form.
"""

import logging
from collections.abc import Mapping, Sequence

from flask import after_this_request, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from feedback import clock
from feedback.domain.errors import BadInput
from feedback.extensions import db, writing
from feedback.services import attachments, drafts
from feedback.services.drafts import Draft
from feedback.web.cookies import cookie_flags, draft_cookie_name
from feedback.web.guards import public
from feedback.web.limits import draft_allowed
from feedback.web.public import bp
from feedback.web.public.complain_steps import tidy

STEP = "step"
"""Beside the fields of the form a draft holds the page on which its writer was."""

log = logging.getLogger("feedback.web")


def keep(fields: Mapping[str, Sequence[str]], step: str) -> bool:
    """Save the fields of the form, in a transaction of its own, and give the browser the cookie. False when that
    was not possible: too large, too many new ones from this address, a busy database."""
    token = request.cookies.get(draft_cookie_name())
    try:
        if drafts.find(token) is None and not draft_allowed():
            return False
        with writing():
            token = drafts.save(token, {**fields, STEP: [step]})
    except (BadInput, OperationalError, StaleDataError) as fault:
        db.session.rollback()
        log.warning("draft_not_saved", extra={"fault": type(fault).__name__})
        return False
    _set_cookie(token)
    return True


def found() -> Draft | None:
    """The draft of this browser, if there is one."""
    return drafts.find(request.cookies.get(draft_cookie_name()))


def found_for(nonce: str) -> Draft | None:
    """The draft of this browser, when it is of the form with this nonce. A form that stood open in another tab, or
    was left open by somebody else, must not take the files and the words of the one that is being written."""
    draft = found()
    return draft if draft is not None and draft.fields.get("nonce") == [nonce] else None


def current_draft_id() -> int | None:
    """The row of this browser's draft, for the files that belong to it; None when there is none."""
    draft = found()
    return None if draft is None or draft.sent else draft.id


def sent(*, nonce: str, reference: str) -> None:
    """The complaint went out, in the caller's transaction: only what gives a lost receipt again is left."""
    drafts.mark_sent(request.cookies.get(draft_cookie_name()), nonce=nonce, reference=reference)


def forget() -> None:
    """Delete the draft and its cookie."""
    token = request.cookies.get(draft_cookie_name())
    if token is None:
        return
    with writing():
        files = drafts.forget(token)
    let_go()
    for name in files:
        attachments.forget_objects(name)


def let_go() -> None:
    """Take the cookie out of the browser; what it opened ends by itself."""
    if draft_cookie_name() not in request.cookies:
        return

    @after_this_request
    def _clear(response: Response) -> Response:
        response.delete_cookie(draft_cookie_name(), **cookie_flags())
        return response


@bp.post("/complain/draft")
@public
def save_draft() -> ResponseReturnValue:
    """Save while somebody types. Answers JSON: ``{"saved": bool, "words": the line to show}``."""
    saved = keep(tidy(request.form).to_dict(flat=False), request.form.get(STEP, ""))
    words = (gettext("Saved at %(time)s", time=f"{clock.now().astimezone(clock.VIETNAM):%H:%M}") if saved else
             gettext("This could not be saved as a draft. Leave the page open until you have sent it."))
    return jsonify({"saved": saved, "words": words})


@bp.post("/complain/draft/forget")
@public
def forget_draft() -> ResponseReturnValue:
    """Delete the draft, for a shared computer or to begin anew."""
    forget()
    return redirect(url_for("public.complain", done="draft_forgotten"), code=303)


def _set_cookie(token: str) -> None:
    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(draft_cookie_name(), token, max_age=int(drafts.KEPT.total_seconds()), **cookie_flags())
        return response
