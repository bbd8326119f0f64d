"""Writing with comforts: saved while one types, text blocks, the preview, versions, and a case taken away."""

import json

import pytest

from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.answers import Answer
from feedback.models.people import Person
from feedback.services import answers, cases
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of
from tests.web.stage import bring, fact
from tests.web.test_answer import GOOD, VAGUE


@pytest.fixture
def case(app, cast):
    return bring(app, cast, Action.TAKE)


@pytest.fixture
def chi(sign_in, cast):
    return sign_in(cast.chi)


@pytest.fixture
def path(case):
    return f"/desk/cases/{case.reference}/answer"


def values(page):
    return {name: found[0] for name, found in page.page.form(field="seen").values.items() if found}


def autosave(browser, page, path, *, status=200, **fields):
    reply = browser.post(f"{path}/autosave", {**values(page), **fields}, status=status)
    return json.loads(reply.body)


def newest(app, case):
    with app.app_context():
        return answers.newest(case_of(case))


# Saved while one types ------------------------------------------------------------------------------------------


def test_the_draft_is_saved_while_one_types_and_says_when(app, case, chi, path, frozen_answer):
    page = chi.get(path)
    said = autosave(chi, page, path, found="Đã kiểm tra ngày 20/11/2026.")
    assert said["words"] == "Đã lưu lúc 14:05"
    again = autosave(chi, page, path, seen=said["seen"], found="Đã kiểm tra ngày 21/11/2026.")
    assert again["seen"] >= said["seen"]
    assert newest(app, case).found == "Đã kiểm tra ngày 21/11/2026."


@pytest.fixture
def frozen_answer(frozen):
    """Five past two in the afternoon in Viet Nam."""
    frozen.stand_at("2026-11-16 14:05")


def test_a_saving_from_an_old_window_overwrites_nothing_and_says_so(app, case, chi, path):
    first, second = chi.get(path), chi.get(path)
    autosave(chi, first, path, found="Bản thứ nhất.")
    said = autosave(chi, second, path, status=409, found="Bản thứ hai.")
    assert "cửa sổ khác" in said["words"]
    assert "seen" not in said
    assert newest(app, case).found == "Bản thứ nhất."


def test_a_saving_without_the_forms_token_is_refused(chi, path):
    page = chi.get(path)
    chi.post(f"{path}/autosave", {**values(page), "csrf_token": "x", "found": "Đã"}, status=400)


def test_an_outcome_of_blanks_is_no_outcome(app, case, chi, path):
    autosave(chi, chi.get(path), path, outcome=" \r\n ", found="Đã kiểm tra.")
    assert newest(app, case).outcome is None


def test_a_text_that_is_too_long_is_not_saved_by_itself(app, case, chi, path):
    said = autosave(chi, chi.get(path), path, status=422, found="a" * 10_001)
    assert "ô nào cần sửa" in said["words"]
    assert newest(app, case) is None


# Taken away while typing ----------------------------------------------------------------------------------------


def give_away(app, cast, case):
    with app.app_context(), writing():
        cases.transfer(case_of(case), db.session.get_one(Agency, cast.land), actor=actor_of(cast.ha),
                       why="Thuộc nhiệm vụ của cơ quan khác.")


@pytest.mark.parametrize("do", ["save", "check", "propose"])
def test_when_the_case_was_given_away_what_was_typed_is_shown_and_nothing_is_said_of_the_case(
        app, cast, case, chi, path, do):
    page = chi.get(path)
    give_away(app, cast, case)
    away = chi.submit(page, field="seen", status=404, do=do, found="Đã xuống kiểm tra nhà.", point_2="Ngày 20/11.")
    assert away.page.h1 == "Hồ sơ này không ở chỗ bạn"
    assert "Đã xuống kiểm tra nhà." in away.text
    assert "Ngày 20/11." in away.text
    main = away.page.all("main")[0].text
    assert case.reference not in main
    assert "Sở Nông nghiệp" not in main
    said = autosave(chi, page, path, status=404, found="Đã xuống.")
    assert "không còn ở chỗ bạn" in said["words"]


