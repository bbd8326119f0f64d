"""The short form: web, workers, vault, queue and mail server are killed while people complain. The long one:
``python -m tests.chaos``. On one database: what is tested here are processes; the long form takes both."""

from dataclasses import replace

import pytest

from tests.chaos.run import Plan, run

SHORT = Plan(submissions=60, letters=16, seconds=9.0, kill_every=1.0, queue_away=2.5, mail_away=2.5, settle=60.0,
             hurried=True)


@pytest.mark.always
def test_every_receipt_stands_for_one_case_and_everybody_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = run(SHORT, say=print)
    assert verdict.ok, f"{verdict.faults}\n{verdict.figures}\n{capsys.readouterr().out}"
    assert verdict.figures["processes started again"] >= 3, "nothing was broken: this proves nothing"


def test_the_same_faults_are_seen_when_the_outbox_is_bypassed() -> None:
    verdict = run(replace(SHORT, naive=True, settle=6.0))
    assert any("never told" in fault for fault in verdict.faults), verdict.figures
    # How many get through depends on the machine: there each complaint waits for the mail server.
    assert verdict.figures["cases stored"] >= verdict.figures["receipts shown"] >= 1, verdict.figures
