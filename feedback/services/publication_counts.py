"""How many published cases stand behind each choice of the register's filters: read once by a sweep."""

from collections import Counter

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.publications import Publication
from feedback.queries.register_match import month_of
from feedback.services.register_index import agencies_above

MOST_PROCEDURES = 100
"""Procedures that are offered as a choice: those with most cases. The others are found by their name."""
AT_ONCE = 5_000
"""Rows taken from the database at a time."""

_READ = (
    Publication.agency_code, Publication.procedure_code, Publication.kind, Publication.category,
    Publication.outcome, Publication.published_on, Publication.historical, Publication.times_returned,
    Publication.times_passed_on, Publication.late_days, Publication.times_objected)


def publication_counts() -> dict[str, int]:
    """``published``, and ``published.<filter>.<code>`` for agency (its own), under (an agency with everything
    below it), procedure, kind, category, outcome, month and historical ('here', 'before');
    ``published.way.returned``, ``.passed_on``, ``.late`` and ``.objected`` (to the answer)."""
    by: dict[str, Counter[str]] = {name: Counter() for name in (
        "agency", "procedure", "kind", "category", "outcome", "month", "historical", "way")}
    total = 0
    chosen = select(*_READ).where(Publication.status == "published").execution_options(yield_per=AT_ONCE)
    for row in db.session.execute(chosen):
        total += 1
        by["agency"][row.agency_code] += 1
        by["kind"][row.kind] += 1
        by["category"][row.category] += 1
        by["outcome"][row.outcome] += 1
        by["month"][month_of(row.published_on)] += 1
        by["historical"]["before" if row.historical else "here"] += 1
        if row.procedure_code:
            by["procedure"][row.procedure_code] += 1
        by["way"]["returned"] += bool(row.times_returned)
        by["way"]["passed_on"] += bool(row.times_passed_on)
        by["way"]["late"] += bool(row.late_days)
        by["way"]["objected"] += bool(row.times_objected)
    by["procedure"] = Counter(dict(by["procedure"].most_common(MOST_PROCEDURES)))
    by["under"] = _with_above(by["agency"])
    return {"published": total, **{f"published.{name}.{code}": number
                                   for name, numbers in by.items() for code, number in numbers.items()}}


def _with_above(own: Counter[str]) -> Counter[str]:
    """Each agency with everything below it."""
    above, found = agencies_above(), Counter(own)
    for code, number in own.items():
        for higher in above.get(code, ()):
            found[higher] += number
    return found
