"""A complaint about the head of the agency that has to answer: hidden from them, decided by the next level, and
another person clears the gate."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from feedback.domain.roles import Role
from feedback.extensions import writing
from tests import factories
from tests.browser.conftest import House
from tests.browser.people_journeys.ways import at_the_desk, finds, is_not_there, look, walked
from tests.browser.test_walk import write_clearly
from tests.factories import Member

STORY = "Chi cục trưởng tự giữ hồ sơ kiểm dịch của tôi trong tủ riêng, ba tuần không ai được mở ra xem."
POINTS = ["Vì sao hồ sơ bị giữ?", "Bao giờ tôi được nhận kết quả?"]
WHY = "Người gửi nói đích danh người đứng đầu."


@dataclass
class Branch:
    """A small agency under another one, with its people; ``above`` is the head of the other, ``second`` a second
    coordinator."""

    id: int
    officer: Member
    head: Member
    above: Member
    second: Member


@pytest.fixture
def branch(house: House) -> Branch:
    """Agencies of this test's own."""
    with house.app.app_context(), writing():
        health = factories.agency("Sở Y tế", parent=house.cast.office)
        here = factories.agency("Chi cục Thú y", parent=health, email="thuy@tinh.example")
        return Branch(
            here, officer=factories.member("Tống Văn Lực", Role.OFFICER, agency_id=here),
            head=factories.member("Quách Văn Đệ", Role.AGENCY_HEAD, agency_id=here),
            above=factories.member("Nghiêm Thị Thu", Role.AGENCY_HEAD, agency_id=health),
            second=factories.member("Lương Thị Vân", Role.COORDINATOR, agency_id=house.cast.office))


@walked(("en", 380))
def test_who_the_case_is_about_does_not_see_it_and_the_next_level_decides(
        house: House, visitor, branch: Branch, language: str, width: int):
    reference = _given_to(house, branch)
    head = at_the_desk(visitor, branch.head, language, width)
    head.goes_to("/desk/inbox")
    head.sees(reference)
    before = len(house.mail_to(branch.head.email))  # that it was given to the agency: nobody knew better yet
    ha = at_the_desk(visitor, house.cast.ha, language, width)
    _says_whom_it_is_about(ha, reference, branch.head)

    is_not_there(head, f"/desk/cases/{reference}")
    for path in ("/desk/inbox", "/desk/load"):
        head.goes_to(path)
        head.does_not_see(reference)
    assert not finds(head, reference, reference)
    look(head, "conflict-hidden")

    officer = at_the_desk(visitor, branch.officer, language, width)
    officer.does("take", reference)
    write_clearly(officer, reference, "propose")
    officer.page.wait_for_url("**/desk/inbox*")
    above = at_the_desk(visitor, branch.above, language, width)
    above.goes_to(f"/desk/cases/{reference}/approve")
    look(above, "conflict-approved-above")
    above.does("approve", reference)
    ha.decides(reference, "release")
    house.mail_to(branch.above.email)
    assert len(house.mail_to(branch.head.email)) == before


@walked(("vi", 1280))
def test_where_nobody_is_above_the_province_office_decides_and_another_coordinator_clears_the_gate(
        house: House, visitor, branch: Branch, language: str, width: int):
    with house.app.app_context(), writing():
        alone = factories.agency("Ban Quản lý chợ tỉnh", parent=house.cast.office)
        officer = factories.member("Cù Thị Lài", Role.OFFICER, agency_id=alone)
        boss = factories.member("Hứa Văn Bốn", Role.AGENCY_HEAD, agency_id=alone)
    reference = _given_to(house, Branch(alone, officer, boss, branch.above, branch.second))
    ha = at_the_desk(visitor, house.cast.ha, language, width)
    _says_whom_it_is_about(ha, reference, boss)
    writer = at_the_desk(visitor, officer, language, width)
    writer.does("take", reference)
    write_clearly(writer, reference, "propose")
    writer.page.wait_for_url("**/desk/inbox*")
    is_not_there(at_the_desk(visitor, boss, language, width), f"/desk/cases/{reference}/approve")
    ha.goes_to(f"/desk/cases/{reference}")
    ha.page.locator("main a[href$='/approve']").first.click()
    ha.presses()
    ha.page.wait_for_url("**done=*")
    ha.goes_to(f"/supervision/cases/{reference}/answer")
    expect(ha.page.locator("button[value=release]")).to_have_count(0)
    look(ha, "conflict-gate-of-who-approved")
    at_the_desk(visitor, branch.second, language, width).decides(reference, "release")


def _given_to(house: House, branch: Branch) -> str:
    """The reference of a complaint that has just been given to this agency."""
    with house.app.app_context(), writing():
        receipt = factories.complaint(narrative=STORY, points=POINTS)
        hands = factories.Hands(house.cast.intake, branch.officer, branch.head, house.cast.ha, branch.id)
        factories.walk(receipt, factories.Action.ASSIGN, hands=hands)
        return receipt.reference


def _says_whom_it_is_about(ha, reference: str, head: Member) -> None:
    ha.goes_to(f"/desk/cases/{reference}")
    ha.page.locator("main a[href$='/conflict']").click()
    ha.picks("about", "head")
    ha.page.get_by_label(head.name).check()
    ha.fills(why=WHY)
    look(ha, "conflict-recording", barriers=True)
    ha.presses()
    ha.page.wait_for_url("**done=conflict*")
