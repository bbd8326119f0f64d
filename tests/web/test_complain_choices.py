"""What a complaint may choose from: procedures and offices found by what people call them, categories and ways of
sending as the province offers them. "I do not know" is always there and always good."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from feedback.domain.agencies import Tier
from feedback.domain.kinds import Category
from feedback.domain.province import Switch
from feedback.extensions import db, writing
from feedback.models.agencies import Procedure
from feedback.models.cases import Case
from feedback.models.settings import CategorySetting, ProvinceSwitch
from tests import factories
from tests.fixtures.client import Client, Reply
from tests.web.complaining import FORM, onward, send, step_of, to, values


@pytest.fixture
def province(app: Flask) -> dict[str, int]:
    """Some offices and procedures; ids by a short name."""
    with app.app_context(), writing():
        ids = {
            "ward": factories.agency("Ủy ban nhân dân phường Bến Mẫu", tier=Tier.COMMUNE),
            "other": factories.agency("Ủy ban nhân dân phường Chợ Mẫu", tier=Tier.COMMUNE),
            "land": factories.agency("Sở Nông nghiệp và Môi trường"),
            "closed": factories.agency("Sở Tài nguyên và Môi trường", closed_on=date(2025, 2, 28)),
        }
        for name, title, words in (
                ("land_paper", "Cấp Giấy chứng nhận quyền sử dụng đất lần đầu", "sổ đỏ, bìa đỏ"),
                ("birth", "Đăng ký khai sinh", "giấy khai sinh"), ("ended", "Đăng ký hộ khẩu cũ", "sổ đỏ cũ")):
            ids[name] = factories.procedure(title, agency_id=ids["land"])
            db.session.get_one(Procedure, ids[name]).words = words
        db.session.get_one(Procedure, ids["ended"]).closed_on = date(2026, 1, 1)
        return ids


def offered(page: Reply, field: str) -> list[str]:
    """The choices of a field, as words."""
    return [e.text for e in page.page.all("label") if e.get("for").startswith(f"{field}-")]


def find(client: Client, page: Reply, **fields: str) -> Reply:
    return client.submit(page, action=FORM, go="find", status=200, **fields)


def sent(session: scoped_session[Session]) -> Case:
    return session.scalars(select(Case)).one()


@pytest.mark.parametrize("words", ["sổ đỏ", "so do", "BÌA ĐỎ", "giấy chứng nhận quyền sử dụng đất", "su dung dat"])
def test_a_procedure_is_found_by_its_name_and_by_what_people_call_it(
        client: Client, province: dict[str, int], words: str) -> None:
    page = find(client, to(client, "procedure", narrative="Tôi bị đuổi về."), procedure_q=words)
    assert offered(page, "procedure") == ["Cấp Giấy chứng nhận quyền sử dụng đất lần đầu",
                                          "Tôi không biết, hoặc không có ở đây"]


def test_a_procedure_is_found_by_its_code(client: Client, app: Flask, province: dict[str, int]) -> None:
    with app.app_context():
        code = db.session.get_one(Procedure, province["birth"]).code
    page = find(client, to(client, "procedure", narrative="Tôi bị đuổi về."), procedure_q=code)
    assert offered(page, "procedure")[0] == "Đăng ký khai sinh"


def test_the_story_itself_proposes_a_procedure_and_its_office(
        client: Client, province: dict[str, int], db_session: scoped_session[Session]) -> None:
    page = to(client, "procedure", narrative="Tôi làm sổ đỏ ở phường Bến Mẫu, họ đòi thêm giấy. Vì sao?")
    assert "Theo lời bạn kể" in page.text
    assert offered(page, "procedure")[0].startswith("Cấp Giấy chứng nhận")
    page = onward(client, page, procedure=str(province["land_paper"]))
    assert offered(page, "agency") == ["Ủy ban nhân dân phường Bến Mẫu", "Sở Nông nghiệp và Môi trường",
                                       "Tôi không biết"]
    page = onward(client, page, agency=str(province["ward"]))
    while step_of(page) != "check":
        page = onward(client, page, **({"phone": "0912 345 678"} if step_of(page) == "who" else {}))
    assert "Ủy ban nhân dân phường Bến Mẫu" in page.text
    client.submit(page, action=FORM, go="send")
    case = sent(db_session)
    assert (case.procedure_id, case.named_agency_id, case.agency_id) == (
        province["land_paper"], province["ward"], None)


def test_not_knowing_is_chosen_for_everybody_and_taken(
        client: Client, province: dict[str, int], db_session: scoped_session[Session]) -> None:
    send(client)
    assert (sent(db_session).procedure_id, sent(db_session).named_agency_id) == (None, None)


def test_words_that_fit_nothing_are_told_and_nothing_is_lost(client: Client, province: dict[str, int]) -> None:
    page = find(client, to(client, "procedure"), procedure_q="xyzzy")
    assert "Không tìm thấy gì" in page.text
    assert offered(page, "procedure") == ["Tôi không biết, hoặc không có ở đây"]
    assert values(page)["procedure_q"] == ["xyzzy"]
    assert step_of(onward(client, page)) == "agency"


def test_what_was_chosen_stays_on_the_page_while_somebody_looks_further(
        client: Client, province: dict[str, int]) -> None:
    page = find(client, to(client, "procedure"), procedure_q="khai sinh")
    page = find(client, page, procedure=str(province["birth"]), procedure_q="sổ đỏ")
    assert offered(page, "procedure")[:2] == ["Đăng ký khai sinh", "Cấp Giấy chứng nhận quyền sử dụng đất lần đầu"]
    assert values(page)["procedure"] == [str(province["birth"])]


def test_the_button_that_looks_is_the_first_one_so_that_enter_looks(client: Client) -> None:
    for step in ("procedure", "agency"):
        form = to(client, step).page.form(action=FORM)
        first = next(e for e in form.element.walk() if e.tag == "button")
        assert (first.get("name"), first.get("value")) == ("go", "find")


def test_what_is_closed_is_not_offered_and_cannot_be_sent(client: Client, province: dict[str, int]) -> None:
    page = find(client, to(client, "procedure"), procedure_q="hộ khẩu cũ")
    assert offered(page, "procedure") == ["Tôi không biết, hoặc không có ở đây"]
    page = to(client, "agency")
    assert offered(find(client, page, agency_q="tài nguyên"), "agency") == ["Tôi không biết"]
    refused = onward(client, page, status=422, agency=str(province["closed"]))
    assert "#agency" in refused.page.links


def test_offices_are_found_by_place_and_by_level(client: Client, province: dict[str, int]) -> None:
    page = find(client, to(client, "agency"), agency_q="ubnd phuong ben mau")
    assert offered(page, "agency")[0] == "Ủy ban nhân dân phường Bến Mẫu"
    page = client.submit(page, action=FORM, tier="commune", status=200)
    assert offered(page, "agency") == ["Ủy ban nhân dân phường Bến Mẫu", "Ủy ban nhân dân phường Chợ Mẫu",
                                       "Tôi không biết"]
    assert {e.get("value") for e in page.page.all("button", name="tier")} == {"department", "commune"}


def test_the_province_routes_a_category_to_an_office(
        client: Client, app: Flask, province: dict[str, int]) -> None:
    with app.app_context(), writing():
        db.session.add(CategorySetting(code="portal_fault", route_agency_id=province["land"]))
    page = to(client, "agency", narrative="Trang bị lỗi.", category="portal_fault")
    assert offered(page, "agency") == ["Sở Nông nghiệp và Môi trường", "Tôi không biết"]


def test_categories_are_offered_as_the_province_set_them(
        client: Client, app: Flask, new_client: Callable[[], Client]) -> None:
    with app.app_context(), writing():
        db.session.add_all([
            CategorySetting(code="many_trips", offered=False),
            CategorySetting(code="late_result", name_vi="Trả kết quả trễ", name_en="Too late",
                            hint_vi="Quá ngày hẹn.", hint_en="After the day on the slip.")])
    page = to(client, "wrong")
    assert "Phải đi lại nhiều lần" not in offered(page, "category")
    assert "Trả kết quả trễ" in offered(page, "category")
    assert "Quá ngày hẹn." in page.text
    refused = onward(client, page, status=422, category="many_trips")
    assert "#category" in refused.page.links
    assert "Too late" in to(new_client().in_english(), "wrong").text


def test_the_category_that_the_words_suggest_is_chosen_and_can_be_changed(
        client: Client, db_session: scoped_session[Session]) -> None:
    page = to(client, "wrong", narrative="Hồ sơ quá hạn hai tuần vẫn chưa có kết quả.")
    assert values(page)["category"] == ["late_result"]
    send(client, narrative="Hồ sơ quá hạn hai tuần vẫn chưa có kết quả.", category="")
    assert sent(db_session).category == Category.OTHER.value


def turn(app: Flask, switch: Switch, value: int) -> None:
    with app.app_context(), writing():
        db.session.add(ProvinceSwitch(key=switch.value, value=value))


def test_where_nobody_may_stay_anonymous_it_is_not_offered_and_the_page_says_why(
        client: Client, app: Flask) -> None:
    turn(app, Switch.ANONYMOUS_ALLOWED, 0)
    start, mode = client.get("/complain"), to(client, "mode")
    for page in (start, mode):
        assert "Không để lại tên" not in page.text
        assert "không nhận phản ánh khi không có" in page.text
    assert "anonymous" not in {e.get("value") for e in mode.page.all("input", name="mode")}
    assert "#mode" in onward(client, mode, status=422, mode="anonymous").page.links


def test_an_english_form_says_whether_the_complaint_may_be_in_english(
        client: Client, app: Flask, new_client: Callable[[], Client]) -> None:
    english = client.in_english()
    assert "The office translates it." in english.get("/complain").text
    turn(app, Switch.ENGLISH_ALLOWED, 0)
    assert "Please write the complaint itself in Vietnamese." in english.get("/complain").text
    assert "Please write the complaint itself in Vietnamese." in to(new_client().in_english(), "what").text
    assert "tiếng Việt" not in new_client().get("/complain").text


def test_the_privacy_notice_says_the_provinces_own_number_of_days(client: Client, app: Flask) -> None:
    turn(app, Switch.KEEP_IDENTITY_DAYS, 123)
    page = client.get("/privacy")
    assert "123 ngày" in page.text
    assert "123 days" in client.in_english().get("/privacy").text
    assert "Set-Cookie" not in page.headers
