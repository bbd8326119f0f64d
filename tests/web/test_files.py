"""Files through the pages: added to a complaint, taken back, sent, shared with the agency, downloaded."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.adapters import storage
from feedback.domain import files
from feedback.domain.files import MOST_BYTES, Refusal
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.attachments import Attachment
from feedback.models.events import Event
from feedback.services import attachments, cases, lifecycle
from feedback.web.file_words import REFUSALS
from tests.adapters import hostile_pieces as made
from tests.factories import Member, actor_of, case_of
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.client import Client, Reply
from tests.web import complaining
from tests.web.stage import bring

ADD, REMOVE = "/complain/files", "/complain/files/remove"
SignIn = Callable[[Member], Client]
ON_ONE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""What is refused before a row is written is the same on both databases."""


def upload(client: Client, page: Reply, data: bytes, name: str = "anh.png", *, action: str = ADD,
           status: int | tuple[int, ...] = 303) -> Reply:
    """Choose a file and press the button; what was led to."""
    reply = send(client, action, page.page.form(action=action).values, data, name, status=status)
    return client.get(reply.location) if reply.status == 303 else reply


def send(client: Client, action: str, values: dict[str, list[str]], data: bytes, name: str = "anh.png", *,
         status: int | tuple[int, ...] = 303, cut: int | None = None) -> Reply:
    """Post a form with a file as a browser does. (Werkzeug's own client would write it to a file on the way.)"""
    body = b"".join(f'--x-x\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
                    for field, some in values.items() for value in some)
    quoted = name.replace("\\", "\\\\").replace('"', "%22").replace("\n", "%0A")
    body += (f'--x-x\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
             "Content-Type: application/octet-stream\r\n\r\n").encode() + data + b"\r\n--x-x--\r\n"
    body = body[:cut]
    return client.open("POST", action, status=status, input_stream=BytesIO(body), content_length=len(body),
                       content_type="multipart/form-data; boundary=x-x")


def rows(app: Flask) -> list[Attachment]:
    with app.app_context():
        found = list(db.session.scalars(select(Attachment).order_by(Attachment.id)))
        db.session.expunge_all()  # read outside of the session
        return found


def kept(app: Flask) -> set[str]:
    with app.app_context():
        return {found.name for found in storage.names()}


@pytest.fixture(autouse=True)
def _empty_storage(app: Flask) -> None:
    """The app's folder serves the whole run; each test begins without files of others."""
    with app.app_context():
        for found in list(storage.names()):
            storage.forget(found.name)


def with_file(app: Flask, cast: Cast, *, to: Action | None = None) -> tuple[str, str, str]:
    """A case that came with a picture; its reference, its key, the file's token."""
    receipt = bring(app, cast, to)
    with app.app_context():
        prepared = attachments.prepare("Giấy phép của bà Nguyễn Thị Lan.png", made.png())
        with writing():
            attachments.receive(prepared, actor=cases.SENDER, case=case_of(receipt))
    return receipt.reference, receipt.key, prepared.token


# Adding and taking back ----------------------------------------------------------------------------------------


def test_files_are_added_one_after_another_and_come_with_the_complaint(client, app):
    page = complaining.to(client, "files")
    page = upload(client, page, made.png())
    assert "Tệp đã được kiểm tra và đã nhận." in page.text
    page = upload(client, page, made.pdf(), "Đơn của tôi.PDF")
    assert "Tệp 2 tài liệu PDF" in page.text
    complaining.send(client)
    first, second = rows(app)
    assert (first.draft_id, first.case_id, first.origin, first.shared) == (None, second.case_id, "sender", False)
    assert (first.type, second.type, first.size) == ("png", "pdf", len(made.png()))
    with app.app_context():
        told = json.loads(db.session.scalars(select(Event.payload).where(Event.type == "files_added")).one())
    assert told["sha256_1"] == first.sha256
    assert told["sha256_2"] == second.sha256
    assert kept(app) == {row.token + ending for row in (first, second) for ending in (".clean", ".original")}


def test_nothing_that_was_written_is_lost_while_files_are_added(client):
    page = upload(client, complaining.to(client, "files"), b"no picture", "anh.png")
    assert complaining.values(page)["narrative"] == [complaining.STORY]


