"""A case that is about somebody who would handle it: nobody named sees it, the next level decides, nothing else
changes (design §7)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback import clock
from feedback.domain.conflicts import About
from feedback.domain.errors import BadInput, MoveNotAllowed, NotPermitted
from feedback.domain.lifecycle import Action
from feedback.domain.notices import Recipient
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Conflict, Proposal
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.queries import letters
from feedback.queries.cases import case_list
from feedback.services import answers, cases, conflicts, lifecycle, mailing, reorganising
from feedback.services.recipients import targets
from tests import factories
from tests.factories import actor_of, case_of
from tests.web.stage import bring, fact

WHY = "Người gửi phản ánh chính người này."


def name(app, receipt, about: About, *people, by) -> None:
    with app.app_context(), writing():
        conflicts.record(case_of(receipt), about=about, people=[p.id for p in people], why=WHY, actor=actor_of(by))


def tries(app, receipt, deed) -> bool:
    """Whether the rules let the deed happen; it happens when they do."""
    try:
        with app.app_context(), writing():
            deed(case_of(receipt))
    except MoveNotAllowed:
        return False
    return True


def told(app, receipt, notice: str) -> set[int | None]:
    with app.app_context():
        return set(db.session.scalars(select(Outbox.person_id).where(
            Outbox.case_id == receipt.case_id, Outbox.notice == notice, Outbox.dedupe.startswith("conflict."))))


def shut_out(browser, reference: str) -> bool:
    """Whether every door to this case is shut for this browser."""
    for path in (f"/desk/cases/{reference}", f"/desk/cases/{reference}/conflict",
                 f"/desk/cases/{reference}/identity"):
        browser.get(path, status=(403, 404))
    lists = ["/desk/inbox", "/desk/inbox?show=mine"]
    return all(reference not in browser.get(path).text for path in lists)


def test_an_officer_who_is_named_loses_the_case_to_the_head_who_gives_it_to_another(app, cast, sign_in):
    case = bring(app, cast, Action.TAKE)
    chi, head = sign_in(cast.chi), sign_in(cast.chi_head)
    assert case.reference in chi.get("/desk/inbox").text
    page = head.get(f"/desk/cases/{case.reference}/conflict")
    after = head.submit(page, field="about", about="officer", people=str(cast.chi.id), why=WHY)
    assert "không còn thấy hồ sơ này" in after.text
    assert shut_out(chi, case.reference)
    assert fact(app, case, "officer_id") is None
    assert fact(app, case, "moved_up") == ""
    with app.app_context(), writing():
        other = factories.member("Đinh Thị Ba", Role.OFFICER, agency_id=cast.building)
    form = head.get(f"/desk/cases/{case.reference}/allot")
    assert "Trần Thị Chi" not in [o.text for o in form.page.all("option")] or "422" in str(
        head.submit(form, field="officer", officer=str(cast.chi.id), status=422).status)
    head.submit(head.get(f"/desk/cases/{case.reference}/allot"), field="officer", officer=str(other.id))
    assert fact(app, case, "officer_id") == other.id


def test_a_head_says_so_of_their_own_officers_alone(app, cast, sign_in):
    case = bring(app, cast, Action.TAKE)
    head = sign_in(cast.chi_head)
    page = head.get(f"/desk/cases/{case.reference}/conflict")
    assert [b.get("value") for b in page.page.all("input", type="radio")] == ["officer"]
    with app.app_context(), writing():
        for about, person in ((About.HEAD, cast.dung_head), (About.OFFICE, cast.ha)):
            with pytest.raises(NotPermitted):
                conflicts.record(case_of(case), about=about, people=[person.id], why=WHY,
                                 actor=actor_of(cast.chi_head))
        with pytest.raises(BadInput, match="unfit"):
            conflicts.record(case_of(case), about=About.OFFICER, people=[cast.dung.id], why=WHY,
                             actor=actor_of(cast.chi_head))


def test_where_the_head_is_named_the_head_above_decides_and_nobody_else(app, cast, sign_in):
    case = bring(app, cast, Action.PROPOSE_ANSWER)
    with app.app_context(), writing():
        above = factories.member("Trịnh Văn Trên", Role.AGENCY_HEAD, agency_id=cast.office)
        beside = factories.member("Kiều Thị Bên", Role.AGENCY_HEAD, agency_id=cast.building)
    name(app, case, About.HEAD, cast.chi_head, by=cast.ha)
    assert fact(app, case, "moved_up") == "head"
    assert told(app, case, "approval-waiting") == {above.id}
    assert shut_out(sign_in(cast.chi_head), case.reference)
    for who in (beside, cast.ha, cast.leader, cast.dung_head):
        assert not tries(app, case, lambda c, who=who: answers.approve(c, actor=actor_of(who))), who.name
    assert "/approve" not in sign_in(beside).get(f"/desk/cases/{case.reference}").body.decode()
    own = sign_in(above)
    own.submit(own.get(f"/desk/cases/{case.reference}/approve"), field="version")
    assert fact(app, case, "state") == "gate_review"
    ha = sign_in(cast.ha)
    ha.submit(ha.get(f"/supervision/cases/{case.reference}/answer"), field="decision", decision="release")
    assert fact(app, case, "state") == "answered"


def test_without_a_head_above_the_coordinator_approves_and_then_cannot_clear_the_gate(app, cast, sign_in):
    case = bring(app, cast, Action.PROPOSE_ANSWER)
    with app.app_context(), writing():
        second = factories.member("Đinh Thị Hai", Role.COORDINATOR, agency_id=cast.office)
    name(app, case, About.HEAD, cast.chi_head, by=cast.intake)
    assert told(app, case, "approval-waiting") == {cast.ha.id, second.id}
    ha = sign_in(cast.ha)
    assert f"/desk/cases/{case.reference}/approve" in ha.get(f"/desk/cases/{case.reference}").page.links
    ha.submit(ha.get(f"/desk/cases/{case.reference}/approve"), field="version")
    assert fact(app, case, "state") == "gate_review"
    assert not tries(app, case, lambda c: answers.release(c, actor=actor_of(cast.ha)))
    assert tries(app, case, lambda c: answers.release(c, actor=actor_of(second)))
    with app.app_context():
        roles = dict(db.session.execute(select(Event.type, Event.role).where(
            Event.chain == f"case:{case.case_id}", Event.type.in_(["approve", "release"]))).all())
    assert roles == {"approve": "coordinator", "release": "coordinator"}


def test_another_agencys_head_is_its_own_master_again(app, cast):
    case = bring(app, cast, Action.TAKE)
    name(app, case, About.HEAD, cast.chi_head, by=cast.ha)
    with app.app_context(), writing():
        row = case_of(case)
        cases.transfer(row, db.session.get_one(Agency, cast.land), actor=actor_of(cast.ha), why="Đúng thẩm quyền.",
                       expected_version=row.version)
    assert fact(app, case, "moved_up") == ""
    assert tries(app, case, lambda c: cases.take(c, actor=actor_of(cast.dung)))


def test_where_the_office_is_named_the_leader_decides_and_no_coordinator(app, cast, sign_in):
    case, plain = bring(app, cast, Action.APPROVE), bring(app, cast, Action.APPROVE)
    with app.app_context(), writing():
        second = factories.member("Đinh Thị Hai", Role.COORDINATOR, agency_id=cast.office)
    name(app, case, About.OFFICE, cast.ha, by=cast.second_intake)
    assert told(app, case, "gate-waiting") == {cast.leader.id}
    ha = sign_in(cast.ha)
    assert shut_out(ha, case.reference)
    ha.get(f"/supervision/cases/{case.reference}/answer", status=404)
    for path in ("/supervision/gate", "/supervision/", "/supervision/?state=gate_review"):
        assert case.reference not in ha.get(path).text
    for decide in (lambda c: answers.release(c, actor=actor_of(second)),
                   lambda c: answers.return_answer(c, actor=actor_of(second), why="x")):
        assert not tries(app, case, decide)
    leader = sign_in(cast.leader)
    assert case.reference in leader.get("/supervision/").text
    page = leader.get(f"/supervision/cases/{case.reference}/answer")
    assert factories.NARRATIVE in page.text
    leader.submit(page, field="decision", decision="release")
    assert fact(app, case, "state") == "answered"
    # An ordinary case stays closed to the leader's hands, and its words to the leader's eyes.
    leader.get(f"/supervision/cases/{plain.reference}/answer", status=403)
    assert not tries(app, plain, lambda c: answers.release(c, actor=actor_of(cast.leader)))
    assert tries(app, plain, lambda c: answers.release(c, actor=actor_of(second)))


def test_the_leader_is_the_second_person_where_the_office_is_named(app, cast):
    case = bring(app, cast)
    with app.app_context(), writing():
        coordinator = factories.member("Đinh Thị Hai", Role.COORDINATOR, agency_id=cast.office)
        row = case_of(case)
        conflicts.record(row, about=About.OFFICE, people=[cast.ha.id], why=WHY, actor=actor_of(cast.intake))
        proposal = lifecycle.propose(row, Action.REFUSE, actor=actor_of(cast.intake), why="Trùng.")
        proposal_id = proposal.id
    def confirm(who):
        return lambda c: lifecycle.confirm(c, db.session.get_one(Proposal, proposal_id), actor=actor_of(who))
    assert not tries(app, case, confirm(coordinator))
    assert tries(app, case, confirm(cast.leader))


def test_nobody_is_named_when_nobody_would_be_left(app, cast):
    case = bring(app, cast)
    with app.app_context(), writing():
        with pytest.raises(BadInput, match="nobody_left"):
            conflicts.record(case_of(case), about=About.OFFICE, people=[cast.leader.id], why=WHY,
                             actor=actor_of(cast.intake))
        db.session.rollback()
    with app.app_context():
        assert db.session.scalars(select(Conflict)).all() == []


def test_whoever_names_themselves_is_led_away_from_the_case(app, cast, sign_in):
    case = bring(app, cast)
    with app.app_context(), writing():
        factories.member("Đinh Thị Hai", Role.COORDINATOR, agency_id=cast.office)
    ha = sign_in(cast.ha)
    page = ha.get(f"/desk/cases/{case.reference}/conflict")
    held = ha.submit(page, field="about", status=422, why=" ")
    assert "#people" not in held.page.links or held.page.links
    after = ha.submit(page, field="about", about="office", people=str(cast.ha.id), why=WHY)
    assert "không còn thấy hồ sơ này" in after.text
    assert shut_out(ha, case.reference)


def test_who_is_wrongly_ticked_is_said_beside_the_field_and_what_was_typed_stays(app, cast, sign_in):
    case = bring(app, cast, Action.TAKE)
    own = sign_in(cast.intake)
    page = own.get(f"/desk/cases/{case.reference}/conflict")
    held = own.submit(page, field="about", about="head", people=str(cast.chi.id), why=WHY, status=422)
    assert "#people" in held.page.links
    assert WHY in held.body.decode()
    assert fact(app, case, "officer_id") == cast.chi.id


def test_a_case_that_changed_meanwhile_is_an_honest_409(app, cast, sign_in):
    case = bring(app, cast, Action.ASSIGN)
    own = sign_in(cast.intake)
    page = own.get(f"/desk/cases/{case.reference}/conflict")
    with app.app_context(), writing():
        cases.take(case_of(case), actor=actor_of(cast.chi))
    clash = own.submit(page, field="about", about="officer", people=str(cast.chi.id), why=WHY, status=409)
    assert WHY in clash.text


def test_officers_publishers_and_strangers_record_nothing(app, cast, sign_in):
    case = bring(app, cast, Action.TAKE)
    sign_in(cast.chi).get(f"/desk/cases/{case.reference}/conflict", status=403)
    sign_in(cast.dung_head).get(f"/desk/cases/{case.reference}/conflict", status=404)
    assert "Ghi nhận xung đột lợi ích" not in sign_in(cast.chi).get(f"/desk/cases/{case.reference}").text


def test_a_mail_owed_before_is_not_sent_to_who_was_named_since(app, cast):
    case = bring(app, cast, Action.ASSIGN)
    with app.app_context():
        owed = set(db.session.scalars(select(Outbox.person_id).where(Outbox.case_id == case.case_id)))
        assert cast.chi_head.id in owed
    name(app, case, About.HEAD, cast.chi_head, by=cast.ha)
    with app.app_context():
        assert letters.is_hidden_from(case.case_id, person_id=cast.chi_head.id, agency_id=None)
        assert letters.is_hidden_from(case.case_id, person_id=None, agency_id=cast.building)
        assert not letters.is_hidden_from(case.case_id, person_id=cast.ha.id, agency_id=None)
        assert all(row.case.id != case.case_id for row in case_list(actor_of(cast.chi_head)).rows)


def test_why_it_was_recorded_is_read_by_oversight_and_not_by_the_agency(app, cast, sign_in):
    case = bring(app, cast, Action.TAKE)
    name(app, case, About.HEAD, cast.chi_head, by=cast.ha)
    assert WHY in sign_in(cast.second_intake).get(f"/desk/cases/{case.reference}/conflict").text
    seen = sign_in(cast.chi).get(f"/desk/cases/{case.reference}")
    assert WHY not in seen.text
    assert "Võ Thị Mai" not in seen.text


def test_no_mail_leaves_for_who_was_named_after_it_was_owed(app, cast, post):
    case = bring(app, cast, Action.ASSIGN)
    name(app, case, About.HEAD, cast.chi_head, by=cast.intake)
    with app.app_context():
        assert mailing.deliver_owed().sent > 0
    written_to = {message["To"] for message in post.messages}
    assert cast.chi_head.email not in written_to
    assert "soxaydung@tinh.example" not in written_to, "everybody of that agency may read its mailbox"
    assert cast.ha.email in written_to, "the next level is told"


def test_the_ladder_goes_around_who_is_named(app, cast):
    case = bring(app, cast, Action.TAKE)
    name(app, case, About.HEAD, cast.chi_head, by=cast.ha)
    with app.app_context():
        row = case_of(case)
        heads = {target.person_id for target in targets(row, Recipient.AGENCY_HEAD)}
        assert heads == {cast.ha.id}
    with app.app_context(), writing():
        second = factories.member("Đinh Thị Hai", Role.COORDINATOR, agency_id=cast.office)
        conflicts.record(case_of(case), about=About.OFFICE, people=[second.id], why=WHY,
                         actor=actor_of(cast.intake))
    with app.app_context():
        assert {t.person_id for t in targets(case_of(case), Recipient.COORDINATOR)} == {cast.leader.id}
        assert {t.person_id for t in targets(case_of(case), Recipient.AGENCY_HEAD)} == {cast.leader.id}


def test_a_head_who_is_named_does_not_decide_after_their_agency_took_over(app, cast):
    """Nor does whoever acts for that head: the level is counted anew for the agency that has the case now."""
    case = bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        factories.member("Đinh Thị Hai", Role.COORDINATOR, agency_id=cast.office)
    name(app, case, About.HEAD, cast.dung_head, by=cast.ha)
    assert fact(app, case, "moved_up") == ""
    with app.app_context(), writing():
        old = db.session.get_one(Agency, cast.building)
        old.valid_to, old.successor_id = clock.today() - timedelta(days=1), cast.land
        db.session.flush()
        assert reorganising.move_open_cases(cast.building, actor=actor_of(cast.quan)) == 1
    assert (fact(app, case, "agency_id"), fact(app, case, "moved_up")) == (cast.land, "head")
