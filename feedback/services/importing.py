"""Bringing in complaint and answer pairs that were published before this system existed (design §13.3).

Nothing is made up: an unknown date stays unknown, an unknown agency is created closed with the import as its
source, no clock runs and no mail is sent. Each pair becomes a historical case and a publication draft.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select

from feedback import clock
from feedback.domain import folding, references
from feedback.domain.agencies import Tier
from feedback.domain.answers import points
from feedback.domain.kinds import CaseKind, Category, Channel, IdentityMode
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.answers import Answer
from feedback.models.cases import Case, Point
from feedback.services import history, lifecycle, publication
from feedback.services.import_pairs import Pair


@dataclass
class Filed:
    """What an import did."""

    cases: int = 0
    known_already: int = 0
    agencies: int = 0


def file_batch(batch: list[Pair], *, actor: Actor, label: str) -> Filed:
    """Make historical cases and publication drafts of these pairs, in the caller's transaction.

    A pair that was brought in before is left alone, so that an import can be repeated or taken up again after
    a break. ``label`` names the import where a pair has no source of its own.
    """
    filed = Filed()
    agencies = _agencies()
    known = set(db.session.scalars(
        select(Case.nonce_hash).where(Case.nonce_hash.in_([pair.digest for pair in batch]))))
    for pair in batch:
        if pair.digest in known:
            filed.known_already += 1
            continue
        known.add(pair.digest)
        key = _name_key(pair.agency)
        if key not in agencies:
            agencies[key] = _closed_agency(pair, label=label, actor=actor)
            filed.agencies += 1
        _file(pair, agencies[key], actor=actor, label=label)
        filed.cases += 1
    return filed


def _file(pair: Pair, agency_id: int, *, actor: Actor, label: str) -> None:
    now = clock.now()
    found = points.propose(pair.complaint) or (pair.complaint,)
    case = Case(
        reference=_free_reference(), key_hash=None, nonce_hash=pair.digest, outcome=None,
        kind=CaseKind.BEHAVIOUR.value, category=Category.OTHER.value, channel=Channel.IMPORT.value, language="vi",
        identity_mode=IdentityMode.ANONYMOUS.value, restricted=False, source=pair.source or label,
        agency_id=agency_id, narrative=pair.complaint, received_on=pair.received_on, entered_at=now,
        points=[Point(n=n, text=text) for n, text in enumerate(found, start=1)])
    db.session.add(case)
    lifecycle.file_historical(case, actor=actor, payload={"pair": pair.digest.removeprefix("import:")})
    # Filed today; when it was really given is known only if the pair says so.
    answered = datetime.combine(pair.answered_on, time(12), clock.VIETNAM) if pair.answered_on else None
    case.answered_at = answered
    db.session.add(Answer(
        case_id=case.id, round=0, version=1, author_id=None, outcome=None, found=pair.answer, saved_at=now,
        submitted_at=now, released_at=answered, points=[]))
    db.session.flush()  # the draft names the answer
    publication.draft_for(case, actor=actor)


def _agencies() -> dict[str, int]:
    """Every agency by its code and by its names, without accents; of two with one name the older row wins."""
    found: dict[str, int] = {}
    rows = db.session.execute(select(Agency.id, Agency.code, Agency.name_vi, Agency.name_en).order_by(Agency.id))
    for row in rows:
        for name in (row.code, row.name_vi, row.name_en):
            found.setdefault(_name_key(name), row.id)
    return found


def _closed_agency(pair: Pair, *, label: str, actor: Actor) -> int:
    """An agency nobody here knows: closed, with the import as its source, so that no case can be given to it."""
    code = "import." + hashlib.sha256(_name_key(pair.agency).encode()).hexdigest()[:16]
    agency = Agency(code=code, name_vi=pair.agency, name_en=pair.agency, tier=Tier.HISTORICAL.value,
                    valid_to=clock.today() - timedelta(days=1), source=f"import: {label}")
    db.session.add(agency)
    db.session.flush()  # the case and the event name it
    history.record(chain="sys:config", type="agency_imported", actor=actor, role=_role(actor),
                   payload={"agency": agency.id, "code": code})
    return agency.id


def _free_reference() -> str:
    """A reference that no case has. Five random bytes seldom meet; three tries are plenty."""
    for _ in range(8):
        reference = references.new_reference(secrets.token_bytes(5))
        if db.session.scalar(select(Case.id).where(Case.reference == reference)) is None:
            return reference
    raise RuntimeError("no free reference after eight tries")


def _role(actor: Actor) -> Role | None:
    return next((role for role in Role if role in actor.roles), None)


def _name_key(name: str) -> str:
    return " ".join(folding.fold(name).split())
