"""The administrator's desk for people, through its pages: invitations, roles by two, closing, handing over."""

import re

import pytest
from sqlalchemy import select

from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.appointments import Invitation, RoleRequest
from feedback.models.cases import Case, Conflict
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.models.people import Person, RoleGrant
from feedback.services import mailing
from tests import factories
from tests.factories import Member
from tests.web.stage import bring
from tests.web.test_second_step import fresh_code, secret_on

LINK = re.compile(r"http://localhost(/(?:en/)?account/welcome/[\w-]{43})")
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


def roles_of(app, person_id):
    with app.app_context():
        return set(db.session.scalars(select(RoleGrant.role).where(
            RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))))


def events(app, chain="sys:roles"):
    with app.app_context():
        return [(e.type, e.payload) for e in db.session.scalars(
            select(Event).where(Event.chain == chain).order_by(Event.n))]


def invites(browser, *, email="khach@tinh.example", **more):
    return browser.submit(browser.get("/admin/people/invite"), field="email", **{
        "name": "Khách Mới", "email": email, "roles": ["intake"], **more})


def person_called(app, email="khach@tinh.example"):
    with app.app_context():
        return db.session.scalars(select(Person.id).where(Person.email == email)).one()


def waiting_form(page):
    """The form about the first thing that waits for a second administrator."""
    return next(form for form in page.page.forms() if "/admin/people/requests/" in form.action)


def decides(browser, do):
    """Grant or decline what waits first."""
    form = waiting_form(browser.get("/admin/people"))
    return browser.post(form.action, {**form.values, "do": do}, follow=True)


def links(app, post, to="khach@tinh.example"):
    """The paths of the links that have gone to this mailbox, the oldest first."""
    with app.app_context():
        mailing.deliver_owed()
    return [LINK.search(mail.get_body(("plain",)).get_content()).group(1) for mail in post.messages
            if to in str(mail["To"])]


# Invitations ----------------------------------------------------------------------------------------------------


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


# Roles by two ----------------------------------------------------------------------------------------------------


def asks(browser, person_id, role, do="give"):
    page = browser.get(f"/admin/people/{person_id}")
    return browser.post(f"/admin/people/{person_id}/roles", {
        "csrf_token": page.page.form(action="/roles").values["csrf_token"], "role": role, "do": do},
        status=(303, 400, 403))


def test_a_role_is_asked_by_one_administrator_and_given_by_another(app, cast, quan, second, sign_in):
    chi = sign_in(cast.chi)
    asks(quan, cast.chi.id, "publisher")
    assert roles_of(app, cast.chi.id) == {"officer"}
    page = quan.get("/admin/people")
    assert "người khác mới được đồng ý" in page.text
    assert waiting_form(page).values.get("do") is None
    chi.get("/desk/inbox")
    decides(second, "grant")
    assert roles_of(app, cast.chi.id) == {"officer", "publisher"}
    assert chi.get("/desk/inbox", status=302).location.startswith("/sign-in")  # everything ends with a new role
    kinds = [kind for kind, _ in events(app)][-2:]
    assert kinds == ["request_made", "role_granted"]


def test_nobody_grants_what_they_asked_for_themselves(app, cast, quan, minh):
    asks(quan, cast.chi.id, "publisher")
    form = waiting_form(quan.get("/admin/people"))
    quan.post(form.action, {**form.values, "do": "grant"}, status=403)
    assert roles_of(app, cast.chi.id) == {"officer"}
    quan.post(form.action, {**form.values, "do": "decline"})  # taking it back is theirs to do


def test_no_administrator_gives_himself_a_role_or_decides_about_himself(app, cast, quan, second, minh):
    page = quan.get(f"/admin/people/{cast.quan.id}")
    token = quan.get("/admin/people/invite").page.form(field="email").values["csrf_token"]
    assert "Không ai tự cấp vai trò" in page.text
    for do, role in (("give", "officer"), ("give", "auditor"), ("take", "administrator")):
        quan.post(f"/admin/people/{cast.quan.id}/roles", {"csrf_token": token, "role": role, "do": do},
                  status=(400, 403))
    asks(second, cast.quan.id, "administrator", do="take")
    form = waiting_form(second.get("/admin/people"))
    quan.post(form.action, {"csrf_token": token, "do": "decline"}, status=403)
    assert roles_of(app, cast.quan.id) == {"administrator"}
    with app.app_context():
        assert [r.person_id for r in db.session.scalars(select(RoleRequest))] == [cast.quan.id]
        assert db.session.scalars(select(RoleRequest.decided_at)).one() is None


def test_an_administrator_gets_no_role_with_which_cases_could_be_read(app, cast, quan, minh):
    assert "không kiêm vai trò khác" in asks(quan, minh.id, "intake").text
    assert "không kiêm vai trò khác" in asks(quan, cast.chi.id, "administrator").text


def test_taking_a_role_away_needs_two_as_well_and_ends_all_sessions(app, cast, quan, second, sign_in):
    chi = sign_in(cast.chi)
    asks(quan, cast.chi.id, "officer", do="take")
    assert roles_of(app, cast.chi.id) == {"officer"}
    decides(second, "grant")
    assert roles_of(app, cast.chi.id) == set()
    assert chi.get("/desk/inbox", status=302).location.startswith("/sign-in")


def test_what_was_declined_changes_nothing_and_can_be_asked_again(app, cast, quan, second):
    asks(quan, cast.chi.id, "publisher")
    assert "đang chờ quản trị viên khác" in asks(quan, cast.chi.id, "publisher").text
    decides(second, "decline")
    assert roles_of(app, cast.chi.id) == {"officer"}
    assert "không đồng ý" in second.get(f"/admin/people/{cast.chi.id}").text
    asks(quan, cast.chi.id, "publisher")


def test_two_who_decide_at_once_decide_once(app, cast, quan, second, sign_in):
    with app.app_context(), writing():
        ba = factories.member("Hà Văn Ba", Role.ADMINISTRATOR, agency_id=cast.office)
    third = sign_in(ba)
    asks(quan, cast.chi.id, "publisher")
    slow = third.get("/admin/people")
    decides(second, "grant")
    form = waiting_form(slow)
    third.post(form.action, {**form.values, "do": "decline"}, status=409)
    assert roles_of(app, cast.chi.id) == {"officer", "publisher"}


def test_the_only_administrator_brings_in_a_second_one_and_from_then_on_two_decide(app, cast, quan):
    assert "Bạn là quản trị viên duy nhất" in quan.get("/admin/people").text
    page = invites(quan, roles=["administrator"])
    assert "thành quản trị viên ngay" in page.text
    assert roles_of(app, person_called(app)) == {"administrator"}
    assert any(kind == "role_granted" and '"alone":true' in payload for kind, payload in events(app))
    assert "Bạn là quản trị viên duy nhất" not in quan.get("/admin/people").text
    invites(quan, email="ba@tinh.example", roles=["administrator"])
    assert roles_of(app, person_called(app, "ba@tinh.example")) == set()


# Closing, opening, second step -----------------------------------------------------------------------------------


def test_an_account_is_closed_at_once_and_opened_again_by_two(app, cast, quan, second, sign_in):
    chi = sign_in(cast.chi)
    page = quan.submit(quan.get(f"/admin/people/{cast.chi.id}"), action="/disable")
    assert chi.get("/desk/inbox", status=302).location.startswith("/sign-in")
    quan.submit(page, action="/wishes", field="wish", wish="enable")
    with app.app_context():
        assert db.session.get_one(Person, cast.chi.id).disabled_at is not None
    decides(second, "grant")
    sign_in(cast.chi).get("/desk/inbox")


