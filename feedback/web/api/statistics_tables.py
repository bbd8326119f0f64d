"""``/api/v1/statistics/agencies``, ``/procedures`` and ``/categories``: the first numbers by code, as a sweep left
them. What each means stands in words at ``/statistics/definitions``."""

from typing import Any

from flask import Response, current_app, request

from feedback import clock
from feedback.domain.first_numbers import FIGURES, Scope, twelve_months
from feedback.domain.open_schema import Schema, day, number, perhaps, rows, text, thing
from feedback.queries import first_numbers
from feedback.queries.first_numbers import UNKNOWN, Names, Told
from feedback.web.api import bp
from feedback.web.api.asked import CODE, fitting
from feedback.web.category_names import category_names
from feedback.web.guards import public
from feedback.web.machine_answers import as_json

PAGE = 500
"""Lines of one answer."""


@bp.get("/statistics/agencies")
@public
def agency_statistics() -> Response:
    """Every agency that had a case in the twelve months or has one now, with everything below it."""
    return _answer(Scope.AGENCY, "agencies")


@bp.get("/statistics/procedures")
@public
def procedure_statistics() -> Response:
    """Every procedure that somebody complained about; small numbers are null."""
    return _answer(Scope.PROCEDURE, "procedures")


@bp.get("/statistics/categories")
@public
def category_statistics() -> Response:
    """What went wrong; small numbers are null."""
    return _answer(Scope.CATEGORY, "categories", names=category_names())


def _answer(scope: Scope, name: str, *, names: Names | None = None) -> Response:
    found = first_numbers.by_code(scope, after=fitting(request.args, "cursor", CODE), size=PAGE, names=names)
    onward = None
    if found.after:
        onward = f"{current_app.extensions['settings'].base_url}/api/v1/statistics/{name}?cursor={found.after}"
    counted_on = clock.local_date(found.counted_at) if found.counted_at else None
    since, until = twelve_months(counted_on) if counted_on else (None, None)
    answer = as_json({
        "counted_on": counted_on, "since": since, "until": until,
        name: [{"code": row.code, "name_vi": row.name_vi, "name_en": row.name_en,
                "figures": {figure: _told(row.figures.get(figure, UNKNOWN)) for figure in FIGURES}}
               for row in found.rows],
        "next": onward})
    if onward:
        answer.headers["Link"] = f'<{onward}>; rel="next"'
    return answer


def _told(told: Told) -> dict[str, int | None]:
    return {"value": told.value, "of": told.of}


_MEANS = {
    "received": "Complaints received; of all that the province received.",
    "answered": "Answered; of those received.",
    "in_time": "Answered by the due date first told; of those answered or waiting past their due date.",
    "extended": "Answered by a later date that was granted in time; of the same.",
    "overdue_now": "Open and past the due date, whenever received; of all open ones.",
    "median_days": "Working days within which half were answered; of those answered.",
    "p90_days": "Working days within which nine tenths were answered; of those answered.",
    "returned_vague": "Of which an answer was returned as vague; of those whose answer was read before sending.",
    "passed_on": "Passed from one agency to another; of those given to an agency.",
    "objected": "Whose sender objected; of those answered or ended at least once.",
    "left_unanswered": "Refused, guided, forwarded, merged or withdrawn; of those received.",
}
_EXAMPLE: dict[str, tuple[int, int]] = {
    "received": (120, 4_100), "answered": (96, 120), "in_time": (88, 101), "extended": (5, 101),
    "overdue_now": (6, 31), "median_days": (9, 96), "p90_days": (17, 96), "returned_vague": (11, 99),
    "passed_on": (8, 120), "objected": (6, 97), "left_unanswered": (7, 120)}

TABLES = {"agencies": ("AgencyStatistics", "The first numbers by agency, with everything below each."),
          "procedures": ("ProcedureStatistics", "The first numbers by procedure."),
          "categories": ("CategoryStatistics", "The first numbers by what went wrong.")}
"""By the last part of the address: name in the description, and what it is."""


def schema(name: str) -> Schema:
    """What such an answer is made of."""
    told = {figure: thing(
        value=perhaps(number(meaning + " Null with ``of`` null: too few to be shown; null alone: no answer yet.")),
        of=perhaps(number("What it is of."))) for figure, meaning in _MEANS.items()}
    return thing(
        counted_on=perhaps(day("When it was counted; null: never yet.")),
        since=perhaps(day("First day of the twelve months.")),
        until=perhaps(day("Last day of the twelve months.")),
        **{name: rows(thing(code=text("Code."), name_vi=text("Name in Vietnamese."), name_en=text(
            "Name in English; empty when there is none."), figures=thing(**told)), "By code.")},
        next=perhaps(text("Address of the next page; null on the last one.", format="uri")))


def example(name: str) -> dict[str, Any]:
    """An answer as it may look."""
    line = {"agencies": ("H01.02", "Sở Xây dựng", "Department of Construction"),
            "procedures": ("1.004227", "Đăng ký biến động đất đai", "Registering a change of land"),
            "categories": ("late_result", "Hồ sơ quá hạn, chậm trả kết quả", "Late result")}[name]
    return {"counted_on": "2026-11-16", "since": "2025-11-17", "until": "2026-11-16", "next": None, name: [{
        **dict(zip(("code", "name_vi", "name_en"), line, strict=True)),
        "figures": {figure: {"value": value, "of": of} for figure, (value, of) in _EXAMPLE.items()}}]}
