"""Identity: sealed at once, asked for with a reason, allowed by somebody else, opened after writing it down."""

from datetime import timedelta

import pytest
from flask import Flask
from nacl.public import PrivateKey
from sqlalchemy import select

from feedback import clock
from feedback.adapters import sealing, vault_keys
from feedback.domain.errors import NotPermitted, OutOfReach, ReasonMissing, SamePerson
from feedback.domain.kinds import Category, IdentityMode
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db, writing
from feedback.models.cases import Note
from feedback.models.events import Event
from feedback.models.identity import IdentityGrant, SealedIdentity
from feedback.models.people import Person
from feedback.services import accounts, identity, opening
from tests import factories
from tests.factories import Member, actor_of, case_of
from tests.fixtures.cast import Cast, Citizen


@pytest.fixture
def house(app: Flask, cast: Cast):
    """The cast inside an app context."""
    with app.app_context():
        yield cast


@pytest.fixture
def find_key(app: Flask):
    """What the vault process has and the web has not."""
    return vault_keys.load_keyring(app.extensions["settings"].keys).private.__getitem__


def ask(house: Cast, case_id: int, *, by: Member, why: str = "Cần gọi hỏi số nhà") -> int:
    with writing():
        return identity.ask_grant(case_of(case_id), actor=actor_of(by), why=why).id


def give(grant_id: int, *, by: Member) -> None:
    with writing():
        identity.give_grant(db.session.get_one(IdentityGrant, grant_id), actor=actor_of(by))


def with_agency(house: Cast, citizen: Citizen) -> int:
    """A case that Chi's agency handles, of a sender who agreed to be named."""
    receipt = citizen.complains()
    with writing():
        case = factories.walk(receipt, Action.TAKE, hands=house.hands)
        case.identity_mode = IdentityMode.NAMED.value
        return case.id


def test_what_an_said_is_sealed_and_opens_with_the_vaults_key(house: Cast, an: Citizen, find_key) -> None:
    case_id = an.complains().case_id
    rows = db.session.scalars(select(SealedIdentity).where(SealedIdentity.case_id == case_id)).all()
    assert {r.field for r in rows} == {"name", "phone", "email", "address"}
    assert not any(value.encode() in r.sealed for r in rows for value in an.identity.values())
    assert opening.read(case_id, find_key=find_key) == an.identity


def test_rows_swapped_between_two_cases_do_not_open(house: Cast, an: Citizen, binh: Citizen, find_key) -> None:
    first, second = an.complains().case_id, binh.complains().case_id
    with writing():
        mine = db.session.scalars(select(SealedIdentity).where(
            SealedIdentity.case_id == first, SealedIdentity.field == "name")).one()
        theirs = db.session.scalars(select(SealedIdentity).where(
            SealedIdentity.case_id == second, SealedIdentity.field == "name")).one()
        mine.sealed, theirs.sealed = theirs.sealed, mine.sealed
    for case_id in (first, second):
        with pytest.raises(sealing.SealBroken):
            opening.read(case_id, find_key=find_key)


def test_an_unknown_field_is_refused_and_empty_ones_are_left_out(house: Cast, an: Citizen) -> None:
    case = case_of(an.complains())
    with pytest.raises(ValueError, match="nickname"):
        identity.seal(case, {"nickname": "An"})
    db.session.rollback()
    receipt = Citizen(an.app, {"name": "An", "phone": "  "}, []).complains()
    fields = db.session.scalars(select(SealedIdentity.field).where(SealedIdentity.case_id == receipt.case_id))
    assert list(fields) == ["name"]


@pytest.mark.parametrize(("field", "one", "other"), [
    ("phone", "0912 345 678", "+84 912.345.678"), ("phone", "0912345678", "0912-345-678"),
    ("email", "An@Thu.Example ", "an@thu.example")])
