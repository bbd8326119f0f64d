"""``./test`` and ``./test --rest`` together are every test, each in one of them."""

import os
import subprocess
import sys

import pytest

from tests.house.source import ROOT


def _collected(rooms: tuple[str, ...], **environment: str) -> list[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("HOIAM_", "PYTEST_"))}
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *rooms],
        cwd=ROOT, env={**plain, **environment}, capture_output=True, text=True, timeout=500)
    assert told.returncode == 0, told.stdout[-2000:] + told.stderr[-2000:]
    return [line for line in told.stdout.splitlines() if "::" in line]


# The whole is collected by the second run alone: it takes a minute.
@pytest.mark.parametrize("rooms", [
    pytest.param(("tests/adapters",), marks=pytest.mark.always, id="one room"),
    pytest.param(("tests",), id="all of them")])
def test_no_test_is_in_neither_run_or_in_both(rooms):
    short, rest, whole = _collected(rooms), _collected(rooms, HOIAM_REST="1"), _collected(rooms, HOIAM_ALL="1")
    assert len(short) > 20
    assert len(rest) > 20
    assert set(short) & set(rest) == set()
    if rooms != ("tests",):  # with HOIAM_ALL some journeys are walked at more widths
        assert sorted(short + rest) == sorted(whole)
    else:
        assert set(short) | set(rest) <= set(whole)
        longer = {name.partition("[")[0] for name in set(whole) - set(short) - set(rest)}
        assert {name.split("/")[1] for name in longer} <= {"browser"}, longer
