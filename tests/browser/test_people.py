"""Somebody new comes into the house, as it really happens: a mail, a password, a telephone, a second person."""

import re

import pyotp
import pytest

from feedback import clock
from feedback.domain.roles import Role
from feedback.extensions import writing
from tests import factories
from tests.browser.conftest import House

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/(?:en/)?account/welcome/[\w-]{43})")
SHORT = {"vi": {"waiting": "bạn chưa có vai trò ở đây"}, "en": {"waiting": "you have no role here yet"}}


@pytest.mark.parametrize(("language", "width"), [("vi", 380), ("en", 1280)])
def test_somebody_is_invited_sets_up_a_second_step_waits_for_the_second_administrator_and_finds_the_desk(
        house: House, visitor, language, width):
    with house.app.app_context(), writing():
        second = factories.member("Trịnh Văn Hai", Role.ADMINISTRATOR, agency_id=house.cast.office)
    email = f"moi.{language}@tinh.example"
    quan = visitor(language)
    quan.signs_in(house.cast.quan)
    quan.goes_to("/admin/people/invite")
    name = f"Dương Thị Mới {language}"  # the house is shared: nobody else has this name
    quan.fills(name=name, email=email)
    quan.picks("language", language)
    quan.picks("roles", "intake")
    quan.page.locator("main form button").first.click()
    quan.page.wait_for_url("**done=invited*")

    (mail,) = house.mail_to(email)
    link = LINK.search(mail)
    assert link, mail
    guest = visitor(language, width=width)
    guest.page.goto(link.group(1))
    guest.sees(email)
    guest.finds_no_barrier()
    password = "sông Hậu mùa nước nổi năm nay"
    guest.fills(new=password, again=password)
    guest.page.locator("main form button").first.click()
    guest.page.wait_for_url(lambda url: "/set-up" in url)
    guest.finds_no_barrier()
    guest.page.locator("main summary").first.click()
    secret = "".join(guest.page.locator(".key__text").inner_text().split())
    guest.fills(code=pyotp.TOTP(secret).at(clock.now()))
    guest.page.locator("main form button").first.click()
    guest.page.wait_for_url(lambda url: "/codes" in url)
    assert guest.page.locator("main ol li").count() == 10
    guest.finds_no_barrier()
    recovery = guest.page.locator("main ol li").first.inner_text()
    guest.page.locator("main a.button").click()
    guest.sees(SHORT[language]["waiting"])
    guest.finds_no_barrier()

    other = visitor(language, width=width)
    other.signs_in(second)
    other.goes_to("/admin/people")
    row = other.page.locator("tr", has_text=name).first
    row.locator("button[value='grant']").click()
    other.page.wait_for_url("**done=granted*")
    other.finds_no_barrier()

    guest.goes_to("/sign-in")
    guest.fills(email=email, password=password)
    guest.page.locator("main form button").first.click()
    guest.page.wait_for_url(lambda url: "/account/second-step" in url)
    guest.fills(code=recovery)
    guest.page.locator("main form button").first.click()
    guest.page.wait_for_url("**done=recovery_used*")
    guest.goes_to("/desk/intake")
