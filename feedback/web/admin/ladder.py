"""The ladder: for each kind of clock who is told when, before and after its due date, and what that brings."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import BooleanField, SelectField

from feedback.domain import registers
from feedback.domain.calendar import Unit
from feedback.domain.errors import BadInput
from feedback.domain.escalation import LADDERS, Effect
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Recipient
from feedback.domain.permissions import Permission
from feedback.domain.registers import RowChanged, fingerprint
from feedback.extensions import db, writing
from feedback.models.deadlines import LadderRung
from feedback.services import ladder as deeds
from feedback.services.ladder import TOLD, WITH_LADDER, Step
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import Clean, NumberField, RegisterForm, changed_page, edit_page
from feedback.web.forms import required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.numbers import whole

TOLD_WORDS = {
    Recipient.OFFICER: _l("The officer who has the case (while they are away, their deputy too)"),
    Recipient.AGENCY_HEAD: _l("The head of the agency, and who acts for them"),
    Recipient.COORDINATOR: _l("The coordinating office of the province"),
    Recipient.CHAIRMAN: _l("The chairman of the province"),
}
BRINGS = {
    Effect.NOTHING: _l("Only the message"),
    Effect.APOLOGY_FORM: _l("The apology form is ready"),
    Effect.EXPLANATION: _l("The head owes an explanation"),
    Effect.PUBLIC_LIST: _l("The case stands on the public list of overdue cases"),
}


class RungForm(RegisterForm):
    """One rung: when, who is told, what it brings."""

    WORDS = {
        ("offset", "range"): _l("From 30 working days before to 60 after, or from 40 working hours before to 80 "
                                "after."),
        ("offset", "taken"): _l("There is a rung at this moment for the same people already."),
        ("does", "not_here"): _l("This makes no sense at that moment of this clock: the apology form comes before "
                                 "the due date, an explanation after it, the public list only after the citizen's "
                                 "own due date."),
        ("active", "nobody_above"): _l(
            "Then nobody above the agency would hear that this clock has run out. Leave one rung in force after "
            "the due date that tells the coordinating office or the chairman. Nothing was changed."),
        ("active", "not_public"): _l(
            "Then no late case would come to stand on the public list. Set up another rung with the public list "
            "first. Nothing was changed."),
    }
    count = NumberField(_l("How many"), [Clean(registers.number, least=0, most=80)],
                        description=_l("0: on the due day itself, or in hours when the time runs out."))
    unit = SelectField(_l("Counted in"), [required(_l("Choose what it is counted in."))])
    side = SelectField(_l("Before or after"), [required(_l("Choose before or after."))])
    tell = SelectField(_l("Who is told"), [required(_l("Choose who is told."))])
    does = SelectField(_l("What it brings"))
    active = BooleanField(_l("In force"), default=True,
                          description=_l("A rung is never deleted: what has happened names it. Without the tick "
                                         "it is climbed no more."))

    def __init__(self, row: LadderRung | None) -> None:
        data: dict[str, object] = {"unit": Unit.WORKING_DAYS.value, "side": "after"} if row is None else {
            **as_typed(row), "shown": fingerprint(deeds.values_of(row))}
        super().__init__(request.form if request.method == "POST" else None, data=data)
        self.unit.choices = [(one.value, label(one)) for one in (Unit.WORKING_DAYS, Unit.WORKING_HOURS)]
        self.side.choices = [("before", gettext("before the due date")), ("after", gettext("after the due date"))]
        self.tell.choices = [("", gettext("Choose …")), *((one.value, str(TOLD_WORDS[one])) for one in TOLD)]
        self.does.choices = [(one.value, str(words)) for one, words in BRINGS.items()]

    def step(self) -> Step:
        """What was chosen, as the deed takes it."""
        count = whole(self.count.data) or 0
        return Step(offset=-count if self.side.data == "before" else count, unit=Unit(self.unit.data),
                    tell=Recipient(self.tell.data), does=Effect(self.does.data or ""),
                    active=bool(self.active.data))

    def fail(self, refused: Any, words: Any) -> None:
        """Beside its field: a distance is typed as a count and a side."""
        if refused.field == "offset":
            self.count.errors = [*self.count.errors, str(words[refused.field, refused.code])]
            return
        super().fail(refused, words)


@bp.get("/ladder")
@requires(Permission.CALENDAR_READ)
def ladder() -> str:
    """The rungs of every kind of clock."""
    changed = whole(request.args.get("changed", ""))
    return render_template(
        "admin/ladder.html", may_edit=current_actor().can(Permission.REGISTERS_MANAGE), groups=_groups(),
        changed="" if changed is None else ngettext(
            "%(num)s running clock is looked at at another time now.",
            "%(num)s running clocks are looked at at another time now.", changed))


@bp.route("/ladder/<clock_kind>/new", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def new_rung(clock_kind: str) -> Any:
    """Add a rung to the ladder of one kind of clock."""
    kind = next((one for one in WITH_LADDER if one.value == clock_kind), None) or abort(404)
    form = RungForm(None)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                changed = deeds.add(kind, form.step(), actor=current_actor())
            return redirects.see("admin.ladder", done="rung_saved", changed=changed)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
    return edit_page(gettext("Add a rung: %(clock)s", clock=label(kind)), form, back=url_for("admin.ladder"),
                     back_label=gettext("Ladder"), lead=_holds_at_once(), button=gettext("Add"))


@bp.route("/ladder/<int:rung_id>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def rung(rung_id: int) -> Any:
    """Change a rung, or switch it off."""
    row = db.session.get(LadderRung, rung_id) or abort(404)
    form = RungForm(row)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                changed = deeds.change(rung_id, form.step(), shown=form.shown.data or "", actor=current_actor())
            return redirects.see("admin.ladder", done="rung_saved", changed=changed)
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            return changed_page(form, as_typed(db.session.get_one(LadderRung, rung_id)), again=request.path)
    return edit_page(
        gettext("Rung: %(clock)s", clock=label(DeadlineKind(row.kind))), form, back=url_for("admin.ladder"),
        back_label=gettext("Ladder"), lead=_holds_at_once(),
        facts=[{"term": gettext("Name in the history"), "value": row.key,
                "note": gettext("never changes, because what has happened names it")}])


def as_typed(row: LadderRung) -> dict[str, object]:
    """A rung as its form shows it."""
    return {"count": str(abs(row.offset)), "unit": row.unit, "side": "before" if row.offset < 0 else "after",
            "tell": row.tell, "does": row.does, "active": row.active}


def when_words(offset: int, unit: Unit) -> str:
    """``2 working days before the due day``."""
    hours, count = unit is Unit.WORKING_HOURS, abs(offset)
    if offset == 0:
        return gettext("when the time runs out") if hours else gettext("on the due day")
    if hours:
        return (ngettext("%(num)s working hour before the time runs out",
                         "%(num)s working hours before the time runs out", count) if offset < 0 else
                ngettext("%(num)s working hour after the time ran out",
                         "%(num)s working hours after the time ran out", count))
    return (ngettext("%(num)s working day before the due day", "%(num)s working days before the due day", count)
            if offset < 0 else
            ngettext("%(num)s working day after the due day", "%(num)s working days after the due day", count))


def _holds_at_once() -> str:
    return gettext("A change holds at once, also for clocks that run: each is given the time at which it is "
                   "looked at next. What was told already is not told again, and after a change a case still "
                   "climbs at most one rung a day.")


def _groups() -> list[dict[str, Any]]:
    rows: dict[str, list[LadderRung]] = {}
    for row in db.session.scalars(select(LadderRung)):
        rows.setdefault(row.kind, []).append(row)
    return [{"name": label(kind), "add": url_for("admin.new_rung", clock_kind=kind.value),
             "rows": _rows(rows[kind.value]) if kind.value in rows else _shipped(kind)} for kind in WITH_LADDER]


def _rows(rows: list[LadderRung]) -> list[dict[str, Any]]:
    in_order = sorted(rows, key=lambda row: _place(row.offset, Unit(row.unit)))
    return [_line(Unit(row.unit), row.offset, Recipient(row.tell), Effect(row.does), active=row.active,
                  url=url_for("admin.rung", rung_id=row.id)) for row in in_order]


def _shipped(kind: DeadlineKind) -> list[dict[str, Any]]:
    return [_line(one.unit, one.offset, one.tell, one.does, active=True, url="") for one in LADDERS[kind]]


def _place(offset: int, unit: Unit) -> float:
    """Where a rung stands among the others, about: a working day has some eight hours."""
    return offset / 8 if unit is Unit.WORKING_HOURS else offset


def _line(unit: Unit, offset: int, tell: Recipient, does: Effect, *, active: bool, url: str) -> dict[str, Any]:
    return {"when": when_words(offset, unit), "tell": TOLD_WORDS.get(tell, tell.value),
            "brings": BRINGS[does] if does else "", "active": active, "url": url}
