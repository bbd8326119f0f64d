"""What is said about accounts and about what two administrators decide."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback.domain.wishes import Wish, agency_of, role_of
from feedback.models.appointments import RoleRequest
from feedback.queries.agencies import agency_by_id
from feedback.web.filters import name_of
from feedback.web.labels import FILTERS

NOTHING = _l("All")

FILTER_NAMES = {"q": _l("Search"), "role": _l("Role"), "agency": _l("Agency"), "state": _l("Account")}

STATE_NAMES = {
    "active": _l("active"),
    "invited": _l("invited, has not chosen a password yet"),
    "without_second_step": _l("without a second step yet"),
    "disabled": _l("disabled"),
}

APART = _l("An administrator or an auditor has no other role: nobody looks after their own doings.")

WORDS = {
    ("email", "malformed"): _l("This is not an e-mail address."),
    ("email", "taken"): _l("There is already an account with this address."),
    ("name", "missing"): _l("Write the name that colleagues see."),
    ("agency", "missing"): _l("An officer or a head belongs to an agency. Choose it."),
    ("agency", "same"): _l("The person belongs to this agency already."),
    ("agency", "closed"): _l("This agency has ended. Choose its successor."),
    ("agency", "holds_cases"): _l("The person still has open cases here. Hand them over first."),
    ("roles", "missing"): _l("Choose at least one role."),
    ("roles", "apart"): APART,
    ("role", "has"): _l("The person has this role already."),
    ("role", "has_not"): _l("The person does not have this role."),
    ("role", "apart"): APART,
    ("role", "no_agency"): _l("An officer or a head belongs to an agency. Move the person to one first."),
    ("role", "open"): _l("This was asked already and waits for another administrator."),
    ("wish", "open"): _l("This was asked already and waits for another administrator."),
    ("wish", "not_needed"): _l("There is nothing to do: it is so already."),
    ("person", "disabled"): _l("This account is closed already."),
    ("person", "last_administrator"): _l(
        "This is the last administrator who can sign in. Without one nobody could help anybody any more."),
    ("to", "not_of_agency"): _l("Choose an active officer of the same agency, or the head."),
}
"""Why something could not be done, by field and code of the refusal."""


def asked_words(asked: RoleRequest) -> str:
    """What a request asks for, as a few words: 'Role: Officer'."""
    role, agency_id = role_of(asked.role), agency_of(asked.role)
    if role is not None:
        name = FILTERS["role"](role.value)
        return gettext("Give the role %(role)s", role=name) if asked.grants else gettext(
            "Take away the role %(role)s", role=name)
    if agency_id is not None:
        agency = agency_by_id(agency_id)
        return gettext("Move to %(agency)s", agency=name_of(agency) if agency else "–")
    if asked.role == Wish.ENABLE.value:
        return gettext("Open the account again")
    return gettext("Take away the lost second step")
