"""The agency that was named takes the case or refuses it with a ground; then, or when it is silent, who stands
above both decides. The asking agency keeps the case and the citizen's clock goes on."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from feedback import clock
from feedback.domain.agencies import Tier
from feedback.domain.errors import BadInput, MoveNotAllowed, SamePerson, StaleEdit
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Note
from feedback.models.deadlines import Deadline
from feedback.models.outbox import Outbox
from feedback.models.reader import TransferRequest
from feedback.queries.transfer_requests import for_superior, offer_for, offered_to, requests_of, waiting
from feedback.services import escalation, reorganising, taking_over, transfer_replies, transfer_requests
from tests import factories
from tests.factories import Hands, actor_of, case_of, walk
from tests.services.test_transfer_requests import GROUND, ask, events

NO = ("Khoản 2 Điều 8 Quyết định 22/2025/QĐ-UBND giao Sở Xây dựng quản lý vật liệu san lấp; đống cát người gửi "
      "nêu nằm trong hàng rào công trường.")


@pytest.fixture
def case(app, cast):
    """A case in Chi's hands."""
    with app.app_context(), writing():
        receipt = factories.complaint()
        walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def answer(case, request_id, who, deed, **about):
    with writing():
        deed(case_of(case), db.session.get_one(TransferRequest, request_id), actor=actor_of(who), **about)


def reply_clock(request_id):
    return db.session.scalars(select(Deadline).where(
        Deadline.kind == "transfer_reply", Deadline.subject_id == request_id)).one()


