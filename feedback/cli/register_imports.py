"""``feedback import agencies|procedures|papers|calendar``: a register from a CSV file, all of it or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from feedback.services.register_imports.bringing import Brought, Faulty

SENTENCES = {
    "missing": "this cell may not be empty",
    "signs": "there is a sign in it that no keyboard makes",
    "too_long": "this is too long",
    "agency_code": "a code has groups of letters and digits with dots between, at most 35 characters",
    "procedure_code": "a code has letters and digits, with dots, hyphens or slashes between",
    "tier": "this tier is unknown; it is one of {tiers}",
    "unit": "this unit is unknown; it is one of working_days, calendar_days, working_hours",
    "day_kind": "this is neither off nor make_up",
    "day": "this is no day; write 2026-11-16 or 16/11/2026",
    "day_range": "this day is before 1945 or after 2199",
    "number": "this is no whole number",
    "number_range": "this number is too small or too large",
    "yes_or_no": "this is neither yes nor no (có or không, 1 or 0)",
    "email": "this is no e-mail address",
    "twice": "this stands in the file twice",
    "before": "it ends before it begins",
    "still_open": "an agency without valid_to has no successor",
    "unknown_agency": "no agency has this code, neither here nor in the file",
    "unknown_procedure": "no procedure has this code; import the procedures first",
    "circle": "following this leads back to the agency itself",
    "together": "limit_amount and limit_unit come together or not at all",
    "weekday": "Monday to Friday are working days anyway; make_up is for Saturdays and Sundays",
    "cells": "this row does not have as many cells as the header",
    "quotes": "from here on the quotation marks do not fit; the file cannot be read",
    "not_utf8": "the file is not UTF-8; save it as CSV UTF-8",
    "empty_file": "the file is empty; the first row has to name the columns",
    "column_twice": "this column stands in the header twice",
    "file_too_large": "the file is larger than 30 MB",
    "too_many_rows": "the file has more than 100,000 rows",
}
"""Every fault as a sentence."""

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command()
@_FILE
def agencies(file: Path) -> None:
    """Bring in the tree of agencies.

    Columns: code, name_vi, name_en, tier, parent_code, valid_from, valid_to, successor_code, email. Agencies that
    are not in the file stay. Open cases of an agency that has ended move to its successor.
    """
    from feedback.services.register_imports.agencies import bring_in

    with _app():
        brought = _bring_in(file, bring_in)
        for agency_id in brought.closed:
            _move_cases(agency_id)


@click.command()
@_FILE
def procedures(file: Path) -> None:
    """Bring in the procedures.

    Columns: code, name_vi, name_en, field, agency_code, tier, limit_amount, limit_unit, fee_vnd, published_at,
    legal_basis. Procedures that are not in the file stay.
    """
    from feedback.services.register_imports.procedures import bring_in_procedures

    with _app():
        _bring_in(file, bring_in_procedures)


@click.command()
@_FILE
def papers(file: Path) -> None:
    """Bring in the papers that procedures may ask for.

    Columns: procedure_code, name_vi, name_en, copies, digitised, paper_needed_if_signed_online, legal_basis.
    Papers that are not in the file stay; take them away on the procedure's page.
    """
    from feedback.services.register_imports.procedures import bring_in_papers

    with _app():
        _bring_in(file, bring_in_papers)


@click.command()
@_FILE
def calendar(file: Path) -> None:
    """Bring in days off and make-up days, and move open due dates with them.

    Columns: date, kind (off or make_up), name_vi, source; if wanted name_en and to_confirm (yes). Days that are
    not in the file stay.
    """
    from feedback.services.register_imports.calendar import bring_in

    with _app():
        brought = _bring_in(file, bring_in)
        click.echo(f"Open cases whose due dates moved: {brought.moved_cases}")
        click.echo(f"Of these, overdue by it: {brought.late_cases}")


COMMANDS = (agencies, procedures, papers, calendar)


def _app() -> Any:
    from feedback.cli.importing import open_app

    return open_app().app_context()


def _bring_in(file: Path, deed: "Callable[..., Brought]") -> "Brought":
    from feedback.domain.permissions import SYSTEM
    from feedback.extensions import writing
    from feedback.services.register_imports.bringing import Faulty

    try:
        with writing():
            brought = deed(file.read_bytes(), label=file.name, actor=SYSTEM)
    except Faulty as faulty:
        _tell(faulty)
        raise click.ClickException("Nothing was brought in.") from None
    if brought.ignored:
        click.echo(f"Columns left aside: {', '.join(brought.ignored)}")
    click.echo(f"Rows read: {brought.read}")
    click.echo(f"New: {brought.new}")
    click.echo(f"Changed: {brought.changed}")
    click.echo(f"As they stood: {brought.same}")
    return brought


def _tell(faulty: "Faulty") -> None:
    from feedback.domain.agencies import Tier
    from feedback.domain.register_files import MOST_FAULTS

    if faulty.missing:
        click.echo(f"Missing columns: {', '.join(faulty.missing)}", err=True)
    if faulty.ignored:
        click.echo(f"Unknown columns: {', '.join(faulty.ignored)}", err=True)
    for fault in faulty.faults[:MOST_FAULTS]:
        where = f"row {fault.row}, {fault.column}" if fault.column else f"row {fault.row}"
        cell = f" ({fault.cell})" if fault.cell else ""
        click.echo(f"{where}: {SENTENCES[fault.code].format(tiers=', '.join(Tier))}{cell}", err=True)
    if len(faulty.faults) > MOST_FAULTS:
        click.echo(f"… and {len(faulty.faults) - MOST_FAULTS} more faults", err=True)


def _move_cases(agency_id: int) -> None:
    from feedback.domain.permissions import SYSTEM
    from feedback.extensions import db, writing
    from feedback.models.agencies import Agency
    from feedback.queries.agency_register import last_successor
    from feedback.services import reorganising

    moved, batch = 0, 1
    with writing():
        reorganising.hand_over(db.session.get_one(Agency, agency_id), actor=SYSTEM)
    while batch:
        with writing():
            batch = reorganising.move_open_cases(agency_id, actor=SYSTEM)
        moved += batch
    if moved:
        ended = db.session.get_one(Agency, agency_id)
        successor = last_successor(ended)
        assert successor is not None
        click.echo(f"Open cases moved from {ended.code} to {successor.code}: {moved}")
