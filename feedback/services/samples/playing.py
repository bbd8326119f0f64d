"""Playing all stories: each one whole or not at all, in its own past, and then the publishing."""

import hmac
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from feedback import clock
from feedback.config import Settings
from feedback.domain.calendar import WorkingCalendar
from feedback.extensions import db
from feedback.models.deadlines import Deadline
from feedback.queries.calendar import load_calendar
from feedback.services import escalation
from feedback.services.samples.cast import Cast, load
from feedback.services.samples.data import Story, stories
from feedback.services.samples.deeds import Play
from feedback.services.samples.plot import Stage, open_still, plot
from feedback.services.samples.supervised import SCENES

Transaction = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Played:
    """How many cases were made, and the ids of those to be published with the day on which they were closed."""

    cases: int
    to_publish: list[tuple[datetime, int]]


def play_all(*, settings: Settings, transaction: Transaction) -> Played:
    """Play every story; those that an earlier, broken run has finished are left as they are. ``transaction`` is
    the edge's way to write: each story is one."""
    now = clock.now()
    with transaction():
        cast, calendar = load(), load_calendar()
    made, to_publish, earlier = 0, [], None
    for number, story in enumerate(stories(), start=1):
        with transaction():
            play, ended = _play(story, number, cast=cast, calendar=calendar, now=now, settings=settings,
                                merge_into_id=earlier)
        made += not play.repeated
        if story.path == "published":
            to_publish.append((ended, play.case_id))
        if story.path in ("in_progress", "submitted"):
            earlier = play.case_id
    return Played(made, to_publish)


def _play(story: Story, number: int, *, cast: Cast, calendar: WorkingCalendar, now: datetime, settings: Settings,
          merge_into_id: int | None) -> tuple[Play, datetime]:
    stage = Stage(today=clock.local_date(now), calendar=calendar,
                  received=calendar.add_working_days(clock.local_date(now), -story.days))
    nonce = hmac.digest(settings.secret_key.encode(), f"sample {number}".encode(), "sha256")[:16].hex()
    play = Play(story=story, number=number, cast=cast, settings=settings, nonce=nonce)
    steps = plot(play, stage, merge_into_id)
    minute = timedelta(minutes=number * 7 % 50)
    at = [_instant(stage, 0, 8) + minute, *(_instant(stage, step.on, step.hour) + minute for step in steps)]
    # Nothing may lie in the future; the order stays, minutes apart.
    at = [min(instant, now - timedelta(minutes=5 * (len(at) - place))) for place, instant in enumerate(at)]
    with clock.travelling(at[0]):
        play.submit()
    if not play.repeated:
        for instant, step in zip(at[1:], steps, strict=True):
            if story.path in SCENES:  # an explanation has to be demanded first
                _climb(play.case_id, until=instant)
            with clock.travelling(instant):
                step.deed()
        if open_still(story.path):
            _climb(play.case_id, until=now)
    return play, at[-1]


def _climb(case_id: int, *, until: datetime) -> None:
    """Let the ladder climb as its sweep would have done it, day by day, so that what lies late has been told."""
    climbed: datetime | None = None
    while (owed := _next_rung(case_id)) is not None:
        moment = owed if climbed is None or owed > climbed else climbed + timedelta(days=1)
        if moment > until:
            return
        with clock.travelling(moment):
            escalation.climb(case_id)
        climbed = moment


def _next_rung(case_id: int) -> datetime | None:
    db.session.flush()  # what was just played is asked for
    return db.session.scalar(select(func.min(Deadline.next_rung_at)).where(
        Deadline.case_id == case_id, Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None)))


def _instant(stage: Stage, on: int, hour: int) -> datetime:
    return datetime.combine(stage.day(on), time(hour), clock.VIETNAM)
