"""What a reader asks of the register, read from the address: words, filters, order and place in the list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import lazy_gettext as _l

from feedback.domain.answers.structured import Outcome
from feedback.domain.kinds import CaseKind, Category
from feedback.queries.register_page import Cursor, Filters

LONGEST = 200
"""Characters of a question that are read; the box takes no more."""
WAYS = {"returned": _l("Returned as vague"), "passed_on": _l("Passed on between agencies"),
        "late": _l("Answered late"), "objected": _l("The sender objected to the result")}
"""What may have gone wrong on the way of a case, to be ticked."""
NAMES = ("agency", "procedure", "category", "kind", "outcome", "month", "historical", *WAYS)
HISTORICAL = {"here": _l("Handled in this system"), "before": _l("Answered before this system, retold")}
OUTCOMES = frozenset({*Outcome, "not_recorded"})

_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,18})")
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True)
class Asked:
    """One question to the register. What cannot be meant (an unknown category, a broken place) is left out;
    ``ignored``: that was one of the filters."""

    text: str
    filters: Filters
    best: bool
    cursor: Cursor | None
    shown_before: int
    ignored: bool = False

    def chosen(self, name: str) -> str:
        """The value of a filter as it stands in the address; empty when it is not in force."""
        if name == "historical":
            return {None: "", True: "before", False: "here"}[self.filters.historical]
        if name in WAYS:
            return "1" if getattr(self.filters, name) else ""
        return getattr(self.filters, name) or ""

    def query(self, **changed: str | None) -> dict[str, str]:
        """The address's parameters, with some changed (None: taken out), from the list's beginning."""
        now: dict[str, str | None] = {"q": self.text, "sort": "best" if self.best else None,
                                      **{name: self.chosen(name) for name in NAMES}, **changed}
        return {name: value for name, value in now.items() if value}

    def kept(self) -> list[dict[str, str]]:
        """The filters as hidden fields of the search form."""
        return [{"name": name, "value": self.chosen(name)} for name in NAMES if self.chosen(name)]


def asked(args: Mapping[str, str]) -> Asked:
    """Read the parameters of an address."""
    text = args.get("q", "")[:LONGEST].strip()
    agency, procedure, month = args.get("agency", ""), args.get("procedure", ""), args.get("month", "")
    category, kind, outcome = args.get("category", ""), args.get("kind", ""), args.get("outcome", "")
    shown = args.get("shown", "")
    filters = Filters(
        agency=agency if _CODE.fullmatch(agency) else None,
        procedure=procedure if _CODE.fullmatch(procedure) else None,
        kind=kind if kind in frozenset(CaseKind) else None,
        category=category if category in frozenset(Category) else None,
        outcome=outcome if outcome in OUTCOMES else None,
        month=month if _MONTH.fullmatch(month) else None,
        historical={"here": False, "before": True}.get(args.get("historical", "")),
        returned=args.get("returned") == "1", passed_on=args.get("passed_on") == "1", late=args.get("late") == "1",
        objected=args.get("objected") == "1")
    read = Asked(
        text=text, filters=filters, best=args.get("sort") == "best" and bool(text),
        cursor=_cursor(args.get("older", ""), newer=False) or _cursor(args.get("newer", ""), newer=True),
        shown_before=min(int(shown), 1_000) if re.fullmatch(r"[0-9]{1,4}", shown) else 0)
    return replace(read, ignored=any(args.get(name, "") and not read.chosen(name) for name in NAMES))


def _cursor(value: str, *, newer: bool) -> Cursor | None:
    match = _CURSOR.fullmatch(value)
    if match is None or not value.isascii():
        return None
    try:
        return Cursor(date.fromisoformat(match[1]), int(match[2]), newer=newer)
    except ValueError:
        return None
