"""``requests``: published cases as GeoReport v2 tells of service requests."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, abort, current_app, request

from feedback import clock
from feedback.domain import references
from feedback.domain.kinds import Category
from feedback.models.publications import Publication
from feedback.queries import categories, open_data
from feedback.web.guards import public
from feedback.web.machine_answers import list_of_errors
from feedback.web.open311 import bp
from feedback.web.open311.discovery import label_in
from feedback.web.open311.shape import answer

LONGEST = timedelta(days=90)
"""The span of one answer, by the specification."""
MOST = 1_000
"""Requests of one answer, by the specification."""
MOST_IDS = 50
STATUSES = ("open", "closed")


class Wrong(Exception):
    """A parameter that cannot be understood; the text says which and what would be right."""


@bp.get("/requests.json")
@bp.get("/requests.xml")
@public
def requests() -> Response:
    """The published cases of at most 90 days, by day of publication, the newest first, at most 1,000; or those
    named by ``service_request_id``. Never more than two statements."""
    try:
        found = _asked()
    except Wrong as wrong:
        return list_of_errors([(400, str(wrong))], status=400)
    names = _names()
    return answer("service_requests", [_request(row, names, notes="") for row in found])


@bp.get("/requests/<reference>.json")
@bp.get("/requests/<reference>.xml")
@public
def one_request(reference: str) -> Response:
    """One published case; ``status_notes`` holds the answer to each point. 410 when it was taken out."""
    found = references.normalise_reference(reference)
    shown = open_data.one(found) if found else None
    if shown is None:
        abort(404)
    if shown.status != "published":
        abort(410)
    notes = "\n\n".join(point.answer for point in shown.points)
    return answer("service_requests", [_request(shown, _names(), notes=notes)])


def _asked() -> list[Publication]:
    args = request.args
    if ids := args.get("service_request_id", "").strip():
        wanted = [references.normalise_reference(part) for part in ids.split(",")]
        if len(wanted) > MOST_IDS:
            raise Wrong(f"service_request_id: at most {MOST_IDS} at once")
        return open_data.named([part for part in wanted if part])
    codes = [part.strip() for part in args.get("service_code", "").split(",") if part.strip()]
    if unknown := set(codes) - frozenset(Category):
        raise Wrong(f"service_code: unknown: {', '.join(sorted(unknown))[:100]}")
    states = [part.strip() for part in args.get("status", "").split(",") if part.strip()]
    if set(states) - set(STATUSES):
        raise Wrong("status: open or closed")
    first, last = _span(_day("start_date"), _day("end_date"))
    if states and "closed" not in states:
        return []
    return open_data.between(first, last, categories=codes, most=MOST)


def _span(first: date | None, last: date | None) -> tuple[date, date]:
    if first is not None and last is not None and first > last:
        raise Wrong("start_date: later than end_date")
    try:
        if first is None:
            last = last or clock.today()
            return last - LONGEST, last
        return first, min(last or date.max, first + LONGEST)
    except OverflowError:
        raise Wrong(f"{'end_date' if first is None else 'start_date'}: too far away") from None


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip().replace(" ", "+")  # a plus sign that nobody encoded
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
        return clock.local_date(instant) if instant.tzinfo else instant.date()
    except (ValueError, OverflowError):
        raise Wrong(f"{name}: such as 2026-11-01T00:00:00+07:00") from None


def _request(shown: Publication, names: dict[str, str], *, notes: str) -> dict[str, Any]:
    return {
        "service_request_id": shown.reference, "status": "closed", "status_notes": notes or None,
        "service_name": names[shown.category], "service_code": shown.category,
        "description": shown.summary or shown.title,
        "agency_responsible": shown.agency_vi,
        "service_notice": f"{current_app.extensions['settings'].base_url}/register/{shown.reference}",
        "requested_datetime": None, "updated_datetime": f"{open_data.changed_on(shown)}T00:00:00+07:00",
        "expected_datetime": None, "address": None, "address_id": None, "zipcode": None, "lat": None, "long": None,
        "media_url": None}


def _names() -> dict[str, str]:
    return {category.value: offer.name_vi or label_in(category, "vi")
            for category, offer in categories.settings().items()}
