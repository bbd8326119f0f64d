"""The sweeps of a run: three schedulers, three days without any, and a clock that jumps forward and back."""

import contextvars
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread

from flask import Flask

from feedback import clock
from feedback.extensions import db, writing
from feedback.services import escalation, watchdog
from feedback.simulation.world import World

Tick = Callable[[], list[str]]
"""One tick of the workers; the names of the sweeps that ran."""
DOWN_DAYS = 3
JUMP = timedelta(days=40)


class Watch:
    """Three schedulers over one database. Which day brings what depends on the plan's length alone."""

    def __init__(self, tick: Tick) -> None:
        self._tick = tick

    def look(self, world: World, app: Flask, number: int) -> None:
        """What the schedulers do at ``world.now`` of day ``number``."""
        days, hour = world.plan.days, clock.local_date(world.now) and world.now.hour
        down = days * 3 // 10
        if down <= number < down + DOWN_DAYS:
            world.counts["ticks_missed"] += 1
            return
        with app.app_context():
            if number == days * 6 // 10 and hour == 12:
                self._jump(world)
            if number == down + DOWN_DAYS and hour == 0:
                self._wakes(world)
                return
            with clock.travelling(world.now):
                _quiet_ticks(world.now)
                self._sweep(world, app, at_once=number % 10 == 5 and hour == 0)

    def _sweep(self, world: World, app: Flask, *, at_once: bool) -> None:
        """The overdue by all three schedulers, at once or in turn, and then the whole tick of one of them."""
        if at_once:
            together(app)
            world.counts["swept_at_once"] += 1
        else:
            escalation.sweep_overdue()
            escalation.sweep_overdue()
        ran = self._tick()
        if "overdue" not in ran:
            world.faults.append(f"the sweep of {world.now:%Y-%m-%d %H:%M} did not run")
        world.sweeps.append(world.now)
        world.counts["ticks"] += 1

    def _wakes(self, world: World) -> None:
        """The machine comes back after days: what cannot be taken back waits until somebody has looked."""
        with clock.travelling(world.now):
            if "overdue" in self._tick():
                world.faults.append("after a long stop the overdue were swept before the clock was confirmed")
        world.counts["ticks_distrusted"] += 1

    def _jump(self, world: World) -> None:
        """For some minutes the machine lives forty days ahead, and then not any more."""
        for instant in (world.now - timedelta(minutes=5) + JUMP, world.now - timedelta(minutes=4)):
            with clock.travelling(instant):
                if "overdue" in self._tick():
                    world.faults.append("a clock that had jumped was believed")
            world.counts["ticks_distrusted"] += 1


def together(app: Flask, times: int = 3) -> None:
    """Sweep the overdue in threads of their own, all at the clock of the caller."""
    def sweep() -> None:
        with app.app_context():
            escalation.sweep_overdue()
            db.session.remove()

    db.session.remove()
    threads = [Thread(target=contextvars.copy_context().run, args=(sweep,)) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _quiet_ticks(now: datetime) -> None:
    """The ticks that nobody plays, every ten seconds since the last one, stand for the clock being believed."""
    with writing():
        watchdog.confirm_clock(now=now)
