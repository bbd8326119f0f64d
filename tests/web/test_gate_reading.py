"""The gate's page and the head's: the words marked in place, the verdict that close reading demands, the answer
that keeps coming back."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.answers import Answer, Review
from feedback.models.people import Person
from feedback.models.reader import AnswerVerdict, FlagVerdict
from feedback.services import answers, deputies, verdicts
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of, said_of
from tests.web.stage import bring, fact
from tests.web.test_gate import ELSEWHERE, VAGUE, judged, read


@pytest.fixture
def ha(sign_in, cast):
    return sign_in(cast.ha)


def kept(app, what):
    with app.app_context():
        found = db.session.execute(what).all()
        db.session.rollback()
        return [tuple(row) for row in found]


def come_back(app, cast, case, times):
    """Returned so often; written anew after each, the last version waiting for the head."""
    with app.app_context(), writing():
        row = case_of(case)
        for turn in range(times):
            if turn:
                answers.approve(row, actor=actor_of(cast.chi_head), statement="Đã sửa.")
            answers.return_answer(row, actor=actor_of(cast.ha), why="Chưa rõ.", said=said_of(row))
            answers.save_draft(row, VAGUE, actor=actor_of(cast.chi))
            answers.submit_answer(row, actor=actor_of(cast.chi), override="Như cũ.")


def test_the_words_are_marked_in_place_and_the_open_points_come_first(app, cast, ha, sign_in):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    waiting = bring(app, cast, Action.PROPOSE_ANSWER, text=VAGUE)
    with app.app_context():
        raw = json.loads(db.session.scalars(select(Answer.findings).where(Answer.case_id == case.case_id)).one())
        db.session.rollback()
    placed = [f for f in raw if f["end"] > f["start"]]
    assert placed
    for page in (ha.get(read(case)).page,
                 sign_in(cast.chi_head).get(f"/desk/cases/{waiting.reference}/approve").page):
        marked = [mark.text for mark in page.all("mark")]
        assert any("Đang xem xét theo quy định." in words or words in "Đang xem xét theo quy định."
                   for words in (mark.rstrip(" 0123456789") for mark in marked))
        assert page.text.index("Những ý chưa được trả lời") < page.text.index(VAGUE.found)
        assert any(level in page.text for level in ("Chưa rõ", "Không trả lời"))
        targets = {link[1:] for link in page.links if link.startswith("#finding")}
        assert targets
        assert targets <= set(page.by_id), "each note leads to its words and each mark to its note"


def test_nothing_is_marked_in_a_clear_answer(app, cast, ha):
    case = bring(app, cast, Action.APPROVE)
    page = ha.get(read(case)).page
    assert page.all("mark") == []
    assert GOOD_ANSWER.found in page.text


def test_words_of_an_answer_are_never_markup(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=replace(VAGUE, found="Đang xem xét <b>theo</b> quy định."))
    ha.looks = False  # it would take the words for a slip of ours
    page = ha.get(read(case)).page
    assert "<b>theo</b>" in page.text
    assert page.all("b") == []


def test_close_reading_asks_beside_each_field_and_loses_nothing(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    page = ha.get(read(case))
    verdict = judged(page)
    flags = [name for name in verdict if name.startswith("flag_")]
    for decision in ("release", "return"):
        held = ha.submit(page, field="why", status=422, decision=decision, why="Thiếu ngày.", level="not_clear",
                         **{flags[0]: "wrong"})
        missing = {link for link in held.page.links if link.startswith("#flag_")}
        assert missing == {f"#{name}" for name in flags[1:]}
        form = held.page.form(field="why")
        assert (form.values["why"], form.values["level"], form.values[flags[0]]) == (
            ["Thiếu ngày."], ["not_clear"], ["wrong"])
    assert fact(app, case, "state") == "gate_review"
    assert kept(app, select(FlagVerdict.said)) == kept(app, select(AnswerVerdict.level)) == []
    ha.submit(page, field="why", decision="release", **verdict)
    assert fact(app, case, "state") == "answered"
    assert kept(app, select(AnswerVerdict.level, AnswerVerdict.weight)) == [("not_clear", 1.0)]
    assert {said for said, in kept(app, select(FlagVerdict.said))} == {"right"}


def test_in_a_quick_look_nothing_has_to_be_said(app, cast, ha):
    case = bring(app, cast, Action.APPROVE)
    page = ha.get(read(case))
    assert "không bắt buộc" in page.text
    ha.submit(page, field="why", decision="release")
    assert fact(app, case, "state") == "answered"
    assert kept(app, select(AnswerVerdict.level)) == []


def test_the_page_does_not_say_whether_it_was_flagged_or_drawn(app, cast, ha, monkeypatch):
    monkeypatch.setattr(verdicts, "drawn", lambda: True)
    drawn, flagged = bring(app, cast, Action.APPROVE), bring(app, cast, Action.APPROVE, text=VAGUE)
    closely = ha.get("/supervision/gate").page.by_id["closely"].parent.text
    assert drawn.reference in closely
    assert flagged.reference in closely
    said = [[e.text for e in ha.get(read(case)).page.all("p") if "cần đọc kỹ" in e.text]
            for case in (drawn, flagged)]
    assert said[0] == said[1] != []
    page = ha.get(read(drawn))
    ha.submit(page, field="why", decision="release", **judged(page, "clear"))
    assert kept(app, select(AnswerVerdict.level, AnswerVerdict.weight)) == [("clear", 20.0)]


def test_what_is_called_wrong_is_no_reason_and_what_was_overlooked_is_one(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    page = ha.get(read(case))
    ticked = page.page.form(field="why").values["codes"]
    ha.submit(page, field="why", decision="return", why="Đổ cho người dân.", codes=ticked, missed=["blame"],
              **judged(page, "not_clear", "wrong"))
    assert kept(app, select(Review.codes).where(Review.action == "return")) == [("blame",)]
    assert ("blame", "missed") in kept(app, select(FlagVerdict.code, FlagVerdict.said))


def test_who_says_that_it_does_not_answer_is_told_that_it_cannot_be_sent(app, cast, ha):
    case = bring(app, cast, Action.APPROVE)
    page = ha.get(read(case))
    held = ha.submit(page, field="why", status=422, decision="release", level="not_answered")
    assert "#level" in held.page.links
    assert "không gửi được" in held.text
    assert fact(app, case, "state") == "gate_review"


def test_a_verdict_on_an_older_version_is_not_carried_over_to_a_newer_one(app, cast, ha):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    page = ha.get(read(case))
    come_back(app, cast, case, 1)
    with app.app_context(), writing():
        answers.approve(case_of(case), actor=actor_of(cast.chi_head))
    clash = ha.submit(page, field="why", status=409, decision="return", why="Chưa rõ.", **judged(page))
    assert "Chưa rõ." in clash.text
    ha.submit(page, field="why", status=409, decision="release")  # not even to ask for what is missing
    assert fact(app, case, "state") == "gate_review"


def test_after_two_returns_the_head_signs_with_words_and_the_gate_reads_them(app, cast, ha, sign_in):
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    come_back(app, cast, case, 2)
    mai = sign_in(cast.chi_head)
    page = mai.get(f"/desk/cases/{case.reference}/approve")
    assert "chính bạn ký" in page.text
    held = mai.submit(page, field="statement", status=422, statement="Đã nêu ngày 20/11.")
    assert "#responsible" in held.page.links
    assert held.page.form(field="statement").values["statement"] == ["Đã nêu ngày 20/11."]
    held = mai.submit(held, field="statement", status=422, statement=" ", responsible="y")
    assert "#statement" in held.page.links
    assert fact(app, case, "state") == "agency_approval"
    mai.submit(held, field="statement", statement="Đã nêu ngày 20/11.", responsible="y")
    at_gate = ha.get(read(case))
    assert "Tôi đã đọc và chịu trách nhiệm." in at_gate.text
    assert "Đã nêu ngày 20/11." in at_gate.text
    assert "đã bị trả lại 2 lần" in at_gate.text


def test_a_deputy_reads_but_does_not_sign_and_can_still_send_back(app, cast, sign_in, frozen):
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
        head = db.session.get_one(Person, cast.chi_head.id)
        day = clock.today()
        deputies.name_deputy(head, person_id=hoa.id, from_on=day, to_on=day, actor=actor_of(cast.chi_head))
    case = bring(app, cast, Action.APPROVE, text=VAGUE)
    come_back(app, cast, case, 2)
    own = sign_in(hoa)
    page = own.get(f"/desk/cases/{case.reference}/approve")
    assert "Thủ trưởng tự ký" in page.text
    assert not [form for form in page.page.forms() if form.action.endswith("/approve")]
    form = page.page.form(field="why")
    refused = own.post(f"/desk/cases/{case.reference}/approve", {
        **form.values, "statement": "Tôi đã đọc.", "responsible": "y"}, status=409)
    assert "chính thủ trưởng cơ quan ký" in refused.text
    own.submit(page, field="why", why="Viết lại cho rõ.")
    assert fact(app, case, "state") == "in_progress"


def test_the_third_return_stands_on_the_leaders_page(app, cast, sign_in):
    case, plain = bring(app, cast, Action.APPROVE, text=VAGUE), bring(app, cast, Action.APPROVE, text=VAGUE)
    come_back(app, cast, case, 3)
    come_back(app, cast, plain, 2)
    leader = sign_in(cast.leader)
    rows = [row.text for row in leader.get("/supervision/").page.all("tr") if "3 lần" in row.text]
    assert len(rows) == 1
    assert case.reference in rows[0]
    assert "Sở Xây dựng" in rows[0]
    assert "Returned three times" in leader.in_english().get("/supervision/").text
    assert "3 lần" not in sign_in(cast.ha).get("/supervision/").text


def test_an_answer_given_to_others_before_stands_beside_it_for_the_head_too(app, cast, sign_in):
    earlier = bring(app, cast, Action.RELEASE, narrative=ELSEWHERE)
    same = bring(app, cast, Action.RELEASE)
    again = bring(app, cast, Action.PROPOSE_ANSWER)
    page = sign_in(cast.chi_head).get(f"/desk/cases/{again.reference}/approve").page
    assert earlier.reference in page.by_id["alike"].parent.text
    asked_before = page.by_id["again"].parent.text
    assert same.reference in asked_before
    assert "đã trả lời y như vậy" in asked_before
