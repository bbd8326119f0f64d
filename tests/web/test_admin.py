"""The administrator's and the auditor's pages: people, agencies, calendar and limits, the chain of events."""

from datetime import date

import pytest

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.people import Person
from feedback.services import accounts, checkpoints
from tests import factories
from tests.factories import actor_of
from tests.web.stage import bring


@pytest.fixture
def quan(sign_in, cast):
    return sign_in(cast.quan)


def test_people_stand_with_their_roles_in_words(cast, quan):
    text = quan.get("/admin/people").text
    assert "Trần Thị Chi" in text
    assert "Cán bộ xử lý" in text
    assert "agency_head" not in text
    assert "Head of agency" in quan.in_english().get("/admin/people").text


def test_a_disabled_account_is_shown_as_one(app, cast, quan):
    with app.app_context(), writing():
        accounts.disable(db.session.get_one(Person, cast.dung.id), actor=actor_of(cast.quan))
    assert "đã khóa" in quan.get("/admin/people").text


def test_closed_agencies_stand_in_the_tree_with_who_took_over(app, cast, quan):
    with app.app_context(), writing():
        factories.agency("Phòng Xây dựng huyện cũ", closed_on=date(2026, 6, 30), successor=cast.building)
    row = next(r.text for r in quan.get("/admin/agencies").page.all("tr") if "huyện cũ" in r.text)
    assert "đến thứ Ba 30/06/2026" in row
    assert row.endswith("Sở Xây dựng")


def test_the_year_is_read_at_a_glance_and_day_by_day(quan):
    page = quan.get("/admin/calendar?year=2026")
    off = [cell.text for cell in page.page.all("td", class_="day--off")]
    assert "16 nghỉ" in off  # Tết
    assert "24? nghỉ" in off  # nobody has decided this one yet
    assert [c.text for c in page.page.all("td", class_="day--make_up")] == ["10 bù", "22 bù"]
    assert "thứ Sáu 02/01/2026" in page.text
    assert "12729/VPCP-KGVX" in page.text
    assert "Viet Nam Culture Day" in quan.in_english().get("/admin/calendar?year=2026").text


def test_a_year_that_is_not_loaded_says_so(quan):
    assert "Năm này chưa có lịch" in quan.get("/admin/calendar?year=2031").text
    assert quan.get("/admin/calendar?year=31x").status == 200


def test_each_limit_has_a_name_a_length_and_what_it_rests_on(quan):
    text = quan.get("/admin/limits").text
    assert "Trả lời người dân" in text
    assert "15 ngày làm việc" in text
    assert "Nghị định 20/2008/NĐ-CP" in text
    assert "denunciation_check" not in text
    assert "1 working day " in quan.in_english().get("/admin/limits").text


def test_the_administrator_opens_no_case(app, cast, quan):
    case = bring(app, cast, Action.TAKE)
    for path in (f"/desk/cases/{case.reference}", "/desk/inbox", "/supervision/", "/supervision/gate"):
        quan.get(path, status=403)


def test_the_auditor_sees_the_newest_checkpoints(app, cast, sign_in):
    yen = sign_in(cast.auditor)
    assert "Chưa có lần chốt nào" in yen.get("/admin/audit").text
    with app.app_context(), writing():
        root = checkpoints.write_checkpoint().root
    assert root in yen.get("/admin/audit").text
    assert "feedback audit verify" in yen.in_english().get("/admin/audit").text
