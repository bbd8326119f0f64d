"""Roles by two administrators, closing and opening accounts, the list of people: through the pages."""

import pytest
from sqlalchemy import select

from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.appointments import RoleRequest
from feedback.models.people import Person
from tests import factories
from tests.factories import Member
from tests.web.people_stage import decides, events, invites, person_called, roles_of, waiting_form
from tests.web.stage import bring


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


def test_who_closes_the_other_administrators_account_appoints_nobody_alone(app, cast, quan, second, minh):
    """Closing takes one word; it must not lead to giving out the highest role with one word (trust.md W11)."""
    quan.submit(quan.get(f"/admin/people/{minh.id}"), action="/disable")
    assert "Chỉ còn bạn là quản trị viên" in quan.get("/admin/people").text
    invites(quan, roles=["administrator"])
    assert roles_of(app, person_called(app)) == set()
    asks(quan, cast.ha.id, "administrator")
    assert "administrator" not in roles_of(app, cast.ha.id)


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
