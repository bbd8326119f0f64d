"""The sweeps as data: what the house does by the clock, how often, and which of them cannot be taken back.

``workers/schedule.py`` gives each its deed; health measures each against its rhythm; a test holds them together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

TICK = timedelta(seconds=10)
"""How often each worker looks whether a sweep is due. All ticks of one such span make one run."""

LATEST = timedelta(minutes=5)
"""A sweep that has not begun for this long (or three of its rhythms, if that is longer) counts as late."""


@dataclass(frozen=True)
class Sweep:
    """One sweep. ``irreversible``: what it does cannot be undone, so a jump of the clock stops it."""

    name: str
    every: timedelta
    irreversible: bool = False

    @property
    def late_after(self) -> timedelta:
        """The silence after which somebody has to be told."""
        return max(LATEST, 3 * self.every)


_MINUTE = timedelta(minutes=1)

SWEEPS: Mapping[str, Sweep] = MappingProxyType({sweep.name: sweep for sweep in (
    Sweep("overdue", _MINUTE, irreversible=True),
    Sweep("outbox", TICK),
    Sweep("supply", _MINUTE, irreversible=True),
    Sweep("commitments", _MINUTE, irreversible=True),
    Sweep("close", 10 * _MINUTE, irreversible=True),
    Sweep("publish", _MINUTE, irreversible=True),
    Sweep("successors", 10 * _MINUTE, irreversible=True),
    Sweep("counts", 5 * _MINUTE),
    Sweep("drafts", 10 * _MINUTE, irreversible=True),
    Sweep("identities", timedelta(hours=1), irreversible=True),
    Sweep("checkpoint", timedelta(hours=1)),
    Sweep("calendar", timedelta(hours=1), irreversible=True),
    Sweep("rescan", _MINUTE),
    Sweep("files", timedelta(days=1), irreversible=True),
    Sweep("open_data", 2 * _MINUTE),
    Sweep("first_numbers", 10 * _MINUTE),
)})
"""In the order in which one tick runs them: the overdue first, because it must never wait for anything else."""
