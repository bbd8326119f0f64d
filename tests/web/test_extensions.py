"""The pages around more time: the holder asks, the office decides, the sender reads the new date and why."""

import pytest
from sqlalchemy import select

from feedback.adapters import mail_templates
from feedback.domain.lifecycle import Action
from feedback.domain.notices import Notice
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline
from feedback.models.extensions import Extension
from feedback.models.people import Person
from feedback.services import cases, citizen, extensions, lifecycle, register_counts
from tests import factories
from tests.domain.test_time_changes import EVIDENCE, REASON
from tests.factories import actor_of, case_of
from tests.services.test_extensions import ASKED, DUE

GENERIC = "Vụ việc phức tạp, cần thêm thời gian để xem xét, xác minh theo quy định."
BEFORE, AFTER = "thứ Ba 08/12/2026", "thứ Ba 15/12/2026"


@pytest.fixture
def case(app, cast, an, frozen):
    """An's case in Chi's hands."""
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


@pytest.fixture
def asked(app, cast, case):
    """Chi asked for five more working days."""
    with app.app_context(), writing():
        extensions.ask(case_of(case), ground="site_inspection", reason=REASON, evidence=EVIDENCE, new_on=ASKED,
                       actor=actor_of(cast.chi))
    return case


def at(case, way=""):
    return f"/desk/cases/{case.reference}{way}"


def total_due(app, case):
    with app.app_context():
        found = db.session.scalars(select(Deadline.due_on).where(
            Deadline.case_id == case.case_id, Deadline.kind == "total", Deadline.stopped_at.is_(None))).one()
        db.session.rollback()
        return found


def only(app):
    with app.app_context():
        found = db.session.execute(select(Extension.id, Extension.granted)).all()
        db.session.rollback()
        return found


def test_the_officer_asks_from_the_page_of_the_case_which_then_says_so(app, cast, case, sign_in):
    chi = sign_in(cast.chi)
    assert at(case, "/extension") in chi.get(at(case)).page.links
    page = chi.get(at(case, "/extension"))
    assert "không làm dừng đồng hồ" in page.text
    assert BEFORE in page.text
    assert "không quá thứ Ba 29/12/2026" in page.text
    sent = chi.submit(page, field="reason", ground="site_inspection", reason=REASON, evidence=EVIDENCE,
                      new_on="2026-12-15")
    assert "mọi hạn giữ nguyên" in sent.text
    assert f"đề nghị gia hạn: từ {BEFORE} sang {AFTER}, thêm 5 ngày làm việc" in sent.text
    assert at(case, "/extension") not in sent.page.links
    assert total_due(app, case) == DUE


@pytest.mark.parametrize(("typed", "words"), [
    ({"reason": GENERIC}, "Câu này nói với vụ nào cũng được"), ({"evidence": "Giấy mời số 88"}, "Hãy nêu cả ngày"),
    ({"new_on": "2026-12-12"}, "Đây là ngày nghỉ"), ({"new_on": "2027-02-26"}, "dài hơn thời hạn ban đầu"),
    ({"ground": None}, "Hãy chọn lý do gia hạn")])
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(app, cast, case, sign_in, typed, words):
    chi = sign_in(cast.chi)
    good = {"ground": "site_inspection", "reason": REASON, "evidence": EVIDENCE, "new_on": "2026-12-15"}
    held = chi.submit(chi.get(at(case, "/extension")), field="reason", status=422, **{**good, **typed})
    assert words in held.text
    assert held.page.form(field="reason").values["evidence"] == [typed.get("evidence", EVIDENCE)]
    assert only(app) == []


def test_a_second_tab_and_a_second_request_are_refused_in_plain_words(app, cast, case, sign_in):
    chi = sign_in(cast.chi)
    first, second = chi.get(at(case, "/extension")), chi.get(at(case, "/extension"))
    given = {"ground": "large_file", "reason": REASON, "evidence": EVIDENCE, "new_on": "2026-12-15"}
    chi.submit(first, field="reason", **given)
    refused = chi.submit(second, field="reason", status=409, **given)
    assert "Đã có người đề nghị gia hạn" in refused.text
    assert REASON in refused.text
    with app.app_context(), writing():
        extensions.deny(case_of(case), db.session.scalars(select(Extension)).one(), actor=actor_of(cast.ha),
                        why="Trả lời được trong hạn.")
    assert "chỉ được đề nghị gia hạn một lần" in chi.get(at(case, "/extension"), status=409).text
    page = chi.get(at(case))
    assert "Trả lời được trong hạn." in page.text
    assert at(case, "/extension") not in page.page.links


