"""The tracking key is lost: a code to the e-mail that was given leads to a new one.

Whoever left no e-mail comes to the counter. Whether a reference and an e-mail belong together is told to nobody.
"""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField
from wtforms.validators import StopValidation

from feedback.domain import references
from feedback.extensions import writing
from feedback.services import reissue
from feedback.services.cases import new_nonce
from feedback.web.csrf import csrf_token
from feedback.web.fields import email, one_line
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import public
from feedback.web.limits import lost_key_allowed
from feedback.web.public import bp
from feedback.web.public.receipt import keep_receipt


def _reference(form: HouseForm, field: Field) -> None:
    if references.normalise_reference(field.data or "") is None:
        raise StopValidation(gettext(
            "A reference has eight signs, such as 7K3M-Q9XW. Please look at it once more."))


def _code(form: HouseForm, field: Field) -> None:
    if len(references.normalise_key(field.data or "")) != references.REFERENCE_LENGTH:
        raise StopValidation(gettext("The code has eight signs, as the mail shows it."))


class LostForm(HouseForm):
    """What somebody without a key still knows."""

    reference = StringField(_l("Reference of the case"), [
        required(_l("Write the reference. It stands on the receipt and in our mails.")), at_most(40), _reference],
        filters=[one_line])
    email = StringField(_l("The e-mail you gave with the complaint"), [
        required(_l("Write the e-mail address that you gave.")), at_most(200), email], filters=[one_line])


class CodeForm(HouseForm):
    """The code from the mail. ``nonce`` makes the new key: a double click gives the same one."""

    nonce = HiddenField("")
    reference = StringField(_l("Reference of the case"), [
        required(_l("Write the reference. It stands on the receipt and in our mails.")), at_most(40), _reference],
        filters=[one_line])
    code = StringField(_l("Code from the mail"), [
        required(_l("Write the code from the mail.")), at_most(40), _code], filters=[one_line])


@bp.route("/track/lost", methods=["GET", "POST"])
@public
def lost_key() -> ResponseReturnValue:
    """Ask for a code. The next page is the same whether the two belong together or not."""
    form = LostForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _lost(form)
    if not form.validate():
        return _lost(form, 422)
    if not lost_key_allowed():
        return _lost(form, 429)
    with writing():
        reissue.ask_by_contact(form.reference.data or "", form.email.data or "")
    session["lost"] = references.normalise_reference(form.reference.data or "")
    return redirect(url_for("public.lost_key_code"), code=303)


@bp.route("/track/lost/code", methods=["GET", "POST"])
@public
def lost_key_code() -> ResponseReturnValue:
    """Type the code; the new key is then shown as the receipt is. A wrong code, an old one, one of another case
    and an unknown reference get the same answer."""
    if request.method == "GET":
        return _typing(CodeForm(MultiDict({"reference": str(session.get("lost") or ""), "nonce": new_nonce()})))
    form = CodeForm(request.form)
    if not references.is_nonce(form.nonce.data or ""):
        form.nonce.data = new_nonce()
    if not form.validate():
        return _typing(form, 422)
    if not lost_key_allowed():
        return _typing(form, 429)
    nonce = form.nonce.data or ""
    with writing():
        reference = reissue.use_code(form.reference.data or "", form.code.data or "", nonce=nonce)
    if reference is None:
        form.code.errors = [gettext("This code does not fit, or it is older than 30 minutes. After five tries it "
                                    "ends: then ask for another one.")]
        return _typing(form, 422)
    session.pop("lost", None)
    keep_receipt(nonce=nonce, reference=reference, lost=True)
    return redirect(url_for("public.receipt"), code=303)


def _lost(form: LostForm, status: int = 200) -> ResponseReturnValue:
    return render_template("public/lost.html", form=form, csrf_token=csrf_token(), too_many=status == 429), (
        status), ({"Retry-After": "600"} if status == 429 else {})


def _typing(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    return render_template("public/lost_code.html", form=form, csrf_token=csrf_token(), too_many=status == 429), (
        status), ({"Retry-After": "600"} if status == 429 else {})
