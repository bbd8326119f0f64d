"""The counted figures about late answers and apologies, by agency and month, as the sweep left them."""

from dataclasses import dataclass

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.publications import RegisterCount


@dataclass(frozen=True)
class LateFigure:
    """Of one agency, without those below it, in one month ('2026-11'). ``without``: late answers that came without
    an apology."""

    month: str
    code: str
    name_vi: str
    name_en: str | None
    answers: int
    apologies: int
    without: int


def late_figures() -> list[LateFigure]:
    """The newest month first, then by name; agencies with nothing to show are left out. Two statements."""
    rows = db.session.execute(select(RegisterCount.name, RegisterCount.value).where(
        RegisterCount.name.startswith("late.", autoescape=True)))
    found: dict[tuple[str, str], dict[str, int]] = {}
    for name, value in rows:
        _late, month, rest = name.split(".", 2)
        code, what = rest.rsplit(".", 1)
        found.setdefault((month, code), {})[what] = value
    if not found:
        return []
    named = {row.code: row for row in db.session.execute(
        select(Agency.code, Agency.name_vi, Agency.name_en).where(Agency.code.in_({code for _, code in found})))}
    figures = [LateFigure(month, code, named[code].name_vi, named[code].name_en, given.get("answers", 0),
                          given.get("apologies", 0), given.get("without", 0))
               for (month, code), given in found.items() if code in named and any(given.values())]
    return sorted(sorted(figures, key=lambda one: one.name_vi), key=lambda one: one.month, reverse=True)
