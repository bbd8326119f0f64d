"""Joint handling: the lead asks a second agency for one concrete part, with a day of its own; the lead's clock
goes on, and who contributes gains no reach of the case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach, StaleEdit
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import within_reach
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.deadlines import Deadline
from feedback.models.outbox import Outbox
from feedback.queries.contributions import contribution_for, contributions_of, owed_by, owed_count
from feedback.queries.visibility import facts_of
from feedback.services import cases, contributions, escalation, taking_over
from tests import factories
from tests.factories import actor_of, case_of, walk
from tests.services.test_transfer_requests import events

WANTED = "Cho biết thửa đất số 12 có nằm trong hành lang đường bộ không, kèm trích lục bản đồ."


@pytest.fixture
def case(app, cast):
    """A case in Chi's hands."""
    with app.app_context(), writing():
        receipt = factories.complaint()
        walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def ask(case, who, cast, **about):
    with writing():
        return contributions.ask(case_of(case), actor=actor_of(who),
                                 **{"agency_id": cast.land, "wanted": WANTED, **about}).id


def give(contribution_id, who, text="Thửa đất nằm ngoài hành lang, theo trích lục số 15."):
    with writing():
        contributions.give(contribution_id, text=text, actor=actor_of(who))


def own_clock(contribution_id):
    return db.session.scalars(select(Deadline).where(
        Deadline.kind == "contribute", Deadline.subject_id == contribution_id)).one()


def test_a_second_agency_is_asked_with_its_own_day_and_the_leads_clock_goes_on(case, cast, db_session):
    handle = db.session.scalars(select(Deadline).where(Deadline.kind == "handle")).one()
    due = handle.due_at
    day = clock.today() + timedelta(days=5)
    contribution_id = ask(case, cast.chi, cast, due_on=day)
    row = own_clock(contribution_id)
    assert (row.agency_id, row.due_on) == (cast.land, day)
    db.session.refresh(handle)
    assert (handle.stopped_at, handle.paused_at, handle.due_at) == (None, None, due)
    owed = db.session.scalars(select(Outbox.person_id).where(Outbox.notice == "contribution-asked")).all()
    assert owed == [cast.dung_head.id]


def test_its_people_see_what_is_asked_and_gain_no_reach_of_the_case(case, cast, db_session):
    contribution_id = ask(case, cast.chi, cast)
    for who in (cast.dung, cast.dung_head):
        actor = actor_of(who)
        assert contribution_for(actor, contribution_id).wanted == WANTED
        assert owed_count(actor) == 1
        assert not within_reach(actor, facts_of(case_of(case)))
    for who in (cast.chi, cast.ha, cast.intake, cast.leader):
        assert contribution_for(actor_of(who), contribution_id) is None


def test_what_is_given_reaches_the_lead_and_stops_the_clock_in_time(case, cast, db_session):
    contribution_id = ask(case, cast.chi, cast)
    give(contribution_id, cast.dung)
    found = contributions_of(case.case_id)[0]
    assert (found.standing, found.given_by, found.due.state) == ("given", "Lê Văn Dũng", "met")
    assert db.session.scalars(select(Outbox.person_id).where(Outbox.notice == "contribution-given")).all() == [
        cast.chi.id]
    assert events(case)[-1] == "contribution_given"
    assert owed_by(actor_of(cast.dung))[0] == []
    assert [one.id for one in owed_by(actor_of(cast.dung), ended=True)[0]] == [contribution_id]


def test_a_double_click_gives_once(case, cast, db_session):
    contribution_id = ask(case, cast.chi, cast)
    give(contribution_id, cast.dung)
    with pytest.raises(MoveNotAllowed) as refused:
        give(contribution_id, cast.dung, "Lần hai.")
    assert refused.value.why == "contribution_over"
    assert events(case).count("contribution_given") == 1


def test_another_agencys_officer_gives_nothing_and_learns_nothing(case, cast, db_session):
    contribution_id = ask(case, cast.chi, cast)
    for who in (cast.chi, cast.chi_head, cast.ha, cast.intake):
        with pytest.raises(OutOfReach):
            give(contribution_id, who)