def test_a_file_can_be_taken_back_and_leaves_nothing(client, app):
    page = upload(client, complaining.to(client, "files"), made.png())
    page = client.submit(page, action=REMOVE, token=rows(app)[0].token)
    assert "Tệp đã được bỏ." in page.text
    assert rows(app) == []
    assert kept(app) == set()


def test_a_form_left_open_takes_no_files_of_the_one_that_is_written_after_it(client, app):
    """At a shared computer: somebody's last page still stands open in another tab."""
    left_open = complaining.to(client, "check")
    client.submit(complaining.to(client, "what"), action="/complain/draft/forget")
    upload(client, complaining.to(client, "files", narrative="Một chuyện khác của một người khác."), made.png())
    client.submit(left_open, action=complaining.FORM, go="send")
    (row,) = rows(app)
    assert row.case_id is None
    opened = client.get("/complain?draft=open")
    assert complaining.values(opened)["narrative"] == ["Một chuyện khác của một người khác."]


def test_nobody_takes_back_the_file_of_another_draft(client, new_client, app):
    upload(client, complaining.to(client, "files"), made.png())
    other = new_client()
    page = upload(other, complaining.to(other, "files"), made.png())
    other.submit(page, action=REMOVE, token=rows(app)[0].token, status=404)
    assert len(rows(app)) == 2


def test_without_a_draft_no_file_is_taken(client, app):
    page = client.get("/track")  # a form with a token, but no complaint
    token = page.page.form(field="key").values["csrf_token"]
    reply = send(client, ADD, {"csrf_token": token}, made.png())
    assert "refused=not_now" in reply.location
    assert rows(app) == []
    assert kept(app) == set()


def test_the_sixth_file_is_refused_and_the_first_five_stay(client, app):
    page = complaining.to(client, "files")
    values = page.page.form(action=ADD).values
    for _n in range(5):
        page = upload(client, page, made.png())  # five times the same is five files
    assert "Đã có năm tệp" in page.text
    reply = send(client, ADD, values, made.png())
    assert "refused=too_many" in reply.location
    assert len(rows(app)) == 5
    assert len(kept(app)) == 10


def test_together_they_stay_below_their_limit(client, app, monkeypatch):
    monkeypatch.setattr("feedback.domain.files.MOST_BYTES_A_CASE", len(made.png()) + 10)
    page = upload(client, complaining.to(client, "files"), made.png())
    assert "25 MB" in upload(client, page, made.png()).text
    assert len(rows(app)) == 1


# What is refused, in words -------------------------------------------------------------------------------------


@ON_ONE
@pytest.mark.parametrize(("name", "data", "why"), [
    ("a.png", b"", Refusal.EMPTY), ("a.exe", b"MZ", Refusal.TYPE), ("a", made.png(), Refusal.TYPE),
    ("a.png.exe", made.png(), Refusal.TYPE), ("a.pdf", made.png(), Refusal.MISMATCH),
    ("a.png", made.png()[:60], Refusal.BROKEN),
    ("a.docx", made.docx(more={"word/vbaProject.bin": b"x"}), Refusal.ACTIVE),
    ("a\u202egnp.exe", made.png(), Refusal.TYPE)])
def test_what_is_not_taken_is_said_with_what_to_do(client, app, name, data, why):
    page = upload(client, complaining.to(client, "files"), data, name)
    assert str(page.page.by_id["file-refused"].text).startswith("Tệp này chưa được nhận.")
    with app.test_request_context("/"):
        assert str(REFUSALS[why]) in page.text
    assert rows(app) == []
    assert kept(app) == set()


def test_pressing_the_button_without_a_file_is_said(client):
    page = complaining.to(client, "files")
    reply = send(client, ADD, page.page.form(action=ADD).values, b"", "")
    assert "Chưa chọn tệp nào." in client.get(reply.location).text


@ON_ONE
@pytest.mark.parametrize("name", [
    "Nguyễn Văn An 0912345678.png", "\u202egnp.gnp.png", "a" * 251 + ".png", 'a"b;c=d.png', "../../a.png",
    "C:\\Users\\An\\a.png", "😀.png", "a.jpg.png", "%00.png", "a.PNG", "ａ.ｐｎｇ"])
