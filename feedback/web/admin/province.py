"""What the province says of itself: its name, letterhead and texts, and its switches."""

from datetime import time
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired

from feedback.domain import registers
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.domain.province import OFFICE_EDGES, SWITCHES, Switch, Text
from feedback.domain.registers import TEXT_LONGEST, RowChanged, fingerprint
from feedback.extensions import writing
from feedback.queries import shown_names
from feedback.queries.province import texts
from feedback.services import province as deeds
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import Clean, NumberField, RegisterForm, changed_page, edit_page, lines
from feedback.web.forms import at_most
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import whole

TEXT_WORDS = {
    Text.NAME: (_l("Name of the province"), _l("On every page; empty: as the installation says.")),
    Text.LETTERHEAD: (_l("Letterhead"), _l("The lines above a letter: the body that issues it.")),
    Text.OFFICE_NAME: (_l("Name of the office"), _l("Empty: the agency of that tier.")),
    Text.OFFICE_ADDRESS: (_l("Address of the office"), ""),
    Text.OFFICE_PHONE: (_l("Phone of the office"), ""),
    Text.OFFICE_EMAIL: (_l("E-mail of the office"), ""),
    Text.OFFICE_HOURS: (_l("Opening hours"), ""),
    Text.PRIVACY_CONTACT: (_l("Who answers questions about personal data"), ""),
    Text.LEGAL_ROUTES: (_l("What somebody who disagrees can do"), _l("Stands under each letter.")),
}
"""Each text with its name and where it is seen. Phone and e-mail are the same in both languages."""
SWITCH_WORDS = {
    Switch.ANONYMOUS_ALLOWED: (_l("Complaints without a contact are taken"), ""),
    Switch.ENGLISH_ALLOWED: (_l("Complaints in English are taken"), ""),
    Switch.BACK_DATING_DAYS: (_l("Days by which staff may date a receipt back"),
                              _l("For letters and calls that are entered later. The time of entry is kept too.")),
    Switch.PROOF_BITS: (_l("Work a browser does before sending, in bits"),
                        _l("More when machines send; each bit doubles the wait. 16 is less than a second.")),
    Switch.KEEP_IDENTITY_DAYS: (_l("Days for which a settled case keeps who sent it"),
                                _l("Afterwards name and contact are erased.")),
    Switch.PUBLISH_LATE: (_l("Who is late, on the public page"),
                          _l("0: the overdue cases alone. 1: also how many by agency. 2: also by agency and post, "
                             "never by name. Basis: the province's order that officials who are late are made "
                             "public (Directive 27/CT-TTg of 27 October 2023, as the province carries it out).")),
    Switch.MORNING_OPENS: (_l("The office opens in the morning"),
                           _l("Limits in working hours run inside these hours alone. A change holds for clocks "
                              "that start afterwards; those that run keep theirs. Where one half of the day is "
                              "closed, write the same time twice.")),
    Switch.MORNING_CLOSES: (_l("It closes at noon"), ""),
    Switch.AFTERNOON_OPENS: (_l("It opens in the afternoon"), ""),
    Switch.AFTERNOON_CLOSES: (_l("It closes in the evening"), ""),
    Switch.AFTER_HOURS_NEXT_DAY: (_l("What is sent after hours counts as received on the next working day"),
                                  _l("Holds for clocks that start afterwards. Not ticked: the day on which it "
                                     "came is the day of receipt, whatever the hour. The law leaves it open.")),
}
"""Each switch with its name and what it changes."""
_LONG = frozenset({Text.LETTERHEAD, Text.OFFICE_ADDRESS, Text.OFFICE_HOURS, Text.PRIVACY_CONTACT,
                   Text.LEGAL_ROUTES})
_SAME = frozenset({Text.OFFICE_PHONE, Text.OFFICE_EMAIL})


