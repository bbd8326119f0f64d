"""The ground of a request to pass a case on: a provision and a fact, or it is not sent."""

import time
import unicodedata

import pytest

from feedback.domain.transfers import ground_fault

AGENCIES = ("Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment")


@pytest.mark.parametrize("text", [
    "Theo khoản 2 Điều 136 Luật Đất đai 2024, việc cấp giấy chứng nhận lần đầu thuộc thẩm quyền của UBND xã; thửa "
    "45 tờ 12 của người gửi chưa được cấp giấy bao giờ.",
    "Điều 5 Quyết định 15/2025/QĐ-UBND giao Sở Nông nghiệp và Môi trường quản lý khai thác cát; bãi cát người dân "
    "nêu nằm ở lòng sông, không phải công trình xây dựng.",
    "Nghị định 101/2024/NĐ-CP: đăng ký biến động đất đai do văn phòng đăng ký làm. Hồ sơ này xin tách thửa.",
    "dieu 12 thong tu 05/2024/TT-BXD: nha cho thue duoi 7 tang do phuong kiem tra, nha nay co 4 tang",
    "Article 5 of Decision 15/2025/QD-UBND gives river sand to the Department of Agriculture and Environment; the "
    "heap lies in the river bed, not on a building site.",
    "Under Decree 101/2024/ND-CP land plots are split by the land registry; the sender asks to split plot 45.",
    "Kính chuyển: khoản 1 Điều 9 Luật Nhà ở; căn hộ tầng 8 chung cư Bến Nghé bị thấm."])
def test_a_provision_with_the_fact_it_applies_to_can_be_sent(text):
    assert ground_fault(text, agencies=AGENCIES) is None
    assert ground_fault(unicodedata.normalize("NFD", text), agencies=AGENCIES) is None


@pytest.mark.parametrize(("text", "fault"), [
    ("", "missing"), (" \n ", "missing"),
    ("Không thuộc thẩm quyền.", "only_denial"),
    ("Nội dung này không thuộc thẩm quyền giải quyết của Sở Xây dựng, đề nghị chuyển theo quy định.",
     "only_denial"),
    ("Việc này thuộc thẩm quyền của Sở Nông nghiệp và Môi trường, kính chuyển quý cơ quan.", "only_denial"),
    ("khong thuoc tham quyen, de nghi chuyen so khac", "only_denial"),
    ("Not within our competence.", "only_denial"),
    ("This does not fall within our responsibility; please forward it to the competent agency.", "only_denial"),
    ("Căn cứ quy định của pháp luật hiện hành, đề nghị chuyển.", "only_denial"),
    ("Thửa 45 tờ 12 của người gửi chưa được cấp giấy bao giờ, đất lúa ven sông.", "no_provision"),
    ("Theo Luật Đất đai, thửa 45 tờ 12 ven sông chưa được cấp giấy lần nào.", "no_provision"),
    ("The heap of sand lies in the river bed near the ferry.", "no_provision"),
    ("Căn cứ khoản 2 Điều 136 Luật Đất đai số 31/2024/QH15 ngày 18/01/2024, việc này thuộc thẩm quyền của Sở Nông "
     "nghiệp và Môi trường.", "no_fact"),
    ("Article 5 of Decision 15/2025/QD-UBND: not within our competence.", "no_fact")])
def test_a_ground_that_names_no_rule_or_no_fact_is_held_back(text, fault):
    assert ground_fault(text, agencies=AGENCIES) == fault


@pytest.mark.parametrize("text", ["thuoc tham quyen " * 5_000, "1/" * 50_000, "dieu " * 20_000,
                                  "e\u0301" * 10_000])
def test_hostile_grounds_are_read_in_bounded_time(text):
    started = time.perf_counter()
    ground_fault(text, agencies=AGENCIES)
    assert time.perf_counter() - started < 2
