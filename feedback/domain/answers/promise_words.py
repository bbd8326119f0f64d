"""The words by which a promise is told from what is none. Patterns are written with accents and lower case; for a
text without accents they are tried without.
"""

import re
import unicodedata

from feedback.domain.answers.view import one_tone_place


def bare(text: str) -> str:
    """The same letters without accents."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").replace("đ", "d")


class Words:
    """One pattern in two forms: as written, and for a text without accents."""

    def __init__(self, pattern: str) -> None:
        told = one_tone_place(unicodedata.normalize("NFC", pattern))
        self._forms = {False: re.compile(told), True: re.compile(bare(told))}

    def of(self, plain: bool) -> re.Pattern[str]:
        """The form for a text that is ``plain`` (without accents) or not."""
        return self._forms[plain]


def _whole(*alternatives: str) -> Words:
    """Any of these, as whole words."""
    return Words(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


_HOUR = (r"(?:\d{1,2}\s?(?:h\d{0,2}|:\d{2}|giờ(?:\s?\d{1,2}(?:\s?phút)?)?|[ap]\.?m\.?)?,?\s?)?"
         r"(?:sáng\s|chiều\s|tối\s|noon\s)?")
_WEEKDAY = (r"(?:thứ\s(?:hai|ba|tư|năm|sáu|bảy|[2-7]),?\s|chủ nhật,?\s|"
            r"(?:monday|tuesday|wednesday|thursday|friday),?\s)?")

# What stands right before a day.
LIMIT = Words(
    r"(?<!\w)(?P<word>trước|chậm nhất|muộn nhất|trễ nhất|không quá|không muộn hơn|hạn chót|hạn cuối|trong vòng|"
    r"trong|hết|cuối|đầu|giữa|by|before|no later than|not later than|within|during|at the latest)[\s:]+"
    r"(?:là\s|vào\s|đến\s|hết\s|trong\s|cuối\s|trước\s|the end of\s|end of\s|on\s)*"
    + _HOUR + _WEEKDAY + r"(?:ngày\s|hôm\s|the\s|on\s)?$")
FROM = Words(r"(?<!\w)(?:từ|kể từ|from|since|starting|as of)\s(?:ngày\s|hôm\s|on\s)?$")
UNTIL = Words(r"(?<!\w)(?:đến|tới|until|till|to)\s(?:hết\s)?" + _HOUR + _WEEKDAY + r"(?:ngày\s)?$")
OVER = Words(r"(?<!không\s)(?<!\w)quá\s(?:thời hạn\s)?(?:ngày\s)?$")
DAY_WORD = Words(r"(?<!\w)(?:ngày|hôm|vào|on)\s(?:thứ\s\w{1,4},?\s)?$")
LABEL = Words(
    r"(?<!\w)(?:(?:ngày|thời hạn|hạn|thời gian|thời điểm)\s(?:dự kiến\s)?(?:trả|có|hoàn thành|giải quyết|xong|"
    r"xử lý|khắc phục|kết thúc|hẹn|đo|lắp|cấp|sửa)|result|done|due|ready|date of)[^:.]{0,40}:\s*\W?(?:ngày\s)?$")
DOCUMENT = Words(
    r"(?<!\w)(?:quyết định|công văn|văn bản|tờ trình|biên bản|hợp đồng|giấy mời|giấy phép|decision|letter)"
    r"(?:\s(?:số\s)?\d[^\s,]{0,25})?\s(?:ngày|of|dated)\s$")
"""The day of a paper is nobody's promise."""
YESTERDAY = _whole("hôm qua", "hôm kia", "tối qua", "yesterday")
FIRM = _whole(r"(?<!chia\s)sẽ", "will", "shall", "cam kết")
NOW = _whole("tới", "nữa", "kể từ hôm nay", "kể từ ngày ký", "from (?:now|today)")

# What makes a sentence one that promises, or tells a deed.
MOOD = _whole(
    r"(?<!chia\s)sẽ", "cam kết", "xin hứa", "hứa", "bảo đảm", "đảm bảo", "dự kiến", "phấn đấu", "quyết tâm",
    r"(?<!giấy\s)(?<!phiếu\s)hẹn", "hẹn trả", "lên lịch", "xếp lịch", "bố trí lịch", "đặt lịch", "will", "we'll",
    "shall", "promise[sd]?", "commit(?:s|ted)?", "undertakes?", "guarantees?", "plans? to", "planned",
    "scheduled?", "expects?", "expected", "aims? to", "going to")
DO = _whole(
    "trả", "cấp", "đo", "sửa", "hoàn trả", "hoàn thành", "hoàn tất", "hoàn", "chuyển", "lắp", "thay", "giải quyết",
    "xong", "kiểm tra", "trả lời", "thông báo", "ký", "gửi", "đấu nối", "khắc phục", "kết quả", "thực hiện",
    "xử lý", "làm", "ban hành", "tổ chức", "chi trả", "thanh toán", "cập nhật", "đồng bộ", "báo cáo", "trình",
    "công bố", "công khai", "bỏ", "xóa", "điều chỉnh", "đến", "tra được", "có", r"measur\w*", r"repair\w*",
    "pay", "paid", r"issu\w*", r"deliver\w*", r"install\w*", r"inspect\w*", r"decid\w*", r"refund\w*",
    r"finish\w*", r"complet\w*", r"answer\w*", r"repl\w+", "send", "sent", "done", "ready", r"fix\w*", "results?",
    r"report\w*", r"publish\w*", r"update\w*")
