"""Registers from CSV files: all of a file or nothing of it, the same file twice changes nothing, each fault is
told with its row and column."""

import csv
import io
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from feedback.cli import importing as command
from feedback.cli.register_imports import SENTENCES
from feedback.domain import register_files
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.agencies import Agency, Procedure, ProcedurePaper
from feedback.models.cases import Case
from feedback.models.deadlines import CalendarDay, CalendarVersion, Deadline
from feedback.models.events import Event
from feedback.services.register_imports import agencies as agency_file
from tests import factories
from tests.factories import walk

HEADERS = {
    "agencies": "code,name_vi,name_en,tier,parent_code,valid_from,valid_to,successor_code,email",
    "procedures": "code,name_vi,name_en,field,agency_code,tier,limit_amount,limit_unit,fee_vnd,published_at,"
                  "legal_basis",
    "papers": "procedure_code,name_vi,name_en,copies,digitised,paper_needed_if_signed_online,legal_basis",
    "calendar": "date,kind,name_vi,source",
}
GOOD = {
    "agencies": "H60.01,Sở Xây dựng,Department of Construction,department,H60,2025-07-01,,,xd@tinh.example",
    "procedures": "1.004222,Cấp giấy phép xây dựng,Building permit,Xây dựng,,department,15,working_days,50.000,"
                  "16/11/2026,Nghị định 15/2021/NĐ-CP",
    "papers": "1.004222,Đơn đề nghị,Application,1,no,không,Nghị định 15/2021/NĐ-CP",
    "calendar": "2028-01-25,off,Nghỉ Tết,Thông báo 1/TB",
}


