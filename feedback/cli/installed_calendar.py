"""``feedback calendar``: with the calendar of this installation, or the shipped one where there is none."""

import click
from sqlalchemy.exc import SQLAlchemyError

from feedback.cli.calendar import LoadedCalendar, calendar_group, shipped_calendar
from feedback.cli.trial.joining import follow_note
from feedback.config import Settings, UnsafeSettings, load_settings
from feedback.domain.calendar_seed import DayKind, SeedDay


def installed_calendar() -> LoadedCalendar:
    """The administrator's calendar from the database that the settings (or the trial in this folder) name; the
    shipped one when there are no settings. Which one counted is said on standard error, so that the date alone
    stands on standard output."""
    follow_note()
    try:
        loaded = _from_database(load_settings())
    except UnsafeSettings:  # nothing is installed here: somebody only wants to count days
        return shipped_calendar()
    except SQLAlchemyError:
        click.echo("(the database does not answer: counted with the calendar that was shipped)", err=True)
        return shipped_calendar()
    click.echo("(counted with the calendar of this installation)", err=True)
    return loaded


def _from_database(settings: Settings) -> LoadedCalendar:
    from sqlalchemy import select

    from feedback.app import create_app
    from feedback.extensions import db
    from feedback.models.deadlines import CalendarDay
    from feedback.queries.calendar import load_calendar

    with create_app(settings).app_context():
        days = {row.day: SeedDay(row.day, DayKind(row.kind), row.name_vi, row.name_en, row.source, row.to_confirm)
                for row in db.session.scalars(select(CalendarDay))}
        loaded = LoadedCalendar(calendar=load_calendar(), days=days)
        db.session.remove()
        db.engine.dispose()
        return loaded


calendar = calendar_group(installed_calendar)