def test_nobody_closes_their_own_account_and_the_last_administrator_stays(app, cast, quan, second, minh):
    token = quan.get("/admin/people/invite").page.form(field="email").values["csrf_token"]
    quan.post(f"/admin/people/{cast.quan.id}/disable", {"csrf_token": token}, status=403)
    second.submit(second.get(f"/admin/people/{cast.quan.id}"), action="/disable")
    form = second.get("/admin/people/invite").page.form(field="email")
    second.post(f"/admin/people/{minh.id}/disable", form.values, status=403)
    with app.app_context():
        assert db.session.get_one(Person, minh.id).disabled_at is None


def test_a_lost_second_step_is_taken_away_by_two_and_set_up_anew(app, cast, quan, second, sign_in, new_client):
    chi = sign_in(cast.chi)
    quan.submit(quan.get(f"/admin/people/{cast.chi.id}"), action="/wishes", field="wish")
    chi.get("/desk/inbox")
    decides(second, "grant")
    assert chi.get("/desk/inbox", status=302).location.startswith("/sign-in")
    again = new_client()
    page = again.submit(again.get("/sign-in"), field="password", email=cast.chi.email, password=cast.chi.password)
    assert page.page.all("svg", class_="qr")


def test_an_administrator_ends_all_sessions_of_a_person(cast, quan, sign_in):
    chi, phone = sign_in(cast.chi), sign_in(cast.chi)
    quan.submit(quan.get(f"/admin/people/{cast.chi.id}"), action="/sessions")
    for browser in (chi, phone):
        assert browser.get("/desk/inbox", status=302).location.startswith("/sign-in")


def test_moving_to_another_agency_needs_two_and_empty_hands(app, cast, quan, second):
    bring(app, cast, Action.TAKE)
    page = quan.get(f"/admin/people/{cast.chi.id}/edit")
    refused = quan.submit(page, action="/wishes", status=400, agency=str(cast.land))
    assert "Hãy bàn giao trước" in refused.text
    quan.submit(quan.get(f"/admin/people/{cast.dung.id}/edit"), action="/wishes", agency=str(cast.building))
    decides(second, "grant")
    with app.app_context():
        assert db.session.get_one(Person, cast.dung.id).agency_id == cast.building


def test_a_name_is_mended_and_the_address_is_not(app, cast, quan):
    page = quan.get(f"/admin/people/{cast.chi.id}/edit")
    assert "email" not in page.page.form(field="name").names
    shown = quan.submit(page, field="name", name="Trần Kim Chi", language="en")
    assert "Trần Kim Chi" in shown.text


# The list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "found", "not_found"), [
    ("q=tran+chi", "Trần Thị Chi", "Lê Văn Dũng"), ("q=nong+nghiep", "Lê Văn Dũng", "Trần Thị Chi"),
    ("q=LE+DUNG", "Lê Văn Dũng", "Trần Thị Chi"), ("role=coordinator", "Phạm Thu Hà", "Trần Thị Chi"),
    ("q=khong-co-ai", "Không có ai khớp", "Trần Thị Chi")])
def test_people_are_found_by_name_address_agency_and_role(cast, quan, query, found, not_found):
    table = quan.get(f"/admin/people?{query}").text
    assert found in table
    assert not_found not in table


def test_the_list_goes_on_by_key(app, cast, quan):
    with app.app_context(), writing():
        for n in range(60):
            factories.member(f"An Thứ {n:02d}", Role.OFFICER, agency_id=cast.building)
    first = quan.get("/admin/people")
    following = next(a.get("href") for a in first.page.all("a") if a.get("rel") == "next")
    rest = quan.get(following)
    names = [a.text for page in (first, rest) for a in page.page.all("td", class_="table__name")]
    assert len(names) == len(set(names)) == 60 + 13


# Handing over ----------------------------------------------------------------------------------------------------


@pytest.fixture
def hoa(app, cast) -> Member:
    """Chi's colleague."""
    with app.app_context(), writing():
        return factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)