DONE = _whole("đã", "vừa", "has", "have", "had", "was", "were")

# What makes it none.
_EACH = "(?:ngày|tuần|tháng|quý|năm)"
NEVER = Words(
    r"(?<!\w)(?:hiệu lực|thi hành|hết hạn|giá trị (?:đến|sử dụng)|in force|takes? effect|effective|valid until|"
    r"expires?|giờ hành chính|giờ làm việc từ|làm việc từ|mở cửa|open(?:ing)? (?:from|hours)|office hours|"
    rf"hằng {_EACH}|hàng {_EACH}|mỗi {_EACH}|định kỳ|every|daily|weekly|monthly|phần trăm|chỉ tiêu|bình quân|"
    r"toàn (?:tỉnh|huyện|xã|quốc|thành phố)|so với cùng kỳ|lũy kế|tỷ lệ|province-?wide|per ?cent|không thể|"
    r"không kịp|chưa thể|không bảo đảm|không đảm bảo|cannot|can't|unable|not be (?:ready|able))(?!\w)|%")
LAWFUL = _whole(
    "quy định", "thời hạn giải quyết", "thời gian giải quyết", "pháp luật", "luật", "nghị định", "thông tư",
    "kể từ (?:khi|ngày (?:nhận|tiếp nhận|nộp|có|được|ông|bà|bạn))", "từ ngày (?:nhận|tiếp nhận|nộp)", "law",
    "regulations?", "decree", "from the date", "after you", "of receipt", "normally", "usually",
    "thông thường", "phải", "must")
IF = Words(r"(?<!\w)(?:nếu|trường hợp|khi|if|in case|once|after|unless)\s[^,;]*$")

# The citizen.
_WHO = (r"(?:ông|bà|bạn|anh|chị|cháu|quý khách|quý vị|công dân|người dân|người nộp|gia đình|doanh nghiệp|"
        r"hộ gia đình|khách hàng|phụ huynh|thí sinh|chủ hộ|cử tri|you)(?:\s?[/(]\s?bà\s?\)?|\sbà)?")
_MODAL = "(?:cần|phải|nên|vui lòng|có thể|chỉ cần|hãy|sẽ cần|sẽ phải|chủ động|xin|lại|tự|sẽ)"
_DUTIES = ("nộp|mang|bổ sung|hoàn thiện|gửi|cung cấp|liên hệ|đăng ký|kê khai|khai|đến|tới|lên|có mặt|quay lại|"
           "kiểm tra|theo dõi|tra cứu|thanh toán|đóng|chuẩn bị|xuất trình|rút|khiếu nại|khởi kiện|gọi|truy cập|"
           "submit|bring|send|file|come|pay|provide|contact|check|must|should|need|have to|can|may|are asked")
_MUST = rf"(?:{_WHO}(?:\s{_MODAL})*\s(?:{_DUTIES})|vui lòng|(?:kính\s)?mời|please)"
ASKED = Words(rf"(?<!\w){_WHO}(?:\scó)?\s(?:hỏi|đề nghị|phản ánh|kiến nghị|yêu cầu|mong|muốn|nêu|viết|asked|"
              r"requested|wrote|want)(?!\w)[^;:]*$")
DUTY = Words(rf"(?<!\w){_MUST}(?!\w)[^,;:]*$")
DUTY_AFTER = Words(rf"^\s?,?\s?(?:thì\s|đề nghị\s|kính\s|yêu cầu\s)?{_MUST}(?!\w)")
DUTY_LIMIT = Words(
    r"(?<!\w)hạn (?:chót |cuối )?(?:nộp|đăng ký|khiếu nại|khởi kiện|bổ sung|thanh toán|đóng)(?!\w)|"
    r"(?<!\w)deadline (?:for|to) (?:you|submi|fil|pay|appl)")
AGENCY_FIRST = Words(r"(?<!\w)(?:sẽ|cam kết|hẹn|bảo đảm|will|shall)\s[^,;:]{0,40}$")

JOINT = Words(r"[,;]\s(?:và\s|rồi\s|and\s|then\s)?|\s(?:và|rồi|and|then)\s")
UNIT = re.compile(
    r"(?:^|(?<=[\s,.;:(]))(?:Sở|Phòng|UBND|Ủy ban nhân dân|Uỷ ban nhân dân|Chi nhánh|Chi cục|Cục|Văn phòng|"
    r"Trung tâm|Công an|Thuế|Bảo hiểm xã hội|Ban|Đội|Tổ|Công ty|Điện lực|Bệnh viện|Trường|Hội đồng|Thanh tra|"
    r"Kho bạc|So|Phong|Trung tam|Van phong|Cong an|[Tt]he [A-Z]\w+)(?:\s[^\s,.;:]+){0,10}?"
    r"(?=\s(?:đã|da|sẽ|cam kết|hẹn|trả|hoàn thành|giải quyết|đến|xin|bảo đảm|đảm bảo|phải|có trách nhiệm|"
    r"thực hiện|xử lý|chuyển|gửi|dự kiến|sửa|cấp|đo|se|tra|will|shall|is|has|expects|plans)\s)")
"""The unit that a promise names: from its first word to the verb."""
