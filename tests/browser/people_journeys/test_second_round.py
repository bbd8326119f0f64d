"""A confidential complaint with a file: a vague answer does not get through, a better one does, the sender
objects, somebody else answers, and the sender ends it."""

import pytest
from playwright.sync_api import expect

from feedback.domain.roles import Role
from feedback.extensions import writing
from tests import factories
from tests.adapters import hostile_pieces as made
from tests.browser.conftest import House
from tests.browser.people_journeys.ways import at_the_desk, attaches, comes_to_the_last_page, look, sends, walked
from tests.browser.test_walk import CLEAR, NARRATIVE, POINTS, VAGUE, write_clearly
from tests.factories import Member

BETTER = [CLEAR["points"][0],
          "Chị Lâm Thị Hoa, điện thoại 0200 3 000 001, đã trả giấy cho ông (bà) ngày 20/11/2026."]
SAID_NO = "Câu trả lời chưa nói ai trả giấy cho tôi, tôi đến hai lần không gặp ai."


@pytest.fixture
def hoa(house: House) -> Member:
    """A second officer of the agency: whoever answers after an objection has not answered before."""
    with house.app.app_context(), writing():
        return factories.member("Lâm Thị Hoa", Role.OFFICER, agency_id=house.cast.land)


@walked(("vi", 380))
def test_a_confidential_complaint_goes_to_the_second_round_and_is_accepted(
        house: House, visitor, hoa: Member, language: str, width: int):
    email = f"an.{language}.{width}@vong-hai.example"
    an = visitor(language, width=width)

    def names_the_procedure() -> None:
        an.fills(procedure_q="giấy chứng nhận")
        an.page.locator("[name='procedure_q']").press("Enter")
        an.page.locator(f"input[name='procedure'][value='{house.procedure_id}']").check()

    comes_to_the_last_page(an, {
        "what": lambda: an.fills(narrative=NARRATIVE),
        "wrong": lambda: an.picks("category", "late_result"),
        "procedure": names_the_procedure,
        "points": lambda: an.writes_points(POINTS),
        "files": lambda: attaches(an, "giay hen.jpg", made.jpeg()),
        "mode": lambda: an.picks("mode", "confidential"),
        "who": lambda: an.fills(name="Nguyễn Văn An", email=email)}, name="complain")
    look(an, "complain-check")
    key, reference = sends(an)
    look(an, "receipt", barriers=True)

    intake = at_the_desk(visitor, house.cast.intake, language, width)
    look(intake, "intake")
    intake.goes_to(f"/desk/cases/{reference}/accept")
    intake.page.locator("input[name=shared]").check()
    look(intake, "intake-accept")
    intake.chooses(agency=str(house.cast.land))
    intake.page.locator("main form button.button").first.click()
    intake.page.wait_for_url("**/desk/intake*")

    dung = at_the_desk(visitor, house.cast.dung, language, width)
    dung.does("take", reference)
    look(dung, "officer-case")
    for secret in ("0912 345 678", "Nguyễn Văn An", email, "giay hen"):
        dung.does_not_see(secret)
    with dung.page.expect_download() as file:
        dung.page.locator("main a[download]").first.click()
    assert file.value.path().read_bytes().startswith(b"\xff\xd8"), "the file is not the picture"
    dung.writes(reference, outcome="explained", points=[VAGUE, ""], do="propose", found=VAGUE)
    look(dung, "officer-findings")
    dung.fills(override="Đang chờ phòng chuyên môn trả lời.")
    dung.presses("do", "propose")
    dung.page.wait_for_url("**/desk/inbox*")

    son = at_the_desk(visitor, house.cast.dung_head, language, width)
    son.goes_to(f"/desk/cases/{reference}/approve")
    look(son, "head-approve")
    son.does("approve", reference)
    ha = at_the_desk(visitor, house.cast.ha, language, width)
    ha.goes_to(f"/supervision/cases/{reference}/answer")
    look(ha, "gate-vague")
    assert ha.page.locator("input[name=codes]").count() > 0
    ha.page.locator("input[name=codes]").first.check()
    ha.decides(reference, "return", why="Chưa nói vì sao chậm và bao giờ có kết quả.")
    an.tracks(key)
    an.does_not_see(VAGUE)
    look(an, "track-returned")

    dung.goes_to(f"/desk/cases/{reference}/answer")
    look(dung, "officer-returned")
    write_clearly(dung, reference, "propose")
    dung.page.wait_for_url("**/desk/inbox*")
    son.does("approve", reference)
    ha.goes_to(f"/supervision/cases/{reference}/answer")
    look(ha, "gate-better")
    ha.decides(reference, "release")

    assert not any(word in mail for mail in house.mail_to(email, at_least=3)
                   for word in ("đất đai", key, "chứng nhận", "certificate", "Nông nghiệp"))
    an.tracks(key)
    an.sees(CLEAR["points"][1])
    an.picks("said-1", "yes")
    an.picks("said-2", "no")
    look(an, "track-answered", barriers=True)
    an.page.locator("form[action$='/said'] button").click()
    an.page.wait_for_url("**done=said*")
    expect(an.page.locator("#said-2-no")).to_be_checked()
    an.page.locator("a[href$='/track/case/object']").click()
    an.fills(why=SAID_NO)
    look(an, "object")
    an.presses()
    an.page.wait_for_url("**done=object*")
    look(an, "track-objected")

    dung.goes_to(f"/desk/cases/{reference}")
    expect(dung.page.locator("main a[href$='/take']")).to_have_count(0)
    khac = at_the_desk(visitor, hoa, language, width)
    khac.goes_to(f"/desk/cases/{reference}")
    khac.sees(SAID_NO)
    look(khac, "second-round-case")
    khac.does("take", reference)
    parts = {name: text for name, text in CLEAR.items() if name not in ("points", "done_")}
    khac.writes(reference, outcome="resolved", points=BETTER, do="propose", done=CLEAR["done_"], **parts)
    khac.page.wait_for_url("**/desk/inbox*")
    son.goes_to(f"/desk/cases/{reference}/approve")
    son.sees(SAID_NO)
    son.does("approve", reference)
    ha.goes_to(f"/supervision/cases/{reference}/answer")
    ha.sees(SAID_NO)
    look(ha, "gate-second-round")
    ha.decides(reference, "release")

    house.mail_to(email, at_least=4)
    an.tracks(key)
    an.sees(BETTER[1])
    expect(an.page.locator("a[href$='/track/case/object']")).to_have_count(0)
    an.page.locator("form[action$='/track/case/close'] button").click()
    an.page.wait_for_url("**done=close*")
    look(an, "track-closed", barriers=True)
