"""Instructions on the pages: given from a case or an agency, reported by the head, judged by the office."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.instructions import Instruction
from feedback.services import instructions
from feedback.services.cases import Receipt
from tests.factories import Member, actor_of
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client
from tests.fixtures.time import Clock
from tests.services.test_instructions import DONE, DUE, ORDER
from tests.web.stage import bring

SignIn = Callable[[Member], Client]


@pytest.fixture
def case(app: Flask, cast: Cast, frozen: Clock) -> Receipt:
    return bring(app, cast, Action.TAKE)


def number_of(app: Flask) -> int:
    with app.app_context():
        number = db.session.scalar(select(func.max(Instruction.id)))
        db.session.rollback()
    assert number is not None
    return number


def given(app: Flask, cast: Cast, agency_id: int | None = None) -> int:
    with app.app_context(), writing():
        return instructions.issue(actor=actor_of(cast.ha), agency_id=agency_id or cast.building, body=ORDER,
                                  due_on=DUE).id


def test_from_the_page_of_a_case_to_the_accepted_report(
        app: Flask, cast: Cast, case: Receipt, sign_in: SignIn) -> None:
    ha, head = sign_in(cast.ha), sign_in(cast.chi_head)
    page = ha.get(f"/desk/cases/{case.reference}")
    assert f"/supervision/instructions/new?case={case.reference}" in page.page.links
    form = ha.get(f"/supervision/instructions/new?case={case.reference}")
    assert form.page.form(field="body").values["agency"] == [str(cast.building)]
    assert form.page.form(field="body").values["due_on"] == ["2026-11-19"]
    refused = ha.submit(form, field="body", status=422,
                        body="Khẩn trương xử lý dứt điểm vụ việc theo đúng quy định.")
    assert "không có gì để báo cáo là đã làm" in refused.text
    done = ha.submit(refused, field="body", body=ORDER)
    assert "Đã giao." in done.text
    assert ORDER in done.text
    assert "còn 3 ngày làm việc" in done.text
    number = number_of(app)
    assert "Trả giấy phép" in ha.get(f"/desk/cases/{case.reference}").text

    assert "Trả giấy phép" in head.get("/desk/instructions").text
    own = head.get(f"/desk/instructions/{number}")
    assert ORDER in own.text
    vague = head.submit(own, field="anyway", decision="report", text="Đã tiếp nhận, sẽ xem xét theo quy định.",
                        status=422)
    assert "Đoạn này chưa nói đã làm gì" in vague.text
    told = head.submit(vague, field="anyway", decision="report", text=DONE)
    assert "Đã báo cáo." in told.text

    assert "Trả giấy phép" in ha.get("/supervision/instructions?show=reported").text
    page = ha.get(f"/supervision/instructions/{number}")
    assert DONE in page.text
    forms = [form for form in page.page.forms() if "why" in form.names]
    assert forms
    back = ha.post(f"/supervision/instructions/{number}", {
        **{name: values[0] for name, values in forms[0].values.items()}, "decision": "send_back",
        "why": "Bảng niêm yết vẫn còn mục hộ khẩu."}, follow=True)
    assert "Đã trả lại kèm lý do" in back.text
    own = head.get(f"/desk/instructions/{number}")
    assert "Bảng niêm yết vẫn còn" in own.text
    head.submit(own, field="anyway", decision="report", text=DONE)
    page = ha.get(f"/supervision/instructions/{number}")
    token = page.page.forms()[-1].values["csrf_token"][0]
    seen = next(form.values["seen"][0] for form in page.page.forms() if "seen" in form.names)
    sent = {"csrf_token": token, "seen": seen, "decision": "accept"}
    assert "Chỉ đạo kết thúc" in ha.post(f"/supervision/instructions/{number}", sent, follow=True).text
    again = ha.post(f"/supervision/instructions/{number}", sent, status=409)
    assert "đã có thay đổi" in again.text
    assert "Trả giấy phép" in ha.get("/supervision/instructions?show=ended").text


def test_an_officer_and_another_agencys_head_find_nothing(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    number = given(app, cast)
    other = sign_in(cast.dung_head)
    other.get(f"/desk/instructions/{number}", status=404)
    assert "Trả giấy phép" not in other.get("/desk/instructions").text
    token = sign_in(cast.chi).get("/account/sessions").page.forms()[0].values["csrf_token"][0]
    assert token
    sign_in(cast.chi).get("/desk/instructions", status=403)
    sign_in(cast.chi_head).get(f"/supervision/instructions/{number}", status=403)
    sign_in(cast.ha).get(f"/supervision/instructions/{number + 1_000}", status=404)


def test_what_changed_meanwhile_is_said_and_what_was_typed_is_given_back(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    number = given(app, cast)
    head = sign_in(cast.chi_head)
    page = head.get(f"/desk/instructions/{number}")
    head.submit(page, field="anyway", decision="report", text=DONE)
    late = head.submit(page, field="anyway", decision="report", text="Ngày 18/11/2026 đã trả thêm bản vẽ.",
                       status=409)
    assert "đã trả thêm bản vẽ" in late.text


def test_lists_have_filters_a_file_and_say_why_they_are_empty(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    ha = sign_in(cast.ha)
    assert "Không có chỉ đạo nào phù hợp" in ha.get("/supervision/instructions").text
    given(app, cast)
    page = ha.in_english().get(f"/supervision/instructions?agency={cast.building}&mine=1")
    assert "Instructions by due date" in page.text
    assert "Trả giấy phép" not in ha.get(f"/supervision/instructions?agency={cast.land}").text
    file = ha.get(f"/supervision/instructions?agency={cast.office}&format=csv")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert ORDER in file.body.decode("utf-8-sig")
    own = sign_in(cast.chi_head).get("/desk/instructions?format=csv")
    assert "2026-11-20" in own.body.decode("utf-8-sig")
    prefilled = ha.get(f"/supervision/instructions/new?agency={cast.land}")
    assert prefilled.page.form(field="body").values["agency"] == [str(cast.land)]


def test_a_note_to_look_again_is_for_supervisors_alone(
        app: Flask, cast: Cast, case: Receipt, frozen: Clock, sign_in: SignIn) -> None:
    ha = sign_in(cast.ha)
    form = ha.get(f"/supervision/cases/{case.reference}/follow-ups")
    assert "Hãy viết điều cần xem lại" in ha.submit(form, field="on", on="2026-11-18", status=422).text
    kept = ha.submit(form, field="on", text="Xem lại bảng ở quầy 3.", on="2026-11-18")
    assert "Xem lại bảng ở quầy 3." in kept.text
    assert "Xem lại bảng ở quầy 3." in ha.get(f"/desk/cases/{case.reference}").text
    for who in (cast.chi, cast.chi_head, cast.intake):
        assert "quầy 3" not in sign_in(who).get(f"/desk/cases/{case.reference}").text
    assert "Hôm nay không có gì" in ha.get("/supervision/follow-ups").text
    assert "còn 2 ngày làm việc" in ha.get("/supervision/follow-ups?when=coming").text
    frozen.stand_at("2026-11-18")
    ha = sign_in(cast.ha)
    page = ha.get("/supervision/follow-ups")
    done = ha.submit(page, action="/done")
    assert "Đã xong." in done.text
    assert "quầy 3" in ha.get("/supervision/follow-ups?when=done&all=1").text
    assert "quầy 3" in ha.get("/supervision/follow-ups?when=done&format=csv").body.decode()
