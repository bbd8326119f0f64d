"""What could tell who somebody is, is found through its disguises; plain official text is left alone."""

import unicodedata

import pytest

from feedback.domain.redaction import MAX_KNOWN, Mark, MarkKind, block, mask, merge, scan
from tests.engines.growth import LINEAR, growth

K = MarkKind
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

DISGUISED = [
    ("Gọi tôi số 0903214876 nhé", "0903214876", K.PHONE),
    ("Gọi 0903 214 876", "0903 214 876", K.PHONE),
    ("Gọi 0903.214.876", "0903.214.876", K.PHONE),
    ("Gọi 0903-214-876", "0903-214-876", K.PHONE),
    ("Gọi 09 03 21 48 76", "09 03 21 48 76", K.PHONE),
    ("Gọi 0 9 0 3 2 1 4 8 7 6", "0 9 0 3 2 1 4 8 7 6", K.PHONE),
    ("Gọi +84 903 214 876", "+84 903 214 876", K.PHONE),
    ("Gọi (+84) 903214876", "903214876", K.PHONE),
    ("Gọi 0084903214876", "0084903214876", K.PHONE),
    ("ĐT:0903214876", "0903214876", K.PHONE),
    ("sđt0903214876", "0903214876", K.PHONE),
    ("Gọi " + "0903214876".translate(WIDE), "0903214876".translate(WIDE), K.PHONE),
    ("Gọi " + "0903214876".translate(ARABIC), "0903214876".translate(ARABIC), K.PHONE),
    ("Gọi 0\u200b9\u200b0\u200b3214876", "0\u200b9\u200b0\u200b3214876", K.PHONE),
    ("Gọi 0903\u00ad214\u00ad876", "0903\u00ad214\u00ad876", K.PHONE),
    ("Gọi 09O3.2l4.876", "09O3.2l4.876", K.PHONE),
    ("Gọi O9O3214876", "O9O3214876", K.PHONE),
    ("Gọi 0903_214_876", "0903_214_876", K.PHONE),
    ("Gọi 0903/214/876", "0903/214/876", K.PHONE),
    ("Gọi 0903·214·876", "0903·214·876", K.PHONE),
    ("Gọi 𝟎𝟗𝟎𝟑𝟐𝟏𝟒𝟖𝟕𝟔", "𝟎𝟗𝟎𝟑𝟐𝟏𝟒𝟖𝟕𝟔", K.PHONE),
    (
        "Gọi không chín không ba hai một bốn tám bảy sáu",
        "không chín không ba hai một bốn tám bảy sáu",
        K.PHONE,
    ),
    ("Máy bàn 0225.3842.117", "0225.3842.117", K.PHONE),
    ("Máy bàn 024 3825 1234", "024 3825 1234", K.PHONE),
    ("Call 0912 334 118 please", "0912 334 118", K.PHONE),
    ("thư an.nguyen@example.com", "an.nguyen@example.com", K.EMAIL),
    ("thư an.nguyen [at] example.com", "an.nguyen [at] example.com", K.EMAIL),
    ("thư an.nguyen(at)example(dot)com", "an.nguyen(at)example(dot)com", K.EMAIL),
    ("thư an.nguyen a còng example chấm com", "an.nguyen a còng example chấm com", K.EMAIL),
    ("thư an.nguyen＠example．com", "an.nguyen＠example．com", K.EMAIL),
    ("thư an\u200b.nguyen@exa\u200bmple.com", "an\u200b.nguyen@exa\u200bmple.com", K.EMAIL),
    ("CCCD 001085012345", "001085012345", K.NATIONAL_ID),
    ("CCCD 001 085 012 345", "001 085 012 345", K.NATIONAL_ID),
    ("căn cước số 0 0 1 0 8 5 0 1 2 3 4 5", "0 0 1 0 8 5 0 1 2 3 4 5", K.NATIONAL_ID),
    ("căn cước " + "001085012345".translate(WIDE), "001085012345".translate(WIDE), K.NATIONAL_ID),
    ("CMND 123456789", "123456789", K.NATIONAL_ID),
    ("CMND số 123 456 789", "123 456 789", K.NATIONAL_ID),
    ("tôi là 001085012345 đây", "001085012345", K.NATIONAL_ID),
    ("MST 0101234567", "0101234567", K.TAX_CODE),
    ("mã số thuế: 0101234567-001", "0101234567-001", K.TAX_CODE),
    ("số sổ BHXH 7912345678", "7912345678", K.SOCIAL_INSURANCE),
    ("thẻ DN4797912345678", "DN4797912345678", K.SOCIAL_INSURANCE),
    ("thẻ TE1 01 234567890 2", "TE1 01 234567890 2", K.SOCIAL_INSURANCE),
    ("xe 29C-112.45 đậu", "29C-112.45", K.PLATE),
    ("xe 59X1-234.56 đậu", "59X1-234.56", K.PLATE),
    ("xe 30A12345 đậu", "30A12345", K.PLATE),
    ("xe 29c 112.45 đậu", "29c 112.45", K.PLATE),
    ("sinh ngày 12/3/1985", "12/3/1985", K.BIRTH_DATE),
    ("Ngày sinh: 12-03-1985", "12-03-1985", K.BIRTH_DATE),
    ("ngày, tháng, năm sinh 12.3.1985", "12.3.1985", K.BIRTH_DATE),
    ("em sn 1990 ạ", "1990", K.BIRTH_DATE),
    ("I was born on 12/3/1985", "12/3/1985", K.BIRTH_DATE),
    ("STK 19034567890123 ngân hàng", "19034567890123", K.BANK_ACCOUNT),
    ("tài khoản 1903 4567 8901 23", "1903 4567 8901 23", K.BANK_ACCOUNT),
    ("BIDV 21510000123456", "21510000123456", K.BANK_ACCOUNT),
    ("thẻ 4111 1111 1111 1111", "4111 1111 1111 1111", K.BANK_ACCOUNT),
    ("ở số nhà 27/8", "27/8", K.ADDRESS),
    ("ở 27 đường Hoa Mai", "27 đường Hoa Mai", K.ADDRESS),
    ("ở số 15 ấp Thuận Hòa", "số 15 ấp Thuận Hòa", K.ADDRESS),
    ("hẻm 27/8/3 nhà tôi", "hẻm 27/8/3", K.PLACE_DETAIL),
    ("thửa 214 tờ 17", "thửa 214 tờ 17", K.PLACE_DETAIL),
    ("thửa đất số 88, tờ bản đồ số 5", "thửa đất số 88, tờ bản đồ số 5", K.PLACE_DETAIL),
    ("tại tổ dân phố 8 phường", "tổ dân phố 8", K.PLACE_DETAIL),
    ("ở thôn Phú Mỹ", "thôn Phú Mỹ", K.PLACE_DETAIL),
    ("toạ độ 21.028511, 105.804817", "21.028511, 105.804817", K.PLACE_DETAIL),
    ("xem fb.com/an.nguyen", "fb.com/an.nguyen", K.URL),
    ("xem https://example.com/ảnh-tôi", "https://example.com/ảnh-tôi", K.URL),
    ("xem zalo.me/0903214876", "zalo.me/0903214876", K.URL),
    ("ông Trần Quốc Bảo ký", "Trần Quốc Bảo", K.PERSON_NAME),
    ("gặp anh Tiến tổ trực", "Tiến", K.PERSON_NAME),
    ("bà Lê Thị H. Hồ sơ chậm", "Lê Thị H", K.PERSON_NAME),
    ("Tên tôi là Nguyễn An Bình", "Nguyễn An Bình", K.PERSON_NAME),
    ("Tôi là Nguyễn Thị Bình", "Nguyễn Thị Bình", K.PERSON_NAME),
    ("tôi là nguyễn văn bình", "nguyễn văn bình", K.PERSON_NAME),
    ("toi la nguyen van binh", "nguyen van binh", K.PERSON_NAME),
    ("Nguyen Van Binh da nop", "Nguyen Van Binh", K.PERSON_NAME),
    ("NGUYỄN VĂN BÌNH đã nộp", "NGUYỄN VĂN BÌNH", K.PERSON_NAME),
    ("N g u y ễ n V ă n B đã nộp", "N g u y ễ n V ă n B", K.PERSON_NAME),
    ("N.g.u.y.ễ.n V.ă.n B đã nộp", "N.g.u.y.ễ.n V.ă.n B", K.PERSON_NAME),
    ("Ngu\u200byễn Văn B\u200bình nộp", "Ngu\u200byễn Văn B\u200bình", K.PERSON_NAME),
    ("Nguуễn Văn Вình nộp", "Nguуễn Văn Вình", K.PERSON_NAME),
    ("Người nộp đơn: Phạm Thu Hà", "Phạm Thu Hà", K.PERSON_NAME),
    ("đại úy Hòa hẹn", "Hòa", K.PERSON_NAME),
    ("Cô giáo Hạnh thu tiền", "Hạnh", K.PERSON_NAME),
    ("Bà H' Hen Niê nộp", "H' Hen Niê", K.PERSON_NAME),
    ("Y Moan nộp đơn", "Y Moan", K.PERSON_NAME),
    ("hộ chiếu B1234567", "B1234567", K.NATIONAL_ID),
    ("ở khu phố 2, phường", "khu phố 2", K.PLACE_DETAIL),
    ("Contact Ms Ngo Thu Ha today", "Ngo Thu Ha", K.PERSON_NAME),
    ("Phó Chủ tịch Đinh Công Sơn ký", "Đinh Công Sơn", K.PERSON_NAME),
]

