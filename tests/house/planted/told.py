"""A whole life in which everybody writes identities everywhere: into the story, the points, the answer, the
promise, an objection, a draft and the names of papers. The case is published through the real scanner alone."""

from feedback.domain.answers.structured import Outcome
from feedback.services.answers import AnswerText

SENDER = {"name": "Mạch Văn Sửu", "phone": "0912664880", "email": "suu.mach@rieng.example",
          "address": "47/9 hẻm Giếng Nước Vàng"}

STORY = (
    "Tôi là Mạch Văn Sửu, số 0912 664 880, nhà 47/9 hẻm Giếng Nước Vàng. Hồ sơ đất đai nộp lâu chưa có kết quả. "
    "Chị gái tôi là bà Đoàn Thị Kiều Oanh ở số 47 đường Lê Văn Tám, gọi 0987 650 123 hoặc 0903.664.218 hay "
    "+84 977 305 842. Căn cước 079199004321, biển số 65-B1 733.19, tài khoản 19035577884601 ngân hàng "
    "Techcombank, email lieu.kimngoc@rieng.example. Ông Huỳnh Công Lý sinh ngày 12/03/1961, "
    "mã số thuế 0313777997, số BHXH 7915123456. Hộ chiếu C1234567. CMND 271234567. Zalo 0934511702.")
POINTS = (
    "Hồ sơ đất đai của vợ tôi là bà Trịnh Thị Út Mười, điện thoại 0966.135.790, ở đâu?",
    "Vì sao anh Thạch Sô Phia, số 0 9 7 1 2 4 6 8 1 3, đòi thêm giấy của ông Quách Đại Thành?")
ANSWER = AnswerText(
    outcome=Outcome.RESOLVED,
    found="Ngày 10/11/2026 cán bộ đã gọi cho bà Tạ Ngọc Huyền Trang số 0918 273 645 và thấy hồ sơ đất đai nộp đủ.",
    done="Đã trả giấy cho anh Phùng Gia Khiêm, CCCD 092085001234, xe 65A-123.45, ngày 12/11/2026.",
    owner="Phòng Quản lý nhà, Sở Xây dựng", ground="Khoản 2 Điều 5 Nghị định 61/2018/NĐ-CP.",
    next_step="Đến nhận bản chính, hỏi bà Tăng Thị Diễm Quỳnh, điện thoại 0939 121 474.",
    points={1: "Hồ sơ ở Phòng Quản lý nhà; đã trả ngày 12/11/2026 cho ông Lương Sơn Bá tại số 12/7 ấp Tràm Chim; "
               "stk 0071001234567 Vietcombank; mail ba.luong@nha.example.",
            2: "Yêu cầu thêm giấy là sai; đã xin lỗi bà Kiều Thị Phong Lan, 0955 808 919, ngày 11/11/2026."})
OBJECTION = "Tôi là Nghiêm Thị Bạch Yến, số 0907 313 828, không đồng ý; hỏi ông Vưu Khải Hoàn, ghe CT-4417."
DRAFT = {"narrative": "Tôi là Âu Dương Thiếu Lâm, căn cước 092201007755, nộp hồ sơ đất đai đã hai tháng.",
         "name": "Âu Dương Thiếu Lâm", "phone": "0944 717 262", "email": "thieulam.au@rieng.example"}
PAPER = "Don cua ba Vu Thi Cam Tu 0902 585 141.jpg"

PLANTED = {value: value for value in (
    *SENDER.values(),
    "Đoàn Thị Kiều Oanh", "47 đường Lê Văn Tám", "0987 650 123", "0903.664.218", "+84 977 305 842",
    "079199004321", "65-B1 733.19", "19035577884601", "lieu.kimngoc@rieng.example", "Huỳnh Công Lý",
    "12/03/1961", "0313777997", "7915123456", "C1234567", "271234567", "0934511702", "Trịnh Thị Út Mười",
    "0966.135.790", "Thạch Sô Phia", "0971246813", "Quách Đại Thành", "Tạ Ngọc Huyền Trang", "0918 273 645",
    "Phùng Gia Khiêm", "092085001234", "65A-123.45", "Tăng Thị Diễm Quỳnh", "0939 121 474", "Lương Sơn Bá",
    "12/7 ấp Tràm Chim", "0071001234567", "ba.luong@nha.example", "Kiều Thị Phong Lan", "0955 808 919",
    "Nghiêm Thị Bạch Yến", "0907 313 828", "Vưu Khải Hoàn", "CT-4417", "Âu Dương Thiếu Lâm", "092201007755",
    "0944 717 262", "thieulam.au@rieng.example", "Vu Thi Cam Tu", "0902 585 141")}
"""By themselves: what is found is named by what it is."""
