"""The forms of the limits: a new version, a limit for some cases only, the end of one."""

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import DateField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from feedback import clock
from feedback.domain import registers
from feedback.domain.agencies import Tier
from feedback.domain.calendar import Unit
from feedback.domain.kinds import CaseKind, Category
from feedback.domain.limit_bounds import units_of
from feedback.domain.limits import Only
from feedback.domain.registers import MOST_DAYS, TEXT_LONGEST
from feedback.extensions import db
from feedback.models.agencies import Procedure
from feedback.models.deadlines import Limit
from feedback.queries.calendar import only_of
from feedback.services.limits import Said
from feedback.web.admin.editing import Clean, NumberField, RegisterForm, real_day
from feedback.web.forms import required
from feedback.web.labels import label
from feedback.web.numbers import whole

HANDLING_TIERS = (Tier.PROVINCE_OFFICE, Tier.DEPARTMENT, Tier.PROVINCE_SERVICE_CENTRE, Tier.COMMUNE,
                  Tier.COMMUNE_SERVICE_CENTRE, Tier.VERTICAL)
"""Where an agency stands that may be given a case today."""


class LimitForm(RegisterForm):
    """A new version of one limit."""

    WORDS: Any = {
        ("amount", "range"): _l("A limit is at least 1 and at most a year."),
        ("amount", "cap"): _l("The law allows less than this."),
        ("unit", "fixed"): _l("This limit is counted in the unit of its rule."),
        ("legal_basis", "missing"): _l("Say what the number rests on."),
        ("valid_from", "past"): _l("Choose today or a later day: what has run keeps its limit."),
        ("valid_from", "before"): _l("A version that was planned already starts later than this."),
    }
    amount = NumberField(_l("How many"), [Clean(registers.number, least=1, most=MOST_DAYS)])
    unit = SelectField(_l("Counted in"), [required(_l("Choose what it is counted in."))])
    legal_basis = TextAreaField(_l("Legal basis"), [Clean(registers.words, longest=TEXT_LONGEST)],
                                description=_l("Everyone who asks “why this day?” reads it: the document, or that "
                                               "it is the province's own proposal."))
    valid_from = DateField(_l("Holds for clocks that start on or after"), [
        DataRequired(_l("Choose a day.")), real_day])

    def __init__(self, row: Limit) -> None:
        super().__init__(request.form if request.method == "POST" else None, data={
            "shown": str(row.version), "amount": str(row.amount), "unit": row.unit, "legal_basis": row.legal_basis,
            "valid_from": max(clock.today(), row.valid_from)})
        self.unit.choices = [(unit.value, label(unit)) for unit in units_of(row.key, only_of(row))]

    def said(self) -> Said:
        """What was typed, as the deed takes it."""
        return Said(whole(self.amount.data) or 0, Unit(self.unit.data), self.legal_basis.data,
                    self.valid_from.data)


class NarrowForm(LimitForm):
    """A limit for some cases only."""

    WORDS: Any = {
        **LimitForm.WORDS,
        ("only", "none"): _l("Choose at least one condition; without one it would be the limit for all cases."),
        ("only", "taken"): _l("There is a limit for exactly these cases. Please change that one."),
        ("procedure_id", "unknown"): _l("No procedure in the register has this code. Please check it."),
    }
    only_fields = ("category", "case_kind", "urgent", "complex", "tier", "procedure_id")
    category = SelectField(_l("Category"))
    case_kind = SelectField(_l("Kind"))
    urgent = SelectField(_l("Urgency"))
    complex = SelectField(_l("Complexity"), description=_l("A case is marked as complex with a reason, when it is "
                                                           "given to an agency."))
    tier = SelectField(_l("Tier of the handling agency"))
    procedure_id = StringField(_l("Code of the procedure"), [Clean(registers.procedure_code, empty=True)],
                               description=_l("As it stands in the register of procedures, for example 1.004222; "
                                              "empty: whatever it is."))

    def __init__(self, row: Limit) -> None:
        super().__init__(row)
        every = ("", gettext("whatever it is"))
        self.category.choices = [every, *((one.value, label(one)) for one in Category)]
        self.case_kind.choices = [every, *((one.value, label(one)) for one in CaseKind)]
        self.urgent.choices = [every, ("1", gettext("urgent")), ("0", gettext("not urgent"))]
        self.complex.choices = [every, ("1", gettext("complex")), ("0", gettext("not complex"))]
        self.tier.choices = [every, *((one.value, label(one)) for one in HANDLING_TIERS)]
        self.unit.choices = [(unit.value, label(unit)) for unit in Unit]

    def only(self) -> Only:
        """The conditions that were chosen."""
        return Only(category=self.category.data or None, case_kind=self.case_kind.data or None,
                    urgent=_yes_no(self.urgent.data), complex=_yes_no(self.complex.data),
                    tier=self.tier.data or None, procedure_id=self._procedure())

    def seen(self) -> list[Field]:
        """The conditions first, then what holds under them."""
        fields = super().seen()
        return sorted(fields, key=lambda field: field.short_name not in self.only_fields)

    def _procedure(self) -> int | None:
        """The id behind the code that was typed; 0, which no procedure has, for an unknown one."""
        code = self.procedure_id.data
        return db.session.scalar(select(Procedure.id).where(Procedure.code == code)) or 0 if code else None

    def fail(self, refused: Any, words: Any) -> None:
        """Put the refusal beside its field; what is wrong with the conditions together beside the first one."""
        if refused.field == "only":
            self.category.errors = [*self.category.errors, str(words[refused.field, refused.code])]
            return
        super().fail(refused, words)


class EndForm(RegisterForm):
    """The last day of a limit."""

    WORDS: Any = {("last_day", "past"): _l("Choose today or a later day: what has run keeps its limit.")}
    last_day = DateField(_l("Last day on which new clocks get it"), [
        DataRequired(_l("Choose a day.")), real_day])

    def __init__(self, row: Limit) -> None:
        super().__init__(request.form if request.method == "POST" else None,
                         data={"shown": str(row.version), "last_day": row.valid_to or clock.today()})


def _yes_no(chosen: str | None) -> bool | None:
    return None if not chosen else chosen == "1"