def test_a_case_that_never_was_looks_the_same_as_one_that_was_given_away(app, cast, case, chi, path):
    page = chi.get(path)
    give_away(app, cast, case)
    texts = {chi.post(address, {**values(page), "found": "Đã viết."}, status=404).page.all("main")[0].text
             for address in (path, "/desk/cases/AAAA-AAAA/answer")}
    assert len(texts) == 1


def test_a_case_hidden_from_the_officer_keeps_their_text_too(app, cast, case, chi, path):
    page = chi.get(path)
    with app.app_context(), writing():
        factories.hide_from(case_of(case), db.session.get_one(Person, cast.chi.id))
    assert "Của tôi viết." in chi.submit(page, field="seen", status=404, found="Của tôi viết.").text


def test_an_officer_whose_head_gave_the_case_to_a_colleague_keeps_the_text(app, cast, case, chi, path):
    page = chi.get(path)
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
        cases.allot(case_of(case), db.session.get_one(Person, hoa.id), actor=actor_of(cast.chi_head))
    away = chi.submit(page, field="seen", status=409, found="Của tôi viết.")
    assert "Của tôi viết." in away.text


# Text blocks ----------------------------------------------------------------------------------------------------


BLOCK = "Ngày [[ngày kiểm tra]], Sở đã kiểm tra."


@pytest.fixture
def block(app, cast, chi):
    """Chi's text block, kept through its page."""
    chi.submit(chi.get("/desk/blocks"), field="body", name="Đã kiểm tra", body=BLOCK)
    with app.app_context():
        return db.session.execute(db.text("SELECT id FROM text_block")).scalar()


def test_a_block_goes_into_the_box_that_was_chosen_and_nothing_is_lost(app, case, chi, path, block):
    page = chi.submit(chi.get(path), field="seen", do="insert", block=str(block), into="point_2",
                      point_2="Kính gửi ông.", found="Khác.")
    assert values(page)["point_2"] == f"Kính gửi ông.\n{BLOCK}"
    assert values(page)["found"] == "Khác."
    assert "đoạn mẫu đã nằm trong ô" in page.text


def test_an_answer_with_a_place_to_fill_in_is_saved_but_not_sent(app, case, chi, path, block):
    page = chi.submit(chi.get(path), field="seen", do="save", **{**GOOD, "point_2": BLOCK})
    refused = chi.submit(page, field="seen", status=422, do="propose", next_step="Gặp [[tên người]] tại phòng 3.")
    assert {"#point_2", "#next_step"} <= set(refused.page.links)
    assert "“ngày kiểm tra”" in refused.text
    assert "“tên người”" in refused.text
    assert fact(app, case, "state") == "in_progress"
    chi.submit(refused, field="seen", do="propose", point_2=GOOD["point_2"], next_step=GOOD["next_step"])
    assert fact(app, case, "state") == "agency_approval"


def test_a_block_is_its_owners_alone(app, cast, sign_in, chi, path, block):
    dung = sign_in(cast.dung)
    dung.get(f"/desk/blocks/{block}", status=404)
    assert "Đã kiểm tra" not in dung.get("/desk/blocks").page.all("main")[0].text
    mine = bring(app, cast, Action.TAKE)
    page = chi.get(f"/desk/cases/{mine.reference}/answer")
    chi.post(f"/desk/cases/{mine.reference}/answer",
             {**values(page), "do": "insert", "block": "999999", "into": "found"}, status=404)


def test_a_block_is_changed_and_removed(chi, block):
    at = f"/desk/blocks/{block}"
    again = chi.submit(chi.get(at), field="body", do="keep", body="Viết [[mới]].")
    assert "Phải điền: mới" in again.text
    assert "#name" in chi.submit(chi.get("/desk/blocks"), field="body", status=422, name="Đã kiểm tra",
                                 body="x").page.links
    assert "Bạn chưa có đoạn mẫu nào" in chi.submit(chi.get(at), field="body", do="remove").text


def test_a_full_box_takes_no_block(app, case, chi, path, block):
    page = chi.submit(chi.get(path), field="seen", status=422, do="insert", block=str(block), into="found",
                      found="a" * 9_990)
    assert "#found" in page.page.links
    assert newest(app, case) is None


# The preview and the English part -------------------------------------------------------------------------------