def test_whatever_a_file_is_called_only_its_ending_counts_and_nobody_sees_it(client, app, name, sign_in, cast):
    page = upload(client, complaining.to(client, "files"), made.png(), name)
    assert name not in page.raw.text
    complaining.send(client)
    row = rows(app)[0]
    assert name.encode() not in row.name_sealed
    reply = sign_in(cast.intake).get(f"/desk/files/{row.token}")
    assert re.fullmatch(r'attachment; filename="[A-Z0-9-]+-1\.png"', reply.headers["Content-Disposition"])


@ON_ONE
@pytest.mark.parametrize(("size", "status"), [
    (MOST_BYTES, 303), (MOST_BYTES + 1, 303), (MOST_BYTES + 600_000, 413)])
def test_the_limit_of_ten_megabytes_is_exact(client, size, status):
    page = complaining.to(client, "files")
    data = made.jpeg() + b"\0" * (size - len(made.jpeg()))
    reply = upload(client, page, data, "anh.jpg", status=status)
    if status == 303:
        assert ("Tệp đã được kiểm tra" in reply.text) == (size == MOST_BYTES)


def test_no_other_page_reads_so_much(client):
    values = client.get("/track").page.form(field="key").values
    send(client, "/track", values, b"x" * 1_100_000, status=413)


def test_an_upload_that_breaks_off_keeps_nothing(client, app):
    values = complaining.to(client, "files").page.form(action=ADD).values
    reply = send(client, ADD, values, made.png(), status=(303, 400), cut=-60)
    assert reply.status == 400 or "refused=" in reply.location
    assert rows(app) == []
    assert kept(app) == set()


def test_no_upload_lies_readable_in_the_folder_for_temporary_files(client, app, monkeypatch):
    def nowhere(*_args, **_more):
        raise AssertionError("a file was written for the time being")

    for maker in ("TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{maker}", nowhere)
    upload(client, complaining.to(client, "files"), made.jpeg() + b"\0" * 5_000_000, "anh.jpg")
    assert len(rows(app)) == 1


def test_while_the_disk_is_nearly_full_files_wait_and_words_are_taken(client, app, monkeypatch):
    page = complaining.to(client, "files")
    monkeypatch.setattr(storage, "room", lambda: (900_000_000, 100_000_000_000))
    page = upload(client, page, made.png())
    assert "Chỗ lưu trữ sắp hết" in page.text
    assert not [form for form in page.page.forms() if form.action == ADD]
    assert rows(app) == []
    assert "receipt" in complaining.send(client).raw.request.path


def test_a_storage_that_fails_is_said_and_nothing_is_half_kept(client, app, monkeypatch):
    keep, page = storage.keep, complaining.to(client, "files")

    def break_at_the_second(name: str, data: bytes) -> None:
        if name.endswith(".clean"):
            raise storage.StorageUnavailable("gone")
        keep(name, data)

    monkeypatch.setattr(storage, "keep", break_at_the_second)
    upload(client, page, made.png(), status=503)
    assert rows(app) == []
    assert kept(app) == set()


# Reading -------------------------------------------------------------------------------------------------------


def test_a_file_is_a_download_in_a_sandbox(app, cast, sign_in):
    reference, _key, token = with_file(app, cast)
    reply = sign_in(cast.intake).get(f"/desk/files/{token}", headers={"Range": "bytes=0-3"})
    assert reply.body.startswith(b"\x89PNG")
    assert len(reply.body) > 50
    assert dict(reply.headers) | {
        "Content-Type": "image/png", "Content-Disposition": f'attachment; filename="{reference}-1.png"',
        "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store", "Accept-Ranges": "none", "Cross-Origin-Resource-Policy": "same-origin",
    } == dict(reply.headers)


