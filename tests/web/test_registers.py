"""The administrator's registers through their pages: what is typed stands afterwards, what cannot be is said
beside its field, nobody overwrites anybody, and each change is in the history."""

from datetime import date

import pytest
from sqlalchemy import func, select

from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.province import Switch, Text
from feedback.extensions import db, writing
from feedback.models.agencies import Agency, Procedure, ProcedurePaper
from feedback.models.events import Event
from feedback.queries import categories, province, shown_names
from feedback.queries.listed_reasons import reasons_for
from feedback.queries.offered import find_procedures
from tests import factories
from tests.web.stage import bring


@pytest.fixture
def quan(sign_in, cast):
    return sign_in(cast.quan)


@pytest.fixture(autouse=True)
def _fresh_names():
    shown_names.forget()
    yield
    shown_names.forget()


def happened(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Event.type).where(Event.chain == "sys:config").order_by(Event.n)))


def one(app, table, **facts):
    with app.app_context():
        found = db.session.scalars(select(table).filter_by(**facts)).one()
        db.session.expunge(found)
        db.session.rollback()
        return found


def wrong(reply) -> str:
    return " ".join(found.text for found in reply.page.all("p", class_="field__error"))


# Agencies ----------------------------------------------------------------------------------------------------


def test_an_agency_is_added_found_without_accents_and_changed(app, cast, quan):
    quan.submit(quan.get("/admin/agencies/new"), field="code", code="H60.GTVT", name_vi=" Sở  Giao thông ",
                name_en="Transport", tier="department", parent_id=str(cast.office), email="GT@Tinh.Example",
                valid_from="2025-07-01")
    row = one(app, Agency, code="H60.GTVT")
    assert (row.name_vi, row.parent_id, row.email) == ("Sở Giao thông", cast.office, "GT@tinh.example")
    table = quan.get("/admin/agencies?q=so+giao+thong").page.all("table")[0].text
    assert "H60.GTVT" in table
    assert "Sở Xây dựng" not in table
    quan.submit(quan.get(f"/admin/agencies/{row.id}"), field="name_vi", name_vi="Sở Giao thông vận tải")
    assert one(app, Agency, id=row.id).name_vi == "Sở Giao thông vận tải"
    assert happened(app)[-2:] == ["agency_added", "agency_changed"]


@pytest.mark.parametrize(("field", "value", "words"), [
    ("code", "", "Ô này cần được điền"), ("code", "H60..1", "Mã gồm các nhóm"),
    ("code", "Hà.1", "Mã gồm các nhóm"), ("code", "H" * 36, "ài quá"),
    ("name_vi", "  ", "Ô này cần được điền"), ("name_vi", "a" * 301, "ài quá"),
    ("tier", "", "Hãy chọn cấp"), ("tier", "huyen", "không"), ("email", "khong", "example.vn"),
    ("valid_from", "1900-01-01", "1945"), ("valid_from", "hôm qua", "ngày"), ("parent_id", "999999", "không"),
    ("parent_id", "²", "không")])
def test_what_an_agency_cannot_be_is_said_beside_the_field(app, quan, field, value, words):
    typed = {"code": "H60.1", "name_vi": "Sở Thử", "tier": "department", field: value}
    reply = quan.submit(quan.get("/admin/agencies/new"), field="code", status=200, **typed)
    assert words in wrong(reply)
    if field != "name_vi":
        assert reply.page.form(field="code").values["name_vi"] == ["Sở Thử"], "nothing that was typed is lost"
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Agency.code == "H60.1")) == 0


def test_a_code_is_given_once(app, cast, quan):
    code = one(app, Agency, id=cast.land).code
    reply = quan.submit(quan.get("/admin/agencies/new"), field="code", status=200, code=code, name_vi="Sở Hai",
                        tier="department")
    assert "Cơ quan khác đã có mã này" in wrong(reply)


