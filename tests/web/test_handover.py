"""All cases of somebody change hands, through the pages; the administrator sees numbers only."""

import pytest
from sqlalchemy import select

from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.cases import Case, Conflict
from feedback.services import mailing
from tests import factories
from tests.factories import Member
from tests.web.people_stage import events
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
