"""Adding and changing agencies. A code is given once: published cases name it for ever."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from feedback.domain.agencies import Tier
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Actor
from feedback.domain.registers import demand_unchanged
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.queries.agencies import tree_below
from feedback.services import registers


@dataclass(frozen=True)
class AgencyFacts:
    """What an administrator says about an agency. ``valid_to`` None: it exists until further notice; closing it
    is ``services.reorganising``'s deed."""

    name_vi: str
    name_en: str
    tier: Tier
    parent_id: int | None
    valid_from: date | None
    valid_to: date | None
    email: str | None
    source: str


def facts_of(agency: Agency) -> AgencyFacts:
    """The same of a row, as it stands."""
    return AgencyFacts(
        name_vi=agency.name_vi, name_en=agency.name_en, tier=Tier(agency.tier), parent_id=agency.parent_id,
        valid_from=agency.valid_from, valid_to=agency.valid_to, email=agency.email, source=agency.source)


def add(code: str, facts: AgencyFacts, *, actor: Actor) -> Agency:
    """A new agency. Raises BadInput: code taken, parent unknown, valid_to before."""
    registers.hold()
    if db.session.scalar(select(Agency.id).where(Agency.code == code)) is not None:
        raise BadInput("code", "taken")
    _check(facts, below=frozenset())
    agency = Agency(code=code, **_columns(facts))
    db.session.add(agency)
    db.session.flush()  # the event names its id
    registers.noted("agency_added", actor=actor, agency=agency.id)
    return agency


def change(agency_id: int, facts: AgencyFacts, *, shown: str, actor: Actor) -> Agency:
    """Change what is said about an agency. ``shown`` is the fingerprint of what the page showed. Emptying
    ``valid_to`` opens it again. Raises RowChanged, BadInput as ``add`` and parent cycle."""
    registers.hold()
    agency = db.session.get_one(Agency, agency_id)
    before = facts_of(agency)
    demand_unchanged(asdict(before), shown)
    if before.valid_to is None and facts.valid_to is not None:
        raise BadInput("valid_to", "close_it")
    _check(facts, below=tree_below(agency_id))
    changed = registers.differing(asdict(before), asdict(facts))
    if not changed:
        return agency
    for name, value in _columns(facts).items():
        setattr(agency, name, value)
    if facts.valid_to is None:
        agency.successor_id = None
    registers.noted("agency_changed", actor=actor, agency=agency.id, fields=",".join(changed))
    return agency


def _columns(facts: AgencyFacts) -> dict[str, object]:
    return {**asdict(facts), "tier": facts.tier.value}


def _check(facts: AgencyFacts, *, below: frozenset[int]) -> None:
    if facts.parent_id is not None:
        if facts.parent_id in below:
            raise BadInput("parent_id", "cycle")
        if db.session.get(Agency, facts.parent_id) is None:
            raise BadInput("parent_id", "unknown")
    if facts.valid_from and facts.valid_to and facts.valid_to < facts.valid_from:
        raise BadInput("valid_to", "before")
