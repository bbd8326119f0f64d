"""Search without accents: what is indexed and what is asked meet."""

import re
import unicodedata

import pytest

from feedback.domain.folding import (
    MAX_QUERY_TOKENS,
    MAX_TOKENS,
    facet,
    fold,
    query_tokens,
    tokens,
    tokens_text,
)
from tests.engines.growth import LINEAR, growth

SAFE = re.compile(r"[a-z0-9_]+\Z")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đèn đường", "den duong"),
        ("thuỷ", "thủy"),
        ("HOÀ BÌNH", "hòa bình"),
        ("ĐẤT ĐAI", "dat dai"),
        ("320 m²", "320 m2"),
        ("đất\u200bđai", "datdai"),
        ("２０２６", "2026"),
        (
            unicodedata.normalize("NFD", "Giấy chứng nhận quyền sử dụng đất"),
            "giay chung nhan quyen su dung dat",
        ),
    ],
)
def test_two_spellings_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_text_gives_its_syllables_and_its_pairs() -> None:
    assert tokens("Đèn đường hỏng") == ["den", "duong", "den_duong", "hong", "duong_hong"]


def test_pairs_do_not_cross_a_sentence_or_a_line() -> None:
    found = tokens("Đèn hỏng. Đường tối\nCầu gãy; cống tắc")
    assert not {"hong_duong", "toi_cau", "gay_cong"} & set(found)
    assert {"den_hong", "duong_toi", "cau_gay"} <= set(found)


def test_a_token_appears_once() -> None:
    assert tokens("đất đất đất") == ["dat", "dat_dat"]


def test_an_amount_with_dots_stays_one_sentence() -> None:
    assert "500_000" in tokens("lệ phí 500.000 đồng")


@pytest.mark.parametrize("asked", ["dat dai", "ĐẤT ĐAI", "đất đai", '"đất đai"', "“đất đai”", "Dat  dai!"])
def test_a_question_without_accents_finds_the_text(asked: str) -> None:
    assert set(query_tokens(asked).tokens) <= set(tokens("Thủ tục đất đai ở xã tôi"))


def test_a_phrase_asks_for_its_pairs_and_is_kept_for_checking() -> None:
    query = query_tokens('"đèn đường hỏng" Lê')
    assert query.tokens == ("den_duong", "duong_hong", "le")
    assert query.phrase == "den duong hong"


def test_single_letters_count_only_beside_another_syllable() -> None:
    assert query_tokens("y tế").tokens == ("y_te", "te")
    assert not query_tokens("a")
    assert not query_tokens("5")


def test_at_most_twelve_tokens_are_asked() -> None:
    assert len(query_tokens(" ".join(f"tu{n}" for n in range(50))).tokens) == MAX_QUERY_TOKENS


@pytest.mark.parametrize(
    "hostile",
    [
        "dat OR 1=1 --",
        "dat* NEAR(dai)",
        "'; drop table x; --",
        'title:"dat',
        "dat & !dai | (x:*)",
        '""" "',
        "d\x00at",
        "_fa45",
        "Ж中文",
        "%_%",
        "{a b}",
        "^dat",
        "-dai",
        "\ud800 đất",
    ],
)
def test_operators_and_quotes_become_harmless_tokens(hostile: str) -> None:
    assert all(SAFE.match(token) for token in query_tokens(hostile).tokens)
    assert all(SAFE.match(token) for token in tokens(hostile))


def test_nobody_can_write_a_filter_token_into_a_text() -> None:
    assert facet("a", 45) == "_fa45"
    assert facet("pub", True) not in tokens("_fa45 fa45 fpubtrue _fpubtrue pub true")
    assert facet("a", 45) not in query_tokens("_fa45 _f a45").tokens
    with pytest.raises(ValueError, match="facet"):
        facet("a", "–")


def test_the_index_text_holds_facets_first() -> None:
    assert tokens_text("Đất đai", facet("a", 1)) == "_fa1 dat dai dat_dai"


def test_a_huge_text_is_bounded_and_costs_no_more_than_its_length() -> None:
    assert len(tokens(" ".join(f"chữ{n}" for n in range(200_000)))) == MAX_TOKENS
    assert len(tokens("a" * 1_000_000)) == 1
    assert growth(tokens, "chữ khác nhau ", 50_000) < LINEAR
