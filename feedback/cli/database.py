"""``feedback db``: bring the database to the version that this program needs, and say where it stands."""

import logging
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from feedback.config import Settings


@click.group()
def db() -> None:
    """The database and its version."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # what was done is said once, at the end


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database up to REVISION (the newest), and put in the limits and the calendar it starts with.

    Safe to call twice, by two starts at once, and after a start that was killed in the middle.
    """
    from feedback.app import create_app
    from feedback.extensions import writing
    from feedback.migrations import runner
    from feedback.services.seeding import seed_reference_data

    app = create_app(_settings())
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    before = runner.current(url)
    runner.upgrade(url, revision)
    after = runner.current(url)
    if after == runner.head():
        with app.app_context(), writing():
            seed_reference_data()
    click.echo(f"The database stands at {after}." if before == after
               else f"The database went from {before or 'nothing'} to {after}.")


@db.command()
@click.argument("revision")
@click.confirmation_option(prompt="Going back loses what the newer steps had made room for. Go on?")
def downgrade(revision: str) -> None:
    """Take the database back to REVISION ('base': empty). Data can be lost."""
    from feedback.migrations import runner

    url = _settings().database_url
    runner.downgrade(url, revision)
    click.echo(f"The database stands at {runner.current(url) or 'nothing'}.")


@db.command()
def current() -> None:
    """Print the database's version; exit code 1 when it is not the one that this program needs."""
    from feedback.migrations import runner

    found, needed = runner.current(_settings().database_url), runner.head()
    click.echo(f"{found or 'empty'} (this program needs {needed})")
    if found != needed:
        raise click.exceptions.Exit(1)


@db.command()
@click.argument("number")
@click.argument("message")
def revision(number: str, message: str) -> None:
    """For developers: write migration NUMBER with what the models have and this database has not."""
    from feedback.migrations import runner

    runner.write_revision(_settings().database_url, message, number=number)


def _settings() -> "Settings":
    """From the environment; what is missing or unsafe ends the command with one sentence."""
    from feedback.config import UnsafeSettings, load_settings

    try:
        return load_settings()
    except UnsafeSettings as problem:
        raise click.ClickException(str(problem)) from None
