"""The second step, through its pages: nobody gets further without it, no code works twice, guessing ends."""

import re
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import select, update

from feedback import clock
from feedback.adapters import locked_secrets
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.events import Event
from feedback.models.people import Person, RecoveryCode
from feedback.services import accounts, second_step
from feedback.web.limits import Counts
from tests import factories
from tests.factories import PASSWORD, next_code

CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")
STEP_PAGE, SET_UP, CODES = "/account/second-step", "/account/second-step/set-up", "/account/second-step/codes"


@pytest.fixture(autouse=True)
def _counts_of_our_own(app):
    kept = app.extensions["limits"]
    app.extensions["limits"] = Counts("unix:///nowhere/valkey.sock")
    yield
    app.extensions["limits"] = kept


@pytest.fixture
def at_the_door(new_client):
    """Call it with a member: a browser in which only the password was given."""

    def enter(member):
        own = new_client()
        own.submit(own.get("/sign-in"), field="password", follow=False, email=member.email,
                   password=member.password)
        return own

    return enter


@pytest.fixture
def newcomer(app, cast):
    """An officer who has a password and no second step yet."""
    with app.app_context(), writing():
        member = factories.member("Lâm Thị Mới", Role.OFFICER, agency_id=cast.building)
        db.session.execute(update(Person).where(Person.id == member.id).values(
            totp_sealed=None, totp_step=None, totp_since=None))
    return member


def code_now(app, member):
    with app.app_context():
        return next_code(member)


def secret_on(page):
    """The secret as it is written for people whose camera does not work."""
    return "".join(page.page.all("p", class_="key__text")[0].text.split())


def fresh_code(secret):
    return pyotp.TOTP(secret).at(clock.now())


def secrets_of(app, member):
    """The secret in the member's authenticator app."""
    with app.app_context():
        locked = db.session.get_one(Person, member.id).totp_sealed
        return locked_secrets.unlock(locked, about=f"person:{member.id}")


def sets_up(own):
    page = own.get(SET_UP)
    return own.submit(page, field="code", code=fresh_code(secret_on(page)))


def test_the_password_alone_opens_nothing(cast, at_the_door):
    own = at_the_door(cast.chi)
    for path in ("/desk/inbox", "/account/sessions", "/account/password", "/desk/"):
        assert own.get(path, status=302).location.startswith(STEP_PAGE)
    assert "Trần Thị Chi" not in own.get(STEP_PAGE).text
    own.post("/account/password", {"csrf_token": own.get(STEP_PAGE).page.form(field="code").values["csrf_token"]})
    assert own.get("/desk/inbox", status=302).location.startswith(STEP_PAGE)


def test_with_the_code_one_is_led_to_where_one_wanted_to_go(app, cast, at_the_door):
    own = at_the_door(cast.chi)
    page = own.get("/desk/inbox?show=late", follow=True)
    reply = own.submit(page, field="code", follow=False, code=code_now(app, cast.chi))
    assert reply.location == "/desk/inbox?show=late"
    own.get("/desk/inbox")


def test_the_cookie_of_before_the_code_is_worth_nothing_afterwards(app, cast, at_the_door, new_client):
    own, thief = at_the_door(cast.chi), new_client()
    before = own._browser.get_cookie("sid").value
    own.submit(own.get(STEP_PAGE), field="code", follow=False, code=code_now(app, cast.chi))
    assert own._browser.get_cookie("sid").value != before
    thief._browser.set_cookie("sid", before)
    assert thief.get("/desk/inbox", status=302).location.startswith("/sign-in")


@pytest.mark.parametrize("seconds", [0, 30, 60])
def test_no_code_works_twice(app, cast, at_the_door, frozen, seconds):
    code = code_now(app, cast.chi)
    first, second = at_the_door(cast.chi), at_the_door(cast.chi)
    first.submit(first.get(STEP_PAGE), field="code", code=code)
    frozen.go_on(seconds=seconds)
    refused = second.submit(second.get(STEP_PAGE), field="code", status=400, code=code)
    assert "chưa đúng hoặc đã dùng rồi" in refused.text


