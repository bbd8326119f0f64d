"""What one mail about several clocks says: which cases, which clocks, how far away their due dates are."""

from feedback.adapters import mail_templates
from feedback.adapters.mail import Letter
from feedback.domain.notices import Notice
from feedback.queries import explanations, lateness, letters
from feedback.queries.owed_clocks import OwedClock, owed_clocks
from feedback.services import bundling
from feedback.services.outbox import Claim


def write(claim: Claim, desk: letters.Desk, *, base_url: str) -> tuple[Letter, str] | None:
    """One mail about every clock of the bundle that its reader may hear of, with its address; None when nobody can
    be told. Clocks that have stopped since are left out while another one runs."""
    if desk.email is None:
        return None
    rows = bundling.members(claim)
    hidden = {row.case_id for row in rows if row.case_id is not None and letters.is_hidden_from(
        row.case_id, person_id=claim.person_id, agency_id=claim.agency_id)}
    found = [one for one in owed_clocks(row.dedupe for row in rows) if one.case_id not in hidden]
    shown = [one for one in found if not one.stopped] or found
    if not shown:
        return None
    about = {one.case_id for one in shown if one.case_id is not None}
    explain = any(explanations.is_owed(case_id) for case_id in about)
    context: dict[str, mail_templates.Value] = {
        "name": desk.name, "lines": [_line(one, desk.language, base_url) for one in shown],
        "late": sum(one.late for one in shown), "soon": sum(not one.late for one in shown),
        "explain": _link(base_url, desk.language, "/desk/explanations") if explain else "",
        "link": _link(base_url, desk.language, "/sign-in")}
    return mail_templates.render(Notice.CASES_DUE, language=desk.language, context=context), desk.email


def _line(one: OwedClock, language: str, base_url: str) -> dict[str, str | int | None]:
    path = f"/desk/cases/{one.reference}" if one.reference else "/sign-in"
    if one.case_id is not None and not one.late and lateness.form_is_ready(one.case_id):
        path += "/apology"
    return {"reference": one.reference, "kind": one.kind, "late": int(one.late), "days": abs(one.days),
            "due_on": mail_templates.day(one.due_on, language=language), "link": _link(base_url, language, path)}


def _link(base_url: str, language: str, path: str) -> str:
    return base_url + ("/en" if language == "en" else "") + path
