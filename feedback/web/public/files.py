"""Files of the sender: added to and taken from a complaint that is being written, added when the office asked for
more, and read again with the tracking key."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.files import FileRefused, Refusal
from feedback.domain.roles import Role
from feedback.extensions import writing
from feedback.queries import tracking
from feedback.services import attachments
from feedback.services.cases import SENDER
from feedback.web import attached
from feedback.web.guards import current_actor, public, tracked
from feedback.web.public import bp
from feedback.web.public.drafting import current_draft_id
from feedback.web.public.story import ASKED
from feedback.web.redirects import see


@bp.post("/complain/files")
@public
@attached.takes_file
def add_file() -> ResponseReturnValue:
    """Add one file to the complaint that this browser is writing, then show the files' page of it again."""
    def owner() -> dict[str, int]:
        draft_id = current_draft_id()
        if draft_id is None:
            raise FileRefused(Refusal.NOT_NOW)
        return {"draft_id": draft_id}

    why = attached.take(owner, actor=SENDER)
    if why is not None:
        return redirect(url_for("public.complain", step="files", refused=why.value), code=303)
    return see("public.complain", step="files", done="file_added")


@bp.post("/complain/files/remove")
@public
def remove_file() -> ResponseReturnValue:
    """Take one file back from the complaint that this browser is writing."""
    with writing():
        draft_id = current_draft_id()
        token = attachments.remove(draft_id or 0, request.form.get("token", ""))
    attachments.forget_objects(token)
    return see("public.complain", step="files", done="file_removed")


@bp.post("/track/files")
@tracked
@attached.takes_file
def add_asked_file() -> ResponseReturnValue:
    """Add one file while the office waits for something from the sender."""
    def owner() -> dict[str, object]:
        case = tracking.own_case(current_actor())
        if case.state not in ASKED:
            raise FileRefused(Refusal.NOT_NOW)
        return {"case": case}

    why = attached.take(owner, actor=current_actor(), role=Role.COMPLAINANT)
    if why is not None:
        return redirect(url_for("public.tracked_case", refused=why.value), code=303)
    return see("public.tracked_case", done="file_added")


@bp.get("/track/files/<file_token>")
@tracked
def own_file(file_token: str) -> ResponseReturnValue:
    """One file of the sender's own case, as the cleaned copy."""
    return attached.hand_out(current_actor(), file_token)