def test_nobody_stands_above_themselves(app, cast, quan):
    with app.app_context(), writing():
        child = factories.agency("Phòng Cấp phép", parent=cast.building)
    page = quan.get(f"/admin/agencies/{cast.building}")
    assert f'value="{child}"' not in page.body.decode(), "what is below is not offered"
    values = {name: found[0] for name, found in page.page.form(field="name_vi").values.items()}
    reply = quan.post(f"/admin/agencies/{cast.building}", {**values, "parent_id": str(child)}, status=200)
    assert wrong(reply)
    assert one(app, Agency, id=cast.building).parent_id == cast.office


def test_two_administrators_do_not_overwrite_each_other(app, cast, quan):
    first, second = (quan.get(f"/admin/agencies/{cast.land}") for _ in range(2))
    quan.submit(first, field="name_vi", name_vi="Sở Đất đai")
    reply = quan.submit(second, field="name_vi", name_vi="Sở Môi trường", status=409)
    assert "Sở Đất đai" in reply.text
    assert "Sở Môi trường" in reply.text
    assert one(app, Agency, id=cast.land).name_vi == "Sở Đất đai"


def test_a_closed_agency_can_be_opened_again(app, cast, quan):
    with app.app_context(), writing():
        old = factories.agency("Sở Cũ", closed_on=date(2026, 6, 30), successor=cast.land)
    quan.submit(quan.get(f"/admin/agencies/{old}"), field="name_vi", valid_to="")
    row = one(app, Agency, id=old)
    assert (row.valid_to, row.successor_id) == (None, None)


# Procedures and papers ---------------------------------------------------------------------------------------

PERMIT = {"code": "1.004222.000.00.00.H60", "name_vi": "Cấp Giấy chứng nhận", "words": "sổ đỏ", "area": "Đất đai",
          "tier": "department", "limit_amount": "20", "limit_unit": "working_days", "fee_vnd": "100.000",
          "legal_basis": "Luật Đất đai 2024"}


@pytest.fixture
def permit(app, quan) -> Procedure:
    quan.submit(quan.get("/admin/procedures/new"), field="code", **PERMIT)
    return one(app, Procedure, code=PERMIT["code"])


def test_a_procedure_is_found_by_everyday_words(quan, permit):
    assert (permit.fee_vnd, permit.limit_amount, permit.limit_unit) == (100_000, 20, "working_days")
    for asked in ("so do", "Sổ Đỏ", "1.004222", "giay chung nhan"):
        assert "Cấp Giấy chứng nhận" in quan.get("/admin/procedures", query_string={"q": asked}).text
    assert "Không có thủ tục nào" in quan.get("/admin/procedures?q=ho+khau").text


@pytest.mark.parametrize(("change", "words"), [
    ({"limit_unit": ""}, "đơn vị tính"), ({"limit_amount": ""}, "bao nhiêu"), ({"limit_amount": "0"}, "quá nhỏ"),
    ({"limit_amount": "½"}, "số nguyên"), ({"fee_vnd": "-1"}, "số nguyên"), ({"legal_basis": " "}, "được điền"),
    ({"area": ""}, "được điền"), ({"code": "a b"}, "Mã gồm chữ và số"), ({"published_at": "2300-01-01"}, "2199")])
def test_what_a_procedure_cannot_be_is_said_beside_the_field(quan, change, words):
    reply = quan.submit(quan.get("/admin/procedures/new"), field="code", status=200, **{**PERMIT, **change})
    assert words in wrong(reply)


def test_a_closed_procedure_is_not_offered_any_more(app, quan, permit):
    quan.submit(quan.get(f"/admin/procedures/{permit.id}"), field="words", closed_on="2020-01-01")
    assert "ngừng cho chọn" in quan.get("/admin/procedures").text
    with app.app_context():
        assert find_procedures("sổ đỏ") == ([], False)


