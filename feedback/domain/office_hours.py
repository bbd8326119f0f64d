"""The hours in which an office is open: limits counted in working hours run only inside them.

Office hours differ from province to province, so they are a value that is handed in, never a constant.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM_TIME = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Viet Nam has kept UTC+7 without daylight saving since 1975, so a fixed offset is exact for every case."""


@dataclass(frozen=True)
class OfficeHours:
    """Opening periods of a working day, local time, earliest first; each is (opens, closes).

    Raises ValueError when there is no period, when one is empty or when two overlap or stand in wrong order.
    """

    periods: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        if not self.periods:
            raise ValueError("office hours need at least one period")
        edges = [edge for period in self.periods for edge in period]
        if any(later < earlier for earlier, later in zip(edges, edges[1:], strict=False)):
            raise ValueError("office hours must be in order and must not overlap")
        if any(opens == closes for opens, closes in self.periods):
            raise ValueError("a period of office hours is empty")

    @property
    def closes(self) -> time:
        """The local time at which the working day ends."""
        return self.periods[-1][1]


DEFAULT_OFFICE_HOURS = OfficeHours(periods=((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))))


@dataclass(frozen=True)
class HourSlice:
    """A stretch of counted working time inside one opening period. Both ends are aware UTC instants."""

    starts: datetime
    ends: datetime


def local(instant: datetime) -> datetime:
    """The aware instant on the clock of Viet Nam. Raises ValueError for an instant without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(VIETNAM_TIME)


def _open_from(
    instant: datetime, hours: OfficeHours, is_working: Callable[[date], bool]
) -> Iterator[HourSlice]:
    day = local(instant).date()
    while True:
        if is_working(day):
            for opens, closes in hours.periods:
                start = max(datetime.combine(day, opens, VIETNAM_TIME), instant)
                end = datetime.combine(day, closes, VIETNAM_TIME)
                if start < end:
                    yield HourSlice(starts=start.astimezone(UTC), ends=end.astimezone(UTC))
        day += timedelta(days=1)


def slices(
    instant: datetime, amount: int, hours: OfficeHours, is_working: Callable[[date], bool]
) -> list[HourSlice]:
    """The stretches of open time that make up ``amount`` working hours from ``instant`` on, in order.

    An hour limit runs from the stated moment (Civil Code 2015, article 147), but closed hours do not count.
    ``amount`` is whole hours, at least 1. Raises ValueError for less or for an instant without a time zone.
    """
    if amount < 1:
        raise ValueError("a limit in working hours is at least one hour")
    left = timedelta(hours=amount)
    found: list[HourSlice] = []
    for piece in _open_from(instant, hours, is_working):
        ends = min(piece.ends, piece.starts + left)
        found.append(HourSlice(starts=piece.starts, ends=ends))
        left -= ends - piece.starts
        if not left:
            break
    return found


def slices_before(
    instant: datetime, amount: int, hours: OfficeHours, is_working: Callable[[date], bool]
) -> list[HourSlice]:
    """The stretches of open time that make up the ``amount`` working hours before ``instant``, in order: the first
    one begins when exactly so much open time is left. Raises ValueError as ``slices``."""
    if amount < 1:
        raise ValueError("a distance in working hours is at least one hour")
    left = timedelta(hours=amount)
    found: list[HourSlice] = []
    for piece in _open_until(instant, hours, is_working):
        starts = max(piece.starts, piece.ends - left)
        found.append(HourSlice(starts=starts, ends=piece.ends))
        left -= piece.ends - starts
        if not left:
            break
    return found[::-1]


def _open_until(
    instant: datetime, hours: OfficeHours, is_working: Callable[[date], bool]
) -> Iterator[HourSlice]:
    day = local(instant).date()
    while True:
        if is_working(day):
            for opens, closes in reversed(hours.periods):
                start = datetime.combine(day, opens, VIETNAM_TIME)
                end = min(datetime.combine(day, closes, VIETNAM_TIME), instant)
                if start < end:
                    yield HourSlice(starts=start.astimezone(UTC), ends=end.astimezone(UTC))
        day -= timedelta(days=1)


def from_minutes(
    morning_opens: int, morning_closes: int, afternoon_opens: int, afternoon_closes: int
) -> OfficeHours:
    """Office hours from minutes since midnight. A half of the day that opens when it closes is closed. Raises
    ValueError as OfficeHours."""
    edges = ((morning_opens, morning_closes), (afternoon_opens, afternoon_closes))
    return OfficeHours(tuple((_minute(opens), _minute(closes)) for opens, closes in edges if opens != closes))


def _minute(since_midnight: int) -> time:
    return time(since_midnight // 60, since_midnight % 60)
