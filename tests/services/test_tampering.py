"""Somebody with all rights on the database changes history. Each way is found, on both databases."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text, update

from feedback.cli.audit import audit
from feedback.domain.events import FaultKind, event_hash
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.events import ChainHead, Checkpoint, Event
from feedback.queries.checkpoints import Kept, checkpoint_hash, kept, read_kept, verify_checkpoints
from feedback.queries.verification import Verification, verify_all
from feedback.services import history
from feedback.services.checkpoints import write_checkpoint

pytestmark = pytest.mark.both_engines  # each engine has its own triggers

OURS, OTHER = "case:7001", "case:7002"


@pytest.fixture
def story(db_session, migrated) -> Iterator[Callable[[], Verification]]:
    """Two chains of five events, a checkpoint, and a database whose triggers are gone. Returns how to verify."""
    with writing():
        for n in range(5):
            for chain in (OURS, OTHER):
                history.record(chain=chain, type="tested", actor=SYSTEM, role=Role.SYSTEM, payload={"n": n})
    assert verify_all().whole
    with writing():
        _drop_triggers()
    yield verify_all
    _make_triggers_again(migrated.engine)


def _drop_triggers() -> None:
    if db.engine.dialect.name == "sqlite":
        for name in ("event_refuses_update", "event_refuses_delete"):
            db.session.execute(text(f"DROP TRIGGER {name}"))
    else:
        db.session.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))


def _make_triggers_again(engine: str) -> None:
    """SQLite's come back with the next test's file; PostgreSQL's tables stay."""
    if engine == "postgresql":
        db.session.rollback()
        with writing():
            db.session.execute(text("ALTER TABLE event ENABLE TRIGGER ALL"))


def _attack(*statements: str) -> None:
    with writing():
        for statement in statements:
            db.session.connection().exec_driver_sql(statement)


def _first_faults(found: Verification) -> dict[str, tuple[int, FaultKind]]:
    return {fault.chain: (fault.n, fault.kind) for fault in found.faults}


