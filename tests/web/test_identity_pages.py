"""Who sent a case, through the pages: asked with a reason, allowed by somebody else, opened once it is written
down, seen by the sender; and forgotten when its time is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback import clock
from feedback.domain.kinds import IdentityMode
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.events import Event
from feedback.models.identity import IdentityGrant, SealedIdentity
from feedback.models.settings import ProvinceSwitch
from feedback.services import cases, citizen, opening, retention
from tests import factories
from tests.factories import actor_of, case_of
from tests.web.stage import bring

WHY = "Cần số nhà để kiểm tra thực địa."


@pytest.fixture
def case(app, cast, an):
    """An's case in Chi's hands; An agreed to be named."""
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands).identity_mode = IdentityMode.NAMED.value
    return receipt


def asks(browser, case, why: str = WHY):
    page = browser.get(f"/desk/cases/{case.reference}/identity")
    return browser.submit(page, field="why", why=why)


def decides(browser, case, decision: str, why: str = "", status=200):
    listed = browser.get("/desk/identity")
    assert case.reference in listed.text
    link = next(link for link in listed.page.links if "/desk/identity/" in link)
    return browser.submit(browser.get(link), field="why" if decision == "decline" else "decision",
                          decision=decision, status=status, **({"why": why} if decision == "decline" else {}))


def events(app, case) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Event.type).where(
            Event.chain == f"case:{case.case_id}").order_by(Event.n)))


def test_it_is_asked_allowed_opened_and_the_sender_reads_all_of_it(app, cast, an, case, sign_in, client,
                                                                   answering_vault):
    chi, ha = sign_in(cast.chi), sign_in(cast.ha)
    assert "Đề nghị của bạn đang chờ" in asks(chi, case).text
    assert "Đã đồng ý trong 24 giờ" in decides(ha, case, "give").text
    page = chi.get(f"/desk/cases/{case.reference}/identity")
    assert not any(value in page.text for value in an.identity.values()), "nothing is shown before it is opened"
    opened = chi.submit(page, action="/open", status=200)
    assert all(value in opened.text for value in an.identity.values())
    assert "Trần Thị Chi mở lúc" in opened.text
    assert opened.raw.headers["Cache-Control"] == "no-store"
    assert events(app, case)[-1] == "identity_opened"
    client.submit(client.get("/track"), field="key", key=case.key)
    told = client.get("/track/case").text
    assert WHY in told
    assert told.count(WHY) >= 1
    assert "Sở Xây dựng" in told
    assert "Trần Thị Chi" not in told


def test_a_second_person_says_no_and_who_asked_reads_why_and_the_sender_nothing(app, cast, case, sign_in, client,
                                                                               answering_vault):
    chi, ha = sign_in(cast.chi), sign_in(cast.ha)
    asks(chi, case)
    held = decides(ha, case, "decline", " ", status=422)
    assert "#why" in held.page.links
    decides(ha, case, "decline", "Số nhà có trong hồ sơ đất.")
    page = chi.get(f"/desk/cases/{case.reference}/identity")
    assert "Số nhà có trong hồ sơ đất." in page.text
    assert "không được đồng ý" in page.text
    with app.app_context():
        grant_id = db.session.scalars(select(IdentityGrant.id)).one()
    token = page.page.forms()[0].values["csrf_token"]
    chi.post(f"/desk/cases/{case.reference}/identity/open", {"csrf_token": token, "grant": str(grant_id)},
             status=403)
    ha.get(f"/desk/identity/{grant_id}", status=404)  # decided: nobody decides it again
    client.submit(client.get("/track"), field="key", key=case.key)
    assert WHY not in client.get("/track/case").text


def test_nobody_opens_what_another_asked_for_and_a_day_later_nobody_at_all(app, cast, case, sign_in, frozen,
                                                                           answering_vault):
    chi, ha = sign_in(cast.chi), sign_in(cast.ha)
    asks(chi, case)
    decides(ha, case, "give")
    token = ha.get("/desk/identity").page.forms()[0].values["csrf_token"]
    ha.post(f"/desk/cases/{case.reference}/identity/open", {"csrf_token": token, "grant": "1"}, status=403)
    assert "/open" not in ha.get(f"/desk/cases/{case.reference}/identity").body.decode()
    frozen.go_on(hours=25)
    again = sign_in(cast.chi)
    page = again.get(f"/desk/cases/{case.reference}/identity")
    assert "đã hết thời gian" in page.text
    assert "Gửi đề nghị cho người thứ hai" in page.text
    token = page.page.forms()[0].values["csrf_token"]
    again.post(f"/desk/cases/{case.reference}/identity/open", {"csrf_token": token, "grant": "1"}, status=403)


def test_who_asked_and_the_handling_agency_do_not_decide(app, cast, case, sign_in):
    asks(sign_in(cast.ha), case)
    assert case.reference not in sign_in(cast.ha).get("/desk/identity").text
    assert case.reference in sign_in(cast.intake).get("/desk/identity").text
    with app.app_context(), writing():
        inside = factories.member("Đào Thị Trong", Role.INTAKE, agency_id=cast.building)
    assert case.reference not in sign_in(inside).get("/desk/identity").text
    sign_in(cast.chi).get("/desk/identity", status=403)


def test_an_anonymous_case_has_nobody_to_ask_for(app, cast, sign_in):
    case = bring(app, cast, Action.TAKE)
    sign_in(cast.chi).get(f"/desk/cases/{case.reference}/identity", status=404)
    assert "Người gửi là ai" not in sign_in(cast.chi).get(f"/desk/cases/{case.reference}").text


def test_the_agency_of_a_confidential_sender_is_told_that_it_cannot_ask(app, cast, an, sign_in):
    case = an.complains()
    with app.app_context(), writing():
        factories.walk(case, Action.TAKE, hands=cast.hands)
    for who in (cast.chi, cast.chi_head, cast.leader):
        own = sign_in(who)
        page = own.get(f"/desk/cases/{case.reference}/identity")
        assert "không bao giờ thấy người gửi là ai" in page.text
        assert not [form for form in page.page.forms() if "why" in form.names]
        token = page.page.forms()[0].values["csrf_token"]
        own.post(f"/desk/cases/{case.reference}/identity", {"csrf_token": token, "why": WHY}, status=403)
    assert "Đề nghị của bạn đang chờ" in asks(sign_in(cast.intake), case).text


def test_a_silent_vault_is_said_and_nothing_is_written_down(app, cast, case, sign_in):
    chi = sign_in(cast.chi)
    asks(chi, case)
    decides(sign_in(cast.ha), case, "give")
    before = events(app, case)
    chi.submit(chi.get(f"/desk/cases/{case.reference}/identity"), action="/open", status=503)
    assert events(app, case) == before


def kept(app, case) -> int:
    with app.app_context():
        found = len(db.session.scalars(select(SealedIdentity).where(
            SealedIdentity.case_id == case.case_id)).all())
        db.session.rollback()
        return found


def test_a_settled_case_forgets_its_sender_when_the_provinces_days_are_over(app, cast, an, frozen):
    settled, going = an.complains(), an.complains()
    with app.app_context(), writing():
        db.session.add(ProvinceSwitch(key="keep_identity_days", value=30))
        factories.walk(settled, Action.CLOSE, hands=cast.hands)
        factories.walk(going, Action.TAKE, hands=cast.hands)
        assert set(db.session.scalars(select(SealedIdentity.purge_after).where(
            SealedIdentity.case_id == settled.case_id))) == {clock.today() + timedelta(days=30)}
    frozen.go_on(days=30)
    with app.app_context():
        assert retention.sweep_identities().acted == 0
    frozen.go_on(days=1)
    with app.app_context():
        assert retention.sweep_identities().acted == 1
        assert retention.sweep_identities().acted == 0
    assert (kept(app, settled), kept(app, going)) == (0, 4)


def test_a_case_that_goes_on_keeps_its_sender_without_end(app, cast, an, frozen):
    case = an.complains()
    with app.app_context(), writing():
        db.session.add(ProvinceSwitch(key="keep_identity_days", value=30))
        row = factories.walk(case, Action.RELEASE, hands=cast.hands)
        citizen.object_to(row, actor=citizen.as_sender(row.id), why="Chưa trả lời ý hai.")
        assert set(db.session.scalars(select(SealedIdentity.purge_after).where(
            SealedIdentity.case_id == case.case_id))) == {None}
    frozen.go_on(days=60)
    with app.app_context():
        assert retention.sweep_identities().acted == 0
    assert kept(app, case) == 4


def test_a_grant_dies_with_the_reach_of_who_asked(app, cast, case, sign_in, answering_vault):
    chi = sign_in(cast.chi)
    asks(chi, case)
    decides(sign_in(cast.ha), case, "give")
    with app.app_context(), writing():
        land = db.session.get_one(Agency, cast.land)
        cases.transfer(case_of(case), land, actor=actor_of(cast.ha), why="Đúng nơi.")
    with app.app_context(), writing():
        grant_id = db.session.scalars(select(IdentityGrant.id)).one()
        assert opening.record_opening(grant_id, person_id=cast.chi.id) is None
