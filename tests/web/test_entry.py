"""Intake writes down what came over the counter, by telephone, by post or by e-mail, and gives the receipt."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback import clock
from feedback.domain.kinds import Category
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.events import Event
from feedback.models.identity import SealedIdentity
from feedback.models.settings import ProvinceSwitch
from tests import factories

TOLD = "Bác gọi điện nói đã ra phường ba lần xin giấy chứng tử cho chồng mà cán bộ bảo về chờ, không hẹn ngày."
KEY = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}")


@pytest.fixture
def lien(sign_in, cast):
    return sign_in(cast.intake)


def write_down(client, status=200, **fields):
    """Fill in the page as for a call of somebody who leaves a telephone number, and send it."""
    page = client.get("/desk/entry")
    given = {"channel": "phone", "narrative": TOLD, "points-0": "Bao giờ có giấy chứng tử?",
             "mode": "confidential", "name": "Hoàng Thị Bình", "phone": "0987 654 321", "read_back": "y", **fields}
    return client.submit(page, field="narrative", status=status, **given)


def the_case(app):
    with app.app_context():
        row = db.session.scalar(select(Case).order_by(Case.id.desc()).limit(1))
        db.session.expunge_all()
        db.session.rollback()
        return row


def test_a_phone_complaint_entered_by_intake_is_tracked_by_the_caller(app, cast, lien, client):
    shown = write_down(lien)
    key, case = KEY.search(shown.text)[0], the_case(app)
    assert case.reference in shown.text
    assert (case.channel, case.entered_by_id, case.identity_mode) == ("phone", cast.intake.id, "confidential")
    own = client.submit(client.get("/track"), field="key", key=key)
    assert TOLD in own.text
    assert case.reference in own.text


def test_the_receipt_says_how_to_hand_the_key_over_and_both_days(app, cast, lien, frozen):
    shown = write_down(lien, channel="post", received_on=str(clock.today() - timedelta(days=4)))
    assert "phong bì dán kín" in shown.text
    case = the_case(app)
    assert (clock.today() - case.received_on).days == 4
    assert clock.local_date(case.entered_at) == clock.today()
    on_the_case = lien.get(f"/desk/cases/{case.reference}").text
    for day in (case.received_on, clock.today()):
        assert f"{day:%d/%m/%Y}" in shown.text
        assert f"{day:%d/%m/%Y}" in on_the_case


def test_the_clock_runs_from_the_day_of_receipt(app, cast, lien, frozen):
    write_down(lien)
    write_down(lien, received_on=str(clock.today() - timedelta(days=7)))
    text = lien.get("/desk/intake").text
    assert "còn 15 ngày làm việc" in text
    assert "còn 10 ngày làm việc" in text


@pytest.mark.parametrize("days", [-1, 11])
def test_a_day_that_has_not_come_or_lies_too_far_back_is_refused_with_everything_kept(app, cast, lien, days):
    held = write_down(lien, status=422, received_on=str(clock.today() - timedelta(days=days)))
    assert "#received_on" in held.page.links
    form = held.page.form(field="narrative").values
    assert (form["narrative"], form["phone"], form["points-0"]) == (
        [TOLD], ["0987 654 321"], ["Bao giờ có giấy chứng tử?"])
    assert the_case(app) is None


def test_the_province_says_how_far_back_a_day_may_lie(app, cast, lien):
    with app.app_context(), writing():
        db.session.add(ProvinceSwitch(key="back_dating_days", value=2))
    assert "tối đa 2 ngày" in lien.get("/desk/entry").text
    write_down(lien, status=422, received_on=str(clock.today() - timedelta(days=3)))
    write_down(lien, received_on=str(clock.today() - timedelta(days=2)))


NAMELESS_FIRM = {"sender": "firm", "representative": "Lê Mẫu"}


@pytest.mark.parametrize(("field", "value", "more"), [
    ("channel", "", {}), ("channel", "web", {}), ("channel", "fax", {}), ("received_on", "", {}),
    ("received_on", "hôm qua", {}), ("received_on", "0001-01-01", {}), ("narrative", " \u200b", {}),
    ("narrative", "a" * 20_001, {}), ("points-0", " ", {}), ("points-0", "a" * 2_001, {}),
    ("procedure", "999999", {}), ("procedure", "²", {}), ("category", "nonsense", {}), ("kind", "x", {}),
    ("agency", "99999999999999999999", {}), ("dossier_number", "1" * 61, {}), ("hindrance", " ", {"urgent": "y"}),
    ("hindrance", "a" * 501, {}), ("mode", "secret", {}), ("sender", "nobody", {}), ("phone", "12", {}),
    ("phone", "không có", {}), ("email", "a@b", {}), ("name", "a" * 201, {}), ("name", "", {"mode": "named"}),
    ("address", "a" * 301, {}), ("tax_code", "1234567890", {**NAMELESS_FIRM, "firm_name": "Công ty Mẫu"}),
    ("firm_name", "", NAMELESS_FIRM), ("representative", "", {"sender": "firm"}),
    ("signers", "", {"sender": "several"}), ("signers", "Lê Mẫu\n" * 25, {"sender": "several"}),
    ("behalf_name", "", {"sender": "behalf"}), ("read_back", None, {}), ("language", "fr", {}),
])
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(app, cast, lien, field, value, more):
    held = write_down(lien, status=422, **{**more, field: value})
    anchor = "points" if field == "points-0" and not (value or "").strip() else field
    assert f"#{anchor}" in held.page.links, held.page.links
    form = held.page.form(field="narrative").values
    for name, kept in (("narrative", TOLD), ("phone", "0987 654 321"), ("points-0", "Bao giờ có giấy chứng tử?")):
        if name != field:
            assert form[name] == [kept]
    assert the_case(app) is None


def test_without_any_way_to_reach_the_sender_the_page_offers_anonymity(app, cast, lien):
    held = write_down(lien, status=422, phone="")
    assert "Ai không để lại gì thì là ẩn danh" in held.text
    assert "#name" in write_down(lien, status=422, mode="anonymous").page.links
    write_down(lien, mode="anonymous", name="", phone="")
    assert the_case(app).identity_mode == "anonymous"


def test_a_firm_several_signers_and_somebody_elses_matter_are_sealed_whole(app, cast, lien):
    for sender, more, fields, signers in (
            ("firm", {"firm_name": "Công ty Mẫu", "tax_code": "", "representative": "Lê Mẫu", "name": ""},
             {"firm_name", "representative", "phone"}, 1),
            ("several", {"signers": "Lê Mẫu\n\nTrần Mẫu"}, {"name", "phone", "signer_2", "signer_3"}, 3),
            ("behalf", {"behalf_name": "Lê Mẫu", "relation": "mẹ"},
             {"name", "phone", "behalf_name", "relation"}, 1)):
        write_down(lien, sender=sender, **more)
        case = the_case(app)
        with app.app_context():
            sealed = set(db.session.scalars(select(SealedIdentity.field).where(SealedIdentity.case_id == case.id)))
        assert (sealed, case.signers, case.on_behalf) == (fields, signers, sender == "behalf")


def test_a_double_click_makes_one_case_and_shows_the_same_key(app, cast, lien):
    page = lien.get("/desk/entry")
    given = {"channel": "counter", "narrative": TOLD, "points-0": "Bao giờ?", "phone": "0987654321"}
    first = lien.submit(page, field="narrative", status=200, **given)
    again = lien.submit(page, field="narrative", status=200, **given)
    assert KEY.search(first.text)[0] == KEY.search(again.text)[0]
    assert "không tạo hồ sơ thứ hai" in again.text
    with app.app_context():
        assert len(db.session.scalars(select(Case.id)).all()) == 1


def test_who_entered_it_cannot_read_the_identity_afterwards(app, cast, lien):
    shown = write_down(lien)
    case = the_case(app)
    at = f"/desk/cases/{case.reference}"
    for page in (shown, *map(lien.get, (at, f"{at}/accept", "/desk/intake", "/desk/entry"))):
        assert "Hoàng Thị Bình" not in page.text
        assert "0987" not in page.text
    assert not KEY.search(lien.get(f"/desk/cases/{case.reference}").text)


def test_the_paper_is_for_who_entered_it_and_for_an_hour(app, cast, lien, sign_in, frozen):
    shown = write_down(lien)
    form = shown.page.form(field="nonce").values
    data = {"nonce": form["nonce"][0], "csrf_token": form["csrf_token"][0]}
    assert lien.post("/desk/entry/receipt.pdf", data, status=200).body.startswith(b"%PDF")
    tam = sign_in(cast.second_intake)
    token = tam.get("/desk/entry").page.form(field="nonce").values["csrf_token"][0]
    tam.post("/desk/entry/receipt.pdf", {**data, "csrf_token": token}, status=404)
    for nonce in ("", "zz", "0" * 32):
        lien.post("/desk/entry/receipt.pdf", {**data, "nonce": nonce}, status=404)


def test_it_is_written_into_the_history_how_it_came_and_that_it_was_read_back(app, cast, lien):
    write_down(lien)
    with app.app_context():
        events = db.session.scalars(select(Event).where(Event.type == "entered")).all()
        assert [(e.actor_id, e.role, e.payload) for e in events] == [
            (cast.intake.id, "intake", '{"channel":"phone","read_back":true}')]
    story = lien.get(f"/desk/cases/{the_case(app).reference}").text
    assert "Cán bộ đã ghi lại nội dung" in story


def test_points_and_procedures_are_proposed_and_nothing_typed_is_lost(app, cast, lien):
    with app.app_context(), writing():
        procedure = factories.procedure("Đăng ký khai tử")
    page = lien.get("/desk/entry")
    more = lien.submit(page, field="narrative", status=200, narrative=f"{TOLD} Bao giờ có? Vì sao phải chờ?",
                       procedure_q="dang ky khai tu", phone="0987654321", do="points")
    form = more.page.form(field="narrative").values
    assert len([name for name in form if name.startswith("points-")]) >= 2
    assert form["phone"] == ["0987654321"]
    found = lien.submit(more, field="narrative", status=200, do="find")
    assert "Đăng ký khai tử" in found.text
    lien.submit(found, field="narrative", status=200, channel="counter", procedure=str(procedure), do="enter")
    assert the_case(app).procedure_id == procedure


def test_what_may_be_a_denunciation_is_out_of_intakes_sight_as_soon_as_it_is_entered(app, cast, lien, sign_in):
    shown = write_down(lien, category=Category.UNOFFICIAL_COST.value)
    case = the_case(app)
    assert case.reference in shown.text  # the receipt is for the sender
    lien.get(f"/desk/cases/{case.reference}", status=404)
    assert case.reference not in lien.get("/desk/intake").text
    assert case.reference in sign_in(cast.restricted).get("/desk/intake").text


def test_the_restricted_desk_enters_what_is_told_to_it(app, cast, sign_in):
    write_down(sign_in(cast.restricted), channel="counter", category=Category.UNOFFICIAL_COST.value)
    assert the_case(app).restricted


def test_nobody_else_enters_anything(app, cast, sign_in):
    for member in (cast.chi, cast.chi_head, cast.ha, cast.quan):
        sign_in(member).get("/desk/entry", status=403)


def test_an_english_caller_is_written_down_in_english_unless_the_province_takes_none(app, cast, lien):
    write_down(lien, language="en", narrative="I waited for three months. When will it be ready?")
    assert the_case(app).language == "en"
    with app.app_context(), writing():
        db.session.add(ProvinceSwitch(key="english_allowed", value=0))
    assert "language-1" not in lien.get("/desk/entry").page.by_id
