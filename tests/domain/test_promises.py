"""Promises of an answer: a sentence, the day on which it was written, and the day that is promised (or none)."""

import time
import unicodedata
from datetime import date

import pytest

from feedback.domain.answers.promises import MOST_PROMISES, promised, promises
from feedback.domain.calendar import WorkingCalendar

TODAY = date(2026, 11, 18)  # a Wednesday
CALENDAR = WorkingCalendar(days_off=frozenset({date(2026, 11, 24)}), make_up_days=frozenset(),
                           loaded_years=frozenset({2026}), version=1)

PROMISED = (
    ("Sở giải quyết xong trước 17 giờ ngày 30/11/2026.", "2026-11-30"),
    ("Kết quả tách thửa có chậm nhất 15/12.", "2026-12-15"),
    ("Chậm nhất ngày 15/3 phường trả kết quả.", "2027-03-15"),
    ("Sở sẽ trả kết quả trong tháng 12/2026.", "2026-12-31"),
    ("Việc sửa đường xong trong quý I/2027.", "2027-03-31"),
    ("Hoàn thành trong quý 1 năm 2027.", "2027-03-31"),
    ("Phòng Quản lý đô thị sẽ trả lời trong tuần này.", "2026-11-22"),
    ("Phòng sẽ kiểm tra tại chỗ trong tuần tới.", "2026-11-29"),
    ("Ngày mai phường gửi giấy mời cho hộ ông.", "2026-11-19"),
    ("Sáng mai đội quản lý điện sẽ đến thay công tơ.", "2026-11-19"),
    ("Kết quả có sau 3 ngày làm việc.", "2026-11-23"),
    ("Kết quả có sau ba ngày làm việc nữa.", "2026-11-23"),
    ("Sở sẽ cấp lại giấy trong vòng 05 ngày làm việc.", "2026-11-26"),
    ("Sở cam kết trả trong 10 ngày tới.", "2026-11-28"),
    ("Trong vòng hai tuần nữa, Sở sẽ lắp xong đèn.", "2026-12-02"),
    ("Điện lực sẽ sửa xong trong 24 giờ tới.", "2026-11-19"),
    ("We will pay the money back by 5 December 2026.", "2026-12-05"),
    ("The department will answer you before 30 November 2026.", "2026-11-30"),
    ("The result is ready no later than December 10, 2026.", "2026-12-10"),
    ("We will repair the pipe within 3 working days.", "2026-11-23"),
    ("The inspection is on 25/11/2026.", "2026-11-25"),
    ("We will finish the measurement in December 2026.", "2026-12-31"),
    ("The new counter will open next week and we will send you its number.", "2026-11-29"),
    ("Đội đo đạc số 2 đến đo trước ngày 05/12/2026.", "2026-12-05"),
    ("Ngày 5/12/2026.", "2026-12-05"),
    ("Trước ngày 5/12.", "2026-12-05"),
    ("Ngày trả kết quả: 05/12/2026.", "2026-12-05"),
    ("Thời hạn hoàn thành: 31/12/2026.", "2026-12-31"),
    ("Sở đã giao Phòng Nghiệp vụ giải quyết dứt điểm trước ngày 05/12/2026.", "2026-12-05"),
    ("Theo Nghị định số 118/2025/NĐ-CP ngày 09/6/2025, Sở trả kết quả chậm nhất ngày 05/12/2026.", "2026-12-05"),
    ("Sở sẽ mời ông đến nhận kết quả trước ngày 05/12/2026.", "2026-12-05"),
    ("Tiền chuyển vào tài khoản bạn đã khai trước ngày 05/12/2026.", "2026-12-05"),
    ("Nếu ông còn vướng mắc, Sở sẽ trả lời bằng văn bản trước ngày 05/12/2026.", "2026-12-05"),
    ("Từ ngày 01/12/2026 bộ phận một cửa sẽ không đòi bản sao hộ khẩu nữa.", "2026-12-01"),
    ("Dự kiến giữa tháng 12/2026 thảm nhựa xong.", "2026-12-20"),
    ("Đầu tháng 12 phường sẽ đổ bê tông đoạn này.", "2026-12-10"),
    ("Cuối tháng này Sở trả sổ cho gia đình.", "2026-11-30"),
    ("Phường sẽ sửa xong cống trong năm nay.", "2026-12-31"),
    ("UBND tỉnh sẽ trình sửa quy định trước quý II/2027.", "2027-03-31"),
    ("Chúng tôi hẹn trả kết quả vào thứ Sáu tuần này.", "2026-11-20"),
    ("Hẹn ông chiều thứ Sáu tuần tới sẽ đo lại ranh đất.", "2026-11-27"),
    ("Hôm nay phường sẽ gửi giấy xác nhận.", "2026-11-18"),
    ("So se tra ket qua truoc ngay 05/12/2026.", "2026-12-05"),
    ("Phong quan ly do thi se tra loi cham nhat 15/12.", "2026-12-15"),
    ("Viec nay xong trong quy I/2027, phuong da ghi vao ke hoach.", "2027-03-31"),
    ("Ket qua co sau 3 ngay lam viec nua.", "2026-11-23"),
    ("Bệnh viện bố trí lịch mổ lại vào ngày 25 tháng 11 năm 2026.", "2026-11-25"),
    ("Bảo hiểm xã hội chi trả phần chênh lệch trước 30-11-2026.", "2026-11-30"),
    ("Thuế tỉnh hoàn 3.200.000 đồng cho bà chậm nhất ngày 30.11.2026.", "2026-11-30"),
    ("Dạ bên em sẽ qua đo lại trước thứ Sáu tuần này nha anh.", "2026-11-20"),
)
NONE = (
    "Ngày 10/11/2026 Sở đã trả kết quả cho ông.",
    "Ngày 10/6 đã trả kết quả.",
    "Trước ngày 10/11 phường đã sửa xong.",
    "Trong tháng 10/2026 Sở đã giải quyết 45 hồ sơ.",
    "Sở nhận được đơn của ông ngày 16/11/2026.",
    "Hôm nay Sở đã trả kết quả.",
    "Luật Đất đai sửa đổi có hiệu lực từ ngày 01/01/2027.",
    "Thông tư số 12/2026/TT-BTC ngày 15/12/2026 có hiệu lực trong quý I/2027.",
    "Theo quy định, thời hạn giải quyết là không quá 15 ngày làm việc kể từ ngày nhận đủ hồ sơ.",
    "Thời gian giải quyết theo quy định: trong vòng 20 ngày.",
    "Ông nộp bổ sung bản vẽ trước ngày 05/12/2026.",
    "Đề nghị bà liên hệ bộ phận một cửa trước ngày 05/12/2026.",
    "Trước ngày 05/12/2026, ông bà nộp bản chính để đối chiếu.",
    "Mời ông đến trụ sở vào ngày 05/12/2026.",
    "Vui lòng bổ sung giấy tờ trong vòng 10 ngày.",
    "Please send the missing page by 5 December 2026.",
    "You must file the form before 5 December 2026.",
    "Hạn nộp hồ sơ chậm nhất ngày 05/12/2026.",
    "Bạn nhận giấy xác nhận tại quầy hộ tịch từ ngày 25/11/2026.",
    "Nếu chưa thấy tiền đến ngày 25/11/2026, gọi số 0900 000 188.",
    "Quá ngày 05/12/2026 hồ sơ bị hủy.",
    "Quầy 3 mở cửa đến hết ngày 31/12/2026.",
    "Bộ phận một cửa làm việc từ thứ Hai đến thứ Sáu tuần này.",
    "Đường dây nóng phục vụ 24/7, sẽ trả lời ngay.",
    "Phấn đấu đến hết quý I/2027 toàn tỉnh đạt 95 % hồ sơ đúng hạn.",
    "Trong năm 2027 chỉ tiêu cấp giấy là 12.000 thửa.",
    "Ông hỏi sổ đỏ có trả trước ngày 05/12/2026 không?",
    "Ông đề nghị trả kết quả trước ngày 05/12/2026.",
    "Sở không thể trả kết quả trước ngày 05/12/2026.",
    "Hằng tháng, trước ngày 10/12, phường công khai danh sách.",
    "Giấy phép lái xe của ông có giá trị đến ngày 05/12/2026.",
    "Giấy phép số 45/GPXD đã ký.",
    "Có, 3.000.000 đồng theo quyết định ngày 18/11/2026.",
    "Ngày 18/11/2026, phường đã xin lỗi và hẹn hai bạn đến ký giấy chứng nhận.",
    "Bạn kiểm tra tài khoản trước ngày 05/12/2026.",
    "Trường nào cũng phải trả lời trong hai ngày làm việc.",
    "Hồ sơ gồm 2/3 số giấy tờ.",
    "Sở sẽ sớm giải quyết trong thời gian tới.",
    "We will look into it as soon as possible.",
    "The law takes effect on 1 January 2027.",
    "Ong nop bo sung truoc ngay 05/12/2026.",
    "Phiếu hẹn ngày 05/12/2026 đã bị mất.",
    "Ngày 31/2/2027 không có trong lịch.",
    "",
)


