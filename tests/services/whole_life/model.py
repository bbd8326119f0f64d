"""What a case ought to be after each step, in plain words: where it is, who has it, what clocks run until when."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.services.whole_life.days import DAY, Days, day_of, midnight

ENDED = ("refused", "guided", "forwarded_outside", "merged", "answered", "closed", "withdrawn")
GONE = ("refused", "guided", "forwarded_outside", "merged", "withdrawn")
"""Ended without an answer: no other case can be joined to it, and an objection goes back to intake."""
AWAITING = ("awaiting_submitter", "awaiting_details")
WORKED_ON = ("assigned", "in_progress")
UNREAD = ("submitted", "accepted")
AT_AGENCY = ("assigned", "in_progress", "awaiting_details", "agency_approval", "gate_review")
"""Exactly one agency holds a case in these."""
FOR_THE_ANSWER = ("total", "handle", "redo")
"""Clocks that wait while the sender is asked."""
LEADS_TO = {"refuse": "refused", "guide": "guided", "forward_outside": "forwarded_outside", "merge": "merged",
            "withdraw": "withdrawn"}


@dataclass
class Limit:
    """A row of the limits, as it was read."""

    key: str
    amount: int
    unit: str
    since: date
    version: int
    only: tuple[tuple[str, object], ...]


@dataclass
class Limits:
    """All of them."""

    rows: list[Limit]

    def given(self, key: str, on: date, facts: dict[str, object]) -> Limit:
        """What a clock that starts on this day gets: the narrowest row, of these the newest."""
        fit = [row for row in self.rows if row.key == key and row.since <= on
               and all(facts[name] == value for name, value in row.only)]
        return max(fit, key=lambda row: (len(row.only), row.version))


@dataclass
class Clock:
    """One clock that runs or waits. ``named``: the day somebody said; else ``limit`` is counted."""

    kind: str
    began: datetime
    limit: Limit | None = None
    named: date | None = None
    agency: int | None = None
    paused: datetime | None = None
    given: int = 0
    """Days of waiting that were given back."""
    fired: dict[str, datetime] = field(default_factory=dict)
    extended: bool = False

    def due(self, days: Days) -> tuple[date, datetime]:
        """Counted anew, each time from the first day."""
        if self.named is not None:
            return self.named, midnight(self.named + DAY)
        assert self.limit is not None
        zero = day_of(self.began)
        if self.limit.unit == "working_hours":
            at = days.hours(self.began, self.limit.amount)
            return day_of(at), at
        on = (days.nth if self.limit.unit == "working_days" else days.rolled)(zero, self.limit.amount)
        on = days.nth(on, self.given)
        return on, midnight(on + DAY)

    def late(self, days: Days, now: datetime) -> bool:
        """Whether its time is over."""
        return now > self.due(days)[1]


@dataclass
class Promise:
    """Something dated in an answer."""

    id: int
    round: int
    on: date
    kept: datetime | None = None
    broken: bool = False


@dataclass
class Request:
    """A request to pass the case on."""

    id: int
    from_: int
    to: int
    by: int
    answered_by: int | None = None


@dataclass
class Wish:
    """A step that waits for a second person."""

    id: int
    action: str
    by: int | None
    into: int | None = None
    pressed: bool = False


@dataclass
class MoreTime:
    """A request for a later due date."""

    id: int
    by: int
    agency: int
    until: date


@dataclass
class Life:
    """One case."""

    id: int
    nonce: str
    urgent: bool
    state: str = "submitted"
    round: int = 0
    agency: int | None = None
    officer: int | None = None
    kind: str = "behaviour"
    complex: bool = False
    asked: bool = False
    objected: bool = False
    drafters: set[int] = field(default_factory=set)
    ended: datetime | None = None
    clocks: dict[tuple[str, int], Clock] = field(default_factory=dict)
    wish: Wish | None = None
    request: Request | None = None
    more_time: MoreTime | None = None
    had_time: set[int] = field(default_factory=set)
    """Rounds whose one request for more time was decided."""
    contributions: dict[int, int] = field(default_factory=dict)
    orders: dict[int, bool] = field(default_factory=dict)
    """Instructions that run, and whether they were reported."""
    promises: list[Promise] = field(default_factory=list)
    drafted: date | None = None
    """What the answer on its way promises."""
    sorry: set[int] = field(default_factory=set)
    early: dict[int, date] = field(default_factory=dict)
    climbed: list[date] = field(default_factory=list)
    """Days on which a step after a due day was taken."""
    held: list[tuple[int, int]] = field(default_factory=list)
    loops: int = 0
    events: int = 0

    @property
    def facts(self) -> dict[str, object]:
        """What a limit may ask of it."""
        return {"case_kind": self.kind, "urgent": self.urgent, "complex": self.complex}

    @property
    def total(self) -> Clock | None:
        """The citizen's clock."""
        return self.clocks.get(("total", 0))

    @property
    def open_promises(self) -> list[Promise]:
        """Promises of this round that wait."""
        return [one for one in self.promises if one.round == self.round and one.kept is None and not one.broken]

    def late(self, days: Days, now: datetime) -> bool:
        """Whether the citizen has waited too long."""
        return self.total is not None and self.total.late(days, now)

    def settled(self) -> date:
        """From when on the sender may object."""
        assert self.ended is not None
        return day_of(max([self.ended, *(one.kept for one in self.promises if one.kept)]))


