"""The pages around papers and transfers: the officer before sending, the office afterwards, the sender's story."""

import pytest

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.cases import Note
from feedback.models.reader import PaperFinding, TransferRequest
from feedback.services import asking, transfer_requests
from tests import factories
from tests.factories import actor_of, case_of
from tests.services.test_papers import BEYOND, listed_procedure
from tests.services.test_transfer_requests import GROUND
from tests.web.stage import fact

WHY = "Hộ khẩu cũ ghi khác năm sinh."


@pytest.fixture
def case(app, cast, an):
    """An's case in Chi's hands; its procedure has a published list."""
    with app.app_context(), writing():
        procedure_id = listed_procedure()
    receipt = an.complains(procedure_id=procedure_id)
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def kept(app, model=PaperFinding):
    with app.app_context():
        found = db.session.query(model).count()
        db.session.rollback()
        return found


def at(case, way=""):
    return f"/desk/cases/{case.reference}{way}"


def test_the_officer_sees_the_list_and_what_goes_beyond_it_before_anything_is_sent(app, cast, case, sign_in):
    chi = sign_in(cast.chi)
    page = chi.get(at(case, "/ask_submitter"))
    assert "Hai bộ bản vẽ thiết kế" in page.text
    assert "không được yêu cầu" in page.text
    assert "override" not in page.page.form(field="why").names
    held = chi.submit(page, field="why", why=BEYOND, status=422)
    assert "Ngoài danh mục đã công khai" in held.text
    assert "Nghị định 61/2018/NĐ-CP, Điều 5" in held.text
    assert "“Bản sao sổ hộ khẩu”" in held.text
    assert held.page.form(field="why").values["why"][0].split() == BEYOND.split()
    assert "#override" in held.page.links
    assert (fact(app, case, "state"), kept(app)) == ("in_progress", 0)
    sent = chi.submit(held, field="why", override=WHY)
    assert (fact(app, case, "state"), kept(app)) == ("awaiting_details", 1)
    assert "vượt danh mục công khai" in sent.text


def test_what_is_mended_goes_without_a_reason(app, cast, case, sign_in):
    chi = sign_in(cast.chi)
    held = chi.submit(chi.get(at(case, "/ask_submitter")), field="why", why=BEYOND, status=422)
    chi.submit(held, field="why", why="Số biên nhận trên giấy hẹn")
    assert (fact(app, case, "state"), kept(app)) == ("awaiting_details", 0)


def test_whether_the_file_was_signed_online_is_proposed_and_the_officer_decides(app, cast, an, sign_in):
    with app.app_context(), writing():
        procedure_id = listed_procedure()
    told = an.complains(procedure_id=procedure_id,
                        narrative="Tôi nộp hồ sơ trực tuyến, đã ký số mà vẫn bị đòi thêm bản giấy.")
    with app.app_context(), writing():
        factories.walk(told, Action.TAKE, hands=cast.hands)
    chi = sign_in(cast.chi)
    page = chi.get(at(told, "/ask_submitter"))
    assert page.page.form(field="why").values["signed_online"] == ["y"]
    held = chi.submit(page, field="why", why="Photo công chứng sổ đỏ", status=422)
    assert "Đòi bản giấy dù đã ký số" in held.text
    assert "8899/VPCP-KSTT" in held.text
    chi.submit(held, field="why", signed_online=None)
    assert fact(app, told, "state") == "awaiting_details"


def test_a_case_without_a_procedure_says_that_nothing_can_be_compared(cast, an, app, sign_in):
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    text = sign_in(cast.chi).get(at(receipt, "/ask_submitter")).text
    assert "Chưa có danh mục để so" in text
    assert "nhờ bộ phận tiếp nhận ghi thủ tục" in text


def test_intakes_own_question_is_read_box_by_box(app, cast, an, sign_in):
    with app.app_context(), writing():
        procedure_id = listed_procedure()
    receipt = an.complains(procedure_id=procedure_id)
    intake = sign_in(cast.intake)
    boxes = {"what_1": "Số hồ sơ trên giấy hẹn", "because_1": "Để tìm sổ đỏ trong kho",
             "what_3": "Sổ hộ khẩu bản gốc", "because_3": "Để đối chiếu"}
    held = intake.submit(intake.get(at(receipt, "/ask_submitter")), field="what_1", status=422, **boxes)
    assert held.text.count("Ngoài danh mục đã công khai") == 1
    assert held.page.form(field="what_1").values["what_3"] == ["Sổ hộ khẩu bản gốc"]
    intake.submit(held, field="what_1", override=WHY)
    assert (fact(app, receipt, "state"), kept(app)) == ("awaiting_submitter", 1)