@pytest.mark.parametrize(("seconds", "status"), [(-30, 303), (30, 303), (-90, 400), (90, 400)])
def test_a_telephone_may_be_half_a_minute_wrong_and_not_more(app, cast, at_the_door, frozen, seconds, status):
    code = code_now(app, cast.chi)
    frozen.go_on(seconds=-seconds)
    own = at_the_door(cast.chi)
    own.submit(own.get(STEP_PAGE), field="code", status=status, follow=False, code=code)


def test_the_sixth_wrong_code_in_a_minute_is_not_even_looked_at(app, cast, at_the_door):
    own = at_the_door(cast.chi)
    for _ in range(5):
        own.submit(own.get(STEP_PAGE), field="code", status=400, code="000000")
    refused = own.submit(own.get(STEP_PAGE), field="code", status=429, code=code_now(app, cast.chi))
    assert "Bạn chờ một phút rồi thử lại" in refused.text
    with app.app_context():
        failed = db.session.scalars(select(Event).where(Event.type == "second_step_failed")).all()
        assert len(failed) == 5


def test_who_has_none_sets_it_up_before_anything_else(app, newcomer, at_the_door):
    own = at_the_door(newcomer)
    page = own.get("/desk/inbox", follow=True)
    assert page.page.all("svg", class_="qr")
    shown = own.submit(page, field="code", code=fresh_code(secret_on(page)))
    assert len(set(CODE.findall(shown.text))) == 10
    own.get("/desk/inbox")


def test_a_wrong_first_code_sets_up_nothing_and_the_picture_stays_the_same(app, newcomer, at_the_door):
    own = at_the_door(newcomer)
    page = own.get(SET_UP)
    refused = own.submit(page, field="code", status=400, code="000000")
    assert secret_on(refused) == secret_on(page) == secret_on(own.get(SET_UP))
    with app.app_context():
        assert db.session.get_one(Person, newcomer.id).totp_sealed is None


def test_the_secret_is_not_readable_in_the_database(app, newcomer, at_the_door):
    own = at_the_door(newcomer)
    page = own.get(SET_UP)
    secret = secret_on(page)
    own.submit(page, field="code", code=fresh_code(secret))
    with app.app_context():
        locked = db.session.get_one(Person, newcomer.id).totp_sealed
        assert secret.encode() not in locked
        assert locked_secrets.unlock(locked, about=f"person:{newcomer.id}") == secret
        # Copied into another row it is worth nothing.
        assert locked_secrets.unlock(locked, about=f"person:{newcomer.id + 1}") is None


def test_whoever_knows_only_the_password_cannot_put_another_telephone_in_place(cast, at_the_door):
    own = at_the_door(cast.chi)
    assert own.get(SET_UP, status=303).location.startswith(STEP_PAGE)
    assert own.get(CODES, status=302).location.startswith(STEP_PAGE)


def test_another_telephone_takes_the_place_of_the_first_and_ends_all_other_sessions(app, cast, sign_in):
    own, elsewhere = sign_in(cast.chi), sign_in(cast.chi)
    sets_up(own)
    assert elsewhere.get("/desk/inbox", status=302).location.startswith("/sign-in")
    own.get("/desk/inbox")
    with app.app_context():
        person = db.session.get_one(Person, cast.chi.id)
        assert second_step.is_set_up(person)


def test_a_recovery_code_opens_once_and_the_page_says_how_many_are_left(app, cast, sign_in, at_the_door):
    own = sign_in(cast.chi)
    codes = CODE.findall(sets_up(own).text)
    lost = at_the_door(cast.chi)
    page = lost.submit(lost.get(STEP_PAGE), field="code", code=codes[0].lower().replace("-", " "))
    assert "Bạn còn 9 mã dự phòng" in page.text
    again = at_the_door(cast.chi)
    again.submit(again.get(STEP_PAGE), field="code", status=400, code=codes[0])
    again.submit(again.get(STEP_PAGE), field="code", code=codes[1])