def test_the_named_agency_is_told_and_has_a_clock_of_its_own(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    row = reply_clock(request_id)
    assert (row.case_id, row.agency_id, row.stopped_at) == (case.case_id, cast.land, None)
    owed = db.session.scalars(select(Outbox).where(Outbox.notice == "transfer-offered")).all()
    assert [mail.person_id for mail in owed] == [cast.dung_head.id]
    assert [one.id for one in offered_to(actor_of(cast.dung_head))] == [request_id]
    for who in (cast.dung, cast.chi_head, cast.ha, cast.leader):
        assert offered_to(actor_of(who)) == []
        assert offer_for(actor_of(who), request_id) is None


def test_accepting_passes_the_case_on_at_once_and_the_citizens_clock_goes_on(case, cast, db_session):
    total = db.session.scalars(select(Deadline).where(Deadline.kind == "total")).one()
    due = total.due_at
    request_id = ask(case, cast.chi, cast)
    answer(case, request_id, cast.dung_head, transfer_replies.accept)
    row = case_of(case)
    assert (row.state, row.agency_id, row.officer_id) == ("assigned", cast.land, None)
    assert events(case)[-2:] == ["transfer_accepted", "transfer"]
    assert reply_clock(request_id).met is True
    db.session.refresh(total)
    assert (total.stopped_at, total.due_at) == (None, due)
    told = db.session.scalars(select(Note).where(Note.told_sender.is_(True))).all()
    assert [(note.body, note.author_id) for note in told] == [(GROUND, cast.chi.id)]
    assert requests_of(row)[0].standing == "settled"


def test_a_double_click_accepts_once_and_says_so(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    answer(case, request_id, cast.dung_head, transfer_replies.accept)
    for deed, more in ((transfer_replies.accept, {}), (transfer_replies.refuse, {"why": NO})):
        with pytest.raises(MoveNotAllowed) as refused:
            answer(case, request_id, cast.dung_head, deed, **more)
        assert refused.value.why == "decided"
    assert events(case).count("transfer") == 1


def test_nobody_else_answers_for_the_agency_and_no_old_page_does(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    for who in (cast.dung, cast.chi_head, cast.ha, cast.leader, cast.intake):
        with pytest.raises(MoveNotAllowed):
            answer(case, request_id, who, transfer_replies.accept)
    with pytest.raises(SamePerson):
        answer(case, request_id, cast.chi, transfer_replies.accept)
    with pytest.raises(StaleEdit):
        answer(case, request_id, cast.dung_head, transfer_replies.accept, expected_version=1)
    assert case_of(case).agency_id == cast.building


def test_a_head_from_whom_the_case_is_hidden_does_not_see_the_offer(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    with writing():
        factories.hide_from(case_of(case), db.session.get_one(factories.Person, cast.dung_head.id))
    assert offered_to(actor_of(cast.dung_head)) == []
    with pytest.raises(MoveNotAllowed):
        answer(case, request_id, cast.dung_head, transfer_replies.accept)


@pytest.mark.parametrize(("why", "code"), [("", "missing"), ("Không thuộc thẩm quyền của Sở.", "only_denial")])
def test_refusing_needs_the_provision_and_the_fact_like_the_ground_itself(case, cast, db_session, why, code):
    request_id = ask(case, cast.chi, cast)
    with pytest.raises(BadInput) as refused:
        answer(case, request_id, cast.dung_head, transfer_replies.refuse, why=why)
    assert (refused.value.field, refused.value.code) == ("why", code)
    assert reply_clock(request_id).stopped_at is None


def test_a_refusal_goes_to_the_coordinator_who_may_still_pass_it_on(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    answer(case, request_id, cast.dung_head, transfer_replies.refuse, why=NO)
    row = case_of(case)
    assert (row.state, row.agency_id, row.officer_id) == ("in_progress", cast.building, cast.chi.id)
    owed = db.session.scalars(select(Outbox).where(Outbox.notice == "transfer-refused")).all()
    assert [mail.person_id for mail in owed] == [cast.ha.id]
    asked = waiting(actor_of(cast.ha))[0][0]
    assert (asked.standing, asked.refusal) == ("refused", NO)
    answer(case, request_id, cast.ha, transfer_requests.grant)
    assert case_of(case).agency_id == cast.land


def test_no_reply_in_time_is_told_up_the_ladder_and_stands_in_the_list(frozen, case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    frozen.go_on(days=3)
    assert waiting(actor_of(cast.ha))[0][0].standing == "no_reply"
    with writing():
        escalation.climb(case.case_id)
    assert db.session.scalars(select(Outbox.person_id).where(
        Outbox.notice == "case-overdue", Outbox.person_id == cast.ha.id)).all()
    answer(case, request_id, cast.dung_head, transfer_replies.accept)  # late is better than never
    assert reply_clock(request_id).met is False


@pytest.fixture
def units(app, cast):
    """Two units under the building department, with an officer and a head each; the case is with the first."""
    with app.app_context(), writing():
        one, two = (factories.agency(name, tier=Tier.DEPARTMENT, parent=cast.building)
                    for name in ("Chi cục Giám định", "Trung tâm Quy hoạch"))
        people = [factories.member(name, role, agency_id=agency) for name, role, agency in (
            ("Đoàn Văn Nhất", Role.OFFICER, one), ("Đoàn Thị Hai", Role.AGENCY_HEAD, two))]
        receipt = factories.complaint()
        walk(receipt, Action.TAKE, hands=Hands(cast.intake, people[0], cast.chi_head, cast.ha, one))
    return receipt, one, two, *people


def test_between_two_units_the_head_above_both_decides_and_the_coordinator_always_may(units, cast, db_session):
    receipt, one, two, officer, head = units
    request_id = ask(receipt, officer, cast, to_agency_id=two)
    answer(receipt, request_id, head, transfer_replies.refuse, why=NO)
    owed = db.session.scalars(select(Outbox.person_id).where(Outbox.notice == "transfer-refused")).all()
    assert owed == [cast.chi_head.id]
    assert [asked.id for asked in for_superior(actor_of(cast.chi_head))] == [request_id]
    assert for_superior(actor_of(cast.dung_head)) == []
    for who in (cast.dung_head, head):
        with pytest.raises((MoveNotAllowed, SamePerson)):
            answer(receipt, request_id, who, transfer_requests.grant)
    assert transfer_requests.may_decide(actor_of(cast.ha), case_of(receipt), officer.id, to_agency_id=two)
    answer(receipt, request_id, cast.chi_head, transfer_requests.grant)
    assert (case_of(receipt).agency_id, case_of(receipt).state) == (two, "assigned")
    assert one != two


def test_a_head_does_not_decide_about_a_case_that_leaves_for_another_department(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    with pytest.raises(MoveNotAllowed):
        answer(case, request_id, cast.chi_head, transfer_requests.grant)


def test_a_request_that_names_the_agency_which_holds_the_case_by_now_falls_by_itself(case, cast, db_session):
    """It could only be denied: the holder was reorganised into the agency that it had named."""
    request_id = ask(case, cast.chi, cast)
    with writing():
        building = db.session.get_one(Agency, cast.building)
        building.valid_to, building.successor_id = date(2026, 1, 31), cast.land
    with writing():
        assert taking_over.take_over(cast.building)
    request = db.session.get_one(TransferRequest, request_id)
    assert (case_of(case).agency_id, request.granted) == (cast.land, False)
    assert "transfer_lapsed" in events(case)
    assert reply_clock(request_id).stopped_at is not None


def test_a_request_that_names_an_agency_that_ended_names_its_successor(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    with writing():
        new = factories.agency("Sở Nông nghiệp mới", parent=cast.office)
        land = db.session.get_one(Agency, cast.land)
        land.valid_to, land.successor_id = clock.today() - timedelta(days=1), new
    assert reorganising.moving(cast.land).requests == 1
    with writing():
        assert taking_over.take_over(cast.land)
    assert db.session.get_one(TransferRequest, request_id).to_agency_id == new
    assert reply_clock(request_id).agency_id == new
    assert reorganising.moving(cast.land) == reorganising.Moving(0, 0, 0, 0)


@pytest.mark.parametrize("who", ["named", "office"])
def test_a_word_on_a_request_takes_the_case_before_the_request_like_every_other_deed(
        case, cast, db_session, sql_log, who):
    """A step of the case holds its row and then lets the request fall: the other way round two would wait for each
    other."""
    request_id = ask(case, cast.chi, cast)
    actor, deed = {"named": (cast.dung_head, transfer_replies.accept),
                   "office": (cast.ha, transfer_requests.grant)}[who]
    sql_log.clear()
    answer(case, request_id, actor, deed, expected_version=case_of(case).version)
    if db.engine.dialect.name == "postgresql":
        locks = [one for one in sql_log.statements if "FOR UPDATE" in one]
        assert "transfer_request" not in locks[0]
    assert case_of(case).agency_id == cast.land


def test_a_superior_s_page_asks_the_tree_once_for_each_pair_of_agencies(case, cast, db_session, sql_log):
    with writing():
        top = Agency(code="H99", name_vi="Sở Chung", name_en="Joint Department", tier=Tier.DEPARTMENT.value)
        db.session.add(top)
        db.session.flush()
        for one in (cast.building, cast.land):
            db.session.get_one(Agency, one).parent_id = top.id
        head = factories.member("Trịnh Văn Trên", Role.AGENCY_HEAD, agency_id=top.id)
    ask(case, cast.chi, cast)
    actor = actor_of(head)
    sql_log.clear()
    assert len(for_superior(actor)) == 1
    first = len(sql_log.statements)
    for _ in range(3):
        with writing():
            more = factories.complaint()
            walk(more, Action.TAKE, hands=cast.hands)
        ask(more, cast.chi, cast)
    sql_log.clear()
    assert len(for_superior(actor)) == 4
    assert len(sql_log.statements) == first