CLEAN = [
    "Thủ tục đăng ký khai sinh",
    "Cấp Giấy chứng nhận quyền sử dụng đất lần đầu",
    "Quyết định 42/2024/QĐ-UBND",
    "Luật Đất đai số 31/2024/QH15 ngày 18/01/2024",
    "Nghị định số 118/2025/NĐ-CP",
    "Quyết định số 1290/QĐ-UBND",
    "Công văn số 2346/VP-KTN ngày 08/10/2026",
    "Chỉ thị số 05/CT-UBND ngày 11/02/2025",
    "Thông tư 23/2019/TT-BNNPTNT",
    "Hạn trả 25/4/2025 trước 17 giờ",
    "Từ 7h00-11h30 và 13h30-17h00",
    "Lệ phí 500.000 đồng",
    "Số tiền 1.250.000 đồng",
    "Kinh phí 2,1 tỷ đồng",
    "Tổng 86000000 đồng",
    "Thuế 4.200.000.000 đồng",
    "Diện tích 320 m2",
    "Dài 2,7 km rộng 3,5 m",
    "Đã tiếp nhận 3.482 hồ sơ",
    "Đạt tỷ lệ 91,6%",
    "Năm 2025 có 1.326 hồ sơ trên 480 căn hộ",
    "Khoản 2 Điều 5",
    "Điểm b khoản 7 Điều 6 Nghị định 168/2024/NĐ-CP",
    "Mã hồ sơ H07.34-250304-0112",
    "Hồ sơ số 000.00.15.H60-261112-0007",
    "Trạm Y tế xã",
    "Trường THPT Nguyễn Việt Hồng",
    "Sửa đường Phạm Thế Hiển",
    "Bộ Y tế",
    "Tổng đài 1900 9068",
    "Năm học 2025-2026 tuyển 210 chỉ tiêu",
    "Giấy khai sinh ngày 10/6/2025",
    "Tuyển sinh năm 2025",
    "Học sinh lớp 10A",
    "Chủ tịch UBND tỉnh",
    "Ông Chủ tịch UBND phường",
    "Kính gửi Ông/Bà",
    "Bà con nhân dân",
    "Văn phòng UBND tỉnh",
    "Sở Nông nghiệp và Môi trường",
    "Bộ Giáo dục và Đào tạo",
    "Công an phường Tân Lập",
    "Trung tâm Phục vụ hành chính công",
    "Trường Tiểu học Lê Hồng Phong",
    "Đường Trần Hưng Đạo",
    "Phường Nguyễn Trãi",
    "Tỉnh Cao Bằng",
    "Thành phố Hồ Chí Minh",
    "Tỉnh Bà Rịa - Vũng Tàu",
    "Huyện Võ Nhai, tỉnh Thái Nguyên",
    "Cộng hòa Xã hội chủ nghĩa Việt Nam",
    "HỒ SƠ ĐỀ NGHỊ",
    "Hồ sơ gồm 2 bản",
    "LƯU Ý",
    "Lý do chậm",
    "Anh cần 2 thứ: tờ khai mẫu 11",
    "Em xin cảm ơn",
    "Chị nộp tại quầy số 3",
    "Tổ công tác gồm 5 người",
    "https://dichvucong.gov.vn",
    "Thư gửi phongkstthc@tinh.gov.vn",
    "Trạm biến áp 250 kVA",
    "Cắt điện từ 5h-11h",
    "Vượt 3,2 lần QCVN 19:2009",
    "Kế hoạch số 77/KH-UBND ngày 03/3/2025",
    "Thời hạn 15 ngày làm việc",
    "Ngày 02/9/2026 nghỉ lễ",
    "Đợt 1: 12, 13 và 14/8",
    "Thửa đất của ông",
    "The deadline moved to 5 May 2025",
    "Your file is at counter 6",
    "Tôi nộp 04 bản sao, 02 ảnh 3x4",
    "Bảo hiểm xã hội Việt Nam",
    "Đoàn thanh niên",
    "Dự án giai đoạn 2021 - 2025",
    "Phiếu chuyển số 203/PC-UBND",
    "Mức 1.800.000 đồng/tháng từ 01/7/2023",
    "Công ty Điện lực",
    "Mẹ tôi 82 tuổi nằm liệt",
    "Con tôi 3 tuổi",
    "vợ chồng tôi có 2 con",
    "Bộ phận Một cửa",
    "Cải cách hành chính năm 2026",
    "Hội đồng nhân dân xã",
    "Nghị quyết số 12/NQ-HĐND ngày 20/12/2024",
    "Quận 6 và quận 9",
    "Chia làm 12 tháng, mỗi tháng 350.000 đồng",
]


@pytest.mark.parametrize(("text", "hidden", "kind"), DISGUISED, ids=lambda v: str(v)[:40])
def test_a_disguise_is_seen_through(text: str, hidden: str, kind: MarkKind) -> None:
    for spelled, wanted in (
        (text, hidden),
        (unicodedata.normalize("NFD", text), unicodedata.normalize("NFD", hidden)),
    ):
        start = spelled.index(wanted)
        marks = scan(spelled)
        covering = [m for m in marks if m.start <= start and m.end >= start + len(wanted)]
        assert [m.kind for m in covering] == [kind], [(spelled[m.start : m.end], m.kind) for m in marks]
        assert wanted not in mask(spelled, marks)


@pytest.mark.parametrize("text", CLEAN)
def test_official_words_numbers_and_dates_are_left_alone(text: str) -> None:
    for spelled in (text, unicodedata.normalize("NFD", text)):
        assert [(spelled[m.start : m.end], m.kind, m.why) for m in scan(spelled)] == []


def test_there_are_enough_of_both() -> None:
    assert len(DISGUISED) >= 60
    assert len(CLEAN) >= 60


KNOWN_FORMS = [
    "Nguyễn Thị Hoà",
    "nguyễn thị hòa",
    "NGUYEN THI HOA",
    "N g u y ễ n T h ị H o à",
    "Nguyễn-Thị-Hoà",
    "Nguyễn  Thị\nHoà",
    "Ngu\u200byễn Thị Hoà",
    "Nguyễn Тһị Ноà",
    "N.g.u.y.ễ.n.T.h.ị.H.o.à",
    "Ｎｇｕｙễｎ Ｔｈị Ｈｏà",
    "NguyễnThịHoà",
    unicodedata.normalize("NFD", "Nguyễn Thị Hoà"),
]


@pytest.mark.parametrize("form", KNOWN_FORMS)
def test_a_known_name_is_found_in_any_spelling(form: str) -> None:
    text = f"Theo đơn của {form}, phường đã kiểm tra."
    marks = [m for m in scan(text, known=["Nguyễn Thị Hoà"]) if m.kind is K.KNOWN]
    assert [text[m.start : m.end] for m in marks] == [form]


@pytest.mark.parametrize(
    "form", ["0903214876", "+84 903 214 876", "84903214876", "0 9 0 3-214-876", "(0903)214876"]
)
def test_a_known_number_is_found_in_any_spelling(form: str) -> None:
    marks = scan(f"số {form}.", known=["0903 214 876"])
    assert K.KNOWN in {m.kind for m in marks}
    assert "903" not in mask(f"số {form}.", marks)


def test_a_name_written_in_cyrillic_is_found_by_its_sound() -> None:
    text = "Жалоба: К а р и м о в а, г. Ханой"
    assert K.KNOWN in {m.kind for m in scan(text, known=["Karimova"])}


def test_a_short_known_name_does_not_hide_other_words() -> None:
    text = "Bình An làm việc an toàn ở toàn tỉnh; an ninh tốt. Ông An ký."
    known = [text[m.start : m.end] for m in scan(text, known=["An"]) if m.kind is K.KNOWN]
    assert {word.lower() for word in known} == {"an"}
    assert not [m for m in scan("Toàn dân quan tâm", known=["An"]) if m.kind is K.KNOWN]


def test_more_known_texts_than_can_be_looked_for_are_refused() -> None:
    with pytest.raises(ValueError, match="known"):
        scan("", known=["x"] * (MAX_KNOWN + 1))


def test_a_block_tells_no_length_and_is_not_marked_again() -> None:
    short, long = "Ông Tư ký", "Ông Nguyễn Hoàng Thiên Phúc ký"
    assert mask(short, scan(short)) == mask(long, scan(long)) == "Ông [đã che: họ tên] ký"
    for kind in MarkKind:
        for language in ("vi", "en"):
            shown = f"Ông {block(kind, language)} 12/3/1985, số {block(kind, language)}"
            assert scan(shown) == ()


def test_the_words_of_a_block_can_be_given() -> None:
    assert mask("Gọi 0903214876", scan("Gọi 0903214876"), {K.PHONE: "[phone]"}) == "Gọi [phone]"
    assert block(K.PHONE, "en") == "[hidden: telephone]"


def test_overlapping_marks_become_one_with_the_weightier_name() -> None:
    marks = [
        Mark(5, 9, K.PHONE, "a"),
        Mark(0, 6, K.PERSON_NAME, "b"),
        Mark(8, 12, K.KNOWN, "c"),
        Mark(20, 20, K.URL, "d"),
    ]
    assert merge(marks) == (Mark(0, 12, K.KNOWN, "c"),)


def test_marks_that_only_touch_stay_two() -> None:
    assert len(merge([Mark(0, 3, K.PHONE, "a"), Mark(3, 6, K.PHONE, "b")])) == 2


def test_what_is_masked_is_clean_when_scanned_again() -> None:
    for text, _, _ in DISGUISED:
        masked = mask(text, scan(text))
        assert scan(masked) == (), masked


@pytest.mark.parametrize(
    "seed",
    [
        "a",
        "1 ",
        "1",
        "o ",
        "0",
        "Nguyễn Văn A ",
        "ông Trần ",
        "a@",
        "a.",
        "số 1 đường ",
        "0 9 ",
        "http://",
        "không một ",
        "N g u ",
        "sinh ngày ",
        "thửa 1 ",
        "12.",
        "đ\u0301",
        "\u200b",
        "A ",
        "[đã che: họ tên]",
        "tổ 1 ",
        "a-",
        "-",
        " ",
    ],
)
def test_four_times_the_text_takes_about_four_times_as_long(seed: str) -> None:
    assert growth(lambda text: scan(text, known=("Nguyễn Văn A", "0903214876", "aa")), seed, 20_000) < LINEAR
