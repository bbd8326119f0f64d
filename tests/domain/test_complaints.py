"""What holds for every complaint, whoever writes it down."""

import unicodedata

import pytest

from feedback.domain.complaints import fold_dossier, language_of

VIETNAMESE = "Ngày 3/11/2026 tôi nộp hồ sơ xin giấy phép xây dựng tại bộ phận một cửa, chưa có kết quả."


@pytest.mark.parametrize(("text", "page", "language"), [
    (VIETNAMESE, "vi", "vi"), (VIETNAMESE, "en", "vi"), (unicodedata.normalize("NFD", VIETNAMESE), "en", "vi"),
    ("They asked me for one more paper. Why?", "en", "en"), ("They asked me for one more paper.", "vi", "vi"),
    ("I filed it at Bến Mẫu ward with Mr Nguyễn on Monday.", "en", "en"), ("", "en", "en"), ("...", "en", "en"),
    ("ộ" * 30_000, "en", "vi"),
])
def test_a_text_in_vietnamese_is_vietnamese_on_whichever_page_it_was_written(text, page, language):
    assert language_of(text, page) == language


@pytest.mark.parametrize(("typed", "folded"), [
    ("H01.02-251103-0042", "h01022511030042"), (" h01 02 / 251103 / 0042 ", "h01022511030042"),
    ("Số 7/ĐĐ", "so7dd"), ("０７", "07"), ("\u200b-.", "")])
def test_a_dossier_number_is_the_same_however_it_is_typed(typed, folded):
    assert fold_dossier(typed) == folded
