"""What happens to a case before it reaches its officer: received, read by intake, given to an agency."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from feedback import clock
from feedback.domain import references
from feedback.domain.complaints import MAX_NARRATIVE, Complaint, check, fold_dossier
from feedback.domain.errors import BadInput
from feedback.domain.kinds import RESTRICTED_CATEGORIES, CaseKind, Category, Channel, IdentityMode
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor
from feedback.domain.province import Switch
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Conflict, Note, Point
from feedback.models.people import Person
from feedback.queries.province import switch
from feedback.queries.visibility import facts_of
from feedback.services import complexity, conflicts, identity, lifecycle


@dataclass(frozen=True)
class Receipt:
    """What the sender keeps: the public reference and the secret tracking key (shown once)."""

    case_id: int
    reference: str
    key: str
    repeated: bool
    """The same form had already made this case."""


_CASES = Case.__table__
_KNOWN = select(_CASES.c.id, _CASES.c.reference, _CASES.c.nonce_hash).where(
    or_(_CASES.c.nonce_hash == bindparam("nonce_hash"), _CASES.c.reference == bindparam("reference")))
"""The case of this form, or another one that has its reference. Put together once: each complaint asks it."""

SENDER = Actor(roles=frozenset({Role.COMPLAINANT}))
"""Somebody who writes without an account."""


def new_nonce() -> str:
    """A fresh form nonce, 128 bits as hex: one form, one case."""
    return secrets.token_hex(16)


def submit(complaint: Complaint, *, nonce: str, secret: str, pepper: str, actor: Actor = SENDER) -> Receipt:
    """Take a complaint in. The same ``nonce`` again gives the same receipt and makes nothing new, so a double
    click or a lost reply is harmless (design §13.1).

    ``actor`` is the sender, or somebody of intake who enters what came by counter, phone, post or e-mail: then
    ``channel`` says how and ``received_on`` when (at most Switch.BACK_DATING_DAYS ago; the clocks run from then),
    while ``entered_at`` is always now. Raises BadInput naming the field, as ``domain.complaints.check``; also
    ('channel', 'staff_only') and ('channel', 'not_staff'); MoveNotAllowed for a role that takes nothing in.
    """
    _check(complaint, actor)
    nonce_bytes = bytes.fromhex(nonce)
    nonce_hash = hmac.new(pepper.encode(), b"nonce" + nonce_bytes, hashlib.sha256).hexdigest()
    key = references.key_from_nonce(secret.encode(), nonce_bytes)
    reference = references.reference_from_nonce(secret.encode(), nonce_bytes, 0)
    known = db.session.connection().execute(_KNOWN, {"nonce_hash": nonce_hash, "reference": reference}).all()
    for case_id, its_reference, its_nonce_hash in known:
        if its_nonce_hash == nonce_hash:
            return Receipt(case_id=case_id, reference=its_reference, key=key, repeated=True)
    dossier = " ".join(complaint.dossier_number.split())
    case = Case(
        reference=_free_reference(secret, nonce_bytes) if known else reference,
        key_hash=references.key_hash(pepper.encode(), key), nonce_hash=nonce_hash, state="submitted",
        kind=complaint.kind.value, category=complaint.category.value, channel=complaint.channel.value,
        language=complaint.language, identity_mode=complaint.identity_mode.value,
        restricted=complaint.category in RESTRICTED_CATEGORIES, procedure_id=complaint.procedure_id,
        agency_id=None, named_agency_id=complaint.named_agency_id, narrative=complaint.narrative.strip(),
        urgent=complaint.urgent, hindrance=complaint.hindrance.strip() or None,
        dossier_number=dossier or None, dossier_folded=fold_dossier(dossier) or None,
        dossier_shared=bool(dossier) and complaint.dossier_shared,
        sender_kind=complaint.sender_kind.value, on_behalf=complaint.on_behalf, signers=complaint.signers,
        doubts=",".join(complaint.doubts), entered_by_id=actor.person_id,
        received_on=complaint.received_on or clock.today(), entered_at=clock.now(),
        points=[Point(n=n, text=text.strip()) for n, text in enumerate(complaint.points, start=1)])
    db.session.add(case)
    db.session.flush()  # clocks, events and the sealed identity need the id
    anonymous = complaint.identity_mode is IdentityMode.ANONYMOUS
    sealed = frozenset[str]() if anonymous else identity.seal(case, complaint.identity)
    lifecycle.begin(case, actor=actor, reachable="email" in sealed)
    return Receipt(case_id=case.id, reference=case.reference, key=key, repeated=False)


def _free_reference(secret: str, nonce: bytes) -> str:
    """The next reference of this form's row that is free: another case has its first one."""
    for attempt in range(1, 16):
        found = references.reference_from_nonce(secret.encode(), nonce, attempt)
        if db.session.scalar(select(Case.id).where(Case.reference == found)) is None:
            return found
    raise RuntimeError("sixteen references in a row are taken")


def _check(complaint: Complaint, actor: Actor) -> None:
    check(complaint, today=clock.today(), back_dating_days=switch(Switch.BACK_DATING_DAYS),
          anonymous_allowed=bool(switch(Switch.ANONYMOUS_ALLOWED)))
    if complaint.channel is Channel.WEB:
        if actor.person_id is not None:
            raise BadInput("channel", "not_staff")
        if complaint.received_on not in (None, clock.today()):
            raise BadInput("received_on", "staff_only")
    elif actor.person_id is None:
        raise BadInput("channel", "staff_only")


def accept(case: Case, *, actor: Actor, masked: str, masked_points: dict[int, str], kind: CaseKind,
           category: Category, expected_version: int | None = None) -> None:
    """Intake has read the complaint, made the copy the agency will see and classified it. ``masked_points``
    maps point number to its masked text; every point needs one. Raises BadInput, MoveNotAllowed, StaleEdit."""
    if not masked.strip():
        raise BadInput("masked", "missing")
    if len(masked) > MAX_NARRATIVE:
        raise BadInput("masked", "too_long")
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
    case.moved_up, case.agency_id = conflicts.levels_at(case.id, agency.id), agency.id
    lifecycle.advance(case, Action.ASSIGN, actor=actor, expected_version=expected_version,
                      payload={"agency": agency.id})
    complexity.fit_clock(case, actor=actor)


def transfer(case: Case, agency: Agency, *, actor: Actor, why: str, expected_version: int | None = None) -> Note:
    """Give the case to another agency and return the note of the reason. Thread and the citizen's clock go on.
    Raises as ``assign``."""
    _live(agency)
    if agency.id == case.agency_id:
        raise BadInput("agency", "same")
    moved_up = conflicts.levels_at(case.id, agency.id)
    before, case.agency_id, case.officer_id, case.moved_up = case.agency_id, agency.id, None, moved_up
    note = lifecycle.advance(case, Action.TRANSFER, actor=actor, why=why, expected_version=expected_version,
                             tell_sender=True, payload={"from_agency": before, "agency": agency.id})
    assert note is not None  # a transfer has to say why
    return note


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