def test_the_agency_gets_a_file_only_once_intake_has_ticked_it(app, cast, sign_in):
    reference, _key, token = with_file(app, cast, to=Action.TAKE)
    chi, intake = sign_in(cast.chi), sign_in(cast.intake)
    assert "Bộ phận tiếp nhận chưa chuyển tệp nào" in chi.get(f"/desk/cases/{reference}").text
    chi.get(f"/desk/files/{token}", status=404)
    share = f"/desk/cases/{reference}/files/share"
    intake.submit(intake.get(f"/desk/cases/{reference}"), action=share, shared=token)
    assert f"{reference}-1.png" in chi.get(f"/desk/cases/{reference}").text
    chi.get(f"/desk/files/{token}")
    sign_in(cast.dung).get(f"/desk/files/{token}", status=404)
    intake.submit(intake.get(f"/desk/cases/{reference}"), action=share, shared=None)
    chi.get(f"/desk/files/{token}", status=404)
    with app.app_context():
        told = list(db.session.scalars(
            select(Event.payload).where(Event.type == "files_shared").order_by(Event.seq)))
    assert [json.loads(payload)["files"] for payload in told] == [1, 0]


def test_a_file_of_another_case_cannot_be_shared_through_this_one(app, cast, sign_in):
    reference, _key, _token = with_file(app, cast)
    _other, _key, foreign = with_file(app, cast)
    intake = sign_in(cast.intake)
    share = f"/desk/cases/{reference}/files/share"
    values = intake.get(f"/desk/cases/{reference}").page.form(action=share).values
    intake.post(share, {**values, "shared": foreign}, status=404)
    assert not any(row.shared for row in rows(app))


def test_the_sender_reads_their_own_files_and_nobody_elses(app, cast, client, binh: Citizen):
    _reference, key, token = with_file(app, cast)
    client.submit(client.get("/track"), field="key", key=key)
    page = client.get("/track/case")
    assert "Tệp của bạn" in page.text
    assert client.get(f"/track/files/{token}").headers["Content-Type"] == "image/png"
    client.submit(client.get("/track"), field="key", key=binh.complains().key)
    client.get(f"/track/files/{token}", status=404)


def test_what_the_office_asked_for_can_be_added_while_it_waits(app, cast, client):
    receipt = bring(app, cast)
    client.submit(client.get("/track"), field="key", key=receipt.key)
    with app.app_context(), writing():
        lifecycle.advance(case_of(receipt), Action.ASK_SUBMITTER, actor=actor_of(cast.intake), why="Ảnh biên nhận")
    page = upload(client, client.get("/track/case"), made.png(), action="/track/files")
    assert f"{receipt.reference}-1.png" in page.text
    client.submit(page, action="/track/case/supplement", text="Tôi gửi ảnh biên nhận.")
    assert rows(app)[0].case_id == receipt.case_id
    values = page.page.form(action="/track/files").values
    late = send(client, "/track/files", values, made.png())
    assert "refused=not_now" in late.location
    assert len(rows(app)) == 1


def test_intake_adds_a_scan_of_what_came_on_paper(app, cast, sign_in):
    receipt = bring(app, cast)
    intake = sign_in(cast.intake)
    page = upload(intake, intake.get(f"/desk/cases/{receipt.reference}"), made.jpeg(), "scan.jpeg",
                  action=f"/desk/cases/{receipt.reference}/files")
    assert "văn phòng quét từ bản giấy" in page.text
    row = rows(app)[0]
    assert (row.origin, row.added_by_id) == ("staff", cast.intake.id)


def test_a_file_that_the_storage_lost_is_an_honest_page(app, cast, sign_in):
    _reference, _key, token = with_file(app, cast)
    with app.app_context():
        storage.forget(token + attachments.CLEAN)
    assert "Tệp này không còn ở đây" in sign_in(cast.intake).get(f"/desk/files/{token}", status=410).text


def test_the_words_say_the_limits_that_hold(app):
    """The sentences about sizes are written out in two languages; whoever changes a limit finds them."""
    page = Path(str(app.jinja_env.get_template("components/files.html").filename)).read_text(encoding="utf-8")
    assert f'accept="{files.ACCEPT}"' in page
    assert f"most={files.MOST_FILES}" in page
    assert (files.MOST_BYTES, files.MOST_BYTES_A_CASE) == (10_000_000, 25_000_000)
    assert set(REFUSALS) == set(Refusal)
