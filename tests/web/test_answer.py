"""Writing an answer: drafts, the check, what keeps it from going, two windows, and what comes back."""

import pytest

from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.people import Person
from feedback.services import answers, cases
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of
from tests.web.stage import bring, fact

GOOD = {"outcome": "resolved", "found": GOOD_ANSWER.found, "done": GOOD_ANSWER.done, "owner": GOOD_ANSWER.owner,
        "ground": GOOD_ANSWER.ground, "next_step": GOOD_ANSWER.next_step,
        "point_1": GOOD_ANSWER.points[1], "point_2": GOOD_ANSWER.points[2]}
VAGUE = {"outcome": "explained", "found": "Đang xem xét theo quy định.", "point_1": "Đang xem xét theo quy định."}


@pytest.fixture
def case(app, cast):
    return bring(app, cast, Action.TAKE)


@pytest.fixture
def chi(sign_in, cast):
    return sign_in(cast.chi)


@pytest.fixture
def path(case):
    return f"/desk/cases/{case.reference}/answer"


def kept(app, case, field):
    with app.app_context():
        return getattr(answers.newest(case_of(case)), field)


def test_a_draft_is_saved_as_it_is_and_stands_in_the_boxes_again(app, case, chi, path):
    again = chi.submit(chi.get(path), field="seen", do="save", found="Đã kiểm tra ngày 20/11/2026.",
                       point_2="Chưa có.")
    assert "Đã lưu." in again.text
    values = again.page.form(field="seen").values
    assert (values["found"], values["point_2"]) == (["Đã kiểm tra ngày 20/11/2026."], ["Chưa có."])
    assert fact(app, case, "state") == "in_progress"


def test_the_check_saves_and_says_beside_each_box_what_is_missing(app, chi, path, case):
    checked = chi.submit(chi.get(path), field="seen", status=200, do="check", **VAGUE)
    assert {"#point_1", "#point_2"} <= set(checked.page.links)
    assert "cần sửa" in checked.text
    assert kept(app, case, "found") == VAGUE["found"]


def test_the_notes_speak_english_to_whoever_reads_english(chi, path):
    english = chi.in_english()
    checked = english.submit(english.get(path), field="seen", status=200, do="check", **VAGUE)
    assert "What the reader found" in checked.text
    assert "needs mending" in checked.text


def test_a_vague_answer_is_saved_but_goes_nowhere_without_a_reason(app, case, chi, path):
    held = chi.submit(chi.get(path), field="seen", status=422, do="propose", **VAGUE)
    assert "#override" in held.page.links
    assert (fact(app, case, "state"), kept(app, case, "found")) == ("in_progress", VAGUE["found"])
    after = chi.submit(held, field="seen", do="propose", override="Đang chờ ý kiến Bộ Xây dựng.")
    assert "chờ lãnh đạo cơ quan duyệt" in after.text
    assert fact(app, case, "state") == "agency_approval"


def test_spaces_are_no_reason(app, case, chi, path):
    chi.submit(chi.get(path), field="seen", status=422, do="propose", **{**VAGUE, "point_2": "Theo quy định."})
    held = chi.get(path)
    chi.post(path, {**held.page.form(field="seen").values, "do": "propose", "override": "   "}, status=422)
    assert fact(app, case, "state") == "in_progress"


def test_being_handled_without_owner_and_day_cannot_be_sent_for_any_reason(app, case, chi, path):
    held = chi.submit(chi.get(path), field="seen", status=422, do="propose",
                      **{**GOOD, "outcome": "in_progress", "owner": ""})
    assert "phải có người chịu trách nhiệm và ngày hẹn" in held.text
    assert "override" not in held.page.form(field="seen").names
    form = held.page.form(field="seen")
    chi.post(path, {**form.values, "do": "propose", "override": "Cứ gửi."}, status=422)
    assert fact(app, case, "state") == "in_progress"


