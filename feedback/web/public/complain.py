"""A complaint without an account: what happened, the points, who may know, check and send, receipt.

The pages keep nothing on the server: each carries the whole form. The nonce made with the first page makes
a double click, a reload or a lost reply one case, and lets the receipt show the same key again, in this
browser only.
"""

from typing import Any

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

from feedback.config import Settings
from feedback.domain import references
from feedback.domain.complaints import MAX_NARRATIVE, MAX_POINTS
from feedback.domain.kinds import CaseKind, Category, IdentityMode
from feedback.extensions import writing
from feedback.queries import tracking
from feedback.queries.agencies import procedures
from feedback.queries.calendar import load_calendar
from feedback.queries.deadlines import as_due
from feedback.services import cases
from feedback.services.cases import MAX_NARRATIVE, MAX_POINTS
from feedback.web.casework import due_row
from feedback.web.csrf import csrf_token
from feedback.web.filters import date_words
from feedback.web.guards import public
from feedback.web.labels import label
from feedback.web.language import current_language
from feedback.web.limits import submission_allowed
from feedback.web.numbers import whole
from feedback.web.public import bp
from feedback.web.public.forms import MODE_NAMES, STEPS, ComplaintForm


@bp.route("/complain", methods=["GET", "POST"])
@public
def complain() -> ResponseReturnValue:
    """The complaint, one thing a page. ``step`` says which page was sent, ``go`` where to: next, send, or the
    name of an earlier page; ``add_point`` and ``remove_point`` work on the list of points."""
    if request.method == "GET":
        return _page(ComplaintForm(None, procedures=procedures()), "what")
    form = ComplaintForm(request.form, procedures=procedures())
    step = request.form.get("step", "")
    step = step if step in STEPS else "what"
    go = request.form.get("go", "next")
    if step == "points" and ("add_point" in request.form or "remove_point" in request.form):
        return _edit_points(form)
    order = list(STEPS)
    if go in order[: order.index(step)]:
        return _page(form, go)
    if (wrong := form.first_wrong_step(step)) is not None:
        return _page(form, wrong, 422)
    if step == "check" and form.whole():
        return _send(form)
    following = order[min(order.index(step) + 1, len(order) - 1)]
    if following == "points":
        form.propose_points()
    return _page(form, following)


def _edit_points(form: ComplaintForm) -> ResponseReturnValue:
    texts = [str(entry.data or "") for entry in form.points.entries]
    if "add_point" in request.form:
        texts = [*texts, ""][:MAX_POINTS] if len(texts) <= MAX_POINTS else texts
    elif (at := whole(request.form["remove_point"])) is not None and at < len(texts):
        texts.pop(at)
    form.put_points(texts)
    return _page(form, "points")


def _send(form: ComplaintForm) -> ResponseReturnValue:
    if not submission_allowed():
        return _page(form, "check", 429)
    settings = _settings()
    complaint, nonce = form.complaint(current_language()), str(form.nonce.data)

    def submit() -> cases.Receipt:
        with writing():
            return cases.submit(complaint, nonce=nonce, secret=settings.secret_key, pepper=settings.pepper)

    try:
        receipt = submit()
    except IntegrityError:  # the same form, sent twice at once: the other one has made the case by now
        receipt = submit()
    session["receipt"] = {"nonce": nonce, "reference": receipt.reference, "again": receipt.repeated}
    return redirect(url_for("public.receipt"), code=303)


def _page(form: ComplaintForm, step: str, status: int = 200) -> ResponseReturnValue:
    if not form.whole():
        form.nonce.data = cases.new_nonce()
    order = list(STEPS)
    names = {"what": gettext("what happened"), "points": gettext("what you want answered"),
             "who": gettext("who may know"), "check": gettext("check and send")}
    back = order[order.index(step) - 1] if step != "what" else ""
    return render_template(
        "public/complain_check.html" if step == "check" else f"public/complain_{step}.html",
        form=form, step=step, number=order.index(step) + 1, of=len(order), step_name=names[step], back=back,
        carried=_carried(form, step), csrf_token=csrf_token(), longest=MAX_NARRATIVE, most=MAX_POINTS,
        mode_notes=_mode_notes(), summary=_summary(form) if step == "check" else {},
        too_many=status == 429), status, ({"Retry-After": "600"} if status == 429 else {})


def _carried(form: ComplaintForm, step: str) -> list[tuple[str, str]]:
    """Names and values of everything that this page does not show."""
    carried = [("nonce", str(form.nonce.data)), ("step", step)]
    for name in (field for page, fields in STEPS.items() if page != step for field in fields):
        if name == "points":
            carried += [(entry.name, str(entry.data or "")) for entry in form.points.entries]
        else:
            carried.append((name, str(form[name].data or "")))
    return carried


def _mode_notes() -> dict[str, str]:
    return {
        IdentityMode.CONFIDENTIAL.value: gettext(
            "The province office can reach you. The agency you complain about never sees who you are."),
        IdentityMode.ANONYMOUS.value: gettext(
            "We ask you nothing and can write you nothing. The tracking key is then the only way to read the "
            "answer."),
        IdentityMode.NAMED.value: gettext(
            "The agency may be given your name, when it needs it to settle your matter."),
    }


def _summary(form: ComplaintForm) -> dict[str, Any]:
    """What the check page shows, in words."""
    chosen = dict(form.procedure.choices)
    mode = IdentityMode(form.mode.data)
    return {
        "narrative": form.narrative.data, "points": form.written_points(),
        "facts": [
            {"term": gettext("Procedure"), "value": chosen[form.procedure.data or ""]},
            {"term": gettext("What went wrong"),
             "value": label(Category(form.category.data)) if form.category.data else gettext("I am not sure")},
            {"term": gettext("Kind"),
             "value": label(CaseKind(form.kind.data)) if form.kind.data else gettext("I am not sure")},
        ],
        "who": [
            {"term": gettext("Who may know"), "value": MODE_NAMES[mode], "note": _mode_notes()[mode.value]},
            *({"term": form[name].label.text, "value": form[name].data}
              for name in ("name", "email", "phone", "address") if form[name].data),
        ],
    }


@bp.get("/complain/receipt")
@public
def receipt() -> ResponseReturnValue:
    """The receipt of the complaint that this browser has just sent: reference, key, due date, what happens next.
    The key is worked out again from the nonce in the signed cookie; it stands in no address and no database."""
    kept = session.get("receipt")
    found = tracking.receipt(str(kept["reference"])) if isinstance(kept, dict) else None
    if found is None:
        return redirect(url_for("public.track"), code=303)
    key = references.key_from_nonce(_settings().secret_key.encode(), bytes.fromhex(kept["nonce"]))
    calendar = load_calendar()
    return render_template(
        "public/receipt.html", reference=found.case.reference, key=key, again=bool(kept.get("again")),
        received=found.case.received_on, due=due_row(as_due(found.total, calendar)), steps=_next_steps(found),
        csrf_token=csrf_token())


@bp.post("/complain/leave")
@public
def leave_receipt() -> ResponseReturnValue:
    """Forget the receipt on this device, for a shared computer or a borrowed phone."""
    session.clear()
    return redirect(url_for("public.front", done="left"), code=303)


def _next_steps(found: tracking.Receipt) -> list[str]:
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


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
