"""A third of a year with the National Day and days that are not decided yet, on both databases."""

from datetime import date

from feedback.simulation.plan import Plan
from tests.cli.province import live

FIRST = date(2026, 8, 24)


def test_an_autumn_loses_and_doubles_nothing() -> None:
    live(Plan(cases=600, days=120, seed=3, first=FIRST))


def test_an_autumn_on_postgresql_loses_and_doubles_nothing(empty_server_database: str) -> None:
    live(Plan(cases=300, days=120, seed=4, first=FIRST), database=empty_server_database)