def test_the_same_contact_is_recognised_however_it_is_typed(field: str, one: str, other: str) -> None:
    assert identity.blind_index(field, one, pepper="p" * 40) == identity.blind_index(field, other, pepper="p" * 40)


def test_the_blind_index_tells_nothing_without_the_pepper_and_names_have_none() -> None:
    index = identity.blind_index("phone", "0912345678", pepper="p" * 40)
    assert index is not None
    assert len(index) == 16
    assert index != identity.blind_index("phone", "0912345678", pepper="q" * 40)
    assert index != identity.blind_index("phone", "0912345679", pepper="p" * 40)
    assert identity.blind_index("name", "Nguyễn Văn An", pepper="p" * 40) is None


def test_a_grant_opens_for_whoever_asked_and_the_history_has_it(house: Cast, an: Citizen) -> None:
    case_id = with_agency(house, an)
    grant = ask(house, case_id, by=house.chi)
    give(grant, by=house.ha)
    with writing():
        assert opening.record_opening(grant, person_id=house.chi.id) == case_id
    kinds = db.session.scalars(select(Event.type).where(Event.chain == identity.CHAIN).order_by(Event.n)).all()
    assert kinds == ["identity_asked", "identity_granted", "identity_opened"]
    last = db.session.scalars(
        select(Event).where(Event.chain == f"case:{case_id}").order_by(Event.n.desc())).first()
    assert last is not None
    assert (last.type, last.role) == ("identity_opened", "officer")  # the sender sees it on the tracking page
    note = db.session.get_one(Note, db.session.get_one(IdentityGrant, grant).note_id)
    assert note.told_sender  # the sender reads why


def test_without_the_second_person_nothing_opens(house: Cast, an: Citizen) -> None:
    grant = ask(house, with_agency(house, an), by=house.chi)
    with writing():
        assert opening.record_opening(grant, person_id=house.chi.id) is None


def test_nobody_allows_themselves(house: Cast, an: Citizen) -> None:
    grant = ask(house, with_agency(house, an), by=house.ha)
    with pytest.raises(SamePerson):
        give(grant, by=house.ha)


@pytest.mark.parametrize("giver", ["chi_head", "leader"])
def test_neither_the_handling_agency_nor_who_may_not_read_originals_can_allow_it(
        house: Cast, an: Citizen, giver: str) -> None:
    grant = ask(house, with_agency(house, an), by=house.chi)
    with pytest.raises(NotPermitted):
        give(grant, by=getattr(house, giver))


def test_an_agency_cannot_allow_itself_even_through_somebody_who_may_read_originals(
        house: Cast, an: Citizen) -> None:
    case_id = with_agency(house, an)
    with writing():
        case_of(case_id).agency_id = house.office  # the coordinating office itself handles the case
    grant = ask(house, case_id, by=house.intake)
    with pytest.raises(NotPermitted, match="handling agency"):
        give(grant, by=house.ha)


@pytest.mark.parametrize("asker", ["dung", "quan", "auditor", "publisher"])
def test_whoever_cannot_see_the_case_cannot_even_ask(house: Cast, an: Citizen, asker: str) -> None:
    case_id = with_agency(house, an)
    with pytest.raises(OutOfReach):
        ask(house, case_id, by=getattr(house, asker))


def test_a_restricted_case_is_hidden_from_askers_and_givers_but_its_own_desk(house: Cast, an: Citizen) -> None:
    case_id = an.complains(category=Category.UNOFFICIAL_COST).case_id
    for who in (house.ha, house.intake):
        with pytest.raises(OutOfReach):
            ask(house, case_id, by=who)
    assert ask(house, case_id, by=house.restricted)


