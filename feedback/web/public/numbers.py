"""``/statistics/agencies``, ``/procedures``, ``/categories``: the first numbers as tables, charts and files, and
what each of them means. Looked up as a sweep left them; no cookie, and an ETag."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.first_numbers import FIGURES, RANKED_FROM, SORTED_BY, USUALLY_BY, Scope, twelve_months
from feedback.domain.small_counts import FEW
from feedback.queries import first_numbers, public_stamp
from feedback.queries.first_numbers import UNKNOWN, Line, Names
from feedback.web.category_names import category_names
from feedback.web.csv_lists import BATCH, Column, every_page, send_csv
from feedback.web.guards import public
from feedback.web.kept_pages import kept
from feedback.web.public import bp
from feedback.web.public.numbers_chart import bars
from feedback.web.public.numbers_words import MEANINGS, NAMES, lists_differ, no_list, rules, shown
from feedback.web.public.register_words import own_language
from feedback.web.security import LIST_CACHE, allow_cache

TABLES = {Scope.AGENCY: "agencies", Scope.PROCEDURE: "procedures", Scope.CATEGORY: "categories"}
TITLES = {Scope.AGENCY: _l("Numbers by agency"), Scope.PROCEDURE: _l("Numbers by procedure"),
          Scope.CATEGORY: _l("Numbers by what went wrong")}
HEADS = {Scope.AGENCY: _l("Agency"), Scope.PROCEDURE: _l("Procedure"), Scope.CATEGORY: _l("What went wrong")}


@bp.get("/statistics/agencies", defaults={"scope": Scope.AGENCY.value})
@bp.get("/statistics/procedures", defaults={"scope": Scope.PROCEDURE.value})
@bp.get("/statistics/categories", defaults={"scope": Scope.CATEGORY.value})
@public
@kept(lambda scope: public_stamp.of_numbers(), policy=LIST_CACHE)
def numbers(scope: str) -> str:
    """A table, fifty lines by key ``after``, sorted by the figure ``sort``. Two statements beside the page's own,
    whatever the number of cases and lines."""
    of = Scope(scope)
    by = request.args.get("sort", "")
    by = by if by in SORTED_BY else USUALLY_BY
    after = request.args.get("after") or None
    found = first_numbers.table(of, by=by, after=after, names=_names(of), called=own_language)
    lines = [_row(of, row, by) for row in found.rows]
    return render_template(
        "public/numbers.html", title=TITLES[of], first_head=HEADS[of], by=by, few=RANKED_FROM,
        most_untold=FEW - 1 if any(cell["untold"] for row in lines for cell in row["cells"]) else 0,
        columns=_columns(of, by),
        ranked=[row for row in lines if row["ranked"]], others=[row for row in lines if not row["ranked"]],
        chart=bars(found.rows, by=by) if found.first else None, first=found.first, tables=tables(but=of),
        first_url=url_for("public.numbers", scope=scope, sort=by),
        older_url=url_for("public.numbers", scope=scope, sort=by, after=found.after) if found.after else "",
        csv_url=url_for("public.numbers_csv", scope=scope), name=NAMES[by], counted=MEANINGS[by].counted,
        worst=_end(by), differ=lists_differ(of), **period(found.counted_at))


@bp.get("/statistics/agencies.csv", defaults={"scope": Scope.AGENCY.value})
@bp.get("/statistics/procedures.csv", defaults={"scope": Scope.PROCEDURE.value})
@bp.get("/statistics/categories.csv", defaults={"scope": Scope.CATEGORY.value})
@public
def numbers_csv(scope: str) -> Response:
    """The whole table as a file, by code: of each figure the number and what it is of, under the names of
    the API. Empty cells are not shown because too few cases stand behind them."""
    of = Scope(scope)
    names = _names(of)
    columns: list[Column[Line]] = [
        Column("code", lambda row: row.code),
        Column("name", lambda row: own_language(row.name_vi, row.name_en))]
    for name in FIGURES:
        columns += [Column(name, _part(name, "value")), Column(f"{name}_of", _part(name, "of"))]
    allow_cache(LIST_CACHE)
    response = send_csv(f"{TABLES[of]}", columns, every_page(
        lambda after: first_numbers.by_code(of, after=after, size=BATCH, names=names)))
    response.make_sequence()  # a few hundred lines: read now, so that no half of it depends on a reader's patience
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/statistics/definitions")
@public
@kept(public_stamp.of_numbers, policy=LIST_CACHE)
def definitions() -> str:
    """What each first number counts, what it is divided by, over which time, and on what that rests."""
    _figures, counted_at = first_numbers.province()
    return render_template(
        "public/numbers_definitions.html", rules=rules(), tables=tables(), **period(counted_at),
        figures=[{"id": name, "name": NAMES[name], "meaning": MEANINGS[name]} for name in FIGURES])


def summary() -> dict[str, Any]:
    """The province's figures for the page of statistics, and where the cases behind each stand: one statement."""
    figures, counted_at = first_numbers.province()
    rows = []
    for name in FIGURES if figures else ():
        told = figures.get(name, UNKNOWN)
        number, note = shown(name, told)
        if FIGURES[name].is_days:
            note = gettext("working days; %(of)s", of=note)
        rows.append({"name": NAMES[name], "number": number, "note": note, "unlisted": no_list(name),
                     "list_url": _behind(Scope.PROVINCE, "", name) if told.value else "",
                     "url": url_for("public.definitions", _anchor=name)})
    return {"first": rows, "tables": tables(), "differ": lists_differ(Scope.PROVINCE), **period(counted_at)}


