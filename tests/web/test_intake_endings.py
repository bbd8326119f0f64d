"""Ending a complaint without an answer: a listed reason, completed for the case, seen first, and two people."""

import threading

import pytest
from sqlalchemy import select

from feedback.domain.errors import MoveNotAllowed
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.cases import Case, Proposal
from feedback.models.settings import ListedReason
from feedback.queries.history import timeline
from feedback.services import citizen, endings, lifecycle
from tests.factories import actor_of, case_of
from tests.web.intake_steps import WHY, ask, at, preview, propose
from tests.web.stage import bring, fact


@pytest.fixture
def lien(sign_in, cast):
    return sign_in(cast.intake)


@pytest.fixture
def tam(sign_in, cast):
    return sign_in(cast.second_intake)


def proposal_of(app, case):
    with app.app_context():
        row = db.session.scalars(
            select(Proposal).where(Proposal.case_id == case.case_id).order_by(Proposal.id.desc())).first()
        found = (row.reason_code, row.outside_name, row.outside_code)
        db.session.rollback()
        return found


@pytest.mark.parametrize(("action", "state", "kept"), [
    ("refuse", "refused", ("not_procedure", None, None)),
    ("guide", "guided", ("guide_complaint", "Ban Tiếp công dân tỉnh, 1 đường Lê Lợi", None)),
    ("forward_outside", "forwarded_outside", ("forward_competent_body", "Bộ Công an", "12/BCA"))])
def test_leaving_without_an_answer_takes_a_listed_reason_and_two_different_people(
        app, cast, lien, tam, action, state, kept):
    case = bring(app, cast)
    after = propose(lien, case, action)
    assert "Cần một người thứ hai đồng ý." in after.text
    assert (fact(app, case, "state"), proposal_of(app, case)) == ("submitted", kept)
    assert at(case, "proposal") not in after.page.links  # who proposed does not confirm
    lien.get(at(case, "proposal"), status=403)
    token = lien.get("/account/sessions").page.forms()[0].values["csrf_token"]
    lien.post(at(case, "proposal"), {"csrf_token": token, "decision": "confirm"}, status=403)
    assert fact(app, case, "state") == "submitted"
    assert case.reference in tam.get("/desk/intake").text
    page = tam.get(at(case, "proposal"))
    assert all(words in page.text for words in (WHY, cast.intake.name, *(k for k in kept[1:] if k)))
    tam.submit(page, field="decision", decision="confirm")
    assert fact(app, case, "state") == state
    with app.app_context():
        assert WHY in [e.note for e in timeline(case.case_id, for_sender=True)]


def test_the_text_of_the_list_has_to_be_completed_for_the_case(app, cast, lien):
    case = bring(app, cast)
    page = lien.get(at(case, "guide?reason=guide_denunciation"))
    start = page.page.form(field="why").values["why"][0]
    assert "Luật Tố cáo 2018" in start
    assert "[[nơi nhận]]" in start
    held = lien.submit(page, field="why", status=422, outside_name="Thanh tra tỉnh, 5 đường Nguyễn Huệ")
    assert "#why" in held.page.links
    whole = start.replace("[[bước tiếp theo của riêng vụ việc, nếu không có thì xóa câu này]]", "")
    seen = lien.submit(held, field="why", status=200, why=whole)
    assert "Thanh tra tỉnh, 5 đường Nguyễn Huệ" in seen.text
    assert "[[" not in seen.text


def test_what_is_seen_before_is_what_the_sender_gets_and_can_be_changed(app, cast, lien):
    case = bring(app, cast)
    seen = preview(lien, case, "refuse", why="Bản đầu.")
    assert "Bản đầu." in seen.text
    again = lien.submit(seen, field="why", status=200, do="edit")
    assert again.page.form(field="why").values["why"] == ["Bản đầu."]
    assert fact(app, case, "state") == "submitted"


@pytest.mark.parametrize(("action", "missing"), [("guide", "outside_name"), ("forward_outside", "outside_name"),
                                                 ("forward_outside", "outside_code")])
