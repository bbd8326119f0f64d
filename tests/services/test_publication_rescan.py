"""Published cases are read again every night: what nobody knew when they became public takes them out."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from feedback import clock
from feedback.domain import redaction
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.models.publications import Publication, PublicationDraft, PublicationTokens, RegisterCount
from feedback.queries import public_words, register
from feedback.services import publication, publication_rescan, publication_scan, register_counts
from tests import factories
from tests.factories import actor_of, case_of
from tests.services.test_publication import ONE_POINT

CODE = "Mã gửi đồ QX-77-1234"
"""A number of a kind that the scanner does not know yet."""


@pytest.fixture
def public(db_session, frozen, cast, an, answering_vault):
    """A case of An's in the register, with a number in it that no pattern knew on that day; its reference."""
    frozen.stand_at("2026-11-02")
    receipt = an.complains(narrative=f"Hồ sơ đất đai chậm hai tuần. {CODE}.", points=("Hồ sơ ở đâu?",))
    frozen.stand_at("2026-11-10")
    with writing():
        factories.walk(receipt, Action.CLOSE, hands=cast.hands, text=ONE_POINT)
    with writing():
        draft = publication.draft_for(case_of(receipt.case_id))
    with writing():
        publication.confirm(draft, actor=actor_of(cast.publisher),
                            body=publication.publication_body.load(draft.body))
    with writing():
        publication.approve(draft, actor=actor_of(cast.second_publisher))
    frozen.go_on(days=4)
    with writing():
        assert publication.publish_due(clock.now()) == 1
    return case_of(receipt.case_id).reference


@pytest.fixture
def learned(monkeypatch):
    """The scanner learns the pattern."""
    before = redaction.scan

    def scan(told, known=()):
        at = told.find("QX-77-1234")
        new = [redaction.Mark(at, at + 10, redaction.MarkKind.NATIONAL_ID, "new")] if at >= 0 else []
        return redaction.merge([*before(told, known), *new])

    def learn():
        monkeypatch.setattr(redaction, "scan", scan)

    return learn


def test_what_is_clean_stays_public(public, cast):
    tally = publication_rescan.sweep_rescan()
    assert (tally.seen, tally.acted, tally.failed) == (1, 0, 0)
    assert register.newest().total == 1


def test_a_pattern_learned_after_a_case_was_published_takes_it_out_and_tells_the_publishers(
        public, cast, learned, frozen):
    learned()
    tally = publication_rescan.sweep_rescan()
    assert (tally.seen, tally.acted) == (1, 1)
    assert register.newest().total == 0
    assert register.newest(text="dat dai").total == 0
    assert db.session.scalar(select(func.count()).select_from(PublicationTokens)) == 0
    row = db.session.scalars(select(Publication)).one()
    assert (row.status, row.unpublished_reason, row.summary, row.etag) == (
        "unpublished", "scan_hit_later", "", "")
    draft = db.session.scalars(select(PublicationDraft)).one()
    assert (draft.status, draft.held_reason) == ("held", "scan_hit_later")
    assert draft.hits >= 1
    told = list(db.session.scalars(select(Outbox.person_id).where(Outbox.notice == "publication-taken-out")))
    assert sorted(told) == sorted([cast.publisher.id, cast.second_publisher.id])
    last = db.session.scalars(select(Event).where(Event.type == "unpublished")).all()
    assert {event.chain for event in last} == {"sys:publication", f"case:{draft.case_id}"}
    assert all("QX" not in event.payload for event in last)
    counted = db.session.get_one(RegisterCount, "rescan_taken_out").value
    assert counted == 1


def test_no_part_of_what_was_public_is_left_in_any_public_table(public, learned):
    learned()
    publication_rescan.sweep_rescan()
    for table in ("publication_point", "publication_promise", "publication_holder", "publication_step",
                  "publication_tokens"):
        assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    assert "QX-77" not in str(db.session.execute(text("SELECT * FROM publication")).all())


def test_each_case_is_read_once_a_day_in_batches_and_counting_keeps_the_place(
        public, an, cast, frozen, monkeypatch):
    monkeypatch.setattr(publication_rescan, "BATCH", 1)
    assert publication_rescan.sweep_rescan().seen == 1
    with writing():
        register_counts.recount()
    assert publication_rescan.sweep_rescan().seen == 0  # the end of the round
    assert publication_rescan.sweep_rescan().seen == 0
    frozen.go_on(days=1)
    assert publication_rescan.sweep_rescan().seen == 1


