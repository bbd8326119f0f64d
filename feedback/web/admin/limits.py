"""The time limits with what each rests on, their versions, and the cases for which some are shorter or longer."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar import Unit
from feedback.domain.errors import BadInput
from feedback.domain.limit_bounds import cap_of, may_be_narrowed
from feedback.domain.limits import FOR_ALL, Only
from feedback.domain.permissions import Permission
from feedback.domain.registers import RowChanged
from feedback.extensions import db, writing
from feedback.models.deadlines import Limit
from feedback.queries.calendar import only_of
from feedback.services import limits as deeds
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import changed_page, edit_page
from feedback.web.admin.limit_forms import EndForm, LimitForm, NarrowForm
from feedback.web.admin.limit_words import (
    LIMIT_NAMES,
    cases_words,
    ended,
    from_words,
    length_words,
    version_words,
)
from feedback.web.filters import date_words
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version


@bp.get("/limits")
@requires(Permission.CALENDAR_READ)
def limits() -> str:
    """Each limit as it holds today, for which cases, what is planned, and what it rests on."""
    return render_template("admin/limits.html", may_edit=current_actor().can(Permission.REGISTERS_MANAGE),
                           groups=[_group(key, chains) for key, chains in _all().items()])


@bp.route("/limits/<limit_key>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def limit(limit_key: str) -> Any:
    """Give the limit of all cases a new version from a day on."""
    row = deeds.newest(limit_key) if limit_key in LIMIT_NAMES else None
    if row is None:
        abort(404)
    after = []
    if may_be_narrowed(limit_key):
        after = [{"label": gettext("Add a limit for some cases only"),
                  "url": url_for("admin.narrow_limit", limit_key=limit_key)}]
    return _amend(row, after)


@bp.route("/limits/<limit_key>/new", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def narrow_limit(limit_key: str) -> Any:
    """Add a limit that holds for some cases only."""
    row = deeds.newest(limit_key) if limit_key in LIMIT_NAMES and may_be_narrowed(limit_key) else None
    if row is None:
        abort(404)
    form = NarrowForm(row)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.narrow(limit_key, form.only(), form.said(), actor=current_actor())
            return redirects.see("admin.limits", done="limit_narrowed")
        except BadInput as refused:
            form.fail(refused, form.WORDS)
    return edit_page(
        gettext("%(limit)s: for some cases only", limit=str(LIMIT_NAMES[limit_key])), form,
        back=url_for("admin.limits"), back_label=gettext("Limits"),
        lead=gettext("Choose at least one condition. A case gets the limit of which it meets the most conditions; "
                     "where two meet equally many, the one that was set last."),
        facts=[{"term": gettext("For all other cases"), "value": length_words(row.amount, Unit(row.unit))}],
        button=gettext("Add"))


@bp.route("/limits/row/<int:limit_id>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def narrowed_limit(limit_id: int) -> Any:
    """Give a limit for some cases a new version from a day on."""
    row = _narrowed(limit_id)
    return _amend(row, [{"label": gettext("End it"), "url": url_for("admin.end_limit", limit_id=row.id)}])


@bp.route("/limits/row/<int:limit_id>/end", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def end_limit(limit_id: int) -> Any:
    """Let a limit for some cases end, today or later."""
    row = _narrowed(limit_id)
    form = EndForm(row)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.end(row.key, only_of(row), last_day=form.last_day.data,
                          shown=shown_version({"version": form.shown.data or ""}), actor=current_actor())
            return redirects.see("admin.limits", done="limit_ended")
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            return changed_page(form, {"last_day": row.valid_to}, again=request.path)
    return edit_page(
        gettext("End this limit?"), form, back=url_for("admin.narrowed_limit", limit_id=limit_id),
        back_label=gettext("Back to the limit"),
        lead=gettext("Afterwards new clocks get the limit of the next wider cases. Clocks that run keep theirs."),
        facts=_facts(row), button=gettext("End it"))


def _amend(row: Limit, after: list[dict[str, str]]) -> Any:
    form = LimitForm(row)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                said = form.said()
                deeds.amend(row.key, only=only_of(row), amount=said.amount, unit=said.unit,
                            legal_basis=said.legal_basis, valid_from=said.valid_from,
                            shown=shown_version({"version": form.shown.data or ""}), actor=current_actor())
            return redirects.see("admin.limits", done="limit_amended")
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            now = deeds.newest(row.key, only_of(row)) or row
            return changed_page(form, {"amount": now.amount, "unit": now.unit, "legal_basis": now.legal_basis,
                                       "valid_from": now.valid_from}, again=request.path)
    return edit_page(
        str(LIMIT_NAMES[row.key]), form, back=url_for("admin.limits"), back_label=gettext("Limits"), after=after,
        lead=gettext("This makes a new version. Clocks that run already keep the limit they were given."),
        facts=_facts(row), button=gettext("Set this limit"))


def _facts(row: Limit) -> list[dict[str, Any]]:
    only = only_of(row)
    facts: list[dict[str, Any]] = [{"term": gettext("Counted from"), "value": from_words(row.from_event)}]
    if only.count:
        facts.append({"term": gettext("For which cases"), "value": " · ".join(cases_words(only))})
    if row.valid_to is not None:
        facts.append({"term": gettext("Last day"), "value": date_words(row.valid_to)})
    if (cap := cap_of(row.key, only)) is not None:
        facts.append({"term": gettext("The law allows at most"), "value": length_words(cap.amount, cap.unit),
                      "note": cap.basis})
    return facts


def _narrowed(limit_id: int) -> Limit:
    """The newest version of the narrowed limit this row belongs to, or 404."""
    row = db.session.get(Limit, limit_id)
    if row is None or row.key not in LIMIT_NAMES or not only_of(row).count:
        abort(404)
    return deeds.newest(row.key, only_of(row)) or row


def _all() -> dict[str, dict[Only, list[Limit]]]:
    """Every limit, in the order of LIMIT_NAMES: by its conditions, those for all cases first, the versions with
    the newest first."""
    found: dict[str, dict[Only, list[Limit]]] = {key: {FOR_ALL: []} for key in LIMIT_NAMES}
    for row in db.session.scalars(select(Limit).order_by(Limit.version.desc())):
        found.setdefault(row.key, {FOR_ALL: []}).setdefault(only_of(row), []).append(row)
    return {key: {only: rows for only, rows in sorted(chains.items(), key=lambda one: one[0].count) if rows}
            for key, chains in found.items()}


def _group(key: str, chains: dict[Only, list[Limit]]) -> dict[str, Any]:
    return {"name": LIMIT_NAMES.get(key, key), "rows": [_row(key, only, rows) for only, rows in chains.items()],
            "add": url_for("admin.narrow_limit", limit_key=key) if may_be_narrowed(key) else ""}


def _row(key: str, only: Only, versions: list[Limit]) -> dict[str, Any]:
    today = clock.today()
    now = next((row for row in versions if row.valid_from <= today), versions[0])
    planned = [row for row in versions
               if row.valid_from > today and not (row.valid_to and row.valid_to < row.valid_from)]
    past = [row for row in versions if row is not now and row.valid_from <= today]
    url = (url_for("admin.narrowed_limit", limit_id=versions[0].id) if only.count
           else url_for("admin.limit", limit_key=key))
    return {"url": url, "row": now, "length": length_words(now.amount, Unit(now.unit)), "cases": cases_words(only),
            "from": from_words(now.from_event), "ended": ended(now, today) and not planned,
            "ends": date_words(now.valid_to) if now.valid_to and not ended(now, today) else "",
            "planned": [version_words(row) for row in planned if row is not now],
            "past": [version_words(row) for row in past]}
