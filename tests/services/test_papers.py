"""Questions to senders are read against the published list, kept with the officer's reason, and seen
afterwards."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from feedback.domain.errors import MoveNotAllowed, OutOfReach, ReasonMissing, SamePerson
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import ProcedurePaper
from feedback.models.cases import Note
from feedback.models.events import Event
from feedback.models.reader import PaperFinding
from feedback.queries.papers import findings_page, questions_before, unseen_count
from feedback.services import asking, citizen, papers
from tests import factories
from tests.factories import actor_of, case_of, walk

PAPERS = (("Đơn đề nghị cấp giấy phép xây dựng", False, False),
          ("Bản sao giấy chứng nhận quyền sử dụng đất", False, False), ("Căn cước công dân", True, False),
          ("Hai bộ bản vẽ thiết kế", False, True))
BEYOND = "Bản sao sổ hộ khẩu có chứng thực\nSố biên nhận trên giấy hẹn"


def listed_procedure() -> int:
    """A procedure with a published list."""
    procedure_id = factories.procedure()
    db.session.add_all(
        ProcedurePaper(procedure_id=procedure_id, n=n, name_vi=name, name_en=f"Paper {n}", digitised=digitised,
                       paper_needed_if_signed_online=needed, copies=1)
        for n, (name, digitised, needed) in enumerate(PAPERS, start=1))
    return procedure_id


@pytest.fixture
def case(app, cast):
    """A case in Chi's hands whose procedure has a list."""
    with app.app_context(), writing():
        receipt = factories.complaint(procedure_id=listed_procedure())
        walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def ask(case, cast, what=BEYOND, **about):
    with writing():
        asking.ask_for_details(case_of(case), actor=actor_of(cast.chi), what=what, **about)


def test_without_a_reason_nothing_is_asked_and_nothing_is_kept(case, cast, db_session):
    with pytest.raises(ReasonMissing):
        ask(case, cast)
    assert case_of(case).state == "in_progress"
    assert db.session.scalar(select(func.count()).select_from(PaperFinding)) == 0
    assert questions_before(case.case_id) == []


def test_with_a_reason_it_is_asked_and_kept_with_source_words_and_reason(case, cast, db_session):
    ask(case, cast, override="Người gửi nói hộ khẩu ghi sai năm sinh.")
    kept = db.session.scalars(select(PaperFinding)).one()
    assert (kept.code, kept.line) == ("beyond_list", "Bản sao sổ hộ khẩu có chứng thực")
    assert "61/2018" in kept.source
    assert kept.asked_by_id == cast.chi.id
    note = db.session.get_one(Note, kept.override_note_id)
    assert (note.body, note.told_sender) == ("Người gửi nói hộ khẩu ghi sai năm sinh.", False)
    event = db.session.scalars(select(Event).where(Event.type == "papers_asked")).one()
    assert "hộ khẩu" not in event.payload
    assert "beyond_list" in event.payload
    assert case_of(case).state == "awaiting_details"


def test_a_question_that_the_list_allows_leaves_no_trace(case, cast, db_session):
    ask(case, cast, what="Bản sao sổ đỏ của thửa đất\nNgày nộp hồ sơ tại Một cửa", override="Không cần.")
    assert db.session.scalar(select(func.count()).select_from(PaperFinding)) == 0
    assert db.session.scalar(select(func.count()).select_from(Event).where(Event.type == "papers_asked")) == 0


def test_what_the_state_has_names_the_paper_of_the_list(case, cast, db_session):
    ask(case, cast, what="Photo CCCD hai mặt", override="Ảnh trong cơ sở dữ liệu mờ.")
    kept = db.session.scalars(select(PaperFinding)).one()
    assert kept.code == "digitised"
    assert db.session.get_one(ProcedurePaper, kept.paper_id).name_vi == "Căn cước công dân"


def test_a_paper_copy_counts_only_where_the_file_was_signed_online(case, cast, db_session):
    row = case_of(case)
    what = "Photo công chứng sổ đỏ"
    assert papers.read_question(row, what, signed=False) == ()
    assert [one.code for one in papers.read_question(row, what, signed=True)] == ["paper_copy"]


def test_what_the_complaint_says_of_an_online_file_is_proposed(app, cast, db_session):
    with writing():
        told = factories.complaint(narrative="Tôi nộp trực tuyến qua VNeID từ ngày 3/11 mà chưa có kết quả.")
        signed = factories.complaint(category=Category.PAPER_COPY_OF_SIGNED_FILE)
        counter = factories.complaint()
    assert [papers.signed_online(case_of(one)) for one in (told, signed, counter)] == [True, True, False]


def test_a_case_without_a_procedure_has_nothing_to_compare_with(app, cast, db_session):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.TAKE, hands=cast.hands)
    assert papers.read_question(case_of(receipt), BEYOND, signed=False) == ()
    assert papers.papers_demanded(case_of(receipt), factories.NARRATIVE) == ()


def test_the_same_thing_in_a_later_answer_was_asked_before(case, cast, db_session):
    ask(case, cast, what="Bản sao sổ đỏ của thửa đất")
    with writing():
        citizen.supply(case_of(case), actor=citizen.as_sender(case.case_id), text="Đã gửi.")
    found = papers.papers_in_answer(case_of(case), {
        "next_step": "Đề nghị ông nộp thêm giấy chứng nhận quyền sử dụng đất.", "point_2": "Đã cấp ngày 12/11."})
    assert [(one.code, one.field, one.point) for one in found] == [("asked_again", "next_step", None)]
    assert found[0].reason_vi
    assert found[0].source_en