def test_the_receiving_office_and_the_code_are_asked_for_and_nothing_is_lost(app, cast, lien, action, missing):
    case = bring(app, cast)
    held = preview(lien, case, action, status=422, **{missing: " "})
    assert f"#{missing}" in held.page.links
    assert held.page.form(field="why").values["why"] == [WHY]


def test_a_reason_that_needs_a_question_first_is_closed_until_the_sender_was_asked(app, cast, lien):
    case = bring(app, cast)
    listed = lien.get(at(case, "refuse"))
    assert listed.page.by_id["reason-unclear"].attributes.get("disabled") is not None
    assert "reason-unclear" in lien.get(at(case, "refuse?reason=unclear")).page.by_id  # back to the list
    ask(lien, case)
    lien.submit(lien.get(at(case, "resume")), field="version")
    assert "disabled" not in lien.get(at(case, "refuse")).page.by_id["reason-unclear"].attributes
    propose(lien, case, "refuse", reason="unclear")
    assert proposal_of(app, case)[0] == "unclear"


def test_a_reason_that_the_administrator_closed_or_rewrote_holds_at_once(app, cast, lien):
    case = bring(app, cast)
    with app.app_context(), writing():
        for n, code, active in ((1, "abuse", False), (2, "not_procedure", True)):
            db.session.add(ListedReason(
                code=code, action="refuse", n=n, name_vi="Tên của tỉnh", name_en="The province's name",
                text_vi="Lời của tỉnh.", text_en="Words.", legal_basis="Quyết định của tỉnh", active=active))
    listed = lien.get(at(case, "refuse"))
    assert "reason-abuse" not in listed.page.by_id
    assert "Tên của tỉnh" in listed.text
    page = lien.get(at(case, "refuse?reason=not_procedure"))
    assert page.page.form(field="why").values["why"] == ["Lời của tỉnh.\n\nCăn cứ: Quyết định của tỉnh."]


def test_a_reason_that_is_gone_when_it_is_sent_keeps_the_words(app, cast, lien):
    case = bring(app, cast)
    page = lien.get(at(case, "refuse?reason=not_procedure"))
    held = lien.submit(page, field="why", status=422, reason="nonsense", why="Công viết rất lâu.")
    assert "Công viết rất lâu." in held.text


def test_the_second_person_may_say_no_with_a_reason(app, cast, lien, sign_in):
    case, ha = bring(app, cast), sign_in(cast.ha)
    propose(lien, case, "refuse")
    held = ha.submit(ha.get(at(case, "proposal")), field="why", status=422, decision="decline")
    assert "#why" in held.page.links
    after = ha.submit(held, field="why", decision="decline", why="Đây đúng là thủ tục hành chính.")
    assert "Đây đúng là thủ tục hành chính." in after.text
    assert fact(app, case, "state") == "submitted"


def test_a_decided_or_replaced_proposal_is_an_honest_409(app, cast, lien, tam, sign_in):
    case, ha = bring(app, cast), sign_in(cast.ha)
    propose(lien, case, "refuse")
    old = ha.get(at(case, "proposal"))
    tam.submit(tam.get(at(case, "proposal")), field="why", decision="decline", why="Trong phạm vi.")
    ha.submit(old, field="decision", status=409, decision="confirm")
    propose(lien, case, "guide")
    late = ha.submit(old, field="why", status=409, decision="decline", why="Không đồng ý từ chối.")
    assert "Không đồng ý từ chối." in late.text
    assert fact(app, case, "state") == "submitted"


def test_an_ending_proposed_on_an_old_page_changes_nothing_and_keeps_the_words(app, cast, lien, tam):
    case = bring(app, cast)
    seen = preview(lien, case, "refuse", why="Viết từ sáng.")
    ask(tam, case)
    tam.submit(tam.get(at(case, "resume")), field="version")
    late = lien.submit(seen, field="why", status=409, do="propose")
    assert "Viết từ sáng." in late.text
    assert fact(app, case, "state") == "submitted"


