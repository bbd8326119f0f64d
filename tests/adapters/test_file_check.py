"""Honest files come through the check whole, and the child is held in its bounds."""

import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from types import SimpleNamespace

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from feedback.adapters.file_check import bounded
from feedback.domain.files import LONGEST_SIDE, FileRefused, FileType, Refusal
from tests.adapters import hostile_pieces as made
from tests.adapters.hostile_papers import illustrated
from tests.adapters.hostile_pictures import exif

ASKED = "import sys; sys.path.insert(0, sys.argv[1]); "


@pytest.fixture(autouse=True)
def checking() -> Iterator[Flask]:
    """The settings that the check asks for."""
    app = Flask("check")
    app.extensions["settings"] = SimpleNamespace(clamd_socket="")
    with app.app_context():
        yield app


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def refusal(type_: FileType, data: bytes, **more: float) -> Refusal:
    with pytest.raises(FileRefused) as why:
        bounded.clean(type_, data, **more)
    return why.value.code


def test_a_photo_taken_sideways_stands_upright_without_its_place():
    clean = opened(bounded.clean(FileType.JPEG, made.jpeg(exif=exif(turned=6), quality=95)))
    assert clean.size == (30, 40)
    red, green, blue = clean.getpixel((25, 3))  # the red corner was at the top left
    assert red > 200
    assert max(green, blue) < 60
    assert not dict(clean.getexif())


def test_a_png_keeps_its_pixels_and_its_transparency():
    out, picture = BytesIO(), made.picture().convert("RGBA")
    picture.putalpha(128)
    picture.save(out, "PNG")
    clean = opened(bounded.clean(FileType.PNG, out.getvalue()))
    assert clean.tobytes() == picture.tobytes()


def test_a_very_large_picture_becomes_one_that_can_be_read():
    out = BytesIO()
    Image.new("L", (6000, 3000), 200).save(out, "JPEG")
    assert opened(bounded.clean(FileType.JPEG, out.getvalue())).size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_printed_black_and_white_scan_stays_black_and_white():
    out = BytesIO()
    Image.effect_noise((300, 200), 90).convert("1").save(out, "PNG")
    clean = opened(bounded.clean(FileType.PNG, out.getvalue()))
    assert clean.mode == "L"
    assert {value for _n, value in clean.getcolors()} == {0, 255}


def test_a_pdf_keeps_its_words_its_fonts_and_its_pictures():
    with pikepdf.open(BytesIO(bounded.clean(FileType.PDF, made.pdf()))) as clean:
        page = clean.pages[0]
        assert b"Bien nhan ho so so 12" in page.obj["/Contents"].read_bytes()
        assert page.obj["/Resources"]["/Font"]["/F1"]["/BaseFont"] == "/Helvetica"
        assert list(page.mediabox) == [0, 0, 300, 300]
        assert set(clean.Root.keys()) == {"/Type", "/Pages"}


def test_what_a_pdf_inherits_from_above_goes_with_the_page():
    whole = made.new_pdf()
    page, above = whole.pages[0].obj, whole.Root["/Pages"]
    above["/Resources"], above["/Rotate"] = page["/Resources"], 90
    del page["/Resources"]
    with pikepdf.open(BytesIO(bounded.clean(FileType.PDF, made.saved(whole)))) as clean:
        assert clean.pages[0].obj["/Rotate"] == 90
        assert "/F1" in clean.pages[0].obj["/Resources"]["/Font"]


def test_a_word_document_keeps_its_words_tables_and_pictures():
    body = ("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Ô thứ nhất</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            '<w:p><w:hyperlink r:id="rId5"><w:r><w:t>một liên kết</w:t></w:r></w:hyperlink></w:p>')
    words = _document(bounded.clean(FileType.DOCX, made.docx(body)))
    assert made.WORDS in words
    assert "Ô thứ nhất" in words
    assert "một liên kết" in words
    clean = bounded.clean(FileType.DOCX, illustrated(made.jpeg(), "a.jpeg"))
    with zipfile.ZipFile(BytesIO(clean)) as archive:
        assert opened(archive.read("word/media/image1.jpeg")).size == (40, 30)
        assert 'r:embed="rId1"' in archive.read("word/document.xml").decode()


@pytest.mark.parametrize("bare", [True, False])
def test_a_jpeg_2000_in_a_pdf_keeps_its_pixels_and_loses_its_words(bare):
    """Scanners write where and by whom into its comments; they stand inside of the coded picture itself."""
    coded = BytesIO()
    made.picture().save(coded, "JPEG2000", comment=b"KEP GIAU", **({"no_jp2": True} if bare else {}))
    data = coded.getvalue() + (b"KEP GIAU" if bare else b"\0\0\0\x18uuid" + b"KEP GIAU" * 2)
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        picture = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=40, Height=30)
        picture.write(data, filter=pikepdf.Name.JPXDecode)
        pdf.pages[0].obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"/I Do")
        out = BytesIO()
        pdf.save(out)
    with pikepdf.open(BytesIO(bounded.clean(FileType.PDF, out.getvalue()))) as clean:
        kept = clean.pages[0].obj["/Resources"]["/XObject"]["/I"].read_raw_bytes()
    assert b"KEP GIAU" not in kept
    assert opened(kept).tobytes() == opened(coded.getvalue()).tobytes()


def test_a_text_box_is_not_lost():
    box = ('<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
           "<mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>Trong khung</w:t></w:r></w:p></w:txbxContent>"
           "</w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>Trong khung</w:t></w:r>"
           "</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>")
    assert _document(bounded.clean(FileType.DOCX, made.docx(box))).count("Trong khung") == 1


