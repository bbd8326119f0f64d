"""The sender's own data: which are kept, other contacts, not named any more, forgotten. With the key only."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries import tracking
from feedback.services import own_identity as deeds
from feedback.services import retention
from feedback.web.csrf import csrf_token
from feedback.web.fields import email, line, phone
from feedback.web.forms import HouseForm, required
from feedback.web.guards import current_actor, tracked
from feedback.web.public import bp
from feedback.web.redirects import see

NAMES = {"name": _l("Full name"), "email": _l("E-mail"), "phone": _l("Phone number"),
         "address": _l("Postal address"), "firm_name": _l("Name of the firm or organisation"),
         "tax_code": _l("Tax code")}
MISSING = {("email", "missing"): _l("Write at least one new contact; what you leave empty stays as it is.")}


class ContactForm(HouseForm):
    """New contacts; an empty one keeps the old."""

    email = line(_l("New e-mail"), 200, email)
    phone = line(_l("New phone number"), 40, phone)
    address = line(_l("New postal address"), 300)


class ForgetForm(HouseForm):
    """Being forgotten cannot be undone, so it is said twice."""

    sure = BooleanField(_l("Yes, delete who I am. I know that nobody can write to me about this case any more."), [
        required(_l("Tick the box if you are sure."))])


@bp.route("/track/case/identity", methods=["GET", "POST"])
@tracked
def own_identity() -> ResponseReturnValue:
    """What is kept about the sender, by name of the field only. ``do``: contact, unname or forget."""
    do = request.form.get("do", "")
    contact = ContactForm(request.form if do == "contact" else None)
    forget = ForgetForm(request.form if do == "forget" else None)
    if request.method == "GET" or do not in ("contact", "unname", "forget"):
        return _page(contact, forget)
    if (do == "contact" and not contact.validate()) or (do == "forget" and not forget.validate()):
        return _page(contact, forget), 422
    try:
        with writing():
            originals = _apply(tracking.own_case(current_actor()), do, contact)
    except BadInput as wrong:
        contact.fail(wrong, MISSING)
        return _page(contact, forget), 422
    except MoveNotAllowed:
        return _page(contact, forget, trouble=gettext(
            "This is not possible any more. Nothing was changed; the page shows how it stands now.")), 409
    retention.drop_originals(originals)
    return see("public.tracked_case", done=f"identity_{do}")


def _apply(case: Case, do: str, contact: ContactForm) -> list[str]:
    """Do it; the tokens of files whose originals go once it is committed."""
    actor = current_actor()
    if do == "contact":
        deeds.replace_contact(case, {name: contact[name].data or "" for name in deeds.CONTACT}, actor=actor)
    elif do == "unname":
        deeds.take_back_name(case, actor=actor)
    else:
        return deeds.forget(case, actor=actor)
    return []


def _page(contact: ContactForm, forget: ForgetForm, *, trouble: str = "") -> str:
    case = tracking.own_case(current_actor())
    kept = deeds.kept(case)
    others = len(kept - set(NAMES))
    rows: list[Any] = [str(words) for field, words in NAMES.items() if field in kept]
    if others:
        rows.append(gettext("Names of others on this complaint"))
    return render_template("public/own_identity.html", case=case, contact=contact, forget=forget, kept=rows,
                           may_unname=deeds.may_take_back(case), trouble=trouble, csrf_token=csrf_token())
