"""What the words of a complaint suggest: with and without accents, in both languages, and with the words they
are."""

import json
from importlib.resources import files

import pytest

from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.listed_reasons import AFTER_ASKING, defaults, fill, open_places
from feedback.domain.proposing import likeness
from feedback.domain.proposing.dossier import dossier_ranges
from feedback.domain.proposing.lexicon import codes, hits, look
from feedback.domain.proposing.reading import read

SAID = [
    ("not_guided", "Tôi không biết hỏi ai về thủ tục này."),
    ("inconsistent", "Phường này nhận, phường bên thì mỗi nơi một kiểu."),
    ("extra_papers", "Cán bộ yêu cầu bổ sung giấy xác nhận của trưởng thôn."),
    ("digitised_papers", "Họ vẫn đòi hộ khẩu giấy của gia đình."),
    ("paper_copy_of_signed_file", "Tôi đã ký số rồi mà vẫn phải nộp bản giấy."),
    ("online_refused_without_reason", "Hồ sơ trực tuyến bị trả lại, không nêu lý do."),
    ("late_result", "Hồ sơ quá hạn hai tuần rồi."),
    ("many_trips", "Tôi phải đi lại nhiều lần."),
    ("harassment", "Cán bộ một cửa hách dịch với người già."),
    ("unofficial_cost", "Anh ta gợi ý tiền để làm nhanh."),
    ("not_answered", "Tôi gửi đơn mà không ai trả lời."),
    ("passed_around", "Các cơ quan đùn đẩy nhau."),
    ("portal_fault", "Cổng dịch vụ công bị lỗi không nộp được."),
    ("wrong_publication", "Mức phí niêm yết sai so với nghị quyết."),
    ("unreasonable_rule", "Quy định này bất hợp lý với hộ nghèo."),
    ("initiative", "Tôi xin đề xuất một cách làm mới."),
]
BARE = str.maketrans("đĐ", "dD")


def without_accents(text):
    import unicodedata
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).translate(BARE)


@pytest.mark.parametrize("spelling", [str, without_accents])
@pytest.mark.parametrize(("code", "text"), SAID)
def test_a_category_is_proposed_with_the_words_that_led_to_it(code, text, spelling):
    found = read(spelling(text)).category
    assert found is not None
    assert found.code == code
    assert found.quote in spelling(text)


def test_accents_tell_words_apart_where_the_writer_used_them():
    """“bồi dưỡng” is money for an officer, “bội đường” is nothing; without accents both are read as the first."""
    assert read("Phần đường này bội đường, xin xem lại.").denunciation is None


@pytest.mark.parametrize(("text", "code"), [
    ("Ông Trần Văn Tí ở bộ phận một cửa gợi ý tôi đưa 5 triệu.", "money"),
    ("Phai dua phong bi moi duoc ky.", "money"),
    ("The officer asked me for money, under the table.", "money"),
    ("Tôi tố cáo ông Nguyễn Văn Ba làm giả hồ sơ.", "named"),
])
def test_a_possible_denunciation_is_proposed_for_the_restricted_desk(text, code):
    assert read(text).denunciation.code == code


@pytest.mark.parametrize("text", [
    "Tôi đã nộp tiền lệ phí đầy đủ và có biên lai.", "Ông Nguyễn Văn Ba hướng dẫn rất tận tình.",
    "Cán bộ sách nhiễu người dân.", "Hồ sơ chậm trả kết quả.", ""])
def test_an_ordinary_complaint_is_not_taken_for_a_denunciation(text):
    assert read(text).denunciation is None


@pytest.mark.parametrize(("text", "code"), [
    ("Con tôi không nhập học được vì thiếu giấy khai sinh.", "schooling"),
    ("The visa expires on Friday.", "expiry"), ("Toi can mo cap cuu ma the bao hiem chua co.", "health"),
    ("Tạm trú sắp hết hạn.", "expiry")])