@dataclass
class Model:
    """All cases, the days and the limits."""

    days: Days
    limits: Limits
    lives: list[Life] = field(default_factory=list)
    successor: dict[int, int] = field(default_factory=dict)
    """Agencies that have ended, and who took over."""

    def now_called(self, agency: int) -> int:
        """Who stands for this agency today."""
        while agency in self.successor:
            agency = self.successor[agency]
        return agency

    # --- clocks

    def start(self, life: Life, kind: str, now: datetime, *, subject: int = 0, agency: int | None = None,
              named: date | None = None) -> None:
        """A clock starts."""
        limit = None if named else self.limits.given(kind, day_of(now), life.facts)
        life.clocks[(kind, subject)] = Clock(kind, now, limit, named, agency)

    def stop(self, life: Life, *kinds: str) -> None:
        """The case's own clocks of these kinds stop."""
        for kind in kinds:
            life.clocks.pop((kind, 0), None)

    def stop_own(self, life: Life) -> None:
        """All clocks of the case itself stop; those that belong to a row of their own do not."""
        self.stop(life, *{kind for kind, _ in life.clocks})

    def pause(self, life: Life, now: datetime) -> None:
        """The sender is asked."""
        for kind in FOR_THE_ANSWER:
            clock = life.clocks.get((kind, 0))
            if clock is not None and not clock.late(self.days, now):
                clock.paused = now

    def go_on(self, life: Life, now: datetime) -> None:
        """The sender replied, or the time to reply is over: no pause lasts beyond that."""
        last = life.clocks[("supply", 0)].due(self.days)[1] - timedelta(microseconds=1)
        for kind in FOR_THE_ANSWER:
            clock = life.clocks.get((kind, 0))
            if clock is not None and clock.paused is not None:
                waited = self.days.between(day_of(clock.paused), day_of(min(now, last)))
                if clock.named is not None:
                    clock.named = self.days.nth(clock.named, waited)
                clock.given += waited
                clock.paused = None
        self.stop(life, "supply")
        life.state = "submitted" if life.state == "awaiting_submitter" else "in_progress"
        if life.state == "submitted":
            self.start(life, "receive", now)

    def fit(self, life: Life) -> None:
        """Given to an agency, it is known what kind of case it is: the limit for that kind, of the day on which
        the clock began. A case that is what it was keeps the version it was given."""
        total = life.total
        assert total is not None
        assert total.limit is not None
        limit = self.limits.given("total", day_of(total.began), life.facts)
        if limit.only != total.limit.only:
            total.limit = limit

    # --- what follows from every move

    def moved(self, life: Life, state: str, now: datetime) -> None:
        """The case is somewhere else now: what nobody can decide or give any more falls."""
        life.state = state
        life.ended = now if state in ENDED else None
        allowed = UNREAD if life.wish and life.wish.action != "withdraw" else tuple(
            {*UNREAD, *AT_AGENCY, "awaiting_submitter"})
        if life.wish is not None and state not in allowed:
            life.wish = None
        self.tidy(life)

    def tidy(self, life: Life) -> None:
        """Requests that lead nowhere, contributions that nobody waits for, more time that nobody needs."""
        ask = life.request
        if ask is not None and (life.state not in WORKED_ON or ask.from_ != life.agency or ask.to == life.agency):
            self.drop_request(life)
        for number, agency in list(life.contributions.items()):
            if life.state in ENDED or agency == life.agency:
                self.drop_contribution(life, number)
        more = life.more_time
        if more is not None and (life.state not in (*WORKED_ON, "agency_approval") or more.agency != life.agency):
            self.drop_time(life)

    def drop_request(self, life: Life) -> None:
        """The request is over, and the clock of its reply."""
        assert life.request is not None
        life.clocks.pop(("transfer_reply", life.request.id), None)
        life.request = None

    def drop_contribution(self, life: Life, number: int) -> None:
        """The contribution is over."""
        life.clocks.pop(("contribute", number), None)
        del life.contributions[number]

    def drop_time(self, life: Life) -> None:
        """The request for more time is over."""
        assert life.more_time is not None
        life.clocks.pop(("extension", life.more_time.id), None)
        life.more_time = None

    def holds(self, life: Life, agency: int, *, passed_on: bool = False) -> None:
        """The agency has the case now."""
        before = {self.now_called(one) for round_, one in life.held if round_ == life.round}
        life.loops += passed_on and agency in before
        life.held.append((life.round, agency))
        life.agency = agency

    def ends(self, life: Life, action: str, now: datetime) -> None:
        """It ends without an answer."""
        self.stop_own(life)
        self.moved(life, LEADS_TO[action], now)

    def to_agency(self, life: Life, agency: int, now: datetime) -> None:
        """It is passed on: the agency's clock begins anew, the citizen's does not."""
        self.stop(life, "handle", "redo", "approve")
        self.start(life, "handle", now, agency=agency)
        life.officer = None
        self.holds(life, agency, passed_on=True)
        self.moved(life, "assigned", now)

    def comes_back(self, life: Life, now: datetime, *, objected: bool) -> None:
        """The next round."""
        unanswered = life.state in GONE
        life.round, life.officer, life.objected = life.round + 1, None, life.objected or objected
        life.drafted = None
        self.stop_own(life)
        self.start(life, "total", now)
        if unanswered:
            self.start(life, "receive", now)
            self.moved(life, "submitted", now)
            return
        assert life.agency is not None
        self.start(life, "handle", now, agency=life.agency)
        self.holds(life, life.agency)
        self.moved(life, "assigned", now)

    def take_over(self, closed: int) -> None:
        """An agency has ended: what it still owes, is asked or names goes to the successor, clocks and all."""
        heir = self.now_called(closed)
        for life in self.lives:
            owes = life.state not in ENDED or any(
                kind in ("handle", "redo", "approve", "commitment", "explanation") for kind, _ in life.clocks)
            ask = life.request
            if ask is not None and closed in (ask.from_, ask.to):
                ask.from_ = heir if ask.from_ == closed else ask.from_
                if ask.to == closed:
                    ask.to = heir
                    if (clock := life.clocks.get(("transfer_reply", ask.id))) is not None:
                        clock.agency = heir
            for number, agency in life.contributions.items():
                if agency == closed:
                    life.contributions[number] = heir
                    life.clocks[("contribute", number)].agency = heir
            if life.more_time is not None and life.more_time.agency == closed:
                life.more_time.agency = heir
            if owes and life.agency == closed:
                life.agency = heir
                if life.state in AT_AGENCY:
                    life.held.append((life.round, heir))
                for clock in life.clocks.values():
                    clock.agency = heir if clock.agency == closed else clock.agency
            if ask is not None and ask.to in (ask.from_, life.agency):
                self.drop_request(life)
            for number, agency in list(life.contributions.items()):
                if agency == life.agency:
                    self.drop_contribution(life, number)
