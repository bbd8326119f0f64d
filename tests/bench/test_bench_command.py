"""``python -m tests.bench`` works from beginning to end: at the tiny scale, on SQLite, as a process of its own. No
time is looked at; the same command on a quiet machine is for those."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import rounds
from tests.bench.load import Load, address, request
from tests.bench.measured import Measured
from tests.bench.serving import ROOT, plain_environment

TARGETS = {f"P{n}" for n in range(1, 20)}
PATIENCE = 540
"""Seconds; alone on two cores it takes a tenth."""


def test_the_whole_command_measures_every_target_or_says_honestly_why_not(tmp_path: Path) -> None:
    said = tmp_path / "found.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--scale", "tiny", "--db", "sqlite",
         "--keep", str(tmp_path / "kept"), "--json", str(said), "--markdown", str(tmp_path / "found.md")],
        cwd=ROOT, env=plain_environment(), capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert said.exists(), done.stderr[-2_000:]
    found = json.loads(said.read_text("utf-8"))
    assert found["faults"] == {}
    assert {row["id"] for row in found["rows"]} == TARGETS
    for row in found["rows"]:
        assert row["value"] is not None or row["void"], row
        assert row["passed"] is not None or row["void"] or row["target"] is None, row
        assert row["unit"] != "count" or row["passed"] is not False, row  # what is counted holds at every scale
    markdown = (tmp_path / "found.md").read_text("utf-8")
    assert all(f"| {target} |" in markdown for target in TARGETS)


def test_a_ceiling_that_wavers_gives_figures_without_a_verdict() -> None:
    speeds = iter([100, 200] * rounds.TRIES)
    found = rounds.alternate(
        {"page": lambda: Load(next(speeds), 1.0, 1, 1, 1), "list": lambda: Load(50, 1.0, 1, 1, 1)},
        ceiling="page", figure=rounds.rate, rounds=2)
    assert found.tries == rounds.TRIES
    assert "wavered" in found.void_of("list")
    assert Measured("P1", "", "sqlite", found.ratio("list"), "ratio", (">=", 0.3), void=found.void_of("list")
                    ).passed is None


def test_answers_that_are_no_success_are_never_a_good_figure() -> None:
    found = rounds.alternate(
        {"page": lambda: Load(100, 1.0, 1, 1, 1), "list": lambda: Load(90, 1.0, 1, 1, 1, {"200": 80, "500": 10})},
        ceiling="page", figure=rounds.rate, rounds=1)
    assert "10 answers" in found.void_of("list")


@pytest.mark.parametrize("url", ["http://example.com/", "https://127.0.0.1/", "http://10.0.0.1:8000/"])
def test_the_client_asks_nobody_but_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match='this machine alone'):
        address(url)


def test_a_request_is_whole() -> None:
    raw = request("POST", "http://127.0.0.1:8000/a?b=c", cookie="visit=1", body=b"x=1")
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n")
    assert b"Content-Length: 3" in head
    assert body == b"x=1"
