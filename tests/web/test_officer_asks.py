"""The officer asks the sender for more: concrete, once, and the clocks wait."""

from datetime import date

import pytest

from feedback import clock
from feedback.domain.errors import MoveNotAllowed
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.services import asking, cases, citizen, lapsing, lifecycle
from tests import factories
from tests.factories import actor_of, case_of
from tests.web.stage import fact

ASKED = "Ảnh chụp giấy hẹn ngày 3/11/2026\nSố biên nhận ở góc trên giấy hẹn"


def ask(browser, case, why=ASKED, status=303):
    page = browser.get(f"/desk/cases/{case.reference}/ask_submitter")
    return browser.submit(page, field="why", why=why, status=status)


def running(app, case):
    """The kinds of clocks that run, and those that wait."""
    with app.app_context():
        rows = db.session.query(Deadline).filter_by(case_id=case.case_id, stopped_at=None).all()
        return {r.kind for r in rows if r.paused_at is None}, {r.kind for r in rows if r.paused_at is not None}


def due(app, case, kind="total"):
    with app.app_context():
        return db.session.query(Deadline.due_on).filter_by(case_id=case.case_id, kind=kind).scalar()


@pytest.fixture
def case(app, cast, an, frozen):
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def test_the_sender_is_asked_the_clocks_wait_and_a_mail_is_owed(app, cast, case, sign_in):
    after = ask(sign_in(cast.chi), case)
    assert "Cán bộ đang chờ người gửi bổ sung chi tiết" in after.text
    assert fact(app, case, "state") == "awaiting_details"
    assert running(app, case) == ({"supply"}, {"total", "handle"})
    with app.app_context():
        assert "more-needed" in {row.notice for row in db.session.query(Outbox).filter_by(case_id=case.case_id)}


def test_the_sender_reads_the_question_answers_it_and_gets_the_days_back(app, cast, case, sign_in, client, frozen,
                                                                         answering_vault):
    ask(sign_in(cast.chi), case)
    before = due(app, case)
    frozen.go_on(days=2)
    page = client.submit(client.get("/track"), key=case.key)
    assert "1. Ảnh chụp giấy hẹn ngày 3/11/2026" in page.text
    assert "Sở Xây dựng đang chờ bạn bổ sung" in page.text
    client.submit(page, action="supplement", text="Tôi là Nguyễn Văn An, giấy hẹn số 7 ngày 3/11.")
    assert fact(app, case, "state") == "in_progress"
    assert running(app, case) == ({"total", "handle"}, set())
    assert (due(app, case) - before).days == 2
    with app.app_context():
        given = db.session.query(Deadline.kind, Deadline.paused_days).filter_by(
            case_id=case.case_id, stopped_at=None)
        assert {tuple(row) for row in given} == {("total", 2), ("handle", 2)}, "both wait for the sender alike"
    chi = sign_in(cast.chi)
    for path in ("", "/answer"):
        text = chi.get(f"/desk/cases/{case.reference}{path}").text
        assert "giấy hẹn số 7" in text
        assert "Nguyễn Văn An" not in text


def test_when_the_vault_is_silent_the_officer_is_told_so_and_reads_no_word(app, cast, case, sign_in):
    ask(sign_in(cast.chi), case)
    with app.app_context(), writing():
        citizen.supply(case_of(case), actor=citizen.as_sender(case.case_id), text="Tôi là An, giấy hẹn số 7.")
    text = sign_in(cast.chi).get(f"/desk/cases/{case.reference}/answer").text
    assert "giấy hẹn số 7" not in text
    assert "Tạm thời chưa hiện được phần này" in text


@pytest.mark.parametrize(("why", "words"), [
    ("", "mỗi dòng một việc"), ("Giấy hẹn", "Mỗi dòng phải nói rõ"),
    ("Các giấy tờ liên quan khác của hồ sơ", "Có dòng không nêu được thứ gì cụ thể"),
    ("\n".join(f"Trang số {n} của giấy hẹn" for n in range(6)), "nhiều nhất năm việc")])
def test_a_question_that_names_nothing_is_not_sent_and_not_lost(app, cast, case, sign_in, why, words):
    held = ask(sign_in(cast.chi), case, why, status=422)
    assert words in held.text
    assert "#why" in held.page.links
    assert held.page.form(field="why").values["why"][0].split() == why.split()
    assert fact(app, case, "state") == "in_progress"