def _text_field(key: Text, language: str) -> Any:
    words, where = TEXT_WORDS[key]
    if key in _SAME:
        label = words
    else:
        label = (_l("%(what)s, in Vietnamese", what=words) if language == "vi"
                 else _l("%(what)s, in English", what=words))
    if key in _LONG:
        return TextAreaField(label, [at_most(TEXT_LONGEST)], filters=[lines], description=where)
    rule = registers.email if key is Text.OFFICE_EMAIL else registers.text
    return StringField(label, [Clean(rule, empty=True)], description=where)


class _Texts(RegisterForm):
    """All texts, each in both languages; made from TEXT_WORDS below."""

    WORDS = {(f"{key.value}_vi", "missing"): _l("Write it in Vietnamese too.") for key in Text}

    def __init__(self) -> None:
        stands = deeds.values_of(texts())
        super().__init__(request.form if request.method == "POST" else None,
                         data={**stands, "shown": fingerprint(stands)})

    def texts(self) -> dict[Text, tuple[str, str]]:
        """What was typed."""
        return {key: (self[f"{key.value}_vi"].data,
                      self[f"{key.value}_{'vi' if key in _SAME else 'en'}"].data) for key in Text}


TextsForm = type("TextsForm", (_Texts,), {
    f"{key.value}_{language}": _text_field(key, language)
    for key in Text for language in (("vi",) if key in _SAME else ("vi", "en"))})


_YES_NO = frozenset(key for key, span in SWITCHES.items() if (span.least, span.most) == (0, 1))


def _switch_field(key: Switch) -> Any:
    words, where = SWITCH_WORDS[key]
    if key in _YES_NO:
        return BooleanField(words, description=where)
    if key in OFFICE_EDGES:
        return TimeField(words, [DataRequired(_l("Write a time, for example 07:30."))], description=where)
    span = SWITCHES[key]
    return NumberField(_l("%(what)s (%(least)s to %(most)s)", what=words, least=span.least, most=span.most),
                       [Clean(registers.number, least=span.least, most=span.most)], description=where)


class _Switches(RegisterForm):
    """All switches; made from SWITCH_WORDS below."""

    WORDS = {(key.value, "order"): _l("The hours of a day come one after the other, and the office opens at some "
                                      "time. Please check all four.") for key in OFFICE_EDGES}

    def __init__(self) -> None:
        stands = {key.value: value for key, value in deeds.switches().items()}
        shown = {name: _as_shown(Switch(name), value) for name, value in stands.items()}
        super().__init__(request.form if request.method == "POST" else None,
                         data={**shown, "shown": fingerprint(stands)})

    def values(self) -> dict[Switch, int]:
        """What was chosen."""
        return {key: _as_kept(key, self[key.value].data) for key in Switch}


def _as_shown(key: Switch, value: int) -> bool | str | time:
    if key in OFFICE_EDGES:
        return time(value // 60, value % 60)
    return bool(value) if key in _YES_NO else str(value)


def _as_kept(key: Switch, typed: Any) -> int:
    if key in OFFICE_EDGES:
        return int(typed.hour) * 60 + int(typed.minute)
    return int(typed) if key in _YES_NO else whole(typed) or 0


SwitchesForm = type("SwitchesForm", (_Switches,), {key.value: _switch_field(key) for key in Switch})


@bp.route("/province", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def province_texts() -> Any:
    """Name, letterhead, office and other texts."""
    form = TextsForm()
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.keep_texts(form.texts(), shown=form.shown.data or "", actor=current_actor())
            shown_names.forget()
            return redirects.see("admin.province_texts", done="save")
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            return changed_page(form, deeds.values_of(texts()), again=request.path)
    return render_template("admin/province.html", form=form)


@bp.route("/province/switches", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def province_switches() -> Any:
    """What the province allows, and its numbers."""
    form = SwitchesForm()
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.keep_switches(form.values(), shown=form.shown.data or "", actor=current_actor())
            return redirects.see("admin.province_switches", done="save")
        except BadInput as refused:
            form.fail(refused, form.WORDS)
        except RowChanged:
            now = {key.value: _as_shown(key, value) for key, value in deeds.switches().items()}
            return changed_page(form, now, again=request.path)
    return edit_page(gettext("What the province allows"), form, back=url_for("admin.province_texts"),
                     back_label=gettext("Name and texts"))