def test_what_cannot_wait_is_noticed(text, code):
    assert read(text).urgency.code == code


def test_every_category_of_the_lexicon_is_one_of_ours_and_every_pattern_can_be_read():
    assert set(codes("categories")) <= {c.value for c in Category}
    for name in ("categories", "urgency", "denunciation"):
        for text in ("Có chữ.", "khong dau", "In plain English words of the file"):
            hits(name, look(text))


def test_no_pattern_stands_twice():
    folder = files("feedback.domain.proposing")
    for name in ("categories", "urgency", "denunciation"):
        rows = json.loads((folder / f"{name}.json").read_text("utf-8"))
        patterns = [(row["code"], p) for row in rows for lang in ("vi", "en") for p in row[lang]]
        assert len(patterns) == len(set(patterns))


# Likeness -------------------------------------------------------------------------------------------------------

ONE = "Tôi nộp hồ sơ cấp sổ đỏ ngày 3 tháng 8 tại phường, hẹn 30 ngày nhưng đến nay chưa có kết quả."


def test_the_same_matter_in_other_spelling_is_alike_and_another_one_is_not():
    same = likeness.shingles(without_accents(ONE) + " Xin tra loi som.")
    other = likeness.shingles("Cổng dịch vụ công báo lỗi khi thanh toán lệ phí trước bạ xe máy từ hôm qua.")
    assert likeness.likeness(likeness.shingles(ONE), same) >= likeness.ALIKE
    assert likeness.likeness(likeness.shingles(ONE), other) < likeness.ALIKE


def test_a_few_words_are_too_little_to_be_alike():
    assert likeness.likeness(likeness.shingles("Hồ sơ chậm."), likeness.shingles("Hồ sơ chậm.")) == 0


def test_repeating_somebodys_words_is_noticed():
    assert likeness.says_again("ĐẾN NAY, chưa có kết quả: nhưng đến nay chưa có kết quả", ONE)
    assert not likeness.says_again("Phản ánh của bạn được gộp vào một việc đang giải quyết.", ONE)


# The dossier's number -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text", ["hồ sơ H01.02-251103-0042 của tôi", "h01 02 251103 0042",
                                  "(H01/02/251103/0042)"])
def test_the_number_of_a_dossier_is_found_however_it_is_written(text):
    (start, end), = dossier_ranges(text, "h01022511030042")
    assert text[start] in "hH"
    assert text[start:end].endswith("0042")


def test_a_longer_number_is_another_dossier():
    assert dossier_ranges("H01.02-251103-00421", "h01022511030042") == []
    assert dossier_ranges("điều 12", "12") == []


# The listed reasons ---------------------------------------------------------------------------------------------

def test_the_list_has_the_reasons_of_the_field_in_both_languages():
    by_action = {action: [r.code for r in defaults() if r.action is action] for action in Action}
    refusals = by_action[Action.REFUSE]
    assert refusals == ["no_contact", "unclear", "not_vietnamese", "not_procedure", "is_complaint",
                        "is_denunciation", "duplicate", "abuse"]
    assert len(by_action[Action.GUIDE]) == 3
    assert set(by_action[Action.REFUSE]) >= AFTER_ASKING
    for reason in defaults():
        assert all((reason.name_vi, reason.name_en, reason.text_vi, reason.text_en, reason.legal_basis))
        assert len(open_places(reason.text_vi)) == len(open_places(reason.text_en))
        assert open_places(reason.text_vi)
    assert len({reason.code for reason in defaults()}) == len(defaults())


def test_office_and_code_are_put_into_their_places_and_the_others_stay():
    text = "Gửi đến: [[nơi nhận]], mã [[mã số]], vì [[lý do]]."
    filled = fill(text, language="vi", office="Thanh tra tỉnh", code="12")
    assert filled == "Gửi đến: Thanh tra tỉnh, mã 12, vì [[lý do]]."
    assert open_places(fill(text, language="vi", office="X", code="1")) == ["lý do"]
