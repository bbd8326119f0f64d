"""What everyone may read of a case's way: who held it and how long, its steps by working day, why it came back."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from feedback import clock
from feedback.domain.answers.taxonomy import Flag
from feedback.domain.errors import BadInput
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.publications import Publication, PublicationDraft, PublicationHolder, PublicationStep
from feedback.queries import register
from feedback.services import citizen, publication, publication_body, publication_release
from tests import factories
from tests.factories import actor_of, case_of
from tests.fixtures.travels import answered_at_last, there_and_back


@pytest.fixture
def travelled(db_session, frozen, cast, an, answering_vault):
    """An's case: there and back, returned as vague, and released on 12 November 2026."""
    receipt = there_and_back(frozen, cast, an, codes=(Flag.RESTATE, Flag.PARTIAL), why="Chưa nói rõ ai làm.")
    frozen.stand_at("2026-11-12 09:00")
    answered_at_last(receipt, cast)
    return receipt


def published(receipt, cast):
    with writing():
        reference = factories.publish(case_of(receipt), first=cast.publisher, second=cast.second_publisher)
    return register.one(reference)


def test_who_held_it_and_its_steps_are_copied_with_working_days_and_without_words(travelled, cast):
    shown = published(travelled, cast)
    names = {cast.building: "building", cast.land: "land"}
    codes = {db.session.get_one(Agency, number).code: name for number, name in names.items()}
    assert [(codes[one.agency_code], one.came_by, one.working_days, one.loop) for one in shown.holders] == [
        ("building", "assigned", 1, False), ("land", "transferred", 2, False),
        ("building", "transferred", 5, True)]
    assert [(one.step, one.day, one.codes) for one in shown.steps] == [
        ("received", 0, ""), ("assigned", 0, ""), ("transferred", 1, ""), ("transferred", 3, ""),
        ("returned", 5, "partial,restate"), ("answered", 8, "")]
    assert (shown.times_passed_on, shown.times_returned, shown.times_objected) == (2, 1, 0)
    kept = "\n".join(str(tuple(row)) for table in ("publication_holder", "publication_step")
                     for row in db.session.execute(text(f"SELECT * FROM {table}")))
    assert "Chưa nói rõ" not in kept
    assert "Thuộc việc" not in kept


def test_an_objection_and_a_late_second_answer_are_steps(db_session, frozen, cast, an, answering_vault):
    frozen.stand_at("2026-11-02 08:00")
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    frozen.stand_at("2026-11-04 08:00")
    with writing():
        citizen.object_to(case_of(receipt), actor=citizen.as_sender(receipt.case_id), why="Chưa trả lời điểm 2.")
    frozen.stand_at("2027-01-15 08:00")
    with writing():
        case = case_of(receipt)
        others = replace(  # whoever answered the first time does not answer the objection
            cast.hands, officer=factories.member("Đỗ Văn Khác", Role.OFFICER, agency_id=cast.building),
            head=factories.member("Lý Thị Khác", Role.AGENCY_HEAD, agency_id=cast.building))
        for action in (Action.TAKE, Action.PROPOSE_ANSWER, Action.APPROVE, Action.RELEASE, Action.CLOSE):
            factories._step(case, action, hands=others, text=factories.GOOD_ANSWER)
    shown = published(receipt, cast)
    assert [one.step for one in shown.steps] == [
        "received", "assigned", "answered", "objected", "late", "answered"]
    assert [one.day for one in shown.steps] == sorted(one.day for one in shown.steps)
    assert shown.times_objected == 1
    assert [one.came_by for one in shown.holders] == ["assigned", "reopened"]


def test_the_procedures_code_and_the_time_of_the_change_are_kept(db_session, frozen, cast, an, answering_vault):
    with writing():
        number = factories.procedure()
    receipt = an.complains(procedure_id=number)
    with writing():
        factories.walk(receipt, Action.CLOSE, hands=cast.hands)
    shown = published(receipt, cast)
    assert shown.procedure_code is not None
    assert shown.changed_at == clock.now()


def test_a_draft_from_before_this_was_kept_is_published_all_the_same(travelled, cast, frozen):
    with writing():
        case = case_of(travelled)
        draft = publication.draft_for(case)
        body = publication_body.load(draft.body)
        for name in ("holders", "steps", "times_objected", "procedure_code"):
            del body[name]
        draft.body = publication_body.dump(body)
    shown = published(travelled, cast)
    assert (shown.status, shown.holders, shown.steps, shown.times_objected) == ("published", [], [], 0)


def test_taken_out_it_leaves_neither_holders_nor_steps(travelled, cast, frozen):
    shown = published(travelled, cast)
    frozen.go_on(days=1)
    with writing():
        publication_release.unpublish(publication_release.published(shown.reference),
                                      actor=actor_of(cast.publisher), reason="Soát lại.")
    assert [db.session.scalar(select(func.count()).select_from(table))
            for table in (PublicationHolder, PublicationStep)] == [0, 0]
    assert db.session.scalars(select(Publication.changed_at)).one() == clock.now()


def test_the_way_cannot_be_changed_with_the_words(travelled, cast):
    with writing():
        draft_id = publication.draft_for(case_of(travelled)).id
    body = json.loads(db.session.get_one(PublicationDraft, draft_id).body)
    body["steps"] = [one for one in body["steps"] if one["step"] != "returned"]
    with pytest.raises(BadInput, match="facts_changed"), writing():
        publication.confirm(db.session.get_one(PublicationDraft, draft_id), actor=actor_of(cast.publisher),
                            body=body)
