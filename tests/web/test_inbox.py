"""The agency's inbox, one case as the agency and as the office see it, and each person's first desk."""

from datetime import date

import pytest

from feedback.domain.kinds import Channel
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import writing
from feedback.services import citizen, lifecycle
from tests import factories
from tests.factories import actor_of, case_of
from tests.web.stage import bring

CANARY = "nhà tôi ở cạnh chợ nổi Cái Răng"
IDENTITY = {"name": "Nguyễn Văn An", "phone": "0912345678"}


def masked(app, receipt):
    """Intake left the canary out of the agency's copy."""
    with app.app_context(), writing():
        case = case_of(receipt)
        case.masked = "Cán bộ đòi thêm hộ khẩu."
        for point in case.points:
            point.masked = "Vì sao đòi hộ khẩu?"


def test_the_most_urgent_case_stands_first(app, cast, sign_in, frozen):
    later = bring(app, cast, Action.ASSIGN)
    with app.app_context():
        by_post = {"channel": Channel.POST, "actor": actor_of(cast.intake), "received_on": date(2026, 11, 9)}
    sooner = bring(app, cast, Action.ASSIGN, **by_post)
    links = [link for link in sign_in(cast.chi).get("/desk/inbox").page.links if "/desk/cases/" in link]
    assert [link.rsplit("/", 1)[1] for link in links] == [sooner.reference, later.reference]


@pytest.mark.parametrize(("show", "there"), [
    ("all", {"taken", "free"}), ("mine", {"taken"}), ("unassigned", {"free"}), ("late", set()),
    ("?!", {"taken", "free"})])
def test_the_lists_hold_what_their_names_say(app, cast, sign_in, frozen, show, there):
    found = {"taken": bring(app, cast, Action.TAKE).reference, "free": bring(app, cast, Action.ASSIGN).reference}
    text = sign_in(cast.chi).get(f"/desk/inbox?show={show}").text
    assert {name for name, reference in found.items() if reference in text} == there


def test_a_late_case_stands_in_the_list_of_late_ones_in_words(app, cast, sign_in, frozen):
    receipt = bring(app, cast, Action.TAKE)
    frozen.go_on(days=60)
    page = sign_in(cast.chi).get("/desk/inbox?show=late")
    assert receipt.reference in page.text
    assert "trễ" in page.text


def test_whoever_answers_sees_that_it_is_urgent_but_what_it_stops_only_the_office_reads(app, cast, sign_in):
    receipt = bring(app, cast, Action.TAKE, urgent=True, hindrance=CANARY)
    masked(app, receipt)
    desk = sign_in(cast.chi)
    assert "khẩn" in desk.get("/desk/inbox").text
    page = desk.get(f"/desk/cases/{receipt.reference}")
    assert "khẩn" in page.text
    assert CANARY not in page.text
    assert CANARY in sign_in(cast.ha).get(f"/desk/cases/{receipt.reference}").text


def test_another_agency_does_not_learn_that_the_case_exists(app, cast, sign_in):
    receipt = bring(app, cast, Action.TAKE)
    for outsider in (cast.dung, cast.dung_head):
        browser = sign_in(outsider)
        for path in ("", "/answer", "/take", "/transfer", "/allot", "/proposal"):
            status = browser.open("GET", f"/desk/cases/{receipt.reference}{path}", status=(403, 404)).status
            assert status == 404 or path == "/answer"  # a head drafts nothing: that door is shut to every case
        assert receipt.reference not in browser.get("/desk/inbox").text


@pytest.mark.parametrize("who", ["chi", "chi_head", "leader"])
def test_the_senders_own_words_are_kept_from_the_agency_and_the_leader(app, cast, sign_in, who):
    receipt = bring(app, cast, Action.APPROVE, narrative=f"Tôi đi lại ba lần, {CANARY}.", identity=IDENTITY,
                    points=[f"Vì sao đòi hộ khẩu khi {CANARY}?"])
    masked(app, receipt)
    text = sign_in(getattr(cast, who)).get(f"/desk/cases/{receipt.reference}").text
    assert "Cán bộ đòi thêm hộ khẩu." in text
    assert CANARY not in text


def test_a_case_without_a_copy_shows_the_leader_no_words_of_the_sender(app, cast, sign_in):
    receipt = bring(app, cast, narrative=f"Tôi đi lại ba lần, {CANARY}.", points=[f"Vì sao, khi {CANARY}?"])
    leader = sign_in(cast.leader)
    assert CANARY not in leader.get(f"/desk/cases/{receipt.reference}").text
    with app.app_context(), writing():
        case_of(receipt).masked = "Cán bộ đòi thêm hộ khẩu."  # and its points not yet
    assert CANARY not in leader.get(f"/desk/cases/{receipt.reference}").text


@pytest.mark.parametrize("who", ["intake", "ha"])
def test_intake_and_the_province_office_read_the_senders_own_words(app, cast, sign_in, who):
    receipt = bring(app, cast, Action.TAKE, narrative=f"Tôi đi lại ba lần, {CANARY}.")
    masked(app, receipt)
    assert CANARY in sign_in(getattr(cast, who)).get(f"/desk/cases/{receipt.reference}").text


def test_the_officer_writing_the_answer_sees_the_copy_only(app, cast, sign_in):
    receipt = bring(app, cast, Action.TAKE, narrative=f"Tôi đi lại ba lần, {CANARY}.", points=[f"Sao {CANARY}?"])
    masked(app, receipt)
    page = sign_in(cast.chi).get(f"/desk/cases/{receipt.reference}/answer")
    assert "Cán bộ đòi thêm hộ khẩu." in page.text
    assert CANARY not in page.text