def test_the_preview_is_what_the_citizen_gets(app, cast, an, chi, sign_in, client):
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    at = f"/desk/cases/{receipt.reference}/answer"
    preview = chi.submit(chi.get(at), field="seen", do="preview", **GOOD)
    with app.app_context(), writing():
        case = case_of(receipt)
        answers.submit_answer(case, actor=actor_of(cast.chi), override="Đủ ý.")
        answers.approve(case, actor=actor_of(cast.chi_head))
        answers.release(case, actor=actor_of(cast.ha))
    tracking = client.submit(client.get("/track"), key=receipt.key)
    for part in ("dl", "pair__answered"):
        found = [[node.text for node in page.page.all("dl")][:1] if part == "dl" else
                 [node.text for node in page.page.all("div", class_=part)] for page in (preview, tracking)]
        assert found[0] == found[1] != [], part


def test_who_does_not_write_the_answer_has_no_preview_of_the_draft(app, cast, case, chi, path, sign_in):
    chi.submit(chi.get(path), field="seen", do="save", **GOOD)
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
    assert GOOD["found"] not in sign_in(hoa).get(f"{path}/preview", status=409).text
    chi.get(f"{path}/preview")


def test_a_sender_who_wrote_in_english_reads_an_answer_in_english(app, cast, an, chi, client):
    receipt = an.complains(language="en", narrative="They asked for a paper twice.", points=["Why?", "When?"])
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    at = f"/desk/cases/{receipt.reference}/answer"
    without = chi.submit(chi.get(at), field="seen", do="preview", **GOOD)
    assert "Chưa có câu trả lời bằng tiếng Anh" in without.text
    chi.submit(chi.get(at), field="seen", do="save", english="The paper is not needed any more.")
    with app.app_context(), writing():
        case = case_of(receipt)
        answers.submit_answer(case, actor=actor_of(cast.chi), override="Đủ ý.")
        answers.approve(case, actor=actor_of(cast.chi_head))
        answers.release(case, actor=actor_of(cast.ha))
    english = client.in_english()
    page = english.submit(english.get("/track"), key=receipt.key)
    assert "The answer in English" in page.text
    assert page.text.count("The paper is not needed any more.") == 1
    assert GOOD_ANSWER.found in page.text


def test_nobody_is_asked_for_english_when_the_sender_wrote_vietnamese(chi, path):
    assert "english" not in chi.get(path).page.form(field="seen").names


# Versions -------------------------------------------------------------------------------------------------------


def test_two_versions_show_what_was_added_and_taken_out_in_words_too(app, cast, case, chi, path, sign_in):
    with app.app_context(), writing():
        answers.save_draft(case_of(case), GOOD_ANSWER, actor=actor_of(cast.chi))
        answers.submit_answer(case_of(case), actor=actor_of(cast.chi), override="Đủ ý.")
    mai = sign_in(cast.chi_head)
    mai.submit(mai.get(f"/desk/cases/{case.reference}/send_back"), field="why", why="Thiếu ngày trả.")
    draft = chi.submit(chi.get(path), field="seen", do="save",
                       point_2="Giấy phép xây dựng số 45/GPXD đã được cấp ngày 13/11/2026.")
    assert f"/desk/cases/{case.reference}/versions" in draft.page.links
    page = chi.get(f"/desk/cases/{case.reference}/versions")
    assert [node.text for node in page.page.all("ins")] == ["[thêm vào: 13/11/2026. ]"]
    assert [node.text for node in page.page.all("del")] == ["[bỏ đi: 12/11/2026. ]"]
    assert "Thiếu ngày trả." in page.text
    # The draft is the officer's own until it is sent.
    assert "13/11/2026." not in mai.get(f"/desk/cases/{case.reference}/versions").page.all("main")[0].text


def test_versions_of_another_case_cannot_be_named(app, cast, case, chi):
    other = bring(app, cast, Action.PROPOSE_ANSWER)
    with app.app_context():
        version = db.session.query(Answer.id).filter_by(case_id=other.case_id).scalar()
    page = chi.get(f"/desk/cases/{case.reference}/versions?old={version}&new=x²")
    assert "Chưa có gì để so sánh" in page.text


def test_a_vague_answer_and_the_notes_on_it_stay_as_they_were(chi, path):
    """The check goes on working beside everything that is new on the page."""
    checked = chi.submit(chi.get(path), field="seen", status=200, do="check", **VAGUE)
    assert "cần sửa" in checked.text
