"""A third of a year with Tết in it: nothing missing, nothing doubled, every date right."""

import pytest

from feedback.simulation.plan import Plan
from tests.cli.province import live


@pytest.mark.parametrize(("cases", "seed"), [(550, 1), (550, 2)])
def test_a_spring_loses_and_doubles_nothing(cases: int, seed: int) -> None:
    live(Plan(cases=cases, days=120, seed=seed))