def test_the_sender_reads_the_question_and_never_the_reason(app, cast, case, sign_in, client):
    with app.app_context(), writing():
        asking.ask_for_details(case_of(case), actor=actor_of(cast.chi), what=BEYOND, override=WHY)
    story = client.submit(client.get("/track"), key=case.key).text
    assert "Bản sao sổ hộ khẩu có chứng thực" in story
    assert WHY not in story
    assert "danh mục công khai" not in story


def test_the_case_page_shows_which_demanded_papers_are_beyond_the_list(cast, case, sign_in):
    for who in (cast.chi, cast.ha):
        text = sign_in(who).get(at(case)).text
        assert "Giấy tờ người gửi nói đã bị đòi" in text
        assert "“bản sao hộ khẩu”" in text


def test_the_office_reads_it_afterwards_and_agencies_do_not(app, cast, case, sign_in):
    with app.app_context(), writing():
        asking.ask_for_details(case_of(case), actor=actor_of(cast.chi), what=BEYOND, override=WHY)
    ha = sign_in(cast.ha)
    assert "1 mục chưa xem" in ha.get("/supervision/").text
    page = ha.get("/supervision/papers")
    for words in (case.reference, "Bản sao sổ hộ khẩu có chứng thực", WHY, "Trần Thị Chi", "61/2018"):
        assert words in page.text
    assert case.reference in ha.get(f"/supervision/papers?agency={cast.building}&unseen=1").text
    assert "Không có câu hỏi nào hợp" in ha.get(f"/supervision/papers?agency={cast.land}").text
    seen = ha.submit(page, action="/seen")
    assert "Phạm Thu Hà" in seen.text
    assert "0 mục chưa xem" in ha.get("/supervision/").text
    sign_in(cast.chi).get("/supervision/papers", status=403)
    sign_in(cast.chi_head).get("/supervision/papers", status=403)


def test_no_question_beyond_the_list_is_said_kindly(cast, sign_in):
    ha = sign_in(cast.ha)
    assert "Chưa có câu hỏi nào vượt danh mục" in ha.get("/supervision/papers").text
    assert "Không có đề nghị nào đang chờ" in ha.get("/supervision/transfers").text


@pytest.mark.parametrize(("ground", "words"), [
    ("Không thuộc thẩm quyền của Sở.", "thì chưa đủ"),
    ("Bãi cát nằm ở lòng sông gần bến phà cũ.", "điều nào, văn bản"),
    ("Điều 5 Quyết định 15/2025/QĐ-UBND, không thuộc thẩm quyền.", "áp dụng vào việc gì"),
    ("", "Hãy ghi điều khoản")])
def test_a_ground_that_is_none_is_held_back_beside_its_field(app, cast, case, sign_in, ground, words):
    chi = sign_in(cast.chi)
    page = chi.get(at(case, "/transfer-request"))
    held = chi.submit(page, field="ground", agency=str(cast.land), ground=ground, status=422)
    assert words in held.text
    assert "#ground" in held.page.links
    assert held.page.form(field="ground").values["agency"] == [str(cast.land)]
    assert str(cast.building) not in [o.get("value") for o in held.page.all("option")]
    assert kept(app, TransferRequest) == 0


def asked(app, cast, case):
    with app.app_context(), writing():
        transfer_requests.ask(case_of(case), to_agency_id=cast.land, ground=GROUND, actor=actor_of(cast.chi))


def test_the_officer_asks_the_office_grants_and_the_sender_reads_it_as_a_story(app, cast, case, sign_in, client):
    chi, ha = sign_in(cast.chi), sign_in(cast.ha)
    assert at(case, "/transfer-request") in chi.get(at(case)).page.links
    after = chi.submit(chi.get(at(case, "/transfer-request")), field="ground", agency=str(cast.land),
                       ground=GROUND)
    assert "Sở Xây dựng đề nghị chuyển hồ sơ sang Sở Nông nghiệp và Môi trường" in after.text
    assert "Cơ quan được đề nghị trả lời trước, sau đó đến cấp trên chung" in after.text
    chi.get(at(case, "/transfer-request"), status=409)
    assert "1 đề nghị đang chờ" in ha.get("/supervision/").text
    way = next(link for link in ha.get(at(case)).page.links if link.startswith("/supervision/transfers/"))
    assert way in ha.get("/supervision/transfers").page.links
    page = ha.get(way)
    assert GROUND in page.text
    ha.submit(page, field="version", decision="grant", follow=False)
    assert (fact(app, case, "agency_id"), fact(app, case, "state")) == (cast.land, "assigned")
    chi.get(at(case), status=404)
    assert case.reference in sign_in(cast.dung).get("/desk/inbox").text
    story = client.submit(client.get("/track"), key=case.key).text
    assert "Sở Xây dựng cho rằng cơ quan khác phải trả lời và đề nghị chuyển hồ sơ của bạn" in story
    assert "Văn phòng tỉnh đồng ý chuyển hồ sơ của bạn." in story
    assert GROUND in story


