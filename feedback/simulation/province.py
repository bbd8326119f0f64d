"""The synthetic province: its agencies, who works there, and how diligent each of them is."""

from dataclasses import dataclass
from datetime import date
from random import Random

from flask import Flask

from feedback.domain.agencies import Tier
from feedback.domain.permissions import SYSTEM, Actor
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.queries.acting import actor_of
from feedback.services import accounts
from feedback.services.seeding import seed_reference_data

DEPARTMENTS = 12
SILENT, PASSING = 0, 1
"""Places of the agency that never answers and of the one that passes everything on."""
DILIGENCE = ((1, 3), (2, 5), (3, 7), (4, 8), (5, 12), (8, 19))
"""Working days from taking a case to its answer, least and most, from the quickest officer to the slowest."""
_PASSWORD = "mau thu nghiem khong ai dang nhap"


@dataclass(frozen=True)
class Officer:
    """Somebody who answers, and the span of working days it takes them."""

    actor: Actor
    days: tuple[int, int]


@dataclass(frozen=True)
class Office:
    """An agency at its work."""

    id: int
    place: int
    head: Actor
    officers: tuple[Officer, ...]

    @property
    def silent(self) -> bool:
        """It never answers anybody."""
        return self.place == SILENT

    @property
    def passing(self) -> bool:
        """It says of each case that another agency is competent."""
        return self.place == PASSING


@dataclass(frozen=True)
class Province:
    """Everybody who has a part."""

    offices: tuple[Office, ...]
    intake: tuple[Actor, ...]
    coordinators: tuple[Actor, ...]

    def office(self, agency_id: int) -> Office:
        """The office of this agency."""
        return next(office for office in self.offices if office.id == agency_id)


def build(app: Flask, rng: Random) -> Province:
    """Make the reference data, the agencies and the accounts, through the services where there is one."""
    with app.app_context(), writing():
        seed_reference_data()
        chairman = _agency("S00", Tier.PROVINCE_CHAIRMAN, None)
        office = _agency("S01", Tier.PROVINCE_OFFICE, chairman)
        departments = [_agency(f"S{10 + n}", Tier.DEPARTMENT, chairman) for n in range(DEPARTMENTS)]
        intake = [_person(f"tiep-nhan-{n}", Role.INTAKE, office) for n in range(2)]
        coordinators = [_person(f"dieu-phoi-{n}", Role.COORDINATOR, office) for n in range(2)]
        _person("lanh-dao", Role.LEADER, chairman)
        heads = [_person(f"lanh-dao-{n}", Role.AGENCY_HEAD, id_) for n, id_ in enumerate(departments)]
        officers = [[_person(f"can-bo-{n}-{m}", Role.OFFICER, id_) for m in range(3)]
                    for n, id_ in enumerate(departments)]
        db.session.flush()  # actors are put together from their rows
        return Province(
            offices=tuple(
                Office(id=id_, place=n, head=_actor(heads[n], Role.AGENCY_HEAD, id_), officers=tuple(
                    Officer(_actor(one, Role.OFFICER, id_), rng.choice(DILIGENCE)) for one in officers[n]))
                for n, id_ in enumerate(departments)),
            intake=tuple(_actor(one, Role.INTAKE, office) for one in intake),
            coordinators=tuple(_actor(one, Role.COORDINATOR, office) for one in coordinators))


def _agency(code: str, tier: Tier, parent: int | None) -> int:
    row = Agency(code=code, name_vi=f"Cơ quan mô phỏng {code}", name_en=f"Simulated agency {code}",
                 tier=tier.value, parent_id=parent, valid_from=date(2024, 1, 1),
                 email=f"{code.lower()}@mau.example", source="simulation")
    db.session.add(row)
    db.session.flush()  # people and parents name its id
    return row.id


def _person(name: str, role: Role, agency_id: int) -> int:
    return accounts.create_person(email=f"{name}@mau.example", name=name, password=_PASSWORD, roles=[role],
                                  actor=SYSTEM, agency_id=agency_id).id


def _actor(person_id: int, role: Role, agency_id: int) -> Actor:
    return actor_of(person_id, roles=[role], agency_id=agency_id)
