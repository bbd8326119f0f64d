"""Who holds a case says that another agency is competent; somebody else decides, and the clocks go on."""

import pytest
from sqlalchemy import select, update

from feedback import clock
from feedback.domain.conflicts import About
from feedback.domain.errors import BadInput, MoveNotAllowed, ReasonMissing, SamePerson, StaleEdit
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Note
from feedback.models.deadlines import Deadline
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.models.reader import TransferRequest
from feedback.queries.transfer_requests import open_request, requests_of, waiting, waiting_count
from feedback.services import answers, cases, citizen, conflicts, lifecycle, transfer_requests
from tests import factories
from tests.factories import actor_of, case_of, walk

GROUND = ("Điều 5 Quyết định 15/2025/QĐ-UBND giao Sở Nông nghiệp và Môi trường quản lý cát lòng sông; bãi cát "
          "người gửi nêu nằm ở lòng sông, không phải công trình xây dựng.")


@pytest.fixture
def case(app, cast):
    """A case in Chi's hands."""
    with app.app_context(), writing():
        receipt = factories.complaint()
        walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def ask(case, who, cast, **about):
    with writing():
        return transfer_requests.ask(case_of(case), actor=actor_of(who),
                                     **{"to_agency_id": cast.land, "ground": GROUND, **about}).id


def events(case):
    return list(db.session.scalars(
        select(Event.type).where(Event.chain == f"case:{case.case_id}").order_by(Event.n)))


def decide(case, request_id, who, deed, **about):
    with writing():
        deed(case_of(case), db.session.get_one(TransferRequest, request_id), actor=actor_of(who), **about)


def test_asking_is_a_record_of_its_own_and_moves_neither_case_nor_clock(case, cast, db_session):
    before = {d.kind: (d.due_at, d.paused_at) for d in db.session.scalars(select(Deadline))}
    ask(case, cast.chi, cast)
    row = case_of(case)
    assert (row.state, row.agency_id, row.officer_id) == ("in_progress", cast.building, cast.chi.id)
    after = {d.kind: (d.due_at, d.paused_at) for d in db.session.scalars(select(Deadline))}
    assert after.pop("transfer_reply") is not None  # the named agency's own clock, beside the others
    assert after == before
    asked = requests_of(row)[0]
    assert (asked.to_agency.id, asked.ground, asked.granted) == (cast.land, GROUND, None)
    assert events(case)[-1] == "transfer_asked"
    assert "cát" not in db.session.scalars(select(Event.payload).where(Event.type == "transfer_asked")).one()


@pytest.mark.parametrize(("about", "field", "code"), [
    ({"to_agency_id": None}, "agency", "missing"), ({"to_agency_id": 999_999}, "agency", "missing"),
    ({"ground": ""}, "ground", "missing"), ({"ground": "Không thuộc thẩm quyền."}, "ground", "only_denial"),
    ({"ground": "Bãi cát người gửi nêu nằm ở lòng sông gần bến phà."}, "ground", "no_provision"),
    ({"ground": "Theo Điều 5 Quyết định 15/2025/QĐ-UBND thuộc thẩm quyền của Sở Nông nghiệp và Môi trường."},
     "ground", "no_fact"), ({"ground": GROUND * 40}, "ground", "too_long")])
def test_a_request_names_the_agency_the_provision_and_the_fact(case, cast, db_session, about, field, code):
    with pytest.raises(BadInput) as refused:
        ask(case, cast.chi, cast, **about)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert open_request(case.case_id) is None


def test_its_own_agency_and_a_closed_one_cannot_be_named(case, cast, db_session):
    with writing():
        closed = factories.agency("Sở Giao thông", closed_on=clock.today().replace(year=clock.today().year - 1))
    for agency, code in ((cast.building, "same"), (closed, "closed")):
        with pytest.raises(BadInput) as refused:
            ask(case, cast.chi, cast, to_agency_id=agency)
        assert refused.value.code == code


def test_only_the_holder_asks(case, cast, db_session):
    with writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
    for who in (hoa, cast.dung, cast.dung_head, cast.ha, cast.intake):
        with pytest.raises(MoveNotAllowed) as refused:
            ask(case, who, cast)
        assert refused.value.why == "role"
    ask(case, cast.chi_head, cast)


def test_one_open_request_a_case_and_none_on_an_old_page(case, cast, db_session):
    with pytest.raises(StaleEdit):
        ask(case, cast.chi, cast, expected_version=1)
    ask(case, cast.chi, cast)
    with pytest.raises(MoveNotAllowed) as refused:
        ask(case, cast.chi_head, cast)
    assert refused.value.why == "transfer_open"


def test_granting_passes_the_case_on_with_the_ground_which_its_sender_reads(case, cast, db_session):
    decide(case, ask(case, cast.chi, cast), cast.ha, transfer_requests.grant)
    row = case_of(case)
    assert (row.state, row.agency_id, row.officer_id) == ("assigned", cast.land, None)
    assert events(case)[-2:] == ["transfer_granted", "transfer"]
    told = db.session.scalars(select(Note).where(Note.told_sender.is_(True))).all()
    assert [note.body for note in told] == [GROUND]
    assert requests_of(row)[0].granted is True
    total = db.session.scalars(select(Deadline).where(Deadline.kind == "total")).one()
    assert total.stopped_at is None


