"""The only place that knows what time it is.

Instants are timezone-aware UTC; dates are dates in Viet Nam (Asia/Ho_Chi_Minh, UTC+7 without daylight saving).
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime

from feedback.domain.office_hours import VIETNAM_TIME

VIETNAM = VIETNAM_TIME
"""The one time zone of the house; the rules count in it too."""

_pretended: ContextVar[datetime | None] = ContextVar("pretended_now", default=None)


def now() -> datetime:
    """This instant, aware, in UTC, to the microsecond."""
    return _pretended.get() or datetime.now(UTC)


def today() -> date:
    """Today's date in Viet Nam."""
    return local_date(now())


def local_date(instant: datetime) -> date:
    """The date in Viet Nam on which this aware instant falls."""
    return instant.astimezone(VIETNAM).date()


@contextlib.contextmanager
def travelling(instant: datetime) -> Iterator[None]:
    """Play the block as if it were ``instant`` (aware). Only the sample data and the simulation use it, to
    grow a past."""
    token = _pretended.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _pretended.reset(token)
