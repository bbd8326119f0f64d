"""The cost of the overdue sweep follows what is newly due, not what is open; the long form is ``sweep.py``."""

import pytest

from tests.bench.sweep import INDEX, Swept, run

DUE = 30


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_a_sweep_reads_as_much_among_twenty_thousand_open_clocks_as_among_two_thousand(
        engine_name: str, request: pytest.FixtureRequest) -> None:
    """Counted in what the database does (instructions; rows and buffers), not in time."""
    server = request.getfixturevalue("postgresql_url") if engine_name == "postgresql" else None
    few, many = (run(engine_name, open_=open_, due=DUE, server=server) for open_ in (2_000, 20_000))
    for swept in (few, many):
        _as_it_should(swept)
    assert many.steps <= 1.5 * few.steps + 20, f"{few.steps} among few, {many.steps} among many"


def _as_it_should(swept: Swept) -> None:
    assert swept.faults == []
    assert swept.fired == DUE
    assert INDEX in swept.plan, swept.plan
