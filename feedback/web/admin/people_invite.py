"""Inviting somebody, and mending the name or the language of an account."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.domain.roles import STAFF_ROLES, Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.queries.agencies import open_agencies
from feedback.queries.people import held_roles, is_founder_alone, person_for
from feedback.services import accounts, invitations
from feedback.web.admin import bp
from feedback.web.admin.people_words import WORDS
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS
from feedback.web.numbers import whole
from feedback.web.redirects import see

LANGUAGES = [SelectChoice("vi", _l("Vietnamese")), SelectChoice("en", _l("English"))]
NO_AGENCY = _l("No agency")


class NameForm(HouseForm):
    """Name and language of an account."""

    name = StringField(_l("Name"), [required(_l("Write the name that colleagues see.")), at_most(120)])
    language = RadioField(_l("Language of mails"), choices=LANGUAGES, default="vi")


class MendForm(NameForm):
    """What can be mended in an account."""

    post = StringField(_l("Position held"), [at_most(120)],
                       description=_l("For example “Phó Trưởng phòng Một cửa”. It can stand on the public page of "
                                      "overdue cases where the province publishes by post; never the name."))


class InviteForm(NameForm):
    """A new account."""

    email = StringField(_l("E-mail"), [required(_l("Write the e-mail address.")), at_most(254)],
                        description=_l("The link goes there. It must be a mailbox that only this person reads."))
    agency = SelectField(_l("Agency"), choices=[])
    roles = SelectMultipleField(_l("Roles"), choices=[],
                                description=_l("A second administrator decides about each of them."))


@bp.route("/people/invite", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def invite() -> ResponseReturnValue:
    """Make an account and send a link that is good once, for 72 hours. Roles wait for a second administrator; only
    while there is a single one, an administrator invited by them is one at once."""
    actor = current_actor()
    alone = is_founder_alone(actor.person_id)
    form = InviteForm(request.form if request.method == "POST" else None)
    form.agency.choices = [SelectChoice("", str(NO_AGENCY)),
                           *(SelectChoice(str(one.id), name_of(one)) for one in open_agencies())]
    form.roles.choices = [SelectChoice(role.value, FILTERS["role"](role.value)) for role in STAFF_ROLES]
    if request.method == "GET":
        return render_template("admin/people_invite.html", form=form, alone=alone)
    try:
        if not form.validate():
            return render_template("admin/people_invite.html", form=form, alone=alone), 400
        roles, agency_id = [Role(code) for code in form.roles.data or []], whole(form.agency.data or "")
        with writing():
            person = invitations.invite(
                email=str(form.email.data), name=str(form.name.data), roles=roles, actor=actor,
                agency=db.session.get(Agency, agency_id) if agency_id is not None else None,
                language=str(form.language.data))
            person_id, at_once = person.id, Role.ADMINISTRATOR in held_roles(person.id)
    except BadInput as wrong:
        form.fail(wrong, WORDS)
        return render_template("admin/people_invite.html", form=form, alone=alone), 400
    return see("admin.person", person_id=person_id, done="invited_alone" if at_once else "invited")


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def edit_person(person_id: int) -> ResponseReturnValue:
    """Mend a name, the language of mails or the post. The address stays: the account is found by it."""
    one, actor = person_for(person_id), current_actor()
    form = MendForm(request.form if request.method == "POST" else None,
                    data={"name": one.display_name, "language": one.language, "post": one.post})
    agencies = [{"value": str(agency.id), "label": name_of(agency)} for agency in open_agencies()
                if agency.id != one.agency_id]
    if request.method == "GET" or not form.validate():
        return render_template("admin/people_edit.html", form=form, one=one, agencies=agencies,
                               own=one.id == actor.person_id), 200 if request.method == "GET" else 400
    with writing():
        accounts.rename(person_for(person_id), name=str(form.name.data), language=str(form.language.data),
                        post=str(form.post.data or ""), actor=actor)
    return see("admin.person", person_id=person_id, done="save")