def test_the_office_finds_the_request_and_grants_an_earlier_day(app, cast, asked, sign_in):
    ha = sign_in(cast.ha)
    listed = ha.get("/supervision/extensions")
    assert EVIDENCE in listed.text
    extension_id = only(app)[0].id
    page = ha.get(f"/supervision/extensions/{extension_id}")
    assert REASON in page.text
    assert page.page.form(field="new_on").values["new_on"] == ["2026-12-15"]
    later = ha.submit(page, field="new_on", status=422, decision="grant", new_on="2026-12-16")
    assert "muộn hơn đề nghị" in later.text
    ha.submit(page, field="new_on", decision="grant", new_on="2026-12-11")
    assert total_due(app, asked).isoformat() == "2026-12-11"
    assert only(app)[0].granted is True
    assert EVIDENCE not in ha.get("/supervision/extensions").text


def test_decided_elsewhere_or_moved_on_the_second_tab_is_a_409_with_what_was_typed(app, cast, asked, sign_in):
    ha = sign_in(cast.ha)
    page = ha.get(f"/supervision/extensions/{only(app)[0].id}")
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
        cases.allot(case_of(asked), db.session.get_one(Person, hoa.id), actor=actor_of(cast.chi_head))
    assert "hồ sơ đã sang bước khác" in ha.submit(page, field="new_on", status=409, decision="grant").text
    assert total_due(app, asked) == DUE
    page = ha.get(f"/supervision/extensions/{only(app)[0].id}")
    ha.submit(page, field="why", decision="deny", why="Hồ sơ đã đủ.")
    refused = ha.submit(page, field="why", status=409, decision="deny", why="Lần hai.")
    assert "Lần hai." in refused.text


def test_the_sender_reads_from_which_day_to_which_and_why(app, cast, asked, client, sign_in):
    with app.app_context(), writing():
        extensions.grant(case_of(asked), db.session.scalars(select(Extension)).one(), actor=actor_of(cast.ha))
    page = client.submit(client.get("/track"), key=asked.key)
    assert f"từ {BEFORE} sang {AFTER}, thêm 5 ngày làm việc" in page.text
    assert f"hạn trả lời bạn là {AFTER}, thay cho {BEFORE}" in page.text
    assert REASON in page.text
    assert "Vì sao hạn ban đầu là ngày đó?" in page.text
    assert "Hạn của cơ quan xử lý" in page.text
    assert EVIDENCE not in page.text
    staff = sign_in(cast.chi).get(at(asked))
    assert "đã chuyển sang hạn mới" in staff.text
    assert "Hạn này đã thay đổi thế nào" in staff.text


def test_while_it_is_undecided_or_denied_the_sender_does_not_read_the_agencys_words(app, cast, asked, client):
    page = client.submit(client.get("/track"), key=asked.key)
    assert "đề nghị gia hạn" in page.text
    assert REASON not in page.text
    with app.app_context(), writing():
        extensions.deny(case_of(asked), db.session.scalars(select(Extension)).one(), actor=actor_of(cast.ha),
                        why="Trả lời được trong hạn.")
    page = client.get("/track/case")
    assert REASON not in page.text
    assert "Hạn trả lời bạn giữ nguyên" in page.text


def test_days_that_were_given_back_stand_in_the_history_of_the_date(app, cast, case, client, frozen):
    with app.app_context(), writing():
        lifecycle.advance(case_of(case), Action.ASK_SUBMITTER, actor=actor_of(cast.chi), why="Số biên nhận?",
                          tell_sender=True)
    waits = client.submit(client.get("/track"), key=case.key)
    assert "để chờ bạn trả lời" in waits.text
    frozen.go_on(days=3)
    with app.app_context(), writing():
        citizen.supply(case_of(case), actor=citizen.as_sender(case.case_id), text="Số 12.")
    page = client.submit(client.get("/track"), key=case.key)
    assert "Đồng hồ dừng 3 ngày làm việc trong lúc chờ bạn" in page.text
    assert f"từ {BEFORE} sang thứ Sáu 11/12/2026" in page.text


def test_public_figures_show_extended_answers_apart(app, cast, asked, client, frozen):
    with app.app_context():
        with writing():
            extensions.grant(case_of(asked), db.session.scalars(select(Extension)).one(), actor=actor_of(cast.ha))
        frozen.stand_at("2026-12-14")
        with writing():
            for action in (Action.PROPOSE_ANSWER, Action.APPROVE, Action.RELEASE):
                factories._step(case_of(asked), action, hands=cast.hands, text=factories.GOOD_ANSWER)
        with writing():
            register_counts.recount()
    assert "trong đó 0 đúng hạn; 1 đúng hạn đã gia hạn" in client.get("/").text
    rows = client.get("/statistics").page
    for anchor, number in (("in-time", "0"), ("extended", "1"), ("waited", "0"), ("within", "0")):
        assert number in rows.by_id[anchor].text.split()


def test_the_mail_names_the_new_day_and_no_word_of_the_case(app):
    with app.app_context():
        letter = mail_templates.render(Notice.CASE_EXTENDED, language="vi", context={
            "reference": "AAAA-AAAA", "link": "http://localhost/", "due_on": "15/12/2026"})
    assert "15/12/2026" in letter.text
    assert "15/12/2026" in letter.html