def officers(app):
    with app.app_context():
        return dict(db.session.execute(select(Case.id, Case.officer_id)).all())


def hands_over(browser, person_id, to):
    """What was shown before, and the page after."""
    page = browser.get(f"/admin/people/{person_id}/handover?to={to}")
    token = page.page.form(action="/sign-out").values["csrf_token"]
    return page, browser.post(f"/admin/people/{person_id}/handover", {"csrf_token": token, "to": str(to)},
                              follow=True)


def test_all_cases_of_somebody_go_to_a_colleague_and_the_administrator_sees_numbers_only(
        app, cast, quan, hoa, post):
    cases = [bring(app, cast, Action.TAKE), bring(app, cast, Action.PROPOSE_ANSWER)]
    done = bring(app, cast, Action.CLOSE)
    preview, _after = hands_over(quan, cast.chi.id, hoa.id)
    assert "2 hồ sơ giao cho Phan Thị Hoa" in preview.text
    for case in (*cases, done):
        assert case.reference not in preview.text
    now = officers(app)
    assert [now[c.case_id] for c in cases] == [hoa.id, hoa.id]
    assert now[done.case_id] == cast.chi.id  # what is settled stays with who settled it
    for case in cases:
        assert [kind for kind, _ in events(app, f"case:{case.case_id}")][-1] == "handover"
    with app.app_context():
        mailing.deliver_owed()
    told = [mail for mail in post.messages if mail["Subject"] == "Hồ sơ của đồng nghiệp nay chờ Ông/Bà"]
    assert [hoa.email in str(mail["To"]) for mail in told] == [True]
    hands_over(quan, cast.chi.id, "head")  # once more: nothing is left to move
    assert officers(app) == now


def test_a_conflict_and_an_objection_send_a_case_to_the_head_instead(app, cast, quan, hoa, sign_in):
    hidden, plain = bring(app, cast, Action.TAKE), bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        db.session.add(Conflict(case_id=hidden.case_id, person_id=hoa.id))
    preview, _after = hands_over(quan, cast.chi.id, hoa.id)
    assert "1 hồ sơ giao cho Phan Thị Hoa" in preview.text
    assert "đã ghi nhận xung đột lợi ích" in preview.text
    assert officers(app)[hidden.case_id] is None
    assert officers(app)[plain.case_id] == hoa.id
    head = sign_in(cast.chi_head)
    head.get(f"/desk/cases/{hidden.reference}/allot")


def test_cases_go_to_nobody_of_another_agency(app, cast, quan):
    case = bring(app, cast, Action.TAKE)
    token = quan.get("/admin/people/invite").page.form(field="email").values["csrf_token"]
    refused = quan.post(f"/admin/people/{cast.chi.id}/handover", {"csrf_token": token, "to": str(cast.dung.id)},
                        status=400)
    assert "cùng cơ quan" in refused.text
    assert officers(app)[case.case_id] == cast.chi.id


def test_a_new_colleague_goes_on_with_the_case_that_was_handed_over(app, cast, quan, hoa, sign_in):
    case = bring(app, cast, Action.TAKE)
    hands_over(quan, cast.chi.id, hoa.id)
    sign_in(hoa).get(f"/desk/cases/{case.reference}/answer")


def test_no_page_for_people_shows_a_case(app, cast, quan, minh):
    case = bring(app, cast, Action.TAKE)
    for path in ("/admin/people", f"/admin/people/{cast.chi.id}", f"/admin/people/{cast.chi.id}/handover?to=head",
                 f"/admin/people/{cast.chi.id}/edit", "/admin/people/invite"):
        text = quan.get(path).text
        assert case.reference not in text
        assert factories.NARRATIVE[:40] not in text
        assert factories.POINTS[0] not in text
    quan.get(f"/desk/cases/{case.reference}", status=403)
