"""Intake: the queue, the copy for the agency, accepting, and the possible denunciation."""

import pytest
from sqlalchemy import select

from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.extensions import db
from feedback.models.cases import Point
from tests.web.stage import bring, fact

NAMED = ("Tôi là Nguyễn Văn An, số điện thoại 0912345678, ở 12 đường Hùng Vương. Cán bộ yêu cầu nộp thêm bản sao "
         "hộ khẩu dù thông tin đã có trên hệ thống.")
IDENTITY = {"name": "Nguyễn Văn An", "phone": "0912345678"}


@pytest.fixture
def lien(sign_in, cast):
    return sign_in(cast.intake)


def test_a_new_complaint_stands_in_the_queue_with_its_due_dates(app, cast, lien, frozen):
    receipt = bring(app, cast)
    page = lien.get("/desk/intake")
    assert f"/desk/cases/{receipt.reference}" in page.page.links
    assert "còn 15 ngày làm việc" in page.text
    assert "còn 1 ngày làm việc" in page.text


def test_an_empty_queue_says_why_it_is_empty(lien):
    assert "Phản ánh mới hiện ở đây ngay khi được gửi." in lien.get("/desk/intake").text
    assert "New complaints appear here as soon as they are sent." in lien.in_english().get("/desk/intake").text


def test_the_copy_for_the_agency_is_proposed_with_the_sender_hidden(app, cast, lien, answering_vault):
    receipt = bring(app, cast, narrative=NAMED, identity=IDENTITY, points=["Vì sao đòi Nguyễn Văn An hộ khẩu?"])
    form = lien.get(f"/desk/cases/{receipt.reference}/accept").page.form(field="masked")
    copy = " ".join([*form.values["masked"], *form.values["point_1"]])
    assert "hộ khẩu" in copy
    assert not any(word in copy for word in ("Nguyễn Văn An", "0912345678", "Hùng Vương"))


def test_a_silent_vault_is_said_and_the_patterns_are_hidden_all_the_same(app, cast, lien):
    receipt = bring(app, cast, narrative=NAMED, identity=IDENTITY)
    page = lien.get(f"/desk/cases/{receipt.reference}/accept")
    assert "Két danh tính không phản hồi" in page.text
    assert "0912345678" not in page.page.form(field="masked").values["masked"][0]


def test_while_the_vault_is_silent_a_copy_goes_to_the_agency_only_when_somebody_looked_again(app, cast, lien):
    """Nobody could look for the name: that is never taken for its absence (trust.md W1)."""
    receipt = bring(app, cast, narrative=NAMED, identity=IDENTITY)
    page = lien.get(f"/desk/cases/{receipt.reference}/accept")
    held = lien.submit(page, field="masked", status=422, masked="Nguyễn Văn An nộp hồ sơ.", agency=cast.building)
    assert "Két danh tính không phản hồi nên chưa dò được" in held.text
    assert fact(app, receipt, "state") == "submitted"
    lien.submit(held, field="masked", masked="Người dân nộp hồ sơ.", looked_twice="y", agency=cast.building)
    assert fact(app, receipt, "state") == "assigned"


def test_one_step_accepts_masks_classifies_and_gives_to_the_agency(app, cast, lien):
    receipt = bring(app, cast)
    page = lien.get(f"/desk/cases/{receipt.reference}/accept")
    after = lien.submit(page, field="masked", masked="Cán bộ đòi thêm giấy tờ.", point_1="Vì sao?",
                        point_2="Bao giờ?", category="late_result", agency=cast.building)
    assert "Đã tiếp nhận và giao cho cơ quan." in after.text
    assert [fact(app, receipt, name) for name in ("state", "masked", "category", "agency_id")] == [
        "assigned", "Cán bộ đòi thêm giấy tờ.", "late_result", cast.building]
    with app.app_context():
        points = db.session.scalars(select(Point.masked).where(Point.case_id == receipt.case_id).order_by(Point.n))
        assert list(points) == ["Vì sao?", "Bao giờ?"]


def test_what_is_missing_is_said_beside_its_box_and_nothing_is_lost(app, cast, lien):
    receipt = bring(app, cast)
    page = lien.get(f"/desk/cases/{receipt.reference}/accept")
    again = lien.submit(page, field="masked", status=422, masked="Bản đã sửa tay.", point_2=" ", agency="")
    assert {"#agency", "#point_2"} <= set(again.page.links)
    assert again.page.form(field="masked").values["masked"] == ["Bản đã sửa tay."]
    assert fact(app, receipt, "state") == "submitted"


def test_a_closed_agency_cannot_be_chosen(app, cast, lien):
    receipt = bring(app, cast)
    page = lien.get(f"/desk/cases/{receipt.reference}/accept")
    again = lien.submit(page, field="masked", status=422, agency="999999")
    assert again.page.by_id["agency-error"].text
    assert fact(app, receipt, "state") == "submitted"


def test_whoever_was_second_to_accept_keeps_the_words_and_changes_nothing(app, cast, lien, sign_in):
    receipt = bring(app, cast)
    tam = sign_in(cast.second_intake)
    path = f"/desk/cases/{receipt.reference}/accept"
    mine, theirs = lien.get(path), tam.get(path)
    lien.submit(mine, field="masked", masked="Bản của Liên.", agency=cast.building)
    late = tam.submit(theirs, field="masked", status=409, masked="Bản của Tâm, viết rất công phu.",
                      agency=cast.land)
    assert "Bản của Tâm, viết rất công phu." in late.text
    assert "Ngô Thị Liên" in late.text  # who was first
    assert (fact(app, receipt, "masked"), fact(app, receipt, "agency_id")) == ("Bản của Liên.", cast.building)


def test_a_page_older_than_the_case_changes_nothing(app, cast, lien, sign_in):
    """The sender was asked and answered meanwhile: the copy would lack what was added."""
    receipt = bring(app, cast)
    page = lien.get(f"/desk/cases/{receipt.reference}/accept")
    tam = sign_in(cast.second_intake)
    tam.submit(tam.get(f"/desk/cases/{receipt.reference}/ask_submitter"), field="what_1",
               what_1="Số hồ sơ trên giấy hẹn", because_1="Để tìm hồ sơ")
    tam.submit(tam.get(f"/desk/cases/{receipt.reference}/resume"), field="version")
    late = lien.submit(page, field="masked", status=409, masked="Bản cũ.", agency=cast.building)
    assert "Bản cũ." in late.text
    assert fact(app, receipt, "state") == "submitted"


def test_a_possible_denunciation_goes_to_no_agency_and_out_of_intakes_sight(app, cast, lien, sign_in):
    receipt = bring(app, cast)
    page = lien.get(f"/desk/cases/{receipt.reference}/accept")
    after = lien.submit(page, field="masked", category=Category.UNOFFICIAL_COST.value, agency=cast.building)
    assert "chỉ bộ phận kênh mật" in after.text
    assert (fact(app, receipt, "restricted"), fact(app, receipt, "agency_id")) == (True, None)
    lien.get(f"/desk/cases/{receipt.reference}", status=404)
    sign_in(cast.chi).get(f"/desk/cases/{receipt.reference}", status=404)
    assert receipt.reference in sign_in(cast.restricted).get("/desk/intake").text


def test_accepting_what_is_with_an_agency_already_is_an_honest_409(app, cast, lien):
    receipt = bring(app, cast, Action.TAKE)
    refused = lien.get(f"/desk/cases/{receipt.reference}/accept", status=409)
    assert "Cán bộ đang xử lý" in refused.text
