"""The steps that need a reason, an agency, an officer or a second person."""

import re

import pytest

from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import writing
from feedback.queries.history import timeline
from feedback.services import citizen, lifecycle
from tests import factories
from tests.factories import actor_of, case_of
from tests.web.stage import bring, fact


def step(case, action):
    return f"/desk/cases/{case.reference}/{action}"


def buttons(page):
    found = (re.fullmatch(r"/(?:desk|supervision)/cases/[^/]+/(\w+)", link) for link in page.page.links)
    return {step[1] for step in found if step}


def test_the_case_page_offers_what_this_person_may_do_now_and_nothing_else(app, cast, sign_in):
    new, given = bring(app, cast), bring(app, cast, Action.ASSIGN)
    working = bring(app, cast, Action.PROPOSE_ANSWER)
    at = "/desk/cases/{0.reference}".format
    assert buttons(sign_in(cast.intake).get(at(new))) == {
        "accept", "ask_submitter", "refuse", "guide", "forward_outside", "merge"}
    assert buttons(sign_in(cast.chi).get(at(given))) == {"take"}
    assert buttons(sign_in(cast.chi_head).get(at(given))) == {"allot"}
    assert buttons(sign_in(cast.ha).get(at(given))) == {"transfer"}
    assert buttons(sign_in(cast.chi_head).get(at(working))) == {"approve", "send_back"}
    assert buttons(sign_in(cast.leader).get(at(given))) == set()


def test_the_sender_is_asked_once_with_a_reason_they_can_read(app, cast, sign_in):
    case, lien = bring(app, cast), sign_in(cast.intake)
    held = lien.submit(lien.get(step(case, "ask_submitter")), field="why", status=422)
    assert "#why" in held.page.links
    after = lien.submit(held, field="why", why="Xin cho biết mã hồ sơ.")
    assert "Thời hạn trả lời tạm dừng" in after.text
    assert fact(app, case, "state") == "awaiting_submitter"
    with app.app_context():
        assert "Xin cho biết mã hồ sơ." in [e.note for e in timeline(case.case_id, for_sender=True)]


@pytest.mark.parametrize(("action", "state", "more"), [
    ("refuse", "refused", {}), ("guide", "guided", {}),
    ("forward_outside", "forwarded_outside", {"outside_name": "Bộ Công an", "outside_code": "12/BCA"})])
def test_leaving_without_an_answer_takes_two_different_people(app, cast, sign_in, action, state, more):
    case, lien, tam = bring(app, cast), sign_in(cast.intake), sign_in(cast.second_intake)
    after = lien.submit(lien.get(step(case, action)), field="why", why="Lý do rõ ràng.", **more)
    assert "Cần một người thứ hai đồng ý." in after.text
    assert fact(app, case, "state") == "submitted"
    assert step(case, "proposal") not in after.page.links  # who proposed does not confirm
    lien.get(step(case, "proposal"), status=403)
    token = lien.get("/account/sessions").page.forms()[0].values["csrf_token"]
    lien.post(step(case, "proposal"), {"csrf_token": token, "decision": "confirm"}, status=403)
    assert fact(app, case, "state") == "submitted"
    assert case.reference in tam.get("/desk/intake").text
    page = tam.get(step(case, "proposal"))
    assert all(words in page.text for words in ("Lý do rõ ràng.", "Ngô Thị Liên", *more.values()))
    tam.submit(page, field="decision", decision="confirm")
    assert fact(app, case, "state") == state


def test_the_second_person_may_say_no_with_a_reason(app, cast, sign_in):
    case, lien, ha = bring(app, cast), sign_in(cast.intake), sign_in(cast.ha)
    lien.submit(lien.get(step(case, "refuse")), field="why", why="Ngoài phạm vi.")
    assert case.reference in ha.get("/supervision/").text
    held = ha.submit(ha.get(step(case, "proposal")), field="why", status=422, decision="decline")
    assert "#why" in held.page.links
    after = ha.submit(held, field="why", decision="decline", why="Đây đúng là thủ tục hành chính.")
    assert "Đây đúng là thủ tục hành chính." in after.text
    assert fact(app, case, "state") == "submitted"


def test_a_decided_or_replaced_proposal_is_an_honest_409(app, cast, sign_in):
    case, lien, tam, ha = bring(app, cast), sign_in(cast.intake), sign_in(cast.second_intake), sign_in(cast.ha)
    lien.submit(lien.get(step(case, "refuse")), field="why", why="Ngoài phạm vi.")
    old = ha.get(step(case, "proposal"))
    tam.submit(tam.get(step(case, "proposal")), field="why", decision="decline", why="Trong phạm vi.")
    ha.submit(old, field="decision", status=409, decision="confirm")
    lien.submit(lien.get(step(case, "guide")), field="why", why="Là khiếu nại.")
    late = ha.submit(old, field="why", status=409, decision="decline", why="Không đồng ý từ chối.")
    assert "Không đồng ý từ chối." in late.text
    assert fact(app, case, "state") == "submitted"


def test_a_case_joins_another_one_that_the_person_may_see(app, cast, sign_in):
    case, into = bring(app, cast), bring(app, cast, Action.TAKE)
    lien, ha = sign_in(cast.intake), sign_in(cast.ha)
    page = lien.get(step(case, "merge"))
    for wrong in ("AAAA-AAAA", case.reference):
        assert "#into" in lien.submit(page, field="into", status=422, why="Cùng việc.", into=wrong).page.links
    lien.submit(page, field="into", why="Cùng việc.", into=into.reference.lower())
    second = ha.get(step(case, "proposal"))
    assert into.reference in second.text
    ha.submit(second, field="decision", decision="confirm")
    assert fact(app, case, "state") == "merged"


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
