"""The steps that need a reason, an agency, an officer or a second person."""

import re

import pytest

from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import writing
from feedback.services import citizen, lifecycle
from tests import factories
from tests.factories import actor_of, case_of
from tests.web.stage import bring, fact


def step(case, action):
    return f"/desk/cases/{case.reference}/{action}"


def buttons(page):
    found = (re.fullmatch(r"/(?:desk|supervision)/cases/[^/]+/(\w+)", link) for link in page.page.links)
    return {step[1] for step in found if step and step[1] in set(Action)}


def test_the_case_page_offers_what_this_person_may_do_now_and_nothing_else(app, cast, sign_in):
    new, given = bring(app, cast), bring(app, cast, Action.ASSIGN)
    working = bring(app, cast, Action.PROPOSE_ANSWER)
    at = "/desk/cases/{0.reference}".format
    assert buttons(sign_in(cast.intake).get(at(new))) == {
        "accept", "ask_submitter", "refuse", "guide", "forward_outside", "merge", "restrict"}
    assert buttons(sign_in(cast.chi).get(at(given))) == {"take"}
    assert buttons(sign_in(cast.chi_head).get(at(given))) == {"allot"}
    assert buttons(sign_in(cast.ha).get(at(given))) == {"transfer"}
    assert buttons(sign_in(cast.chi_head).get(at(working))) == {"approve", "send_back"}
    assert buttons(sign_in(cast.leader).get(at(given))) == set()


def test_a_transfer_tells_the_sender_why_and_leaves_the_first_agency_outside(app, cast, sign_in, frozen):
    case, ha = bring(app, cast, Action.TAKE), sign_in(cast.ha)
    page = ha.get(step(case, "transfer"))
    assert "#agency" in ha.submit(page, field="agency", status=422, why="Nhầm.", agency=cast.building).page.links
    before = fact(app, case, "version")
    ha.submit(page, field="agency", why="Đất đai thuộc sở khác.", agency=cast.land)
    assert (fact(app, case, "agency_id"), fact(app, case, "officer_id")) == (cast.land, None)
    assert fact(app, case, "version") > before
    sign_in(cast.chi).get(f"/desk/cases/{case.reference}", status=404)
    assert case.reference in sign_in(cast.dung).get("/desk/inbox").text


def test_a_head_gives_the_case_to_an_officer_of_the_agency_only(app, cast, sign_in):
    case, head = bring(app, cast, Action.ASSIGN), sign_in(cast.chi_head)
    page = head.get(step(case, "allot"))
    head.submit(page, field="officer", status=422, officer=cast.dung.id)
    assert fact(app, case, "state") == "assigned"
    head.submit(page, field="officer", officer=cast.chi.id)
    assert (fact(app, case, "state"), fact(app, case, "officer_id")) == ("in_progress", cast.chi.id)


def test_of_two_officers_who_take_a_case_the_second_is_told_who_was_first(app, cast, sign_in):
    case = bring(app, cast, Action.ASSIGN)
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
    first, second = sign_in(cast.chi), sign_in(hoa)
    mine, theirs = first.get(step(case, "take")), second.get(step(case, "take"))
    first.submit(mine, field="version")
    late = second.submit(theirs, field="version", status=409)
    assert "Trần Thị Chi" in late.text
    assert fact(app, case, "officer_id") == cast.chi.id


def test_a_move_from_a_page_that_is_older_than_the_case_is_refused_with_the_words_kept(app, cast, sign_in):
    """The table would allow it, the version does not: the person has not seen what is new."""
    case, ha = bring(app, cast, Action.ASSIGN), sign_in(cast.ha)
    page = ha.get(step(case, "transfer"))
    chi = sign_in(cast.chi)
    chi.submit(chi.get(step(case, "take")), field="version")
    late = ha.submit(page, field="agency", status=409, why="Thuộc sở khác.", agency=cast.land)
    assert "Thuộc sở khác." in late.text
    assert "Cán bộ đã nhận thụ lý hồ sơ." in late.text
    assert fact(app, case, "agency_id") == cast.building


def test_a_head_sends_an_answer_back_or_approves_it(app, cast, sign_in):
    case, head = bring(app, cast, Action.PROPOSE_ANSWER), sign_in(cast.chi_head)
    head.submit(head.get(step(case, "send_back")), field="why", why="Thiếu ngày.")
    assert fact(app, case, "state") == "in_progress"
    assert "Thiếu ngày." in sign_in(cast.chi).get(step(case, "answer")).text
    other = bring(app, cast, Action.PROPOSE_ANSWER)
    assert "Văn phòng UBND tỉnh sẽ kiểm tra" in head.submit(head.get(step(other, "approve")), field="version").text


@pytest.mark.parametrize("word", ["release", "submit", "close", "nonsense", "state"])
def test_a_word_that_is_no_step_of_this_desk_is_not_there(app, cast, sign_in, word):
    case = bring(app, cast, Action.APPROVE)
    sign_in(cast.ha).get(step(case, word), status=404)


def test_a_proposal_that_the_case_has_left_behind_stands_in_nobodys_way(app, cast, sign_in):
    case = bring(app, cast, Action.APPROVE)
    with app.app_context(), writing():
        row = case_of(case)
        citizen.ask_to_withdraw(row, actor=citizen.as_sender(case.case_id), why="Thôi.")
        lifecycle.advance(row, Action.RELEASE, actor=actor_of(cast.ha))
        assert lifecycle.open_proposal(row) is None
    assert case.reference not in sign_in(cast.intake).get("/desk/intake").text


def test_the_story_says_where_a_case_went_and_ties_nobody_to_another_agency(app, cast, sign_in):
    case = bring(app, cast, Action.RELEASE)
    told = sign_in(cast.ha).get(f"/desk/cases/{case.reference}").text
    assert "Hồ sơ đã được phân công cho cơ quan phải trả lời: Sở Xây dựng." in told
    assert f"{cast.chi.name}, Cán bộ xử lý, Sở Xây dựng" in told
    assert f"{cast.ha.name}, Văn phòng UBND tỉnh, Sở Xây dựng" not in told
