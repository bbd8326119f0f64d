"""Cases passed on between agencies, counted for the public pages: nobody's request counts the ledger."""

from datetime import timedelta

from feedback import clock
from feedback.queries.holdings import by_agency, passed_totals

PERIOD = timedelta(days=365)
"""The last year, today included."""


def passing_counts() -> dict[str, int]:
    """``passed.cases``, ``passed.twice``, ``passed.loops`` and, for each agency that passed one on or got one
    back, ``passed.agency.<code>`` and ``passed.loops.agency.<code>``. An agency's own counts name no complainant
    (design §13.12)."""
    until = clock.today()
    since = until - PERIOD
    counts = {f"passed.{name}": number for name, number in passed_totals(since=since, until=until).items()}
    for one in by_agency(since=since, until=until):
        if one.passed_on:
            counts[f"passed.agency.{one.agency.code}"] = one.passed_on
        if one.loops:
            counts[f"passed.loops.agency.{one.agency.code}"] = one.loops
    return counts
