"""The gate: every answer is read before it goes out; sent, or returned with reasons; and the whole province."""

import pytest
from sqlalchemy import select

from feedback.domain.answers.structured import Outcome
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.answers import Answer, Review
from feedback.queries.overview import load
from feedback.services import answers
from feedback.services.answers import AnswerText
from feedback.services.register_counts import recount
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of
from tests.web.stage import bring, fact

VAGUE = AnswerText(outcome=Outcome.EXPLAINED, found="Đang xem xét theo quy định.",
                   points={1: "Đang xem xét theo quy định.", 2: "Theo quy định."})


@pytest.fixture
def ha(sign_in, cast):
    return sign_in(cast.ha)


def read(case):
    return f"/supervision/cases/{case.reference}/answer"


def test_answers_wait_in_a_list_and_the_doubtful_ones_are_marked(app, cast, ha):
    plain, doubtful = bring(app, cast, Action.APPROVE), bring(app, cast, Action.APPROVE, text=VAGUE)
    rows = [row.text for row in ha.get("/supervision/gate").page.all("tr") if row.text[:4] in
            (plain.reference[:4], doubtful.reference[:4])]
    marked = {row[:9]: "cần đọc kỹ" in row for row in rows}
    assert marked == {plain.reference: False, doubtful.reference: True}


def test_an_empty_gate_says_what_would_fill_it(ha):
    assert "Câu trả lời đến đây khi lãnh đạo cơ quan đã duyệt." in ha.get("/supervision/gate").text