@pytest.fixture
def bring(db_session, tmp_path, monkeypatch, app):
    """Call it with the name of a register and the lines of its file (the header is put before)."""
    monkeypatch.setattr(command, "open_app", lambda: app)

    def run(register: str, *lines: str, header: str | None = None, data: bytes | None = None):
        file = tmp_path / f"{register}.csv"
        text = "\n".join([HEADERS[register] if header is None else header, *lines]) + "\n"
        file.write_bytes(text.encode() if data is None else data)
        done = CliRunner().invoke(command.import_, [register, str(file)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        db.session.rollback()
        return done

    return run


def agency(code: str) -> Agency:
    return db.session.scalars(select(Agency).where(Agency.code == code)).one()


def many(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_tree_comes_in_whatever_the_order_of_its_rows(bring):
    done = bring("agencies",
                 "H60.01.P1,Phòng Cấp phép,,department,H60.01,,,,",
                 "H60.01,Sở Xây dựng,Department of Construction,department,H60,01/07/2025,,,XD@Tinh.Example",
                 "H60,Chủ tịch UBND tỉnh,Chairman,province_chairman,,,,,")
    assert done.exit_code == 0, done.output
    assert "New: 3" in done.output
    assert agency("H60.01").parent_id == agency("H60").id
    assert agency("H60.01.P1").parent_id == agency("H60.01").id
    assert agency("H60.01").valid_from == date(2025, 7, 1)
    assert agency("H60.01").email == "XD@tinh.example"
    assert db.session.scalars(select(Event).where(Event.type == "register_imported")).one().chain == "sys:config"


def test_the_same_file_again_changes_nothing_and_writes_no_history(bring):
    with writing():
        factories.agency("Chủ tịch", code="H60")
        factories.procedure()
    for register in ("agencies", "procedures", "papers", "calendar"):
        first = bring(register, GOOD[register])
        assert "New: 1\nChanged: 0" in first.output, first.output
    events, versions = many(Event), many(CalendarVersion)
    for register in ("agencies", "procedures", "papers", "calendar"):
        again = bring(register, GOOD[register])
        assert "New: 0\nChanged: 0\nAs they stood: 1" in again.output, again.output
    assert (many(Event), many(CalendarVersion)) == (events, versions)


def test_what_differs_is_changed_and_what_is_not_named_stays(bring):
    with writing():
        factories.agency("Sở Cũ", code="H60.01")
        factories.agency("Sở Khác", code="H60.02")
    done = bring("agencies", "H60.01,Sở Mới,,department,,2020-01-01,,,")
    assert "New: 0\nChanged: 1" in done.output
    assert (agency("H60.01").name_vi, agency("H60.02").name_vi) == ("Sở Mới", "Sở Khác")


def test_letters_come_composed_however_the_file_was_saved(bring):
    name = "Sơ\u0309 Tư pháp"  # ở as two signs
    text = f"{HEADERS['agencies']}\r\nH60.TP,\"  {name}\r\n tỉnh \",,department,,,,,\r\n"
    assert bring("agencies", data=b"\xef\xbb\xbf" + text.encode()).exit_code == 0
    assert agency("H60.TP").name_vi == "Sở Tư pháp tỉnh"


def test_semicolons_are_read_as_a_vietnamese_excel_writes_them(bring):
    text = "date;kind;name_vi;source\n25/01/2028;off;Nghỉ Tết;Thông báo 1, mục 2\n"
    assert bring("calendar", data=text.encode()).exit_code == 0
    assert db.session.get_one(CalendarDay, date(2028, 1, 25)).source == "Thông báo 1, mục 2"


FAULTS = [
    ("agencies", ",Sở,,department,,,,,", "row 2, code", "may not be empty"),
    ("agencies", "H60..1,Sở,,department,,,,,", "row 2, code", "groups of letters"),
    ("agencies", "H60-1,Sở,,department,,,,,", "row 2, code", "groups of letters"),
    ("agencies", f"{'H' * 36},Sở,,department,,,,,", "row 2, code", "too long"),
    ("agencies", "H60,,,department,,,,,", "row 2, name_vi", "may not be empty"),
    ("agencies", f"H60,{'ở' * 301},,department,,,,,", "row 2, name_vi", "too long"),
    ("agencies", "H60,S\x07ở,,department,,,,,", "row 2, name_vi", "no keyboard"),
    ("agencies", "H60,Sở,,huyen,,,,,", "row 2, tier", "province_office"),
    ("agencies", "H60,Sở,,department,H9,,,,", "row 2, parent_code", "no agency has this code"),
    ("agencies", "H60,Sở,,department,H60,,,,", "row 2, parent_code", "back to the agency itself"),
    ("agencies", "H60,Sở,,department,,2026-02-30,,,", "row 2, valid_from", "this is no day"),
    ("agencies", "H60,Sở,,department,,30/13/2026,,,", "row 2, valid_from", "this is no day"),
    ("agencies", "H60,Sở,,department,,1850-01-01,,,", "row 2, valid_from", "before 1945"),
    ("agencies", "H60,Sở,,department,,2026-02-02,2026-02-01,,", "row 2, valid_to", "ends before it begins"),
    ("agencies", "H60,Sở,,department,,,,H60,", "row 2, successor_code", "has no successor"),
    ("agencies", "H60,Sở,,department,,,2026-01-01,H9,", "row 2, successor_code", "no agency has this code"),
    ("agencies", "H60,Sở,,department,,,,,khong-phai-thu", "row 2, email", "no e-mail address"),
    ("agencies", "H60,Sở,,department", "row 2", "as many cells"),
    ("agencies", "H60,Sở,,department,,,,,,thừa", "row 2", "as many cells"),
    ("agencies", 'H60,"Sở,,department,,,,,', "row 2", "quotation marks"),
    ("procedures", "1.1,Tên,,Đất đai,H9,department,,,,,Luật", "row 2, agency_code", "no agency has this code"),
    ("procedures", "1.1,Tên,,Đất đai,,department,5,,,,Luật", "row 2, limit_unit", "come together"),
    ("procedures", "1.1,Tên,,Đất đai,,department,,working_days,,,Luật", "row 2, limit_amount", "come together"),
    ("procedures", "1.1,Tên,,Đất đai,,department,0,working_days,,,Luật", "row 2, limit_amount", "too small"),
    ("procedures", "1.1,Tên,,Đất đai,,department,5,weeks,,,Luật", "row 2, limit_unit", "unit is unknown"),
    ("procedures", "1.1,Tên,,Đất đai,,department,,,-5,,Luật", "row 2, fee_vnd", "no whole number"),
    ("procedures", "1.1,Tên,,Đất đai,,department,,,²,,Luật", "row 2, fee_vnd", "no whole number"),
    ("procedures", "1.1,Tên,,Đất đai,,department,,,1.5,,Luật", "row 2, fee_vnd", "no whole number"),
    ("procedures", "1.1,Tên,,,,department,,,,,Luật", "row 2, field", "may not be empty"),
    ("procedures", "1.1,Tên,,Đất đai,,department,,,,,", "row 2, legal_basis", "may not be empty"),
    ("procedures", "1 1,Tên,,Đất đai,,department,,,,,Luật", "row 2, code", "letters and digits"),
    ("papers", "9.9,Đơn,,1,no,no,Luật", "row 2, procedure_code", "import the procedures first"),
    ("papers", "9.9,Đơn,,0,no,no,Luật", "row 2, copies", "too small"),
    ("papers", "9.9,Đơn,,1,maybe,no,Luật", "row 2, digitised", "neither yes nor no"),
    ("papers", "9.9,Đơn,,1,no,2,Luật", "row 2, paper_needed_if_signed_online", "neither yes nor no"),
    ("calendar", "2028-01-25,holiday,Tết,TB 1", "row 2, kind", "neither off nor make_up"),
    ("calendar", "2028-01-25,make_up,Bù,TB 1", "row 2, kind", "working days anyway"),
    ("calendar", "2028-01-25,off,Tết,", "row 2, source", "may not be empty"),
    ("calendar", "hôm qua,off,Tết,TB 1", "row 2, date", "this is no day"),
]


@pytest.mark.parametrize(("register", "line", "where", "what"), FAULTS)
def test_each_fault_is_told_with_row_column_and_a_sentence(bring, register, line, where, what):
    events = many(Event)
    done = bring(register, line)
    assert done.exit_code == 1
    told = next((said for said in done.stderr.splitlines() if said.startswith(f"{where}: ")), done.stderr)
    assert what in told
    assert "Nothing was brought in" in done.stderr
    assert many(Event) == events


def test_one_bad_row_keeps_all_others_out_and_all_faults_are_told_at_once(bring):
    done = bring("agencies", "H60,Chủ tịch,,province_chairman,,,,,", "H60.1,,,department,H60,,,,",
                 "H60.2,Sở Hai,,sai,H61,hôm nay,,,", "H60,Lại,,department,,,,,", "H60.3,Ba,,department,H60.4,,,,",
                 "H60.4,Bốn,,department,H60.3,,,,", "H60.5,Năm,,department,H60.1,,,,")
    places = [line.split(":")[0] for line in done.stderr.splitlines() if line.startswith("row")]
    assert places == ["row 3, name_vi", "row 4, tier", "row 4, valid_from", "row 5, code", "row 6, parent_code",
                      "row 7, parent_code"]
    assert many(Agency) == 0


def test_after_fifty_faults_the_others_are_counted(bring):
    done = bring("agencies", *(f"H60.{n},,,department,,,,," for n in range(60)))
    assert done.stderr.count("may not be empty") == 50
    assert "… and 10 more faults" in done.stderr


def test_missing_and_unknown_columns_are_named(bring):
    done = bring("calendar", "2028-01-25,off,Tết,x", header="date,kind,name,sources")
    assert done.exit_code == 1
    assert "Missing columns: name_vi, source" in done.stderr
    assert "Unknown columns: name, sources" in done.stderr
    done = bring("calendar", "x,2028-01-25,off,Tết,TB 1", header="ghi chú,date,kind,name_vi,source")
    assert "Columns left aside: ghi chú" in done.output
    assert "New: 1" in done.output


@pytest.mark.parametrize(("data", "sentence"), [
    (b"", "the file is empty"), (b"\n\n", "the file is empty"),
    ("code,name_vi\nH,Sở".encode("utf-16"), "not UTF-8"),
    ("date,kind,name_vi,source\n2028-01-25,off,T\u1ebft,".encode() + b"\xff\n", "not UTF-8"),
    (b"date,date,kind,name_vi,source\n", "twice"), (b'"' * 200_001, "quotation marks")])
def test_what_is_no_such_file_is_refused_in_words(bring, data, sentence):
    done = bring("calendar", data=data)
    assert done.exit_code == 1
    assert sentence in done.stderr


def test_a_procedure_keeps_its_everyday_words_and_is_found_by_them(bring):
    bring("procedures", GOOD["procedures"])
    with writing():
        row = db.session.scalars(select(Procedure)).one()
        row.words, row.folded = "giấy phép nhà", "x"
    bring("procedures", GOOD["procedures"].replace("Cấp giấy phép", "Cấp mới giấy phép"))
    row = db.session.scalars(select(Procedure)).one()
    assert (row.fee_vnd, row.limit_amount, row.published_at) == (50_000, 15, date(2026, 11, 16))
    assert "giay phep nha" in row.folded
    assert "1.004222" in row.folded


def test_papers_stand_in_the_order_of_the_file(bring):
    bring("procedures", GOOD["procedures"])
    bring("papers", "1.004222,Đơn,,1,no,no,Luật", "1.004222,Bản vẽ,,2,có,1,Luật")
    rows = db.session.scalars(select(ProcedurePaper).order_by(ProcedurePaper.n)).all()
    assert [(r.n, r.name_vi, r.copies, r.digitised, r.paper_needed_if_signed_online) for r in rows] == [
        (1, "Đơn", 1, False, False), (2, "Bản vẽ", 2, True, True)]


def test_a_calendar_moves_open_due_dates_and_says_how_many(bring, frozen, cast):
    with writing():
        receipt = factories.complaint()  # Monday 16 November: due in 15 working days
    before = db.session.scalars(select(Deadline.due_on).where(Deadline.kind == "total")).one()
    done = bring("calendar", "2026-11-19,off,Nghỉ bão,Công điện 5")
    assert "Open cases whose due dates moved: 1" in done.output
    assert "overdue by it: 0" in done.output
    assert db.session.scalars(select(Deadline.due_on).where(Deadline.kind == "total")).one() > before
    assert db.session.scalar(select(Event.type).where(
        Event.chain == f"case:{receipt.case_id}", Event.type == "due_moved")) == "due_moved"


def test_an_agency_that_the_file_ends_hands_its_open_cases_over(bring, frozen, cast):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.TAKE, hands=cast.hands)
    old, new = (db.session.get_one(Agency, i).code for i in (cast.building, cast.land))
    done = bring("agencies", f"{old},Sở Xây dựng,,department,,2020-01-01,2026-11-15,{new},")
    assert f"Open cases moved from {old} to {new}: 1" in done.output
    assert db.session.get_one(Case, receipt.case_id).agency_id == cast.land


def test_ten_thousand_rows_come_in_one_go(bring):
    lines = [f"H60.{n},Ủy ban nhân dân xã số {n},Commune {n},commune,H60,2025-07-01,,,x{n}@tinh.example"
             for n in range(10_000)]
    done = bring("agencies", "H60,Chủ tịch,,province_chairman,,,,,", *lines)
    assert "New: 10001" in done.output
    assert many(Agency) == 10_001


CELLS = st.one_of(st.text(max_size=12), st.sampled_from([
    "", "H60", "H60.01", "department", "2026-11-16", "16/11/2026", "x@y.vn", "\x00", "=1+1", '"', "'", "\ud7ff",
    "½"]))


@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=11), max_size=4))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_cell_breaks_the_reading_and_every_fault_has_its_words(rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADERS["agencies"].split(","))
    writer.writerows(rows)
    reading = register_files.read(out.getvalue().encode(errors="replace"), agency_file.COLUMNS)
    agency_file._check(reading, {})
    assert all(fault.code in SENTENCES and fault.row <= 2000 for fault in reading.faults)
    assert all(row.values["code"] for row in reading.rows)


@given(data=st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_the_reading(data):
    assert all(fault.code in SENTENCES for fault in register_files.read(data, agency_file.COLUMNS).faults)


def test_the_commands_stand_beside_the_others():
    assert set(command.import_.commands) == {"cases", "agencies", "procedures", "papers", "calendar"}
    for name in ("agencies", "procedures", "papers", "calendar"):
        assert "Columns:" in CliRunner().invoke(command.import_, [name, "--help"]).output