def test_papers_are_added_changed_and_taken_off(app, quan, permit):
    page = f"/admin/procedures/{permit.id}"
    assert "Chưa có giấy tờ nào" in quan.get(page).text
    for name in ("Đơn đề nghị", "Bản sao hộ khẩu"):
        quan.submit(quan.get(f"{page}/papers/new"), field="copies", name_vi=name, legal_basis="Nghị định 1")
    twice = quan.submit(quan.get(f"{page}/papers/new"), field="copies", status=200, name_vi="Đơn đề nghị",
                        legal_basis="x")
    assert "cùng tên" in wrong(twice)
    paper = one(app, ProcedurePaper, name_vi="Bản sao hộ khẩu")
    assert (paper.n, paper.digitised) == (2, False)
    quan.submit(quan.get(f"/admin/papers/{paper.id}"), field="copies", digitised="y")
    assert "có, không được đòi" in quan.get(page).text
    old = quan.get(f"/admin/papers/{paper.id}/remove")
    quan.submit(quan.get(f"/admin/papers/{paper.id}"), field="copies", copies="2")
    quan.submit(old, field="shown", status=409)
    quan.submit(quan.get(f"/admin/papers/{paper.id}/remove"), field="shown")
    assert "Bản sao hộ khẩu" not in quan.get(page).text
    assert happened(app)[-5:] == ["paper_added", "paper_added", "paper_changed", "paper_changed", "paper_removed"]


def test_sample_rows_say_so_until_somebody_checked_them(app, quan, permit):
    quan.submit(quan.get(f"/admin/procedures/{permit.id}"), field="words", legal_basis="Dữ liệu mẫu, cần kiểm tra")
    assert "Dữ liệu mẫu, cần kiểm tra" in quan.get(f"/admin/procedures/{permit.id}").page.all("main")[0].text
    assert "mẫu, cần kiểm tra" in quan.get("/admin/procedures").text
    quan.submit(quan.get(f"/admin/procedures/{permit.id}"), field="words", legal_basis="Luật Đất đai 2024")
    assert "mẫu, cần kiểm tra" not in quan.get("/admin/procedures").text


# Categories and reasons --------------------------------------------------------------------------------------


def test_a_category_bears_the_provinces_name_where_it_is_shown(app, cast, quan, sign_in):
    case = bring(app, cast, category=Category.LATE_RESULT)
    quan.submit(quan.get("/admin/categories/late_result"), field="hint_vi", name_vi="Trễ hẹn", name_en="Delay",
                hint_vi="Quá ngày hẹn trả.", route_agency_id=str(cast.land))
    assert "Trễ hẹn" in quan.get("/admin/categories").text
    lien = sign_in(cast.intake)
    assert "Trễ hẹn" in lien.get(f"/desk/cases/{case.reference}").text
    assert "Delay" in lien.in_english().get(f"/desk/cases/{case.reference}").text
    with app.app_context():
        offer = categories.settings()["late_result"]
        assert (offer.offered, offer.route_agency_id, offer.hint("vi"), offer.hint("en")) == (
            True, cast.land, "Quá ngày hẹn trả.", "")
    assert happened(app)[-1] == "category_changed"


def test_a_category_is_turned_off_but_never_the_last_resort(app, quan):
    quan.submit(quan.get("/admin/categories/portal_fault"), field="hint_vi", offered=None)
    with app.app_context():
        assert not categories.settings()["portal_fault"].offered
    assert "phải giữ" in wrong(quan.submit(quan.get("/admin/categories/other"), field="hint_vi", status=200,
                                          offered=None))
    assert "tiếng Việt" in wrong(quan.submit(quan.get("/admin/categories/other"), field="hint_vi", status=200,
                                            name_en="Else"))
    quan.get("/admin/categories/khong-co", status=404)


