"""Models of the reader in the database: refitted from verdicts, one in force, rolled back by one file."""

import json
from dataclasses import replace
from itertools import count

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from feedback import clock
from feedback.cli import main
from feedback.domain.answers.model import DEFECTIVE, dump, shipped
from feedback.domain.answers.taxonomy import Flag
from feedback.domain.errors import BadInput
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.answers import Answer
from feedback.models.events import Event
from feedback.models.reader import AnswerVerdict, FlagVerdict, ReaderModel
from feedback.queries import reader_model, reader_words
from feedback.services import answers, citizen, learning
from tests import factories
from tests.factories import actor_of, case_of, walk
from tests.services.test_answers import VAGUE

_rounds = count()


@pytest.fixture(autouse=True)
def asked_anew():
    reader_model.forget()
    yield
    reader_model.forget()


def verdict(answer: Answer, level: str, *, by: int, weight: float = 1.0) -> None:
    db.session.add(AnswerVerdict(answer_id=answer.id, reviewer_id=by, level=level, weight=weight, at=clock.now()))


def flag(answer: Answer, code: Flag, said: str, *, by: int, times: int = 1) -> None:
    """``times``: on so many answers, of which the given one is the first."""
    for place in range(times):
        one = answer
        if place:
            one = Answer(case_id=answer.case_id, round=100 + next(_rounds), version=1, saved_at=clock.now())
            db.session.add(one)
            db.session.flush()
        db.session.add(FlagVerdict(answer_id=one.id, reviewer_id=by, code=code.value, said=said, at=clock.now()))


@pytest.fixture
def answered(db_session, cast):
    """A good answer released to its sender and a vague one at the gate."""
    with writing():
        good, vague = factories.complaint(), factories.complaint()
        walk(good, Action.RELEASE, hands=cast.hands)
        walk(vague, Action.APPROVE, hands=cast.hands, text=VAGUE)
    return good, vague


def newest(receipt) -> Answer:
    found = answers.newest(case_of(receipt))
    assert found is not None
    return found


def test_verdicts_and_senders_words_become_witnesses_with_their_texts(answered, cast):
    good, vague = answered
    with writing():
        verdict(newest(vague), "not_answered", by=cast.ha.id)
        verdict(newest(vague), "clear", by=cast.leader.id)
        verdict(newest(good), "clear", by=cast.ha.id, weight=20.0)
        flag(newest(vague), Flag.HOLDING, "right", by=cast.ha.id)
        flag(newest(vague), Flag.PARTIAL, "missed", by=cast.ha.id)
        flag(newest(vague), Flag.BLAME, "wrong", by=cast.ha.id)
        citizen.say_answered(case_of(good), actor=citizen.as_sender(good.case_id), answered={1: True, 2: False})
    found = reader_words.witnesses()
    assert [(w.defective, w.weight, w.sender) for w in found] == [
        (True, 0.5, False), (False, 0.5, False), (False, 20.0, False), (True, 0.5, True)]
    assert found[0].flags == {Flag.HOLDING, Flag.PARTIAL}
    assert found[0].answer == "Đang xem xét theo quy định.\nĐang xem xét theo quy định."
    assert found[0].asks == factories.POINTS
    assert found[0].complaint == factories.NARRATIVE
    assert found[3].flags is None


