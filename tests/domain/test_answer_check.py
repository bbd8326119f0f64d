"""The first check of an answer: what is missing, what is vague, and what is good is left alone."""

import json
import unicodedata
from datetime import date, timedelta

import pytest

from feedback.domain.answers.check import MAX_ANSWER, Finding, assess, check
from feedback.domain.answers.findings import reasons
from feedback.domain.answers.reading import remarks_on
from feedback.domain.answers.structured import Outcome, PointAnswer, StructuredAnswer
from feedback.domain.answers.taxonomy import Fault, Flag
from feedback.domain.folding import fold
from tests.bench.answers import by_digits, by_keywords, by_reader, pairs, score
from tests.engines.growth import LINEAR, growth

TODAY = date(2026, 11, 20)
ASKED = ("Vì sao hồ sơ bị chậm?", "Bao giờ tôi nhận được sổ?")
GOOD = StructuredAnswer(
    outcome=Outcome.RESOLVED,
    found="Qua kiểm tra ngày 12/11/2026, hồ sơ chậm 9 ngày do công chức xác nhận thiếu ranh giới.",
    done="Chi nhánh đã ký Giấy chứng nhận ngày 18/11/2026 và chuyển về Bộ phận Một cửa.",
    owner="Bộ phận Một cửa",
    ground="Điều 28 Luật Đất đai",
    next_step="Mời ông đến quầy số 2 nhận sổ, mang theo giấy hẹn.",
    points=(
        PointAnswer(1, "Chậm do phải đo lại ranh giới phía Đông."),
        PointAnswer(2, "Ông nhận sổ từ ngày 25/11/2026 tại quầy số 2."),
    ),
)


def found(answer: StructuredAnswer, points: tuple[str, ...] = ()) -> dict[str, Finding]:
    return {f.reason: f for f in check(answer, points, today=TODAY)}


def with_(base: StructuredAnswer = GOOD, **changed: object) -> StructuredAnswer:
    values = {name: getattr(base, name) for name in base.__slots__}
    return StructuredAnswer(**{**values, **changed})  # type: ignore[arg-type]


def point(text: str) -> tuple[PointAnswer, ...]:
    return (PointAnswer(1, text),)


def test_a_good_answer_has_no_findings() -> None:
    assert check(GOOD, ASKED, today=TODAY) == ()


def test_an_answer_without_an_outcome_is_blocked() -> None:
    assert found(with_(outcome=None), ASKED)["outcome_missing"].blocking


def test_resolved_needs_what_was_done() -> None:
    assert found(with_(done="  "), ASKED)["done_missing"].field == "done"


def test_being_handled_needs_a_day_and_an_owner() -> None:
    both = found(with_(outcome=Outcome.IN_PROGRESS, owner="", due_on=None), ASKED)
    assert both["date_missing"].blocking
    assert both["date_missing"].field == "due_on"
    assert both["owner_missing"].blocking
    assert both["date_missing"].code is Flag.OPEN_PROMISE


def test_only_what_no_reason_can_replace_blocks() -> None:
    assert {key for key, row in reasons().items() if row["blocking"]} == {
        "outcome_missing",
        "date_missing",
        "date_past",
        "owner_missing",
    }


@pytest.mark.parametrize(("days", "kept"), [(-1, False), (0, True), (1, True)])
def test_the_promised_day_is_today_or_later(days: int, kept: bool) -> None:
    answer = with_(outcome=Outcome.IN_PROGRESS, due_on=TODAY + timedelta(days))
    assert ("date_past" not in found(answer, ASKED)) is kept


def test_an_owner_nobody_can_find_is_remarked() -> None:
    answer = with_(outcome=Outcome.IN_PROGRESS, due_on=TODAY, owner="Bộ phận chuyên môn")
    assert not found(answer, ASKED)["owner_vague"].blocking


def test_unfounded_needs_a_reason() -> None:
    bare = with_(outcome=Outcome.UNFOUNDED, ground="", found="")
    assert found(bare, ASKED)["reason_missing"].code is Flag.NO_REASON
    weak = with_(outcome=Outcome.UNFOUNDED, ground="Theo quy định.", found="")
    assert found(weak, ASKED)["reason_weak"].code is Flag.NO_REASON
    law = with_(weak, ground="Theo Nghị định số 101/2024/NĐ-CP ngày 29/7/2024.")
    assert "reason_weak" in found(law, ASKED)
    told = with_(outcome=Outcome.UNFOUNDED, ground="", found="Camera ngày 3/6 cho thấy quầy mở đúng giờ.")
    assert not {"reason_missing", "reason_weak"} & set(found(told, ASKED))


