"""Requests to pass a case on, in words, for the desks that show them."""

from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback.domain.permissions import Actor, CaseFacts, Permission
from feedback.models.cases import Case
from feedback.queries.transfer_requests import Asked, requests_of
from feedback.services import transfer_requests
from feedback.web.filters import date_words, name_of

FAULTS = {
    ("agency", "missing"): _l("Choose the agency that is competent."),
    ("agency", "closed"): _l("This agency is closed. Choose the one that took over."),
    ("agency", "same"): _l("The case is with this agency already."),
    ("ground", "missing"): _l("Write the provision, and the fact of this case that it applies to."),
    ("ground", "only_denial"): _l("That it is not your competence says nothing yet. Name the provision that "
                                  "makes the other agency competent (article and document), and the fact of this "
                                  "case that it applies to."),
    ("ground", "no_provision"): _l("Name the provision too: the article and the document, such as “Article 5 of "
                                   "Decision 15/2025/QĐ-UBND”."),
    ("ground", "no_fact"): _l("Say what in this case the provision applies to: the place, the thing, what the "
                              "sender asks for."),
    ("ground", "too_long"): _l("This is too long. Please shorten it."),
}
"""What is wrong with a request, beside its field."""


def notices(actor: Actor, case: Case, facts: CaseFacts) -> list[dict[str, Any]]:
    """What the case's page says of requests to pass it on: the open one, with the way to decide it for who may;
    the last one that was not granted, with the reason. Empty when nobody ever asked."""
    found = requests_of(case) if case.agency_id is not None else []
    if not found:
        return []
    newest = found[0]
    if newest.decided_at is None:
        may = transfer_requests.may_decide(
            actor, case, newest.asked_by_id, to_agency_id=newest.to_agency.id, facts=facts)
        page = "supervision.transfer" if actor.can(Permission.CASE_OVERSEE) else "desk.transfer_offer"
        return [{"open": True, "kind": "near", "title": asked_words(newest), "text": newest.ground,
                 "url": url_for(page, transfer_id=newest.id) if may else "",
                 "note": "" if may else gettext(
                     "The agency that was named answers first, then who stands above both. The clocks go on.")}]
    if newest.granted is False and newest.why and newest.from_agency.id == case.agency_id:
        return [{"open": False, "kind": "info",
                 "title": gettext("The province office did not agree to pass the case on to %(agency)s",
                                  agency=name_of(newest.to_agency)),
                 "text": newest.why, "url": "", "note": date_words(newest.decided_at)}]
    return []


def asked_words(one: Asked) -> str:
    """Who asks that the case goes where."""
    return gettext("%(agency)s asks to pass the case on to %(other)s", agency=name_of(one.from_agency),
                   other=name_of(one.to_agency))
