"""Files of a case for staff: read, added from paper by intake, shared with the handling agency by intake."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from feedback.adapters.file_check import clamd
from feedback.domain.errors import OutOfReach
from feedback.domain.files import FileRefused, Refusal
from feedback.domain.lifecycle import OPEN
from feedback.domain.permissions import Actor, Permission, reads_original
from feedback.domain.roles import Role
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.cases import case_for
from feedback.queries.visibility import facts_of
from feedback.services import attachments
from feedback.web import attached
from feedback.web.desk import bp
from feedback.web.guards import current_actor, requires
from feedback.web.redirects import see


@bp.get("/files/<file_token>")
@requires(Permission.CASE_READ)
def case_file(file_token: str) -> ResponseReturnValue:
    """One file of a case within reach: every one for who reads the sender's own words, else the shared ones."""
    return attached.hand_out(current_actor(), file_token)


@bp.post("/cases/<reference>/files")
@requires(Permission.CASE_INTAKE)
@attached.takes_file
def scan_file(reference: str) -> ResponseReturnValue:
    """Intake adds a scan of a paper that came with the complaint."""
    def owner() -> dict[str, Case]:
        case = _case(reference)
        if case.state not in list(OPEN):
            raise FileRefused(Refusal.NOT_NOW)
        return {"case": case}

    _case(reference)  # who may not know of the case is told so before anything is checked
    why = attached.take(owner, actor=current_actor(), role=_role(current_actor()))
    if why is not None:
        return redirect(url_for("desk.case", reference=reference, refused=why.value), code=303)
    return see("desk.case", reference=reference, done="file_added")


@bp.post("/cases/<reference>/files/share")
@requires(Permission.CASE_INTAKE)
def share_files(reference: str) -> ResponseReturnValue:
    """Say which files the handling agency gets: those that are ticked, and no other."""
    with writing():
        attachments.share(_case(reference), request.form.getlist("shared"), actor=current_actor(),
                          role=_role(current_actor()))
    return see("desk.case", reference=reference, done="files_shared")


def about(actor: Actor, case: Case, *, everything: bool) -> dict[str, Any]:
    """What the case page shows of the files (templates/desk/_files.html). ``everything``: this person reads the
    sender's own words of this case, and so all of its files."""
    first_reader = everything and actor.can(Permission.CASE_INTAKE) and not case.historical
    return {
        "rows": attached.case_rows(case, actor, endpoint="desk.case_file"), "all": everything,
        "may_share": first_reader, "may_add": first_reader and case.state in list(OPEN),
        "refused": attached.refused(), "room": attachments.has_room(), "scanned": clamd.is_on()}


def _case(reference: str) -> Case:
    """The case, for intake and the restricted desk where each reaches. Raises OutOfReach."""
    case = case_for(current_actor(), reference)
    if case.historical or not reads_original(current_actor(), facts_of(case)):
        raise OutOfReach(reference)
    return case


def _role(actor: Actor) -> Role:
    return next(role for role in (Role.INTAKE, Role.RESTRICTED_DESK) if role in actor.roles)
