"""What the codes of the register mean: agencies, procedures and categories, with their names in both languages."""

from flask import Response, current_app, request
from flask_babel import force_locale

from feedback.domain.kinds import Category
from feedback.queries import open_registers, shown_names
from feedback.web.api import bp
from feedback.web.api.asked import CODE, fitting
from feedback.web.guards import public
from feedback.web.labels import LABELS
from feedback.web.machine_answers import as_json


@bp.get("/agencies")
@public
def agencies() -> Response:
    """The province's agencies by code, closed ones too: their old cases keep their code."""
    return _page("agencies", *open_registers.agencies(after=fitting(request.args, "cursor", CODE) or ""))


@bp.get("/procedures")
@public
def procedures() -> Response:
    """The administrative procedures by code, with their published time limit and fee."""
    return _page("procedures", *open_registers.procedures(after=fitting(request.args, "cursor", CODE) or ""))


@bp.get("/categories")
@public
def categories() -> Response:
    """What can have gone wrong: code and names, the province's own where it has set some."""
    own = shown_names.shown().categories
    rows = []
    for category in Category:
        vi, en = own.get(category.value, ("", ""))
        rows.append({"code": category.value, "name_vi": vi or _label(category, "vi"),
                     "name_en": en or _label(category, "en")})
    return as_json({"categories": rows, "next": None})


def _label(category: Category, language: str) -> str:
    with force_locale(language):
        return str(LABELS[(Category, category.value)])


def _page(name: str, rows: list[open_registers.Row], after: str | None) -> Response:
    base = current_app.extensions["settings"].base_url
    onward = f"{base}/api/v1/{name}?cursor={after}" if after else None
    answer = as_json({name: rows, "next": onward})
    if onward:
        answer.headers["Link"] = f'<{onward}>; rel="next"'
    return answer
