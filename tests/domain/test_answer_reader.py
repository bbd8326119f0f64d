"""The reading of whole answers: traps that fooled first tries, what holds for every text, and hostile text."""

import time
import unicodedata

import pytest

from feedback.domain.answers.senses import SENSES, asked_of, sense
from feedback.domain.answers.sentences import read
from feedback.domain.answers.shapes import DATE, masked
from feedback.domain.answers.taxonomy import Flag, Level
from feedback.domain.answers.tokens import content, signed
from feedback.domain.answers.verdict import Verdict, read_answer
from feedback.domain.answers.view import view

LAND = "Tôi nộp hồ sơ cấp sổ đỏ từ 04/3/2025, hẹn 25/4 mà chưa có. Vì sao chậm? Bao giờ tôi nhận được sổ?"
CLEAR = ("Hồ sơ của bà bị chậm 21 ngày do công chức địa chính xác nhận thiếu ranh giới phía Đông, phải đo lại "
         "ngày 09/5/2025. Giấy chứng nhận được trả tại Bộ phận Một cửa trước 17 giờ ngày 30/5/2025.")
EMPTY = ("Về nội dung phản ánh, đơn vị đã tiếp nhận và đang xem xét, giải quyết theo quy định. Việc cấp Giấy "
         "chứng nhận được thực hiện đúng trình tự, thủ tục của pháp luật đất đai, bảo đảm công khai, minh bạch.")
RESULT = "Ngày 12/6/2025, Chi nhánh đã trả Giấy chứng nhận cho bà tại quầy số 3, có ký nhận."
COURTESY = ("Trân trọng cảm ơn ông/bà đã quan tâm phản ánh.",
            "Rất mong tiếp tục nhận được ý kiến đóng góp của ông/bà trong thời gian tới.",
            "Kính chúc ông/bà sức khỏe và hạnh phúc.")
CITATIONS = ("Căn cứ Luật Đất đai số 31/2024/QH15 ngày 18/01/2024.",
             "Căn cứ Nghị định số 101/2024/NĐ-CP ngày 29/7/2024 của Chính phủ quy định về đăng ký đất đai.",
             "Thực hiện Thông tư số 01/2018/TT-VPCP ngày 23/11/2018 của Văn phòng Chính phủ.")
STATISTICS = ("Trong 9 tháng đầu năm, toàn tỉnh đã giải quyết 18.452 hồ sơ, đạt tỷ lệ 98,7 %, hơn cùng kỳ 3,2 %.",
              "Tính đến nay, tỉnh đạt tỷ lệ 91,6 % hồ sơ đúng hạn, tăng 4,1 % so với cùng kỳ năm trước.")
PAIRS = (
    (LAND, CLEAR), (LAND, EMPTY),
    ("Đèn đường ngõ 42 hỏng 3 tuần, tối om, đề nghị sửa.",
     "Công ty đã thay bóng ở ngõ nhà bác tối qua, đèn sáng rồi ạ."),
    ("Đèn đường ngõ 42 hỏng 3 tuần, tối om, đề nghị sửa.", "UBND phường ghi nhận ý kiến và sẽ sớm xem xét."),
    ("Có phải nộp lệ phí không, nộp ở đâu?", "Không thu lệ phí. Bạn nộp tại quầy số 2, Bộ phận Một cửa phường."),
    ("Khi nào sửa đường liên thôn? Năm nay có kinh phí không?",
     "Do ngân sách còn khó khăn, khi bố trí được kinh phí sẽ triển khai sửa chữa."),
    ("Nhà hàng xóm xây lấn ranh, đề nghị kiểm tra.", "Nội dung này không thuộc thẩm quyền của phường."),
    ("My permit is late. Why, and when do I get it?",
     "The file was delayed because the police check came back on 3 June. You can collect it on 12 June 2025."),
)


def p(complaint: str, answer: str) -> float:
    return read_answer(complaint, answer).probability


def flags(verdict: Verdict) -> set[Flag]:
    return {mark.code for mark in verdict.marks}


def test_an_answer_with_cause_and_day_is_clear_and_every_question_is_answered_by_its_own_words() -> None:
    verdict = read_answer(LAND, CLEAR, asks=("Vì sao chậm?", "Bao giờ tôi nhận được sổ?"))
    assert (verdict.defective, verdict.level, verdict.marks) == (False, Level.CLEAR, ())
    why, when = verdict.asks
    assert (why.answered, when.answered) == (True, True)
    assert "ranh giới" in CLEAR[why.start:why.end]
    assert "30/5/2025" in CLEAR[when.start:when.end]


def test_long_legal_emptiness_is_found_and_its_words_are_quoted() -> None:
    verdict = read_answer(LAND, EMPTY)
    assert verdict.defective
    assert verdict.level is not Level.CLEAR
    for mark in verdict.marks:
        assert mark.start == mark.end == 0 or EMPTY[mark.start:mark.end].strip()
        assert all(mark.words[name] for name in ("reason_vi", "reason_en", "hint_vi", "hint_en"))
    assert not any(ask.answered for ask in verdict.asks)


@pytest.mark.parametrize("answer", ["", "   \n ", "Không có.", "Đã nhận.", "Kính gửi ông. Trân trọng cảm ơn."])
def test_nothing_said_is_no_answer_for_certain(answer: str) -> None:
    verdict = read_answer(LAND, answer)
    assert (verdict.hard, flags(verdict), verdict.level) == (True, {Flag.NONE}, Level.NOT_ANSWERED)
    assert (verdict.marks[0].start, verdict.marks[0].end) == (0, 0)


