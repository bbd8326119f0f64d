"""What a supervisor says of an answer and of each flag; how the unflagged are drawn; what happens when an answer
keeps coming back."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback import clock
from feedback.domain.answers.taxonomy import Flag, Level
from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.answers import Answer, Review
from feedback.models.cases import Note
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.models.reader import AnswerVerdict, FlagVerdict
from feedback.queries.gate import often_returned, times_returned
from feedback.services import answers, deputies, verdicts
from feedback.services.verdicts import Said
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of, said_of, walk
from tests.services.test_answers import VAGUE


@pytest.fixture
def at_gate(db_session, cast):
    """Call it with a text: the receipt of a case whose answer waits at the gate."""
    def bring(text=GOOD_ANSWER):
        with writing():
            receipt = factories.complaint()
            walk(receipt, Action.APPROVE, hands=cast.hands, text=text)
        return receipt
    return bring


@pytest.fixture
def everybody_is_drawn(monkeypatch):
    monkeypatch.setattr(verdicts, "drawn", lambda: True)


def level_said():
    return [(v.level, v.weight) for v in db.session.scalars(select(AnswerVerdict).order_by(AnswerVerdict.id))]


def flags_said():
    return [(v.code, v.said) for v in db.session.scalars(select(FlagVerdict).order_by(FlagVerdict.id))]


def release(receipt, cast, said=verdicts.NOTHING):
    with writing():
        answers.release(case_of(receipt), actor=actor_of(cast.ha), said=said)


def give_back(receipt, cast):
    case = case_of(receipt)
    with writing():
        answers.return_answer(case, actor=actor_of(cast.ha), why="Chưa rõ.", said=said_of(case))


def write_again(receipt, cast):
    with writing():
        case = case_of(receipt)
        answers.save_draft(case, VAGUE, actor=actor_of(cast.chi))
        answers.submit_answer(case, actor=actor_of(cast.chi), override="Đã sửa.")


def sign(receipt, by, statement=""):
    with writing():
        answers.approve(case_of(receipt), actor=actor_of(by), statement=statement)


def returned(receipt, cast, times):
    """Taken through the gate so often and come back each time; the last version not yet written."""
    for turn in range(times):
        if turn:
            write_again(receipt, cast)
            sign(receipt, cast.chi_head, "Đã nêu ngày.")
        give_back(receipt, cast)


def test_close_reading_decides_nothing_without_the_level_and_a_word_on_each_note(at_gate, cast):
    receipt = at_gate(VAGUE)
    complete = said_of(case_of(receipt))
    for short, field in ((Said(), "level"), (Said(level=Level.NOT_CLEAR), "flag_0"),
                         (Said(right=complete.right), "level")):
        with pytest.raises(BadInput) as refused:
            release(receipt, cast, short)
        assert (refused.value.field, refused.value.code) == (field, "missing")
        with pytest.raises(BadInput), writing():
            answers.return_answer(case_of(receipt), actor=actor_of(cast.ha), why="Chưa rõ.", said=short)
    assert case_of(receipt).state == "gate_review"
    assert level_said() == flags_said() == []


def test_a_verdict_is_kept_with_the_decision_and_its_event_holds_no_words(at_gate, cast):
    receipt = at_gate(VAGUE)
    newest = answers.newest(case_of(receipt))
    codes = [raw["code"] for raw in json.loads(newest.findings)]
    right = {place: place != 0 for place in range(len(codes))}
    with writing():
        answers.return_answer(case_of(receipt), actor=actor_of(cast.ha), why="Chưa nói bao giờ.",
                              codes=["generic"], said=Said(
                                  level=Level.NOT_ANSWERED, right=right, missed=frozenset({Flag.BLAME})))
    assert level_said() == [("not_answered", 1.0)]
    assert flags_said() == [*((code, "right" if right[n] else "wrong") for n, code in enumerate(codes)),
                            ("blame", "missed")]
    placed = db.session.scalars(select(FlagVerdict).where(FlagVerdict.end > 0)).first()
    assert placed.field
    payload = json.loads(db.session.scalar(select(Event.payload).where(Event.type == "return")))
    assert (payload["level"], payload["wrong"], payload["missed"]) == ("not_answered", 1, 1)
    assert "Chưa nói" not in json.dumps(payload, ensure_ascii=False)


def test_of_a_quick_look_only_what_was_said_is_kept_and_it_counts_for_no_recall(at_gate, cast):
    release(at_gate(), cast)
    assert level_said() == flags_said() == []
    release(at_gate(), cast, Said(level=Level.CLEAR))
    assert level_said() == [("clear", 0.0)]


def test_a_drawn_answer_stands_for_twenty_and_a_flagged_one_is_never_drawn(at_gate, cast, everybody_is_drawn):
    drawn, flagged = at_gate(), at_gate(VAGUE)
    rows = {receipt.case_id: answers.newest(case_of(receipt)) for receipt in (drawn, flagged)}
    assert [(rows[r.case_id].close_reading, rows[r.case_id].sampled) for r in (drawn, flagged)] == [
        (True, True), (True, False)]
    with pytest.raises(BadInput):
        release(drawn, cast)
    release(drawn, cast, said_of(case_of(drawn), Level.CLEAR))
    release(flagged, cast, said_of(case_of(flagged)))
    assert level_said() == [("clear", 20.0), ("not_clear", 1.0)]


def test_one_in_twenty_is_drawn(monkeypatch, really_drawn):
    monkeypatch.setattr(verdicts.secrets, "randbelow", range(20).index)
    with pytest.raises(ValueError, match="20"):
        really_drawn()  # asked below twenty, neither more nor less
    lots = iter(range(20))
    monkeypatch.setattr(verdicts.secrets, "randbelow", lambda _below: next(lots))
    assert [really_drawn() for _ in range(20)].count(True) == 1


def test_what_was_drawn_once_stays_as_it_was_drawn(at_gate, cast, monkeypatch):
    receipt = at_gate()
    monkeypatch.setattr(verdicts, "drawn", lambda: True)
    assert not answers.newest(case_of(receipt)).close_reading


def test_who_says_that_it_does_not_answer_cannot_send_it(at_gate, cast):
    receipt = at_gate()
    with pytest.raises(BadInput) as refused:
        release(receipt, cast, Said(level=Level.NOT_ANSWERED))
    assert (refused.value.field, refused.value.code) == ("level", "not_answered")
    assert case_of(receipt).state == "gate_review"


def test_whoever_wrote_or_approved_it_says_nothing_about_it(at_gate, cast):
    receipt = at_gate(VAGUE)
    case = case_of(receipt)
    for hand in (cast.chi, cast.chi_head):
        with pytest.raises(MoveNotAllowed), writing():
            verdicts.keep(case, answers.newest(case), said_of(case), actor=actor_of(hand), decision=Action.RELEASE)
        with pytest.raises(MoveNotAllowed), writing():
            answers.release(case, actor=actor_of(hand))
    assert level_said() == []


def test_after_two_returns_the_head_signs_in_person_and_says_what_was_changed(at_gate, cast, frozen):
    receipt = at_gate(VAGUE)
    with writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
        head = db.session.get_one(Person, cast.chi_head.id)
        deputies.name_deputy(head, person_id=hoa.id, from_on=clock.today(),
                             to_on=clock.today() + timedelta(days=5), actor=actor_of(cast.chi_head))
    returned(receipt, cast, 1)
    write_again(receipt, cast)
    sign(receipt, hoa)  # once is no reason yet
    give_back(receipt, cast)
    write_again(receipt, cast)
    with pytest.raises(MoveNotAllowed) as refused:
        sign(receipt, hoa, "Tôi đã đọc.")
    assert refused.value.why == "in_person"
    with pytest.raises(BadInput) as short:
        sign(receipt, cast.chi_head, "  ")
    assert (short.value.field, short.value.code) == ("statement", "missing")
    assert case_of(receipt).state == "agency_approval"
    sign(receipt, cast.chi_head, "Đã nêu ngày trả kết quả.")
    review = db.session.scalars(select(Review).order_by(Review.id.desc())).first()
    note = db.session.get_one(Note, review.note_id)
    assert (review.action, note.body, note.told_sender) == ("approve", "Đã nêu ngày trả kết quả.", False)


def test_the_third_return_reaches_the_chairman_once_and_the_list_until_it_is_answered(at_gate, cast):
    receipt, other = at_gate(VAGUE), at_gate(VAGUE)
    give_back(other, cast)
    returned(receipt, cast, 2)
    told = select(Outbox.person_id).where(Outbox.notice == "answer-returned-often")
    leader = actor_of(cast.leader)
    assert (db.session.scalars(told).all(), often_returned(leader)) == ([], [])
    for _ in range(2):
        write_again(receipt, cast)
        sign(receipt, cast.chi_head, "Đã sửa.")
        give_back(receipt, cast)
    assert db.session.scalars(told).all() == [cast.leader.id]
    assert [(one.case.reference, one.case.agency.id, one.times) for one in often_returned(leader)] == [
        (receipt.reference, cast.building, 4)]
    assert often_returned(actor_of(cast.dung)) == [], "another agency sees nothing of it"
    assert db.session.scalars(select(Event.type).where(Event.type == "chairman_told")).all() == ["chairman_told"]
    write_again(receipt, cast)
    sign(receipt, cast.chi_head, "Đã sửa.")
    release(receipt, cast, said_of(case_of(receipt)))
    assert often_returned(leader) == []


def test_each_round_counts_its_own_returns(at_gate, cast):
    receipt = at_gate(VAGUE)
    returned(receipt, cast, 3)
    assert times_returned(case_of(receipt)) == 3
    assert len(often_returned(actor_of(cast.leader))) == 1
    with writing():
        case = case_of(receipt)
        for answer in db.session.scalars(select(Answer).where(Answer.case_id == case.id)):
            answer.round = 7  # as if the case had been answered in an earlier round
    assert times_returned(case_of(receipt)) == 0
    assert often_returned(actor_of(cast.leader)) == []