@pytest.mark.parametrize(("text", "day"), PROMISED)
def test_a_promise_has_its_day(text: str, day: str) -> None:
    assert [one.on.isoformat() for one in promises(text, TODAY, CALENDAR)] == [day]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_promise_opens_none(text: str) -> None:
    assert promises(text, TODAY, CALENDAR) == ()


@pytest.mark.parametrize(("text", "day"), PROMISED)
def test_decomposed_letters_and_capitals_are_read_the_same(text: str, day: str) -> None:
    told = promises(text, TODAY, CALENDAR)
    apart = promises(unicodedata.normalize("NFD", text), TODAY, CALENDAR)
    assert [one.on for one in apart] == [one.on for one in told]
    assert [one.on for one in promises(text.upper(), TODAY, CALENDAR)] == [one.on for one in told]


def test_working_days_are_counted_on_the_calendar_when_there_is_one() -> None:
    text = "Sở sẽ cấp lại giấy trong vòng 05 ngày làm việc."
    assert promises(text, TODAY)[0].on == date(2026, 11, 23)
    assert promises(text, TODAY, CALENDAR)[0].on == date(2026, 11, 26)  # the 24th is a day off


def test_a_promise_quotes_its_sentence_and_names_its_unit() -> None:
    text = "Chào bà. Phòng Quản lý đô thị sẽ trả lời trước ngày 5/12/2026. Trân trọng."
    (one,) = promises(text, TODAY)
    assert text[one.start:one.end] == one.line == "Phòng Quản lý đô thị sẽ trả lời trước ngày 5/12/2026."
    assert one.owner == "Phòng Quản lý đô thị"
    apart = unicodedata.normalize("NFD", text)
    (two,) = promises(apart, TODAY)
    assert unicodedata.normalize("NFC", apart[two.start:two.end]) == one.line