# Asking ---------------------------------------------------------------------------------------------------------


def test_the_sender_is_asked_for_concrete_things_each_with_its_reason(app, cast, lien):
    case = bring(app, cast)
    page = lien.get(at(case, "ask_submitter"))
    for wrong, field in (({}, "what_1"),
                         ({"what_1": "Giấy tờ liên quan theo quy định", "because_1": "Cần"}, "what_1"),
                         ({"what_1": "Bản chụp giấy hẹn trả kết quả"}, "because_1"),
                         ({"what_1": "Bản chụp giấy hẹn", "because_1": "Để tìm", "what_3": "Ngày"}, "what_3")):
        held = lien.submit(page, field="what_1", status=422, **wrong)
        assert f"#{field}" in held.page.links, wrong
        kept = held.page.form(field="what_1").values
        assert all(kept[name] == [value] for name, value in wrong.items())
    after = lien.submit(page, field="what_1", what_1="Bản chụp giấy hẹn trả kết quả", because_1="để tìm hồ sơ",
                        what_2="Ngày ông nộp hồ sơ", because_2="để xem sổ tiếp nhận")
    assert "Thời hạn trả lời tạm dừng" in after.text
    assert fact(app, case, "state") == "awaiting_submitter"
    with app.app_context():
        told = "\n".join(e.note or "" for e in timeline(case.case_id, for_sender=True))
    assert "1. Bản chụp giấy hẹn trả kết quả (để tìm hồ sơ)\n2. Ngày ông nộp hồ sơ (để xem sổ tiếp nhận)" in told


def test_nobody_asks_a_second_time_and_the_words_of_who_tried_are_kept(app, cast, lien, tam):
    case = bring(app, cast)
    page = tam.get(at(case, "ask_submitter"))
    ask(lien, case)
    lien.submit(lien.get(at(case, "resume")), field="version")
    late = tam.submit(page, field="what_1", status=409, what_1="Số điện thoại của ông", because_1="Để gọi")
    assert "đã được hỏi một lần" in late.text
    assert "Số điện thoại của ông" in late.text
    assert "đã được hỏi một lần" in tam.get(at(case, "ask_submitter"), status=409).text


# Joining --------------------------------------------------------------------------------------------------------

BINH = "Tôi là chị Bình ở tổ 4, chờ giấy phép xây dựng từ tháng 7 mà bộ phận một cửa cứ hẹn đi hẹn lại."


def test_a_case_joins_another_one_and_neither_sender_learns_of_the_other(
        app, cast, an, binh, lien, sign_in, client, answering_vault):
    case = an.complains()
    into = binh.complains(narrative=BINH)
    ha = sign_in(cast.ha)
    page = lien.get(at(case, "merge"))
    for wrong, field in ((case.reference, "into"), ("AAAA-AAAA", "into"), ("", "into")):
        assert f"#{field}" in lien.submit(page, field="into", status=422, into=wrong).page.links
    for told in (f"Xem {into.reference.lower()}.", "Có người cũng bị bộ phận một cửa cứ hẹn đi hẹn lại.",
                 "Bà Hoàng Thị Bình cũng hỏi việc này."):
        held = lien.submit(page, field="into", status=422, into=into.reference, why=told)
        assert "#why" in held.page.links, told
        assert held.page.form(field="into").values["why"] == [told]
    lien.submit(page, field="into", into=into.reference.lower())
    second = ha.get(at(case, "proposal"))
    assert into.reference in second.text
    assert BINH in second.text  # who decides compares both
    ha.submit(second, field="decision", decision="confirm")
    assert fact(app, case, "state") == "merged"
    for mine, other, words in ((case, into, "chị Bình ở tổ 4"), (into, case, "Ngày 3/11/2026 tôi nộp")):
        own = client.submit(client.get("/track"), field="key", key=mine.key)
        assert (other.reference in own.text, words in own.text) == (False, False)
        client.submit(own, action="/track/leave")


