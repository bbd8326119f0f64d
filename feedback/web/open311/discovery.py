"""``discovery`` and ``services``: what there is and how to ask for it."""

from typing import Any

from flask import Response, abort, current_app
from flask_babel import force_locale

from feedback.domain.kinds import Category
from feedback.queries import categories
from feedback.web.guards import public
from feedback.web.labels import LABELS
from feedback.web.open311 import bp
from feedback.web.open311.shape import answer

CHANGESET = "2026-11-22T00:00:00+07:00"
"""When this interface changed last."""
DEVIATIONS = (
    "No coordinates and no addresses are given or kept: a procedure has no place, and a place could show who "
    "complained. Only settled, published cases are told, so status is always closed. Times are days; "
    "requested_datetime is empty, and start_date and end_date ask for the day of publication.")


@bp.get("/discovery.json")
@bp.get("/discovery.xml")
@public
def discovery() -> Response:
    """Where the interface is, in which forms, and how it deviates."""
    settings = current_app.extensions["settings"]
    return answer("discovery", {
        "changeset": CHANGESET, "contact": f"{settings.base_url}/contact. {DEVIATIONS}",
        "key_service": f"{settings.base_url}/contact",
        "endpoints": [{
            "specification": "http://wiki.open311.org/GeoReport_v2", "url": f"{settings.base_url}/open311/v2",
            "changeset": CHANGESET, "type": "test" if settings.trial else "production",
            "formats": ["text/xml", "application/json"]}]})


@bp.get("/services.json")
@bp.get("/services.xml")
@public
def services() -> Response:
    """What can be complained about here: the categories that the province offers, named in Vietnamese, described
    in English."""
    return answer("services", [_service(offer) for offer in categories.settings().values() if offer.offered])


@bp.get("/services/<service_code>.json")
@bp.get("/services/<service_code>.xml")
@public
def service(service_code: str) -> Response:
    """The definition of one service. None asks for more fields than every service does."""
    if service_code not in frozenset(Category):
        abort(404)
    return answer("service_definition", {"service_code": service_code, "attributes": []})


def label_in(category: Category, language: str) -> str:
    """The house's own name of a category."""
    with force_locale(language):
        return str(LABELS[(Category, category.value)])


def _service(offer: categories.CategoryOffer) -> dict[str, Any]:
    code = offer.category
    return {"service_code": code.value, "service_name": offer.name_vi or label_in(code, "vi"),
            "description": offer.name_en or label_in(code, "en"), "metadata": False, "type": "realtime",
            "keywords": "", "group": ""}
