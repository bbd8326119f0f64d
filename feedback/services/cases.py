"""What happens to a case before it reaches its officer: received, read by intake, given to an agency."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from feedback import clock
from feedback.domain import references
from feedback.domain.errors import BadInput
from feedback.domain.kinds import RESTRICTED_CATEGORIES, CaseKind, Category, Channel, IdentityMode
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Conflict, Point
from feedback.models.people import Person
from feedback.queries.visibility import facts_of
from feedback.services import identity, lifecycle

MAX_POINTS = 10
MAX_NARRATIVE = 20_000
"""Characters of a complaint that are accepted; the form says so beside the field."""


@dataclass(frozen=True)
class Complaint:
    """What a sender hands in. ``identity`` holds name, phone, email, address (only those given); it is sealed
    at once and never stored readable. ``received_on`` is set by staff who enter a letter or a call."""

    narrative: str
    points: tuple[str, ...]
    identity_mode: IdentityMode
    identity: dict[str, str] = field(default_factory=dict)
    language: str = "vi"
    category: Category = Category.OTHER
    kind: CaseKind = CaseKind.BEHAVIOUR
    channel: Channel = Channel.WEB
    procedure_id: int | None = None
    agency_id: int | None = None
    received_on: date | None = None


@dataclass(frozen=True)
class Receipt:
    """What the sender keeps: the public reference and the secret tracking key (shown once)."""

    case_id: int
    reference: str
    key: str
    repeated: bool
    """The same form had already made this case."""


SENDER = Actor(roles=frozenset({Role.COMPLAINANT}))
"""Somebody who writes without an account."""


def new_nonce() -> str:
    """A fresh form nonce, 128 bits as hex: one form, one case."""
    return secrets.token_hex(16)


def submit(complaint: Complaint, *, nonce: str, secret: str, pepper: str, actor: Actor = SENDER) -> Receipt:
    """Take a complaint in. The same ``nonce`` again gives the same receipt and makes nothing new, so a double
    click or a lost reply is harmless (design §13.1). Raises BadInput naming the field."""
    _check(complaint)
    nonce_bytes = bytes.fromhex(nonce)
    nonce_hash = hmac.new(pepper.encode(), b"nonce" + nonce_bytes, hashlib.sha256).hexdigest()
    key = references.key_from_nonce(secret.encode(), nonce_bytes)
    existing = db.session.execute(
        select(Case.id, Case.reference).where(Case.nonce_hash == nonce_hash)).one_or_none()
    if existing is not None:
        return Receipt(case_id=existing.id, reference=existing.reference, key=key, repeated=True)
    case = Case(
        reference=_free_reference(secret, nonce_bytes),
        key_hash=references.key_hash(pepper.encode(), key), nonce_hash=nonce_hash, state="submitted",
        kind=complaint.kind.value, category=complaint.category.value, channel=complaint.channel.value,
        language=complaint.language, identity_mode=complaint.identity_mode.value,
        restricted=complaint.category in RESTRICTED_CATEGORIES, procedure_id=complaint.procedure_id,
        agency_id=None, narrative=complaint.narrative.strip(),
        received_on=complaint.received_on or clock.today(), entered_at=clock.now(),
        points=[Point(n=n, text=text.strip()) for n, text in enumerate(complaint.points, start=1)])
    db.session.add(case)
    db.session.flush()  # clocks, events and the sealed identity need the id
    if complaint.identity_mode is not IdentityMode.ANONYMOUS:
        identity.seal(case, complaint.identity)
    lifecycle.begin(case, actor=actor)
    return Receipt(case_id=case.id, reference=case.reference, key=key, repeated=False)


def _free_reference(secret: str, nonce: bytes) -> str:
    """The reference of this form, or the next of its row when another case has that one already."""
    for attempt in range(16):
        found = references.reference_from_nonce(secret.encode(), nonce, attempt)
        if db.session.scalar(select(Case.id).where(Case.reference == found)) is None:
            return found
    raise RuntimeError("sixteen references in a row are taken")


def _check(complaint: Complaint) -> None:
    if not complaint.narrative.strip():
        raise BadInput("narrative", "missing")
    if len(complaint.narrative) > MAX_NARRATIVE:
        raise BadInput("narrative", "too_long")
    if not 1 <= len(complaint.points) <= MAX_POINTS or not all(p.strip() for p in complaint.points):
        raise BadInput("points", "missing")
    if complaint.identity_mode is IdentityMode.ANONYMOUS and complaint.identity:
        raise BadInput("identity_mode", "anonymous_with_contact")
    if complaint.received_on is not None and complaint.received_on > clock.today():
        raise BadInput("received_on", "future")


def accept(case: Case, *, actor: Actor, masked: str, masked_points: dict[int, str], kind: CaseKind,
           category: Category, expected_version: int | None = None) -> None:
    """Intake has read the complaint, made the copy the agency will see and classified it. ``masked_points``
    maps point number to its masked text; every point needs one. Raises BadInput, MoveNotAllowed, StaleEdit."""
    if not masked.strip():
        raise BadInput("masked", "missing")
    for point in case.points:
        if not masked_points.get(point.n, "").strip():
            raise BadInput(f"point_{point.n}", "missing")
        point.masked = masked_points[point.n].strip()
    # Checked before anything else changes: the version the person saw.
    lifecycle.advance(case, Action.ACCEPT, actor=actor, expected_version=expected_version,
                      payload={"kind": kind.value, "category": category.value})
    case.masked, case.kind, case.category = masked.strip(), kind.value, category.value
    # Who classified it as a possible denunciation does not see it any more: only the restricted desk does.
    case.restricted = case.restricted or category in RESTRICTED_CATEGORIES


def lift_restriction(case: Case, *, actor: Actor, why: str, expected_version: int | None = None) -> None:
    """The restricted desk finds that the case is no denunciation: it becomes an ordinary one, with the reason kept
    for the province office. Raises ReasonMissing, MoveNotAllowed, StaleEdit."""
    lifecycle.advance(case, Action.LIFT_RESTRICTION, actor=actor, why=why, expected_version=expected_version)
    case.restricted = False


def assign(case: Case, agency: Agency, *, actor: Actor, expected_version: int | None = None) -> None:
    """Give an accepted case to the agency that has to answer. Raises BadInput for a closed agency, MoveNotAllowed,
    StaleEdit. A restricted case is given to no agency: nobody who may assign can reach it."""
    _live(agency)
    case.agency_id = agency.id
    lifecycle.advance(case, Action.ASSIGN, actor=actor, expected_version=expected_version,
                      payload={"agency": agency.id})


def transfer(case: Case, agency: Agency, *, actor: Actor, why: str, expected_version: int | None = None) -> None:
    """Give the case to another agency. Thread and the citizen's clock go on. Raises as ``assign``."""
    _live(agency)
    if agency.id == case.agency_id:
        raise BadInput("agency", "same")
    before, case.agency_id, case.officer_id = case.agency_id, agency.id, None
    lifecycle.advance(case, Action.TRANSFER, actor=actor, why=why, expected_version=expected_version,
                      tell_sender=True, payload={"from_agency": before, "agency": agency.id})


