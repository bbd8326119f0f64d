"""The synthetic province: nothing missing, nothing doubled, every date right, and checks that can fail."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, insert, select, text, update

from feedback.cli import main
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.events import ChainHead, Event
from feedback.simulation.judging import judge
from feedback.simulation.plan import Outcome, Plan
from feedback.simulation.run import simulate
from feedback.simulation.world import World
from tests.cli.province import clean
from workers.simulating import main as run_it
from workers.simulating import tick

TINY = Plan(cases=25, days=30)


def test_a_database_that_holds_something_is_refused(
        empty_server_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    import psycopg

    with psycopg.connect(empty_server_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE somebodys (id int)")
    assert run_it(["--cases", "1", "--days", "30", "--database", empty_server_database]) == 2
    assert "tables already" in capsys.readouterr().err
    with psycopg.connect(empty_server_database) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)


def test_the_checks_see_what_is_broken() -> None:
    """Each thing is broken in the finished database and judged anew, one after the other."""
    seen: dict[str, Outcome] = {}

    def inspect(world: World) -> None:
        clean(judge(world, seconds=1.0))
        for name, (breaks, mends) in BREAKAGES.items():
            with writing():
                breaks()
            seen[name] = judge(world, seconds=1.0)
            with writing():
                mends()

    simulate(TINY, tick=tick, inspect=inspect)
    assert set(seen) == set(BREAKAGES)
    assert seen["a rung is deleted"].figures["missing"] == 1
    assert seen["a rung is told twice"].figures["doubled"] == 1
    assert seen["a rung stands twice"].figures["doubled"] == 1
    assert seen["a due date is a day off"].figures["wrong_due_dates"] == 1
    assert seen["a pause is a day too long"].figures["wrong_due_dates"] == 1
    assert seen["a rung nobody owed"].figures["not_owed"] == 1
    assert seen["a case is nowhere"].figures["impossible_states"] == 1
    assert seen["a history is touched"].figures["chains_broken"] == 1
    assert not any(outcome.ok for outcome in seen.values())


_kept: dict[str, object] = {}


def _first_rung() -> Escalation:
    return db.session.scalars(select(Escalation).order_by(Escalation.id).limit(1)).one()


def _delete_rung() -> None:
    row = _first_rung()
    _kept["rung"] = {name: getattr(row, name) for name in (
        "id", "deadline_id", "case_id", "rung", "fired_at", "days_late")}
    db.session.execute(delete(Escalation).where(Escalation.id == row.id))


def _put_rung_back() -> None:
    db.session.execute(insert(Escalation).values(**_kept["rung"]))  # type: ignore[arg-type]


def _tell_twice() -> None:
    event = db.session.scalars(select(Event).where(Event.type == "reminded").order_by(Event.seq).limit(1)).one()
    db.session.execute(insert(Event).values(
        chain="case:0", n=1, at=event.at, actor_type="system", type=event.type, payload=event.payload,
        prev_hash=event.prev_hash, hash=event.hash))


def _without_the_unique_index() -> None:
    """SQLite keeps a table's own constraint for ever: the rows move to a table without it."""
    for statement in ("ALTER TABLE escalation RENAME TO escalation_kept",
                      "CREATE TABLE escalation AS SELECT * FROM escalation_kept",
                      "INSERT INTO escalation SELECT * FROM escalation_kept ORDER BY id LIMIT 1"):
        db.session.execute(text(statement))


def _with_the_unique_index() -> None:
    db.session.execute(text("DROP TABLE escalation"))
    db.session.execute(text("ALTER TABLE escalation_kept RENAME TO escalation"))


def _move(days: int) -> None:
    first = db.session.scalar(select(func.min(Deadline.id)))
    due = db.session.scalar(select(Deadline.due_at).where(Deadline.id == first))
    assert due is not None
    db.session.execute(update(Deadline).where(Deadline.id == first).values(due_at=due + timedelta(days=days)))


def _pause(days: int) -> None:
    first = db.session.scalar(select(func.min(Deadline.id)).where(Deadline.kind == "total"))
    db.session.execute(update(Deadline).where(Deadline.id == first).values(
        paused_days=Deadline.paused_days + days))


def _invent(rung: str = "after_77") -> None:
    first = _first_rung()
    db.session.execute(insert(Escalation).values(
        deadline_id=first.deadline_id, case_id=first.case_id, rung=rung, fired_at=first.fired_at, days_late=77))


def _forget_invented() -> None:
    db.session.execute(delete(Escalation).where(Escalation.rung == "after_77"))


def _stop_total() -> None:
    row = db.session.scalars(select(Deadline).where(
        Deadline.kind == "total", Deadline.stopped_at.is_(None)).order_by(Deadline.id).limit(1)).one()
    _kept["total"] = row.id
    db.session.execute(update(Deadline).where(Deadline.id == row.id).values(kind="publish"))


def _run_total() -> None:
    db.session.execute(update(Deadline).where(Deadline.id == _kept["total"]).values(kind="total"))


def _touch(head: str) -> None:
    chain = f"case:{db.session.scalar(select(func.min(Case.id)))}"
    _kept.setdefault("hash", db.session.scalar(select(ChainHead.hash).where(ChainHead.chain == chain)))
    db.session.execute(update(ChainHead).where(ChainHead.chain == chain).values(hash=head))


BREAKAGES: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
    "a rung is deleted": (_delete_rung, _put_rung_back),
    "a rung stands twice": (_without_the_unique_index, _with_the_unique_index),
    "a due date is a day off": (lambda: _move(1), lambda: _move(-1)),
    "a pause is a day too long": (lambda: _pause(1), lambda: _pause(-1)),
    "a rung nobody owed": (_invent, _forget_invented),
    "a case is nowhere": (_stop_total, _run_total),
    "a history is touched": (lambda: _touch("f" * 64), lambda: _touch(str(_kept["hash"]))),
    "a rung is told twice": (_tell_twice, lambda: None),  # what is written in a history stays
}


def test_the_command_prints_json_and_says_by_its_exit_code_that_all_is_well(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda program, words: became.append(list(words)))
    said = CliRunner().invoke(main, ["simulate", "--cases", "5", "--days", "30", "--seed", "2", "--json"])
    assert (said.exit_code, became[0][1:4]) == (0, ["-m", "workers", "simulate"])
    assert run_it(became[0][4:]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["cases"], figures["missing"], figures["doubled"]) == (5, 0, 0)


def test_any_other_database_is_refused_in_words() -> None:
    said = CliRunner().invoke(main, ["simulate", "--database", "mysql://somewhere"])
    assert said.exit_code == 2
    assert "postgresql" in said.output
