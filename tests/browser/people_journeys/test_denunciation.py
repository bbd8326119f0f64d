"""A possible denunciation: nobody of the accused agency, of intake or of oversight learns that it exists; the
restricted desk reads it and guides the sender with a second person."""

import pytest
from playwright.sync_api import expect

from feedback.domain.roles import Role
from feedback.extensions import writing
from tests import factories
from tests.browser.conftest import House
from tests.browser.people_journeys.ways import (
    at_the_desk,
    comes_to_the_last_page,
    finds,
    is_not_there,
    look,
    mail_about,
    sends,
    walked,
)
from tests.factories import Member

MONEY = "Cán bộ tên Tí của Sở Xây dựng gợi ý tôi đưa phong bì mười triệu thì hồ sơ xây nhà kho mới xong."
WHY = ("Nội dung này là tố cáo hành vi vi phạm của cán bộ. Ông (bà) gửi đơn đến Thanh tra tỉnh để được bảo vệ và "
       "giữ bí mật theo Luật Tố cáo.")
OFFICE = "Thanh tra tỉnh, 5 đường Lê Lợi, sáng thứ Hai đến thứ Sáu"


@pytest.fixture
def second_reader(house: House) -> Member:
    """Another person of the restricted desk."""
    with house.app.app_context(), writing():
        return factories.member("Kiều Thị Ngân", Role.RESTRICTED_DESK, agency_id=house.cast.office)


@walked(("vi", 380))
def test_a_denunciation_is_kept_from_the_accused_agency(
        house: House, visitor, second_reader: Member, language: str, width: int):
    cast, email = house.cast, f"binh.{language}.{width}@to-cao.example"
    binh = visitor(language, width=width)

    def names_the_agency() -> None:
        binh.fills(agency_q="so xay dung")
        binh.page.locator("[name=agency_q]").press("Enter")
        binh.page.locator(f"input[name=agency][value='{cast.building}']").check()

    comes_to_the_last_page(binh, {
        "what": lambda: binh.fills(narrative=MONEY),
        "wrong": lambda: binh.picks("category", "unofficial_cost"),
        "agency": names_the_agency,
        "points": lambda: binh.writes_points(["Ai xử lý người này?"]),
        "who": lambda: binh.fills(email=email)})
    look(binh, "denunciation-check")
    key, reference = sends(binh)

    lists = {
        cast.chi: ("/desk/inbox", "/desk/inbox?show=new"),
        cast.chi_head: ("/desk/inbox", "/desk/load"),
        cast.intake: ("/desk/intake", "/desk/letters", "/desk/identity"),
        cast.ha: ("/supervision/?show=all", "/supervision/gate"),
        cast.leader: ("/supervision/?show=all",)}
    for member, places in lists.items():
        staff = at_the_desk(visitor, member, language, width)
        for door in ("", "/answer", "/accept", "/conflict", "/guide", "/new-key", "/letter"):
            response = staff.page.goto(f"{staff.root}/desk/cases/{reference}{door}")
            assert response is not None
            assert response.status in (403, 404), (member.name, door)  # 403: no door of this person's at all
        is_not_there(staff, f"/desk/cases/{reference}")
        for path in places:
            staff.goes_to(path)
            staff.does_not_see(reference)
        assert not finds(staff, reference, reference), member.name
        assert not finds(staff, "phong bì nhà kho", reference), member.name

    khoi = at_the_desk(visitor, cast.restricted, language, width)
    khoi.goes_to("/desk/intake")
    khoi.sees(reference)
    look(khoi, "restricted-queue")
    assert finds(khoi, reference, reference)
    khoi.goes_to(f"/desk/cases/{reference}")
    khoi.sees(MONEY)
    look(khoi, "restricted-case")
    khoi.goes_to(f"/desk/cases/{reference}/guide")
    look(khoi, "restricted-reasons")
    khoi.goes_to(f"/desk/cases/{reference}/guide?reason=guide_denunciation")
    khoi.fills(outside_name=OFFICE, why=WHY)
    khoi.presses("do", "preview")
    look(khoi, "restricted-preview")
    khoi.presses("do", "propose")
    khoi.page.wait_for_url("**done=propose*")
    is_allowed = khoi.page.goto(f"{khoi.root}/desk/cases/{reference}/proposal")
    assert is_allowed is not None
    assert is_allowed.status == 403, "who proposes does not confirm"

    second = at_the_desk(visitor, second_reader, language, width)
    second.goes_to(f"/desk/cases/{reference}/proposal")
    second.sees(WHY)
    look(second, "restricted-second-person", barriers=True)
    second.presses("decision", "confirm")
    second.page.wait_for_url("**done=confirm*")

    house.mail_to(email, at_least=2)
    binh.tracks(key)
    expect(binh.page.locator("section[aria-labelledby=told-why]")).to_contain_text(WHY)
    expect(binh.page.locator("main .due")).to_have_count(0)  # nothing waits any more
    look(binh, "denunciation-guided", barriers=True)
    expect(binh.page.locator("main a[href$='/track/case/object']")).to_be_visible()
    told = {cast.restricted.email, second_reader.email, email}
    assert all(any(one in to for one in told) for to in mail_about(house, reference)), mail_about(house, reference)