@pytest.mark.parametrize("first", ["intake", "officer"])
def test_nobody_asks_a_second_time(app, cast, an, sign_in, first, frozen):
    receipt = an.complains()
    with app.app_context(), writing():
        if first == "intake":
            lifecycle.advance(case_of(receipt), Action.ASK_SUBMITTER, actor=actor_of(cast.intake), why="Mã hồ sơ?",
                              tell_sender=True)
            citizen.supply(case_of(receipt), actor=citizen.as_sender(receipt.case_id), text="Số 7.")
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    chi = sign_in(cast.chi)
    if first == "officer":
        ask(chi, receipt)
        with app.app_context(), writing():
            citizen.supply(case_of(receipt), actor=citizen.as_sender(receipt.case_id), text="Số 7.")
    at = f"/desk/cases/{receipt.reference}"
    assert f"{at}/ask_submitter" not in chi.get(at).page.links
    assert "một lần" in chi.get(f"{at}/ask_submitter", status=409).text
    with app.app_context(), writing(), pytest.raises(MoveNotAllowed):
        asking.ask_for_details(case_of(receipt), actor=actor_of(cast.chi), what=ASKED)


def test_silence_past_the_day_brings_the_case_back_to_the_officer(app, cast, case, sign_in, frozen):
    ask(sign_in(cast.chi), case)
    frozen.go_on(days=30)
    with app.app_context(), writing():
        assert lapsing.resume(case.case_id)
    assert fact(app, case, "state") == "in_progress"
    assert fact(app, case, "officer_id") == cast.chi.id
    assert running(app, case)[1] == set()


def test_a_clock_that_had_run_out_is_not_hidden_by_asking(app, cast, case, sign_in, frozen):
    frozen.go_on(days=40)
    ask(sign_in(cast.chi), case)
    assert running(app, case) == ({"supply", "total", "handle"}, set())
    assert case.reference in sign_in(cast.chi_head).get("/desk/inbox?show=late").text


def test_only_who_writes_the_answer_asks_or_goes_on_without(app, cast, case, sign_in):
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
    colleague = sign_in(hoa)
    colleague.get(f"/desk/cases/{case.reference}/ask_submitter", status=409)
    chi = sign_in(cast.chi)
    ask(chi, case)
    colleague.get(f"/desk/cases/{case.reference}/resume", status=409)
    sign_in(cast.dung).get(f"/desk/cases/{case.reference}/resume", status=404)
    chi.submit(chi.get(f"/desk/cases/{case.reference}/resume"), field="version")
    assert fact(app, case, "state") == "in_progress"


def test_a_waiting_case_can_be_withdrawn_and_given_to_a_colleague(app, cast, case, sign_in):
    ask(sign_in(cast.chi), case)
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
        cases.allot(case_of(case), db.session.get_one(Person, hoa.id), actor=actor_of(cast.chi_head))
        wish = citizen.ask_to_withdraw(case_of(case), actor=citizen.as_sender(case.case_id), why="Đã xong.")
        assert case_of(case).state == "awaiting_details"
        lifecycle.confirm(case_of(case), wish, actor=actor_of(cast.ha))
    assert fact(app, case, "state") == "withdrawn"
    assert running(app, case) == (set(), set())


def test_what_intake_was_told_before_the_copy_was_made_is_not_shown_to_the_agency(app, cast, an, sign_in,
                                                                                  answering_vault):
    receipt = an.complains()
    with app.app_context(), writing():
        lifecycle.advance(case_of(receipt), Action.ASK_SUBMITTER, actor=actor_of(cast.intake), why="Mã hồ sơ?",
                          tell_sender=True)
        citizen.supply(case_of(receipt), actor=citizen.as_sender(receipt.case_id), text="Nhà tôi ở cạnh chợ nổi.")
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
        case_of(receipt).masked = "Đòi thêm giấy."
    chi = sign_in(cast.chi)
    for path in ("", "/answer"):
        assert "cạnh chợ nổi" not in chi.get(f"/desk/cases/{receipt.reference}{path}").text
    assert "cạnh chợ nổi" in sign_in(cast.ha).get(f"/desk/cases/{receipt.reference}").text


def test_the_day_until_which_the_sender_may_answer_is_a_working_day_to_come(app, cast, case, sign_in):
    ask(sign_in(cast.chi), case)
    until = due(app, case, "supply")
    assert isinstance(until, date)
    with app.app_context():
        assert until > clock.today()