def test_only_the_lead_and_the_coordinator_ask_and_take_back(case, cast, db_session):
    with writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
    for who in (hoa, cast.dung, cast.dung_head, cast.intake, cast.leader):
        with pytest.raises(MoveNotAllowed):
            ask(case, who, cast)
    contribution_id = ask(case, cast.ha, cast)
    with pytest.raises(MoveNotAllowed), writing():
        contributions.take_back(contribution_id, actor=actor_of(cast.dung_head))
    with writing():
        contributions.take_back(contribution_id, actor=actor_of(cast.chi_head))
    assert contributions_of(case.case_id)[0].standing == "over"
    assert (own_clock(contribution_id).met, own_clock(contribution_id).stopped_at is None) == (None, False)


@pytest.mark.parametrize(("about", "field", "code"), [
    ({"agency_id": None}, "agency", "missing"), ({"wanted": " "}, "wanted", "missing"),
    ({"wanted": "Cho ý kiến."}, "wanted", "too_short"), ({"wanted": WANTED * 40}, "wanted", "too_long")])
def test_something_concrete_is_asked_of_an_agency(case, cast, db_session, about, field, code):
    with pytest.raises(BadInput) as refused:
        ask(case, cast.chi, cast, **about)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_not_the_lead_itself_nor_twice_nor_by_a_day_that_passed_nor_from_an_old_page(case, cast, db_session):
    ask(case, cast.chi, cast)
    with writing():
        other = factories.agency("Sở Tài chính", parent=cast.office)
    for about, code in (({"agency_id": cast.building}, "same"), ({}, "asked"),
                        ({"agency_id": other, "due_on": clock.today() - timedelta(days=1)}, "past")):
        with pytest.raises(BadInput) as refused:
            ask(case, cast.chi, cast, **about)
        assert refused.value.code == code
    with pytest.raises(StaleEdit):
        ask(case, cast.chi, cast, agency_id=other, expected_version=1)


def test_it_falls_when_the_case_goes_to_the_contributor_or_ends(case, cast, db_session):
    contribution_id = ask(case, cast.chi, cast)
    with writing():
        cases.transfer(case_of(case), db.session.get_one(Agency, cast.land), actor=actor_of(cast.ha),
                       why="Đúng hơn.")
    assert contributions_of(case.case_id)[0].standing == "over"
    assert "contribution_lapsed" in events(case)
    with pytest.raises(MoveNotAllowed):
        give(contribution_id, cast.dung)


def test_a_late_contributor_climbs_a_ladder_of_its_own(frozen, case, cast, db_session):
    contribution_id = ask(case, cast.chi, cast, due_on=clock.today() + timedelta(days=1))
    frozen.go_on(days=2)
    with writing():
        escalation.climb(case.case_id)
    told = db.session.scalars(select(Outbox.person_id).where(Outbox.notice == "contribution-due")).all()
    assert told == [cast.dung_head.id]
    assert own_clock(contribution_id).stopped_at is None
    assert contributions_of(case.case_id)[0].due.state == "late"


def test_what_is_asked_of_an_agency_that_ended_is_asked_of_its_successor(case, cast, db_session):
    contribution_id = ask(case, cast.chi, cast)
    with writing():
        new = factories.agency("Sở Nông nghiệp mới", parent=cast.office)
        land = db.session.get_one(Agency, cast.land)
        land.valid_to, land.successor_id = clock.today() - timedelta(days=1), new
    with writing():
        taking_over.take_over(cast.land)
    assert contributions_of(case.case_id)[0].agency.id == new
    assert own_clock(contribution_id).agency_id == new


def test_a_hidden_case_is_hidden_from_the_contributor_too(case, cast, db_session):
    contribution_id = ask(case, cast.chi, cast)
    with writing():
        factories.hide_from(case_of(case), db.session.get_one(factories.Person, cast.dung.id))
    assert contribution_for(actor_of(cast.dung), contribution_id) is None
    with pytest.raises(OutOfReach):
        give(contribution_id, cast.dung)
