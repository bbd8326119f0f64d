"""``feedback agency``: a reorganised agency's open cases move to who took over, previewed; the ledger of
holders of older cases is written."""

from datetime import date, timedelta

import click

BATCH = 200
"""Cases a transaction."""


@click.group()
def agency() -> None:
    """Reorganised agencies, and who held which case."""


@agency.command()
@click.argument("code")
@click.option("--to", "to_code", required=True, help="Code of the agency that takes over.")
@click.option("--last-day", type=click.DateTime(formats=["%Y-%m-%d"]),
              help="Last day of the old agency; yesterday when it has none yet.")
@click.option("--source", default="", help="The document that says so; needed when the agency is not closed yet.")
@click.option("--move-people", is_flag=True, help="Its people go along, and keep the cases that they work on.")
@click.option("--dry-run", is_flag=True, help="Only say what would move.")
def move(code: str, to_code: str, last_day: object, source: str, move_people: bool, dry_run: bool) -> None:
    """Move the open cases of the agency CODE, with their clocks, requests and contributions, to its successor.
    Ends the agency first where that was not done yet. Safe to run again: it takes what is still there."""
    from feedback.app import create_app
    from feedback.config import UnsafeSettings

    try:
        app = create_app()
    except UnsafeSettings as problem:
        raise click.ClickException(str(problem)) from None
    day = last_day.date() if hasattr(last_day, "date") else None
    with app.app_context():
        _move(code, to_code, day, source, move_people, dry_run)


@agency.command()
def ledger() -> None:
    """Write who held which case for cases from before the ledger was kept, out of their history. Safe to run
    again: a case that has a ledger keeps it."""
    from sqlalchemy import select

    from feedback.app import create_app
    from feedback.config import UnsafeSettings
    from feedback.extensions import db, writing
    from feedback.models.cases import Case
    from feedback.services import holdings

    try:
        app = create_app()
    except UnsafeSettings as problem:
        raise click.ClickException(str(problem)) from None
    last = written = 0
    with app.app_context():
        while True:
            with writing():
                cases = list(db.session.scalars(
                    select(Case).where(Case.id > last, Case.historical.is_(False)).order_by(Case.id).limit(BATCH)))
                written += sum(holdings.recall(case) > 0 for case in cases)
                last = cases[-1].id if cases else last
            db.session.expunge_all()  # a big province must not grow in memory
            if not cases:
                break
    click.echo(f"Cases whose ledger was written: {written}")


def _move(code: str, to_code: str, last_day: date | None, source: str, move_people: bool, dry_run: bool) -> None:
    from sqlalchemy import select

    from feedback import clock
    from feedback.domain.errors import BadInput
    from feedback.domain.permissions import SYSTEM
    from feedback.domain.registers import fingerprint
    from feedback.extensions import db, writing
    from feedback.models.agencies import Agency
    from feedback.services import reorganising, taking_over

    old, new = (db.session.scalar(select(Agency).where(Agency.code == one)) for one in (code, to_code))
    if old is None or new is None:
        raise click.ClickException(f"no agency has the code {code if old is None else to_code}")
    if old.successor_id is not None and old.successor_id != new.id:
        raise click.ClickException(f"{code} has another successor already; change that on its closing page")
    found = reorganising.moving(old.id)
    closed = old.valid_to is not None and old.successor_id == new.id
    ends = old.valid_to if closed else last_day or clock.today() - timedelta(days=1)
    assert ends is not None  # a closed agency has a last day
    click.echo(f"{old.name_vi} ({code}) -> {new.name_vi} ({to_code}), last day {ends.isoformat()}")
    click.echo(f"open cases: {found.cases}\nrunning clocks: {found.clocks}\n"
               f"requests to pass on: {found.requests}\ncontributions: {found.contributions}")
    if dry_run:
        click.echo("Nothing was changed (--dry-run).")
        return
    shown, old_id, new_id = fingerprint(reorganising.ending_of(old)), old.id, new.id
    db.session.rollback()
    if not closed:
        try:
            with writing():
                reorganising.close(old_id, last_day=ends, successor_id=new_id, source=source,
                                   move_people=move_people, shown=shown, actor=SYSTEM)
        except BadInput as fault:
            raise click.ClickException({"source": "say with --source which document ends the agency"}.get(
                fault.field, f"{fault.field}: {fault.code}")) from None
    if ends >= clock.today():
        click.echo("Ended. Its cases move on the day after its last.")
        return
    moved, before = 0, reorganising.moving(old_id).cases
    while True:
        with writing():
            more = taking_over.take_over(old_id)
        left = reorganising.moving(old_id).cases
        moved, before = moved + before - left, left
        if not more:
            break
    click.echo(f"Moved: {moved} cases. Left with {code}: {before}")
