"""What all pages of the registers share: a form that knows what it showed, its page, and the page that says that
somebody else was quicker."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask import render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, SubmitField
from wtforms.validators import ValidationError

from feedback.domain import registers
from feedback.domain.registers import Unfit
from feedback.models.agencies import Agency
from feedback.queries.agency_register import branches
from feedback.web.filters import date_words, name_of
from feedback.web.forms import HouseForm

FAULTS = {
    "missing": _l("This has to be filled in."),
    "signs": _l("There is a sign in it that no keyboard makes. Please type it again."),
    "too_long": _l("This is too long. Please shorten it."),
    "agency_code": _l("A code has groups of letters and digits with dots between, for example H99.X01 (Decision "
                      "20/2020/QĐ-TTg)."),
    "procedure_code": _l("A code has letters and digits, with dots, hyphens or slashes between, for example "
                         "1.004222."),
    "email": _l("An e-mail address looks like name@example.vn. Please check it."),
    "number": _l("Write a whole number."),
    "number_range": _l("This number is too small or too large."),
    "day_range": _l("Choose a day between 1945 and 2199."),
}
"""Faults of ``domain.registers`` in words beside a field."""


class Clean:
    """A validator that cleans the field's text as ``domain.registers`` does and says what is wrong with it.
    ``empty``: whether the field may stay empty."""

    def __init__(self, rule: Any, *, empty: bool = False, **more: Any) -> None:
        self.rule, self.empty, self.more = rule, empty, more
        self.field_flags = {} if empty else {"required": True}

    def __call__(self, form: HouseForm, field: Field) -> None:
        try:
            if self.empty and not registers.clean(field.data or ""):
                field.data = ""
                return
            found = self.rule(field.data or "", **self.more)
        except Unfit as unfit:
            raise ValidationError(str(FAULTS[unfit.code])) from None
        if isinstance(found, str):
            field.data = found


class NumberField(StringField):
    """A whole number that is typed: the box is short, the rule stands in its Clean."""


def real_day(form: HouseForm, field: Field) -> None:
    """A validator: the day is one that a register may name."""
    try:
        if field.data is not None:
            registers.in_range(field.data)
    except Unfit as unfit:
        raise ValidationError(str(FAULTS[unfit.code])) from None


def lines(field_data: str | None) -> str:
    """Text of several lines as it is kept: line ends alike, no spaces around."""
    return "\n".join(line.rstrip() for line in (field_data or "").replace("\r\n", "\n").split("\n")).strip()


class RegisterForm(HouseForm):
    """A form over one row. ``shown`` is the fingerprint of the row as the page showed it."""

    WORDS: ClassVar[Mapping[tuple[str, str], Any]] = {}
    """What a refusal of the rules says beside its field."""
    shown = HiddenField("")

    def __init__(self, formdata: MultiDict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        if formdata is not None and "shown" not in formdata:
            self.shown.data = ""  # nobody can say what was read: refused as one on an old page

    def seen(self) -> list[Field]:
        """The fields that a person fills in, in order."""
        return [field for field in self if not isinstance(field, (HiddenField, SubmitField))]


def edit_page(title: Any, form: RegisterForm, *, back: str, back_label: Any, **more: Any) -> str:
    """The page of a form. ``more``: lead (a paragraph), facts (rows of what cannot be changed), button, after
    (links to deeds that have a page of their own: [{label, url}])."""
    return render_template("admin/edit.html", title=title, form=form, back=back, back_label=back_label,
                           **{"lead": "", "facts": [], "button": gettext("Save"), "after": [], **more})


def changed_page(form: RegisterForm, now: Mapping[str, object], *, again: str) -> tuple[str, int]:
    """409: the row was changed meanwhile. Shows what stands now beside what was typed, where they differ; ``now``
    by field name; ``again`` is the address of the form as it is now."""
    rows = []
    for field in form.seen():
        stands, typed = _words(field, now.get(field.short_name)), _words(field, field.data)
        if stands != typed:
            rows.append({"name": field.label.text, "now": stands, "typed": typed})
    return render_template("admin/changed.html", rows=rows, again=again), 409


def _words(field: Field, value: object) -> str:
    if isinstance(field, BooleanField):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, SelectField):
        known = {str(code): str(words) for code, words in field.choices or ()}
        return known.get("" if value is None else str(value), "")
    if value is None:
        return ""
    return date_words(value) if hasattr(value, "year") else str(value)  # type: ignore[arg-type]


def agency_choices(nobody: Any, *, keep: int | None = None, but: Iterable[int] = ()) -> list[tuple[str, str]]:
    """Agencies that are not closed (and ``keep``, wherever it stands), in the order of the tree, for a list to
    choose from; the first choice is none."""
    left_out = frozenset(but)
    rows = [b for b in branches(all_rows=True)[0]
            if b.agency.id not in left_out and (b.agency.valid_to is None or b.agency.id == keep)]
    return [("", nobody), *((str(b.agency.id), f"{'– ' * min(b.depth, 4)}{named(b.agency)}") for b in rows)]


def named(agency: Agency) -> str:
    """Name and code: two agencies may bear one name."""
    return f"{name_of(agency)} ({agency.code})"


def chosen_id(data: str | None) -> int | None:
    """The id behind a choice, None for the empty one."""
    return int(data) if data else None




def asked_words() -> str:
    """What is searched for on this page."""
    return request.args.get("q", "")[:200]