def test_what_is_denied_is_told_with_its_reason_to_the_officer_and_without_it_to_the_sender(app, cast, case,
sign_in, client):
    asked(app, cast, case)
    ha = sign_in(cast.ha)
    page = ha.get(_way(ha))
    ha.submit(page, field="why", why="", decision="deny", status=422)
    ha.submit(page, field="why", why="Bãi cát nằm trong công trường của Sở.", decision="deny", follow=False)
    shown = sign_in(cast.chi).get(at(case)).text
    assert "Văn phòng tỉnh không đồng ý chuyển hồ sơ sang Sở Nông nghiệp và Môi trường" in shown
    assert "Bãi cát nằm trong công trường của Sở." in shown
    story = client.submit(client.get("/track"), key=case.key).text
    assert "Sở Xây dựng phải trả lời" in story
    assert "công trường" not in story
    assert GROUND not in story
    late = ha.submit(page, field="why", why="Muộn rồi.", decision="deny", status=409)
    assert "Muộn rồi." in late.text
    assert "đã xong" in late.text


def _way(ha):
    return next(link for link in ha.get("/supervision/transfers").page.links
                if link.startswith("/supervision/transfers/"))


def test_an_old_page_grants_nothing(app, cast, case, sign_in):
    asked(app, cast, case)
    ha = sign_in(cast.ha)
    page = ha.get(_way(ha))
    with app.app_context(), writing():
        case_of(case).category = "late_result"
    ha.submit(page, field="version", decision="grant", status=409)
    assert fact(app, case, "agency_id") == cast.building


def test_who_may_not_ask_is_told_so_and_loses_no_word(app, cast, case, sign_in):
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", factories.Role.OFFICER, agency_id=cast.building)
    colleague = sign_in(hoa)
    assert at(case, "/transfer-request") not in colleague.get(at(case)).page.links
    colleague.get(at(case, "/transfer-request"), status=409)
    sign_in(cast.dung).get(at(case, "/transfer-request"), status=404)


def test_the_pages_speak_english_too(app, cast, case, sign_in):
    asked(app, cast, case)
    chi, ha = sign_in(cast.chi).in_english(), sign_in(cast.ha).in_english()
    held = chi.submit(chi.get(at(case, "/ask_submitter")), field="why", why=BEYOND, status=422)
    assert "Not on the published list" in held.text
    assert "Decree 61/2018/NĐ-CP, article 5" in held.text
    assert "The other agency is competent" in ha.get(_way(sign_in(cast.ha))).text
    assert "No question asked for more than the list allows" in ha.get("/supervision/papers").text


def test_the_reason_is_an_erasable_note_that_the_sender_is_never_told(app, cast, case, sign_in):
    with app.app_context(), writing():
        asking.ask_for_details(case_of(case), actor=actor_of(cast.chi), what=BEYOND, override=WHY)
    with app.app_context():
        assert [n.told_sender for n in db.session.query(Note).filter_by(kind="override")] == [False]


def test_an_answer_that_wants_more_papers_shows_it_on_the_officers_page(cast, case, sign_in):
    chi = sign_in(cast.chi)
    page = chi.get(at(case, "/answer"))
    held = chi.submit(page, field="seen", do="check", status=(200, 303),
                      next_step="Đề nghị ông bổ sung bản sao hộ khẩu trước ngày 20/12/2026.")
    assert "Giấy tờ mà câu trả lời này yêu cầu" in held.text
    assert "“bản sao hộ khẩu”" in held.text


def test_while_a_request_waits_no_second_way_is_offered(app, cast, case, sign_in):
    asked(app, cast, case)
    assert at(case, "/transfer-request") not in sign_in(cast.chi).get(at(case)).page.links
