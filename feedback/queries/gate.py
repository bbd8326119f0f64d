"""Questions of the gate."""

from collections.abc import Sequence

from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models.answers import Answer


def close_reading_ids(case_ids: Sequence[int]) -> frozenset[int]:
    """Which of these cases have a newest submitted answer that wants a close reading; one statement."""
    if not case_ids:
        return frozenset()
    newest = (select(func.max(Answer.id)).where(Answer.case_id.in_(case_ids), Answer.submitted_at.is_not(None))
              .group_by(Answer.case_id))
    return frozenset(db.session.scalars(
        select(Answer.case_id).where(Answer.id.in_(newest), Answer.close_reading.is_(True))))