AT = f"chain = '{OURS}' AND n"
ATTACKS = {
    "a payload is edited": (
        [f"UPDATE event SET payload = '{{\"n\":9}}' WHERE {AT} = 3"], (3, FaultKind.EDITED)),
    "a payload is written with another spacing": (
        [f"UPDATE event SET payload = '{{\"n\": 2}}' WHERE {AT} = 3"], (3, FaultKind.EDITED)),
    "a payload is no JSON any more": (
        [f"UPDATE event SET payload = 'x' WHERE {AT} = 3"], (3, FaultKind.EDITED)),
    "the actor is changed": (
        [f"UPDATE event SET actor_type = 'person', actor_id = 4 WHERE {AT} = 3"], (3, FaultKind.EDITED)),
    "the time is changed": (
        [f"UPDATE event SET at = '2020-01-01 00:00:00.000000' WHERE {AT} = 3"], (3, FaultKind.EDITED)),
    "an event is deleted in the middle": (
        [f"DELETE FROM event WHERE {AT} = 3"], (3, FaultKind.MISSING)),
    "an event is deleted and the rest moved up": (
        [f"DELETE FROM event WHERE {AT} = 3", f"UPDATE event SET n = 3 WHERE {AT} = 4",
         f"UPDATE event SET n = 4 WHERE {AT} = 5",
         f"UPDATE chain_head SET n = 4 WHERE chain = '{OURS}'"], (3, FaultKind.BROKEN_LINK)),
    "two events change places": (
        [f"UPDATE event SET n = 99 WHERE {AT} = 2", f"UPDATE event SET n = 2 WHERE {AT} = 3",
         f"UPDATE event SET n = 3 WHERE {AT} = 99"], (2, FaultKind.BROKEN_LINK)),
    "the tail is cut": (
        [f"DELETE FROM event WHERE {AT} > 3"], (4, FaultKind.CUT_TAIL)),
    "an event moves to another chain": (
        [f"UPDATE event SET chain = '{OTHER}', n = 6 WHERE {AT} = 5"], (5, FaultKind.CUT_TAIL)),
    "the head is changed": (
        [f"UPDATE chain_head SET hash = '{'0' * 64}' WHERE chain = '{OURS}'"], (5, FaultKind.HEAD_CHANGED)),
    "the head is moved back": (
        [f"UPDATE chain_head SET n = 4 WHERE chain = '{OURS}'"], (5, FaultKind.BEYOND_HEAD)),
    "the head is deleted": (
        [f"DELETE FROM chain_head WHERE chain = '{OURS}'"], (5, FaultKind.NO_HEAD)),
    "all events go and the head stays": (
        [f"DELETE FROM event WHERE chain = '{OURS}'"], (1, FaultKind.CUT_TAIL)),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_changed_is_found(story, attack):
    statements, first = ATTACKS[attack]
    _attack(*statements)
    assert _first_faults(story())[OURS] == first


def test_an_inserted_event_is_found(story):
    row = db.session.execute(select(Event).where(Event.chain == OURS, Event.n == 5)).scalar_one()
    values = {name: getattr(row, name) for name in (
        "chain", "at", "actor_type", "actor_id", "role", "agency_id", "type", "payload", "prev_hash", "hash")}
    with writing():
        db.session.add(Event(**{**values, "n": 6}))
    assert _first_faults(story())[OURS] == (6, FaultKind.BROKEN_LINK)


# SQLite keeps the constraint for as long as it keeps the table.
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_what_stands_twice_under_one_number_is_found(story):
    copy = (f"INSERT INTO event (chain, n, at, actor_type, type, payload, prev_hash, hash) "
            f"SELECT chain, n, at, actor_type, type, payload, prev_hash, hash FROM event WHERE {AT} = 3")
    try:
        _attack("ALTER TABLE event DROP CONSTRAINT uq_event_chain_n", copy)
        assert _first_faults(story())[OURS] == (3, FaultKind.REPEATED)
    finally:
        _attack(f"DELETE FROM event WHERE chain = '{OURS}'",
                "ALTER TABLE event ADD CONSTRAINT uq_event_chain_n UNIQUE (chain, n)")


def test_a_case_whose_history_is_gone_is_found(story, an):
    receipt = an.complains()
    chain = f"case:{receipt.case_id}"
    _attack(f"DELETE FROM event WHERE chain = '{chain}'", f"DELETE FROM chain_head WHERE chain = '{chain}'")
    assert _first_faults(story())[chain] == (0, FaultKind.MISSING)


def _rewrite(chain: str, n: int, payload: str) -> None:
    """What a careful attacker does: change one event and make every later hash, and the head, fit again."""
    with writing():
        previous = ""
        for row in db.session.scalars(select(Event).where(Event.chain == chain).order_by(Event.n)):
            text_ = payload if row.n == n else row.payload
            prev = previous or row.prev_hash
            previous = event_hash(1, prev, chain, row.n, row.at, row.actor_type, None, row.role, None, row.type,
                                  json.loads(text_))
            db.session.execute(update(Event).where(Event.seq == row.seq).values(
                payload=text_, prev_hash=prev, hash=previous))
        db.session.execute(update(ChainHead).where(ChainHead.chain == chain).values(hash=previous))


def test_a_chain_rewritten_with_its_head_is_found_by_the_checkpoint(story):
    with writing():
        write_checkpoint()
    assert verify_checkpoints() == []
    _rewrite(OURS, 3, '{"n":9}')
    assert story().whole, "the chain alone cannot know"
    assert [fault.number for fault in verify_checkpoints()] == [1]


def _delete_whole(chain: str) -> None:
    _attack(f"DELETE FROM event WHERE chain = '{chain}'", f"DELETE FROM chain_head WHERE chain = '{chain}'")


def test_a_chain_deleted_whole_is_found_by_the_checkpoint(story):
    with writing():
        write_checkpoint()
    _delete_whole(OURS)
    assert story().whole, "the chains alone cannot know"
    assert [fault.number for fault in verify_checkpoints()] == [1]


def test_what_happened_after_a_checkpoint_does_not_disturb_it(story):
    with writing():
        write_checkpoint()
        history.record(chain=OURS, type="tested", actor=SYSTEM, role=Role.SYSTEM, payload={})
        history.record(chain="case:7003", type="tested", actor=SYSTEM, role=Role.SYSTEM, payload={})
    with writing():
        write_checkpoint()
    assert verify_checkpoints() == []


def _checkpoints() -> list[Kept]:
    return [kept(row) for row in db.session.scalars(select(Checkpoint).order_by(Checkpoint.id))]


def test_checkpoints_made_again_after_a_deletion_are_found_by_the_one_kept_elsewhere(story):
    with writing():
        write_checkpoint()
    outside = _checkpoints()
    _delete_whole(OURS)
    _attack("DELETE FROM checkpoint")
    with writing():
        write_checkpoint()
    assert verify_checkpoints() == [], "inside, everything fits again"
    assert {fault.number for fault in verify_checkpoints(outside)} == {1}


def test_a_checkpoint_written_anew_is_found_by_the_one_kept_elsewhere(story):
    with writing():
        row = write_checkpoint()
    outside = _checkpoints()
    earlier = row.at - timedelta(days=1)
    with writing():
        db.session.execute(update(Checkpoint).values(at=earlier, hash=checkpoint_hash(
            1, earlier, row.last_seq, row.chains, row.root, row.previous)))
    assert verify_checkpoints() == [], "inside, everything fits"
    assert [fault.number for fault in verify_checkpoints(outside)] == [1]


def test_an_older_database_put_back_is_found_by_the_one_kept_elsewhere(story):
    for _ in range(2):
        with writing():
            write_checkpoint()
    outside = _checkpoints()
    _attack("DELETE FROM checkpoint WHERE id = 2")
    assert [fault.number for fault in verify_checkpoints(outside)] == [2]


@pytest.mark.parametrize("change", ["root = 'x'", "chains = 99", "previous = 'x'", "last_seq = 1", "id = 5"])
def test_a_changed_checkpoint_is_found(story, change):
    for _ in range(2):
        with writing():
            write_checkpoint()
    _attack(f"UPDATE checkpoint SET {change} WHERE id = 1")
    assert verify_checkpoints()


def test_a_kept_checkpoint_that_somebody_edited_is_no_witness(story):
    with writing():
        write_checkpoint()
    line = _checkpoints()[0]._asdict()
    assert read_kept(line).number == 1
    with pytest.raises(ValueError, match="its own hash"):
        read_kept({**line, "chains": 99})


# On SQLite whoever writes is alone anyway.
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_checkpoint_that_is_still_open_holds_nobody_up(db_session):
    with writing():
        history.record(chain=OURS, type="tested", actor=SYSTEM, role=None, payload={})
    write_checkpoint()
    with db.engine.connect() as other:
        waiting = other.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"))
    assert waiting == 0


# The command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def command(app: Flask, monkeypatch) -> Callable[..., tuple[int, str]]:
    """Run ``feedback audit …`` on this database; gives the exit code and what was printed."""
    monkeypatch.setattr("feedback.app.create_app", lambda *_: app)

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(audit, list(words))
        return result.exit_code, result.output

    return run


def test_the_command_says_that_all_is_whole(story, command):
    code, said = command("verify")
    assert code == 0
    assert "Whole" in said


def test_the_command_prints_the_first_bad_link_of_each_chain(story, command):
    _attack(f"DELETE FROM event WHERE {AT} IN (2, 4)",
            f"UPDATE event SET type = 'x' WHERE chain = '{OTHER}' AND n = 1")
    code, said = command("verify", "--json")
    found = json.loads(said)
    assert code == 1
    assert {(f["chain"], f["n"], f["kind"]) for f in found["faults"]} == {
        (OURS, 2, "missing"), (OTHER, 1, "edited")}


def test_the_command_verifies_one_case(story, command, an):
    reference = an.complains().reference
    assert command("verify", "--case", reference)[0] == 0
    _attack(f"UPDATE event SET type = 'x' WHERE chain = 'case:{an.receipt.case_id}'")
    assert command("verify", "--case", reference)[0] == 1
    assert command("verify", "--case", "NOSUCH")[0] == 2


def test_a_checkpoint_file_kept_elsewhere_convicts(story, command, tmp_path):
    file = tmp_path / "checkpoints.jsonl"
    assert command("checkpoint", "--file", str(file))[0] == 0
    assert command("checkpoint", "--file", str(file))[0] == 0
    assert command("verify", "--checkpoint-file", str(file))[0] == 0
    _delete_whole(OURS)
    code, said = command("verify", "--checkpoint-file", str(file))
    assert code == 1
    assert "checkpoint 1" in said
