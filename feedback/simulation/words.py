"""What people write in the simulation: real enough for the reader, the same each time."""

from datetime import date, timedelta

from feedback.domain.answers.structured import Outcome
from feedback.services.answers import AnswerText

NARRATIVE = ("Tôi nộp hồ sơ xin cấp giấy phép tại bộ phận một cửa. Cán bộ nhận hồ sơ yêu cầu nộp thêm bản sao hộ "
             "khẩu, dù thông tin đã có trên hệ thống, và tôi phải đi lại nhiều lần.")
POINTS = ("Vì sao phải nộp thêm bản sao hộ khẩu?", "Hồ sơ của tôi bao giờ có kết quả?")
QUESTION = "Số biên nhận ghi trên giấy hẹn trả kết quả"
SUPPLIED = "Số biên nhận trên giấy hẹn của tôi là 45, nhận ngày đầu tháng."
REFUSED = "Việc này đã được tòa án giải quyết bằng bản án có hiệu lực, cơ quan hành chính không xem xét lại."
WITHDRAWN = "Tôi đã nhận được kết quả nên xin rút phản ánh."
OBJECTION = "Tôi chưa nhận được giấy phép như câu trả lời nói."
RETURNED = "Câu trả lời chưa nói kết quả của hồ sơ. Đề nghị viết rõ đã làm gì, ngày nào."
SENT_BACK = "Chưa nêu căn cứ. Đề nghị viết lại, nêu rõ điều khoản áp dụng."
SIGNED = "Đã viết lại: nêu kết quả, ngày xong và trả lời từng điểm người dân hỏi."
OVERRIDE = "Đã đối chiếu hồ sơ gốc, từng điểm đều có kết quả; giữ câu chữ này cho dễ hiểu."
GROUND = ("Theo khoản 2 Điều 136 Luật Đất đai số 31/2024/QH15, hồ sơ tách thửa đất vườn tại tờ bản đồ số bảy, "
          "giáp kênh thủy lợi, do cơ quan được nêu tên giải quyết.")
DENIED = "Hồ sơ cấp giấy phép này do chính cơ quan đang giữ thụ lý; đề nghị trả lời người dân."
KEPT = "Ngày {day} cơ quan đã cấp giấy phép số 45 và giao kết quả cho người gửi, biên bản số 12/BB."

LATE_BECAUSE = ("Hồ sơ nằm ở phòng chuyên môn từ ngày nhận, cán bộ phụ trách nghỉ phép và không bàn giao lại sổ "
                "theo dõi cho người thay.")
SORRY = "Cơ quan xin lỗi ông (bà) vì để hồ sơ giấy phép nằm ở phòng chuyên môn mà không báo lại cho ông (bà)."
PREVENTS = "Từ nay mỗi hồ sơ có người thay ghi trong sổ trực, phòng kiểm tra sổ vào sáng thứ hai hằng tuần."
MORE_TIME = ("Phải đo lại ranh thửa đất vườn giáp kênh thủy lợi cùng hai hộ liền kề, đội đo đạc chỉ vào được khi "
             "nước rút khỏi bờ kênh.")
EVIDENCE = "Biên bản hẹn đo đạc ngày 05/01/2026 với hai hộ liền kề"
WANTED = "Cho biết ranh quy hoạch tuyến kênh thủy lợi đi qua thửa đất và hành lang bảo vệ rộng bao nhiêu mét."
GIVEN = "Tuyến kênh đi sát mép phía bắc thửa đất; hành lang bảo vệ rộng ba mét theo quyết định của tỉnh năm 2024."


def day(on: date) -> str:
    """A date as answers write it."""
    return f"{on:%d/%m/%Y}"


def answer(today: date, *, promised_on: date | None) -> AnswerText:
    """An answer that tells what was done, or (``promised_on``) by which day it will be."""
    checked, done = day(today - timedelta(days=2)), day(today - timedelta(days=1))
    handled = promised_on is not None
    return AnswerText(
        outcome=Outcome.IN_PROGRESS if handled else Outcome.RESOLVED,
        found=f"Ngày {checked} cơ quan đã kiểm tra hồ sơ của ông (bà). Bộ phận một cửa đã yêu cầu bản sao hộ khẩu "
              "không đúng quy định, vì thông tin cư trú đã có trong cơ sở dữ liệu quốc gia về dân cư.",
        done=f"Ngày {done} cơ quan đã bỏ yêu cầu nộp bản sao hộ khẩu và nhận đủ hồ sơ." + (
            "" if handled else " Giấy phép số 45/GP đã được cấp cùng ngày."),
        owner="Phòng chuyên môn của cơ quan", due_on=promised_on, ground="Điều 14 Nghị định 104/2022/NĐ-CP.",
        next_step="Ông (bà) nhận kết quả tại bộ phận một cửa, không phải nộp thêm giấy tờ.",
        points={1: f"Yêu cầu nộp bản sao hộ khẩu là không đúng Điều 14 Nghị định 104/2022/NĐ-CP. Cơ quan đã bỏ "
                   f"yêu cầu này ngày {done}.",
                2: "Giấy phép đang được in và ký." if handled else f"Giấy phép số 45/GP đã được cấp ngày {done}."})
