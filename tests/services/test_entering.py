"""What a complaint brings along besides its words, and who may enter it with which day of receipt."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from feedback import clock
from feedback.adapters import sealing, vault_keys
from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.kinds import Channel, SenderKind
from feedback.domain.permissions import SYSTEM
from feedback.domain.province import Switch
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.events import Event
from feedback.models.identity import SealedIdentity
from feedback.models.settings import ProvinceSwitch
from feedback.services import opening
from tests import factories
from tests.factories import actor_of, case_of

FIRM = {"firm_name": "Công ty TNHH Bến Mẫu", "tax_code": "0101248141", "representative": "Trần Thị Bích",
        "position": "Giám đốc", "email": "cty@thu.example"}


def clocks(case: Case) -> dict[str, Deadline]:
    return {row.kind: row for row in db.session.scalars(select(Deadline).where(Deadline.case_id == case.id))}


def by_post(cast, **about):
    return factories.complaint(channel=Channel.POST, actor=actor_of(cast.intake), **about)


def test_a_letter_counts_from_its_day_of_receipt_and_keeps_the_hour_of_its_entry(db_session, cast, frozen):
    with writing():
        case = case_of(by_post(cast, received_on=date(2026, 11, 9)))
    assert {kind: row.due_on for kind, row in clocks(case).items()} == {
        "total": date(2026, 12, 1), "receive": date(2026, 11, 10)}
    assert (case.entered_at, case.entered_by_id) == (clock.now(), cast.intake.id)
    (event,) = db.session.scalars(select(Event).where(Event.chain == f"case:{case.id}"))
    assert '"days_back":7' in event.payload
    assert event.role == "intake"


@pytest.mark.parametrize(("days", "code"), [(-1, "future"), (0, None), (10, None), (11, "too_old")])
def test_the_day_of_receipt_may_lie_only_a_little_back(db_session, cast, frozen, days, code):
    on = clock.today() - timedelta(days=days)
    if code is None:
        with writing():
            assert case_of(by_post(cast, received_on=on)).received_on == on
        return
    with pytest.raises(BadInput) as refused, writing():
        by_post(cast, received_on=on)
    assert (refused.value.field, refused.value.code) == ("received_on", code)


def test_the_province_says_how_far_back_a_letter_may_be_dated(db_session, cast, frozen):
    with writing():
        db.session.add(ProvinceSwitch(key=Switch.BACK_DATING_DAYS.value, value=2))
    with pytest.raises(BadInput), writing():
        by_post(cast, received_on=date(2026, 11, 13))


def test_nobody_dates_their_own_complaint_back(db_session, cast, frozen):
    with pytest.raises(BadInput) as refused, writing():
        factories.complaint(received_on=date(2026, 11, 13))
    assert (refused.value.field, refused.value.code) == ("received_on", "staff_only")


def test_a_call_is_entered_by_intake_and_by_nobody_else(db_session, cast):
    for actor in (actor_of(cast.chi), SYSTEM, factories.cases.SENDER):
        with pytest.raises((BadInput, MoveNotAllowed)), writing():
            factories.complaint(channel=Channel.PHONE, actor=actor)
    with pytest.raises(BadInput), writing():
        factories.complaint(actor=actor_of(cast.intake))  # staff do not use the citizens' form
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_an_urgent_complaint_is_read_within_hours_and_answered_within_the_same_days(db_session, frozen):
    with writing():
        case = case_of(factories.complaint(urgent=True, hindrance=" Mai tôi phải nhập học. "))
    # Monday, 9 in the morning; four working hours, with the pause at noon left out.
    assert clocks(case)["receive"].due_at.astimezone(clock.VIETNAM).isoformat() == "2026-11-16T15:00:00+07:00"
    assert clocks(case)["total"].due_on == date(2026, 12, 8)
    assert case.hindrance == "Mai tôi phải nhập học."


def test_a_dossier_number_is_found_however_it_is_typed_and_shared_only_with_consent(db_session):
    with writing():
        kept = case_of(factories.complaint(dossier_number=" H01.02-251103-0042 "))
        shared = case_of(factories.complaint(dossier_number="Số 7/ĐĐ", dossier_shared=True))
        none = case_of(factories.complaint(dossier_number="  ", dossier_shared=True))
    assert (kept.dossier_number, kept.dossier_folded, kept.dossier_shared) == (
        "H01.02-251103-0042", "h01022511030042", False)
    assert (shared.dossier_folded, shared.dossier_shared) == ("so7dd", True)
    assert (none.dossier_number, none.dossier_folded, none.dossier_shared) == (None, None, False)


def test_a_firm_is_sealed_with_its_representative(app, db_session):
    with writing():
        case = case_of(factories.complaint(identity=FIRM, sender_kind=SenderKind.FIRM))
    rows = db.session.scalars(select(SealedIdentity).where(SealedIdentity.case_id == case.id)).all()
    assert {row.field for row in rows} == set(FIRM)
    private = vault_keys.load_keyring(app.extensions["settings"].keys).private
    opened = {row.field: sealing.unseal(private[row.key_id], row.sealed, case.reference, row.field)
              for row in rows}
    assert opened == FIRM


def test_everybody_who_signed_is_counted_sealed_and_found_in_texts_by_the_vault(app, db_session):
    identity = {"name": "Nguyễn Văn An", "phone": "0912345678", "signer_2": "Hoàng Thị Bình",
                "signer_3": "Lê Quang Tám", "behalf_name": "Nguyễn Thị Sáu", "relation": "mẹ"}
    with writing():
        case = case_of(factories.complaint(identity=identity, on_behalf=True))
    assert (case.signers, case.on_behalf) == (3, True)
    private = vault_keys.load_keyring(app.extensions["settings"].keys).private
    texts = ["Bà Hoàng Thị Bình và ông LE QUANG TAM cùng ký.", "Đơn của bà Nguyễn Thị Sáu.", "Tôi thay cho mẹ."]
    found = opening.ranges_of_sender(case.id, texts, find_key=private.__getitem__)
    assert [len(ranges) for ranges in found] == [2, 1, 0]


@pytest.mark.parametrize(("about", "field", "code"), [
    ({"urgent": True}, "hindrance", "missing"),
    ({"hindrance": "x" * 501}, "hindrance", "too_long"),
    ({"dossier_number": "1" * 61}, "dossier_number", "too_long"),
    ({"points": ["x" * 2_001]}, "points", "too_long"),
    ({"identity": {"firm_name": "Công ty", "phone": "0912345678"}}, "sender_kind", "not_a_firm"),
    ({"identity": {"behalf_name": "Sáu", "phone": "0912345678"}}, "on_behalf", "not_behalf"),
    ({"identity": {**FIRM, "tax_code": "0101248142"}, "sender_kind": SenderKind.FIRM}, "tax_code", "check_digit"),
])
def test_what_breaks_a_rule_is_named_and_leaves_nothing(db_session, about, field, code):
    with pytest.raises(BadInput) as refused, writing():
        factories.complaint(**about)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_where_the_province_takes_no_anonymous_complaints_none_is_taken_in(db_session):
    with writing():
        db.session.add(ProvinceSwitch(key=Switch.ANONYMOUS_ALLOWED.value, value=0))
    with pytest.raises(BadInput) as refused, writing():
        factories.complaint()
    assert (refused.value.field, refused.value.code) == ("identity_mode", "not_allowed")
