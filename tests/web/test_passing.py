"""The pages of passing on and of joint handling: the named agency, the second agency, the lead, the sender."""

import pytest

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.services import cases, contributions, transfer_requests
from tests import factories
from tests.factories import actor_of, case_of
from tests.services.test_contributions import WANTED
from tests.services.test_transfer_replies import NO
from tests.services.test_transfer_requests import GROUND
from tests.web.stage import fact


@pytest.fixture
def case(app, cast, an):
    """An's case in Chi's hands."""
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def at(case, way=""):
    return f"/desk/cases/{case.reference}{way}"


def offer(app, cast, case):
    with app.app_context(), writing():
        return transfer_requests.ask(case_of(case), to_agency_id=cast.land, ground=GROUND,
                                     actor=actor_of(cast.chi)).id


def part(app, cast, case):
    with app.app_context(), writing():
        return contributions.ask(case_of(case), agency_id=cast.land, wanted=WANTED, actor=actor_of(cast.chi)).id


def test_the_named_head_reads_the_masked_complaint_and_takes_the_case(app, cast, case, sign_in, client):
    request_id = offer(app, cast, case)
    head = sign_in(cast.dung_head)
    head.get(at(case), status=404)
    assert f"/desk/transfers/{request_id}" in head.get("/desk/transfers/offered").page.links
    page = head.get(f"/desk/transfers/{request_id}")
    for words in (GROUND, "Vì sao phải nộp thêm bản sao hộ khẩu?", "Sở Xây dựng", "Đã làm gì đến nay"):
        assert words in page.text
    for hidden in ("Nguyễn Văn An", "an@thu.example", "Trần Thị Chi, Cán bộ"):
        assert hidden not in page.text
    head.submit(page, field="version", decision="accept")
    assert (fact(app, case, "agency_id"), fact(app, case, "state")) == (cast.land, "assigned")
    again = head.submit(page, field="version", decision="accept", status=(404, 409))
    assert fact(app, case, "agency_id") == cast.land
    assert again.status in (404, 409)
    story = client.submit(client.get("/track"), key=case.key).text
    assert "Sở Nông nghiệp và Môi trường đã nhận giải quyết hồ sơ của bạn." in story
    assert "Ai đã giữ hồ sơ của bạn, bao lâu" in story
    assert "Hồ sơ đã bị chuyển 1 lần giữa các cơ quan." in story


def test_a_refusal_without_provision_is_held_back_and_a_good_one_goes_to_the_office(app, cast, case, sign_in):
    request_id = offer(app, cast, case)
    head = sign_in(cast.dung_head)
    page = head.get(f"/desk/transfers/{request_id}")
    held = head.submit(page, field="why", why="Không thuộc thẩm quyền của Sở.", decision="refuse", status=422)
    assert "thì chưa đủ" in held.text
    head.submit(held, field="why", why=NO, decision="refuse")
    late = head.submit(page, field="why", why=NO, decision="refuse", status=409)
    assert NO in late.text
    assert fact(app, case, "agency_id") == cast.building
    shown = sign_in(cast.ha).get(f"/supervision/transfers/{request_id}")
    assert NO in shown.text
    assert "cơ quan được đề nghị từ chối" in sign_in(cast.ha).get("/supervision/transfers").text


def test_another_head_and_the_agencys_officers_do_not_see_the_offer(app, cast, case, sign_in):
    request_id = offer(app, cast, case)
    sign_in(cast.dung).get(f"/desk/transfers/{request_id}", status=403)
    sign_in(cast.chi_head).get(f"/desk/transfers/{request_id}", status=404)
    assert case.reference not in sign_in(cast.chi_head).get("/desk/transfers/offered").text


