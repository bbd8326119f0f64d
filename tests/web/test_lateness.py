"""Late answers through the pages: refused without an apology, sent with one; the new date; the head explains."""

import io
from datetime import date

import pikepdf
import pytest
from sqlalchemy import select

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.lateness import Apology, Explanation
from feedback.models.letters import Letter
from feedback.services import answers, escalation, register_counts
from tests.factories import GOOD_ANSWER, actor_of, case_of, said_of
from tests.fixtures.late import SORRY
from tests.web.stage import bring, fact

ON_THE_EVE, LATE = "2026-12-07", "2026-12-10"
PART = {"late_cause": SORRY.cause, "late_reason": SORRY.reason, "late_text": SORRY.text}
EARLY = {"cause": SORRY.cause, "reason": SORRY.reason, "text": SORRY.text, "new_on": "2026-12-16"}


@pytest.fixture
def receipt(app, cast, an, frozen):
    """An's case in Chi's hands, received on 16 November 2026, due on 8 December."""
    return bring(app, cast, Action.TAKE, identity=an.identity)


def write(browser, reference: str):
    good = GOOD_ANSWER
    assert good.outcome is not None
    assert good.points is not None
    page = browser.get(f"/desk/cases/{reference}/answer")
    return page, {"outcome": good.outcome.value, "found": good.found, "done": good.done, "owner": good.owner,
                  "ground": good.ground, "next_step": good.next_step, "point_1": good.points[1],
                  "point_2": good.points[2], "do": "propose"}


def test_a_late_answer_is_refused_without_an_apology_and_sent_with_it(app, cast, receipt, frozen, sign_in):
    frozen.stand_at(LATE)
    chi = sign_in(cast.chi)
    page, fields = write(chi, receipt.reference)
    assert "Xin lỗi vì trả lời chậm" in page.text
    assert "[[" in page.page.form(field="late_text").values["late_text"][0]
    refused = chi.submit(page, field="late_text", status=422, follow=False, **fields, late_reason="Do quá tải.")
    assert "Hãy chọn nguyên nhân" in refused.text
    refused = chi.submit(refused, field="late_text", status=422, follow=False, do="propose",
                         late_cause=SORRY.cause, late_reason="Do quá tải.")
    assert "câu chữ chung chung" in refused.text
    refused = chi.submit(refused, field="late_text", status=422, follow=False, do="propose",
                         late_reason=SORRY.reason)
    assert "ngoặc vuông kép" in refused.text
    assert fact(app, receipt, "state") == "in_progress"
    chi.submit(refused, field="late_text", do="propose", **PART)
    assert fact(app, receipt, "state") == "agency_approval"


def test_the_head_signs_and_the_sender_reads_the_apology_and_the_pdf(
        app, cast, receipt, frozen, sign_in, client):
    frozen.stand_at(LATE)
    chi = sign_in(cast.chi)
    page, fields = write(chi, receipt.reference)
    chi.submit(page, field="late_text", **fields, **PART)
    head = sign_in(cast.chi_head)
    page = head.get(f"/desk/cases/{receipt.reference}/approve")
    assert SORRY.reason in page.text
    head.submit(page, action="/approve")
    client.submit(client.get("/track"), field="key", key=receipt.key)
    assert SORRY.reason not in client.get("/track/case").text
    ha = sign_in(cast.ha)
    page = ha.get(f"/supervision/cases/{receipt.reference}/answer")
    ha.submit(page, field="decision", decision="release")
    page = client.get("/track/case")
    assert SORRY.reason in page.text
    assert SORRY.text in page.text
    assert SORRY.reason in client.in_english().get("/track/case").text
    with app.app_context():
        apology = db.session.scalars(select(Apology.id)).one()
    path = f"/desk/cases/{receipt.reference}/apologies/{apology}/letter"
    page = head.get(path)
    wrong = head.submit(page, field="number", status=422, follow=False, number="", signatory="GIÁM ĐỐC")
    assert b"field__error" in wrong.body
    head.submit(wrong, field="number", number="45/SXD-VP", signatory="GIÁM ĐỐC\nVõ Thị Mai",
                dated_on="2026-12-10")
    with app.app_context():
        token = db.session.scalars(select(Letter.token)).one()
    letter = head.open("GET", f"/desk/cases/{receipt.reference}/apology-letters/{token}", status=200)
    with pikepdf.open(io.BytesIO(letter.body)) as pdf:
        assert receipt.reference in str(pdf.docinfo["/Title"])
        assert "Xin lỗi" in str(pdf.docinfo["/Title"])
    assert client.open("GET", f"/track/letter/{token}", status=200).body == letter.body
    form = {"field": "posted_on", "how": "registered"}
    assert b"field__error" in head.submit(head.get(path), status=422, posted_on="2026-12-09", **form).body
    left = head.submit(head.get(path), posted_on="2026-12-10", **form)
    assert "gửi bảo đảm" in left.text.lower() or "bảo đảm" in left.text.lower()
    assert 'name="posted_on"' not in left.text, "it left once"
    assert "45/SXD-VP" not in client.get("/track/case").text  # that is where letters of answers stand
    assert f"/track/letter/{token}" in " ".join(client.get("/track/case").page.links)


def test_where_the_time_ran_out_on_the_way_whoever_has_it_apologises(app, cast, receipt, frozen, sign_in):
    frozen.stand_at("2026-12-03")
    chi = sign_in(cast.chi)
    page, fields = write(chi, receipt.reference)
    assert "late_text" not in page.page.form(field="found").names
    chi.submit(page, field="found", **fields)
    frozen.stand_at(LATE)
    head = sign_in(cast.chi_head)
    page = head.get(f"/desk/cases/{receipt.reference}/approve")
    refused = head.submit(page, action="/approve", status=422, follow=False)
    assert "Hãy chọn nguyên nhân" in refused.text
    head.submit(refused, action="/approve", **PART)
    assert fact(app, receipt, "state") == "gate_review"