def test_passed_on_needs_to_whom() -> None:
    away = with_(
        outcome=Outcome.PASSED_ON, owner="", next_step="", found="", done="Đã chuyển cơ quan chức năng."
    )
    assert found(away)["destination_missing"].code is Flag.BUCK
    named = with_(away, done="Đã chuyển Sở Xây dựng.")
    assert set(found(named)) == {"document_missing"}
    sent = with_(away, done="Đã chuyển Sở Xây dựng tại Công văn 311/UBND-KT ngày 08/10/2026.")
    assert found(sent) == {}


def test_a_rule_to_be_changed_needs_the_proposal() -> None:
    answer = with_(outcome=Outcome.RECORDED_FOR_RULE_CHANGE, ground="Quy định chồng chéo.", done="", found="")
    assert "proposal_missing" in found(answer)


def test_a_point_left_empty_is_named() -> None:
    missing = found(with_(points=GOOD.points[:1]), ASKED)["point_empty"]
    assert (missing.point, missing.fault) == (2, Fault.EVADING)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("Xin cảm ơn ông đã phản ánh.", Flag.NONE),
        ("Trân trọng./.", Flag.NONE),
        ("Không có", Flag.NONE),
        ("Đã tiếp nhận phản ánh của ông.", Flag.HOLDING),
        ("Đang xem xét theo quy định.", Flag.HOLDING),
        ("UBND phường ghi nhận ý kiến và sẽ xem xét.", Flag.HOLDING),
        ("Thực hiện theo quy định.", Flag.INDEFINITE),
        ("Theo quy định của pháp luật hiện hành.", Flag.GENERIC),
        ("Xem tại https://dichvucong.gov.vn", Flag.LINK_ONLY),
        ("Nội dung trả lời xem tại file đính kèm.", Flag.LINK_ONLY),
        ("Đề nghị ông liên hệ cơ quan có thẩm quyền để được hướng dẫn.", Flag.BUCK),
        ("Không thuộc thẩm quyền của UBND phường.", Flag.BUCK),
        ("Trong thời gian tới phường sẽ sớm khắc phục khi có kinh phí.", Flag.OPEN_PROMISE),
        ("Vì sao hồ sơ bị chậm", Flag.RESTATE),
        ("Hồ sơ của ông không đủ điều kiện.", Flag.NO_REASON),
        ("Phường đã chỉ đạo xử lý nghiêm theo quy định.", Flag.INDEFINITE),
        ("Việc chậm là do công dân không nghiên cứu kỹ quy định, thái độ thiếu hợp tác.", Flag.BLAME),
    ],
)
def test_words_that_answer_nothing_are_seen_in_any_spelling(text: str, flag: Flag) -> None:
    for spelled in (text, unicodedata.normalize("NFD", text), fold(text)):
        codes = {f.code for f in check(with_(points=point(spelled)), ASKED[:1], today=TODAY)}
        assert flag in codes, spelled


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Có mất phí không?", "Không, miễn phí."),
        ("Tôi có được tách thửa không?", "Tách được."),
        ("Thu vậy đúng không?", "Không đúng. Trường đã trả lại tiền cho phụ huynh."),
        ("Bao giờ có nước?", "Nước đã có lại từ 20h ngày 11/4."),
        ("Bao giờ sửa đường?", "Sẽ sửa xong trước ngày 30/12/2026."),
        ("Bao giờ tháo rào?", "Hàng rào tôn sẽ được tháo chiều thứ Sáu tuần này."),
        ("Vì sao bị trả hồ sơ?", "Hồ sơ bị trả vì thiếu biên bản xác định mức độ khuyết tật."),
        ("Vì sao loại hồ sơ?", "Ông bị loại vì giấy xác nhận đã quá một năm."),
        ("Lệ phí bao nhiêu?", "Lệ phí 100.000 đồng, nộp tại quầy số 3."),
        ("Đòi hộ khẩu có đúng không?", "Yêu cầu đó là không đúng Điều 14 Nghị định 104/2022/NĐ-CP."),
        ("Bao giờ có giấy phép?", "Giấy phép số 45/GPXD đã được cấp ngày 12/11/2026."),
        ("Ai xử lý?", "Bà Mai Lan, quầy 4, số máy lẻ 112."),
    ],
)
def test_a_short_straight_answer_is_left_alone(question: str, text: str) -> None:
    assert check(with_(points=point(text)), (question,), today=TODAY) == ()


@pytest.mark.parametrize(
    ("question", "text", "reason"),
    [
        ("Bao giờ có nước?", "Ống D-a bị vỡ vì thi công.", "point_no_date"),
        ("Vì sao chậm?", "Ông nhận sổ ngày 25/11/2026.", "point_no_reason"),
        ("Lệ phí là bao nhiêu?", "Ông nộp tại quầy, chỉ cần tờ khai.", "point_no_amount"),
    ],
)
def test_a_question_gets_what_it_asks_for(question: str, text: str, reason: str) -> None:
    assert reason in found(with_(points=point(text)), (question,))


