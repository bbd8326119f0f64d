"""Reminders that one person is owed at the same time are one mail: none is lost, none is told under a new name."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.domain.limits import DeadlineKind
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.services import bundling, clocks, escalation, mailing, outbox
from tests import factories
from tests.engines.smtp import Sink
from tests.engines.together import together
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.time import Clock


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _late(cast: Cast, an: Citizen, frozen: Clock, cases: int) -> list[str]:
    """That many cases of which Chi's head is told on the same morning; everything before has been sent."""
    references = []
    for _ in range(cases):
        receipt = an.complains()
        with writing():
            factories.walk(receipt, Action.TAKE, hands=cast.hands)
        references.append(receipt.reference)
    mailing.deliver_owed()
    frozen.stand_at("2026-11-27")
    escalation.sweep_overdue()
    return references


def _unsent() -> list[Outbox]:
    db.session.rollback()
    return list(db.session.scalars(select(Outbox).where(Outbox.sent_at.is_(None)).order_by(Outbox.id)))


def _text(post: Sink) -> str:
    body = post.messages[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_three_late_cases_are_one_mail_that_lists_them(
        cast: Cast, an: Citizen, post: Sink, frozen: Clock, inside: None) -> None:
    references = _late(cast, an, frozen, 3)
    before = len(post.messages)
    assert len(_unsent()) == 3
    mailing.deliver_owed()
    assert len(post.messages) == before + 1
    assert _unsent() == []
    text = _text(post)
    assert all(f"http://localhost/desk/cases/{one}" in text for one in references)
    assert text.count("26/11/2026") == 3
    assert text.count("quá hạn 1 ngày làm việc") + text.count("trễ 1 ngày làm việc") == 3, text
    assert post.messages[-1]["Subject"] == "3 thời hạn đã quá"


def test_one_reminder_stays_the_mail_it_was(
        cast: Cast, an: Citizen, post: Sink, frozen: Clock, inside: None) -> None:
    (reference,) = _late(cast, an, frozen, 1)
    mailing.deliver_owed()
    assert reference in post.messages[-1]["Subject"]


def test_a_killed_worker_sends_the_same_mail_again_under_the_same_name_and_loses_none(
        cast: Cast, an: Citizen, post: Sink, frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _late(cast, an, frozen, 2)
    with monkeypatch.context() as killed:
        killed.setattr(outbox, "mark_sent", lambda claim, now: None)  # the mark never reached the database
        mailing.deliver_owed()
    first = post.messages[-1]
    owed_later = an.complains()
    with writing():
        factories.walk(owed_later, Action.TAKE, hands=cast.hands)
        clocks.start_for(None, DeadlineKind.INSTRUCTION, subject_id=1, agency_id=cast.building,
                         due_on=clock.today())
        outbox.owe(notice=bundling.TOGETHER[1], dedupe="after_1.r0.d999999.p1", person_id=cast.chi_head.id)
    frozen.go_on(minutes=5)
    mailing.deliver_owed()
    again = [one for one in post.messages if one["Message-ID"] == first["Message-ID"]]
    assert len(again) == 2
    assert again[0].as_string().count("/desk/cases/") == again[1].as_string().count("/desk/cases/")
    assert [row for row in _unsent() if row.dead_at is None] == []


def test_what_was_tried_alone_stays_alone(
        cast: Cast, an: Citizen, post: Sink, frozen: Clock, inside: None) -> None:
    _late(cast, an, frozen, 3)
    with writing():
        row = db.session.scalars(select(Outbox).where(Outbox.sent_at.is_(None)).order_by(Outbox.id)).first()
        assert row is not None
        row.tries = 1
        alone = outbox.name_in_mail(row.dedupe)
    before = len(post.messages)
    mailing.deliver_owed()
    sent = post.messages[before:]
    assert len(sent) == 2
    assert sum(alone in str(one["Message-ID"]) for one in sent) == 1
    assert _unsent() == []


def test_two_people_get_a_mail_each_and_what_is_hidden_from_one_is_left_out(
        cast: Cast, an: Citizen, post: Sink, frozen: Clock, inside: None) -> None:
    references = _late(cast, an, frozen, 3)
    with writing():
        case = db.session.scalars(select(Case).where(Case.reference == references[0])).one()
        factories.hide_from(case, db.session.get_one(Person, cast.chi_head.id))
    mailing.deliver_owed()
    text = _text(post)
    assert references[0] not in text
    assert references[1] in text
    assert references[2] in text


@pytest.mark.both_engines
def test_many_workers_send_each_reminder_once(
        app: Flask, cast: Cast, an: Citizen, post: Sink, frozen: Clock) -> None:
    with app.app_context():
        references = _late(cast, an, frozen, 6)
        before = len(post.messages)
    together(app, mailing.deliver_owed)
    with app.app_context():
        assert _unsent() == []
        texts = [one.as_string() for one in post.messages[before:]]
        names = [one["Message-ID"] for one in post.messages[before:]]
        assert len(names) == len(set(names))
        assert len(texts) <= len(references)


def test_a_clock_of_no_case_is_told_with_its_name(
        cast: Cast, post: Sink, frozen: Clock, inside: None) -> None:
    with writing():
        clocks.start_for(None, DeadlineKind.INSTRUCTION, subject_id=3, agency_id=cast.building,
                         due_on=clock.today() + timedelta(days=1))
    escalation.sweep_overdue()
    mailing.deliver_owed()
    assert post.messages[-1]["Subject"] == "1 thời hạn sắp đến"
    assert "- Thực hiện chỉ đạo" in _text(post)