def test_a_reason_is_changed_turned_off_added_and_put_back(app, quan):
    def names() -> list[str]:
        with app.app_context():
            return [reason.name_vi for reason in reasons_for(Action.REFUSE)]

    house = names()
    page = "/admin/reasons/unclear"
    quan.submit(quan.get(page), field="text_vi", name_vi="Chưa rõ ý")
    assert "Chưa rõ ý" in names()
    quan.submit(quan.get(page), field="text_vi", active=None)
    assert len(names()) == len(house) - 1
    quan.submit(quan.get("/admin/reasons/new"), field="text_vi", step="refuse", name_vi="Lý do riêng",
                text_vi="Vì [[điều gì]].\r\nXin cảm ơn.", legal_basis="Quyết định 5 của tỉnh")
    assert "Lý do riêng" in names()
    quan.submit(quan.get(f"{page}/put-back"), field="shown")
    assert sorted(names()) == sorted([*house, "Lý do riêng"])
    assert happened(app)[-4:] == ["reason_changed", "reason_changed", "reason_added", "reason_put_back"]
    quan.get(f"{page}/put-back", status=404)
    quan.get("/admin/reasons/own_999", status=404)


def test_a_reason_says_what_it_rests_on(quan):
    reply = quan.submit(quan.get("/admin/reasons/new"), field="text_vi", status=200, step="", name_vi="x",
                        text_vi=" ", legal_basis="")
    assert wrong(reply).count("Ô này cần được điền") == 2
    assert "Hãy chọn đây là lý do để làm gì" in wrong(reply)


# The province ------------------------------------------------------------------------------------------------


def test_the_provinces_name_and_office_stand_on_the_pages(app, quan, client):
    quan.submit(quan.get("/admin/province"), field="name_vi", name_vi="Tỉnh Hòa Giang", name_en="Hoa Giang",
                office_address_vi="Số 1 đường Lê Lợi\r\nPhường 1", office_phone_vi="0200 123 456",
                privacy_contact_vi="Bà Thu, Văn phòng")
    assert "Tỉnh Hòa Giang" in client.get("/").text
    assert "Hoa Giang" in client.in_english().get("/").text
    contact = client.get("/contact").text
    assert "Số 1 đường Lê Lợi" in contact
    assert "0200 123 456" in contact
    assert "Bà Thu" in contact
    assert happened(app)[-1] == "texts_changed"
    quan.submit(quan.get("/admin/province"), field="name_vi", name_vi="", name_en="")
    assert "Tỉnh Mẫu" in client.get("/").text
    with app.app_context():
        assert province.texts()[Text.OFFICE_PHONE] == ("0200 123 456", "0200 123 456")


def test_a_text_in_english_alone_and_an_old_page_are_refused(app, quan):
    assert "tiếng Việt" in wrong(quan.submit(quan.get("/admin/province"), field="name_vi", status=200,
                                            letterhead_en="Office"))
    assert "example.vn" in wrong(quan.submit(quan.get("/admin/province"), field="name_vi", status=200,
                                                 office_email_vi="x"))
    old = quan.get("/admin/province")
    quan.submit(quan.get("/admin/province"), field="name_vi", name_vi="Tỉnh Một")
    reply = quan.submit(old, field="name_vi", name_vi="Tỉnh Hai", status=409)
    assert "Tỉnh Một" in reply.text
    assert "Tỉnh Hai" in reply.text


def test_switches_stay_within_their_range(app, quan):
    quan.submit(quan.get("/admin/province/switches"), field="proof_bits", anonymous_allowed=None,
                back_dating_days="3")
    with app.app_context():
        assert province.switch(Switch.ANONYMOUS_ALLOWED) == 0
        assert province.switch(Switch.BACK_DATING_DAYS) == 3
        assert province.switch(Switch.ENGLISH_ALLOWED) == 1
    assert happened(app)[-2:] == ["switch_changed", "switch_changed"]
    for value in ("61", "-1", "x", ""):
        reply = quan.submit(quan.get("/admin/province/switches"), field="proof_bits", status=200,
                            back_dating_days=value)
        assert wrong(reply), value


def test_names_on_public_pages_cost_nothing_once_they_are_held(app, client, sql_log):
    client.looks = False
    client.get("/about")
    sql_log.clear()
    client.get("/about")
    assert sql_log.statements == []
