"""A year's days off as a machine computes them, beside what is loaded: a proposal that nobody has to take, and
that is never taken by itself."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from feedback import clock
from feedback.adapters.computed_holidays import SOURCE, computed_days
from feedback.domain import registers
from feedback.domain.calendar_seed import DayKind, SeedDay, as_csv
from feedback.domain.permissions import Permission
from feedback.domain.registers import Unfit
from feedback.services.working_days import known_days
from feedback.web.admin import bp
from feedback.web.admin.calendar import YEARS_AHEAD
from feedback.web.admin.calendar_days import KIND_WORDS
from feedback.web.admin.calendar_import import ImportForm, preview
from feedback.web.admin.editing import FAULTS
from feedback.web.filters import name_of
from feedback.web.guards import requires
from feedback.web.numbers import whole


@bp.route("/calendar/proposal", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def calendar_proposal() -> Any:
    """The days that are computed for one ``year``, each beside what is loaded. Those that are ticked go to the
    preview of the import, with the source that was typed for each."""
    year = _year()
    loaded = {day: facts for day, facts in known_days().items() if day.year == year}
    rows = [_row(facts, loaded.get(facts.date)) for facts in computed_days(year)]
    if request.method == "GET":
        return _page(year, rows, loaded)
    chosen = [row for row in rows if row["free"] and row["ticked"]]
    error = "" if chosen else gettext("Tick the days that you want to take.")
    if error or any(row["error"] for row in chosen):
        return _page(year, rows, loaded, error=error, status=422)
    return preview(as_csv(row["facts"] for row in chosen), form=ImportForm(None),
                   label=gettext("computed days of %(year)s", year=year))


def _year() -> int:
    this = clock.today().year
    asked = whole(request.values.get("year", ""))
    return asked if asked is not None and this <= asked <= this + YEARS_AHEAD else this + 1


def _row(facts: SeedDay, stands: SeedDay | None) -> dict[str, Any]:
    """One computed day. Only a day that is not in the calendar can be taken: what rests on a document is not
    replaced by what a machine reckons."""
    key = facts.date.isoformat()
    typed, error = facts.source, ""
    if request.method == "POST":
        typed = request.form.get(f"source-{key}", "")
        try:
            typed = registers.words(typed)
        except Unfit as unfit:
            error = str(FAULTS[unfit.code])
    ticked = key in request.form.getlist("take")
    return {
        "key": key, "on": facts.date, "name": name_of(facts), "free": stands is None, "ticked": ticked,
        "source": typed, "error": error if ticked else "",
        "stands": "" if stands is None else f"{KIND_WORDS[stands.kind]}: {name_of(stands)}",
        "stands_on": "" if stands is None else stands.source,
        "facts": SeedDay(facts.date, facts.kind, facts.name_vi, facts.name_en, typed, to_confirm=True)}


def _page(year: int, rows: list[dict[str, Any]], loaded: dict[Any, SeedDay], *, error: str = "",
          status: int = 200) -> Any:
    computed = {row["on"] for row in rows}
    this = clock.today().year
    return render_template(
        "admin/calendar_proposal.html", year=year, years=range(this, this + YEARS_AHEAD + 1), rows=rows,
        error=error, source=SOURCE, free=sum(row["free"] for row in rows),
        back=url_for("admin.calendar", year=year),
        others=[{"on": day, "what": KIND_WORDS[facts.kind], "name": name_of(facts), "source": facts.source}
                for day, facts in sorted(loaded.items()) if day not in computed],
        exchanged=sum(facts.kind is DayKind.MAKE_UP for facts in loaded.values())), status