def test_what_a_sender_said_of_an_answer_is_not_held_against_the_next_one(answered, cast):
    good, _ = answered
    sender = citizen.as_sender(good.case_id)
    with writing():
        citizen.say_answered(case_of(good), actor=sender, answered={1: True, 2: False})
        citizen.object_to(case_of(good), actor=sender, why="Ý 2 chưa trả lời.")
    with writing():
        hoa = actor_of(factories.member("Phan Thị Hoa", factories.Role.OFFICER, agency_id=cast.building))
        again = case_of(good)
        factories.cases.take(again, actor=hoa)
        answers.save_draft(again, replace(factories.GOOD_ANSWER, found="Đã kiểm tra lại."), actor=hoa)
        answers.submit_answer(again, actor=hoa, override="Đã đối chiếu hồ sơ.")
        answers.approve(again, actor=actor_of(cast.chi_head))
        answers.release(again, actor=actor_of(cast.ha), said=factories.said_of(again))
    said = [(w.defective, "kiểm tra lại" in w.answer) for w in reader_words.witnesses() if w.sender]
    assert said == [(True, False)]
    with writing():
        citizen.say_answered(case_of(good), actor=sender, answered={2: True})
    said = [(w.defective, "kiểm tra lại" in w.answer) for w in reader_words.witnesses() if w.sender]
    assert said == [(True, False), (False, True)]


def test_a_quick_look_says_nothing_of_the_others(answered, cast):
    good, _ = answered
    with writing():
        verdict(newest(good), "clear", by=cast.ha.id, weight=0.0)
    assert reader_words.witnesses() == []


def test_the_texts_read_are_the_masked_ones(answered, cast):
    _, vague = answered
    with writing():
        case = case_of(vague)
        case.masked, case.points[0].masked = "đã che", "ý đã che"
        verdict(newest(vague), "not_clear", by=cast.ha.id)
    found = reader_words.witnesses()[0]
    assert (found.complaint, found.asks[0]) == ("đã che", "ý đã che")


def muting(cast, vague, code=Flag.BLAME) -> None:
    with writing():
        flag(newest(vague), code, "wrong", by=cast.ha.id, times=20)


def test_a_refit_is_a_new_version_in_force_and_an_event_without_words(answered, cast):
    muting(cast, answered[1])
    before = learning.model_in_force()
    proposal = learning.proposed()
    assert db.session.scalar(select(ReaderModel)) is None, "proposing writes nothing"
    with writing():
        made = learning.keep(proposal, author="Tổ kiểm định")
    assert made.version == f"{shipped().version}.r1"
    assert learning.model_in_force() == made
    assert (made.author, made.made_on) == ("Tổ kiểm định", clock.today().isoformat())
    assert Flag.BLAME in made.muted
    assert before == shipped()
    row = db.session.scalars(select(ReaderModel)).one()
    assert (row.in_force, row.body) == (True, dump(made))
    event = db.session.scalars(select(Event).where(Event.type == "reader_refitted")).one()
    assert event.chain == "sys:config"
    assert json.loads(event.payload) == {"version": made.version, "verdicts": 0, "stage": 0, "weights": False,
                                         "muted": 1}


def test_answers_are_read_with_the_model_in_force(answered, cast):
    muting(cast, answered[1])
    with writing():
        made = learning.keep(learning.proposed(), author="x")
    case = case_of(answered[1])
    assert answers.assessed(case, newest(answered[1])).version == made.version


def test_one_statement_a_minute_asks_which_model_is_in_force(answered, sql_log):
    reader_model.forget()
    sql_log.clear()
    for _ in range(5):
        learning.model_in_force()
    assert len(sql_log.statements) == 1


def test_an_earlier_version_and_the_shipped_one_can_be_taken_back(answered, cast):
    muting(cast, answered[1])
    with writing():
        first = learning.keep(learning.proposed(), author="x")
    muting(cast, answered[1], Flag.BUCK)
    with writing():
        second = learning.keep(learning.proposed(), author="x")
    assert second.version.endswith(".r2")
    with writing():
        learning.use(first.version)
    assert learning.model_in_force() == first
    with writing():
        learning.use(shipped().version)
    assert learning.model_in_force() == shipped()
    assert [(one.version, one.in_force) for one in reader_model.listed()] == [
        (shipped().version, True), (second.version, False), (first.version, False)]
    used = db.session.scalars(select(Event).where(Event.type == "reader_model_used")).all()
    assert [json.loads(event.payload)["version"] for event in used] == [first.version, shipped().version]


