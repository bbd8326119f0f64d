"""Internal notes: for the own agency and for oversight, for nobody else."""

import pytest

from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Note
from feedback.services import cases
from tests import factories
from tests.factories import actor_of, case_of
from tests.web.stage import bring

WORDS = "Đã gọi cho phòng Một cửa, chờ họ tìm sổ."


@pytest.fixture
def case(app, cast):
    return bring(app, cast, Action.TAKE)


def write(browser, case, text=WORDS, status=303):
    at = f"/desk/cases/{case.reference}/notes"
    return browser.submit(browser.get(at), field="text", text=text, status=status)


def test_a_note_shows_who_wrote_it_and_when_to_the_own_agency_and_to_oversight(app, cast, case, sign_in, frozen):
    written = write(sign_in(cast.chi), case)
    assert "Trần Thị Chi, 09:00 thứ Hai 16/11/2026" in written.text
    for who in (cast.chi_head, cast.ha, cast.leader):
        assert WORDS in sign_in(who).get(f"/desk/cases/{case.reference}").text


def test_the_next_agency_and_the_sender_do_not_read_it(app, cast, an, sign_in, client):
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    write(sign_in(cast.chi), receipt)
    with app.app_context(), writing():
        cases.transfer(case_of(receipt), db.session.get_one(Agency, cast.land), actor=actor_of(cast.ha),
                       why="Khác.")
    for path in ("", "/notes"):
        assert WORDS not in sign_in(cast.dung).get(f"/desk/cases/{receipt.reference}{path}").text
    assert WORDS not in sign_in(cast.intake).get(f"/desk/cases/{receipt.reference}").text
    assert WORDS not in client.submit(client.get("/track"), key=receipt.key).text
    assert WORDS in sign_in(cast.ha).get(f"/desk/cases/{receipt.reference}").text


def test_what_the_office_notes_is_not_read_by_the_agency(app, cast, case, sign_in):
    write(sign_in(cast.intake), case, "Người gửi gọi lại, tên đã ghi.")
    assert "Người gửi gọi lại" not in sign_in(cast.chi).get(f"/desk/cases/{case.reference}").text
    assert "Người gửi gọi lại" in sign_in(cast.second_intake).get(f"/desk/cases/{case.reference}").text


def test_an_empty_note_is_not_kept(cast, case, sign_in):
    assert "Hãy viết ghi chú trước" in write(sign_in(cast.chi), case, "  ", status=422).text


def test_only_who_wrote_a_note_erases_it_and_then_it_is_gone(app, cast, case, sign_in):
    chi = sign_in(cast.chi)
    write(chi, case)
    with app.app_context():
        note_id = db.session.query(Note.id).filter_by(kind="internal").scalar()
    at = f"/desk/cases/{case.reference}/notes/{note_id}/erase"
    mai = sign_in(cast.chi_head)
    token = mai.get("/account/sessions").page.forms()[0].values["csrf_token"]
    mai.post(at, {"csrf_token": token[0]}, status=403)
    other = bring(app, cast, Action.TAKE)
    token = chi.get("/account/sessions").page.forms()[0].values["csrf_token"]
    chi.post(f"/desk/cases/{other.reference}/notes/{note_id}/erase", {"csrf_token": token[0]}, status=404)
    assert WORDS not in chi.submit(chi.get(f"/desk/cases/{case.reference}/notes"), action=at).text
    with app.app_context():
        assert db.session.query(Note).filter_by(kind="internal").count() == 0


def test_who_may_not_act_reads_and_writes_nothing(app, cast, case, sign_in):
    with app.app_context(), writing():
        auditor = factories.member("Lý Thị Sổ", Role.AUDITOR, agency_id=cast.building)
    sign_in(auditor).get(f"/desk/cases/{case.reference}/notes", status=403)
    sign_in(cast.dung).get(f"/desk/cases/{case.reference}/notes", status=404)
