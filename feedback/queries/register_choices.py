"""What the register can be narrowed to, with how many cases stand behind each choice: as the sweep counted it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select

from feedback.domain import folding
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.publications import RegisterCount

PREFIX = "published."
UNDER, PROCEDURE = f"{PREFIX}under.", f"{PREFIX}procedure."


@dataclass(frozen=True)
class Choice:
    """One value of a filter. The names are those of an agency or a procedure; empty elsewhere."""

    value: str
    number: int
    name_vi: str = ""
    name_en: str = ""


Choices = Mapping[str, Sequence[Choice]]
"""By filter: agency (with everything below it), procedure, kind, category, outcome, month, historical, way."""


def choices() -> Choices:
    """Every choice behind which there are cases, in one statement: agencies and procedures by name, months the
    newest first, the rest with most cases first. Empty until the first count."""
    name, code = RegisterCount.name, func.substr
    rows = db.session.execute(
        select(name, RegisterCount.value, Agency.name_vi, Agency.name_en, Procedure.name_vi, Procedure.name_en)
        .outerjoin(Agency, and_(name.startswith(UNDER), Agency.code == code(name, len(UNDER) + 1)))
        .outerjoin(Procedure, and_(name.startswith(PROCEDURE), Procedure.code == code(name, len(PROCEDURE) + 1)))
        .where(name.startswith(PREFIX), ~name.startswith(f"{PREFIX}agency."), RegisterCount.value > 0))
    found: dict[str, list[Choice]] = defaultdict(list)
    for row in rows:
        kind, _, value = row[0].removeprefix(PREFIX).partition(".")
        if kind == "under" and row[2] is not None:
            found["agency"].append(Choice(value, row[1], row[2], row[3]))
        elif kind == "procedure" and row[4] is not None:
            found["procedure"].append(Choice(value, row[1], row[4], row[5]))
        elif kind not in ("under", "procedure"):
            found[kind].append(Choice(value, row[1]))
    for kind, listed in found.items():
        if kind in ("agency", "procedure"):
            listed.sort(key=lambda one: folding.fold(one.name_vi))
        elif kind == "month":
            listed.sort(key=lambda one: one.value, reverse=True)
        else:
            listed.sort(key=lambda one: (-one.number, one.value))
    return found
