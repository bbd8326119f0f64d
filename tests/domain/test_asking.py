"""A question to the sender names what is asked for, one thing a line."""

import pytest

from feedback.domain.answers.blanks import blanks
from feedback.domain.asking import as_list, fault


@pytest.mark.parametrize(("text", "code"), [
    ("", "missing"), ("  \n - \n", "missing"),
    ("Ảnh chụp giấy hẹn ngày 3/11/2026", None),
    ("Ảnh chụp giấy hẹn ngày 3/11/2026\n- Số biên nhận ở góc trên giấy hẹn", None),
    ("Giấy hẹn", "too_short"), ("Gửi các giấy tờ liên quan khác", "vague"),
    ("Đề nghị bổ sung hồ sơ theo quy định", "vague"), ("Please send any other documents", "vague"),
    ("\n".join(f"Trang {n} của sổ hộ khẩu cũ" for n in range(6)), "too_many"),
])
def test_a_question_is_concrete_or_is_not_sent(text, code):
    found = fault(text)
    assert (found[0] if found else None) == code


def test_the_sender_reads_a_numbered_list_when_more_than_one_thing_is_asked():
    assert as_list("- Ảnh giấy hẹn\n\n2) Số biên nhận") == "1. Ảnh giấy hẹn\n2. Số biên nhận"
    assert as_list(" Ảnh chụp giấy hẹn ") == "Ảnh chụp giấy hẹn"


@pytest.mark.parametrize(("text", "expected"), [
    ("Ngày [[ngày kiểm tra]], Sở đã kiểm tra.", ("ngày kiểm tra",)), ("Xong.", ()), ("Ngày [[", ("[[",)),
    ("[[a]] và [[b]]", ("a", "b")), ("[1] và [2]", ()), ("[[]]", ("[[]]",)), ("xong ]] rồi", ("]]",)),
])
def test_places_to_fill_in_are_found(text, expected):
    assert blanks(text) == expected
