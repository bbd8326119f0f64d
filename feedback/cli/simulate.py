"""``feedback simulate``: a synthetic province lives through months in minutes, and everything is counted twice.

The package never imports ``workers``, whose tick is part of what is tried: the command becomes that program.
"""

import os
import sys

import click


@click.command()
@click.option("--cases", type=click.IntRange(1, 1_000_000), default=20_000, show_default=True,
              help="Complaints that arrive.")
@click.option("--days", type=click.IntRange(30, 700), default=365, show_default=True,
              help="Days from 5 January 2026 on.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same province.")
@click.option("--database", default="sqlite", show_default=True, metavar="sqlite|URL",
              help="A throw-away file, or an empty PostgreSQL database, which is filled.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate(cases: int, days: int, seed: int, database: str, as_json: bool) -> None:
    """Let a synthetic province live through DAYS days, on a database of its own.

    Cases, officers, holidays, late replies, transfers, promises, a storm, restarts, three schedulers, three days
    of silence and a clock that jumps. Afterwards each due date and each rung is counted anew by other code: exit
    code 1 when one is missing, doubled or wrong.
    """
    if database != "sqlite" and not database.startswith("postgresql"):
        raise click.BadParameter("'sqlite', or postgresql://… of an empty database", param_hint="--database")
    words = ["--cases", str(cases), "--days", str(days), f"--seed={seed}", "--database", database]
    words += ["--json"] if as_json else []
    os.execv(sys.executable, [sys.executable, "-m", "workers", "simulate", *words])