def test_denying_needs_a_reason_and_tells_who_works_on_the_case(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    with pytest.raises(ReasonMissing):
        decide(case, request_id, cast.ha, transfer_requests.deny, why=" ")
    decide(case, request_id, cast.ha, transfer_requests.deny, why="Bãi cát nằm trong công trường.")
    row = case_of(case)
    assert (row.state, row.agency_id) == ("in_progress", cast.building)
    assert requests_of(row)[0].why == "Bãi cát nằm trong công trường."
    owed = db.session.scalars(select(Outbox).where(Outbox.notice == "transfer-denied")).all()
    assert {mail.person_id for mail in owed} == {cast.chi.id, cast.chi_head.id}
    ask(case, cast.chi, cast)  # a better ground may be given


def test_nobody_decides_twice_nor_what_they_asked_nor_from_elsewhere(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    for who in (cast.chi_head, cast.dung_head, cast.leader, cast.intake):
        with pytest.raises(MoveNotAllowed):
            decide(case, request_id, who, transfer_requests.grant)
    with pytest.raises(SamePerson):
        decide(case, request_id, cast.chi, transfer_requests.grant)
    decide(case, request_id, cast.ha, transfer_requests.deny, why="Sở trả lời được.")
    with pytest.raises(MoveNotAllowed) as refused:
        decide(case, request_id, cast.ha, transfer_requests.grant)
    assert refused.value.why == "decided"


def test_somebody_with_both_roles_who_asked_does_not_decide(app, cast, case, db_session):
    with writing():
        both = factories.member("Đinh Thị Kép", Role.OFFICER, Role.COORDINATOR, agency_id=cast.building)
        cases.allot(case_of(case), db.session.get_one(Person, both.id), actor=actor_of(cast.chi_head))
    request_id = ask(case, both, cast)
    assert not transfer_requests.may_decide(actor_of(both), case_of(case), both.id)
    with pytest.raises(SamePerson):
        decide(case, request_id, both, transfer_requests.grant)


def test_where_the_office_is_in_conflict_the_leader_decides(case, cast, db_session):
    request_id = ask(case, cast.chi, cast)
    with writing():
        conflicts.record(case_of(case), about=About.OFFICE, people=[cast.second_intake.id], why="Nêu đích danh.",
                         actor=actor_of(cast.ha))
    with pytest.raises(MoveNotAllowed):
        decide(case, request_id, cast.ha, transfer_requests.grant)
    decide(case, request_id, cast.leader, transfer_requests.grant)
    assert case_of(case).agency_id == cast.land


def test_a_head_in_conflict_does_not_ask(case, cast, db_session):
    with writing():
        conflicts.record(case_of(case), about=About.HEAD, people=[cast.chi_head.id], why="Nêu đích danh.",
                         actor=actor_of(cast.ha))
    with pytest.raises(MoveNotAllowed):
        ask(case, cast.chi_head, cast)


@pytest.mark.parametrize("way", ["answered", "withdrawn", "asked", "given away"])
def test_a_request_falls_when_the_case_moves_on(case, cast, db_session, way):
    request_id = ask(case, cast.chi, cast)
    with writing():
        row = case_of(case)
        if way == "answered":
            answers.save_draft(row, factories.GOOD_ANSWER, actor=actor_of(cast.chi))
            answers.submit_answer(row, actor=actor_of(cast.chi), override="Đủ ý.")
        elif way == "withdrawn":
            wish = citizen.ask_to_withdraw(row, actor=citizen.as_sender(row.id), why="Đã xong.")
            lifecycle.confirm(row, wish, actor=actor_of(cast.ha))
        elif way == "asked":
            lifecycle.advance(row, Action.ASK_SUBMITTER, actor=actor_of(cast.chi), why="Ngày nộp?",
                              tell_sender=True)
        else:
            cases.transfer(row, db.session.get_one(Agency, cast.land), actor=actor_of(cast.ha), why="Đúng hơn.")
    request = db.session.get_one(TransferRequest, request_id)
    assert (request.granted, request.decided_by_id) == (False, None)
    assert request.decided_at is not None
    assert "transfer_lapsed" in events(case)
    assert waiting_count(actor_of(cast.ha)) == 0


def test_a_case_that_is_only_given_to_a_colleague_keeps_its_request(case, cast, db_session):
    ask(case, cast.chi, cast)
    with writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
        cases.allot(case_of(case), db.session.get_one(Person, hoa.id), actor=actor_of(cast.chi_head))
    assert open_request(case.case_id) is not None


def test_requests_wait_the_oldest_first_by_key(app, cast, db_session):
    made = []
    for _ in range(3):
        with writing():
            receipt = factories.complaint()
            walk(receipt, Action.TAKE, hands=cast.hands)
        made.append(ask(receipt, cast.chi, cast))
    ha = actor_of(cast.ha)
    page, after = waiting(ha, size=2)
    rest, end = waiting(ha, size=2, after=after)
    assert ([one.id for one in page], [one.id for one in rest], end) == (made[:2], made[2:], None)
    assert waiting_count(actor_of(cast.dung)) == 0


def test_a_case_that_went_on_at_that_moment_gets_no_request_that_nobody_could_decide(case, cast, db_session):
    with pytest.raises(MoveNotAllowed), writing():
        row = case_of(case)
        db.session.execute(update(Case).where(Case.id == row.id).values(state="agency_approval")
                           .execution_options(synchronize_session=False))
        assert row.state == "in_progress"  # as the page's request read it before somebody else's step
        transfer_requests.ask(row, actor=actor_of(cast.chi), to_agency_id=cast.land, ground=GROUND)
    assert open_request(case.case_id) is None