def test_the_gate_apologises_for_its_own_delay(app, cast, frozen, sign_in, an):
    receipt = bring(app, cast, Action.APPROVE, identity=an.identity)
    frozen.stand_at(LATE)
    ha = sign_in(cast.ha)
    page = ha.get(f"/supervision/cases/{receipt.reference}/answer")
    refused = ha.submit(page, field="decision", status=422, follow=False, decision="release")
    assert "Hãy chọn nguyên nhân" in refused.text
    ha.submit(refused, field="decision", decision="release", **PART)
    assert fact(app, receipt, "state") == "answered"


def test_the_officer_drafts_the_new_date_the_head_signs_and_the_sender_sees_it(
        app, cast, receipt, frozen, sign_in, client):
    path = f"/desk/cases/{receipt.reference}/apology"
    chi = sign_in(cast.chi)
    assert "Lúc này chưa phải xin lỗi" in chi.get(path).text
    frozen.stand_at(ON_THE_EVE)
    chi = sign_in(cast.chi)
    assert path in " ".join(chi.get(f"/desk/cases/{receipt.reference}").page.links)
    page = chi.get(path)
    refused = chi.submit(page, field="new_on", status=422, follow=False, do="keep",
                         **{**EARLY, "new_on": "2026-12-13"})
    assert "Nobody works" not in refused.text
    assert "không làm việc" in refused.text
    chi.submit(refused, field="new_on", do="keep", **EARLY)
    head = sign_in(cast.chi_head)
    page = head.get(path)
    assert "Đang chờ người đứng đầu ký" in page.text
    stale = page
    head.submit(page, field="new_on", do="sign")
    assert head.submit(stale, field="new_on", do="sign", status=409, follow=False).status == 409
    client.submit(client.get("/track"), field="key", key=receipt.key)
    shown = client.get("/track/case").text
    assert "Câu trả lời bị chậm: xin lỗi và hẹn lại" in shown
    assert "16/12/2026" in shown
    assert SORRY.text in shown
    register = sign_in(cast.ha).get("/supervision/apologies?month=2026-12").text
    assert "16/12/2026" in register
    assert "còn" in register
    assert cast.chi_head.name in register


def test_another_agencys_people_find_no_apology_page(app, cast, receipt, frozen, sign_in):
    frozen.stand_at(ON_THE_EVE)
    own = sign_in(cast.dung)
    own.looks = False
    own.get(f"/desk/cases/{receipt.reference}/apology", status=404)
    office = sign_in(cast.ha)
    office.looks = False
    office.get(f"/desk/cases/{receipt.reference}/apology", status=404)


def test_the_head_explains_and_the_office_reads_it(app, cast, receipt, frozen, sign_in):
    head = sign_in(cast.chi_head)
    assert "không nợ giải trình" in head.get("/desk/explanations").text
    frozen.stand_at("2026-11-27")
    with app.app_context(), writing():
        escalation.climb(receipt.case_id)
    with app.app_context():
        number = db.session.scalars(select(Explanation.id)).one()
    head = sign_in(cast.chi_head)
    assert receipt.reference in head.get("/desk/explanations").text
    frozen.stand_at("2026-12-03")
    ha = sign_in(cast.ha)
    listed = ha.get("/supervision/explanations?standing=missing")
    assert receipt.reference in listed.text
    assert "còn nợ, đã quá ngày: 1" in listed.text
    head = sign_in(cast.chi_head)
    page = head.get(f"/desk/explanations/{number}")
    refused = head.submit(page, field="happened", status=422, follow=False, cause="overlooked",
                          happened="Do quá tải.", prevents="Sẽ rút kinh nghiệm.")
    assert "câu chữ chung chung" in refused.text
    head.submit(refused, field="happened", happened="Hồ sơ nằm ở phòng Một cửa từ 18/11/2026, không ai làm thay.",
                prevents="Từ 14/12/2026 mỗi cán bộ có một người làm thay.")
    assert "đã giải trình, quá hạn" in head.get("/desk/explanations").text
    for browser in (ha, sign_in(cast.leader)):
        assert "không ai làm thay" in browser.get("/supervision/explanations").text
        assert "không ai làm thay" in browser.get(f"/desk/cases/{receipt.reference}").text
    chi = sign_in(cast.chi)
    assert "không ai làm thay" not in chi.get(f"/desk/cases/{receipt.reference}").text
    assert "không ai làm thay" in ha.open("GET", "/supervision/explanations?format=csv", status=200).text
    other = sign_in(cast.dung_head)
    other.looks = False
    other.get(f"/desk/explanations/{number}", status=404)


def test_everybody_reads_how_many_late_answers_and_apologies_there_were(app, cast, frozen, client, an):
    assert "không có câu trả lời chậm" in client.get("/statistics").text
    receipt = bring(app, cast, Action.APPROVE, identity=an.identity)
    frozen.stand_at(LATE)
    with app.app_context(), writing():
        answers.release(case_of(receipt), actor=actor_of(cast.ha), said=said_of(case_of(receipt)), sorry=SORRY)
        register_counts.recount()
    page = client.get("/statistics")
    assert "Chậm mà không xin lỗi" in page.text
    assert cast.ha.name not in page.text
    assert date(2026, 12, 10).strftime("%m/%Y") in page.text


def test_a_month_that_no_calendar_holds_shows_every_apology(app, cast, sign_in):
    ha = sign_in(cast.ha)
    for month in ("9999-12", "0001-01", "2026-13"):
        ha.open("GET", f"/supervision/apologies?month={month}", status=200)