def test_recovery_codes_are_shown_for_ten_minutes_in_the_browser_where_they_were_made(
        app, cast, sign_in, frozen):
    own = sign_in(cast.chi)
    codes = set(CODE.findall(sets_up(own).text))
    assert set(CODE.findall(own.get(CODES).text)) == codes  # a page loaded again shows them still
    with app.app_context():
        stored = " ".join(db.session.scalars(select(RecoveryCode.code_hash)))
        assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    frozen.go_on(minutes=11)
    assert CODE.findall(own.get(CODES).text) == []


def test_new_recovery_codes_make_the_old_ones_worthless(app, cast, sign_in, at_the_door, frozen):
    own = sign_in(cast.chi)
    old = CODE.findall(sets_up(own).text)
    frozen.go_on(minutes=11)
    asked = own.submit(own.get(CODES), action=CODES, status=403)  # not without a fresh code
    new = CODE.findall(own.submit(asked, field="second_step_code",
                                  second_step_code=fresh_code(secrets_of(app, cast.chi))).text)
    assert len(set(new)) == 10
    assert not set(new) & set(old)
    lost = at_the_door(cast.chi)
    lost.submit(lost.get(STEP_PAGE), field="code", status=400, code=old[0])
    lost.submit(lost.get(STEP_PAGE), field="code", code=new[0])


def test_a_weighty_deed_asks_for_the_code_again_and_then_goes_on_with_what_was_written(
        app, cast, sign_in, frozen):
    quan = sign_in(cast.quan)
    page = quan.get("/admin/people/invite")
    frozen.go_on(minutes=6)
    asked = quan.submit(page, field="email", status=403, name="Khách Mới", email="khach@tinh.example",
                        roles=["intake"])
    assert "Xin nhập mã một lần nữa" in asked.text
    wrong = quan.submit(asked, field="second_step_code", status=403, second_step_code="000000")
    assert "chưa đúng" in wrong.text
    code = fresh_code(factories.TOTP_SECRET)
    done = quan.submit(wrong, field="second_step_code", second_step_code=code)
    assert "khach@tinh.example" in done.text
    quan.get("/admin/people/invite")  # fresh again for five minutes


def test_a_weighty_page_leads_to_the_code_and_back(app, cast, sign_in, frozen):
    quan = sign_in(cast.quan)
    quan.get("/admin/people/invite")
    frozen.go_on(minutes=6)
    asked = quan.get("/admin/people/invite", status=302, follow=False)
    assert asked.location.startswith(f"{STEP_PAGE}?next=")
    reply = quan.submit(quan.get(asked.location), field="code", follow=False, code=code_now(app, cast.quan))
    assert reply.location == "/admin/people/invite"


def test_a_sample_account_of_a_trial_need_not_and_is_told_so(app, cast, at_the_door):
    real = app.extensions["settings"]
    app.extensions["settings"] = replace(real, trial=True)
    try:
        with app.app_context(), writing():
            accounts.create_person(email="mau@tinh.example", name="Mẫu", password=PASSWORD, actor=accounts.SYSTEM,
                                   roles=[Role.ADMINISTRATOR], agency_id=cast.office, sample=True)
        sample = replace(cast.quan, email="mau@tinh.example")
        own = at_the_door(sample)
        assert "tài khoản mẫu của bản dùng thử" in own.get("/account/sessions").text
        own.get("/admin/people/invite")
        sets_up(own)
        assert at_the_door(sample).get("/admin/people", status=302).location.startswith(STEP_PAGE)
    finally:
        app.extensions["settings"] = real


def test_a_session_names_its_browser(cast, sign_in, new_client):
    own = sign_in(cast.chi)
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = new_client()
    other._browser.environ_base["HTTP_USER_AGENT"] = agent
    other.submit(other.get("/sign-in"), field="password", follow=False, email=cast.chi.email, password=PASSWORD)
    page = own.get("/account/sessions").text
    assert "Firefox, Linux" in page
    assert "chưa qua bước xác thực thứ hai" in page  # somebody knows the password and has no telephone