def test_a_version_is_one_model_for_ever(db_session):
    own = replace(shipped(), version="7", threshold=0.4)
    with writing():
        learning.take(dump(own))
    with writing():
        learning.take(dump(own))
    assert learning.model_in_force().threshold == 0.4
    for text, code in ((dump(replace(own, threshold=0.45)), "different"),
                       (dump(replace(shipped(), threshold=0.4)), "different"),
                       (dump(replace(own, version="hai mươi")), "malformed"),
                       (dump(replace(own, version="2026-11-21-1")), "malformed"),
                       (dump(replace(own, version="earlier.r4")), "stale"),
                       (dump(replace(own, version="8", heads={DEFECTIVE: own.heads[DEFECTIVE]})), "stale")):
        with pytest.raises(BadInput) as fault, writing():
            learning.take(text)
        assert fault.value.code == code
    huge = json.dumps({**json.loads(dump(own)), "threshold": 10 ** 400})
    for text in ("{}", huge, "[" * 100_000):
        with pytest.raises(ValueError, match="no model"), writing():
            learning.take(text)
    with pytest.raises(LookupError), writing():
        learning.use("none")
    reader_model.forget()
    assert learning.model_in_force().version == "7"


def test_a_model_of_an_earlier_reader_or_a_broken_one_is_left_aside(db_session):
    half = dump(replace(shipped(), heads={DEFECTIVE: shipped().heads[DEFECTIVE]}))
    for version, body in (("earlier.r3", dump(shipped())), (f"{shipped().version}.r9", "{}"), ("8", half)):
        with writing():
            db.session.query(ReaderModel).delete()
            db.session.add(ReaderModel(version=version, made_on=clock.today(), author="x", body=body,
                                       in_force=True, added_at=clock.now()))
        reader_model.forget()
        assert learning.model_in_force() == shipped()


# The commands -----------------------------------------------------------------------------------------------


@pytest.fixture
def command(app, monkeypatch):
    """Call it with arguments of ``feedback answers``, on the test's database."""
    monkeypatch.setattr("feedback.app.create_app", lambda _settings=None: app)
    monkeypatch.setattr("feedback.cli.reader_models.follow_note", lambda: None)
    return lambda *arguments: CliRunner().invoke(main, ["answers", *map(str, arguments)])


def test_a_dry_run_says_what_would_change_and_changes_nothing(answered, cast, command):
    muting(cast, answered[1])
    told = command("refit", "--dry-run")
    assert told.exit_code == 0, told.output
    for words in ("0 verdicts of supervisors", "threshold 0.50 → 0.50", "macro-F1 on the frozen pairs",
                  "muted: BLAME, right 0 of 20; its words want mending (new)", "nothing was changed"):
        assert words in told.output
    assert db.session.scalar(select(ReaderModel)) is None


def test_refit_and_rollback_by_one_file(answered, cast, command, tmp_path):
    muting(cast, answered[1])
    file = tmp_path / "before.json"
    assert command("model", "export", shipped().version, file).exit_code == 0
    told = command("refit", "--author", "Tổ kiểm định")
    version = f"{shipped().version}.r1"
    assert f"In force: {version}" in told.output
    assert f"* {version}" in command("model", "list").output
    assert json.loads(command("model", "show").output)["version"] == version
    assert json.loads(command("model", "show", shipped().version).output)["version"] == shipped().version
    assert "Nothing changes." in command("refit").output
    assert "In force" in command("model", "use", file).output
    assert f"* {shipped().version} " in command("model", "list").output
    assert command("model", "use", version).exit_code == 0


def test_what_is_no_model_is_said(answered, command, tmp_path):
    file = tmp_path / "bad.json"
    file.write_text("{}", "utf-8")
    for arguments, why in ((("use", file), "no model"), (("use", "9"), "neither a file nor a version"),
                           (("show", "9"), "no version 9"), (("export", "9", file), "no version 9")):
        told = command("model", *arguments)
        assert told.exit_code == 1
        assert why in told.output
