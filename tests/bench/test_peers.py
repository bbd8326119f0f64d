"""What can be said of the peers' bench without a peer. Nothing here installs, starts or reaches one."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import words
from tests.bench.__main__ import NOT_ASKED, ONLY_THERE
from tests.bench.peers import helpdesk
from tests.bench.serving import ROOT, plain_environment


@pytest.mark.parametrize(("asked", "why"), [([], NOT_ASKED), (["--peers"], ONLY_THERE)])
def test_a_run_without_the_peer_says_why_it_has_no_figures_about_it(
        asked: list[str], why: str, tmp_path: Path) -> None:
    """No engine at all: of three targets nothing is measured, and none is passed over in silence."""
    said = tmp_path / "found.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--scale", "tiny", "--db", "", "--only", "P3,P7,P11", *asked,
         "--keep", str(tmp_path / "kept"), "--json", str(said)],
        cwd=ROOT, env=plain_environment(), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    rows = json.loads(said.read_text("utf-8"))["rows"]
    assert {row["id"]: row["void"] for row in rows} == {"P3": why, "P7": why, "P11": why}
    assert all(row["value"] is None for row in rows)
    assert not (tmp_path / "kept").exists(), "nothing was installed or filled"


def test_the_peer_gets_the_house_s_own_cases_and_every_planted_phrase() -> None:
    tickets = list(helpdesk.rows(1, 500))
    assert len(tickets) == 500
    assert sum(one["open"] for one in tickets) == 500 // helpdesk.OPEN_EVERY
    planted = words.planted(1, 500)
    assert planted
    for phrase, holding in planted.items():
        assert sum(phrase in one["text"] for one in tickets) == len(holding)


def test_the_peer_s_packages_are_locked_by_hash_and_name_no_host() -> None:
    locked = helpdesk.LOCK.read_text("utf-8")
    assert "django-helpdesk==" in locked
    assert "://" not in locked
    for entry in re.split(r"\n(?=\S)", locked.strip()):
        assert re.match(r"[a-z0-9.-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry
