"""Questions for papers, read against a published list: what each line asks for, in everyday words."""

import time
import unicodedata

import pytest

from feedback.domain.answers.view import view
from feedback.domain.folding import fold
from feedback.domain.paper_lines import mentions
from feedback.domain.paper_words import KINDS, PHRASES, papers_and_forms, reasons, rows, stands
from feedback.domain.papers import (
    Paper,
    PaperFault,
    read_answer_for_papers,
    read_complaint_for_papers,
    read_request,
    tells_signed_online,
)

LIST = (
    Paper("Đơn đề nghị cấp giấy phép xây dựng theo Mẫu số 01", "Application for a building permit"),
    Paper("Bản sao giấy chứng nhận quyền sử dụng đất", "Copy of the certificate of land use rights"),
    Paper("Hai bộ bản vẽ thiết kế xây dựng", "Two sets of design drawings", 2,
          paper_needed_if_signed_online=True),
    Paper("Căn cước công dân hoặc hộ chiếu", "Identity card or passport", digitised=True),
    Paper("Giấy khai sinh", "Birth certificate", digitised=True),
)
LAND, DRAWINGS, IDENTITY, BIRTH = 1, 2, 3, 4
BEYOND, AGAIN, DIGITISED, COPY = "beyond_list", "asked_again", "digitised", "paper_copy"


def said(text, **about):
    """Codes with the words they stand on and the paper of the list."""
    return [(one.code.value, text[one.start:one.end], one.paper)
            for one in read_request(text, papers=about.pop("papers", LIST), **about)]


def codes(text, **about):
    return [code for code, _words, _paper in said(text, **about)]


@pytest.mark.parametrize("line", [
    "Bản sao sổ hộ khẩu có chứng thực", "Sổ hộ khẩu photo công chứng", "ban sao so ho khau",
    "Hộ khẩu của gia đình",
    "Photo hộ khẩu", "A copy of your household registration book", "Household book",
    "Đề nghị ông cung cấp sổ hộ khẩu bản gốc", "Giấy xác nhận của hàng xóm về ranh giới",
    "Đơn xin xác nhận của tổ dân phố", "Bản cam kết của các hộ liền kề", "Giấy chứng nhận kết hôn",
    "giay dang ky ket hon", "Marriage certificate", "Phiếu lý lịch tư pháp số 1", "Giấy ủy quyền của vợ",
    "Hóa đơn tiền điện ba tháng gần nhất", "Hợp đồng thuê nhà có công chứng", "Bằng lái xe",
    "Ảnh thẻ 3x4 nền trắng", "Thẻ bảo hiểm y tế", "Văn bằng tốt nghiệp có chứng thực",
    "Giấy xác nhận tình trạng hôn nhân", "Ông có thể nộp bản sao hộ khẩu được không?",
    "Could you send us your marriage certificate?", "Sơ yếu lý lịch có xác nhận của phường",
    "Biên bản họp gia đình", "A written confirmation of the neighbours", "Giấy tờ mua bán viết tay năm 1995",
    "Biên lai đóng thuế đất ba năm", "Giấy khám sức khỏe trong 6 tháng", "Sổ tiết kiệm của gia đình"])
def test_a_paper_that_is_not_on_the_list_is_found(line):
    found = said(line)
    assert [code for code, _words, _paper in found] == [BEYOND]
    assert found[0][2] is None


@pytest.mark.parametrize(("line", "place"), [
    ("Bản sao sổ đỏ", LAND), ("so do", LAND), ("Bìa đỏ của thửa đất số 45", LAND),
    ("Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất", LAND),
    ("A copy of the land use right certificate", LAND), ("giay chung nhan quyen su dung dat", LAND),
    ("Hai bộ bản vẽ", DRAWINGS), ("Bản vẽ thiết kế của ngôi nhà", DRAWINGS),
    ("Đơn đề nghị cấp phép xây dựng", 0), ("Đơn theo mẫu", 0), ("The application form", 0)])
def test_a_paper_of_the_list_may_be_asked_for_under_its_everyday_name(line, place):
    assert codes(line) == []
    signed = said(f"{line}, bản giấy", signed_online=True)
    if place == LAND:
        assert all(paper in (LAND, None) for _code, _words, paper in signed)


@pytest.mark.parametrize(("line", "place"), [
    ("CCCD", IDENTITY), ("Căn cước của vợ", IDENTITY), ("Thẻ căn cước bản sao", IDENTITY),
    ("Chứng minh thư", IDENTITY), ("chung minh nhan dan", IDENTITY), ("Photo CMND", IDENTITY),
    ("Your ID card", IDENTITY), ("Hộ chiếu", IDENTITY),
    ("Giấy khai sinh của con", BIRTH), ("giay khai sinh cua con", BIRTH), ("Trích lục khai sinh", BIRTH),
    ("Birth certificate of the child", BIRTH)])
def test_a_paper_that_the_state_has_already_is_found_with_its_place_in_the_list(line, place):
    assert [(code, paper) for code, _words, paper in said(line)] == [(DIGITISED, place)]


@pytest.mark.parametrize("line", [
    "Ngày nào ông nộp hồ sơ?", "Số biên nhận ở góc trên giấy hẹn", "Ảnh chụp giấy hẹn ngày 3/11/2026",
    "Ai bảo bà nộp sổ hộ khẩu?", "Vì sao ông chưa nộp bản vẽ?", "Họ tên, ngày sinh và số căn cước của ông",
    "Địa chỉ ghi trên sổ hộ khẩu", "Cho biết đã nộp giấy tờ ở quầy nào", "Mã hồ sơ trên giấy tiếp nhận",
    "Tên cán bộ đã nhận hồ sơ", "Ông đã nộp sổ hộ khẩu chưa?", "Số thửa và số tờ bản đồ",
    "Which day did you file it?", "The number on the receipt", "Who asked you for the household book?",
    "so bien nhan tren giay hen", "ngay nao ong nop ho so", "Ảnh chụp màn hình báo lỗi",
    "A screenshot of the error", "Giải thích vì sao cần sổ hộ khẩu", "Diện tích căn nhà (để so với bản vẽ)",
    "Ông không phải nộp bản sao hộ khẩu và giấy kết hôn", "You need not send the household book", "",
    "Đơn vị đã nhận hồ sơ", "Lý do ông không đồng ý với hợp đồng"])
def test_a_fact_an_explanation_or_the_proof_of_filing_is_no_paper_of_the_list(line):
    assert said(line, signed_online=True) == []


@pytest.mark.parametrize("line", [
    "Photo công chứng sổ đỏ", "Bản giấy giấy chứng nhận quyền sử dụng đất", "Bản chính sổ đỏ mang đến Một cửa",
    "ban sao cong chung so do", "A notarised copy of the land certificate", "Nộp trực tiếp bản gốc sổ đỏ",
    "Hard copy of the land use certificate"])
def test_a_paper_copy_of_what_was_signed_online_is_found(line):
    assert [(code, paper) for code, _words, paper in said(line, signed_online=True)] == [(COPY, LAND)]
    assert codes(line, signed_online=False) == []


def test_a_paper_copy_of_the_whole_file_is_found_also_without_a_list():
    for papers in (LIST, ()):
        assert said("Bản giấy của hồ sơ đã nộp", papers=papers, signed_online=True) == [(COPY, "Bản giấy", None)]


def test_what_the_list_wants_on_paper_and_what_is_wanted_electronically_is_no_fault():
    assert codes("Bản giấy hai bộ bản vẽ", signed_online=True) == []
    assert codes("Bản scan sổ đỏ", signed_online=True) == []
    assert codes("Ảnh chụp sổ đỏ", signed_online=True) == []


def test_without_a_list_nothing_is_beyond_it():
    assert codes("Bản sao sổ hộ khẩu\nGiấy kết hôn", papers=()) == []


@pytest.mark.parametrize(("before", "now"), [
    ("Bản sao sổ đỏ", "Giấy chứng nhận quyền sử dụng đất"),
    ("1. Bản sao sổ đỏ (để xem ranh giới)", "Ảnh chụp bìa đỏ"),
    ("Số biên nhận ở góc trên giấy hẹn", "Cho biết số biên nhận trên góc giấy hẹn"),
    ("Bản vẽ thiết kế ngôi nhà", "ban ve thiet ke ngoi nha"),
    ("The number on the receipt slip", "Number on the receipt slip")])
def test_the_same_thing_a_second_time_is_found_in_other_words(before, now):
    assert AGAIN in codes(now, asked_before=("Tên đường?", before))


def test_another_thing_is_not_asked_again():
    assert codes("Bản sao sổ đỏ", asked_before=("Ảnh chụp giấy hẹn", "Số thửa")) == []


def test_a_line_with_several_papers_has_a_remark_for_each_with_its_own_words():
    text = "Giấy kết hôn, hộ khẩu và CCCD"
    assert said(text) == [(BEYOND, "Giấy kết hôn", None), (BEYOND, "hộ khẩu", None), (DIGITISED, "CCCD", IDENTITY)]


def test_positions_are_characters_of_the_whole_text_also_where_it_is_decomposed():
    text = unicodedata.normalize("NFD", "1. Số biên nhận\n2. Bản sao sổ hộ khẩu (để đối chiếu)\n- CCCD")
    found = read_request(text, papers=LIST)
    words = [unicodedata.normalize("NFC", text[one.start:one.end]) for one in found]
    assert words == ["Bản sao sổ hộ khẩu", "CCCD"]
    assert unicodedata.normalize("NFC", found[0].line) == "Bản sao sổ hộ khẩu (để đối chiếu)"


def test_the_place_of_the_tone_mark_is_no_difference():
    assert codes("Giấy uỷ quyền của vợ") == codes("Giấy ủy quyền của vợ") == [BEYOND]


@pytest.mark.parametrize(("text", "found"), [
    ("Đề nghị ông bổ sung bản sao hộ khẩu trước ngày 20/11/2026.", [BEYOND]),
    ("Ngày 10/11 Sở đã kiểm tra. Bà vui lòng nộp thêm giấy kết hôn và CCCD tại quầy 3.", [BEYOND, DIGITISED]),
    ("Please send a copy of your household book.", [BEYOND]),
    ("Ông (bà) nhận giấy phép tại bộ phận một cửa, không phải nộp thêm giấy tờ.", []),
    ("Việc yêu cầu ông bổ sung bản sao hộ khẩu là không đúng quy định. Sở đã bỏ yêu cầu này.", []),
    ("Bà đã cung cấp giấy kết hôn ngày 3/11; giấy phép được trả ngày 12/11.", []),
    ("Sở đã bổ sung hợp đồng thuê kho vào hồ sơ.", []),
    ("Khi nhận kết quả ông mang theo giấy hẹn.", [])])
def test_an_answer_is_read_where_it_asks_its_reader_for_papers(text, found):
    assert [one.code.value for one in read_answer_for_papers(text, papers=LIST)] == found


@pytest.mark.parametrize(("text", "words"), [
    ("Cán bộ nhận hồ sơ yêu cầu nộp thêm bản sao hộ khẩu, dù thông tin đã có trên hệ thống.", ["bản sao hộ khẩu"]),
    ("Vì sao phải nộp thêm bản sao hộ khẩu?", ["bản sao hộ khẩu"]),
    ("Họ đòi giấy kết hôn và giấy xác nhận của tổ trưởng.", ["giấy kết hôn", "giấy xác nhận của tổ trưởng"]),
    ("They asked me for my marriage certificate.", ["marriage certificate"]),
    ("Tôi nộp hồ sơ cấp giấy phép ngày 3/11. Bao giờ có kết quả?", []),
    ("can bo bat nop ban sao ho khau", ["ban sao ho khau"])])
def test_a_complaint_is_read_where_it_tells_of_papers_that_were_demanded(text, words):
    found = read_complaint_for_papers(text, papers=LIST)
    assert [text[one.start:one.end] for one in found if one.code is PaperFault.BEYOND_LIST] == words


@pytest.mark.parametrize(("text", "told"), [
    ("Tôi nộp trực tuyến và đã ký số.", True), ("Toi nop ho so truc tuyen qua VNeID", True),
    ("I filed it on the public service portal.", True), ("Tôi nộp tại quầy Một cửa.", False),
    ("Tôi chưa có chữ ký số nên nộp tại quầy.", False)])
def test_a_complaint_that_tells_of_an_online_file_is_recognised(text, told):
    assert tells_signed_online(text) is told


# The data ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows(KINDS), ids=lambda row: row["kind"])
def test_each_kind_of_paper_is_found_in_its_example_also_without_accents(row):
    kinds = {one.code for one in papers_and_forms(view(row["example"]))}
    assert row["kind"] in kinds
    assert row["match"] in ("kind", "words", "proof")
    if any(" " in word for word in row["vi"]) and row["kind"] not in ("book", "photograph", "confirmation"):
        assert papers_and_forms(view(fold(row["example"]))) != []


@pytest.mark.parametrize("row", rows(PHRASES), ids=lambda row: row["role"])
def test_each_role_is_found_in_its_example(row):
    assert stands(row["role"], view(row["example"]))


def test_every_fault_has_its_reason_remedy_and_source_in_both_languages():
    assert set(reasons()) == {fault.value for fault in PaperFault}
    for words in reasons().values():
        assert {f"{part}_{lang}" for part in ("reason", "mend", "source") for lang in ("vi", "en")} == set(words)
        assert all(words.values())


@pytest.mark.parametrize("text", [
    "giấy " * 8_000, "a" * 200_000, "(" * 20_000, "và " * 9_000, "e\u0301" * 100_000, "bản sao " * 5_000,
    "?" * 50_000, "\n" * 100_000, "đề nghị ông bổ sung " * 2_000])
def test_hostile_text_is_read_in_bounded_time(text):
    started = time.perf_counter()
    read_request(text, papers=LIST, asked_before=(text[:4_000],), signed_online=True)
    read_answer_for_papers(text, papers=LIST)
    read_complaint_for_papers(text, papers=LIST)
    assert time.perf_counter() - started < 5


def test_a_line_is_read_the_same_however_often_it_is_read():
    seen = view("Bản sao hộ khẩu và căn cước")
    assert mentions(seen) == mentions(seen)


def test_a_question_of_thousands_of_lines_is_read_in_bounded_time():
    many = "và sổ (\n" * 4_000
    began = time.perf_counter()
    read_request(many, papers=[Paper(name_vi=f"Giấy chứng nhận {n}") for n in range(30)], asked_before=[many] * 5,
                 signed_online=True)
    assert time.perf_counter() - began < 1
