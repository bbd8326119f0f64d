"""The head's desk: allotting with the load in sight, approving what the citizen will read, deputies."""

from datetime import date, timedelta

import pytest

from feedback.domain.errors import BadInput, NotPermitted
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.appointments import Deputy
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.services import answers, deputies
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of
from tests.services.test_answers import VAGUE
from tests.web.stage import bring, fact


@pytest.fixture
def hoa(app, cast):
    """A colleague of Chi's."""
    with app.app_context(), writing():
        return factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)


def test_beside_each_officer_stands_what_they_have_in_hand(app, cast, sign_in, hoa, frozen):
    bring(app, cast, Action.TAKE)
    frozen.go_on(days=60)
    case = bring(app, cast, Action.ASSIGN)
    mai = sign_in(cast.chi_head)
    page = mai.get(f"/desk/cases/{case.reference}/allot")
    notes = {e.get("id"): e.text for e in page.page.elements if e.get("class") == "choice__note"}
    assert [notes[f"{e.get('id')}-note"] for e in page.page.all("input", type="radio")] == [
        "không có hồ sơ đang mở", "1 hồ sơ đang mở, 1 quá hạn"]
    assert "#officer" in mai.submit(page, field="officer", status=422).page.links
    mai.submit(page, field="officer", officer=str(hoa.id))
    assert fact(app, case, "officer_id") == hoa.id


def test_a_case_in_work_goes_to_another_officer(app, cast, sign_in, hoa):
    case, mai = bring(app, cast, Action.TAKE), sign_in(cast.chi_head)
    mai.submit(mai.get(f"/desk/cases/{case.reference}/allot"), field="officer", officer=str(hoa.id))
    assert fact(app, case, "officer_id") == hoa.id
    mai.post(f"/desk/cases/{case.reference}/allot", {
        **mai.get(f"/desk/cases/{case.reference}/allot").page.form(field="version").values, "officer": "x²"},
        status=422)


def test_the_load_is_by_name_with_the_tree_below(app, cast, sign_in, hoa, frozen):
    with app.app_context(), writing():
        below = factories.agency("Chi cục Giám định", parent=cast.building)
        factories.member("Lâm Thị Ánh", Role.OFFICER, agency_id=below)
    bring(app, cast, Action.TAKE)
    bring(app, cast, Action.ASSIGN)
    frozen.go_on(days=60)
    page = sign_in(cast.chi_head).get("/desk/load").page
    rows = [[cell.text for cell in row.children if not isinstance(cell, str)] for row in page.all("tr")]
    named = [(row[0], row[1], row[3]) for row in rows if row[1].isdigit()]
    assert named == [("Phan Thị Hoa", "0", "0"), ("Trần Thị Chi", "1", "1"), ("Chưa có ai", "1", "1"),
                     ("Lâm Thị Ánh", "0", "0")]
    assert f"/desk/inbox?officer={cast.chi.id}" in page.links
    assert f"/desk/inbox?officer={cast.chi.id}&show=late" in page.links


def test_the_load_of_another_agency_is_not_seen(app, cast, sign_in):
    bring(app, cast, Action.TAKE)
    page = sign_in(cast.dung_head).get("/desk/load")
    assert "Trần Thị Chi" not in page.text
    sign_in(cast.chi).get("/desk/load", status=403)


# Approving ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["approve", "send_back"])
def test_the_head_reads_what_the_citizen_will_get_and_what_the_reader_found(app, cast, sign_in, action):
    case, mai = bring(app, cast, Action.PROPOSE_ANSWER, text=VAGUE), sign_in(cast.chi_head)
    page = mai.get(f"/desk/cases/{case.reference}/{action}")
    assert VAGUE.points[1] in page.text
    assert "Đã đối chiếu hồ sơ" in page.text  # why it was sent all the same
    assert page.page.all("li", class_="finding")
    assert "#why" in mai.submit(page, action="send_back", status=422).page.links
    mai.submit(page, action="send_back", why="Viết lại cho rõ.")
    assert fact(app, case, "state") == "in_progress"


