"""A complaint without an account, one thing a page: from what happened to the button that sends it.

Each page carries the whole form, and a sealed draft of it is kept for this browser. The nonce made with the first
page makes a double click, a reload or a lost reply one case, and lets the receipt show the same key again.
"""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from feedback.config import Settings
from feedback.domain.complaints import MAX_NARRATIVE, MAX_POINTS
from feedback.domain.province import Switch
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.queries.province import switch
from feedback.services import attachments, cases
from feedback.web.csrf import csrf_token
from feedback.web.guards import public
from feedback.web.language import current_language
from feedback.web.limits import search_allowed, submission_allowed
from feedback.web.numbers import whole
from feedback.web.public import bp, complain_pages, drafting, resuming
from feedback.web.public.complain_form import ComplaintForm
from feedback.web.public.complain_pages import settled
from feedback.web.public.complain_steps import UNNUMBERED
from feedback.web.public.doubts import doubts_of, trap_fields
from feedback.web.public.receipt import keep_receipt


@bp.route("/complain", methods=["GET", "POST"])
@public
def complain() -> ResponseReturnValue:
    """The complaint, page by page. GET shows a page of this browser's draft (``step``), or where it all begins.
    POST: ``step`` says which page was sent, ``go`` where to: next, find (look for what was typed), send, or an
    earlier page; ``tier`` shows the offices of a level, ``add_point`` and ``remove_point`` work on the points.
    """
    if request.method == "GET":
        return _opened()
    form = ComplaintForm(request.form)
    path, step, go = form.path(), request.form.get("step", ""), request.form.get("go", "next")
    if step not in path:
        step = "what"
    if step == "points" and ("add_point" in request.form or "remove_point" in request.form):
        return _edit_points(form)
    if step in ("procedure", "agency") and (go == "find" or "tier" in request.form):
        form.agency_tier.data = request.form.get("tier", "")
        return _turn_to(form, step)
    if go in path[: path.index(step)]:
        form.from_check.data = "1" if step == "check" else ""
        return _turn_to(form, go)
    if (wrong := form.first_wrong_step(step)) is not None:
        drafting.keep(form.kept(), wrong)
        return _page(form, wrong, 422)
    if step == "check" and form.whole():
        return _send(form)
    return _onward(form, step)


def _opened() -> ResponseReturnValue:
    """A page of the draft, the question whether to go on with it, or the page on which nothing is asked yet."""
    if (door := resuming.front_door(asked="step" in request.args)) is not None:
        return door
    opened = resuming.opened()
    if opened is None:
        return _page(ComplaintForm(None), "start")
    fields, step = opened
    form = ComplaintForm(fields)
    wanted = request.args.get("step", step)
    return _page(form, wanted if wanted in form.path() else "start")


def _onward(form: ComplaintForm, step: str) -> ResponseReturnValue:
    """The page after this one; for who came from the last page straight back, unless something is missing now."""
    path = form.path()
    following = path[min(path.index(step) + 1, len(path) - 1)]
    if form.from_check.data:
        following = form.first_wrong_step("check") or "check"
        form.forgive()
    if following == "wrong":
        form.propose_category()
    if following == "points":
        form.propose_points()
    if following == "similar" and (form.similar_seen.data or not search_allowed() or not settled(form)):
        following = "check"
    return _turn_to(form, following)


def _turn_to(form: ComplaintForm, step: str) -> ResponseReturnValue:
    """Keep the draft and lead to a page of it, so that going back in the browser never asks to send a form again.
    Where it could not be kept, the page itself: it carries everything."""
    if not form.whole():
        form.nonce.data = cases.new_nonce()
    form.similar_seen.data = "1" if step == "similar" else form.similar_seen.data
    if drafting.keep(form.kept(), step):
        return redirect(url_for("public.complain", step=step), code=303)
    return _page(form, step)


def _edit_points(form: ComplaintForm) -> ResponseReturnValue:
    texts = [str(entry.data or "") for entry in form.points.entries]
    if "add_point" in request.form:
        texts = [*texts, ""][:MAX_POINTS] if len(texts) <= MAX_POINTS else texts
    elif (at := whole(request.form["remove_point"])) is not None and at < len(texts):
        texts.pop(at)
    form.put_points(texts)
    return _turn_to(form, "points")


def _send(form: ComplaintForm) -> ResponseReturnValue:
    doubts = doubts_of(request.form)
    if not submission_allowed(doubtful=bool(doubts)):
        return _page(form, "check", 429)
    settings: Settings = current_app.extensions["settings"]
    complaint, nonce = form.complaint(current_language(), doubts), str(form.nonce.data)

    def submit() -> cases.Receipt:
        with writing():
            receipt = cases.submit(complaint, nonce=nonce, secret=settings.secret_key, pepper=settings.pepper)
            draft = drafting.found_for(nonce)
            if draft is not None:
                if not receipt.repeated:
                    attachments.adopt(draft.id, db.session.get_one(Case, receipt.case_id), actor=cases.SENDER)
                drafting.sent(nonce=nonce, reference=receipt.reference)
            return receipt

    try:
        receipt = submit()
    except IntegrityError:  # the same form, sent twice at once: the other one has made the case by now
        receipt = submit()
    keep_receipt(nonce=nonce, reference=receipt.reference, again=receipt.repeated)
    return redirect(url_for("public.receipt"), code=303)


def _page(form: ComplaintForm, step: str, status: int = 200) -> ResponseReturnValue:
    if not form.whole():
        form.nonce.data = cases.new_nonce()
    path = form.path()
    numbered = [name for name in path if name not in UNNUMBERED]
    back = next((name for name in reversed(path[: path.index(step)]) if name != "similar"), "")
    return render_template(
        f"public/complain_{step}.html", form=form, step=step, back=back, csrf_token=csrf_token(),
        number=numbered.index(step) + 1 if step in numbered else 0, of=len(numbered),
        step_name=complain_pages.step_name(step), carried=[("step", step), *form.carried(step)],
        trap=trap_fields(str(form.nonce.data), form.sent, task=step == "check"),
        longest=MAX_NARRATIVE, most=MAX_POINTS, too_many=status == 429,
        english_taken=bool(switch(Switch.ENGLISH_ALLOWED)), **complain_pages.about(form, step),
    ), status, ({"Retry-After": "600"} if status == 429 else {})
