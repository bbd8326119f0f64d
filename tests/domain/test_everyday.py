"""Finding a procedure or an office by what people call it."""

import pytest

from feedback.domain.everyday import Named, find, named_in

ROWS = [
    Named(1, "MAU.001", "Đăng ký khai sinh\nBirth registration", "giấy khai sinh, khai sinh cho con"),
    Named(2, "MAU.007", "Cấp Giấy chứng nhận quyền sử dụng đất lần đầu\nFirst land certificate", "sổ đỏ, bìa đỏ"),
    Named(3, "MAU.008", "Đăng ký biến động quyền sử dụng đất\nTransfer of land", "sang tên sổ đỏ, sang tên"),
    Named(4, "MAU.011", "Cấp giấy phép xây dựng nhà ở riêng lẻ\nBuilding permit", "xây nhà, xin phép xây nhà"),
    Named(5, "MAU.013", "Đổi giấy phép lái xe\nExchange of a driving licence", "bằng lái, bằng lái xe"),
]


@pytest.mark.parametrize(("question", "ids"), [
    ("khai sinh", [1]), ("KHAI SINH", [1]), ("tôi muốn làm giấy khai sinh cho con", [1]), ("so do", [2, 3]),
    ("sổ đỏ", [2, 3]), ("thủ tục sang tên sổ đỏ", [3]), ("xay nha", [4]), ("bang lai", [5]), ("mau.013", [5]),
    ("MAU 011", [4]), ("building permit", [4]), ("quyen su dung dat", [2, 3]), ("đất quyền", [2, 3]),
    ("cấp lại bằng lái xe bị mất", [5]), ("xyzzy", []), ("", []), ("  ?!  ", []), ("\u200b", []), ("²", [])])
def test_what_people_say_finds_what_they_mean(question, ids):
    found, more = find(question, ROWS, most=5)
    assert set(found) == set(ids)
    assert not more


def test_a_code_that_is_meant_exactly_comes_first():
    rows = [Named(1, "A.10", "Giấy A.1 cũ"), Named(2, "A.1", "Việc khác")]
    assert find("A.1", rows, most=5)[0][0] == 2


def test_more_than_are_shown_are_told():
    rows = [Named(n, str(n), f"Cấp giấy phép số {n}") for n in range(30)]
    found, more = find("giấy phép", rows, most=12)
    assert (len(found), more) == (12, True)


@pytest.mark.parametrize(("story", "ids"), [
    ("Tôi làm sổ đỏ ở phường đã ba tháng.", [2]), ("Toi lam so do o phuong.", [2]),
    ("Đi sang tên sổ đỏ thì bị đòi thêm giấy.", [3, 2]), ("Xin phép xây nhà bị trả lại.", [4]),
    ("My building permit is late.", []), ("Cán bộ không tiếp tôi.", []), ("", []), ("x" * 50_000, [])])
def test_a_story_proposes_what_it_speaks_of(story, ids):
    assert named_in(story, ROWS, most=4) == ids


def test_long_questions_cost_little():
    assert find("zzz " * 500_000, ROWS, most=5) == ([], False)