def test_an_answer_that_wants_papers_beyond_the_list_is_found_in_its_field(case, cast, db_session):
    text = "Ngày 10/11 Sở đã kiểm tra. Đề nghị bà bổ sung bản sao hộ khẩu."
    found = papers.papers_in_answer(case_of(case), {"point_1": text, "done": "Đã xong."})
    assert [(one.field, one.point, text[one.start:one.end]) for one in found] == [("point", 1, "bản sao hộ khẩu")]
    assert papers.papers_in_answer(case_of(case), {"next_step": factories.GOOD_ANSWER.next_step}) == ()


def test_papers_of_a_complaint_are_compared_once_each_and_only_where_it_is_about_papers(case, cast, db_session):
    row = case_of(case)
    told = "\n".join([row.narrative, *(p.text for p in row.points)])
    found = papers.papers_demanded(row, told)
    assert [(one.code, told[one.start:one.end]) for one in found] == [("beyond_list", "bản sao hộ khẩu")]
    row.category = Category.LATE_RESULT.value
    assert papers.papers_demanded(row, told) == ()
    db.session.rollback()


def test_a_second_question_is_refused_before_its_papers_are_read(case, cast, db_session):
    ask(case, cast, what="Ngày nộp hồ sơ tại Một cửa")
    with writing():
        citizen.supply(case_of(case), actor=citizen.as_sender(case.case_id), text="Ngày 3.")
    with pytest.raises(MoveNotAllowed):
        ask(case, cast, what="Bản sao sổ đỏ của thửa đất")


def test_the_office_reads_the_newest_first_and_who_saw_it_first_is_kept(case, cast, db_session):
    ask(case, cast, what="Bản sao sổ hộ khẩu\nGiấy đăng ký kết hôn\nPhoto CCCD hai mặt", override="Cần đối chiếu.")
    ha = actor_of(cast.ha)
    assert unseen_count(ha) == 3
    page, after = findings_page(ha, size=2)
    assert [row.finding.line for row in page] == ["Photo CCCD hai mặt", "Giấy đăng ký kết hôn"]
    assert (page[0].asked_by, page[0].why, page[0].paper.name_vi) == (
        "Trần Thị Chi", "Cần đối chiếu.", "Căn cước công dân")
    rest, end = findings_page(ha, size=2, after=after)
    assert ([row.finding.line for row in rest], end) == (["Bản sao sổ hộ khẩu"], None)
    with writing():
        papers.mark_seen(page[0].finding.id, actor=ha)
    with writing():
        papers.mark_seen(page[0].finding.id, actor=actor_of(cast.leader))
    assert unseen_count(ha) == 2
    assert [row.seen_by for row in findings_page(ha)[0]] == ["Phạm Thu Hà", "", ""]
    assert findings_page(ha, agency_id=cast.land)[0] == []
    assert len(findings_page(ha, agency_id=cast.building, unseen=True)[0]) == 2


def test_a_finding_of_a_case_out_of_reach_is_none(case, cast, db_session):
    ask(case, cast, override="Cần đối chiếu.")
    finding_id = db.session.scalar(select(PaperFinding.id))
    with writing(), pytest.raises(OutOfReach):
        papers.mark_seen(finding_id, actor=actor_of(cast.dung))
    with writing(), pytest.raises(OutOfReach):
        papers.mark_seen(finding_id + 99, actor=actor_of(cast.ha))


def test_an_agency_is_not_told_what_only_the_senders_own_words_say_of_the_file(case, cast, db_session):
    row = case_of(case)
    row.narrative, row.masked = "Tôi đã nộp hồ sơ trực tuyến và ký số.", "[đã che]"
    assert not papers.signed_online(row)
    row.masked = None
    assert not papers.signed_online(row)
    row.masked = row.narrative
    assert papers.signed_online(row)
    row.masked, row.agency_id = None, None  # intake reads the words themselves
    assert papers.signed_online(row)
    db.session.rollback()


def test_who_asked_does_not_mark_the_finding_as_seen(case, cast, db_session):
    ask(case, cast, override="Người gửi nói hộ khẩu ghi sai năm sinh.")
    with writing():
        row = db.session.scalars(select(PaperFinding)).one()
        row.asked_by_id, finding_id = cast.ha.id, row.id
    with pytest.raises(SamePerson), writing():
        papers.mark_seen(finding_id, actor=actor_of(cast.ha))
    assert unseen_count(actor_of(cast.ha)) == 1


def test_the_event_names_the_role_that_asked_for_it_decides_who_reads_the_reason(case, cast, db_session):
    both = replace(actor_of(cast.chi), roles=frozenset({Role.INTAKE, Role.OFFICER}))
    with writing():
        asking.ask_for_details(case_of(case), actor=both, what=BEYOND, override="Hộ khẩu ghi sai năm sinh.")
    told = db.session.scalars(select(Event.role).where(Event.type.in_(["ask_submitter", "papers_asked"]))).all()
    assert told == ["officer", "officer"]
