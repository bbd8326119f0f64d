"""The columns of a list of cases as a file: what the desks' lists show, nothing of the sender or their words."""

from flask_babel import lazy_gettext as _l

from feedback.queries.cases import Row
from feedback.queries.deadlines import Due
from feedback.web.csv_lists import Column
from feedback.web.filters import name_of
from feedback.web.labels import FILTERS


def days_late(due: Due | None) -> object:
    """Working days past the day; empty when not late."""
    return due.days if due is not None and due.state == "late" else None


def case_columns(held_label: object) -> tuple[Column[Row], ...]:
    """The columns of ``desk/_list.html``; ``held_label`` names the clock of whoever holds the case."""
    return (
        Column(_l("Reference"), lambda row: row.case.reference),
        Column(_l("Category"), lambda row: FILTERS["category"](row.case.category)),
        Column(_l("Procedure"), lambda row: name_of(row.case.procedure) if row.case.procedure else None),
        Column(_l("Where it is"), lambda row: FILTERS["state"](row.case.state)),
        Column(_l("Agency"), lambda row: name_of(row.case.agency) if row.case.agency else None),
        Column(_l("Officer"), lambda row: row.case.officer.display_name if row.case.officer else None),
        Column(_l("Received"), lambda row: row.case.received_on),
        Column(held_label, lambda row: row.due.on if row.due else None),
        Column(_l("Answer to the citizen"), lambda row: row.total.on if row.total else None),
        Column(_l("Working days late"), lambda row: days_late(row.total)),
    )
