"""What the house proposes to intake beside each new complaint, and why. A person decides; this applies nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from feedback import clock
from feedback.domain.agencies import Tier
from feedback.domain.kinds import Category
from feedback.domain.permissions import Actor
from feedback.domain.proposing.reading import Reading, read
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Point
from feedback.queries import categories
from feedback.queries.duplicates import Twin, twins

TIER_OF: Mapping[Category, Tier] = {
    Category.NOT_GUIDED: Tier.PROVINCE_SERVICE_CENTRE, Category.NOT_ANSWERED: Tier.PROVINCE_OFFICE,
    Category.PASSED_AROUND: Tier.PROVINCE_OFFICE,
}
"""Where complaints of a category go when nothing else says it (domain.md §0.1): to the one agency of this tier."""


class Ground(StrEnum):
    """Why an agency is proposed, in the order in which it is looked for. Never the sender's address."""

    NAMED = "named"
    PROCEDURE = "procedure"
    CATEGORY = "category"
    TIER = "tier"


@dataclass(frozen=True)
class AgencyProposal:
    """An open agency, why, and the closed one in whose place it stands."""

    agency: Agency
    ground: Ground
    instead_of: Agency | None = None


@dataclass(frozen=True)
class Proposed:
    """Everything proposed for one case. ``category`` is the one that the words suggest, else what
    the sender chose."""

    reading: Reading
    category: Category
    agency: AgencyProposal | None
    twins: Sequence[Twin]

    @property
    def other_category(self) -> bool:
        """Whether the words suggest another category than the sender's."""
        return self.reading.category is not None


def proposals(actor: Actor, cases: Sequence[Case]) -> dict[int, Proposed]:
    """For each case (with its procedure loaded) what is proposed, by case id. At most seven statements, however
    many cases."""
    if not cases:
        return {}
    known = {row.id: row for row in db.session.scalars(select(Agency))}
    routes = {offer.category: offer.route_agency_id for offer in categories.settings().values()}
    alike = twins(actor, cases)
    points: dict[int, list[str]] = {case.id: [] for case in cases}
    for point in db.session.scalars(select(Point).where(Point.case_id.in_(points)).order_by(Point.n)):
        points[point.case_id].append(point.text)
    found = {}
    for case in cases:
        reading = read(case.narrative, tuple(points[case.id]))
        chosen = Category(case.category)
        if reading.category is not None and reading.category.code == chosen.value:
            reading = Reading(None, reading.urgency, reading.denunciation)
        category = Category(reading.category.code) if reading.category is not None else chosen
        found[case.id] = Proposed(reading=reading, category=category, twins=alike[case.id],
                                  agency=_agency(case, category, known, routes))
    return found


def _agency(case: Case, category: Category, known: Mapping[int, Agency],
            routes: Mapping[Category, int | None]) -> AgencyProposal | None:
    procedure = case.procedure
    ways = ((Ground.NAMED, case.named_agency_id),
            (Ground.PROCEDURE, procedure.agency_id if procedure is not None else None),
            (Ground.CATEGORY, routes.get(category)), (Ground.TIER, _only_of(TIER_OF.get(category), known)))
    for ground, agency_id in ways:
        first = known.get(agency_id) if agency_id is not None else None
        if first is not None and (last := _today(first, known)) is not None:
            return AgencyProposal(last, ground, instead_of=first if last is not first else None)
    return None


def _today(agency: Agency, known: Mapping[int, Agency]) -> Agency | None:
    """The agency, or whoever took over from it and exists today; None when nobody did."""
    seen: set[int] = set()
    current: Agency | None = agency
    while current is not None and current.id not in seen:
        if _open(current):
            return current
        seen.add(current.id)
        current = known.get(current.successor_id) if current.successor_id is not None else None
    return None


def _open(agency: Agency) -> bool:
    today = clock.today()
    return ((agency.valid_from is None or agency.valid_from <= today)
            and (agency.valid_to is None or agency.valid_to >= today))


def _only_of(tier: Tier | None, known: Mapping[int, Agency]) -> int | None:
    ids = [row.id for row in known.values() if tier is not None and row.tier == tier.value and _open(row)]
    return ids[0] if len(ids) == 1 else None
