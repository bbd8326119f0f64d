"""One day of the working calendar: adding, changing, taking away. Before anything is written the page shows which
due dates would move."""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired

from feedback.domain import registers
from feedback.domain.calendar_seed import DayKind, SeedDay
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.domain.registers import RowChanged, demand_unchanged, fingerprint
from feedback.extensions import db, writing
from feedback.models.deadlines import CalendarDay
from feedback.services import working_days as deeds
from feedback.services.recomputing import Moved
from feedback.services.working_days import Changes, facts_of
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import Clean, RegisterForm, changed_page, edit_page, real_day
from feedback.web.filters import date_words
from feedback.web.forms import required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS

KIND_WORDS = {DayKind.OFF: _l("day off"), DayKind.MAKE_UP: _l("worked instead")}
"""What a row of the calendar is."""


class DayForm(RegisterForm):
    """One day; its date only when it is new."""

    WORDS = {
        ("day", "taken"): _l("This day is in the calendar already. Open it from the list to change it."),
        ("day", "weekday"): _l("A day worked instead is a Saturday or a Sunday: the others are working "
                               "days anyway."),
        ("name_vi", "missing"): _l("This has to be filled in."),
        ("source", "missing"): _l("Name the document this rests on."),
    }
    day = DateField(_l("Day"), [DataRequired(_l("Choose a day.")), real_day])
    kind = SelectField(_l("What it is"), [required(_l("Choose what it is."))])
    name_vi = StringField(_l("Name in Vietnamese"), [Clean(registers.words)])
    name_en = StringField(_l("Name in English"), [Clean(registers.text, empty=True)])
    source = StringField(_l("Document"), [Clean(registers.words)],
                         description=_l("Number and day of the announcement this rests on."))
    to_confirm = BooleanField(_l("Still to be confirmed"),
                              description=_l("Due dates over this day are shown as provisional."))
    confirmed = HiddenField("")

    def __init__(self, row: CalendarDay | None) -> None:
        data = {} if row is None else asdict(facts_of(row))
        shown = {"shown": fingerprint(data), "kind": row.kind} if row else {}
        super().__init__(request.form if request.method == "POST" else None, data={**data, **shown})
        self.kind.choices = [(kind.value, words) for kind, words in KIND_WORDS.items()]
        if row is not None:
            del self.day

    def facts(self, day: date) -> SeedDay:
        """What was typed, as the deed takes it."""
        return SeedDay(day, DayKind(self.kind.data), self.name_vi.data, self.name_en.data or self.name_vi.data,
                       self.source.data, self.to_confirm.data)


class RemovalForm(RegisterForm):
    """The document on which a day becomes an ordinary one again."""

    WORDS = {("source", "missing"): _l("Name the document this rests on.")}
    source = StringField(_l("Document"), [Clean(registers.words)],
                         description=_l("Number and day of the announcement this rests on."))
    confirmed = HiddenField("")


@bp.route("/calendar/days/new", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def new_calendar_day() -> Any:
    """Add a day off or a make-up day."""
    form = DayForm(None)
    if request.method == "POST" and form.validate():
        try:
            return _kept(form, form.day.data, shown=None)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
    form.confirmed.data = ""
    return edit_page(gettext("Add a day"), form, back=url_for("admin.calendar"), back_label=gettext("Calendar"),
                     button=gettext("See what would move"))


@bp.route("/calendar/days/<day>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def calendar_day(day: str) -> Any:
    """Change what is said about a day."""
    row = _row_of(day)
    on = row.day
    form = DayForm(row)
    if request.method == "POST" and form.validate():
        try:
            return _kept(form, on, shown=form.shown.data or "")
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            return changed_page(form, _now(on), again=request.path)
    form.confirmed.data = ""
    return edit_page(
        date_words(on), form, button=gettext("See what would move"),
        back=url_for("admin.calendar", year=on.year), back_label=gettext("Calendar"),
        after=[{"label": gettext("Make it an ordinary day again"),
                "url": url_for("admin.remove_calendar_day", day=on.isoformat())}])


@bp.route("/calendar/days/<day>/remove", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def remove_calendar_day(day: str) -> Any:
    """Make a day an ordinary one again."""
    row = _row_of(day)
    on, shown = row.day, fingerprint(asdict(facts_of(row)))
    form = RemovalForm(request.form if request.method == "POST" else None, data={"shown": shown})
    if request.method == "POST" and form.validate():
        try:
            if not form.confirmed.data:
                demand_unchanged(asdict(facts_of(row)), form.shown.data or "")
                return _preview(form, {on: None}, on)
            with writing():
                deeds.remove(on, shown=form.shown.data or "", source=form.source.data, actor=current_actor())
            return redirects.see("admin.calendar", done="calendar_changed", year=on.year)
        except RowChanged:
            return changed_page(form, {}, again=url_for("admin.calendar", year=on.year))
    form.confirmed.data = ""
    return edit_page(gettext("Make it an ordinary day again"), form, lead=date_words(on),
                     button=gettext("See what would move"), back_label=date_words(on),
                     back=url_for("admin.calendar_day", day=on.isoformat()))


def _row_of(day: str) -> CalendarDay:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        abort(404)
    return db.session.get(CalendarDay, on) or abort(404)


def _now(on: date) -> dict[str, object]:
    row = db.session.get(CalendarDay, on)
    return asdict(facts_of(row)) if row else {}


def _kept(form: DayForm, on: date, *, shown: str | None) -> Any:
    """Show what would move, or do it. Raises BadInput and RowChanged."""
    facts = form.facts(on)
    if form.confirmed.data:
        with writing():
            deeds.keep(facts, shown=shown, actor=current_actor())
        return redirects.see("admin.calendar", done="calendar_changed", year=on.year)
    deeds.check(facts)
    if shown is None and db.session.get(CalendarDay, on) is not None:
        raise BadInput("day", "taken")
    if shown is not None:
        demand_unchanged(_now(on), shown)
    return _preview(form, {on: facts}, on)


def _preview(form: RegisterForm, changes: Changes, on: date) -> str:
    form["confirmed"].data = "1"
    moved = deeds.preview(changes)
    return render_template("admin/calendar_preview.html", on=on, moved=moved, clocks=clock_rows(moved), keep=[
        {"name": field.name, "value": "y" if field.data is True else field.data or ""}
        for field in form if field.data is not False], facts=changes[on], kind_words=KIND_WORDS)


def clock_rows(moved: Moved) -> list[dict[str, Any]]:
    """The kinds of clocks that move, with how many to an earlier and to a later day."""
    return [{"name": FILTERS["clock"](kind), "earlier": moved.earlier[kind], "later": moved.later[kind]}
            for kind in moved.kinds]
