"""``feedback case index``: put older cases into the index of staff search."""

import click

BATCH = 200
"""Cases a transaction: large enough to be quick, small enough not to hold up writers."""


@click.group()
def case() -> None:
    """Work on all cases at once."""


@case.command()
def index() -> None:
    """Index every case for staff search, the oldest first. Safe to run again, and while the house works: cases are
    indexed with each change by themselves."""
    from feedback.app import create_app
    from feedback.config import UnsafeSettings
    from feedback.extensions import db, writing
    from feedback.services import case_index

    try:
        app = create_app()
    except UnsafeSettings as problem:
        raise click.ClickException(str(problem)) from None
    last = number = 0
    with app.app_context():
        while ids := case_index.after(last, most=BATCH):
            with writing():
                number += case_index.fill(ids)
            db.session.expunge_all()  # a big province must not grow in memory
            last = ids[-1]
    click.echo(f"Cases indexed: {number}")