def _live(agency: Agency) -> None:
    today = clock.today()
    if (agency.valid_to is not None and agency.valid_to < today) or (
            agency.valid_from is not None and agency.valid_from > today):
        raise BadInput("agency", "closed")


def take(case: Case, *, actor: Actor, expected_version: int | None = None) -> None:
    """An officer of the agency takes the case on."""
    case.officer_id = actor.person_id  # before the move, whose notices ask who the officer is
    lifecycle.advance(case, Action.TAKE, actor=actor, expected_version=expected_version,
                      payload={"officer": actor.person_id})


def allot(case: Case, officer: Person, *, actor: Actor, expected_version: int | None = None) -> None:
    """The agency's head gives the case to an officer of the agency. Raises BadInput for an outsider or somebody
    from whom the case is hidden."""
    hidden = db.session.scalar(
        select(Conflict.id).where(Conflict.case_id == case.id, Conflict.person_id == officer.id))
    if officer.agency_id != case.agency_id or officer.disabled_at is not None or hidden is not None:
        raise BadInput("officer", "not_of_agency")
    if case.objected and officer.id in facts_of(case).drafter_ids:
        raise BadInput("officer", "same_reader")  # an objection is read by somebody else
    case.officer_id = officer.id  # before the move, whose notice goes to them
    lifecycle.advance(case, Action.ALLOT, actor=actor, expected_version=expected_version,
                      payload={"officer": officer.id})


def hide_from(case: Case, person: Person) -> None:
    """Record a conflict of interest: the case is hidden from this person from now on (design §7)."""
    db.session.add(Conflict(case_id=case.id, person_id=person.id))
    if case.officer_id == person.id:
        case.officer_id = None
