"""What the clocks ought to be: each due date counted anew, and each rung that a sweep had to fire.

Read from the rows only: when a clock began and stopped and under which limit; when the sender was asked and when
that ended; when the calendar changed; when the overdue were swept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count

from feedback.simulation.counter import DayBook, day_of, day_over, midnight

PAUSED_KINDS = ("total", "handle", "redo")
"""What runs for the answer waits while the sender is asked."""


@dataclass(frozen=True)
class Step:
    """A rung as a row of data: ``offset`` from the due day in working days or hours."""

    key: str
    offset: int
    in_hours: bool

    @property
    def warns(self) -> bool:
        """It comes before the time is over: no escalation."""
        return self.offset < 0 or (self.offset == 0 and not self.in_hours)


@dataclass
class Ran:
    """One clock as its row says, without what the house computed for it: ``due`` is what the row claims."""

    id: int
    case_id: int
    kind: str
    began: datetime
    zero: date
    stopped: datetime | None
    amount: int | None
    unit: str
    named_day: date | None
    """The day that somebody named (a promise, a granted extension), where no limit is counted."""
    due: datetime
    paused_days: int
    ends: list[tuple[datetime, date, datetime]] = field(default_factory=list)
    """From when on it was due on which day and at which instant, as counted here."""
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    given_back: int = 0
    carried: int = 0
    """Paused days of the clock that an extended one goes on from."""
    fired: dict[str, datetime] = field(default_factory=dict)

    def end_at(self, instant: datetime) -> tuple[date, datetime]:
        """The due day and instant that held then."""
        found = self.ends[0]
        for end in self.ends:
            if end[0] < instant:
                found = end
        return found[1], found[2]

    def runs_at(self, instant: datetime) -> bool:
        """Whether a sweep at this instant meets it running: not stopped before, and not waiting for the sender."""
        return (self.began < instant and (self.stopped is None or self.stopped >= instant)
                and not any(a < instant and (b is None or b >= instant) for a, b in self.pauses))


def count_ends(ran: Ran, asked: Iterable[tuple[datetime, datetime | None, datetime | None]],
               books: list[tuple[datetime, DayBook]]) -> None:
    """Fill in ``ends``, ``pauses`` and ``given_back``. ``asked``: when the sender was asked, when the case went
    on, and the end of the time to reply, beyond which there is no pause."""
    book = _book_at(books, ran.began)
    _note_end(ran, ran.began, book)
    order = count()
    todo: list[tuple[datetime, int, int, object]] = [
        (at, 0, next(order), new) for at, new in books
        if ran.began < at and (ran.stopped is None or at <= ran.stopped)]
    if ran.kind in PAUSED_KINDS:
        todo += [(start, 1, next(order), (end, last)) for start, end, last in asked
                 if ran.began < start and (ran.stopped is None or start < ran.stopped)]
    heapify(todo)
    while todo:  # in the order of time: whether a pause begins depends on the day that held then
        at, sort, _, what = heappop(todo)
        if sort == 0:
            assert isinstance(what, DayBook)
            book = what
            _note_end(ran, at, book)
        elif sort == 1:
            end, last = what  # type: ignore[misc]
            if at <= ran.ends[-1][2]:
                ran.pauses.append((at, end))
                if end is not None and (ran.stopped is None or end <= ran.stopped):
                    heappush(todo, (end, 2, next(order), (at, min(end, last) if last else end)))
        else:
            start, end = what  # type: ignore[misc]
            ran.given_back += book.between(day_of(start), day_of(end))
            _note_end(ran, at, book)


def _note_end(ran: Ran, at: datetime, book: DayBook) -> None:
    if ran.named_day is not None or ran.amount is None:
        on = ran.named_day or day_of(ran.due)
        on = book.working(on, ran.given_back) if ran.given_back else on
        ran.ends.append((at, on, day_over(on)))
        return
    if ran.unit == "working_hours":
        instant = book.hours(ran.began, ran.amount)
        ran.ends.append((at, day_of(instant), instant))
        return
    count = book.working if ran.unit == "working_days" else book.calendar
    on = count(ran.zero, ran.amount)
    if ran.given_back:
        on = book.working(on, ran.given_back)
    ran.ends.append((at, on, day_over(on)))


def climb(clocks: list[Ran], sweeps: list[datetime], books: list[tuple[datetime, DayBook]],
          ladders: Mapping[str, list[Step]]) -> None:
    """Walk through the sweeps of one case's life and write into each clock which rung had to fire when: a clock
    one rung a look and a day, a case one step after a due day a day, hours apart for rungs in hours, none that
    warns of what is over."""
    last_climb: date | None = None
    owed: dict[tuple[object, ...], datetime] = {}
    for now in sweeps:
        book, today = _book_at(books, now), day_of(now)
        running = [(ran.end_at(now), ran) for ran in clocks if ran.runs_at(now)]
        for (on, at), ran in sorted(running, key=lambda one: (one[0][0], one[1].id)):
            steps = [step for step in ladders[ran.kind]
                     if step.key not in ran.fired and not (step.warns and now > at)]
            ripe = []
            for step in steps:
                key = (on, at, step.offset, step.in_hours, id(book))
                if key not in owed:
                    owed[key] = book.hours(at, step.offset) if step.in_hours else midnight(
                        book.working(on, step.offset))
                if owed[key] <= now:
                    ripe.append((owed[key], step))
            if not ripe:
                continue
            step = min(ripe, key=lambda one: one[0])[1]
            last = max(ran.fired.values(), default=None)
            if last is not None and (now - last < timedelta(hours=1) if step.in_hours else day_of(last) >= today):
                continue
            if not step.warns and not step.in_hours:
                if last_climb == today:
                    continue
                last_climb = today
            ran.fired[step.key] = now


def _book_at(books: list[tuple[datetime, DayBook]], instant: datetime) -> DayBook:
    found = books[0][1]
    for at, book in books:
        if at <= instant:
            found = book
    return found
