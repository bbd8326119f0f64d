"""What every import of a register shares: what it gives back, and the refusal that carries all faults."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from feedback.domain.errors import HouseError
from feedback.domain.permissions import Actor
from feedback.domain.register_files import Column, Fault, Reading, read
from feedback.services import registers


class Faulty(HouseError):
    """The file has faults: nothing was brought in. ``faults`` are all of them, in the order of the rows;
    ``missing`` the needed columns that are not there."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(f"{len(reading.faults)} faults, {len(reading.missing)} columns missing")
        self.faults: list[Fault] = sorted(reading.faults, key=lambda fault: (fault.row, fault.column))
        self.missing, self.ignored = reading.missing, reading.ignored


@dataclass
class Brought:
    """What an import did. ``closed``: ids of agencies that the file ends and whose open cases have to move;
    ``moved_cases`` and ``late_cases``: cases whose due date a new calendar moved, or made overdue."""

    read: int = 0
    new: int = 0
    changed: int = 0
    ignored: list[str] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    moved_cases: int = 0
    late_cases: int = 0

    @property
    def same(self) -> int:
        """Rows that stood there already as given."""
        return self.read - self.new - self.changed


def opened(data: bytes, columns: Mapping[str, Column]) -> Reading:
    """The file, read; nobody else changes a register from now on. Raises Faulty when columns are missing; faults
    of rows stay in the reading, so that they can be told together with those between rows."""
    registers.hold()
    reading = read(data, columns)
    if reading.missing or (reading.faults and not reading.rows):
        raise Faulty(reading)
    return reading


def demand_no_fault(reading: Reading) -> None:
    """Raises Faulty when anything is wrong with the file."""
    if reading.faults:
        raise Faulty(reading)


def noted(register: str, data: bytes, brought: Brought, *, actor: Actor) -> None:
    """Write the import into the chain of the settings, unless it changed nothing."""
    if brought.new or brought.changed:
        registers.noted("register_imported", actor=actor, register=register, rows=brought.read, new=brought.new,
                        changed=brought.changed, file=hashlib.sha256(data).hexdigest())
