"""The sample data: an invented province, and cases in every state that were played, not written down."""

import re
from collections import Counter
from datetime import date

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.agencies import Tier
from feedback.domain.answers.structured import Outcome
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import State
from feedback.domain.roles import STAFF_ROLES
from feedback.extensions import db, writing
from feedback.models.agencies import Agency, Procedure
from feedback.models.answers import Review
from feedback.models.cases import Case, Proposal
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.events import Event
from feedback.models.extensions import Extension
from feedback.models.holdings import Contribution
from feedback.models.instructions import FollowUp, Instruction
from feedback.models.lateness import Apology, Explanation
from feedback.models.people import Person, RoleGrant
from feedback.models.publications import Publication
from feedback.models.reader import TransferRequest
from feedback.queries import register, verification
from feedback.services.samples import data, playing, province, publishing


def make(app):
    """Everything, as the command makes it."""
    settings = app.extensions["settings"]
    with writing():
        province.build()
        missing = province.missing_accounts()
        province.open_accounts(missing, password=province.password(settings.secret_key))
    played = playing.play_all(settings=settings, transaction=writing)
    return played, publishing.publish_all(played.to_publish, transaction=writing)


def count(*what):
    return db.session.scalar(select(func.count()).select_from(*what))


def test_the_province_stands_with_its_predecessors_its_people_and_cases_in_every_state(
        app, db_session, answering_vault):
    played, public = make(app)
    assert played.cases == len(data.stories()) >= 60
    states = Counter(db.session.scalars(select(Case.state)))
    assert set(states) == set(State)
    _look_at_the_province()
    _look_at_the_stories()
    _look_at_what_is_supervised()
    assert public == len(played.to_publish) == register.newest().total >= 10
    assert register.newest(text="dat dai").total > 0
    days = list(db.session.scalars(select(Publication.published_on).order_by(Publication.id)))
    assert days == sorted(days)
    assert verification.verify_all().whole
    assert db.session.scalar(select(func.max(Event.at))) <= clock.now()
    again, public_again = make(app)
    assert (again.cases, count(Agency), public_again) == (0, len(data.rows("agencies")), public)


def _look_at_the_province():
    tiers = Counter(db.session.scalars(select(Agency.tier).where(Agency.valid_to.is_(None))))
    assert tiers[Tier.COMMUNE] == tiers[Tier.COMMUNE_SERVICE_CENTRE] >= 10
    assert tiers[Tier.DEPARTMENT] + tiers[Tier.PROVINCE_OFFICE] == 12
    closed = db.session.scalars(select(Agency).where(Agency.valid_to.is_not(None))).all()
    assert closed
    assert all(agency.successor_id is not None and agency.valid_to <= date(2025, 6, 30) for agency in closed)
    assert count(Procedure) >= 25
    assert set(db.session.scalars(select(Procedure.legal_basis))) == {"Dữ liệu mẫu, cần kiểm tra"}
    assert set(db.session.scalars(select(RoleGrant.role))) == set(STAFF_ROLES)
    assert all(person.sample and person.email.endswith("@mau.example") for person in db.session.scalars(
        select(Person)))


def _look_at_the_stories():
    assert set(db.session.scalars(select(Case.category))) == set(Category)
    assert set(db.session.scalars(select(Case.language))) == {"vi", "en"}
    assert {Outcome.RESOLVED, Outcome.IN_PROGRESS, Outcome.EXPLAINED, Outcome.RECORDED_FOR_RULE_CHANGE} <= set(
        db.session.scalars(select(Case.outcome)))
    late = select(func.count()).select_from(Deadline).where(
        Deadline.stopped_at.is_(None), Deadline.kind == "total", Deadline.due_at < clock.now())
    assert db.session.scalar(late) >= 3
    assert count(Review) > 0
    assert db.session.scalar(select(func.count()).select_from(Review).where(Review.action == "return")) >= 5
    assert db.session.scalar(select(func.count()).select_from(Case).where(Case.objected)) >= 3
    assert db.session.scalar(select(func.count()).select_from(Deadline).where(
        Deadline.kind == "commitment", Deadline.stopped_at.is_(None))) >= 2
    assert db.session.scalar(select(func.count()).select_from(Case).where(Case.restricted)) >= 2
    assert db.session.scalar(
        select(func.count()).select_from(Proposal).where(Proposal.decided_at.is_(None))) >= 2


def _look_at_what_is_supervised():
    """Each list of the supervisors has something in it, and the ladder has told what lay late."""
    assert set(db.session.scalars(select(Extension.granted))) == {None, True, False}
    assert set(db.session.scalars(select(TransferRequest.accepted))) == {None, False}
    for what in (Instruction, FollowUp, Apology, Escalation, Contribution):
        assert count(what) > 0, what
    assert {given is None for given in db.session.scalars(select(Explanation.given_at))} == {True, False}
    assert db.session.scalar(select(func.count()).select_from(Proposal).where(Proposal.pressed.is_(True))) == 1
    assert db.session.scalar(select(func.count()).select_from(Escalation).where(Escalation.rung == "after_5")) >= 1
    assert db.session.scalar(select(func.max(Escalation.fired_at))) <= clock.now()


def test_without_the_vault_the_cases_are_there_and_none_is_published(app, db_session, monkeypatch):
    monkeypatch.setattr(playing, "stories", lambda: data.stories()[:2])
    played, public = make(app)
    assert played.cases == len(played.to_publish) == 2
    assert (public, register.newest().total) == (0, 0)


def test_a_run_that_was_broken_off_is_taken_up_again(app, db_session, answering_vault, monkeypatch):
    monkeypatch.setattr(playing, "stories", lambda: data.stories()[:2])
    make(app)
    monkeypatch.setattr(playing, "stories", lambda: data.stories()[:4])
    played, public = make(app)
    assert (played.cases, public, register.newest().total) == (2, 4, 4)


def test_nobody_in_the_stories_is_real():
    words = "\n".join(f"{story.narrative} {story.points} {story.answer}" for story in data.stories())
    for number in re.findall(r"\b0\d{2,3}[ .]?\d{3}[ .]?\d{3}\b", words):
        assert number.startswith("0900")
    assert not re.search(r"@(?!mau\.example)\w", words)


def test_the_password_is_long_typable_and_belongs_to_the_installation():
    one, other = province.password("a" * 40), province.password("b" * 40)
    assert one != other
    assert re.fullmatch(r"mau(-[0-9a-z]{4}){4}", one)