def test_the_second_version_shows_the_head_what_changed(app, cast, sign_in):
    case, mai = bring(app, cast, Action.PROPOSE_ANSWER, text=VAGUE), sign_in(cast.chi_head)
    mai.submit(mai.get(f"/desk/cases/{case.reference}/approve"), action="send_back", why="Nêu rõ ngày.")
    with app.app_context(), writing():
        answers.save_draft(case_of(case), GOOD_ANSWER, actor=actor_of(cast.chi))
        answers.submit_answer(case_of(case), actor=actor_of(cast.chi), override="Đủ ý.")
    page = mai.get(f"/desk/cases/{case.reference}/approve")
    assert any("45/GPXD" in element.text for element in page.page.all("ins"))
    assert "Nêu rõ ngày." in page.text
    mai.submit(page, action="approve")
    assert fact(app, case, "state") == "gate_review"


# Deputies -------------------------------------------------------------------------------------------------------

TODAY = date(2026, 11, 16)


def name(app, cast, person, *, days=3, start=TODAY, head=None):
    head = head or cast.chi_head
    with app.app_context(), writing():
        return deputies.name_deputy(
            db.session.get_one(Person, head.id), person_id=person.id, from_on=start,
            to_on=start + timedelta(days=days), actor=actor_of(head)).id


def test_a_deputy_acts_as_head_on_these_days_and_not_after(app, cast, sign_in, hoa, frozen):
    case = bring(app, cast, Action.PROPOSE_ANSWER)
    at = f"/desk/cases/{case.reference}"
    assert f"{at}/approve" not in sign_in(hoa).get(at).page.links
    mai = sign_in(cast.chi_head)
    named = mai.submit(mai.get("/desk/deputy"), field="person", person=str(hoa.id), to_on="2026-11-18")
    assert "Hôm nay đang thay bạn." in named.text
    browser = sign_in(hoa)
    page = browser.get(at)
    assert "đang thay Võ Thị Mai" in page.text
    browser.submit(browser.get(f"{at}/approve"), action="approve")
    assert fact(app, case, "state") == "gate_review"
    frozen.go_on(days=3)
    after = sign_in(hoa).get("/desk/inbox")
    assert "đang thay" not in after.text
    sign_in(hoa).get("/desk/load", status=403)


def test_a_deputy_never_approves_what_they_wrote(app, cast, sign_in, frozen):
    case = bring(app, cast, Action.PROPOSE_ANSWER)
    name(app, cast, cast.chi)
    chi = sign_in(cast.chi)
    assert "đang thay Võ Thị Mai" in chi.get("/desk/inbox").text
    chi.get(f"/desk/cases/{case.reference}/approve", status=409)


def test_a_deputy_from_an_agency_below_sees_the_heads_tree(app, cast, sign_in, frozen):
    with app.app_context(), writing():
        below = factories.agency("Chi cục Giám định", parent=cast.building)
        anh = factories.member("Lâm Thị Ánh", Role.OFFICER, agency_id=below)
    case = bring(app, cast, Action.PROPOSE_ANSWER)
    sign_in(anh).get(f"/desk/cases/{case.reference}", status=404)
    name(app, cast, anh)
    browser = sign_in(anh)
    browser.submit(browser.get(f"/desk/cases/{case.reference}/approve"), action="approve")
    assert fact(app, case, "state") == "gate_review"


def test_a_deputy_names_no_deputy_and_ends_none(app, cast, sign_in, hoa, frozen):
    deputy_id = name(app, cast, hoa)
    browser = sign_in(hoa)
    browser.get("/desk/deputy", status=403)
    token = browser.get("/account/sessions").page.forms()[0].values["csrf_token"]
    browser.post(f"/desk/deputy/{deputy_id}/end", {"csrf_token": token[0]}, status=404)
    with app.app_context(), writing(), pytest.raises(NotPermitted):
        deputies.name_deputy(db.session.get_one(Person, hoa.id), person_id=cast.chi.id, from_on=TODAY, to_on=TODAY,
                             actor=actor_of(hoa))


