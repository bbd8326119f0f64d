"""Limits for some cases, the ladder and office hours on the administrator's pages; complexity on intake's."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from feedback.extensions import db
from feedback.models.deadlines import Deadline, LadderRung, Limit
from feedback.models.events import Event
from feedback.models.settings import ProvinceSwitch
from tests.web.stage import bring


@pytest.fixture
def quan(sign_in, cast, frozen):
    return sign_in(cast.quan)


def rung_id(app, kind: str, key: str) -> int:
    with app.app_context():
        return db.session.scalars(
            select(LadderRung.id).where(LadderRung.kind == kind, LadderRung.key == key)).one()


def wrong(reply) -> str:
    return " ".join(found.text for found in reply.page.all("p", class_="field__error"))


def narrowed(app, key: str) -> list[Limit]:
    with app.app_context():
        rows = list(db.session.scalars(
            select(Limit).where(Limit.key == key, Limit.tier.is_not(None)).order_by(Limit.version)))
        db.session.expunge_all()
        return rows


# Limits ------------------------------------------------------------------------------------------------------


def test_a_limit_for_some_cases_is_added_amended_and_ended(app, cast, quan):
    page = quan.get("/admin/limits/handle/new")
    quan.submit(page, field="amount", amount="4", tier="department", legal_basis="Quyết định 7/QĐ-UBND")
    (row,) = narrowed(app, "handle")
    assert (row.amount, row.tier, row.category, row.valid_to) == (4, "department", None, None)
    text = quan.get("/admin/limits").text
    assert "Sở" in text
    assert "Quyết định 7/QĐ-UBND" in text
    quan.submit(quan.get(f"/admin/limits/row/{row.id}"), field="amount", amount="3")
    assert [one.amount for one in narrowed(app, "handle")] == [4, 3]
    quan.submit(quan.get(f"/admin/limits/row/{row.id}/end"), field="last_day", last_day="2026-11-20")
    assert {one.valid_to for one in narrowed(app, "handle")} == {date(2026, 11, 20)}
    assert "20/11/2026" in quan.get("/admin/limits").text


@pytest.mark.parametrize(("typed", "words"), [
    ({}, "ít nhất một điều kiện"),
    ({"complex": "1"}, "Đã có thời hạn cho đúng các hồ sơ này"),
    ({"tier": "commune", "procedure_id": "9.999999"}, "Không có thủ tục nào"),
    ({"tier": "commune", "amount": "0"}, "quá nhỏ"),
    ({"tier": "commune", "valid_from": "2026-11-15"}, "hôm nay"),
])
def test_a_limit_for_some_cases_that_cannot_be_is_refused_beside_its_field(app, quan, typed, words):
    page = quan.get("/admin/limits/handle/new")
    reply = quan.submit(page, field="amount", status=200, **{"amount": "4", **typed})
    assert words in wrong(reply)
    assert narrowed(app, "handle") == []


def test_the_law_s_fifteen_days_cannot_be_made_longer_on_the_page(app, quan):
    page = quan.get("/admin/limits/total/new")
    reply = quan.submit(page, field="amount", status=200, amount="20", unit="calendar_days", case_kind="rule",
                        tier="department")
    assert "Luật cho ít hơn" in wrong(reply)


def test_of_two_who_end_a_limit_the_second_is_told(app, quan):
    with app.app_context():
        row_id = db.session.scalars(select(Limit.id).where(Limit.key == "handle", Limit.complex.is_(True))).one()
    first, second = (quan.get(f"/admin/limits/row/{row_id}") for _ in range(2))
    quan.submit(first, field="amount", amount="12")
    quan.submit(second, field="amount", amount="11", status=409)


# The ladder --------------------------------------------------------------------------------------------------


def test_a_rung_is_added_changed_and_switched_off_and_its_key_stays(app, cast, quan):
    bring(app, cast)
    page = quan.get("/admin/ladder/receive/new")
    reply = quan.submit(page, field="count", count="4", unit="working_hours", side="before", tell="chairman")
    assert "1 thời hạn đang tính nay được xem lại" in reply.text
    one = rung_id(app, "receive", "before_4h")
    quan.submit(quan.get(f"/admin/ladder/{one}"), field="count", count="3")
    page = quan.get(f"/admin/ladder/{one}")
    assert "before_4h" in page.text
    quan.submit(page, field="count", active=None)
    with app.app_context():
        row = db.session.get_one(LadderRung, one)
        assert (row.key, row.offset, row.active) == ("before_4h", -3, False)
        types = db.session.scalars(select(Event.type).where(Event.chain == "sys:config").order_by(Event.n)).all()
        assert types[-3:] == ["rung_added", "rung_changed", "rung_changed"]


@pytest.mark.parametrize(("typed", "words"), [
    ({"count": "70"}, "60 ngày làm việc sau"),
    ({"count": "1", "unit": "working_hours", "tell": "coordinator"}, "Đã có một nấc"),
    ({"tell": ""}, "người được báo"),
    ({"does": "public_list"}, "không hợp"),
])
def test_a_rung_that_cannot_be_is_refused_beside_its_field(app, quan, typed, words):
    page = quan.get("/admin/ladder/gate/new")
    values = {"count": "4", "unit": "working_days", "side": "after", "tell": "chairman", **typed}
    assert words in wrong(quan.submit(page, field="count", status=200, **values))


@pytest.mark.parametrize(("kind", "keys", "words"), [
    ("total", ["after_5"], "danh sách công khai"),
    ("handle", ["after_3", "after_5"], "không ai ở trên cơ quan biết"),
    ("receive", ["after_1h", "after_3"], "không ai ở trên cơ quan biết"),
])
def test_the_last_rung_above_the_agency_cannot_be_switched_off_or_made_a_reminder(app, quan, kind, keys, words):
    *others, last = (rung_id(app, kind, key) for key in keys)
    for one in others:
        quan.submit(quan.get(f"/admin/ladder/{one}"), field="count", active=None)
    for typed in ({"active": None}, {"side": "before", "count": "4", "does": ""}):
        page = quan.get(f"/admin/ladder/{last}")
        assert words in wrong(quan.submit(page, field="count", status=200, **typed))
    with app.app_context():
        row = db.session.get_one(LadderRung, last)
        assert (row.active, row.offset > 0) == (True, True)


def test_of_two_who_change_a_rung_the_second_is_told(app, quan):
    one = rung_id(app, "handle", "after_3")
    first, second = (quan.get(f"/admin/ladder/{one}") for _ in range(2))
    quan.submit(first, field="count", count="4")
    assert "6" in quan.submit(second, field="count", count="6", status=409).text


def test_the_citizen_s_own_silence_has_no_ladder_and_unknown_doors_do_not_open(quan):
    quan.get("/admin/ladder/supply/new", status=404)
    quan.get("/admin/ladder/khong-co/new", status=404)
    quan.get("/admin/ladder/999999", status=404)
    quan.get("/admin/limits/row/999999", status=404)
    quan.get("/admin/limits/objection/new", status=404)


def test_the_coordinator_reads_the_ladder_and_changes_nothing(sign_in, cast, frozen):
    page = sign_in(cast.ha).get("/admin/ladder")
    assert "trước ngày hết hạn 2 ngày làm việc" in page.text
    assert not re.search(r'href="/admin/ladder/', page.body.decode())


# Office hours ------------------------------------------------------------------------------------------------


def test_office_hours_are_set_as_times(app, quan):
    page = quan.get("/admin/province/switches")
    assert "giữ nguyên" in page.text, "the page says that running clocks keep theirs"
    quan.submit(page, field="morning_opens", morning_opens="07:00", after_hours_next_day="y")
    with app.app_context():
        kept = {row.key: row.value for row in db.session.scalars(select(ProvinceSwitch))}
    assert kept == {"morning_opens": 420, "after_hours_next_day": 1}
    reply = quan.submit(quan.get("/admin/province/switches"), field="morning_opens", morning_opens="12:00",
                        status=200)
    assert "nối tiếp nhau" in wrong(reply)


# Complexity --------------------------------------------------------------------------------------------------


def test_intake_finds_a_case_complex_and_its_sender_reads_why_and_until_when(
        app, cast, sign_in, new_client, frozen, answering_vault):
    receipt = bring(app, cast)
    intake = sign_in(cast.intake)
    page = intake.get(f"/desk/cases/{receipt.reference}/accept")
    typed = {"agency": str(cast.building), "complex": "y"}
    refused = intake.submit(page, field="masked", status=422, **typed)
    assert "Hãy nêu vì sao phức tạp" in wrong(refused)
    intake.submit(page, field="masked", **typed, complex_why="Phải kiểm tra tại chỗ cùng hai cơ quan.")
    with app.app_context():
        due = {row.kind: row.due_on for row in db.session.scalars(
            select(Deadline).where(Deadline.case_id == receipt.case_id, Deadline.stopped_at.is_(None)))}
    assert due == {"total": date(2026, 12, 22), "handle": date(2026, 12, 8)}
    own = new_client()
    text = own.submit(own.get("/track"), field="key", key=receipt.key).text
    assert "Phải kiểm tra tại chỗ cùng hai cơ quan." in text
    assert "22/12/2026" in text
    assert "vụ việc phức tạp" in text, "and the basis of the longer limit"
