"""Invitations and links for a lost password, through the pages: once, for 72 hours, known to one mailbox."""

import pytest
from sqlalchemy import select

from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.appointments import Invitation
from feedback.models.outbox import Outbox
from tests import factories
from tests.factories import Member
from tests.web.people_stage import decides, invites, links, person_called, roles_of
from tests.web.test_second_step import fresh_code, secret_on

NEW = "sông Hậu mùa nước nổi năm nay"


@pytest.fixture
def minh(app, cast) -> Member:
    """A second administrator."""
    with app.app_context(), writing():
        return factories.member("Trịnh Văn Minh", Role.ADMINISTRATOR, agency_id=cast.office)


@pytest.fixture
def quan(sign_in, cast):
    return sign_in(cast.quan)


@pytest.fixture
def second(sign_in, minh):
    return sign_in(minh)


def test_somebody_invited_chooses_a_password_and_a_second_step_and_waits_for_the_roles(
        app, cast, quan, second, post, new_client):
    page = invites(quan)
    assert "đã mời, chưa đặt mật khẩu" in page.text
    guest, person_id = new_client(), person_called(app)
    (link,) = links(app, post)
    welcome = guest.get(link)
    assert "Khách Mới" in welcome.text
    guest.submit(welcome, field="new", status=400, new="ngắn", again="ngắn")
    set_up = guest.submit(welcome, field="new", new=NEW, again=NEW)
    codes = guest.submit(set_up, field="code", code=fresh_code(secret_on(set_up)))
    assert len(codes.page.all("li")) >= 10
    assert "bạn chưa có vai trò ở đây" in guest.get("/account/waiting").text
    guest.get("/desk/intake", status=403)
    decides(second, "grant")
    assert roles_of(app, person_id) == {"intake"}


def test_looking_at_a_link_changes_nothing_and_using_it_ends_it(app, cast, quan, minh, post, new_client):
    invites(quan)
    (link,) = links(app, post)
    for _ in range(3):
        new_client().get(link)
        scanner = new_client()
        scanner.looks = False
        scanner.open("HEAD", link, status=200)
    guest = new_client()
    guest.submit(guest.get(link), field="new", new=NEW, again=NEW)
    late = new_client().get(link, status=410)
    assert "không dùng được nữa" in late.text
    new_client().get(link + "x", status=410)


def test_a_link_is_good_for_72_hours(app, cast, quan, minh, post, new_client, frozen):
    invites(quan)
    (link,) = links(app, post)
    frozen.go_on(hours=71)
    new_client().get(link)
    frozen.go_on(hours=2)
    new_client().get(link, status=410)


def test_a_new_link_makes_the_old_one_worthless(app, cast, quan, minh, post, new_client, frozen):
    page = invites(quan)
    links(app, post)
    frozen.go_on(minutes=1)
    quan.submit(page, action="/link")
    old, new = links(app, post)
    new_client().get(old, status=410)
    new_client().get(new)


def test_the_secret_of_a_link_is_neither_in_the_database_nor_in_a_log(
        app, cast, quan, minh, post, new_client, capfd):
    invites(quan)
    (link,) = links(app, post)
    new_client().get(link)
    token = link.rsplit("/", 1)[1]
    assert token not in capfd.readouterr().err
    with app.app_context():
        for table in db.metadata.sorted_tables:
            assert token not in repr(db.session.execute(table.select()).all()), table.name


def test_a_mail_that_waited_too_long_is_not_sent_at_all(app, cast, quan, minh, post, frozen):
    invites(quan)
    frozen.go_on(hours=73)
    assert links(app, post) == []
    with app.app_context():
        assert db.session.scalars(select(Outbox.fault)).all() == ["no_address"]


def test_a_lost_password_is_given_back_by_a_link_and_the_second_step_is_still_asked(
        app, cast, quan, post, new_client):
    quan.submit(quan.get(f"/admin/people/{cast.chi.id}"), action="/link")
    (link,) = links(app, post, to=cast.chi.email)
    chi = new_client()
    step = chi.submit(chi.get(link), field="new", new=NEW, again=NEW)
    assert step.page.form(field="code")
    assert chi.get("/desk/inbox", status=302).location.startswith("/account/second-step")


@pytest.mark.parametrize(("change", "words"), [
    ({"email": "khong phai thu"}, "không phải địa chỉ thư"), ({"name": " "}, "chưa viết tên"),
    ({"roles": []}, "ít nhất một vai trò"), ({"roles": ["officer"]}, "Bạn hãy chọn cơ quan"),
    ({"roles": ["administrator", "intake"]}, "không kiêm vai trò khác")])
def test_an_invitation_that_breaks_a_rule_says_so_beside_the_field(app, cast, quan, minh, change, words):
    page = quan.submit(quan.get("/admin/people/invite"), field="email", status=400, **{
        "name": "Khách Mới", "email": "khach@tinh.example", "roles": ["intake"], **change})
    assert words in page.text
    with app.app_context():
        assert db.session.scalars(select(Invitation)).all() == []