def test_what_a_tracked_change_deleted_is_gone_and_what_it_added_stays():
    body = ('<w:p><w:del w:author="x"><w:r><w:delText>cũ</w:delText></w:r></w:del>'
            '<w:ins w:author="x"><w:r><w:t>mới</w:t></w:r></w:ins></w:p>')
    words = _document(bounded.clean(FileType.DOCX, made.docx(body)))
    assert "mới" in words
    assert "cũ" not in words


def test_the_cut_off_part_of_a_picture_in_a_document_is_gone():
    whole = illustrated(made.png(), "a.png")
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        b"</pic:blipFill>", b'<a:srcRect l="50000"/></pic:blipFill>')
    with zipfile.ZipFile(BytesIO(bounded.clean(FileType.DOCX, made.zipped(parts)))) as archive:
        assert opened(archive.read("word/media/image1.png")).size == (20, 30)


def test_a_check_that_takes_too_long_is_ended_and_refused():
    began = time.monotonic()
    assert refusal(FileType.PNG, made.png(), seconds=0.01) is Refusal.UNCHECKED
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("answer", [
    "", "raise SystemExit(3)", "print('{')", "print('[]')", 'print(\'{"refused": "gone fishing"}\')',
    'print(\'{"size": 3}\\nabc\', end="")', 'print(\'{"size": 5}\\n%PDF\', end="")', "print('x' * 50_000_000)",
    "import os; os.kill(os.getpid(), 9)", 'print(\'{"size": 5}\\nMZ123\', end="")'])
def test_a_child_that_was_taken_over_is_not_believed(monkeypatch, answer):
    monkeypatch.setattr(bounded, "_START", answer)
    assert refusal(FileType.PNG, made.png()) is Refusal.UNCHECKED


@pytest.mark.parametrize(("deed", "fault"), [
    ("open('/etc/hostname')", "PermissionError"), ("open('planted', 'w')", "PermissionError"),
    ("__import__('socket').socket()", "PermissionError"), ("__import__('os').fork()", "PermissionError"),
    ("__import__('os').execv('/bin/true', ['true'])", "PermissionError"),
    ("__import__('os').kill(1, 0)", "PermissionError"), ("bytearray(2 << 30)", "MemoryError"),
    ("__import__('signal').pthread_kill(__import__('threading').get_ident(), 0)", "PermissionError"),
    ("__import__('os').sched_setaffinity(0, {0})", "PermissionError"),
    ("__import__('os').utime('/tmp')", "PermissionError"), ("__import__('os').readlink('/proc/self/exe')",
                                                            "PermissionError")])
@pytest.mark.skipif("sys.platform != 'linux'")
def test_the_child_can_open_start_and_reach_nothing(monkeypatch, deed, fault):
    """Where the kernel has seccomp; elsewhere the child has its bounds on time, memory and files alone."""
    monkeypatch.setattr(bounded, "_START", ASKED + (
        "import socket; from feedback.adapters.file_check import child, confinement\n"
        "child.bound(); assert confinement.let_go()\n"
        f"try:\n {deed}\nexcept {fault}: child._answer({{'refused': 'bomb'}})"))
    assert refusal(FileType.PNG, made.png()) is Refusal.BOMB


@pytest.mark.skipif("sys.platform != 'linux' or __import__('platform').machine() != 'x86_64'")
def test_the_other_spelling_of_a_call_ends_the_child(monkeypatch):
    """With 0x40000000 added, a kernel with the x32 calls opens files under a number that is on no list."""
    monkeypatch.setattr(bounded, "_START", ASKED + (
        "import ctypes; from feedback.adapters.file_check import child, confinement\n"
        "assert confinement.let_go()\n"
        "ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 + 39))\n"
        "child._answer({'refused': 'bomb'})"))
    assert refusal(FileType.PNG, made.png()) is Refusal.UNCHECKED


def test_the_child_inherits_nothing(monkeypatch):
    monkeypatch.setenv("FEEDBACK_SECRET_KEY", "s" * 40)
    monkeypatch.setattr(bounded, "_START", ASKED + (
        "import os; from feedback.adapters.file_check import child\n"
        "held = [n for n in range(3, 64) if os.path.exists(f'/dev/fd/{n}')]\n"
        "left = [name for name in os.environ if name not in ('LC_CTYPE', '__CF_USER_TEXT_ENCODING')]\n"
        "child._answer({'refused': 'bomb' if not held and not left else 'type'})"))
    assert refusal(FileType.PNG, made.png()) is Refusal.BOMB


def test_files_wait_for_their_turn_and_are_told_when_it_does_not_come(monkeypatch):
    monkeypatch.setattr(bounded, "PATIENCE", 0.01)
    held = [bounded._turns.acquire() for _n in range(bounded.AT_ONCE)]
    try:
        assert refusal(FileType.PNG, made.png()) is Refusal.BUSY
    finally:
        for _one in held:
            bounded._turns.release()
    assert bounded.clean(FileType.PNG, made.png())


def test_when_files_wait_already_the_next_one_is_answered_at_once():
    """Else a handful of slow files would hold every thread, and nobody could send a complaint or read one."""
    places = bounded.AT_ONCE + bounded.WAITING
    assert places < 4, "one thread of four stays free (feedback web --threads)"
    held = [bounded._places.acquire(blocking=False) for _n in range(places)]
    began = time.monotonic()
    try:
        assert refusal(FileType.PNG, made.png()) is Refusal.BUSY
        assert time.monotonic() - began < 1
    finally:
        for _one in held:
            bounded._places.release()
    assert bounded.clean(FileType.PNG, made.png())


def _document(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read("word/document.xml").decode()