def test_an_appointment_ends_early_and_is_written_down(app, cast, sign_in, hoa, frozen):
    deputy_id = name(app, cast, hoa)
    mai = sign_in(cast.chi_head)
    ended = mai.submit(mai.get("/desk/deputy"), action=f"/desk/deputy/{deputy_id}/end")
    assert "Đã kết thúc." in ended.text
    assert "đang thay" not in sign_in(hoa).get("/desk/inbox").text
    with app.app_context():
        assert [e.type for e in db.session.query(Event).filter_by(chain="sys:people").order_by(Event.n)] == [
            "deputy_named", "deputy_ended"]


@pytest.mark.parametrize(("who", "start", "days", "field", "code"), [
    ("chi_head", TODAY, 1, "person", "not_possible"), ("dung", TODAY, 1, "person", "not_possible"),
    ("intake", TODAY, 1, "person", "not_possible"), ("chi", date(2026, 11, 15), 3, "from_on", "past"),
    ("chi", TODAY, -1, "to_on", "before_start"), ("chi", TODAY, 91, "to_on", "too_long")])
def test_an_appointment_that_makes_no_sense_is_refused(app, cast, frozen, who, start, days, field, code):
    with pytest.raises(BadInput) as refused:
        name(app, cast, getattr(cast, who), start=start, days=days)
    assert (refused.value.field, refused.value.code) == (field, code)
    with app.app_context():
        assert db.session.query(Deputy).count() == 0


def test_two_deputies_on_one_day_are_refused_beside_the_field(app, cast, sign_in, hoa, frozen):
    name(app, cast, hoa)
    mai = sign_in(cast.chi_head)
    page = mai.submit(mai.get("/desk/deputy"), field="person", status=422, person=str(cast.chi.id),
                      from_on="2026-11-18", to_on="2026-11-20")
    assert "#from_on" in page.page.links
    assert page.page.form(field="person").values["to_on"] == ["2026-11-20"]


def test_a_head_who_left_the_post_has_no_deputy_any_more(app, cast, sign_in, hoa, frozen):
    name(app, cast, hoa)
    with app.app_context(), writing():
        db.session.execute(db.text("UPDATE role_grant SET revoked_at = granted_at WHERE person_id = :id"),
                           {"id": cast.chi_head.id})
    assert "đang thay" not in sign_in(hoa).get("/desk/inbox").text


@pytest.mark.parametrize("change", [
    "UPDATE role_grant SET revoked_at = granted_at WHERE person_id = :id",
    "UPDATE role_grant SET role = 'administrator' WHERE person_id = :id",
    "UPDATE person SET agency_id = :elsewhere WHERE id = :id"])
def test_who_has_another_role_or_agency_by_now_is_nobodys_deputy(app, cast, sign_in, hoa, frozen, change):
    """Else an administrator, or an officer of another agency, would read cases until the last day named."""
    name(app, cast, hoa)
    case = bring(app, cast, Action.PROPOSE_ANSWER)
    with app.app_context(), writing():
        db.session.execute(db.text(change), {"id": hoa.id, **(
            {"elsewhere": cast.dung.agency_id} if ":elsewhere" in change else {})})
    sign_in(hoa).get(f"/desk/cases/{case.reference}", status=(403, 404))
    sign_in(hoa).get("/desk/load", status=403)


def test_the_deputy_is_told_what_the_head_is_told(app, cast, hoa, frozen):
    name(app, cast, hoa)
    case = bring(app, cast, Action.PROPOSE_ANSWER)
    with app.app_context():
        told = {row.person_id for row in db.session.query(Outbox).filter_by(
            case_id=case.case_id, notice="approval-waiting")}
    assert told == {cast.chi_head.id, hoa.id}


def test_a_deputy_from_whom_the_case_is_hidden_hears_nothing_of_it(app, cast, hoa, frozen):
    name(app, cast, hoa)
    case = bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        factories.hide_from(case_of(case), db.session.get_one(Person, hoa.id))
        answers.save_draft(case_of(case), GOOD_ANSWER, actor=actor_of(cast.chi))
        answers.submit_answer(case_of(case), actor=actor_of(cast.chi), override="Đủ ý.")
    with app.app_context():
        assert {row.person_id for row in db.session.query(Outbox).filter_by(
            case_id=case.case_id, notice="approval-waiting")} == {cast.chi_head.id}
