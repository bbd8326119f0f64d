"""The officer's inbox: what is new to them, what is due, filters of their own."""

import pytest

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.desks import SavedFilter, SeenCase
from feedback.services import answers, cases
from tests import factories
from tests.factories import case_of
from tests.web.stage import bring


def listed(page):
    return [link.rsplit("/", 1)[1] for link in page.page.links if link.startswith("/desk/cases/")]


def test_a_case_is_new_until_it_is_opened_and_again_when_something_happened(app, cast, sign_in):
    case, chi = bring(app, cast, Action.ASSIGN), sign_in(cast.chi)
    assert "mới" in chi.get("/desk/inbox").page.all("table")[0].text
    chi.get(f"/desk/cases/{case.reference}")
    assert "mới" not in chi.get("/desk/inbox").page.all("table")[0].text
    assert listed(chi.get("/desk/inbox?show=new")) == []
    assert "Bạn đã đọc hết" in chi.get("/desk/inbox?show=new").text
    with app.app_context(), writing():
        cases.take(case_of(case), actor=factories.actor_of(cast.chi))
    assert listed(chi.get("/desk/inbox?show=new")) == [case.reference]


def test_what_one_person_has_read_is_still_new_to_another(app, cast, sign_in):
    case = bring(app, cast, Action.ASSIGN)
    sign_in(cast.chi).get(f"/desk/cases/{case.reference}")
    assert listed(sign_in(cast.chi_head).get("/desk/inbox?show=new")) == [case.reference]


def test_reading_a_case_again_writes_nothing(app, cast, sign_in, sql_log):
    case, chi = bring(app, cast, Action.ASSIGN), sign_in(cast.chi)
    chi.get(f"/desk/cases/{case.reference}")
    sql_log.clear()
    chi.get(f"/desk/cases/{case.reference}")
    assert sql_log.commits == 0
    with app.app_context():
        assert db.session.query(SeenCase).count() == 1


def test_what_is_due_in_three_days_has_a_list_of_its_own(app, cast, sign_in, frozen):
    soon = bring(app, cast, Action.TAKE)
    frozen.go_on(days=18)
    bring(app, cast, Action.TAKE)
    assert listed(sign_in(cast.chi).get("/desk/inbox?show=soon")) == [soon.reference]
    frozen.go_on(days=10)
    chi = sign_in(cast.chi)
    assert soon.reference not in listed(chi.get("/desk/inbox?show=soon"))
    assert soon.reference in listed(chi.get("/desk/inbox?show=late"))


def test_a_filter_narrows_the_list_and_can_be_taken_off(app, cast, sign_in):
    taken, free = bring(app, cast, Action.TAKE), bring(app, cast, Action.ASSIGN)
    chi = sign_in(cast.chi)
    page = chi.get("/desk/inbox?state=in_progress&category=extra_papers")
    assert listed(page) == [taken.reference]
    assert "/desk/inbox?state=in_progress" in page.page.links
    assert sorted(listed(chi.get("/desk/inbox?state=nonsense&category=x&officer=9²"))) == sorted(
        [taken.reference, free.reference])


def test_a_head_sees_the_cases_of_one_officer(app, cast, sign_in):
    taken = bring(app, cast, Action.TAKE)
    bring(app, cast, Action.ASSIGN)
    assert listed(sign_in(cast.chi_head).get(f"/desk/inbox?officer={cast.chi.id}")) == [taken.reference]


@pytest.fixture
def kept(cast, sign_in):
    """Chi's browser, with one filter kept."""
    chi = sign_in(cast.chi)
    page = chi.get("/desk/inbox?state=in_progress&show=mine")
    chi.submit(page, action="/desk/filters", name="Đang làm")
    return chi


def test_a_filter_is_kept_under_a_name_and_stands_over_the_list(kept):
    page = kept.get("/desk/inbox")
    assert "Đang làm" in page.text
    assert "/desk/inbox?show=mine&state=in_progress" in page.page.links
    kept.submit(kept.get("/desk/inbox?show=late"), action="/desk/filters", name="Đang làm")
    assert "/desk/inbox?show=late" in kept.get("/desk/filters").page.links, "the same name again replaces it"


def test_a_filter_can_be_renamed_and_removed_by_its_owner_alone(app, kept, cast, sign_in):
    with app.app_context():
        filter_id = db.session.query(SavedFilter.id).scalar()
    at = f"/desk/filters/{filter_id}"
    assert "Của tôi" in kept.submit(kept.get("/desk/filters"), action=at, name="Của tôi", do="rename").text
    wrong = kept.submit(kept.get("/desk/filters"), action=at, status=422, name=" ", do="rename")
    assert "#name" in wrong.page.links
    dung = sign_in(cast.dung)
    token = dung.get("/account/sessions").page.forms()[0].values["csrf_token"]
    dung.post(at, {"csrf_token": token[0], "do": "remove"}, status=404)
    assert "Bạn chưa giữ bộ lọc nào" in kept.submit(kept.get("/desk/filters"), action=at, do="remove").text


def test_search_words_and_strange_parts_are_never_kept(app, kept):
    token = kept.get("/account/sessions").page.forms()[0].values["csrf_token"]
    query = "q=Nguyen+Van+An&show=late&after=x"
    kept.post("/desk/filters", {"csrf_token": token[0], "name": "Lạ", "query": query})
    with app.app_context():
        assert db.session.query(SavedFilter.query).filter_by(name="Lạ").scalar() == "show=late"


def test_a_filter_without_a_name_is_asked_for_one_and_nothing_is_lost(kept):
    page = kept.submit(kept.get("/desk/inbox?show=late"), action="/desk/filters", status=422, name="  ")
    assert page.page.form(field="query").values["query"] == ["show=late"]
    assert "Hãy đặt tên cho bộ lọc." in page.text


def test_a_newer_draft_is_no_news_to_who_writes_it(app, cast, sign_in):
    case, chi = bring(app, cast, Action.TAKE), sign_in(cast.chi)
    chi.get(f"/desk/cases/{case.reference}")
    with app.app_context(), writing():
        answers.save_draft(case_of(case), factories.GOOD_ANSWER, actor=factories.actor_of(cast.chi))
    assert listed(chi.get("/desk/inbox?show=new")) == []