def test_words_that_a_person_found_harmless_stay(public, learned):
    with writing():
        draft = db.session.scalars(select(PublicationDraft)).one()
        body = publication.publication_body.load(draft.body)
        body["allowed"].append({"kind": "national_id", "words": "QX-77-1234"})
        draft.body = publication.publication_body.dump(body)
    learned()
    assert publication_rescan.sweep_rescan().acted == 0
    assert register.newest().total == 1


def test_what_the_vault_knows_is_taken_out_whatever_was_allowed(public, cast):
    with writing():
        draft = db.session.scalars(select(PublicationDraft)).one()
        body = publication.publication_body.load(draft.body)
        body["allowed"].append({"kind": "known_identity", "words": "An V ă n Nguyễn"})
        draft.body = publication.publication_body.dump(body)
        db.session.scalars(select(Publication)).one().done = "Đã báo cho N g u y ễ n V ă n A n."
    assert publication_rescan.sweep_rescan().acted == 1


def test_without_the_vault_the_round_waits(public, app, monkeypatch):
    from feedback.adapters import vault
    from feedback.domain.errors import VaultUnavailable

    def away(case_id, texts):
        raise VaultUnavailable("away")

    with monkeypatch.context() as gone:
        gone.setattr(vault, "match_text", away)
        tally = publication_rescan.sweep_rescan()
        assert (tally.seen, tally.failed, tally.fault) == (0, 1, "VaultUnavailable")
    assert register.newest().total == 1
    assert publication_rescan.sweep_rescan().seen == 1


def test_a_case_taken_out_by_the_house_can_be_mended_and_published_again(public, cast, learned, frozen):
    learned()
    publication_rescan.sweep_rescan()
    draft = db.session.scalars(select(PublicationDraft)).one()
    body = publication.publication_body.load(draft.body)
    with pytest.raises(publication.StillFound), writing():
        publication.confirm(draft, actor=actor_of(cast.publisher), body=body)
    body["summary"] = "Hồ sơ đất đai chậm hai tuần."
    with writing():
        publication.confirm(draft, actor=actor_of(cast.publisher), body=body)
    with writing():
        publication.approve(draft, actor=actor_of(cast.second_publisher))
    with writing():
        assert publication.publish_due(clock.now() + timedelta(days=4)) == 1


def test_what_begins_in_one_text_and_ends_in_the_next_is_found(public):
    case_id = db.session.scalars(select(PublicationDraft.case_id)).one()
    split = {"title": "Đơn của Nguyễn", "summary": "Văn An đã nộp hồ sơ."}
    found = publication_scan.left_in(split, case_id=case_id)
    assert "known_identity" in {mark.kind for mark in found}
    assert publication_scan.left_in({"title": "Đơn đã nhận", "summary": "Hồ sơ chậm."}, case_id=case_id) == []


def test_a_number_that_two_answers_hold_together_is_found_because_open311_puts_them_in_a_row(public):
    case_id = db.session.scalars(select(PublicationDraft.case_id)).one()
    texts = {"points.1.question": "Của ai?", "points.1.answer": "Đã gọi lại 0912 345",
             "points.2.question": "Hồ sơ bao giờ có kết quả?", "points.2.answer": "678 là số của người gửi."}
    assert publication_scan.left_in(texts, case_id=case_id) == []
    found = publication_scan.left_in(texts, case_id=case_id, orders=public_words.orders(texts))
    assert [(one.field, one.kind) for one in found] == [("points.1.answer", "known_identity")]


def test_a_file_name_and_a_line_of_json_are_scanned_like_any_text(public):
    case_id = db.session.scalars(select(PublicationDraft.case_id)).one()
    found = publication_scan.left_in(
        {"name": "nguyen-van-an.json", "json": '{"note": "gọi 0912 rồi 345 rồi 678"}'}, case_id=case_id)
    assert {(mark.field, mark.kind) for mark in found} >= {("name", "known_identity"), ("json", "known_identity")}
    assert all(mark.words is None for mark in found if mark.kind == "known_identity")
