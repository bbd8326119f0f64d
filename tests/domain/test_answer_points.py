"""A complaint is proposed as numbered points."""

import unicodedata

import pytest

from feedback.domain.answers.points import MAX_POINTS, propose
from feedback.domain.folding import fold
from tests.engines.growth import LINEAR, growth

BIRTH = "Tôi làm khai sinh cho con. Tôi muốn hỏi: 1) Đính chính cần giấy tờ gì? 2) Có phải nộp lệ phí không?"
BOOK = "Đề nghị cho biết hồ sơ đang ở khâu nào, vì sao chậm và bao giờ tôi nhận được sổ?"


def test_a_list_the_writer_numbered_is_kept() -> None:
    assert propose(BIRTH) == ("Đính chính cần giấy tờ gì?", "Có phải nộp lệ phí không?")


def test_three_questions_in_one_sentence_are_three_points() -> None:
    assert propose(BOOK) == (
        "Đề nghị cho biết hồ sơ đang ở khâu nào",
        "Vì sao chậm",
        "Bao giờ tôi nhận được sổ?",
    )


@pytest.mark.parametrize("spelling", [fold, lambda t: unicodedata.normalize("NFD", t), str.upper])
def test_the_split_does_not_depend_on_the_spelling(spelling) -> None:  # type: ignore[no-untyped-def]
    assert len(propose(spelling(BOOK))) == 3


@pytest.mark.parametrize("spelling", [str, fold, lambda t: unicodedata.normalize("NFD", t), str.upper])
def test_what_was_filed_is_no_question(spelling) -> None:  # type: ignore[no-untyped-def]
    told = "Tôi nộp hồ sơ xin cấp sổ đỏ ngày 3/9. Hồ sơ của tôi còn thiếu gì? Tôi xin được trả lời sớm."
    assert len(propose(spelling(told))) == 2


def test_lines_with_dashes_are_points() -> None:
    assert len(propose("Tôi kiến nghị:\n- sửa đèn đường\n- dọn rác\n- trả lời bằng văn bản")) == 3


def test_lettered_points_are_points() -> None:
    assert len(propose("Xin hỏi: a) nộp ở đâu; b) mất bao lâu")) == 2


def test_english_is_split_too() -> None:
    assert propose("My visa is late. Where is my file and when will it be finished?") == (
        "Where is my file",
        "When will it be finished?",
    )


def test_a_story_without_a_question_is_one_point() -> None:
    assert propose("Đèn ngõ tôi hỏng.") == ("Đèn ngõ tôi hỏng.",)


def test_dates_and_amounts_are_not_list_marks() -> None:
    text = "Ngày 1. 5 tôi nộp 2.000.000 đồng lúc 8.30. Vì sao chưa có biên lai?"
    assert propose(text) == ("Vì sao chưa có biên lai?",)


def test_an_empty_text_has_no_points() -> None:
    assert propose(" \n… ") == ()


def test_what_does_not_fit_stays_in_the_tenth_point() -> None:
    found = propose(" ".join(f"Câu {n} là gì?" for n in range(30)))
    assert len(found) == MAX_POINTS
    assert "Câu 29" in found[-1]


@pytest.mark.parametrize("sign", ["…", "?", ".", ",", ";", " ", "\t", "\u00a0"])
def test_a_long_run_of_one_sign_takes_no_longer_than_other_text(sign: str) -> None:
    """Anybody may send this from the first page of a complaint; it must not hold up everybody else."""
    def deed(run: str) -> None:
        propose(f"Đề nghị trả lời vì sao, a{run}a và cho biết khi nào?")

    assert growth(deed, sign, 4_750) < LINEAR
