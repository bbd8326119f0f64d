"""Days of the working calendar from a file: all of it is looked at and shown first, then it is done as a whole."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, TextAreaField

from feedback import clock
from feedback.domain.calendar_seed import SeedDay
from feedback.domain.permissions import Permission
from feedback.domain.register_files import MOST_FAULTS
from feedback.extensions import writing
from feedback.queries.calendar import load_calendar
from feedback.services.register_imports import calendar as imports
from feedback.services.register_imports.bringing import Faulty
from feedback.services.register_imports.calendar import LookedAt
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.calendar_days import KIND_WORDS, clock_rows
from feedback.web.admin.import_words import fault_rows
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm
from feedback.web.guards import current_actor, requires

EXAMPLE = ("date,kind,name_vi,name_en,source,to_confirm\n"
           "2027-02-05,off,Nghỉ Tết Nguyên đán,Lunar New Year,Văn bản số …/VPCP-KGVX,\n"
           "2027-02-13,make_up,Làm bù,Worked instead,Văn bản số …/VPCP-KGVX,\n")
"""What a file looks like; the days are an example."""
LONGEST_LABEL = 80
MOST_SHOWN = 200
"""Rows that the preview lists; the others are counted."""


class ImportForm(HouseForm):
    """Rows that were pasted, or a file with them. ``version`` is the calendar's that the preview was made from."""

    rows = TextAreaField(_l("Rows of the file"), description=_l(
        "The first row names the columns: date, kind (off or make_up), name_vi, source; if wanted name_en and "
        "to_confirm (yes)."))
    upload = FileField(_l("Or a CSV file"), description=_l("UTF-8, from any spreadsheet. When you choose a file, "
                                                           "the rows above are left aside."))
    label = HiddenField("")
    version = HiddenField("")
    confirmed = HiddenField("")


@bp.route("/calendar/import", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def import_calendar() -> Any:
    """Bring in days off and make-up days. Nothing changes before the preview was confirmed; when somebody changed
    the calendar in between, the preview is shown again (409)."""
    form = ImportForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return page(form)
    data, label = _given(form)
    if not data.strip():
        form.rows.errors = [gettext("Paste rows, or choose a file.")]
        return page(form, status=422)
    if form.confirmed.data:
        if form.version.data == str(load_calendar().version):
            return _brought(form, data, label)
        return preview(data.decode("utf-8-sig"), label=label, form=form, stale=True)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""  # what is no text cannot be shown again; the fault says where
        return _faulty(form, data)
    form.rows.data = text
    return preview(text, label=label, form=form)


def page(form: ImportForm, *, faulty: Faulty | None = None, status: int = 200) -> Any:
    """The form, with every fault of what was given."""
    faults = fault_rows(faulty) if faulty else []
    return render_template(
        "admin/calendar_import.html", form=form, example=EXAMPLE, faults=faults[:MOST_FAULTS],
        more=max(0, len(faults) - MOST_FAULTS)), status


def preview(text: str, *, label: str, form: ImportForm, stale: bool = False) -> Any:
    """What these rows would do, as a whole, with the button that does it; or every fault in them."""
    try:
        found = imports.look_at(text.encode())
    except Faulty as faulty:
        form.rows.errors = [gettext("Nothing was changed. The faults stand below, each with its row and column.")]
        return page(form, faulty=faulty, status=422)
    rows = _rows(found)
    return render_template(
        "admin/calendar_import_check.html", found=found, moved=found.moved, clocks=clock_rows(found.moved),
        rows=rows[:MOST_SHOWN], more=max(0, len(rows) - MOST_SHOWN), text=text, label=label, stale=stale,
        version=load_calendar().version, year=min(found.days).year if found.days else clock.today().year,
        back=url_for("admin.import_calendar")), 409 if stale else 200


def _given(form: ImportForm) -> tuple[bytes, str]:
    """The file, or else the pasted rows; and what the change of the calendar is noted under."""
    upload = request.files.get("upload")
    if upload is not None and upload.filename and not form.confirmed.data:
        return upload.stream.read(), " ".join(upload.filename.split())[:LONGEST_LABEL]
    label = " ".join((form.label.data or "").split())[:LONGEST_LABEL]
    return (form.rows.data or "").encode(), label or gettext("pasted rows")


def _brought(form: ImportForm, data: bytes, label: str) -> Any:
    try:
        with writing():
            imports.bring_in(data, label=label, actor=current_actor())
    except Faulty as faulty:
        return page(form, faulty=faulty, status=422)
    first = request.form.get("year", "")
    return redirects.see("admin.calendar", done="calendar_changed",
                         **({"year": first} if first.isascii() and first.isdigit() else {}))


def _faulty(form: ImportForm, data: bytes) -> Any:
    try:
        imports.look_at(data)
    except Faulty as faulty:
        form.rows.errors = [gettext("Nothing was changed. The faults stand below, each with its row and column.")]
        return page(form, faulty=faulty, status=422)
    raise AssertionError("what cannot be decoded cannot be read")


def _rows(found: LookedAt) -> list[dict[str, Any]]:
    return [{"on": day, "what": KIND_WORDS[facts.kind], "name": name_of(facts), "source": facts.source,
             "to_confirm": facts.to_confirm, "change": _change(facts, found.known)}
            for day, facts in sorted(found.days.items())]


def _change(facts: SeedDay, known: Mapping[date, SeedDay | None]) -> str:
    stands = known[facts.date]
    if stands is None:
        return gettext("new")
    return gettext("as it stands") if stands == facts else gettext("changed")
