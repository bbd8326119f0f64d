"""The walk, as a newcomer would make it: one complaint goes in, is answered, checked, sent and published."""

import pytest

from tests.browser.conftest import House

NARRATIVE = ("Tháng 9/2026 tôi nộp hồ sơ đất đai xin cấp giấy chứng nhận tại bộ phận một cửa. Quá ngày hẹn hai "
             "tuần vẫn chưa có kết quả. Liên hệ: Nguyễn Văn An, 0912 345 678.")
POINTS = ["Vì sao hồ sơ đất đai của tôi bị chậm?", "Bao giờ tôi nhận được giấy chứng nhận?"]
VAGUE = "Hồ sơ đang được xem xét theo quy định."
CLEAR = {
    "points": ["Hồ sơ chậm vì bản đo đạc ngày 02/10/2026 bị sai thửa, phòng chuyên môn đo lại ngày 05/11/2026.",
               "Giấy chứng nhận đã được ký ngày 18/11/2026, người nộp nhận từ ngày 23/11/2026."],
    "found": "Ngày 17/11/2026 phòng chuyên môn kiểm tra hồ sơ: bản đo đạc lần đầu ghi sai số thửa.",
    "done_": "Ngày 05/11/2026 đã đo lại, ngày 18/11/2026 đã ký giấy chứng nhận số 118.",
    "owner": "Phòng Đăng ký đất đai, điện thoại 0200 3 000 000",
    "ground": "Điều 136 Luật Đất đai 2024 áp dụng cho thửa đã đo lại ngày 05/11/2026.",
    "next_step": "Nhận giấy tại bộ phận một cửa, mang theo giấy hẹn; không phải nộp thêm giấy tờ.",
}


def write_clearly(officer, reference: str, do: str) -> None:
    """The answer that leaves nothing open."""
    parts = {name: text for name, text in CLEAR.items() if name not in ("points", "done_")}
    officer.writes(reference, outcome="resolved", points=CLEAR["points"], do=do, done=CLEAR["done_"], **parts)


@pytest.mark.parametrize("language", [pytest.param("vi", marks=pytest.mark.always), "en"])
def test_a_vague_draft_is_returned_a_better_one_is_sent_read_published_and_found(house: House, visitor, language):
    email = f"an.{language}@thu.example"
    an = visitor(language, width=380)
    key = an.complains(NARRATIVE, POINTS, email=email, procedure=str(house.procedure_id))
    reference = an.reference()
    an.finds_no_barrier()

    intake = visitor(language)
    intake.signs_in(house.cast.intake)
    intake.sees(reference)
    intake.accepts(reference, house.cast.land)

    officer = visitor(language)
    officer.signs_in(house.cast.dung)
    officer.does("take", reference)
    officer.does_not_see("0912 345 678")
    officer.does_not_see("Nguyễn Văn An")
    officer.writes(reference, outcome="explained", points=[VAGUE, ""], do="propose", found=VAGUE)
    assert officer.page.locator(".finding").count() > 0, "the reader has nothing to say about a vague answer"
    officer.fills(override="Đang chờ phòng chuyên môn trả lời.")
    officer.presses("do", "propose")
    officer.page.wait_for_url("**/desk/inbox*")

    head = visitor(language)
    head.signs_in(house.cast.dung_head)
    head.does("approve", reference)

    ha = visitor(language)
    ha.signs_in(house.cast.ha)
    ha.goes_to(f"/supervision/cases/{reference}/answer")
    assert ha.page.locator(".finding").count() > 0
    ha.finds_no_barrier()
    ha.decides(reference, "return", why="Chưa nói vì sao chậm và bao giờ có kết quả.")

    an.tracks(key)
    an.does_not_see(VAGUE)

    write_clearly(officer, reference, "check")
    officer.finds_no_barrier()
    write_clearly(officer, reference, "propose")
    officer.page.wait_for_url("**/desk/inbox*")
    head.does("approve", reference)
    ha.decides(reference, "release")

    mails = house.mail_to(email, at_least=3)
    assert not any(word in mail for mail in mails for word in ("đất đai", key, "chứng nhận", "certificate"))

    an.tracks(key)
    an.sees("Giấy chứng nhận đã được ký ngày 18/11/2026")
    an.finds_no_barrier()
    an.page.locator("form[action$='/track/case/close'] button").click()
    an.page.wait_for_url("**done=close*")

    first, second = visitor(language), visitor(language)
    first.signs_in(house.cast.publisher)
    first.goes_to("/desk/publication")
    first.page.locator("form[action$='/desk/publication'] button").last.click()
    first.page.wait_for_url("**done=*")
    first.page.get_by_role("link", name=reference).click()
    first.does_not_see("0912 345 678")
    first.page.locator("form[action$='/confirm'] button").last.click()
    first.page.wait_for_url("**done=publication_confirm*")
    second.signs_in(house.cast.second_publisher)
    second.goes_to("/desk/publication?status=confirmed")
    second.page.get_by_role("link", name=reference).click()
    second.page.locator("form[action$='/approve'] button").click()
    second.page.wait_for_url("**done=publication_approve*")
    house.days_pass(4)

    reader = visitor(language, width=380)
    reader.goes_to("/register?q=dat+dai")
    reader.sees("đất đai")
    reader.goes_to(f"/register/{reference}")
    reader.sees("Giấy chứng nhận đã được ký ngày 18/11/2026")
    reader.does_not_see("Nguyễn Văn An")
    reader.does_not_see("0912 345 678")
    reader.finds_no_barrier()
    assert reader.page.context.cookies() == []
