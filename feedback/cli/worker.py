"""``feedback worker``, ``feedback run-job``, ``feedback clock``: the clock's side of the house.

The package never imports ``workers``: these commands become that program.
"""

import os
import sys

import click


@click.command()
def worker() -> None:
    """Work: jobs as they ring, sweeps as they fall due. Start as many as you like, on any machine."""
    _become()


@click.command(name="run-job")
@click.argument("name")
@click.argument("row_id", metavar="[ID]", type=click.IntRange(min=0), required=False)
def run_job(name: str, row_id: int | None) -> None:
    """Run one job or sweep now, by hand, without Redis. Doing it twice does no harm."""
    _become("run", name, *([] if row_id is None else [str(row_id)]))


@click.group()
def clock() -> None:
    """The clock guard: a jump of the clock stops what cannot be taken back."""


@clock.command(name="status")
def status() -> None:
    """Say whether the clock is trusted."""
    from feedback import clock as house_clock
    from feedback.app import create_app
    from feedback.services import watchdog

    with create_app().app_context():
        trusted = watchdog.is_trusted()
    click.echo(f"{house_clock.now().astimezone(house_clock.VIETNAM):%Y-%m-%d %H:%M:%S} "
               + ("trusted" if trusted else "not trusted: irreversible sweeps wait"))
    sys.exit(0 if trusted else 1)


@clock.command(name="confirm")
def confirm() -> None:
    """Say that the time is right: what waited goes on. Look at the printed time first."""
    from feedback import clock as house_clock
    from feedback.app import create_app
    from feedback.extensions import writing
    from feedback.services import watchdog

    now = house_clock.now()
    with create_app().app_context(), writing():
        watchdog.confirm_clock(now=now)
    click.echo(f"{now.astimezone(house_clock.VIETNAM):%Y-%m-%d %H:%M:%S} confirmed")


def _become(*words: str) -> None:
    os.execv(sys.executable, [sys.executable, "-m", "workers", *words])