def test_a_promise_is_made_good_by_the_day_of_the_form() -> None:
    promise = point("Phường sẽ thay bóng đèn.")
    assert "open_promise" in found(with_(points=promise), ("Đề nghị sửa đèn",))
    dated = with_(outcome=Outcome.IN_PROGRESS, due_on=TODAY, owner="Tổ điện", points=promise)
    assert "open_promise" not in found(dated, ("Đề nghị sửa đèn",))


def test_closing_courtesy_is_no_promise() -> None:
    text = (
        "Đèn đã được thay tối qua. Mong tiếp tục nhận được phản ánh của ông trong thời gian tới. Trân trọng."
    )
    assert not remarks_on(text)


def test_law_numbers_and_their_dates_are_no_result() -> None:
    law = (
        "Căn cứ Luật Đất đai số 31/2024/QH15 ngày 18/01/2024; "
        "căn cứ Nghị định số 101/2024/NĐ-CP ngày 29/7/2024."
    )
    assert {r.flag for r in remarks_on(law)} == {Flag.GENERIC}


def test_a_finding_points_at_the_sentence_that_shows_it() -> None:
    done = "UBND phường cảm ơn ông. Phường sẽ sớm khắc phục trong thời gian tới."
    shown = found(with_(found="", done=done, outcome=Outcome.EXPLAINED), ())["open_promise"]
    assert done[shown.start : shown.end] == "Phường sẽ sớm khắc phục trong thời gian tới."
    decomposed = unicodedata.normalize("NFD", done)
    shown = found(with_(found="", done=decomposed, outcome=Outcome.EXPLAINED), ())["open_promise"]
    assert decomposed[shown.start : shown.end].startswith("Phu")


def test_english_answers_are_read_in_english() -> None:
    text = "Payment issues are not within our responsibility. Please contact the relevant department."
    assert Flag.BUCK in {r.flag for r in remarks_on(text)}
    good = "The charge is confirmed as a duplicate. The department refunded it on 9 June 2026 to your card."
    assert not remarks_on(good)


def test_the_part_in_english_is_read_too() -> None:
    vague = with_(english="We have received your letter. It will be considered and we will get back to you.")
    assert {f.field for f in check(vague, ASKED, today=TODAY)} == {"english"}
    clear = with_(english="The permit was issued on 18 November 2026. You can collect it at counter 2.")
    assert check(clear, ASKED, today=TODAY) == ()


def test_an_answer_that_surely_says_nothing_goes_to_close_reading() -> None:
    nothing = with_(outcome=Outcome.EXPLAINED, found="Đã tiếp nhận, sẽ xem xét giải quyết theo quy định.", done="",
                    ground="", next_step="", points=(PointAnswer(1, "Đang xem xét theo quy định."),
                                                     PointAnswer(2, "Sẽ xem xét trong thời gian tới.")))
    assert assess(nothing, ASKED, today=TODAY).close
    assert not assess(with_(), ASKED, today=TODAY).close


def test_findings_can_be_kept_as_json() -> None:
    from dataclasses import asdict

    made = check(with_(outcome=None, points=()), ASKED, today=TODAY)
    assert json.loads(json.dumps([asdict(f) for f in made]))[0]["code"] == "indefinite"


@pytest.mark.parametrize(
    "seed",
    [
        "đã ",
        "sẽ xem xét ",
        "a",
        "1",
        "theo quy định ",
        "giao x y z ",
        ". ",
        "1/",
        "1.",
        "\u0301",
        "(((",
        "căn cứ luật ",
        "nghị định số 1/",
        "https://",
        "ông bà anh ",
        "\u200b",
        "đ",
        "và ",
        "điều 1 ",
        "ủa",
    ],
)
def test_reading_time_grows_with_the_text_and_not_faster(seed: str) -> None:
    def deed(text: str) -> None:
        check(with_(done=text, points=point(text)), (text,), today=TODAY)

    assert growth(deed, seed, 4_000) < LINEAR
    assert growth(deed, seed, 250_000) < 3  # beyond what is read, length costs next to nothing


def test_the_reader_is_better_than_counting_digits_and_soft_words() -> None:
    for name, floor in (("dev.jsonl", 0.88), ("published.jsonl", 0.70)):
        rows = pairs(name)
        true = [row["label"] == "defective" for row in rows]
        ours, digits, soft = (
            score([judge(row) for row in rows], true)["macro_f1"]
            for judge in (by_reader, by_digits, by_keywords)
        )
        assert ours >= floor
        assert ours > max(digits, soft)


def test_an_answer_of_line_breaks_alone_costs_no_more_than_twenty_pages() -> None:
    """Fourteen boxes of 10,000 letters each: the cost follows what is read, not what was pasted."""
    def deed(text: str) -> None:
        check(with_(done=text, found=text, ground=text, points=point(text)), (text,), today=TODAY)

    assert growth(deed, "a\n", MAX_ANSWER) < 3
