"""From the complaint to the officer: what is taken in, what is refused, and which clocks run."""

from datetime import date

import pytest
from sqlalchemy import func, select

from feedback.domain import references
from feedback.domain.errors import BadInput, MoveNotAllowed, SamePerson, StaleEdit
from feedback.domain.kinds import CaseKind, Category
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.identity import SealedIdentity
from feedback.models.people import Person
from feedback.services import cases, lifecycle
from tests import factories
from tests.factories import actor_of, case_of, walk

NONCE = "0123456789abcdef0123456789abcdef"


def running(case: Case) -> dict[str, date]:
    """The running clocks of a case, kind → due day."""
    return {d.kind: d.due_on for d in db.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.stopped_at.is_(None)))}


def test_the_same_form_sent_twice_makes_one_case_and_shows_the_same_key(db_session):
    with writing():
        first = factories.complaint(nonce=NONCE)
    with writing():
        again = factories.complaint(nonce=NONCE)
    assert (again.reference, again.key, again.repeated) == (first.reference, first.key, True)
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_reference_that_is_taken_is_not_given_twice(db_session, app):
    secret = app.extensions["settings"].secret_key.encode()
    taken = references.reference_from_nonce(secret, bytes.fromhex(NONCE))
    with writing():
        case_of(factories.complaint()).reference = taken
    with writing():
        assert factories.complaint(nonce=NONCE).reference != taken


def test_two_people_with_the_same_words_get_two_cases(db_session):
    with writing():
        one, other = factories.complaint(), factories.complaint()
    assert one.case_id != other.case_id
    assert one.key != other.key


def test_a_new_complaint_starts_the_citizens_clock_and_the_first_reading(db_session, frozen):
    with writing():
        case = case_of(factories.complaint())
    # Monday 16/11/2026; 24/11 is a day off.
    assert running(case) == {"total": date(2026, 12, 8), "receive": date(2026, 11, 17)}


@pytest.mark.parametrize(("change", "field"), [
    ({"narrative": "   "}, "narrative"), ({"narrative": "a" * 20_001}, "narrative"), ({"points": ()}, "points"),
    ({"points": ("x",) * 11}, "points"), ({"points": ("x", " ")}, "points"),
    ({"received_on": date(2099, 1, 1)}, "received_on")])
def test_a_complaint_that_breaks_a_rule_names_the_field_and_leaves_nothing(db_session, change, field):
    with pytest.raises(BadInput) as refused, writing():
        factories.complaint(**change)
    assert refused.value.field == field
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_an_anonymous_complaint_keeps_no_identity_and_a_confidential_one_only_sealed(db_session, an):
    with writing():
        factories.complaint()
    sealed = an.complains()
    rows = db.session.scalars(select(SealedIdentity)).all()
    assert {r.case_id for r in rows} == {sealed.case_id}
    assert not any(value.encode() in row.sealed for row in rows for value in an.identity.values())


def test_unofficial_money_goes_to_the_restricted_desk_at_once(db_session):
    with writing():
        case = case_of(factories.complaint(category=Category.UNOFFICIAL_COST))
    assert case.restricted


def test_a_possible_denunciation_is_given_to_no_agency_until_its_desk_finds_it_is_none(db_session, cast):
    with writing():
        receipt = factories.complaint(category=Category.UNOFFICIAL_COST)
    desk = actor_of(cast.restricted)
    with writing():
        case = case_of(receipt)
        cases.accept(case, actor=desk, masked=case.narrative, category=Category.UNOFFICIAL_COST,
                     kind=CaseKind.BEHAVIOUR, masked_points={p.n: p.text for p in case.points})
    for hands in (cast.restricted, cast.intake, cast.ha):
        with pytest.raises(MoveNotAllowed), writing():
            cases.assign(case_of(receipt), db.session.get_one(Agency, cast.building), actor=actor_of(hands))
    with pytest.raises(MoveNotAllowed), writing():
        cases.lift_restriction(case_of(receipt), actor=actor_of(cast.intake), why="Không phải tố cáo.")
    with writing():
        cases.lift_restriction(case_of(receipt), actor=desk, why="Người gửi nói về lệ phí công khai.")
    with writing():
        cases.assign(case_of(receipt), db.session.get_one(Agency, cast.building), actor=actor_of(cast.intake))
    assert (case_of(receipt).state, case_of(receipt).restricted) == ("assigned", False)


def test_a_denunciation_is_guided_away_by_two_people_of_the_restricted_desk(db_session, cast):
    with writing():
        second = factories.member("Kiều Thị Ngà", Role.RESTRICTED_DESK, agency_id=cast.office)
        receipt = factories.complaint(category=Category.UNOFFICIAL_COST)
        lifecycle.propose(case_of(receipt), Action.GUIDE, actor=actor_of(cast.restricted), why="Gửi đơn tố cáo.")
    with pytest.raises(MoveNotAllowed), writing():
        case = case_of(receipt)
        lifecycle.confirm(case, lifecycle.open_proposal(case), actor=actor_of(cast.ha))
    with writing():
        case = case_of(receipt)
        lifecycle.confirm(case, lifecycle.open_proposal(case), actor=actor_of(second))
    assert case_of(receipt).state == "guided"