def test_a_clear_answer_goes_to_the_head_at_once(app, case, chi, path):
    after = chi.submit(chi.get(path), field="seen", do="propose", **GOOD)
    assert "Câu trả lời chờ lãnh đạo cơ quan duyệt." in after.text
    assert fact(app, case, "state") == "agency_approval"


def test_a_good_answer_is_told_so_and_that_a_person_reads_it_next(chi, path):
    checked = chi.submit(chi.get(path), field="seen", status=200, do="check", **GOOD)
    assert "tiếp theo sẽ có người đọc" in checked.text


def test_two_windows_meet_in_an_honest_409_with_both_texts(app, case, chi, path):
    mine, theirs = chi.get(path), chi.get(path)
    chi.submit(theirs, field="seen", do="save", found="Cửa sổ hai.", point_1="Hai.", due_on="2026-12-01")
    clash = chi.submit(mine, field="seen", status=409, do="save", found="Cửa sổ một.", point_1="Một.")
    assert "Cửa sổ hai." in clash.text
    assert "thứ Ba 01/12/2026" in clash.text
    values = clash.page.form(field="seen").values
    assert (values["found"], values["point_1"]) == (["Cửa sổ một."], ["Một."])
    assert kept(app, case, "found") == "Cửa sổ hai."
    chi.submit(clash, field="seen", do="save", found="Cả hai.")  # having read both, the person decides
    assert (kept(app, case, "found"), kept(app, case, "due_on")) == ("Cả hai.", None)


def test_words_typed_while_the_case_was_given_to_a_colleague_are_shown_again(app, case, chi, path, cast):
    page = chi.get(path)
    with app.app_context(), writing():
        other = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
        cases.allot(case_of(case), db.session.get_one(Person, other.id), actor=actor_of(cast.chi_head))
    clash = chi.submit(page, field="seen", status=409, do="save", found="Một buổi chiều công sức.", point_2="Hai.")
    assert "Một buổi chiều công sức." in clash.text
    assert "Hai." in clash.text
    assert "Lãnh đạo cơ quan đã phân công cán bộ." in clash.text


def test_sending_twice_sends_once(app, case, chi, path):
    page = chi.get(path)
    chi.submit(page, field="seen", do="propose", **GOOD)
    again = chi.submit(page, field="seen", status=409, do="propose", **GOOD)
    assert "Câu trả lời chờ lãnh đạo cơ quan duyệt" in again.text


def test_a_colleague_of_the_officer_does_not_write_the_answer(app, case, sign_in, cast, path):
    with app.app_context(), writing():
        other = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
    refused = sign_in(other).get(path, status=409)
    assert "việc tiếp theo thuộc về người khác" in refused.text


def test_too_much_text_is_said_beside_its_box_and_kept_in_it(app, case, chi, path):
    long = "dài " * 2600
    held = chi.submit(chi.get(path), field="seen", status=422, do="save", point_1=long, due_on="31/02/2026")
    assert {"#point_1", "#due_on"} <= set(held.page.links)
    assert "10000" in held.text
    assert held.page.form(field="seen").values["point_1"] == [long]


def test_a_returned_answer_begins_with_its_last_words_and_the_reason(app, cast, sign_in):
    case = bring(app, cast, Action.APPROVE)
    with app.app_context(), writing():
        answers.return_answer(case_of(case), actor=actor_of(cast.ha), why="Chưa nói ai trả tiền đi lại.")
    page = sign_in(cast.chi).get(f"/desk/cases/{case.reference}/answer")
    assert "Bản 1 bị trả lại" in page.text
    assert "Chưa nói ai trả tiền đi lại." in page.text
    assert page.page.form(field="seen").values["found"] == [GOOD_ANSWER.found]


def test_the_due_day_of_the_writing_anew_is_shown(app, cast, sign_in, frozen):
    case = bring(app, cast, Action.APPROVE)
    with app.app_context(), writing():
        answers.return_answer(case_of(case), actor=actor_of(cast.ha), why="Chưa rõ.")
    assert "Viết lại câu trả lời" in sign_in(cast.chi).get(f"/desk/cases/{case.reference}/answer").text