def tables(*, but: Scope | None = None) -> list[dict[str, Any]]:
    """Links to the tables."""
    return [{"title": TITLES[of], "url": url_for("public.numbers", scope=of.value)}
            for of in TABLES if of is not but]


def period(counted_at: Any) -> dict[str, Any]:
    """When it was counted, and from which day to which."""
    first, last = twelve_months(clock.local_date(counted_at) if counted_at else clock.today())
    return {"counted_at": counted_at, "since": first, "until": last}


def _names(of: Scope) -> Names | None:
    return category_names() if of is Scope.CATEGORY else None


def _columns(of: Scope, by: str) -> list[dict[str, Any]]:
    return [{"name": name, "label": NAMES[name], "chosen": name == by,
             "sort_url": url_for("public.numbers", scope=of.value, sort=name),
             "meaning_url": url_for("public.definitions", _anchor=name)} for name in SORTED_BY]


def _end(by: str) -> str:
    """Which end of the table is on top."""
    if FIGURES[by].is_days:
        return gettext("The longest first.")
    return gettext("The highest first.") if FIGURES[by].most_first else gettext("The lowest first.")


def _row(of: Scope, row: Line, by: str) -> dict[str, Any]:
    cells = []
    for name in SORTED_BY:
        told = row.figures.get(name, UNKNOWN)
        number, note = shown(name, told)
        cells.append({"label": NAMES[name], "number": number, "note": note, "untold": told.untold,
                      "late": name == "overdue_now" and bool(told.value), "chosen": name == by,
                      "url": _behind(of, row.code, name) if told.value else ""})
    return {"name": own_language(row.name_vi, row.name_en), "ranked": row.ranked, "cells": cells}


NARROWED = {"in_time": "late", "returned_vague": "returned", "passed_on": "passed_on",
            "objected": "objected"}
"""Figures whose published cases the register can narrow to. Of those in time it shows what came late instead."""


def _behind(of: Scope, code: str, name: str) -> str:
    """Where the published rows of a figure stand; empty where none may be shown."""
    where = {} if of is Scope.PROVINCE else {of.value: code}
    if no_list(name) or name == "overdue_now" and of is Scope.PROCEDURE:
        return ""
    if name == "overdue_now":
        return url_for("public.overdue", **where)
    narrowed = {NARROWED[name]: "1"} if name in NARROWED else {}
    return url_for("public.register", **where, historical="here", **narrowed)


def _part(name: str, part: str) -> Any:
    return lambda row: getattr(row.figures.get(name, UNKNOWN), part)