def test_the_lead_asks_the_second_agency_gives_and_the_lead_reads_it(app, cast, case, sign_in, client):
    chi, dung = sign_in(cast.chi), sign_in(cast.dung)
    assert at(case, "/contribute") in chi.get(at(case)).page.links
    page = chi.get(at(case, "/contribute"))
    held = chi.submit(page, field="wanted", agency=str(cast.land), wanted="Cho ý kiến.", status=422)
    assert "làm được ngay" in held.text
    asked = chi.submit(held, field="wanted", wanted=WANTED)
    assert WANTED in asked.text
    assert "Cán bộ xử lý, Sở Nông nghiệp" not in asked.text  # who asked is not of the agency that was asked
    way = next(link for link in dung.get("/desk/contributions").page.links
               if link.startswith("/desk/contributions/"))
    sheet = dung.get(way)
    assert WANTED in sheet.text
    assert "Vì sao phải nộp thêm bản sao hộ khẩu?" in sheet.text
    assert "Nguyễn Văn An" not in sheet.text
    dung.get(at(case), status=404)
    dung.submit(sheet, field="text", text="Thửa đất nằm ngoài hành lang.")
    twice = dung.submit(sheet, field="text", text="Lần hai.", status=409)
    assert "Lần hai." in twice.text
    assert "Thửa đất nằm ngoài hành lang." in chi.get(at(case)).text
    story = client.submit(client.get("/track"), key=case.key).text
    assert "Sở Nông nghiệp và Môi trường đã gửi phần của mình cho câu trả lời." in story
    assert WANTED not in story


def test_no_part_is_asked_for_by_a_day_that_never_comes(app, cast, case, sign_in):
    chi = sign_in(cast.chi)
    page = chi.get(at(case, "/contribute"))
    for day in ("9999-12-31", "2028-01-01"):
        held = chi.submit(page, field="wanted", agency=str(cast.land), wanted=WANTED, due_on=day, status=422)
        assert "còn hơn một năm nữa" in held.text


def test_another_agencys_officer_finds_no_contribution(app, cast, case, sign_in):
    contribution_id = part(app, cast, case)
    sign_in(cast.chi).get(f"/desk/contributions/{contribution_id}", status=404)
    sign_in(cast.ha).get(f"/desk/contributions/{contribution_id}", status=404)


def test_the_lead_takes_it_back(app, cast, case, sign_in):
    contribution_id = part(app, cast, case)
    chi = sign_in(cast.chi)
    after = chi.submit(chi.get(at(case)), action="/take-back")
    assert "Không cần nữa từ" in after.text
    over = sign_in(cast.dung).get(f"/desk/contributions/{contribution_id}").text
    assert "Vì sao phải nộp thêm bản sao hộ khẩu?" not in over, "who gives nothing needs the complaint no more"
    assert "Chưa có đề nghị phối hợp nào" in sign_in(cast.dung).get("/desk/contributions").text


def test_the_province_sees_what_went_round_and_takes_it_as_a_file(app, cast, case, sign_in):
    with app.app_context():
        for agency in (cast.land, cast.building):
            with writing():
                cases.transfer(case_of(case), db.session.get_one(Agency, agency), actor=actor_of(cast.ha),
                               why="Đúng thẩm quyền hơn.")
    ha = sign_in(cast.ha)
    page = ha.get("/supervision/passing?loops=1")
    assert case.reference in page.text
    assert "Sở Xây dựng → Sở Nông nghiệp và Môi trường → Sở Xây dựng" in page.text
    file = ha.get("/supervision/passing?format=csv")
    assert case.reference in file.body.decode("utf-8")
    assert "Hồ sơ đã quay lại cơ quan từng giữ trước đó." in ha.get(at(case)).text
    assert case.reference not in ha.get(f"/supervision/passing?agency={cast.office}").text
    sign_in(cast.chi_head).get("/supervision/passing", status=403)


def test_the_pages_speak_english_too(app, cast, case, sign_in):
    request_id, contribution_id = offer(app, cast, case), part(app, cast, case)
    head, ha = sign_in(cast.dung_head).in_english(), sign_in(cast.ha).in_english()
    assert "Take the case" in head.get(f"/desk/transfers/{request_id}").text
    assert "Does your agency take them?" in head.get("/desk/transfers/offered").text
    assert "Give it to who leads the case" in head.get(f"/desk/contributions/{contribution_id}").text
    assert "Cases that were passed on" in ha.get("/supervision/passing").text
