"""What goes wrong, and when: a timetable made from a seed, so that a run can be repeated."""

import random
import signal
from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.stack import WORKERS, Stack


@dataclass(frozen=True)
class Fault:
    """At ``at`` seconds after the beginning, ``name`` happens."""

    at: float
    name: str
    deed: Callable[[Stack], None]


def timetable(*, seconds: float, every: float, queue_away: float, mail_away: float, seed: int) -> list[Fault]:
    """Kills all along, one a span of ``every`` seconds; meanwhile the mail server is away from a tenth of the time
    on, and the queue is killed at a third of it and comes back empty after ``queue_away`` seconds."""
    dice = random.Random(seed)
    faults = [
        Fault(0.10 * seconds, "mail server down", lambda house: house.sink.pause()),
        Fault(0.10 * seconds + mail_away, "mail server up", lambda house: house.sink.resume()),
        Fault(0.33 * seconds, "queue killed", lambda house: house.queue.stop(signal.SIGKILL)),
        Fault(0.33 * seconds + queue_away, "queue back and emptied", _back_and_empty),
    ]
    kinds: list[tuple[str, Callable[[Stack], None]]] = [
        ("kill -9 web", lambda house: house.kill("web")),
        ("kill -9 one web process", lambda house: house.kill_child("web")),
        *((f"kill -9 worker {n}", lambda house, n=n: house.kill(f"worker-{n}")) for n in range(WORKERS)),
        *((f"kill -9 job of worker {n}", lambda house, n=n: house.kill_child(f"worker-{n}"))
          for n in range(WORKERS)),
        ("kill -9 vault", lambda house: house.kill("vault")),
    ]
    bag: list[tuple[str, Callable[[Stack], None]]] = []
    at = every
    while at < seconds:
        if not bag:  # each kind once before any comes twice
            bag = dice.sample(kinds, len(kinds))
        faults.append(Fault(at * dice.uniform(0.9, 1.1), *bag.pop()))
        at += every
    return sorted(faults, key=lambda fault: fault.at)


def _back_and_empty(house: Stack) -> None:
    house.queue.start()
    house.queue.empty()
