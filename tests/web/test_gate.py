"""The gate: every answer is read before it goes out; sent, or returned with reasons; and the whole province."""

import pytest
from sqlalchemy import select

from feedback.domain.answers.structured import Outcome
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.answers import Answer, Review
from feedback.queries.overview import load
from feedback.services import answers, cases
from feedback.services.answers import AnswerText
from feedback.services.register_counts import recount
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of, said_of
from tests.web.stage import bring, fact

VAGUE = AnswerText(outcome=Outcome.EXPLAINED, found="Đang xem xét theo quy định.",
                   points={1: "Đang xem xét theo quy định.", 2: "Theo quy định."})


ELSEWHERE = ("Con tôi sinh tháng trước, tôi đến phường làm khai sinh ba lần đều bị hẹn lại vì cán bộ tư pháp đi "
             "vắng, không ai nhận thay và cũng không có giấy hẹn nào cả.")


@pytest.fixture
def ha(sign_in, cast):
    return sign_in(cast.ha)


def read(case):
    return f"/supervision/cases/{case.reference}/answer"


def test_what_is_read_closely_stands_apart_from_the_quick_look(app, cast, ha):
    plain, doubtful = bring(app, cast, Action.APPROVE), bring(app, cast, Action.APPROVE, text=VAGUE)
    page = ha.get("/supervision/gate").page
    closely, quickly = (page.by_id[name].parent.text for name in ("closely", "quickly"))
    assert doubtful.reference in closely
    assert plain.reference not in closely
    assert plain.reference in quickly
    assert doubtful.reference not in quickly


def test_an_empty_gate_says_what_would_fill_it(ha):
    assert "Câu trả lời đến đây khi lãnh đạo cơ quan đã duyệt." in ha.get("/supervision/gate").text


def test_the_answer_is_read_beside_its_points_with_the_notes_and_the_officers_reason(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    page = ha.get(read(case))
    assert factories.NARRATIVE in page.text
    assert factories.POINTS[0] in page.text
    assert "Đã đối chiếu hồ sơ, câu trả lời đủ ý." in page.text
    assert "cần sửa" in page.text


def judged(page, level="not_clear", said="right"):
    """The verdict that close reading demands: the level, and the same about every note."""
    names = [name for name in page.page.form(field="why").names if name.startswith("flag_")]
    return {"level": level, **dict.fromkeys(names, said)}


def test_a_return_needs_words_and_keeps_the_ticked_notes(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    page = ha.get(read(case))
    codes = page.page.form(field="why").values["codes"]
    assert codes  # ticked already, from what the reader found
    held = ha.submit(page, field="why", status=422, decision="return", why=" ", **judged(page))
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
        answers.return_answer(row, actor=actor_of(cast.ha), why="Chưa nói bao giờ xong.", said=said_of(row))
        answers.save_draft(row, GOOD_ANSWER, actor=actor_of(cast.chi))
        answers.submit_answer(row, actor=actor_of(cast.chi), override="Đã viết lại.")
        answers.approve(row, actor=actor_of(cast.chi_head))
    page = ha.get(read(case))
    assert "Chưa nói bao giờ xong." in page.text
    assert "Đang xem xét theo quy định." in page.text
    added, taken = (" ".join(piece.text for piece in page.page.all(tag)) for tag in ("ins", "del"))
    assert "45/GPXD" in added
    assert "Đang xem xét" in taken
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
    assert page.text.index(late.reference) < page.text.index(fresh.reference)
    assert "Chưa có việc nào chạy theo giờ" in page.text
    page = ha.get("/supervision/?late=1")
    assert late.reference in page.text
    assert fresh.reference not in page.text


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


def test_the_provinces_list_is_narrowed_in_the_address_and_says_what_is_left_out(app, cast, ha):
    with app.app_context(), writing():
        below = factories.agency("Phòng Cấp phép", parent=cast.building)
        deep = factories.walk(factories.complaint(category=Category.LATE_RESULT), Action.ACCEPT, hands=cast.hands)
        cases.assign(deep, db.session.get_one(Agency, below), actor=actor_of(cast.intake))
        deep.urgent = True
        deep_reference = deep.reference
    taken, new = bring(app, cast, Action.TAKE), bring(app, cast)
    with app.app_context(), writing():
        restricted = factories.complaint(category=Category.UNOFFICIAL_COST)
    shown = {name: {r for r in (deep_reference, taken.reference, new.reference, restricted.reference)
                    if r in ha.get(f"/supervision/?{name}").text}
             for name in ("", f"agency={cast.building}", f"agency={cast.land}", "state=submitted", "urgent=1",
                          "category=late_result", f"agency={cast.building}&state=in_progress", "state=made_up")}
    assert shown == {
        "": {deep_reference, taken.reference, new.reference},
        f"agency={cast.building}": {deep_reference, taken.reference}, f"agency={cast.land}": set(),
        "state=submitted": {new.reference}, "urgent=1": {deep_reference}, "category=late_result": {deep_reference},
        f"agency={cast.building}&state=in_progress": {taken.reference},
        "state=made_up": {deep_reference, taken.reference, new.reference}}
    page = ha.get(f"/supervision/?agency={cast.building}&urgent=1")
    assert "1 hồ sơ" in page.text
    assert any("urgent=1" in link and "agency" not in link for link in page.page.links), "each can be undone"
    assert "Hãy bỏ bớt một lựa chọn" in ha.get(f"/supervision/?agency={cast.land}").text


def test_the_gate_shows_nearly_the_same_answers_of_the_agency_and_repeats_of_the_matter(app, cast, ha, an):
    first, other = an.complains(), an.complains(narrative=ELSEWHERE)
    with app.app_context(), writing():
        factories.walk(first, Action.RELEASE, hands=cast.hands)
        factories.walk(other, Action.RELEASE, hands=cast.hands)
    again = an.complains()
    with app.app_context(), writing():
        factories.walk(again, Action.APPROVE, hands=cast.hands)
        elsewhere = factories.complaint()
        factories.walk(elsewhere, Action.RELEASE, hands=factories.Hands(
            cast.intake, cast.dung, cast.dung_head, cast.ha, cast.land))
    page = ha.get(read(again))
    assert "giống 100 phần trăm" in page.text
    alike = page.page.by_id["alike"].parent
    assert other.reference in alike.text
    assert first.reference not in alike.text, "the same question: the same answer stands apart"
    asked_before = page.page.by_id["again"].parent.text
    assert first.reference in asked_before
    assert other.reference not in asked_before
    assert elsewhere.reference not in alike.text, "another agency's answers are not compared"
    repeats = page.page.by_id["repeats"].parent
    assert first.reference in repeats.text
    assert "gần như cùng câu chữ" in repeats.text
    plain = bring(app, cast, Action.APPROVE, text=VAGUE)
    assert "alike" not in ha.get(read(plain)).page.by_id


def test_what_was_ticked_stays_as_it_was_when_a_return_is_shown_again(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    page = ha.get(read(case))
    codes = page.page.form(field="why").values["codes"]
    assert len(codes) > 1
    held = ha.submit(page, field="why", status=422, decision="return", why=" ", codes=codes[:1], **judged(page))
    assert held.page.form(field="why").values["codes"] == codes[:1]


def test_the_gate_shows_exactly_what_the_citizen_gets(app, cast, ha):
    case = bring(app, cast, Action.APPROVE)
    sent = ha.get(read(case)).page.by_id["sent"].parent
    assert GOOD_ANSWER.found in sent.text
    assert GOOD_ANSWER.points[2] in sent.text
