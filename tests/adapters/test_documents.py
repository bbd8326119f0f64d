"""Papers: what somebody typed is set as it is, the typeface travels with the file, and no file is read."""

import re
import zlib

import pikepdf
import pytest
import typst

from feedback.adapters import documents, typeface

RECEIPT = {
    "lang": "vi", "title": "Biên nhận", "province": "Tỉnh Mẫu", "reference_label": "Mã hồ sơ",
    "reference": "7K3M-Q9XW", "received": "27/11/2026", "qr_alt": "Mã QR", "qr_note": "Quét để mở trang",
    "qr": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>',
    "key_label": "Mã theo dõi", "key": "AAAAA-AAAAA", "key_warning": "Giữ kỹ", "due_title": "Hạn",
    "due": "Thứ Sáu", "counting": "x", "next_title": "Tiếp theo", "next": ["một", "hai"],
    "silence_title": "Nếu im lặng", "silence": ["ba"], "foot": "Hồi Âm",
}


def test_a_paper_is_a_tagged_pdf_with_its_own_typeface(tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(documents.render("receipt", RECEIPT))
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "vi"
        fonts = {str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()}
    assert fonts
    assert all("BeVietnamPro" in font for font in fonts)


@pytest.mark.parametrize(("typed", "shown"), [
    ("Cảm ơn 🙏 nhé", "Cảm ơn ? nhé"), ("２０２６", "2026"), ("你好 và 🇻🇳👩‍👩‍👧", "? và ?"),
    ("Nguye\u0302\u0303n", "Nguyễn"),
    ("a\u200bb\u202e", "ab"), ("Đặng Mỹ – “số 5”\nđường", "Đặng Mỹ – “số 5”\nđường")])
def test_a_sign_that_the_typeface_has_not_keeps_no_paper_from_being_made(typed, shown):
    assert typeface.settable({"next": [typed]}) == {"next": [shown]}
    assert documents.render("receipt", {**RECEIPT, "foot": typed, "next": [typed]}).startswith(b"%PDF-")


@pytest.mark.parametrize("typed", [
    '#panic("x")', "$x$ *y* _z_ `w`", '#read("/etc/passwd")', '"} \\ #{', "= Tiêu đề"])
def test_what_somebody_typed_commands_nothing(typed):
    """It changes nothing but its own glyphs: the same letters, no failure, no heading, no other file."""
    made = documents.render("receipt", {**RECEIPT, "foot": typed, "next": [typed], "title": typed})
    assert made.startswith(b"%PDF-")
    assert b"root:" not in b"".join(zlib.decompress(s) for s in _streams(made))


def _streams(pdf: bytes) -> list[bytes]:
    found = []
    for body in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            zlib.decompress(body)
        except zlib.error:
            continue
        found.append(body)
    return found


def test_a_template_that_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match="no-such"):
        documents.render("no-such", {})


def test_a_missing_value_breaks_the_paper_instead_of_leaving_a_gap():
    with pytest.raises(typst.TypstError):
        documents.render("receipt", {name: value for name, value in RECEIPT.items() if name != "key"})
