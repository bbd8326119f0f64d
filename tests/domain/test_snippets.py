"""The piece of a text in which the words stand that were looked for."""

import unicodedata

import pytest

from feedback.domain.snippets import LENGTH, snippet

LONG = ("Ngày đầu tháng tôi nộp hồ sơ ở bộ phận một cửa. " * 6 + "Cán bộ bảo quay lại lấy sổ đỏ sau ba tuần. "
        + "Tôi chờ mãi không thấy ai gọi. " * 8)


def marked(text, *asked):
    return [piece.text for piece in snippet(text, asked) if piece.found]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_are_marked_with_and_without_accents_and_neighbours_are_one_mark(form):
    text = unicodedata.normalize(form, "Tôi xin cấp Giấy phép xây dựng.")
    assert marked(text, "giay", "phep") == [unicodedata.normalize(form, "Giấy phép")]
    assert marked(text, "xay") == [unicodedata.normalize(form, "xây")]


def test_it_is_cut_between_words_around_where_most_of_them_stand():
    pieces = snippet(LONG, {"so", "do", "toi"})
    whole = "".join(piece.text for piece in pieces)
    assert "sổ đỏ" in marked(LONG, "so", "do", "toi")
    assert whole.startswith("… ")
    assert whole.endswith(" …")
    assert len(whole) < LENGTH + 10
    assert set(whole.strip("… ").split()) <= set(LONG.split())


def test_the_pieces_together_are_the_text_as_it_stands():
    text = "Sở đã trả kết quả; đất ở, đất vườn."
    assert "".join(piece.text for piece in snippet(text, {"dat"})) == text


@pytest.mark.parametrize("text", ["", "   ", "Không có gì ở đây."])
def test_nothing_found_is_nothing(text):
    assert snippet(text, {"giay"}) == ()


def test_a_text_of_nothing_but_hits_costs_little():
    assert snippet("đất " * 50_000, {"dat"})
