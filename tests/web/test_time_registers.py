"""Agencies that end, limits and the calendar through the administrator's pages: what would move is shown first,
then it moves, clocks go on, and each case's history says so."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from feedback.domain.answers.structured import Outcome
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db, writing
from feedback.models.agencies import Agency, Procedure
from feedback.models.deadlines import CalendarDay, CalendarVersion, Deadline, Limit
from feedback.models.events import Event
from feedback.models.people import Person
from feedback.models.publications import Publication
from feedback.services import citizen, reorganising, taking_over
from tests import factories
from tests.factories import case_of, walk
from tests.web.stage import bring, fact


@pytest.fixture
def quan(sign_in, cast, frozen):
    return sign_in(cast.quan)


def clocks(app, receipt) -> dict[str, Deadline]:
    with app.app_context():
        rows = {row.kind: row for row in db.session.scalars(
            select(Deadline).where(Deadline.case_id == receipt.case_id, Deadline.stopped_at.is_(None)))}
        db.session.expunge_all()
        return rows


def events(app, receipt) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(
            select(Event.type).where(Event.chain == f"case:{receipt.case_id}").order_by(Event.n)))


def wrong(reply) -> str:
    return " ".join(found.text for found in reply.page.all("p", class_="field__error"))


def close(quan, cast, *, until: str = "confirm", **typed):
    """Close Chi's agency in favour of Dũng's, as far as the preview or to the end."""
    form = quan.get(f"/admin/agencies/{cast.building}/close")
    preview = quan.submit(form, field="last_day", status=200, **{
        "successor_id": str(cast.land), "source": "Nghị quyết 12/NQ-HĐND", **typed})
    return preview if until == "preview" else quan.submit(preview, field="confirmed")


# An agency that ends -----------------------------------------------------------------------------------------


def test_open_cases_move_to_the_successor_and_their_clocks_go_on(app, cast, quan, sign_in):
    assigned, taken = bring(app, cast, Action.ASSIGN), bring(app, cast, Action.TAKE)
    gate, new = bring(app, cast, Action.APPROVE), bring(app, cast)
    answered = bring(app, cast, Action.RELEASE)
    before = {receipt: clocks(app, receipt) for receipt in (assigned, taken, gate)}
    preview = close(quan, cast, until="preview")
    assert "3 hồ sơ đang mở chuyển từ Sở Xây dựng sang Sở Nông nghiệp và Môi trường" in preview.text
    assert fact(app, taken, "agency_id") == cast.building, "looking moves nothing"
    quan.submit(preview, field="confirmed")
    for receipt, state in ((assigned, "assigned"), (taken, "in_progress"), (gate, "gate_review")):
        assert (fact(app, receipt, "agency_id"), fact(app, receipt, "state")) == (cast.land, state)
        assert events(app, receipt)[-1] == "reorganised"
        after = clocks(app, receipt)
        assert {k: (c.due_at, c.started_at) for k, c in after.items()} == {
            k: (c.due_at, c.started_at) for k, c in before[receipt].items()}
        assert {c.agency_id for c in after.values()} <= {cast.land, None}
    assert fact(app, taken, "officer_id") is None, "Chi has not gone along"
    assert fact(app, answered, "agency_id") == cast.building, "what is settled keeps its agency"
    assert fact(app, new, "agency_id") is None
    dung = sign_in(cast.dung_head)
    assert taken.reference in dung.get("/desk/inbox").text
    sign_in(cast.chi).get(f"/desk/cases/{taken.reference}", status=404)


def test_the_sender_reads_who_holds_the_case_now(app, cast, quan, new_client):
    receipt = bring(app, cast, Action.TAKE)
    close(quan, cast)
    own = new_client()
    page = own.submit(own.get("/track"), field="key", key=receipt.key)
    assert "nay Sở Nông nghiệp và Môi trường giữ hồ sơ của bạn" in page.text
    assert "Đang chờ Sở Nông nghiệp và Môi trường trả lời" in page.text


def test_people_who_go_along_keep_their_cases(app, cast, quan):
    receipt = bring(app, cast, Action.TAKE)
    close(quan, cast, move_people="y")
    assert fact(app, receipt, "officer_id") == cast.chi.id
    with app.app_context():
        assert db.session.get_one(Person, cast.chi.id).agency_id == cast.land


def test_published_cases_keep_the_old_name(app, cast, quan, client, answering_vault):
    receipt = bring(app, cast, Action.RELEASE)
    with app.app_context(), writing():
        factories.publish(case_of(receipt), first=cast.publisher, second=cast.second_publisher)
    close(quan, cast)
    with app.app_context():
        assert db.session.scalars(select(Publication.agency_vi)).one() == "Sở Xây dựng"
    assert "Sở Xây dựng" in client.get(f"/register/{receipt.reference}").text


def test_what_names_the_old_agency_names_the_new_one(app, cast, quan):
    with app.app_context(), writing():
        below = factories.agency("Phòng Cấp phép", parent=cast.building)
        named = factories.procedure(agency_id=cast.building)
    close(quan, cast)
    with app.app_context():
        assert db.session.get_one(Agency, below).parent_id == cast.land
        assert db.session.get_one(Procedure, named).agency_id == cast.land
        row = db.session.get_one(Agency, cast.building)
        assert (row.valid_to, row.successor_id) == (date(2026, 11, 15), cast.land)
        assert "Nghị quyết 12" in row.source


def test_a_day_to_come_moves_nothing_before_it(app, cast, quan, frozen):
    receipt = bring(app, cast, Action.TAKE)
    preview = close(quan, cast, until="preview", last_day="2026-11-18")
    assert "Chưa phải hôm nay" in preview.text
    quan.submit(preview, field="confirmed")
    assert fact(app, receipt, "agency_id") == cast.building
    assert "còn hồ sơ đang mở ở đây" in quan.get("/admin/agencies").text
    frozen.stand_at("2026-11-19")
    with app.app_context():
        first, second = taking_over.sweep_successors(), taking_over.sweep_successors()
    assert (first.acted, second.seen) == (1, 0)
    assert fact(app, receipt, "agency_id") == cast.land


def test_a_case_that_comes_back_to_an_agency_that_is_gone_goes_to_the_successor(app, cast, quan):
    receipt = bring(app, cast, Action.RELEASE)
    close(quan, cast)
    assert fact(app, receipt, "agency_id") == cast.building
    with app.app_context():
        with writing():
            citizen.object_to(case_of(receipt), actor=citizen.as_sender(receipt.case_id), why="Chưa đủ ý.")
        taking_over.sweep_successors()
    assert (fact(app, receipt, "agency_id"), fact(app, receipt, "state")) == (cast.land, "assigned")
    assert {c.agency_id for c in clocks(app, receipt).values()} == {cast.land, None}


def test_moving_again_moves_nothing_and_follows_a_chain_of_successors(app, cast, quan):
    receipt = bring(app, cast, Action.TAKE)
    close(quan, cast)
    with app.app_context():
        with writing():
            assert reorganising.move_open_cases(cast.building, actor=SYSTEM) == 0
        with writing():
            third = factories.agency("Sở Ba")
            db.session.get_one(Agency, cast.land).valid_to = date(2026, 11, 14)
            db.session.get_one(Agency, cast.land).successor_id = third
        with writing():
            assert reorganising.move_open_cases(cast.land, actor=SYSTEM) == 1
    assert fact(app, receipt, "agency_id") == third
    assert events(app, receipt).count("reorganised") == 2


@pytest.mark.parametrize(("typed", "words"), [
    ({"successor_id": ""}, "Hãy chọn cơ quan tiếp nhận"), ({"source": ""}, "Ô này cần được điền"),
    ({"last_day": ""}, "Hãy chọn ngày cuối cùng"), ({"last_day": "2019-01-01"}, "không thể trước ngày bắt đầu"),
    ({"successor_id": "999"}, "danh sách")])
def test_what_cannot_be_is_said_before_anything_moves(app, cast, quan, typed, words):
    bring(app, cast, Action.TAKE)
    reply = close(quan, cast, until="preview", **typed)
    assert words in wrong(reply) or words == "danh sách" and wrong(reply)
    with app.app_context():
        assert db.session.get_one(Agency, cast.building).valid_to is None


def test_an_agency_is_not_taken_over_in_a_circle(app, cast, quan):
    with app.app_context(), writing():
        db.session.get_one(Agency, cast.land).successor_id = cast.building
        db.session.get_one(Agency, cast.land).valid_to = date(2030, 1, 1)
    page = quan.get(f"/admin/agencies/{cast.building}/close")
    values = {name: found[0] for name, found in page.page.form(field="last_day").values.items()}
    reply = quan.post(f"/admin/agencies/{cast.building}/close",
                      {**values, "successor_id": str(cast.land), "source": "x"}, status=200)
    assert wrong(reply)


def test_closing_on_an_old_page_is_refused(app, cast, quan):
    preview = close(quan, cast, until="preview")
    close(quan, cast, last_day="2026-11-10")
    quan.submit(preview, field="confirmed", status=409)
    with app.app_context():
        assert db.session.get_one(Agency, cast.building).valid_to == date(2026, 11, 10)


def test_the_administrator_sees_numbers_and_no_case(app, cast, quan):
    receipt = bring(app, cast, Action.TAKE)
    page = close(quan, cast, until="preview").body.decode()
    assert receipt.reference not in page
    assert factories.NARRATIVE[:40] not in page


# Limits ------------------------------------------------------------------------------------------------------


def test_a_new_limit_holds_for_new_clocks_only(app, cast, quan):
    old = bring(app, cast)
    quan.submit(quan.get("/admin/limits/total"), field="amount", amount="10", legal_basis="Quyết định 7/QĐ-UBND")
    new = bring(app, cast)
    assert clocks(app, old)["total"].due_on == date(2026, 12, 8)
    assert clocks(app, new)["total"].due_on == date(2026, 12, 1)
    text = quan.get("/admin/limits").text
    assert "Quyết định 7/QĐ-UBND" in text
    assert "1 phiên bản trước" in text


def test_a_limit_planned_for_a_day_holds_from_that_day(app, cast, quan, frozen):
    quan.submit(quan.get("/admin/limits/handle"), field="amount", amount="3", valid_from="2026-12-01")
    assert "sẽ áp dụng" in quan.get("/admin/limits").text
    assert clocks(app, bring(app, cast, Action.ASSIGN))["handle"].due_on == date(2026, 11, 26)
    frozen.stand_at("2026-12-01")
    assert clocks(app, bring(app, cast, Action.ASSIGN))["handle"].due_on == date(2026, 12, 4)


@pytest.mark.parametrize(("limit", "typed", "words"), [
    ("total", {"amount": "0"}, "quá nhỏ"), ("total", {"amount": "251"}, "một năm"),
    ("total", {"amount": "x"}, "nguyên"),
    ("total", {"legal_basis": "  "}, "được điền"), ("total", {"valid_from": "2026-11-15"}, "hôm nay"),
    ("total", {"unit": "weeks"}, "không"), ("transfer", {"amount": "6"}, "Luật cho ít hơn"),
    ("transfer", {"unit": "calendar_days"}, "không"), ("objection", {"unit": "working_days"}, "không")])
def test_a_bad_limit_is_refused(app, quan, limit, typed, words):
    page = quan.get(f"/admin/limits/{limit}")
    values = {name: found[0] for name, found in page.page.form(field="amount").values.items()}
    reply = quan.post(f"/admin/limits/{limit}", {**values, **typed}, status=200)
    assert words in wrong(reply)
    with app.app_context():
        assert {row.valid_from for row in db.session.scalars(select(Limit).where(Limit.key == limit))} == {
            date(2024, 1, 1)}, "no version was made"


def test_of_two_new_versions_the_second_is_told(quan):
    first, second = quan.get("/admin/limits/gate"), quan.get("/admin/limits/gate")
    quan.submit(first, field="amount", amount="2")
    assert "Người khác vừa sửa trước" in quan.submit(second, field="amount", amount="3", status=409).text
    quan.get("/admin/limits/khong-co", status=404)


def test_the_coordinator_reads_limits_and_changes_none(sign_in, cast):
    ha = sign_in(cast.ha)
    page = ha.get("/admin/limits")
    assert "Nghị định 20/2008/NĐ-CP" in page.text
    assert not re.search(r'href="/admin/limits/', page.body.decode())
    ha.get("/admin/limits/total", status=403)


# The calendar ------------------------------------------------------------------------------------------------

STORM = {"day": "2026-11-19", "kind": "off", "name_vi": "Nghỉ bão", "source": "Công điện 5/CĐ-UBND"}


def add_day(quan, *, until: str = "confirm", **typed):
    preview = quan.submit(quan.get("/admin/calendar/days/new"), field="day", status=200, **{**STORM, **typed})
    return preview if until == "preview" else quan.submit(preview, field="confirmed")


def test_a_new_day_off_shows_what_would_move_and_then_moves_it(app, cast, quan):
    taken, answered = bring(app, cast, Action.TAKE), bring(app, cast, Action.RELEASE)
    before = clocks(app, taken)
    preview = add_day(quan, until="preview")
    assert "Hạn của 1 hồ sơ đang mở thay đổi" in preview.text
    assert "Không hồ sơ nào thành quá hạn" in preview.text
    assert clocks(app, taken)["total"].due_on == before["total"].due_on
    page = quan.submit(preview, field="confirmed")
    assert "Nghỉ bão" in page.text
    after = clocks(app, taken)
    assert after["total"].due_on == date(2026, 12, 9)
    assert after["handle"].due_on == date(2026, 11, 27)
    assert after["handle"].next_rung_at > before["handle"].next_rung_at
    assert events(app, taken)[-2:] == ["due_moved", "due_moved"]
    assert "due_moved" not in events(app, answered)
    with app.app_context():
        version = db.session.scalars(select(CalendarVersion).order_by(CalendarVersion.id.desc()).limit(1)).one()
        assert (version.note, after["total"].calendar_version_id) == ("Công điện 5/CĐ-UBND", version.id)
        change = db.session.scalars(select(Event).where(Event.type == "calendar_changed")).one()
        assert '"cases":1' in change.payload


def test_a_make_up_day_can_make_a_case_overdue_and_says_so(app, cast, sign_in, frozen):
    case = bring(app, cast)  # Monday 16 November: the first reading is due on Tuesday
    frozen.stand_at("2026-11-20")
    friday = bring(app, cast)  # due on Monday 23
    frozen.stand_at("2026-11-22")  # Sunday
    quan = sign_in(cast.quan)
    preview = add_day(quan, until="preview", day="2026-11-21", kind="make_up", name_vi="Làm bù")
    assert "1 hồ sơ thành quá hạn" in preview.text
    quan.submit(preview, field="confirmed")
    assert clocks(app, friday)["receive"].due_on == date(2026, 11, 21)
    assert clocks(app, case)["receive"].due_on == date(2026, 11, 17)


def test_a_day_is_changed_and_taken_away_again(app, cast, quan):
    case = bring(app, cast)
    add_day(quan)
    page = quan.submit(quan.get("/admin/calendar/days/2026-11-19"), field="name_vi", status=200,
                       name_vi="Nghỉ tránh bão", to_confirm="y")
    assert "Không hạn nào thay đổi" in page.text
    quan.submit(page, field="confirmed")
    assert clocks(app, case)["total"].provisional
    preview = quan.submit(quan.get("/admin/calendar/days/2026-11-19/remove"), field="source", status=200,
                          source="Công điện 6/CĐ-UBND")
    assert "Hạn của 1 hồ sơ đang mở thay đổi" in preview.text
    quan.submit(preview, field="confirmed")
    assert clocks(app, case)["total"].due_on == date(2026, 12, 8)
    quan.get("/admin/calendar/days/2026-11-19", status=404)
    quan.get("/admin/calendar/days/khong-phai-ngay", status=404)


@pytest.mark.parametrize(("typed", "words"), [
    ({"day": ""}, "Hãy chọn ngày"), ({"day": "2026-11-24"}, "đã có trong lịch"), ({"name_vi": ""}, "được điền"),
    ({"source": " "}, "được điền"), ({"kind": "make_up"}, "làm bù là thứ Bảy"), ({"day": "2500-01-01"}, "2199")])
def test_a_day_that_cannot_be_is_refused(app, quan, typed, words):
    assert words in wrong(add_day(quan, until="preview", **typed))
    with app.app_context():
        assert len(db.session.scalars(select(CalendarVersion.id)).all()) == 1


def test_of_two_who_change_a_day_the_second_is_told(app, quan):
    add_day(quan)
    old = quan.get("/admin/calendar/days/2026-11-19")
    late = quan.submit(quan.get("/admin/calendar/days/2026-11-19/remove"), field="source", status=200, source="x")
    preview = quan.submit(quan.get("/admin/calendar/days/2026-11-19"), field="name_vi", status=200, name_vi="Một")
    quan.submit(preview, field="confirmed")
    assert "Một" in quan.submit(old, field="name_vi", status=409, name_vi="Hai").text
    quan.submit(late, field="confirmed", status=409)
    with app.app_context():
        assert db.session.get_one(CalendarDay, date(2026, 11, 19)).name_vi == "Một"


def test_a_clock_that_waits_for_the_sender_keeps_its_given_back_days(app, cast, quan, frozen):
    case = bring(app, cast)
    with app.app_context(), writing():
        total = db.session.scalars(
            select(Deadline).where(Deadline.case_id == case.case_id, Deadline.kind == "total")).one()
        total.paused_days, total.due_on = 2, date(2026, 12, 10)
    add_day(quan)
    assert clocks(app, case)["total"].due_on == date(2026, 12, 11)


def test_a_promised_day_stays_whatever_the_calendar_says(app, cast, quan):
    case = bring(app, cast)
    promise = replace(factories.GOOD_ANSWER, outcome=Outcome.IN_PROGRESS, due_on=date(2026, 11, 27))
    with app.app_context(), writing():
        walk(case, Action.RELEASE, hands=cast.hands, text=promise)
    add_day(quan)
    assert clocks(app, case)["commitment"].due_on == date(2026, 11, 27)


def test_an_officer_opens_none_of_it(sign_in, cast):
    chi = sign_in(cast.chi)
    for path in ("/admin/agencies", "/admin/limits", "/admin/calendar", "/admin/calendar/days/new"):
        chi.get(path, status=403)