OBJECTION = "Tôi là Nguyễn Văn An, gọi 0912345678. Câu trả lời không nói ngày trả kết quả."


def objected(app, cast):
    receipt = bring(app, cast, Action.RELEASE, identity=IDENTITY)
    with app.app_context(), writing():
        citizen.object_to(case_of(receipt), actor=citizen.as_sender(receipt.case_id), why=OBJECTION)
    return receipt


def test_the_agency_reads_why_the_sender_objected_without_who_it_was(app, cast, sign_in, answering_vault):
    receipt = objected(app, cast)
    text = sign_in(cast.chi).get(f"/desk/cases/{receipt.reference}").text
    assert "không nói ngày trả kết quả" in text
    assert "Nguyễn Văn An" not in text
    assert "0912345678" not in text
    assert OBJECTION in sign_in(cast.ha).get(f"/desk/cases/{receipt.reference}").text


def test_when_the_vault_is_silent_the_agency_reads_no_word_of_the_sender(app, cast, sign_in):
    receipt = objected(app, cast)
    assert "không nói ngày trả kết quả" not in sign_in(cast.chi).get(f"/desk/cases/{receipt.reference}").text


def test_what_intake_wrote_to_the_sender_by_name_is_not_read_by_the_agency(app, cast, sign_in, answering_vault):
    receipt = bring(app, cast, identity=IDENTITY)
    asked = "Kính gửi bà Nguyễn Văn An (0912345678), xin gửi ảnh giấy hẹn."
    with app.app_context(), writing():
        lifecycle.advance(case_of(receipt), Action.ASK_SUBMITTER, actor=factories.actor_of(cast.intake), why=asked,
                          tell_sender=True)
        citizen.supply(case_of(receipt), actor=citizen.as_sender(receipt.case_id), text="Giấy hẹn số 7.")
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    masked(app, receipt)
    for who in (cast.chi, cast.chi_head, cast.leader):
        text = sign_in(who).get(f"/desk/cases/{receipt.reference}").text
        assert "Nguyễn Văn An" not in text
        assert "0912345678" not in text
    assert asked in sign_in(cast.ha).get(f"/desk/cases/{receipt.reference}").text


def test_a_wish_to_withdraw_is_not_read_by_the_agency_and_stops_nobodys_work(app, cast, sign_in):
    receipt = bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        citizen.ask_to_withdraw(case_of(receipt), actor=citizen.as_sender(receipt.case_id), why="Tôi bị gọi điện.")
    page = sign_in(cast.chi).get(f"/desk/cases/{receipt.reference}")
    assert "Tôi bị gọi điện." not in page.text.split("Chuyện gì đã xảy ra")[0]
    assert f"/desk/cases/{receipt.reference}/answer" in page.page.links


def test_a_restricted_role_does_not_open_the_senders_words_of_an_ordinary_case(app, cast, sign_in):
    with app.app_context(), writing():
        both = factories.member("Tô Thị Hai Vai", Role.OFFICER, Role.RESTRICTED_DESK, agency_id=cast.building)
    receipt = bring(app, cast, Action.TAKE, narrative=f"Tôi đi lại ba lần, {CANARY}.")
    masked(app, receipt)
    assert CANARY not in sign_in(both).get(f"/desk/cases/{receipt.reference}").text


@pytest.mark.parametrize(("who", "desk"), [
    ("intake", "/desk/intake"), ("restricted", "/desk/intake"), ("chi", "/desk/inbox"),
    ("chi_head", "/desk/inbox"), ("ha", "/supervision/gate"), ("leader", "/supervision/"),
    ("quan", "/admin/people"), ("auditor", "/admin/audit"), ("publisher", "/desk/publication")])
def test_everybody_is_led_to_the_first_desk_of_theirs(cast, sign_in, who, desk):
    assert sign_in(getattr(cast, who)).get("/desk/", status=302).location.startswith(desk)


def test_the_inbox_asks_the_same_few_questions_however_many_cases_there_are(app, cast, sign_in, sql_log):
    browser = sign_in(cast.chi)
    counts = []
    for _ in range(2):
        bring(app, cast, Action.TAKE)
        browser.get("/desk/inbox")
        sql_log.clear()
        browser.get("/desk/inbox")
        counts.append(len(sql_log.statements))
    assert counts[0] == counts[1] <= 8


def test_a_long_list_goes_on_by_key_and_shows_each_case_once(app, cast, sign_in, frozen):
    references = [bring(app, cast, Action.ASSIGN).reference for _ in range(27)]
    browser = sign_in(cast.chi)
    first = browser.get("/desk/inbox")
    onward = next(link for link in first.page.links if "after=" in link)
    seen = [link.rsplit("/", 1)[1] for page in (first, browser.get(onward)) for link in page.page.links
            if link.startswith("/desk/cases/")]
    assert sorted(seen) == sorted(references)
    assert browser.get("/desk/inbox?after=mangled~x").status == 200


def test_a_reopened_case_tells_its_story(app, cast, sign_in):
    receipt = bring(app, cast, Action.RELEASE)
    with app.app_context(), writing():
        lifecycle.advance(case_of(receipt), Action.REOPEN, actor=SYSTEM, why="Quá ngày hẹn.")
    assert "Lời hẹn không được giữ" in sign_in(cast.ha).get(f"/desk/cases/{receipt.reference}").text