def test_the_answer_is_read_beside_its_points_with_the_notes_and_the_officers_reason(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    page = ha.get(read(case))
    assert factories.NARRATIVE in page.text
    assert factories.POINTS[0] in page.text
    assert "Đã đối chiếu hồ sơ, câu trả lời đủ ý." in page.text
    assert "cần sửa" in page.text


def test_a_return_needs_words_and_keeps_the_ticked_notes(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    page = ha.get(read(case))
    codes = page.page.form(field="why").values["codes"]
    assert codes  # ticked already, from what the reader found
    held = ha.submit(page, field="why", status=422, decision="return", why=" ")
    assert "#why" in held.page.links
    assert fact(app, case, "state") == "gate_review"
    after = ha.submit(held, field="why", decision="return", why="Chưa nói bao giờ xong.",
                      codes=[*codes, "made_up"])
    assert "Đã trả lại cơ quan, kèm lý do của bạn." in after.text
    assert fact(app, case, "state") == "in_progress"
    with app.app_context():
        assert db.session.scalar(select(Review.codes).where(Review.action == "return")) == ",".join(sorted(codes))


def test_a_better_version_is_read_beside_the_one_that_came_back(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    with app.app_context(), writing():
        row = case_of(case)
        answers.return_answer(row, actor=actor_of(cast.ha), why="Chưa nói bao giờ xong.")
        answers.save_draft(row, GOOD_ANSWER, actor=actor_of(cast.chi))
        answers.submit_answer(row, actor=actor_of(cast.chi), override="Đã viết lại.")
        answers.approve(row, actor=actor_of(cast.chi_head))
    page = ha.get(read(case))
    assert "Chưa nói bao giờ xong." in page.text
    assert "Đang xem xét theo quy định." in page.text
    assert "đã viết khác: Ý 1, Ý 2, Kết quả" in page.text
    after = ha.submit(page, field="decision", decision="release")
    assert "Đã gửi câu trả lời." in after.text
    assert fact(app, case, "state") == "answered"
    with app.app_context():
        released = db.session.scalars(select(Answer).where(Answer.released_at.is_not(None))).one()
        assert (released.version, released.found) == (2, GOOD_ANSWER.found)


def test_of_two_who_decide_at_once_the_second_changes_nothing_and_keeps_the_reason(app, cast, ha, sign_in):
    case = bring(app, cast, Action.APPROVE)
    with app.app_context(), writing():
        second = factories.member("Đinh Thị Hai", Role.COORDINATOR, agency_id=cast.office)
    other = sign_in(second)
    mine, theirs = ha.get(read(case)), other.get(read(case))
    ha.submit(mine, field="decision", decision="release")
    clash = other.submit(theirs, field="why", status=409, decision="return", why="Thiếu ngày trả kết quả.")
    assert "Thiếu ngày trả kết quả." in clash.text
    assert "Phạm Thu Hà" in clash.text
    assert fact(app, case, "state") == "answered"


def test_a_version_read_before_it_was_written_anew_is_not_released(app, cast, ha):
    case = bring(app, cast, Action.APPROVE)
    page = ha.get(read(case))
    with app.app_context(), writing():
        row = case_of(case)
        answers.return_answer(row, actor=actor_of(cast.ha), why="Chưa rõ.")
        answers.save_draft(row, VAGUE, actor=actor_of(cast.chi))
        answers.submit_answer(row, actor=actor_of(cast.chi), override="Như cũ.")
        answers.approve(row, actor=actor_of(cast.chi_head))
    ha.submit(page, field="decision", status=409, decision="release")
    assert fact(app, case, "state") == "gate_review"


def test_whoever_wrote_the_answer_does_not_clear_it_also_as_coordinator(app, cast, sign_in):
    with app.app_context(), writing():
        both = factories.member("Lương Văn Kiêm", Role.OFFICER, Role.COORDINATOR, agency_id=cast.building)
        case = factories.complaint()
        hands = factories.Hands(cast.intake, both, cast.chi_head, cast.ha, cast.building)
        factories.walk(case, Action.APPROVE, hands=hands)
    drafter = sign_in(both)
    page = drafter.get(read(case))
    assert "Người viết không được tự kiểm tra." in page.text
    assert not [form for form in page.page.forms() if "decision" in form.names]
    token = page.page.forms()[0].values["csrf_token"]
    for decision in ("release", "return"):
        refused = drafter.post(read(case), {"csrf_token": token, "decision": decision, "why": "Tự duyệt."},
                               status=409)
        assert "do người khác đọc" in refused.text
    assert fact(app, case, "state") == "gate_review"
    assert read(case) not in drafter.get(f"/desk/cases/{case.reference}").page.links


def test_what_is_not_at_the_gate_is_not_read_there(app, cast, ha):
    case = bring(app, cast, Action.TAKE)
    assert "Cán bộ đang xử lý" in ha.get(read(case), status=409).text


def test_a_decision_that_is_none_is_refused(app, cast, ha):
    case = bring(app, cast, Action.APPROVE)
    ha.submit(ha.get(read(case)), field="decision", status=400, decision="publish")
    assert fact(app, case, "state") == "gate_review"


def test_the_province_shows_late_cases_first_and_says_when_nothing_runs(app, cast, sign_in, frozen):
    late = bring(app, cast, Action.TAKE)
    frozen.go_on(days=40)
    fresh = bring(app, cast, Action.ASSIGN)
    ha = sign_in(cast.ha)
    page = ha.get("/supervision/")
    assert late.reference in page.text
    assert fresh.reference not in page.text
    assert "Chưa có việc nào chạy theo giờ" in page.text
    assert fresh.reference in ha.get("/supervision/?show=all").text


def test_the_province_sees_who_holds_how_many_as_the_last_count_found_it(app, cast, sign_in, frozen):
    bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        factories.complaint(category=Category.UNOFFICIAL_COST)  # restricted: counted nowhere
    frozen.go_on(days=40)
    ha = sign_in(cast.ha)
    assert "Hồ sơ đang mở và quá hạn theo cơ quan" not in ha.get("/supervision/").text
    with app.app_context(), writing():
        recount()
    with app.app_context():
        counted = load()
        assert [(one.agency.id, one.open, one.late) for one in counted.agencies] == [(cast.building, 1, 1)]
    assert counted.states == {"in_progress": 1}
    assert "Hai bảng dưới đây đếm lúc" in ha.get("/supervision/").text
