"""What was published before this system comes in: nothing made up, nothing twice, nothing by halves."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from feedback.cli import importing as command
from feedback.domain.agencies import Tier
from feedback.domain.errors import BadInput
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.models.publications import Publication, PublicationDraft
from feedback.queries import register
from feedback.services import cases, import_pairs, importing, publication, publication_batch, publication_body
from feedback.services.publication_body import digest, load
from tests import factories
from tests.factories import actor_of

REAL = Path(__file__).parent.parent / "data" / "published.jsonl"


def line(**about):
    return json.dumps({"complaint": "Vì sao hồ sơ đất đai chậm?", "answer": "Đã trả kết quả ngày 2/3/2024.",
                       "agency": "UBND huyện Cũ", **about}, ensure_ascii=False)


def bring_in(*lines, label="thử"):
    with writing():
        return importing.file_batch(list(import_pairs.pairs(lines)), actor=SYSTEM, label=label)


def only_case():
    return db.session.scalars(select(Case)).one()


def test_a_pair_becomes_a_closed_historical_case_with_its_points_and_a_draft(db_session):
    bring_in(line(complaint="1. Hồ sơ ở đâu? 2. Bao giờ xong?"))
    case = factories.case_of(only_case().id)
    assert (case.state, case.historical, case.channel, case.source) == ("closed", True, "import", "thử")
    assert [point.text for point in case.points] == ["Hồ sơ ở đâu?", "Bao giờ xong?"]
    body = load(db.session.scalars(select(PublicationDraft)).one().body)
    assert [(p["question"], p["answer"]) for p in body["points"]] == [
        ("1. Hồ sơ ở đâu? 2. Bao giờ xong?", "Đã trả kết quả ngày 2/3/2024.")]


def test_an_unknown_date_stays_unknown_and_a_known_one_is_kept(db_session):
    bring_in(line())
    case = only_case()
    assert (case.received_on, case.answered_at) == (None, None)
    assert load(db.session.scalars(select(PublicationDraft)).one().body)["received_month"] is None
    bring_in(line(complaint="Câu hỏi khác?", received_on="2024-02-20", answered_on="2024-03-02"))
    dated = db.session.scalars(select(Case).where(Case.received_on.is_not(None))).one()
    assert (dated.received_on.isoformat(), dated.answered_at.date().isoformat()) == ("2024-02-20", "2024-03-02")


def test_no_clock_runs_and_nobody_is_told(db_session):
    bring_in(line())
    assert db.session.scalar(select(func.count()).select_from(Deadline)) == 0
    assert db.session.scalar(select(func.count()).select_from(Outbox)) == 0
    assert db.session.scalar(select(Event.type).where(Event.chain == f"case:{only_case().id}")) == "imported"


def test_an_unknown_agency_is_created_closed_and_gets_no_new_case(db_session, cast, an):
    bring_in(line(agency="UBND huyện Không Còn"))
    agency = db.session.scalars(select(Agency).where(Agency.name_vi == "UBND huyện Không Còn")).one()
    assert (agency.tier, agency.source) == (Tier.HISTORICAL.value, "import: thử")
    receipt = an.complains()
    with writing():
        factories.walk(receipt, factories.Action.ACCEPT, hands=cast.hands)
    with pytest.raises(BadInput, match="closed"), writing():
        cases.assign(factories.case_of(receipt), agency, actor=actor_of(cast.intake))


def test_an_agency_known_by_its_name_with_or_without_accents_is_used(db_session, cast):
    filed = bring_in(line(agency="so xay dung"), line(complaint="Khác?", agency="SỞ  XÂY DỰNG"))
    assert (filed.cases, filed.agencies) == (2, 0)
    assert set(db.session.scalars(select(Case.agency_id))) == {cast.building}


def test_the_same_file_again_changes_nothing(db_session):
    lines = [line(), line(complaint="Khác?"), line()]
    assert bring_in(*lines).cases == 2
    again = bring_in(*lines)
    assert (again.cases, again.known_already, again.agencies) == (0, 3, 0)


def test_spacing_and_composition_do_not_make_another_pair(db_session):
    import unicodedata

    bring_in(line(complaint="Vì sao hồ sơ chậm?"))
    assert bring_in(line(complaint=unicodedata.normalize("NFD", "Vì sao  hồ sơ chậm? "))).cases == 0


@pytest.mark.parametrize(("bad", "code"), [
    ("no json", "not JSON"), ("[1]", "not a JSON object"), (line(answer=""), "answer: empty"),
    (line(complaint=None), "complaint: missing"), (line(agency=7), "agency: not text"),
    (line(received_on="2/3/2024"), "received_on: not a date like 2024-05-31"),
    (line(received_on="2024-02-30"), "received_on: no such day"),
    (line(received_on="2999-01-01"), "received_on: lies in the future"),
    (line(received_on="2024-03-02", answered_on="2024-03-01"), "answered_on: before received_on"),
    (line(complaint="\x00"), "complaint: empty"),
])
def test_each_fault_is_named_with_its_line(db_session, bad, code):
    reading = import_pairs.read([line(), "", bad])
    assert [(fault.line, fault.code) for fault in reading.faults] == [(3, code)]
    assert reading.pairs == 1


def test_further_fields_are_left_aside_and_named(db_session):
    assert import_pairs.read([line(label="clear", kind="x")]).ignored == {"label", "kind"}


def run(app, monkeypatch, *arguments):
    monkeypatch.setattr(command, "open_app", lambda: app)
    return CliRunner().invoke(command.import_, ["cases", *map(str, arguments)])


def test_the_command_brings_nothing_in_when_one_line_is_faulty(app, monkeypatch, tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_text(line() + "\n{}\nnothing\n", encoding="utf-8")
    done = run(app, monkeypatch, file)
    assert done.exit_code == 1
    assert "line 2: complaint: missing" in done.output
    assert "line 3: not JSON" in done.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_bytes_that_are_no_text_are_a_fault_of_their_line(app, monkeypatch, tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(line().encode() + b"\n" + b'{"complaint": "xin \xff", "answer": "a", "agency": "b"}\n')
    done = run(app, monkeypatch, file)
    assert done.exit_code == 1
    assert "line 2: not UTF-8" in done.output


def test_every_published_pair_is_brought_in_published_by_two_people_and_found(app, cast, monkeypatch):
    done = run(app, monkeypatch, REAL)
    assert done.exit_code == 0, done.output
    number = len(REAL.read_text(encoding="utf-8").splitlines())
    assert f"Historical cases made: {number}\n" in done.output
    assert "Fields left aside: flags, id, kind, label, readers, truncated\n" in done.output
    with app.app_context():
        drafts = db.session.scalars(select(PublicationDraft).order_by(PublicationDraft.id)).all()
        seen = [(draft.id, digest(draft.body)) for draft in drafts]
        first, second = actor_of(cast.publisher), actor_of(cast.second_publisher)
        publication_batch.hold_batch(seen[:1], actor=first, reason="Câu hỏi bị cắt.", transaction=writing)
        confirmed = publication_batch.confirm_batch(seen[1:], actor=first, transaction=writing)
        assert (len(confirmed.done), confirmed.failed) == (number - 1, {})
        own = publication_batch.approve_batch(seen[1:], actor=first, transaction=writing)
        assert (own.done, set(own.failed.values())) == ([], {"SamePerson"})
        publication_batch.approve_batch(seen[1:], actor=second, transaction=writing)
        by_status = dict(db.session.execute(
            select(PublicationDraft.status, func.count()).group_by(PublicationDraft.status)).all())
        assert by_status == {"published": number - 1, "held": 1}
        assert register.newest().total == number - 1
        assert register.newest(text="dat dai").total > 0
        assert {p.status for p in db.session.scalars(select(Publication))} == {"published"}
    counted = CliRunner().invoke(command.publication, ["counts"])
    assert f"published: {number - 1} / 0" in counted.output
    assert "held: 1 / 0" in counted.output


def test_a_draft_that_changed_since_the_page_was_shown_is_left(db_session, cast):
    bring_in(line())
    draft = db.session.scalars(select(PublicationDraft)).one()
    done = publication_batch.confirm_batch([(draft.id, "another digest")], actor=actor_of(cast.publisher),
                                           transaction=writing)
    assert done.failed == {draft.id: "changed"}


def test_a_case_of_this_system_is_not_decided_about_in_the_batch(db_session, cast, an, answering_vault):
    receipt = an.complains()
    with writing():
        factories.walk(receipt, factories.Action.CLOSE, hands=cast.hands)
        draft = publication.draft_for(factories.case_of(receipt))
        seen = [(draft.id, digest(draft.body))]
    done = publication_batch.confirm_batch(seen, actor=actor_of(cast.publisher), transaction=writing)
    assert done.failed == {seen[0][0]: "MoveNotAllowed"}


def test_words_shown_again_come_back_wherever_they_were_hidden(db_session, cast):
    bring_in(line(complaint="Ông Trần Văn Bảy và bà Lê Thị Tám ở đâu? Tôi gặp Trần Văn Bảy, Lê Thị Tám.",
                  answer="Trần Văn Bảy đã nghỉ."))
    draft_id = db.session.scalar(select(PublicationDraft.id))
    with writing():
        draft = db.session.get_one(PublicationDraft, draft_id)
        first = next(mark for mark in json.loads(draft.marks) if mark["words"] == "Trần Văn Bảy")
        publication.allow(draft, first["n"], actor=actor_of(cast.publisher))
    draft = db.session.get_one(PublicationDraft, draft_id)
    point = load(draft.body)["points"][0]
    assert (point["question"].count("Trần Văn Bảy"), point["answer"]) == (2, "Trần Văn Bảy đã nghỉ.")
    left = json.loads(draft.marks)
    assert {mark["words"] for mark in left} == {"Lê Thị Tám"}
    texts = publication_body.texts(load(draft.body))
    assert {texts[mark["field"]][mark["start"]:mark["end"]] for mark in left} == {"[đã che: họ tên]"}