@pytest.mark.parametrize("asker", ["chi", "chi_head", "leader"])
def test_the_agency_of_a_confidential_sender_can_neither_ask_nor_open(
        house: Cast, an: Citizen, asker: str) -> None:
    case_id = with_agency(house, an)
    who: Member = getattr(house, asker)
    grant = ask(house, case_id, by=who)
    give(grant, by=house.ha)
    with writing():
        case_of(case_id).identity_mode = IdentityMode.CONFIDENTIAL.value
    with writing():
        assert opening.record_opening(grant, person_id=who.id) is None
    with pytest.raises(NotPermitted):
        ask(house, case_id, by=who)
    give(ask(house, case_id, by=house.second_intake), by=house.ha)  # the office can, with two people


def test_asking_needs_a_reason(house: Cast, an: Citizen) -> None:
    with pytest.raises(ReasonMissing):
        ask(house, with_agency(house, an), by=house.chi, why="  ")


def test_a_grant_is_for_one_person_and_for_a_day(house: Cast, an: Citizen, monkeypatch) -> None:
    grant = ask(house, with_agency(house, an), by=house.chi)
    give(grant, by=house.ha)
    with writing():
        assert opening.record_opening(grant, person_id=house.ha.id) is None
        assert opening.record_opening(grant, person_id=house.dung.id) is None
        assert opening.record_opening(grant + 1000, person_id=house.chi.id) is None
    later = clock.now() + timedelta(hours=24, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with writing():
        assert opening.record_opening(grant, person_id=house.chi.id) is None


def test_a_row_in_which_somebody_gave_themselves_leave_opens_nothing(house: Cast, an: Citizen) -> None:
    case_id = with_agency(house, an)
    now = clock.now()
    for giver in (house.chi.id, None):  # written past the rules, by whoever can write to the database
        with writing():
            note = db.session.scalars(select(Note).where(Note.case_id == case_id)).first() or Note(
                case_id=case_id, author_id=house.chi.id, kind="reason", body="x", written_at=now)
            db.session.add(note)
            db.session.flush()
            forged = IdentityGrant(case_id=case_id, asked_by_id=house.chi.id, note_id=note.id, granted_by_id=giver,
                                   granted_at=now, expires_at=now + timedelta(hours=1))
            db.session.add(forged)
            db.session.flush()
            assert opening.record_opening(forged.id, person_id=house.chi.id) is None


def test_a_grant_dies_with_the_account_that_gave_it(house: Cast, an: Citizen) -> None:
    grant = ask(house, with_agency(house, an), by=house.chi)
    give(grant, by=house.ha)
    with writing():
        accounts.disable(db.session.get_one(Person, house.ha.id), actor=SYSTEM)
    with writing():
        assert opening.record_opening(grant, person_id=house.chi.id) is None


def test_a_grant_is_given_once(house: Cast, an: Citizen) -> None:
    grant = ask(house, with_agency(house, an), by=house.chi)
    give(grant, by=house.ha)
    with pytest.raises(NotPermitted):
        give(grant, by=house.intake)


def test_forgetting_leaves_the_event_and_nothing_else(house: Cast, an: Citizen) -> None:
    case_id = with_agency(house, an)
    grant = ask(house, case_id, by=house.chi)
    give(grant, by=house.ha)
    with writing():
        assert identity.purge(case_of(case_id), actor=SYSTEM) == 4
    assert db.session.scalars(select(SealedIdentity).where(SealedIdentity.case_id == case_id)).all() == []
    with writing():
        assert opening.record_opening(grant, person_id=house.chi.id) is None
    assert "identity_purged" in db.session.scalars(select(Event.type)).all()


def test_resealing_moves_every_row_to_the_new_key(house: Cast, an: Citizen, find_key) -> None:
    case_id = an.complains().case_id
    new = PrivateKey.generate()
    name = vault_keys.key_id(new.public_key)
    with writing():
        assert opening.reseal(current=new, current_id=name, find_key=find_key, most=3) == 3
    with writing():
        assert opening.reseal(current=new, current_id=name, find_key=find_key) == 1
    with writing():
        assert opening.reseal(current=new, current_id=name, find_key=find_key) == 0
    assert opening.read(case_id, find_key={name: new}.__getitem__) == an.identity
