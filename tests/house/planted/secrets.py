"""What is planted: values that stand nowhere by chance, and how to find them again however they are written."""

import html
import json
import re
import unicodedata
from base64 import b64encode
from functools import cache
from urllib.parse import quote

WHO = {
    "web name": "Tôn Nữ Quỳnh Dao Thạch", "web phone": "0987 650 123", "web e-mail": "quynhdao.thach@thu.example",
    "web address": "47/9 hẻm Giếng Nước Vàng", "second signer": "Khổng Văn Trượng Phu",
    "third signer": "Giáp Thị Nhã Uyển",
    "firm e-mail": "b.quillfeather@zephyrine.example",
    "position": "Chief Lantern Officer", "tax code": "0313777997",
    "behalf sender": "Lưu Bỉnh Khiêm Cung", "behalf person": "Cụ bà Doãn Thị Thục Trinh",
    "behalf relation": "cháu ngoại út họ Doãn", "behalf e-mail": "khiemcung@thu.example",
    "caller name": "Triệu Thị Mộng Điệp Vân", "caller phone": "0971-246-813",
    "caller address": "ấp Tràm Chim Lớn số 5",
    "named sender": "Âu Dương Thiếu Lâm Phong", "named phone": "0966.135.790",
    "named e-mail": "thieulam@thu.example",
    "denouncer": "Mẫn Đức Trung Liệt", "denouncer phone": "0913 886 224",
    "jpeg name": "Anh chup vuon nha ba Huyen Tran Sau", "pdf name": "Don cua ong Bach Loi Phong",
    "docx name": "Giay uy quyen Chau Ngoc Bich Lan", "refused name": "Hoa don nha Dam Tien Thuy",
    "jpeg author": "Vuong Tuan Kiet Hai Tho Anh", "jpeg comment": "chup tai san nha Lam Sung Van",
    "jpeg place": "CanaryDatumBenSay10N105E", "pdf author": "Quach Tinh Dai Hiep Ky",
    "pdf subject": "Kho Hac Phong Cau",
    "docx author": "Hoang Dung Bang Chu Cai", "refused content": "Khau Xu Co Truong Xuan Tu",
}
"""Sealed, or thrown away: nobody reads it without a grant, and no byte of it lies readable anywhere."""

GONE = {
    "draft story": "bản nháp thầm kín về ông Tiết Đinh San Nhị", "draft name": "Phàn Lê Huê Nguyệt",
    "draft e-mail": "nhap.thamkin@rieng.example", "broken story": "chuyện kể lúc máy hỏng Bàng Long Xà",
    "broken name": "Bao Thanh Thiên Lỗi Máy", "broken phone": "0939 121 474",
    "lost key e-mail": "go.nham.dia.chi@rieng.example", "searched phone": "0955 808 919",
    "searched name": "Bạch Mi Ưng Vương", "never entered": "Ân Tố Tố Tạ Tốn",
}
"""Typed and never kept as a case: a draft, a form that broke, a question for a key, a search, a page left."""

SAID = {
    "house": "căn nhà mái tôn xanh sau miếu Ông Cọp", "relative": "Huỳnh Kim Ngọc Liễu Hạ",
    "relative in capitals": "ĐẶNG MỸ CHÂU PHA LÊ", "relative without accents": "Mac Dinh Chi Sau Duoi",
    "story phone": "0934511702", "story phone with dots": "0903.664.218",
    "story phone from abroad": "+84 977 305 842",
    "story e-mail": "lieu.kimngoc@rieng.example", "identity card": "079199004321", "plate": "65-B1 733.19",
    "account": "1903 5577 8846 012", "land": "thửa đất số 8431 tờ 77",
    "hindrance": "con gái Cẩm Tú Huyền nằm viện",
    "dossier": "H77.13-990417-86420", "supplement for intake": "sổ hộ khẩu do ông Chử Đồng Tử Hai giữ",
    "withdrawal": "ông Mạch Văn Sửu Hợi gọi điện dọa", "pier": "behind the Marigold Pier crane seven",
    "call": "bà con gọi ông là Bảy Cà Ràng Xiêm", "denunciation": "đưa phong bì ở quán Hoa Giấy Tím Than",
}
"""In the sender's own words: for who reads originals, never for an agency."""

BOTH = {"firm name": "Zephyrine Quandary Holdings", "representative": "Bartholomew Quillfeather",
        "firm phone": "+84 908 771 234"}
"""Sealed, and said once more by the sender in words that an agency reads with the sender hidden."""

FOR_AGENCIES = {**WHO, **GONE, **SAID, **BOTH}
FOR_READERS = {**WHO, **GONE}
ALL = FOR_AGENCIES


def plain(text: str) -> str:
    """Letters and digits alone: no accents, no case, no separators, no disguise of width, no national prefix of a
    telephone number."""
    decomposed = unicodedata.normalize("NFKD", html.unescape(text)).casefold().replace("đ", "d")
    return re.sub(r"[\W_]+", "", decomposed)  # marks over letters are no letters


@cache
def wanted(value: str) -> str:
    """What to look for among plain letters: of a telephone number the nine digits behind 0 or +84."""
    found = plain(value)
    if found.isdigit() and len(found) in (10, 11) and found.startswith(("0", "84")):
        return found[-9:]
    return found


def found_in(text: str, secrets: dict[str, str]) -> set[str]:
    """Names of the values that a text holds, with marks of the page taken away, too."""
    streams = (plain(text), plain(re.sub(r"<[^>]*>", "", text)))
    return {name for name, value in secrets.items() if any(wanted(value) in stream for stream in streams)}


@cache
def _writings(value: str) -> tuple[bytes, ...]:
    ascii_ = unicodedata.normalize("NFKD", value.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(c for c in ascii_ if not unicodedata.combining(c))
    digits = re.sub(r"[\s.\-]", "", value)
    forms = {value, value.lower(), value.upper(), bare, bare.lower(), unicodedata.normalize("NFD", value),
             unicodedata.normalize("NFC", value), json.dumps(value)[1:-1], quote(value), value.replace(" ", "+")}
    if digits.lstrip("+").isdigit():
        forms |= {digits, digits.lstrip("+")[-9:]}
    raw = {form.encode() for form in forms}
    raw |= {value.encode().hex().encode(), value.encode("utf-16-le"), value.encode("utf-16-be")}
    for shift in range(3):  # base64 wherever it begins
        raw.add(b64encode(b"\0" * shift + value.encode())[4 if shift else 0:-4])
    return tuple({form.lower() for form in raw})


def bytes_in(data: bytes, secrets: dict[str, str]) -> set[str]:
    """Names of the values that stand in these bytes in any usual writing."""
    low = data.lower()
    return {name for name, value in secrets.items()
            if any(form in low for form in _writings(value))}