def test_two_days_in_one_sentence_are_two_promises() -> None:
    found = promises("Sở đo đất trước ngày 5/12/2026 và trả kết quả trước ngày 20/12/2026.", TODAY)
    assert [(one.line, one.on.day) for one in found] == [
        ("Sở đo đất trước ngày 5/12/2026", 5), ("trả kết quả trước ngày 20/12/2026.", 20)]


def test_from_one_day_to_another_is_promised_for_the_last() -> None:
    found = promises("Sở sẽ đo từ ngày 01/12/2026 đến ngày 05/12/2026.", TODAY)
    assert [one.on for one in found] == [date(2026, 12, 5)]


def test_the_day_of_the_form_is_a_promise_unless_a_sentence_says_it() -> None:
    texts = ["Đội đo đến trước ngày 05/12/2026.", "Đội đo đến trước ngày 05/12/2026."]
    day = date(2026, 12, 5)
    assert [(one.line, one.on) for one in promised(texts, today=TODAY, due_on=day)] == [(texts[0], day)]
    later = promised(texts, today=TODAY, due_on=date(2026, 12, 9), owner=" Phòng Một ")
    assert [(one.line, one.on.day, one.owner) for one in later][-1] == ("", 9, "Phòng Một")


@pytest.mark.parametrize("text", [
    "trước ngày " * 100_000, "5/12 " * 50_000, "nếu " * 50_000 + "5/12/2026", "\u0301" * 1_000_000,
    "sẽ " * 30_000 + "trước ngày 5/12/2026", ". " * 200_000, "ngày 5 tháng " * 20_000, "Sở " * 50_000,
])
def test_hostile_text_costs_no_more_than_a_moment(text: str) -> None:
    """A bound on growth, a thousand times what an honest answer takes, and no measure."""
    start = time.process_time()
    promises(text, TODAY, CALENDAR)
    assert time.process_time() - start < 8


def test_an_answer_full_of_days_promises_no_more_than_somebody_can_watch():
    text = " ".join(f"Việc {n} sẽ xong trước ngày {n % 28 + 1}/12/{2030 + n // 28}." for n in range(200))
    found = promised([text], today=date(2026, 11, 21))
    assert len(found) == MOST_PROMISES
    assert found[-1].on == date(2031, 12, 22)  # the earliest are kept