def test_a_link_alone_is_no_answer_and_beside_an_answer_it_is_an_extra() -> None:
    link = "Đề nghị ông xem tại https://dichvucong.gov.vn để biết thêm thông tin."
    verdict = read_answer(LAND, link)
    assert (verdict.hard, flags(verdict)) == (True, {Flag.LINK_ONLY})
    assert link[verdict.marks[0].start:verdict.marks[0].end] == link
    assert not read_answer(LAND, f"{CLEAR} {link}").hard


def test_a_stock_answer_is_known_by_its_words_whatever_the_numbers() -> None:
    twin = CLEAR.replace("21 ngày", "35 ngày").replace("30/5/2025", "11/8/2025")
    assert flags(read_answer(LAND, CLEAR, others=[twin])) >= {Flag.TEMPLATE}
    assert Flag.TEMPLATE not in flags(read_answer(LAND, CLEAR, others=[EMPTY]))


def test_a_question_left_out_is_named() -> None:
    asks = ("Chợ mới bao giờ xây xong?", "Tiền đặt cọc sạp cũ có được trả lại không?")
    answer = "Nhà thầu khởi công ngày 28/8/2025, dự kiến bàn giao chợ mới ngày 26/3/2026."
    verdict = read_answer(" ".join(asks), answer, asks=asks)
    assert [ask.answered for ask in verdict.asks] == [True, False]


@pytest.mark.parametrize(("complaint", "answer"), PAIRS)
def test_a_concrete_dated_result_never_makes_it_worse(complaint: str, answer: str) -> None:
    assert p(complaint, f"{answer} {RESULT}") <= p(complaint, answer) + 1e-9


@pytest.mark.parametrize("more", [*COURTESY, *CITATIONS, *STATISTICS])
@pytest.mark.parametrize(("complaint", "answer"), PAIRS)
def test_courtesy_citations_and_statistics_never_make_it_better(complaint: str, answer: str, more: str) -> None:
    before = p(complaint, answer)
    assert p(complaint, f"{answer} {more}") >= before - 1e-9
    assert p(complaint, f"{more} {answer}") >= before - 1e-9


@pytest.mark.parametrize(("complaint", "answer"), PAIRS[:-1])
def test_spelling_does_not_matter(complaint: str, answer: str) -> None:
    assert p(complaint, unicodedata.normalize("NFD", answer)) == pytest.approx(p(complaint, answer), abs=1e-6)


def test_where_the_tone_stands_does_not_matter() -> None:
    new = "Thủy lợi đã hủy phiếu, hòa giải xong ngày 5/6/2025."
    old = "Thuỷ lợi đã huỷ phiếu, hoà giải xong ngày 5/6/2025."
    assert new != old
    assert p(LAND, old) == pytest.approx(p(LAND, new), abs=1e-9)


def test_accents_left_out_are_no_reason_to_judge_otherwise() -> None:
    def bare(text: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn").replace(
            "đ", "d").replace("Đ", "D")
    assert not read_answer(bare(LAND), bare(CLEAR)).defective
    assert read_answer(bare(LAND), bare(EMPTY)).defective


def test_a_closing_wish_is_no_promise() -> None:
    assert not read_answer(LAND, f"{CLEAR} {COURTESY[1]}").defective


def test_the_first_fact_is_not_swallowed_by_the_greeting_before_it() -> None:
    body = read(f"Về nội dung bà hỏi, UBND phường trả lời như sau: {CLEAR}").body
    assert body[0].text.startswith("hồ sơ của bà bị chậm 21 ngày")


def test_words_are_compared_before_their_accents_go() -> None:
    """Folded first, "đo khí thải" would be three function words."""
    assert {"do", "khi", "thai"} <= content(signed(view("đo khí thải").norm), plain=False)


@pytest.mark.parametrize("text", ["quý iv/2020", "ngày 5 tháng 12", "tháng 10 năm 2018", "20/8/2025", "5 december",
                                  "12.10.2024", "ngày 15-12"])
def test_days_are_seen(text: str) -> None:
    assert DATE.search(text)


@pytest.mark.parametrize("text", ["đạt 91.6 % kế hoạch", "số 42/2024/qđ-ubnd", "tỷ lệ 12.5", "1.250.000 đồng"])
def test_what_is_no_day_is_not(text: str) -> None:
    assert not DATE.search(masked(text))


def test_a_rule_is_masked_and_a_decision_on_a_case_is_not() -> None:
    assert "42/2024" not in masked("quyết định số 42/2024/qđ-ubnd")
    assert "1290/qđ-ubnd" in masked("quyết định số 1290/qđ-ubnd")


def test_every_sentence_has_one_sense_in_all() -> None:
    for one in sense(read(f"{CLEAR} {EMPTY}"), asked_of(LAND)):
        assert len(one.chances) == len(SENSES)
        assert sum(one.chances) == pytest.approx(1)


@pytest.mark.parametrize("hostile", [
    "a" * 1_000_000, "e" + "\u0301" * 1_000_000, "theo quy định " * 70_000, "." * 500_000, "\n" * 300_000,
    "((((" * 100_000, "1/1/" * 200_000, "điều 1 " * 100_000, "\u202e\u200b" * 200_000, "luật " + "a " * 300_000,
    "\ud800 \udfff" * 1_000, "0" * 800_000, "sẽ, sẽ " * 100_000])
def test_hostile_text_is_bounded(hostile: str) -> None:
    """A bound on growth, a thousand times what an honest answer takes, and no measure."""
    began = time.process_time()
    read_answer(LAND, hostile)
    read_answer(hostile, CLEAR)
    assert time.process_time() - began < 8
