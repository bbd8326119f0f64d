"""Publishing: a copy with nobody's name in it, two people, a last look, and out again at once."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from feedback import clock
from feedback.domain.answers.structured import Outcome
from feedback.domain.errors import (
    BadInput,
    NotPermitted,
    ReasonMissing,
    SamePerson,
    VaultUnavailable,
)
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.events import Event
from feedback.models.publications import Publication, PublicationDraft, PublicationTokens
from feedback.queries import open_files, register
from feedback.services import cases, citizen, publication, publication_body, publication_release
from feedback.services.answers import AnswerText
from tests import factories
from tests.factories import actor_of, case_of

TOLD = ("Tôi là Nguyễn Văn An, điện thoại 0912.345.678. Hồ sơ đất đai của tôi chậm hai tuần. "
        "Xin gọi cho Nguyen Van An hoặc viết thư về an@thu.example, nhà số 12 đường Hùng Vương.")
PLANTED = ("Nguyễn Văn An", "Nguyen Van An", "0912.345.678", "0912345678", "an@thu.example")


@pytest.fixture
def settled(db_session, frozen, cast, an, answering_vault):
    """A case of An's that was answered and closed; An's name stands in the text, and intake let it stand."""
    frozen.stand_at("2026-11-02")
    receipt = an.complains(narrative=TOLD, points=("Hồ sơ đất đai của tôi ở đâu, xin gọi Nguyễn Văn An?",))
    frozen.stand_at("2026-11-10")
    with writing():
        factories.walk(receipt, Action.CLOSE, hands=cast.hands, text=ONE_POINT)
    return receipt.case_id


ONE_POINT = AnswerText(
    outcome=Outcome.RESOLVED, found=factories.GOOD_ANSWER.found, done=factories.GOOD_ANSWER.done,
    owner="Ông Trần Văn Bảy, Trưởng phòng Quản lý xây dựng", ground=factories.GOOD_ANSWER.ground,
    next_step=factories.GOOD_ANSWER.next_step, points={1: factories.GOOD_ANSWER.points[1]})  # type: ignore[index]


def drafted(case_id):
    with writing():
        draft = publication.draft_for(case_of(case_id))
    return draft.id


def body_of(draft_id):
    return publication_body.load(db.session.get_one(PublicationDraft, draft_id).body)


def confirm(draft_id, member, body=None):
    with writing():
        draft = db.session.get_one(PublicationDraft, draft_id)
        publication.confirm(draft, actor=actor_of(member), body=body or publication_body.load(draft.body))


def approve(draft_id, member):
    with writing():
        publication.approve(db.session.get_one(PublicationDraft, draft_id), actor=actor_of(member))


def publish(draft_id, cast, frozen):
    """Two people, and the day has come."""
    confirm(draft_id, cast.publisher)
    approve(draft_id, cast.second_publisher)
    frozen.go_on(days=4)
    with writing():
        return publication.publish_due(clock.now())


def everything_public():
    """Every word of the public tables, as the database holds it."""
    return "\n".join(
        str(tuple(row)) for table in ("publication", "publication_point", "publication_tokens")
        for row in db.session.execute(text(f"SELECT * FROM {table}")))


def test_a_draft_hides_who_complained_and_the_officials_name(settled):
    draft = db.session.get_one(PublicationDraft, drafted(settled))
    marks = json.loads(draft.marks)
    assert not any(planted in draft.body or planted in draft.marks for planted in PLANTED)
    assert {mark["kind"] for mark in marks} >= {"known_identity", "person_name"}
    assert all(mark["words"] is None for mark in marks if mark["kind"] == "known_identity")
    assert "Hồ sơ đất đai của tôi chậm hai tuần" in draft.body


def test_published_rows_hold_nobodys_identity(settled, cast, frozen):
    assert publish(drafted(settled), cast, frozen) == 1
    shown = everything_public()
    assert "đất đai" in shown
    assert not [planted for planted in (*PLANTED, "nguyen_van", "912345678") if planted in shown]


def test_who_confirmed_cannot_approve(settled, cast):
    draft_id = drafted(settled)
    confirm(draft_id, cast.publisher)
    with pytest.raises(SamePerson):
        approve(draft_id, cast.publisher)
    assert db.session.get_one(PublicationDraft, draft_id).status == "confirmed"


def test_nothing_is_public_before_the_day_and_everything_after_it(settled, cast, frozen):
    draft_id = drafted(settled)
    confirm(draft_id, cast.publisher)
    approve(draft_id, cast.second_publisher)
    with writing():
        assert publication.publish_due(clock.now() + timedelta(hours=1)) == 0
    assert register.newest().total == 0
    frozen.stand_at("2026-11-11 00:10")  # approved on Tuesday the 10th, closed by the sender: the next working day
    with writing():
        assert publication.publish_due(clock.now()) == 1
    with writing():
        assert publication.publish_due(clock.now()) == 0
    shown = register.newest(text="dat dai").entries
    assert [entry.published_on.isoformat() for entry in shown] == ["2026-11-11"]


def test_the_sender_may_object_before_it_is_public(db_session, frozen, cast, an, answering_vault):
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    draft_id = drafted(receipt.case_id)
    confirm(draft_id, cast.publisher)
    approve(draft_id, cast.second_publisher)
    after = db.session.get_one(PublicationDraft, draft_id).publish_after
    assert after is not None
    assert clock.local_date(after) >= clock.today() + timedelta(days=15)
    with writing():
        citizen.object_to(case_of(receipt), actor=citizen.as_sender(receipt.case_id), why="Chưa trả lời điểm 2.")
    frozen.go_on(days=40)
    with writing():
        assert publication.publish_due(clock.now()) == 0
    draft = db.session.get_one(PublicationDraft, draft_id)
    assert (draft.status, draft.held_reason) == ("held", "reopened")
    assert register.newest().total == 0


def test_a_name_that_comes_back_by_hand_is_refused_without_override(settled, cast):
    draft_id = drafted(settled)
    body = body_of(draft_id)
    body["summary"] = "Anh N g u y ễ n V ă n A n nói hồ sơ chậm."
    body["allowed"].append({"kind": "known_identity", "words": "N g u y ễ n V ă n A n"})
    with pytest.raises(publication.StillNamed) as refused:
        confirm(draft_id, cast.publisher, body)
    assert refused.value.fields == ("summary",)
    assert db.session.get_one(PublicationDraft, draft_id).status == "proposed"


def test_a_telephone_number_has_to_go_or_be_allowed_with_its_words(settled, cast):
    draft_id = drafted(settled)
    body = body_of(draft_id)
    body["summary"] = "Gọi số 0987 654 321 để hỏi."
    with pytest.raises(publication.StillFound) as refused:
        confirm(draft_id, cast.publisher, body)
    assert [mark.kind for mark in refused.value.marks] == ["phone"]
    body["allowed"] = [{"kind": "phone", "words": "0987 654 321"}]
    confirm(draft_id, cast.publisher, body)
    assert db.session.get_one(PublicationDraft, draft_id).status == "confirmed"


def test_words_that_name_nobody_private_can_be_shown_again(settled, cast):
    draft_id = drafted(settled)
    marks = json.loads(db.session.get_one(PublicationDraft, draft_id).marks)
    name = next(mark for mark in marks if mark["field"] == "owner")
    with writing():
        publication.allow(db.session.get_one(PublicationDraft, draft_id), name["n"],
                          actor=actor_of(cast.publisher))
    assert "Trần Văn Bảy" in body_of(draft_id)["owner"]
    confirm(draft_id, cast.publisher)


def test_what_the_vault_knew_is_never_shown_again(settled, cast):
    draft_id = drafted(settled)
    known = next(mark for mark in json.loads(db.session.get_one(PublicationDraft, draft_id).marks)
                 if mark["words"] is None)
    with pytest.raises(BadInput, match="cannot_be_shown"), writing():
        publication.allow(db.session.get_one(PublicationDraft, draft_id), known["n"],
                          actor=actor_of(cast.publisher))


def test_facts_cannot_be_changed_with_the_words(settled, cast):
    draft_id = drafted(settled)
    with pytest.raises(BadInput, match="facts_changed"):
        confirm(draft_id, cast.publisher, {**body_of(draft_id), "late_days": 0, "working_days": 1})


def test_what_the_second_person_read_is_what_is_approved(settled, cast):
    draft_id = drafted(settled)
    confirm(draft_id, cast.publisher)
    with pytest.raises(BadInput, match="changed"), writing():
        publication.approve(db.session.get_one(PublicationDraft, draft_id), actor=actor_of(cast.second_publisher),
                            seen="something else")


def test_a_scan_that_learned_something_holds_the_draft_on_the_last_day(settled, cast, frozen, monkeypatch):
    draft_id = drafted(settled)
    confirm(draft_id, cast.publisher)
    approve(draft_id, cast.second_publisher)
    from feedback.domain import redaction

    found = redaction.Mark(0, 4, redaction.MarkKind.PERSON_NAME, "newer list")
    monkeypatch.setattr(redaction, "scan", lambda text, known=(): (found,) if len(text) > 4 else ())
    frozen.go_on(days=4)
    with writing():
        assert publication.publish_due(clock.now()) == 0
    draft = db.session.get_one(PublicationDraft, draft_id)
    assert (draft.status, draft.held_reason) == ("held", "scan_hit")
    assert draft.hits > 0


def test_without_the_vault_nothing_is_copied(db_session, cast, an, frozen):
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.CLOSE, hands=cast.hands)
    with pytest.raises(VaultUnavailable), writing():
        publication.draft_for(case_of(receipt))
    assert db.session.scalar(select(func.count()).select_from(PublicationDraft)) == 0


def test_a_restricted_case_never_gets_a_draft(db_session, cast, an, frozen, answering_vault):
    receipt = an.complains(category=Category.UNOFFICIAL_COST)
    with writing():
        case = case_of(receipt)
        assert case.restricted
        case.masked = case.narrative
        cases.accept(case, actor=actor_of(cast.restricted), masked="Có người gợi ý tiền.", kind=_kind(case),
                     masked_points={p.n: p.text for p in case.points}, category=Category.UNOFFICIAL_COST)
        assert publication.draft_for(case) is None
        assert publication.propose_missing() == 0


def _kind(case):
    from feedback.domain.kinds import CaseKind

    return CaseKind(case.kind)


def test_a_case_without_an_answer_and_a_mere_promise_get_no_draft(db_session, cast, an, frozen, answering_vault):
    open_one = an.complains()
    promised = an.complains(points=("Khi nào sửa xong cổng?",))
    with writing():
        factories.walk(promised, Action.RELEASE, hands=cast.hands, text=AnswerText(
            outcome=Outcome.IN_PROGRESS, found="Ngày 16/11/2026 Sở đã kiểm tra cổng.", done="Đã gia cố tạm.",
            owner="Phòng Quản lý xây dựng", due_on=clock.today() + timedelta(days=20), ground="Biên bản kiểm tra.",
            next_step="Chờ thông báo.", points={1: "Sửa xong trước ngày 06/12/2026."}))
    with writing():
        assert publication.propose_missing() == 0
        assert publication.draft_for(case_of(open_one)) is None


def test_settled_cases_get_their_drafts_by_the_clock_once(settled):
    with writing():
        assert publication.propose_missing() == 1
    with writing():
        assert publication.propose_missing() == 0


def test_facts_are_coarse_and_measured_on_the_citizens_clock(settled):
    body = body_of(drafted(settled))
    assert (body["received_month"], body["working_days"], body["late_days"]) == ("2026-11", 6, 0)


def test_only_publishers_may(settled, cast):
    draft_id = drafted(settled)
    for outsider in (cast.chi, cast.ha, cast.quan, cast.intake):
        with pytest.raises(NotPermitted):
            confirm(draft_id, outsider)


def test_a_conflict_of_interest_hides_the_copy_too(settled, cast):
    from feedback.models.people import Person
    from feedback.queries import drafts

    draft_id = drafted(settled)
    with writing():
        factories.hide_from(case_of(settled), db.session.get_one(Person, cast.publisher.id))
    with pytest.raises(NotPermitted):
        confirm(draft_id, cast.publisher)
    assert drafts.draft(actor_of(cast.publisher), draft_id) is None
    assert drafts.listed(actor_of(cast.publisher), status="proposed") == []
    assert [row.id for row in drafts.listed(actor_of(cast.second_publisher), status="proposed")] == [draft_id]


def test_a_case_that_was_restricted_since_takes_its_copy_out_of_the_publishers_sight(settled, cast):
    from feedback.queries import drafts

    draft_id, publisher = drafted(settled), actor_of(cast.publisher)
    with writing():
        case_of(settled).restricted = True
    assert drafts.draft(publisher, draft_id) is None
    assert drafts.listed(publisher, status="proposed") == []


def test_holding_needs_a_reason_and_confirming_takes_it_up_again(settled, cast):
    draft_id = drafted(settled)
    with pytest.raises(ReasonMissing), writing():
        publication.hold(db.session.get_one(PublicationDraft, draft_id), actor=actor_of(cast.publisher),
                         reason=" ")
    with writing():
        publication.hold(db.session.get_one(PublicationDraft, draft_id), actor=actor_of(cast.publisher),
                         reason="Còn một câu chưa rõ.")
    assert db.session.get_one(PublicationDraft, draft_id).held_reason == "Còn một câu chưa rõ."
    confirm(draft_id, cast.publisher)
    assert db.session.get_one(PublicationDraft, draft_id).status == "confirmed"


def test_unpublishing_empties_the_words_and_keeps_the_reason(settled, cast, frozen):
    publish(drafted(settled), cast, frozen)
    reference = case_of(settled).reference
    with pytest.raises(ReasonMissing), writing():
        publication_release.unpublish(register.one(reference), actor=actor_of(cast.publisher), reason="")
    with writing():
        publication_release.unpublish(register.one(reference), actor=actor_of(cast.publisher),
                                      reason="Người gửi nhận ra mình.")
    assert register.newest().total == 0
    assert register.newest(text="dat dai").total == 0
    assert register.agencies() == []
    assert db.session.scalar(select(func.count()).select_from(PublicationTokens)) == 0
    assert "đất đai" not in everything_public()
    row = db.session.scalars(select(Publication)).one()
    assert (row.status, row.unpublished_reason) == ("unpublished", "Người gửi nhận ra mình.")


def test_a_case_that_was_taken_out_can_be_published_again_by_two_people(settled, cast, frozen):
    draft_id = drafted(settled)
    publish(draft_id, cast, frozen)
    with writing():
        publication_release.unpublish(register.one(case_of(settled).reference), actor=actor_of(cast.publisher),
                                      reason="Soát lại.")
    assert publish(draft_id, cast, frozen) == 1
    assert register.newest(text="dat dai").total == 1


def test_the_history_tells_of_it_in_codes(settled, cast, frozen):
    publish(drafted(settled), cast, frozen)
    types = list(db.session.scalars(
        select(Event.type).where(Event.chain == "sys:publication").order_by(Event.n)))
    assert types == ["publication_proposed", "publication_confirmed", "publication_approved", "published"]
    last = db.session.scalar(
        select(Event.type).where(Event.chain == f"case:{settled}").order_by(Event.n.desc()).limit(1))
    assert last == "published"


def test_one_draft_that_breaks_stops_no_other(settled, cast, frozen, an):
    second = an.complains(narrative="Hồ sơ khai sinh của con tôi chậm.")
    with writing():
        factories.walk(second, Action.CLOSE, hands=cast.hands)
    broken, good = drafted(settled), drafted(second.case_id)
    for draft_id in (broken, good):
        confirm(draft_id, cast.publisher)
        approve(draft_id, cast.second_publisher)
    with writing():
        draft = db.session.get_one(PublicationDraft, broken)
        draft.body = draft.body.replace('"outcome":"resolved"', '"outcome":null')
    frozen.go_on(days=5)
    with writing():
        assert publication.publish_due(clock.now()) == 1
    assert [entry.id for entry in register.newest().entries]
    assert db.session.get_one(PublicationDraft, broken).status == "approved"


def test_files_made_before_a_case_was_mended_are_not_given_out_when_it_is_public_again(settled, cast, frozen):
    draft_id = drafted(settled)
    assert publish(draft_id, cast, frozen)
    made = clock.now()
    frozen.go_on(minutes=1)
    with writing():
        shown = publication_release.published(db.session.get_one(PublicationDraft, draft_id).reference)
        publication_release.unpublish(shown, actor=actor_of(cast.publisher), reason="Còn tên.")
    assert open_files.withdrawn_since(made)
    assert publish(draft_id, cast, frozen)
    assert open_files.withdrawn_since(made)
    assert not open_files.withdrawn_since(clock.now())
