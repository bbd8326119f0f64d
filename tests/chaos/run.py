"""One run: people complain, old letters fall due, things break, then everything is given time to settle."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, update

from feedback import clock
from feedback.domain.agencies import Tier
from feedback.domain.kinds import Channel
from feedback.domain.roles import Role
from feedback.domain.sweeps import SWEEPS
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline
from feedback.models.outbox import Outbox, SweepRun
from feedback.queries.calendar import load_calendar
from tests import factories
from tests.chaos.checks import Verdict, judge
from tests.chaos.faults import timetable
from tests.chaos.people import Crowd
from tests.chaos.stack import Stack, stack

LETTERS = 4
"""In so many portions the old letters are entered, spread over the run."""


@dataclass(frozen=True)
class Plan:
    """A run. Times in seconds. ``hurried``: what only waits (sweeps, pauses, orphaned leases) waits less."""

    submissions: int = 500
    letters: int = 60
    """Letters that staff enter after their first limit has passed: each owes one rung of the ladder at once."""
    seconds: float = 150.0
    kill_every: float = 4.0
    queue_away: float = 60.0
    mail_away: float = 25.0
    settle: float = 300.0
    database: str = "sqlite"
    naive: bool = False
    hurried: bool = False
    seed: int = 1


def run(plan: Plan, *, say: Callable[[str], None] = lambda line: None) -> Verdict:
    """Make it happen and judge it. Ends by itself: after ``seconds`` nothing breaks any more, and ``settle``
    seconds later it is over, settled or not."""
    with stack(database=plan.database, naive=plan.naive) as house:
        intake, coordinator = _office(house)
        _until_up(house)
        crowd = Crowd(house.port, plan.submissions, seed=plan.seed,
                      pace=max(0.0, plan.seconds * 6 / plan.submissions - 0.15))
        faults = timetable(seconds=plan.seconds, every=plan.kill_every, queue_away=plan.queue_away,
                           mail_away=plan.mail_away, seed=plan.seed)
        old: list[int] = []
        began = time.monotonic()
        crowd.start()
        portions = [(n + 0.5) / LETTERS * plan.seconds * 0.9 for n in range(LETTERS)]
        while faults or portions:
            at = time.monotonic() - began
            house.tend()
            if faults and faults[0].at <= at:
                fault = faults.pop(0)
                say(f"{at:6.1f} s  {fault.name}")
                fault.deed(house)
            if portions and portions[0] <= at:
                portions.pop(0)
                old += _enter_letters(house, intake, plan.letters // LETTERS)
            _hurry(house, plan)
            time.sleep(0.03)
        say(f"{time.monotonic() - began:6.1f} s  nothing breaks any more")
        took = _settle(house, crowd, plan)
        crowd.stop()
        verdict = judge(house, crowd, old, pepper="p" * 40, coordinator=coordinator)
        verdict.figures |= {"processes started again": house.deaths, "seconds to settle": round(took, 1),
                            "seconds": round(time.monotonic() - began, 1)}
        return verdict


def _office(house: Stack) -> tuple[factories.Member, str]:
    """The people who are there: intake, and the coordinator whom the ladder tells first."""
    with house.app.app_context(), writing():
        office = factories.agency("Văn phòng UBND tỉnh", tier=Tier.PROVINCE_OFFICE)
        intake = factories.member("Ngô Thị Liên", Role.INTAKE, agency_id=office)
        return intake, factories.member("Phạm Thu Hà", Role.COORDINATOR, agency_id=office).email


def _until_up(house: Stack) -> None:
    give_up = time.monotonic() + 60
    probe = Crowd(house.port, 0, 0, 0)
    while time.monotonic() < give_up:
        house.tend()
        try:
            if probe._ask("GET", "/livez", {})[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the house did not start; see {house.folder}")


def _enter_letters(house: Stack, intake: factories.Member, number: int) -> list[int]:
    """Letters that came by post and were left lying until the day after their first limit."""
    with house.app.app_context():
        received = _late_by_one_rung()
        made = []
        for _ in range(number):
            with writing():
                made.append(factories.complaint(channel=Channel.POST, received_on=received,
                                                actor=factories.actor_of(intake)).case_id)
        with writing():
            due = db.session.scalar(select(func.count()).where(
                Deadline.case_id.in_(made), Deadline.next_rung_at <= clock.now()))
        assert due == number, "each letter owes exactly one rung"
        db.session.remove()
        return made


def _late_by_one_rung() -> date:
    """The newest day of receipt whose clock for receiving (one working day) owes its first rung today."""
    calendar, day = load_calendar(), clock.today()
    while calendar.add_working_days(day, 2) > clock.today():
        day -= timedelta(days=1)
    return day


_next_hurry = 0.0


def _hurry(house: Stack, plan: Plan) -> None:
    """Let time pass for what only waits: the minute between two sweeps, the pause after a failure, the rest of a
    lease whose holder was killed (older than any batch takes)."""
    global _next_hurry
    if not plan.hurried or time.monotonic() < _next_hurry:
        return
    _next_hurry = time.monotonic() + 2.0
    now = clock.now()
    with house.app.app_context():
        with writing():
            for name in ("overdue", "outbox"):
                db.session.execute(update(SweepRun).where(SweepRun.name == name).values(
                    started_at=now - SWEEPS[name].every))
            owed = update(Outbox).where(Outbox.sent_at.is_(None), Outbox.dead_at.is_(None))
            db.session.execute(owed.values(next_try=now).where(Outbox.next_try > now))
            db.session.execute(owed.values(lease_until=now).where(
                Outbox.lease_until > now, Outbox.lease_until < now + timedelta(seconds=110)))
        db.session.remove()


def _settle(house: Stack, crowd: Crowd, plan: Plan) -> float:
    """Wait until everybody has a receipt and nothing is owed any more; how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < plan.settle:
        house.tend()
        _hurry(house, plan)
        if crowd.done and _nothing_owed(house):
            break
        time.sleep(0.2)
    return time.monotonic() - began


def _nothing_owed(house: Stack) -> bool:
    with house.app.app_context():
        try:
            if db.session.scalar(select(Outbox.id).where(
                    Outbox.sent_at.is_(None), Outbox.dead_at.is_(None)).limit(1)) is not None:
                return False
            return db.session.scalar(select(Deadline.id).where(
                Deadline.stopped_at.is_(None), Deadline.next_rung_at <= clock.now()).limit(1)) is None
        finally:
            db.session.remove()
