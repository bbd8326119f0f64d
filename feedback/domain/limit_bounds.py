"""How far the province may set a limit: what the law caps, and in what a limit may be counted."""

from dataclasses import dataclass

from feedback.domain.calendar import Unit
from feedback.domain.kinds import CaseKind
from feedback.domain.limits import DEFAULT_LIMITS, FOR_ALL, LimitRule, Only

MOST: dict[Unit, int] = {Unit.WORKING_DAYS: 250, Unit.CALENDAR_DAYS: 365, Unit.WORKING_HOURS: 160}
"""Beyond a year a limit is none."""


@dataclass(frozen=True)
class Cap:
    """The most that a law allows, and where it says so."""

    amount: int
    unit: Unit
    basis: str


CAPS: dict[str, Cap] = {
    "transfer": Cap(5, Unit.WORKING_DAYS, "Điều 9 Nghị định 20/2008/NĐ-CP"),
    "complaint_notice": Cap(10, Unit.CALENDAR_DAYS, "Luật Khiếu nại"),
    "denunciation_check": Cap(10, Unit.WORKING_DAYS, "Luật Tố cáo, Điều 24"),
    "denunciation_transfer": Cap(5, Unit.WORKING_DAYS, "Luật Tố cáo, Điều 24"),
    "tell_submitter": Cap(10, Unit.WORKING_DAYS, "Luật Tiếp công dân, Điều 28"),
}
"""By key of the limit; the others are the province's own to set (domain.md §1.9)."""

LEGAL_DOCUMENT = Cap(15, Unit.CALENDAR_DAYS, "Công điện 89/CĐ-TTg ngày 16/6/2025")
"""For ``total`` where it holds for complaints about the content of a rule."""

_DEFAULTS: dict[str, LimitRule] = {rule.key: rule for rule in reversed(DEFAULT_LIMITS)}
"""The first rule of each key is the one for all cases."""


def cap_of(key: str, only: Only = FOR_ALL) -> Cap | None:
    """The most that the law allows for this limit under these conditions; None: the province decides."""
    if key == "total" and only.case_kind == CaseKind.RULE.value:
        return LEGAL_DOCUMENT
    return CAPS.get(key)


def may_be_narrowed(key: str) -> bool:
    """Whether a limit may hold for some cases only: the clocks that a case itself has. What is asked for without a
    case at hand (publication, objections, what other laws say) has one row. Raises KeyError for an unknown key."""
    return _DEFAULTS[key].kind is not None and key not in ("publish", "instruction")


def units_of(key: str, only: Only = FOR_ALL) -> tuple[Unit, ...]:
    """The units in which this limit may be counted: any for a clock of the house, otherwise the one the rule was
    made in; a capped one in the unit of its law. Raises KeyError for an unknown key."""
    rule = _DEFAULTS[key]
    if (cap := cap_of(key, only)) is not None:
        return (cap.unit,)
    if rule.kind is None or key == "publish":
        return (rule.unit,)
    return tuple(Unit)


def fault_of(key: str, amount: int, unit: Unit, only: Only = FOR_ALL) -> tuple[str, str] | None:
    """The field and the code of what is wrong: amount range, amount cap, unit fixed; None when all is well."""
    if unit not in units_of(key, only):
        return "unit", "fixed"
    if not 1 <= amount <= MOST[unit]:
        return "amount", "range"
    cap = cap_of(key, only)
    return ("amount", "cap") if cap is not None and amount > cap.amount else None
