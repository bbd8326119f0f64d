"""What the benches of the register give each other: the scale, the house they measure in, and what they found.

Each bench is a module with ``def measure(bench: Bench) -> list[Measured]``. It is called once for each database,
in the order of ``tests.bench.__main__.BENCHES``. It may raise: the failure is reported and the next one goes on.
Ratios only compare figures of one run; no time is ever demanded as such (``Measured.target`` of a time is a share
of ``bench.page_ms()``).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from feedback.config import Settings

if TYPE_CHECKING:
    from tests.bench.generator import Facts

Target = tuple[str, float]
"""('<=' or '>=' or '=', number), in the unit of the value."""


@dataclass(frozen=True)
class Scale:
    """How much is measured. ``cases``: published ones. ``small``: of the database that size independence (P4) is
    compared with. ``seconds``: of one window of load; ``rounds``: windows of each side, alternated. ``requests``:
    of the memory bench (P18). ``due``: newly overdue ones (P15) and ``notices`` owed (P16). ``full_form``: False
    where only the working of the bench is asked for, and figures say nothing."""

    name: str
    cases: int
    small: int
    seconds: float
    rounds: int
    requests: int
    due: int
    notices: int
    full_form: bool = True


SCALES = {scale.name: scale for scale in (
    Scale("tiny", 2_000, 500, 0.3, 1, 200, 100, 50, full_form=False),
    Scale("ci", 20_000, 2_000, 2.0, 3, 2_000, 1_000, 1_000),
    Scale("mid", 200_000, 10_000, 5.0, 3, 20_000, 10_000, 10_000),
    Scale("full", 1_000_000, 10_000, 5.0, 3, 20_000, 10_000, 10_000),
)}


@dataclass
class Measured:
    """One figure beside its target. With ``void`` (one honest sentence: why there is no verdict) or without a
    value or target it has no verdict."""

    id: str
    """Of ``performance.md`` §5: 'P1'."""
    what: str
    """What was measured, in words: 'list, first page: requests/s, share of the page's'."""
    database: str
    """sqlite, postgresql, or '-' where none is in it."""
    value: float | None
    unit: str
    """'ratio', 'count', 'ms', 'MB', 'percent'. A share is a ratio: 0.56."""
    target: Target | None = None
    spread: float | None = None
    """Highest over lowest of the rounds; 1.0 is none."""
    note: str = ""
    void: str = ""
    raw: dict[str, Any] = field(default_factory=dict)
    """The figures behind it: what report readers need to judge. Anything JSON can write."""

    @property
    def passed(self) -> bool | None:
        """Whether the target holds; None: no verdict."""
        if self.void or self.value is None or self.target is None:
            return None
        wanted = self.target[1]
        return {"<=": self.value <= wanted, ">=": self.value >= wanted, "=": self.value == wanted}[self.target[0]]


@dataclass
class Bench:
    """One database filled by the generator, and what is measured on it."""

    scale: Scale
    database: str
    """sqlite or postgresql."""
    settings: Settings
    """Of the product on this database: no Redis, no mail, ``FEEDBACK_TRUSTED_HOSTS`` loopback."""
    cases: int
    """How many published cases this database holds."""
    folder: Path
    """Folder of built databases; benches write nothing else into it."""
    seed: int
    facts: "Facts"
    """What the generator planted: rare phrases, references, tracking keys, people."""
    house: Any = field(repr=False, default=None)
    """``tests.bench.built.House``: makes the copies; for the methods below."""

    @property
    def url(self) -> str:
        """SQLAlchemy's URL of the database. Reading benches write nothing into it: see ``copy``."""
        return self.settings.database_url

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """The real app in this process on the built database; its connections are let go at the end."""
        from tests.bench import built

        with built.open_app(self.settings) as app:
            yield app

    def copy(self, *, cases: int | None = None) -> "AbstractContextManager[Bench]":
        """The same bench on a fresh copy of the database, gone afterwards, for whatever writes; with ``cases``
        on a copy of a database of that many published cases (made when there is none yet)."""
        return self.house.copy(self.cases if cases is None else cases)

    def sized(self, cases: int) -> "AbstractContextManager[Bench]":
        """The same bench on a built database of another size, for reading only."""
        return self.house.sized(cases)

    def server(self) -> "AbstractContextManager[str]":
        """The product under gunicorn with the flags of ``feedback web``, two workers, on a free loopback port,
        for this database; yields 'http://127.0.0.1:PORT'."""
        from tests.bench import serving

        return serving.product(self.settings)

    def page_ms(self, *, anew: bool = False) -> float:
        """The yardstick: p50 in milliseconds of the ceiling's page of 20 rows, one request at a time over one
        kept-alive connection, under the same flags; measured in this run once, or ``anew``."""
        return self.house.page_ms(anew=anew)
