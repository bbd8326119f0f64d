"""The working calendar from a file and from a machine's proposal: everything is shown first, nothing is taken by
itself, and nobody forgets next year."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from feedback import clock
from feedback.adapters.computed_holidays import SOURCE
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.deadlines import CalendarDay, CalendarVersion
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.queries.calendar import load_calendar
from feedback.services import calendar_reminding, mailing
from tests.web.stage import bring
from tests.web.test_time_registers import clocks, events

HEAD = "date,kind,name_vi,source\n"
STORM = HEAD + "2026-11-19,off,Nghỉ bão,Công điện 5/CĐ-UBND\n28/11/2026,make_up,Làm bù,Công điện 5/CĐ-UBND\n"


@pytest.fixture
def quan(sign_in, cast, frozen):
    return sign_in(cast.quan)


def versions(app) -> int:
    with app.app_context():
        return len(db.session.scalars(select(CalendarVersion.id)).all())


def day(app, on: str) -> CalendarDay | None:
    with app.app_context():
        row = db.session.get(CalendarDay, date.fromisoformat(on))
        db.session.expunge_all()
        return row


def looked_at(quan, rows: str, *, status: int = 200):
    return quan.submit(quan.get("/admin/calendar/import"), field="rows", status=status, rows=rows)


# A file ------------------------------------------------------------------------------------------------------


def test_pasted_rows_show_what_would_move_and_then_move_it(app, cast, quan):
    case = bring(app, cast, Action.TAKE)
    before = clocks(app, case)
    preview = looked_at(quan, STORM)
    assert "Hạn của 1 hồ sơ đang mở thay đổi" in preview.text
    assert "2 ngày mới, 0 ngày thay đổi, 0 ngày như đang có" in preview.text
    assert "Những đồng hồ thay đổi" in preview.text
    assert versions(app) == 1, "looking changes nothing"
    assert clocks(app, case)["total"].due_on == before["total"].due_on
    page = quan.submit(preview, field="confirmed")
    assert "Nghỉ bão" in page.text
    # One day less before the due date, one Saturday more: the answer stays due on the same day.
    assert clocks(app, case)["total"].due_on == date(2026, 12, 8)
    assert clocks(app, case)["handle"].due_on == date(2026, 11, 27)
    assert events(app, case)[-1] == "due_moved"
    with app.app_context():
        noted = db.session.scalars(select(Event).where(Event.type == "register_imported")).one()
        assert '"new":2' in noted.payload


def test_a_file_is_read_as_well_as_pasted_rows(app, quan):
    page = quan.get("/admin/calendar/import")
    form = page.page.form(field="rows")
    token = form.values["csrf_token"][0]
    data = {"csrf_token": token, "rows": "", "upload": (io.BytesIO(b"\xef\xbb\xbf" + STORM.encode()), "lich.csv")}
    preview = quan.post("/admin/calendar/import", data, status=200, content_type="multipart/form-data")
    quan.submit(preview, field="confirmed")
    assert day(app, "2026-11-28").kind == "make_up"
    with app.app_context():
        assert db.session.scalars(select(CalendarVersion.note).order_by(CalendarVersion.id.desc())).first() == (
            "import: lich.csv")


@pytest.mark.parametrize(("rows", "row", "column", "words"), [
    (HEAD + "2026-13-01,off,Nghỉ,Văn bản 1\n", "Dòng 2", "date", "không phải là ngày"),
    (HEAD + "2026-11-19,holiday,Nghỉ,Văn bản 1\n", "Dòng 2", "kind", "không phải off"),
    (HEAD + "2026-11-19,off,,Văn bản 1\n", "Dòng 2", "name_vi", "không được để trống"),
    (HEAD + "2026-11-19,off,Nghỉ,\n", "Dòng 2", "source", "không được để trống"),
    (HEAD + "2026-11-19,make_up,Bù,Văn bản 1\n", "Dòng 2", "kind", "ngày làm việc"),
    (HEAD + "2026-11-19,off,Nghỉ,A\n2026-11-19,off,Nghỉ,B\n", "Dòng 3", "date", "hai lần"),
    (HEAD + "2026-11-19,off\n", "Dòng 2", "", "cùng số ô"),
    ("date,kind,name_vi\n2026-11-19,off,Nghỉ\n", "Dòng 1", "source", "thiếu cột"),
    (HEAD + '2026-11-19,off,"Nghỉ,A\n', "Dòng", "", "ngoặc kép")])
def test_each_fault_is_told_with_row_and_column_and_nothing_changes(app, quan, rows, row, column, words):
    text = looked_at(quan, rows, status=422).text
    assert row in text
    assert column in text
    assert words in text
    assert versions(app) == 1


def test_all_faults_are_told_at_once_and_the_rows_stay_to_be_mended(app, quan):
    reply = looked_at(quan, HEAD + "2026-11-19,off,Nghỉ,\nx,off,Nghỉ,Văn bản 1\n", status=422)
    assert "Dòng 2" in reply.text
    assert "Dòng 3" in reply.text
    assert "x,off,Nghỉ,Văn bản 1" in reply.page.form(field="rows").values["rows"][0]
    mended = quan.submit(reply, field="rows", status=200, rows=STORM)
    assert "2 ngày mới" in mended.text


def test_a_file_that_is_no_text_is_refused(app, quan):
    page = quan.get("/admin/calendar/import")
    token = page.page.form(field="rows").values["csrf_token"][0]
    reply = quan.post("/admin/calendar/import", {
        "csrf_token": token, "rows": "", "upload": (io.BytesIO(b"date,kind\n\xff\xfe"), "x.csv")},
        status=422, content_type="multipart/form-data")
    assert "CSV UTF-8" in reply.text
    assert looked_at(quan, "  ", status=422)


def test_the_calendar_that_somebody_changed_meanwhile_is_looked_at_again(app, quan):
    old = looked_at(quan, STORM)
    quan.submit(looked_at(quan, HEAD + "2026-11-20,off,Nghỉ lũ,Công điện 6\n"), field="confirmed")
    again = quan.submit(old, field="confirmed", status=409)
    assert "Có người đã sửa lịch" in again.text
    assert day(app, "2026-11-19") is None
    quan.submit(again, field="confirmed")
    assert day(app, "2026-11-19").name_vi == "Nghỉ bão"


def test_what_stands_there_already_makes_no_version(app, quan):
    quan.submit(looked_at(quan, STORM), field="confirmed")
    preview = looked_at(quan, STORM)
    assert "Không có gì thay đổi" in preview.text
    assert "confirmed" not in {name for form in preview.page.forms() for name in form.names}
    assert versions(app) == 2


# A machine's proposal ----------------------------------------------------------------------------------------


def proposal(quan, year: int):
    return quan.get(f"/admin/calendar/proposal?year={year}")


def test_nothing_of_a_proposal_is_ticked_and_nothing_is_taken_by_itself(app, quan):
    page = proposal(quan, 2028)
    assert "chưa có văn bản" in page.text
    form = page.page.form(field="year")
    assert "take" not in form.values
    assert set(form.values["source-2028-09-02"]) == {SOURCE}
    assert quan.submit(page, field="year", status=422).text.count("Hãy đánh dấu") == 2
    assert versions(app) == 1


def test_ticked_days_go_through_the_preview_with_the_source_that_was_typed(app, quan):
    preview = quan.submit(proposal(quan, 2028), field="year", status=200, take=["2028-01-26", "2028-09-02"],
                          **{"source-2028-09-02": "Bộ luật Lao động 2019, Điều 112"})
    assert "2 ngày mới" in preview.text
    assert versions(app) == 1
    page = quan.submit(preview, field="confirmed")
    assert "chờ xác nhận" in page.text
    taken = day(app, "2028-09-02")
    assert (taken.kind, taken.source, taken.to_confirm) == ("off", "Bộ luật Lao động 2019, Điều 112", True)
    assert day(app, "2028-01-26").source == SOURCE
    assert day(app, "2028-01-27") is None, "nobody ticked it"


def test_a_day_without_a_source_is_not_taken(app, quan):
    reply = quan.submit(proposal(quan, 2028), field="year", status=422, take=["2028-09-02"],
                        **{"source-2028-09-02": " "})
    assert "được điền" in reply.text
    assert "2028-09-02" in reply.page.form(field="year").values["take"]
    assert versions(app) == 1


def test_what_rests_on_a_document_cannot_be_replaced_by_what_was_computed(app, quan):
    page = proposal(quan, 2027)
    assert "source-2027-01-01" not in page.page.form(field="year").names
    quan.post("/admin/calendar/proposal", {
        **{name: found[0] for name, found in page.page.form(field="year").values.items()}, "take": "2027-01-01",
        "source-2027-01-01": "x"}, status=422)
    assert day(app, "2027-01-01").source == "Bộ luật Lao động 2019, Điều 112"


def test_the_coordinator_reads_the_calendar_and_brings_in_none(sign_in, cast, frozen):
    ha = sign_in(cast.ha)
    assert "/admin/calendar/import" not in ha.get("/admin/calendar").body.decode()
    ha.get("/admin/calendar/import", status=403)
    ha.get("/admin/calendar/proposal", status=403)


# The yearly reminder -----------------------------------------------------------------------------------------


def owed(app) -> list[tuple[str, int | None]]:
    with app.app_context():
        return [(row.dedupe.rsplit(".", 1)[0], row.person_id) for row in db.session.scalars(
            select(Outbox).where(Outbox.notice == "calendar-wanted").order_by(Outbox.id))]


def forget_2027(app) -> None:
    with app.app_context(), writing():
        for row in db.session.scalars(select(CalendarDay).where(CalendarDay.day >= date(2027, 1, 1))):
            db.session.delete(row)
        # An instant of its own: by number and instant a version is known, also to whoever keeps it in memory.
        at = clock.now() + timedelta(seconds=7)
        db.session.add(CalendarVersion(at=at, note="Bỏ năm 2027", years="2025,2026"))


def test_from_october_on_who_keeps_the_calendar_is_reminded_once_a_year(app, cast, sign_in, frozen, post):
    frozen.stand_at("2026-09-30")
    forget_2027(app)
    with app.app_context():
        assert calendar_reminding.sweep_calendar().seen == 0
    quan = sign_in(cast.quan)
    assert "Lịch năm 2027" not in quan.get("/admin/people").text
    frozen.stand_at("2026-10-01")
    quan, ha, chi = (sign_in(one) for one in (cast.quan, cast.ha, cast.chi))
    assert "Lịch năm 2027 chưa được nạp" in quan.get("/admin/people").text
    assert "Lịch năm 2027 chưa được nạp" in ha.get("/supervision/gate").text
    assert "Lịch năm 2027" not in chi.get("/desk/inbox").text
    with app.app_context():
        first, second = calendar_reminding.sweep_calendar(), calendar_reminding.sweep_calendar()
    assert (first.acted, second.acted) == (1, 0)
    assert sorted(owed(app)) == sorted([("calendar-wanted.y2027", cast.quan.id),
                                        ("calendar-wanted.y2027", cast.ha.id)])
    with app.app_context():
        assert mailing.deliver_owed().sent >= 2
    letters = [message for message in post.messages if message["Subject"] == "Cần nạp lịch làm việc"]
    assert {message["To"] for message in letters} == {cast.quan.email, cast.ha.email}
    assert "/admin/calendar" in letters[0].get_body(("plain",)).get_content()


def test_the_notice_goes_when_every_day_rests_on_a_document(app, cast, sign_in, frozen):
    quan = sign_in(cast.quan)
    assert "Lịch năm 2027 còn" in quan.get("/admin/people").text, "the shipped days are to be confirmed"
    with app.app_context():
        rows = [(row.day, row.name_vi) for row in db.session.scalars(
            select(CalendarDay).where(CalendarDay.to_confirm.is_(True), CalendarDay.day >= date(2027, 1, 1)))]
    text = HEAD + "".join(f"{on},off,{name},Văn bản 1234/VPCP\n" for on, name in rows)
    quan.submit(looked_at(quan, text), field="confirmed")
    assert "Lịch năm 2027 còn" not in quan.get("/admin/people").text


def test_a_year_that_began_without_a_calendar_is_told_at_once(app, cast, sign_in, frozen):
    forget_2027(app)
    frozen.stand_at("2027-01-04")
    quan = sign_in(cast.quan)
    assert "Lịch năm 2027 chưa được nạp" in quan.get("/admin/people").text
    with app.app_context():
        assert 2027 not in load_calendar().loaded_years
        assert calendar_reminding.sweep_calendar().acted == 1
    assert {name for name, _ in owed(app)} == {"calendar-wanted.y2027"}


def test_a_reminder_about_a_year_that_was_loaded_meanwhile_is_not_sent(app, cast, sign_in, frozen, post):
    forget_2027(app)
    with app.app_context():
        calendar_reminding.sweep_calendar()
    frozen.stand_at("2026-09-01")  # as if it had been loaded: nobody asks for anything
    with app.app_context():
        mailing.deliver_owed()
    assert [message for message in post.messages if message["Subject"] == "Cần nạp lịch làm việc"] == []
