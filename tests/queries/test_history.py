"""The timeline: events and words as one story, for staff and for the sender."""

import pytest
from sqlalchemy import update

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.cases import Note
from feedback.queries.history import timeline
from feedback.services import answers, lifecycle
from tests import factories
from tests.factories import actor_of, case_of


@pytest.fixture
def story(db_session, cast, an) -> int:
    """An's case: its answer was sent back by the head, with a reason."""
    receipt = an.complains()
    with writing():
        case = factories.walk(receipt, Action.PROPOSE_ANSWER, hands=cast.hands)
        answers.send_back(case, actor=actor_of(cast.chi_head), why="Chưa nói rõ ngày có kết quả.")
    return receipt.case_id


def test_the_story_is_told_from_the_beginning_with_who_did_what(story, cast):
    told = timeline(story)
    assert [entry.type for entry in told][:4] == ["submit", "accept", "assign", "take"]
    assert [entry.n for entry in told] == list(range(1, len(told) + 1))
    assert (told[0].actor_type, told[0].who) == ("complainant", None)
    last = told[-1]
    assert (last.type, last.who, last.note) == ("send_back", "Võ Thị Mai", "Chưa nói rõ ngày có kết quả.")
    assert last.agency_vi == "Sở Xây dựng"


def test_the_sender_reads_roles_and_agencies_and_no_names_of_staff(story):
    told = timeline(story, for_sender=True)
    assert {entry.who for entry in told} == {None}
    assert told[-1].role == "agency_head"
    assert told[-1].agency_vi == "Sở Xây dựng"


def test_the_sender_reads_only_what_was_written_for_the_sender(db_session, cast, an):
    receipt = an.complains()
    with writing():
        lifecycle.advance(case_of(receipt), Action.ASK_SUBMITTER, actor=actor_of(cast.intake),
                          why="Xin cho biết số hồ sơ.", tell_sender=True)
    assert timeline(receipt.case_id, for_sender=True)[-1].note == "Xin cho biết số hồ sơ."


def test_what_was_written_inside_the_house_stays_inside(story):
    assert timeline(story, for_sender=True)[-1].note is None


def test_words_that_were_erased_leave_the_event(story):
    with writing():
        db.session.execute(update(Note).where(Note.case_id == story).values(body=""))
    told = timeline(story)
    assert told[-1].type == "send_back"
    assert told[-1].note is None


def test_a_story_is_two_statements_however_long(story, sql_log):
    sql_log.clear()
    timeline(story)
    assert len(sql_log.statements) == 2


def test_nobodys_story_is_empty(db_session):
    assert timeline(999) == []