def test_two_cases_are_never_joined_to_each_other(app, cast, lien, sign_in):
    """Each proposal was right when it was made; confirmed both, nobody would answer."""
    one, two, ha = bring(app, cast), bring(app, cast), sign_in(cast.ha)
    for case, into in ((one, two), (two, one)):
        lien.submit(lien.get(at(case, "merge")), field="into", into=into.reference)
    ha.submit(ha.get(at(one, "proposal")), field="decision", decision="confirm")
    refused = ha.submit(ha.get(at(two, "proposal")), field="decision", status=409, decision="confirm")
    assert "đã kết thúc mà không có câu trả lời" in refused.text
    assert (fact(app, one, "state"), fact(app, two, "state")) == ("merged", "submitted")


def test_a_case_cannot_join_one_that_ended_without_an_answer(app, cast, lien):
    case, gone = bring(app, cast), bring(app, cast)
    with app.app_context(), writing():
        row = case_of(gone)
        proposal = citizen.ask_to_withdraw(row, actor=citizen.as_sender(row.id), why="Thôi.")
        lifecycle.confirm(row, proposal, actor=actor_of(cast.ha))
    held = lien.submit(lien.get(at(case, "merge")), field="into", status=422, into=gone.reference)
    assert "#into" in held.page.links
    assert fact(app, case, "state") == "submitted"


def test_likely_duplicates_are_offered_to_choose_from(app, cast, lien):
    text = "Tôi nộp hồ sơ cấp sổ đỏ ngày 3 tháng 8 tại phường, hẹn 30 ngày nhưng đã ba tháng chưa có kết quả."
    into = bring(app, cast, narrative=text)
    case = bring(app, cast, narrative=text + " Xin cho biết bao giờ có.")
    page = lien.get(at(case, "merge"))
    assert at(into) in page.page.links
    lien.submit(page, field="into", twin=into.reference)
    with app.app_context():
        assert lifecycle.open_proposal(case_of(case)).merge_into_id == into.case_id


def test_two_cases_are_not_joined_to_each_other_by_two_people_at_the_same_moment(app, cast, engine_name):
    if engine_name == "sqlite":
        pytest.skip("there whoever writes is alone")
    one, other = bring(app, cast), bring(app, cast)
    with app.app_context(), writing():
        proposals = {
            a.case_id: lifecycle.propose(case_of(a), Action.MERGE, actor=actor_of(cast.intake), why="Cùng việc.",
                                         merge_into_id=b.case_id).id
            for a, b in ((one, other), (other, one))}
    read, done = threading.Barrier(2, timeout=20), []

    def confirm(receipt) -> None:
        with app.app_context():
            try:
                with writing():
                    case, proposal = case_of(receipt), db.session.get_one(Proposal, proposals[receipt.case_id])
                    into = db.session.get_one(Case, proposal.merge_into_id)
                    assert into.state == "submitted"
                    read.wait()
                    endings.confirm(case, proposal, actor=actor_of(cast.second_intake))
                done.append("merged")
            except MoveNotAllowed as refused:
                done.append(refused.why)

    both = [threading.Thread(target=confirm, args=(receipt,)) for receipt in (one, other)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(done) == ["merged", "target_gone"]


def test_a_reason_that_went_off_the_list_meanwhile_is_said_and_no_word_is_lost(app, cast, lien):
    case = bring(app, cast)
    page = lien.get(at(case, "guide?reason=guide_complaint"))
    held = lien.submit(page, field="why", status=422, reason="gone", why="Nơi nhận đơn ở gần nhà.",
                       outside_name="Ban Tiếp công dân tỉnh")
    assert "không có trong danh sách" in " ".join(e.text for e in held.page.all("p", class_="field__error"))
    assert "Nơi nhận đơn ở gần nhà." in held.text
    assert "Ban Tiếp công dân tỉnh" in held.text
