"""Keys of other systems that hand in complaints by Open311."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.services import api_keys as deeds
from feedback.web.admin import bp
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.redirects import see


class KeyForm(HouseForm):
    """Whose key it will be."""

    name = StringField(_l("Whose system is it?"), [required(_l("Write whose system it is.")),
                                                   at_most(deeds.NAME_LONGEST)],
                       description=_l("For example the town's app for reports. It stands beside the key here."))


@bp.get("/api-keys")
@requires(Permission.REGISTERS_MANAGE)
def api_keys() -> str:
    """The keys there are, and a form for a new one."""
    return _page(KeyForm())


@bp.post("/api-keys")
@requires(Permission.REGISTERS_MANAGE, fresh=True)
def make_api_key() -> ResponseReturnValue:
    """Make a key. It is shown on this answer alone: no address and no cookie ever holds it."""
    form = KeyForm(request.form)
    if not form.validate():
        return _page(form), 400
    with writing():
        key = deeds.make(form.name.data or "", actor=current_actor())
    return _page(KeyForm(formdata=None), made=key)


@bp.post("/api-keys/<int:key_id>/revoke")
@requires(Permission.REGISTERS_MANAGE)
def revoke_api_key(key_id: int) -> ResponseReturnValue:
    """Close a key at once."""
    with writing():
        deeds.revoke(key_id, actor=current_actor())
    return see("admin.api_keys", done="api_key_revoked")


def _page(form: KeyForm, *, made: str = "") -> str:
    return render_template("admin/api_keys.html", form=form, made=made, rows=deeds.keys())
