"""The receipt of the complaint that this browser has just sent, or of the new key it has just been given.

A page, a paper, and a way to forget both on this device.

The key is worked out again from the nonce in the signed cookie; it stands in no address and no database.
"""

from flask import current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from feedback import clock
from feedback.domain import references
from feedback.queries import tracking
from feedback.services import reissue
from feedback.web import receipts
from feedback.web.csrf import csrf_token
from feedback.web.guards import public
from feedback.web.public import bp, drafting

SECONDS = 60 * 60
"""How long the receipt can be looked at again, to print it: whoever uses the same device later must not find the
key on it."""


def keep_receipt(*, nonce: str, reference: str, again: bool = False, lost: bool = False) -> None:
    """Let this browser see the receipt. ``again``: the form had been sent before; ``lost``: the key is a new
    one."""
    session["receipt"] = {"nonce": nonce, "reference": reference, "again": again, "lost": lost,
                          "until": int(clock.now().timestamp()) + SECONDS}


@bp.get("/complain/receipt")
@public
def receipt() -> ResponseReturnValue:
    """The receipt: reference, key, due date, what happens next. It has arrived, so the draft's cookie goes."""
    shown = _shown()
    if shown is None:
        return redirect(url_for("public.track"), code=303)
    kept = session["receipt"]
    if drafting.current_draft_id() is None:  # another complaint may be half written in this browser by now
        drafting.let_go()
    return render_template("public/receipt.html", receipt=shown, words=receipts.words(shown),
                           again=bool(kept.get("again")), lost=bool(kept.get("lost")), csrf_token=csrf_token())


@bp.get("/complain/receipt.pdf")
@public
def receipt_pdf() -> ResponseReturnValue:
    """The same on paper, made for this reply alone."""
    shown = _shown()
    return redirect(url_for("public.track"), code=303) if shown is None else receipts.pdf(shown)


@bp.post("/complain/leave")
@public
def leave_receipt() -> ResponseReturnValue:
    """Forget receipt and draft on this device, for a shared computer or a borrowed phone."""
    drafting.forget()
    session.clear()
    return redirect(url_for("public.front", done="left"), code=303)


def _shown() -> receipts.Paper | None:
    """The receipt of this browser; None without one, or once another key has taken the place of its own."""
    kept = session.get("receipt")
    if not isinstance(kept, dict) or int(kept.get("until", 0)) <= clock.now().timestamp():
        return None
    key = reissue.key_of(str(kept["nonce"]))
    pepper: str = current_app.extensions["settings"].pepper
    if tracking.case_id_of_key(references.key_hash(pepper.encode(), key)) is None:
        return None
    return receipts.paper(str(kept["reference"]), key)
