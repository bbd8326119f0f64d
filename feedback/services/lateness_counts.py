"""Late answers and apologies by agency and month, for the statistics: counted by the sweep, never by a reader."""

from datetime import timedelta

from sqlalchemy import select

from feedback import clock
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.queries.apology_register import counts


def lateness_counts() -> dict[str, int]:
    """For this month and the one before: ``late.<2026-11>.<agency code>.answers``, ``.apologies`` and ``.without``
    (late answers without an apology: absence is counted). No name of a person."""
    this = clock.today().replace(day=1)
    codes = dict(db.session.execute(select(Agency.id, Agency.code)).all())
    found: dict[str, int] = {}
    for first in ((this - timedelta(days=1)).replace(day=1), this):
        for one in counts(first):
            name = f"late.{first:%Y-%m}.{codes[one.agency_id]}"
            found.update({f"{name}.answers": one.answers, f"{name}.apologies": one.apologies,
                          f"{name}.without": one.without})
    return found