def test_intake_accepts_with_a_masked_copy_and_gives_it_to_an_agency(db_session, cast, frozen):
    with writing():
        case = walk(factories.complaint(), Action.ASSIGN, hands=cast.hands)
    assert (case.state, case.agency_id) == ("assigned", cast.building)
    assert running(case) == {"total": date(2026, 12, 8), "handle": date(2026, 11, 26)}


def test_every_point_needs_its_masked_copy(db_session, cast):
    with writing():
        receipt = factories.complaint()
    with pytest.raises(BadInput) as refused, writing():
        case = case_of(receipt)
        cases.accept(case, actor=actor_of(cast.intake), masked="x", masked_points={1: "x"},
                     kind=CaseKind.BEHAVIOUR, category=Category.OTHER)
    assert refused.value.field == "point_2"
    assert case_of(receipt).state == "submitted"


def test_a_closed_agency_gets_no_case(db_session, cast):
    with writing():
        closed = factories.agency("Huyện cũ", closed_on=date(2025, 6, 30), successor=cast.building)
        receipt = factories.complaint()
        walk(receipt, Action.ACCEPT, hands=cast.hands)
    with pytest.raises(BadInput), writing():
        cases.assign(case_of(receipt), db.session.get_one(Agency, closed), actor=actor_of(cast.intake))
    assert case_of(receipt).state == "accepted"


def test_a_page_that_is_out_of_date_changes_nothing(db_session, cast):
    with writing():
        receipt = factories.complaint()
    stale = case_of(receipt).version
    with writing():
        walk(receipt, Action.ASSIGN, hands=cast.hands)
    with pytest.raises(StaleEdit), writing():
        cases.take(case_of(receipt), actor=actor_of(cast.chi), expected_version=stale)
    assert case_of(receipt).state == "assigned"


def test_an_officer_of_another_agency_can_not_take_the_case(db_session, cast):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.ASSIGN, hands=cast.hands)
    with pytest.raises(MoveNotAllowed), writing():
        cases.take(case_of(receipt), actor=actor_of(cast.dung))


def test_a_head_gives_a_case_only_to_an_officer_of_the_agency(db_session, cast):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.ASSIGN, hands=cast.hands)
    with pytest.raises(BadInput), writing():
        cases.allot(case_of(receipt), db.session.get_one(Person, cast.dung.id), actor=actor_of(cast.chi_head))
    with writing():
        cases.allot(case_of(receipt), db.session.get_one(Person, cast.chi.id), actor=actor_of(cast.chi_head))
    assert (case_of(receipt).state, case_of(receipt).officer_id) == ("in_progress", cast.chi.id)


def test_a_transfer_keeps_the_citizens_clock_and_restarts_only_the_agencys(db_session, cast, frozen):
    with writing():
        receipt = factories.complaint()
        before = running(walk(receipt, Action.ASSIGN, hands=cast.hands))
    frozen.go_on(days=2)
    with writing():
        cases.transfer(case_of(receipt), db.session.get_one(Agency, cast.land), actor=actor_of(cast.ha),
                       why="Thửa đất thuộc thẩm quyền của Sở Nông nghiệp và Môi trường.")
    after = running(case_of(receipt))
    assert after["total"] == before["total"]
    assert after["handle"] > before["handle"]
    assert case_of(receipt).agency_id == cast.land


def test_refusing_needs_a_reason_and_a_different_second_person(db_session, cast):
    with writing():
        receipt = factories.complaint()
        lifecycle.propose(case_of(receipt), Action.REFUSE, actor=actor_of(cast.intake), why="Trùng hồ sơ khác.")
    assert case_of(receipt).state == "submitted"
    with pytest.raises(SamePerson), writing():
        case = case_of(receipt)
        lifecycle.confirm(case, lifecycle.open_proposal(case), actor=actor_of(cast.intake))
    with writing():
        case = case_of(receipt)
        lifecycle.confirm(case, lifecycle.open_proposal(case), actor=actor_of(cast.second_intake))
    assert case_of(receipt).state == "refused"
    assert running(case_of(receipt)) == {}


def test_a_declined_proposal_leaves_the_case_where_it_was(db_session, cast):
    with writing():
        receipt = factories.complaint()
        lifecycle.propose(case_of(receipt), Action.GUIDE, actor=actor_of(cast.intake), why="Là khiếu nại.")
    with writing():
        case = case_of(receipt)
        lifecycle.decline(case, lifecycle.open_proposal(case), actor=actor_of(cast.ha), why="Đây là phản ánh.")
    assert case_of(receipt).state == "submitted"
    assert lifecycle.open_proposal(case_of(receipt)) is None


def test_no_move_goes_round_the_second_person(db_session, cast):
    with writing():
        receipt = factories.complaint()
    with pytest.raises(MoveNotAllowed), writing():
        lifecycle.advance(case_of(receipt), Action.REFUSE, actor=actor_of(cast.intake), why="Không muốn làm.")
