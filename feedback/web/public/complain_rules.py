"""Rules of the complaint that look at several of its fields, each said beside the field that mends it."""

from typing import TYPE_CHECKING

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback.domain.complaints import CONTACT, MAX_POINTS, MAX_SIGNERS
from feedback.domain.kinds import IdentityMode
from feedback.web.fields import has_words

if TYPE_CHECKING:
    from feedback.web.public.complain_form import ComplaintForm

_ASKED: dict[str, tuple[str, ...]] = {
    "behalf": ("behalf_name", "relation", "name"),
    "several": ("name", "signers"),
    "firm": ("firm_name", "tax_code", "representative", "position"),
}
_MISSING = {
    "firm_name": _l("Write the name of the firm or organisation."),
    "tax_code": _l("Write the tax code of the firm or organisation."),
    "representative": _l("Write the name of the person who represents it."),
    "behalf_name": _l("Write the name of the person for whom you write."),
    "relation": _l("Write what you are to this person, for example: her son, his neighbour."),
    "signers": _l("Write the names of the others who sign, one a line."),
}
LONGEST_NAME = 200


def asked_of(sender: str | None) -> tuple[str, ...]:
    """The fields about the sender, by whom they write for."""
    return (*_ASKED.get(sender or "", ("name",)), *CONTACT)


def rules_of_many(form: "ComplaintForm") -> None:
    """Put the messages of all these rules beside their fields. Call it after ``validate``."""
    _points(form)
    if form.urgent.data == "yes" and not has_words(form.hindrance.data):
        _wrong(form, "hindrance", gettext(
            "Write in a few words what it stops you from, so that it is read first."))
    if not form.anonymous and not form.mode.errors:
        _reachable(form)
        _named(form)


def _points(form: "ComplaintForm") -> None:
    written = form.written_points()
    if not written:
        form.points.errors = [gettext("Write at least one point that you want answered.")]
    elif len(written) > MAX_POINTS:
        form.points.errors = [gettext("A complaint has at most %(most)s points. Please join some of them.",
                                      most=MAX_POINTS)]


def _reachable(form: "ComplaintForm") -> None:
    if not any(has_words(form[name].data) for name in CONTACT):
        _wrong(form, "email", gettext("Leave at least one way to reach you: e-mail, phone or postal address."))


def _named(form: "ComplaintForm") -> None:
    asked = asked_of(form.sender.data)
    for name in asked:
        if name in _MISSING and not has_words(form[name].data):
            _wrong(form, name, str(_MISSING[name]))
    if "name" in asked and not has_words(form.name.data):
        if form.sender.data == "several":
            _wrong(form, "name", gettext("Write the name of the one whom we write to: the first who signs."))
        elif form.mode.data == IdentityMode.NAMED.value:
            _wrong(form, "name", gettext("Write your name, or choose another way."))
    if "signers" in asked:
        names = form.signer_names()
        if len(names) > MAX_SIGNERS - 1:
            _wrong(form, "signers", gettext(
                "At most %(most)s people can sign one complaint. You wrote %(many)s names here, besides the "
                "first.", most=MAX_SIGNERS, many=len(names)))
        elif any(len(name) > LONGEST_NAME for name in names):
            _wrong(form, "signers", gettext("One of these lines is too long for a name. Write one name a line."))


def _wrong(form: "ComplaintForm", name: str, message: str) -> None:
    form[name].errors = [*form[name].errors, message]
