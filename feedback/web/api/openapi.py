"""``/api/v1/openapi.json``: the interface described in OpenAPI 3.1, written beside the views.

Tests read it and ask the real routes everything it promises.
"""

from typing import Any

from flask import Response, current_app

from feedback.domain.open_schema import (
    CARD,
    CASE,
    CATEGORIES,
    OUTCOMES,
    Schema,
    day,
    number,
    perhaps,
    rows,
    text,
    thing,
)
from feedback.web.api import bp
from feedback.web.api.asked import CODE, LONGEST, MONTH, PLACE
from feedback.web.api.statistics import BY, NOW, OF_A_MONTH
from feedback.web.api.statistics_tables import TABLES
from feedback.web.api.statistics_tables import example as table_example
from feedback.web.api.statistics_tables import schema as table_schema
from feedback.web.guards import public
from feedback.web.machine_answers import ERRORS, as_json, both_languages

ERROR = thing(error=thing(
    code=text("Stays the same.", enum=[code for code, _words in ERRORS.values()]),
    message_vi=text("For people, in Vietnamese."), message_en=text("For people, in English."),
    field=perhaps(text("The parameter that was wrong."))))
_NEXT = perhaps(text("Address of the next page; null on the last one.", format="uri"))
_NAMES = {"code": text("Code."), "name_vi": text("Name in Vietnamese."), "name_en": text("Name in English.")}

SCHEMAS: dict[str, Schema] = {
    "Error": ERROR, "CaseCard": CARD, "Case": CASE,
    "Cases": thing(cases=rows({"$ref": "#/components/schemas/CaseCard"}, "Newest first, twenty at most."),
                   total=number("How many there are, counted up to 1,000."),
                   total_is_more={"type": "boolean", "description": "There are more than ``total``."}, next=_NEXT),
    "Agencies": thing(agencies=rows(thing(
        **_NAMES, tier=text("Tier."), parent_code=perhaps(text("The agency above.")),
        successor_code=perhaps(text("Who took over.")), valid_from=perhaps(day("Since.")),
        valid_to=perhaps(day("Until.")))), next=_NEXT),
    "Procedures": thing(procedures=rows(thing(
        **_NAMES, field=text("Field."), agency_code=perhaps(text("Who handles it.")), tier=text("Tier."),
        limit_amount=perhaps(number("Time limit.")), limit_unit=perhaps(text("Unit of the limit.")),
        fee_vnd=perhaps(number("Fee in đồng.")), legal_basis=text("Where that is laid down."),
        closed_on=perhaps(day("Not offered any more from this day.")))), next=_NEXT),
    "Categories": thing(categories=rows(thing(**_NAMES)), next={"type": "null"}),
    "Statistics": thing(
        counted_on=perhaps(day("When it was counted; null: never yet.")),
        published=perhaps(number("Published cases.")),
        **{f"published_by_{kind}": rows(thing(code=text("Code."), cases=number("Cases."))) for kind in BY},
        months=rows(thing(month=text("2026-11."), **{name: perhaps(number(name)) for name in OF_A_MONTH})),
        now=thing(**{name: perhaps(number(name)) for name in NOW}),
        passed_on_in_a_year=thing(**{name: perhaps(number(name)) for name in ("cases", "twice", "loops")})),
    **{title: table_schema(name) for name, (title, _meaning) in TABLES.items()},
}


def _parameter(name: str, meaning: str, example: Any, *, fits: str = "", one_of: tuple[str, ...] = (),
               **schema: Any) -> dict[str, Any]:
    """A parameter of the question. Left empty it counts as left out, so what it fits and is one of has room for
    that."""
    if fits:
        schema["pattern"] = f"^({fits})?$"
    if one_of:
        schema["enum"] = ["", *one_of]
    return {"name": name, "in": "query", "required": False, "description": meaning,
            "schema": {"type": "string", **schema}, "example": example}


_ON = "From the ``next`` of the page before; means nothing by itself."
_OF_CODES = _parameter("cursor", _ON, "", fits=CODE)
_OF_CASES = [
    _parameter("q", "Words, with or without accents; a phrase in quotation marks. Without a letter or a digit "
               "nothing is found.", "đất đai", maxLength=LONGEST, pattern=r"^[^\x00-\x08\x0e-\x1f\x7f]*$"),
    _parameter("agency", "Code of the agency that answered, or of one above it.", "H01.02", fits=CODE),
    _parameter("procedure", "Code of the procedure.", "1.004227", fits=CODE),
    _parameter("category", "What went wrong.", "late_result", one_of=CATEGORIES),
    _parameter("outcome", "How it ended.", "resolved", one_of=OUTCOMES),
    _parameter("month", "Month of publication.", "2026-11", fits=MONTH),
    _parameter("cursor", _ON, "", fits=PLACE),
]
_REFERENCE = {"name": "reference", "in": "path", "required": True, "description": "Public reference.",
              "schema": {"type": "string", "pattern": "^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$"}, "example": "7K3M-Q9XW"}


def _operation(meaning: str, name: str, *, parameters: tuple[Any, ...] | list[Any] = (), conditional: bool = True,
               refusals: tuple[int, ...] = (), example: dict[str, Any] | None = None) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": {
        "description": meaning, "headers": {"ETag": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}}
    if example is not None:
        answers["200"]["content"]["application/json"]["example"] = example
    if conditional:
        answers["304"] = {"description": "You have it already (If-None-Match)."}
    for status in (*refusals, 400, 500, 503):
        code, words = ERRORS[status]
        said = both_languages(words)
        answers[str(status)] = {"description": said["en"], "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Error"},
            "example": {"error": {"code": code, "message_vi": said["vi"], "message_en": said["en"],
                                  "field": None}}}}}
    return {"get": {"summary": meaning, "operationId": name[0].lower() + name[1:], "parameters": list(parameters),
                    "responses": answers}}


def document(base: str) -> dict[str, Any]:
    """The whole description. ``base`` is the address of the site."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hồi Âm: settled complaints about administrative procedures", "version": "1",
            "description": "Published cases as two people released them, for reading. No key, no cookie. Days are "
                           "days in Viet Nam. An answer carries an ETag: send it back as If-None-Match. Each "
                           "error has the same shape. Whole files stand at /open-data/."},
        "servers": [{"url": f"{base}/api/v1"}],
        "paths": {
            "/cases": _operation("Published cases, newest first.", "Cases", parameters=_OF_CASES, refusals=(429,)),
            "/cases/{reference}": _operation("One published case.", "Case", parameters=[_REFERENCE],
                                             refusals=(404, 410)),
            "/agencies": _operation("The agencies.", "Agencies", parameters=[_OF_CODES]),
            "/procedures": _operation("The administrative procedures.", "Procedures", parameters=[_OF_CODES]),
            "/categories": _operation("What can have gone wrong.", "Categories"),
            "/statistics": _operation("Counts, as of the last count.", "Statistics"),
            **{f"/statistics/{name}": _operation(meaning, title, parameters=[_OF_CODES],
                                                 example=table_example(name))
               for name, (title, meaning) in TABLES.items()},
        },
        "components": {"schemas": SCHEMAS},
    }


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    """The description of this interface."""
    return as_json(document(current_app.extensions["settings"].base_url))
