"""Vietnamese words for synthetic cases: sentences about procedures, filled up with syllables as common as in a
language (a few very often, thousands rarely), and phrases that are planted so that searches know what to find."""

from bisect import bisect
from itertools import accumulate
from random import Random

from feedback.domain import folding

OPENING = (
    "Tôi đến bộ phận một cửa nộp hồ sơ {procedure} nhưng cán bộ tiếp nhận không hướng dẫn cụ thể.",
    "Gia đình tôi nộp hồ sơ {procedure} từ đầu tháng, đến nay đã quá hẹn mà chưa có kết quả.",
    "Tôi làm thủ tục {procedure} và bị yêu cầu nộp thêm giấy tờ không có trong danh mục công khai.",
    "Khi làm thủ tục {procedure} trên cổng dịch vụ công, hệ thống báo lỗi và không cho nộp tiếp.",
    "Hồ sơ {procedure} của tôi bị chuyển qua lại giữa các cơ quan, không ai nhận trả lời.",
    "Tôi phải đi lại bốn lần để hoàn thành thủ tục {procedure} dù hồ sơ đã đầy đủ từ đầu.",
    "Cùng một thủ tục {procedure} mà hai cán bộ hướng dẫn hai cách khác nhau.",
    "Doanh nghiệp chúng tôi nộp hồ sơ {procedure} trực tuyến, bị từ chối mà không nêu lý do.",
    "Người dân trong xóm làm thủ tục {procedure} đều phải nộp thêm bản sao hộ khẩu.",
    "Phiếu hẹn của thủ tục {procedure} đã hết hạn, phần mềm vẫn ghi là đang xử lý.",
)
QUESTION = (
    "Vì sao hồ sơ {procedure} của tôi quá hẹn?", "Ai chịu trách nhiệm trả lời hồ sơ này?",
    "Vì sao phải nộp thêm giấy tờ đã có trên hệ thống?", "Bao giờ tôi nhận được kết quả?",
    "Cơ quan nào có thẩm quyền giải quyết?", "Đề nghị xin lỗi bằng văn bản về việc trễ hẹn.",
    "Căn cứ nào để yêu cầu bản sao có công chứng?", "Vì sao hồ sơ trực tuyến bị từ chối?",
)
FOUND = (
    "Cơ quan đã kiểm tra hồ sơ và xác nhận nội dung phản ánh là đúng.",
    "Qua kiểm tra, bộ phận một cửa đã yêu cầu giấy tờ ngoài danh mục công khai.",
    "Phần mềm ghi nhận trễ hạn do hồ sơ chưa được chuyển bước kịp thời.",
    "Nội dung phản ánh đúng một phần: hồ sơ thiếu một thành phần theo danh mục.",
)
DONE = (
    "Đã trả kết quả cho người nộp và bỏ yêu cầu nộp thêm giấy tờ.",
    "Đã cấp giấy theo quy định và gửi thư xin lỗi.",
    "Đã chỉnh sửa quy trình trên phần mềm và phân công lại cán bộ.",
    "Đã hướng dẫn bổ sung và tiếp nhận lại hồ sơ trong ngày.",
)
PLACE = ("đường Hùng Vương", "đường Lê Lợi", "đường Trần Phú", "đường Nguyễn Huệ", "ấp Tân Lập", "thôn Đông Hòa",
         "khu phố 3", "xã Sông Mẫu", "phường Bến Mẫu", "xã Đồng Mẫu", "chợ Mẫu", "tổ dân phố 7")
EVERYWHERE = "thủ tục hành chính"
"""Stands in every case."""
RARE = ("trạm biến áp nghiêng", "giếng khoan nhiễm mặn", "đèn đường bị hỏng", "cầu phao chợ nổi",
        "Đập tràn xói lở",
        "lò gạch thủ công", "vườn ươm keo lai", "bến đò ngang", "chuồng yến giữa phố", "mỏ đá phong hóa")
"""Planted in a few cases each, with đ, Đ and both places of the tone among them."""
COMMON = {"hộ khẩu thường trú": 0.27, "giấy phép xây dựng nhà": 0.033,
          "sổ hộ nghèo": 0.016, "trích lục bản đồ": 0.001}
"""Planted in about this share of the cases."""
NEVER = "lý đường xử"
"""Common syllables that never stand beside each other in this order: ``sentence`` keeps the last one out."""

_ONSETS = ("", "b", "c", "ch", "d", "đ", "g", "gi", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "r", "s", "t",
           "th", "tr", "v", "x")
_RIMES = ("a", "an", "ang", "anh", "ao", "ay", "ăn", "âm", "ân", "âu", "en", "êm", "i", "im", "in", "inh",
          "iêu", "o", "oan", "oi", "on", "ông", "ơi", "ơn", "u", "ui", "ung", "uôn", "ư", "ưng", "ương", "ươi")
_TONES = {"a": "aàáảãạ", "ă": "ăằắẳẵặ", "â": "âầấẩẫậ", "e": "eèéẻẽẹ", "ê": "êềếểễệ", "i": "iìíỉĩị", "o": "oòóỏõọ",
          "ô": "ôồốổỗộ", "ơ": "ơờớởỡợ", "u": "uùúủũụ", "ư": "ưừứửữự"}


def _syllables() -> list[str]:
    found = []
    for onset in _ONSETS:
        for rime in _RIMES:
            at = max((n for n, sign in enumerate(rime[:2]) if sign in _TONES), default=0)
            for tone in range(6):
                found.append(f"{onset}{rime[:at]}{_TONES[rime[at]][tone]}{rime[at + 1:]}")
    Random(11).shuffle(found)
    return [one for one in found if folding.fold(one) != "xu"]


SYLLABLES = _syllables()
_WEIGHTS = list(accumulate(1 / (rank + 3) for rank in range(len(SYLLABLES))))


def sentence(rng: Random, syllables: int) -> str:
    """So many syllables by Zipf's law, with a number or a place among them now and then, and a full stop."""
    total, words = _WEIGHTS[-1], []
    for _ in range(syllables):
        words.append(SYLLABLES[bisect(_WEIGHTS, rng.random() * total)])
    if rng.random() < 0.5:
        words.insert(len(words) // 2, rng.choice(PLACE))
    if rng.random() < 0.3:
        words.append(f"số {rng.randrange(1, 999)}/{rng.randrange(2023, 2027)}")
    text = " ".join(words)
    return f"{text[:1].upper()}{text[1:]}."


def rare_count(cases: int) -> int:
    """In how many of so many public cases each rare phrase is planted: 20 of a million, never under 3."""
    return max(3, round(cases / 50_000))


def planted(seed: int, cases: int) -> dict[str, list[int]]:
    """The numbers (from 0) of the public cases that hold each rare phrase."""
    return {phrase: sorted(Random(f"{seed}:{phrase}").sample(range(cases), rare_count(cases))) for phrase in RARE}
