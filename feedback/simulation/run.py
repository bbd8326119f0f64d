"""One run: days go by, people act between the sweeps, things break on chosen days, in the end all is counted."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.domain.calendar_seed import DayKind, SeedDay
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.services import working_days
from feedback.simulation import agencies, answering, lives, store
from feedback.simulation.arrivals import arrivals
from feedback.simulation.counter import DayBook
from feedback.simulation.judging import judge
from feedback.simulation.plan import Outcome, Plan
from feedback.simulation.province import build
from feedback.simulation.watch import Tick, Watch
from feedback.simulation.world import Life, Planned, World, moment

STEPS: Mapping[str, Callable[[World, Life, Case], None]] = {
    step.__name__: step for step in (
        lives.read, lives.decide, lives.withdraw, lives.assign, lives.pass_on, lives.decide_transfer, lives.take,
        lives.ask_details, lives.reply_transfer, lives.supply, lives.object_to, lives.look_again,
        agencies.ask_time, agencies.decide_time, agencies.ask_other, agencies.contribute, agencies.explain,
        answering.write, answering.sign, answering.judge, answering.keep, answering.close)}
"""Every step of a life by its name."""
SWEPT_AT = ((0, 0), (7, 0), (12, 0), (18, 0))
"""When the ticks come that are played; the quiet ones between them find nothing."""
SWEPT_AT_REST = ((0, 0), (12, 0))
"""The same on days without work."""
AT_ONCE = 40
"""Deeds that share one transaction."""


def simulate(plan: Plan, *, tick: Tick, database: str = "sqlite",
             inspect: Callable[[World], None] | None = None) -> Outcome:
    """Play the plan on a throw-away database and judge what came of it. ``tick``: the workers' tick. ``database``:
    'sqlite' or the URL of an empty PostgreSQL database. ``inspect`` is called, inside the app, before judging:
    tests break something there. Raises ``store.NotEmpty``."""
    with store.throw_away(database) as settings:
        began = time.monotonic()
        app = store.start(settings)
        rng = Random(plan.seed)
        with clock.travelling(moment(plan.first, 6)):
            province = build(app, rng)
            with app.app_context():
                book = _book()
        world = World(plan=plan, settings=settings, province=province, book=book, rng=rng,
                      books=[(moment(plan.first - timedelta(days=1), 0), book)])
        for number, at in enumerate(arrivals(plan, rng, book), start=1):
            world.plan_at(at, Life(number, Random(f"{plan.seed}/{number}")), "arrive")
        app = _live(world, app, tick)
        with app.app_context(), clock.travelling(world.now):
            if inspect is not None:
                inspect(world)
                db.session.remove()
            outcome = judge(world, seconds=time.monotonic() - began)
        store.stop(app)
        return outcome


def _live(world: World, app: Flask, tick: Tick) -> Flask:
    plan, watch = world.plan, Watch(tick)
    restarts = {plan.days * part // 5 for part in range(1, 5)}
    for number in range(plan.days):
        today = plan.first + timedelta(days=number)
        if number in restarts:
            store.stop(app)
            app = store.start(world.settings)
            world.counts["restarts"] += 1
        for hour, minute in SWEPT_AT if world.book.works(today) else SWEPT_AT_REST:
            world.now = moment(today, hour, minute)
            _act(world, app)
            watch.look(world, app, number)
            if number == plan.days // 2 and hour == 0:
                _storm(world, app, today)
    world.now = moment(plan.first + timedelta(days=plan.days), 0)
    _act(world, app)
    watch.look(world, app, plan.days)
    return app


def _act(world: World, app: Flask) -> None:
    """What people do up to now, in order, many to a transaction and each in a savepoint of its own."""
    end = world.now
    while todo := world.due_until(end)[:]:
        for start in range(0, len(todo), AT_ONCE):
            with _context(app), writing():
                for planned in todo[start:start + AT_ONCE]:
                    _do(world, planned)
    world.now = end


@contextmanager
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _do(world: World, planned: Planned) -> None:
    world.now = planned.at
    try:
        with clock.travelling(planned.at), db.session.begin_nested():
            if planned.step == "arrive":
                lives.arrive(world, planned.life)
                return
            case = db.session.scalars(select(Case).where(Case.id == planned.life.case_id)
                                      .options(selectinload(Case.points))).one()
            STEPS[planned.step](world, planned.life, case)
    except Exception as fault:
        world.counts["refused"] += 1
        world.faults.append(f"{planned.step} of case {planned.life.case_id}: {type(fault).__name__} {fault}"[:200])


def _storm(world: World, app: Flask, today: date) -> None:
    """Offices close on the second working day from now: the calendar changes in the midst of everything."""
    at, day = moment(today, 6), world.book.working(today, 2)
    world.now = at
    with app.app_context(), clock.travelling(at):
        with writing():
            moved = working_days.change(
                {day: SeedDay(day, DayKind.OFF, "Nghỉ tránh bão", "Storm", "Công điện mô phỏng")},
                note="Công điện mô phỏng", actor=SYSTEM)
        world.book = _book()
    world.books.append((at, world.book))
    world.counts["calendar_moved_cases"] = len(moved.cases)


def _book() -> DayBook:
    """The days as the independent counter takes them."""
    calendar = load_calendar()
    found = DayBook(off=calendar.days_off, made_up=calendar.make_up_days, years=calendar.loaded_years)
    db.session.rollback()
    return found


