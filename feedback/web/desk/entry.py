"""Intake enters a complaint for somebody who came, called or wrote, and gives the receipt with the key, once."""

from datetime import timedelta

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from feedback import clock
from feedback.config import Settings
from feedback.domain import references
from feedback.domain.complaints import MAX_POINTS
from feedback.domain.errors import BadInput
from feedback.domain.kinds import Channel
from feedback.domain.permissions import Permission
from feedback.domain.province import Switch
from feedback.extensions import writing
from feedback.queries.intake import entered_by
from feedback.queries.province import switch
from feedback.services import cases, entry
from feedback.services.reissue import key_of
from feedback.web import receipts
from feedback.web.desk import bp
from feedback.web.desk.entry_form import EntryForm, is_nonce
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import whole

PRINTED_WITHIN = timedelta(hours=1)
"""How long the paper can be made again from the page of the receipt."""
FAULTS = {
    ("received_on", "future"): _l("This day has not come yet."),
    ("points", "too_long"): _l("One of the points is too long. Please shorten it."),
    ("identity_mode", "not_allowed"): _l("The province does not take anonymous complaints now."),
    ("read_back", "missing"): _l("Read it back to the caller before you enter it, and tick this box."),
    ("hindrance", "missing"): _l("Say what it stops the sender from."),
}
HANDED_OVER = {
    Channel.COUNTER: _l("Print this page and hand it over. Keep no copy: the key is the sender's alone."),
    Channel.PHONE: _l("Read reference and key aloud, slowly, and let the caller repeat them. Keep no copy."),
    Channel.POST: _l("Print this page and send it to the sender in a closed envelope. Keep no copy."),
    Channel.EMAIL: _l("Do not send the key by e-mail. Write only the reference: with it and the same address the "
                      "sender gets a key on the tracking page."),
}


@bp.route("/entry", methods=["GET", "POST"])
@requires(Permission.CASE_INTAKE)
def enter() -> ResponseReturnValue:
    """The page on which a complaint is written down. POST ``do``: enter, find (procedures) or points (propose them
    from the text); ``add_point`` and ``remove_point`` work on the points. What is wrong stands beside its field
    with everything kept (422). Entered: the receipt with the key, in this reply only; the same form again shows it
    again and makes nothing new."""
    if request.method == "GET":
        return _page(EntryForm(None, received_on=clock.today()))
    form = EntryForm(request.form)
    if "add_point" in request.form or "remove_point" in request.form:
        _edit_points(form)
        return _page(form)
    do = request.form.get("do", "enter")
    if do == "points":
        form.propose_points()
    if do in ("points", "find"):
        return _page(form)
    if not is_nonce(form.nonce.data or ""):
        form.nonce.data = cases.new_nonce()
    if not form.valid():
        return _page(form), 422
    try:
        receipt = _enter(form)
    except BadInput as error:
        _fail(form, error)
        return _page(form), 422
    return _receipt(form, receipt)


@bp.post("/entry/receipt.pdf")
@requires(Permission.CASE_INTAKE)
def entry_receipt_pdf() -> ResponseReturnValue:
    """The receipt as PDF: for who entered the case, within the hour, from the nonce in the page of the receipt;
    404 otherwise. Kept nowhere."""
    nonce = request.form.get("nonce", "")
    if not is_nonce(nonce):
        abort(404)
    key = key_of(nonce)
    found = entered_by(current_actor(), references.key_hash(_settings().pepper.encode(), key),
                       since=clock.now() - PRINTED_WITHIN)
    shown = receipts.paper(found, key) if found is not None else None
    if shown is None:
        abort(404)
    return receipts.pdf(shown)


def _enter(form: EntryForm) -> cases.Receipt:
    settings, complaint, nonce = _settings(), form.complaint(), str(form.nonce.data)

    def enter_once() -> cases.Receipt:
        with writing():
            return entry.enter(complaint, nonce=nonce, secret=settings.secret_key, pepper=settings.pepper,
                               actor=current_actor(), read_back=bool(form.read_back.data))

    try:
        return enter_once()
    except IntegrityError:  # the same form, sent twice at once: the other one has made the case by now
        return enter_once()


def _fail(form: EntryForm, error: BadInput) -> None:
    words = {**FAULTS, ("received_on", "too_old"): gettext(
        "The day of receipt can be at most %(days)s days back. Enter it with the earliest day that is possible "
        "and say in the text when it really came.", days=switch(Switch.BACK_DATING_DAYS))}
    field = {"identity_mode": "mode"}.get(error.field, error.field)
    if (error.field, error.code) not in words or field not in form:
        raise error
    form[field].errors = [*form[field].errors, str(words[error.field, error.code])]


def _edit_points(form: EntryForm) -> None:
    texts = [str(entry.data or "") for entry in form.points.entries]
    if "add_point" in request.form:
        texts = [*texts, ""][:MAX_POINTS] if len(texts) <= MAX_POINTS else texts
    elif (at := whole(request.form["remove_point"])) is not None and at < len(texts):
        texts.pop(at)
    form.put_points(texts)


def _page(form: EntryForm) -> str:
    return render_template("desk/entry.html", form=form, most=MAX_POINTS,
                           days_back=switch(Switch.BACK_DATING_DAYS))


def _receipt(form: EntryForm, receipt: cases.Receipt) -> str:
    shown = receipts.paper(receipt.reference, receipt.key)
    assert shown is not None  # it has just been made, with its clock
    channel = Channel(form.channel.data)
    return render_template(
        "desk/entry_receipt.html", receipt=shown, words=receipts.words(shown), again=receipt.repeated,
        nonce=form.nonce.data, channel=channel.value, how=str(HANDED_OVER[channel]), entered=clock.now(),
        english=form.language.data == "en")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
