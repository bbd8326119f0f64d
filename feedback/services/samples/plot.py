"""How each story goes: which deed on which working day after receipt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from feedback.domain.calendar import WorkingCalendar
from feedback.domain.lifecycle import Action
from feedback.services.samples.data import Written
from feedback.services.samples.deeds import VAGUE, Play, day
from feedback.services.samples.supervised import SCENES, scenes


@dataclass(frozen=True)
class Step:
    """A deed at an hour (Viet Nam) of a working day, counted from the day of receipt."""

    on: int
    hour: int
    deed: Callable[[], None]


@dataclass(frozen=True)
class Stage:
    """What the plot needs to know of time."""

    today: date
    received: date
    calendar: WorkingCalendar

    def day(self, on: int) -> date:
        """The date of a working day after receipt."""
        return self.calendar.add_working_days(self.received, on)


def plot(play: Play, stage: Stage, merge_into_id: int | None) -> list[Step]:
    """All steps after the complaint was handed in, in order."""
    path = play.story.path
    if path in ENDINGS:
        return _ended(play, ENDINGS[path], merge_into_id)
    if path in SCENES:
        return [*_taken(play), *(Step(on, 10, deed) for on, deed in scenes(play))]
    if path in EARLY:
        return EARLY[path](play)
    return _answered(play, stage)


ENDINGS = {"refused": Action.REFUSE, "guided": Action.GUIDE, "forwarded": Action.FORWARD_OUTSIDE,
           "merged": Action.MERGE}


def open_still(path: str) -> bool:
    """Whether a case of this path is still owed something: the ladder has climbed for it meanwhile."""
    return path in SCENES or path in EARLY or path in STANDS


def _ended(play: Play, action: Action, merge_into_id: int | None) -> list[Step]:
    target = merge_into_id if action is Action.MERGE else None
    return [Step(1, 9, partial(play.propose, action, merge_into_id=target)), Step(2, 10, play.confirm)]


def _withdrawn(play: Play) -> list[Step]:
    return [*_given(play), Step(4, 10, play.ask_to_withdraw), Step(5, 9, play.confirm)]


def _given(play: Play) -> list[Step]:
    """Read by intake, given to the agency, passed on where it was, and taken by an officer."""
    story = play.story
    holders = [*story.passed, story.agency]
    if story.agency == "H99.VP":  # the coordinating office answers nobody's complaint itself
        holders = ["H99.HCC"]
    steps = [Step(0, 14, play.accept), Step(1, 9, partial(play.assign, holders[0]))]
    steps += [Step(1 + n, 15, partial(play.transfer, code)) for n, code in enumerate(holders[1:], start=1)]
    return steps


def _taken(play: Play) -> list[Step]:
    given = _given(play)
    return [*given, Step(given[-1].on + (1 if play.story.days > 2 else 0), 16, play.take)]


EARLY: Mapping[str, Callable[[Play], list[Step]]] = {
    "submitted": lambda play: [],
    "restricted": lambda play: [],
    "restricted_accepted": lambda play: [Step(1, 9, partial(play.accept, play.cast.restricted))],
    "awaiting": lambda play: [Step(1, 9, play.ask)],
    "supplemented": lambda play: [Step(1, 9, play.ask), Step(3, 20, play.supply)],
    "proposed": lambda play: [Step(1, 9, partial(play.propose, Action.GUIDE))],
    "withdrawn": _withdrawn,
    "accepted": lambda play: [Step(min(1, play.story.days), 9, play.accept)],
    "assigned": lambda play: _given(play),
    "in_progress": lambda play: _taken(play),
    "transferred": lambda play: _taken(play),
    "awaiting_details": lambda play: [*(taken := _taken(play)), Step(taken[-1].on + 1, 9, play.ask_for_details)],
}
"""Paths on which nobody has written an answer yet."""

STANDS = {"approval": 1, "sent_back": 2, "gate": 2, "gate_vague": 2, "returned": 3}
"""Paths that are still on their way, and how many working days ago the answer was written."""

AFTER = {"published": 12, "closed": 5, "answered": 3, "commitment": 3, "commitment_broken": 12,
         "objected_assigned": 4, "objected_in_progress": 5, "objected_answered": 12}
"""How many working days before today an answered case's last version must be out, at the latest."""


def _answered(play: Play, stage: Stage) -> list[Step]:
    story, steps = play.story, _taken(play)
    written_on = _day_of_answer(play, steps[-1].on)
    if story.path in STANDS:
        return steps + _on_the_way(play, stage, written_on)
    for _ in range(story.returned):
        steps += [Step(written_on, 10, partial(play.answer, VAGUE, {})), Step(written_on, 15, play.approve),
                  Step(written_on + 1, 10, play.give_back)]
        written_on += 3
    assert story.answer is not None
    due_on = _promised(play, stage, written_on)
    steps += [
        Step(written_on, 10, partial(play.answer, story.answer, _dates(stage, written_on, due_on), due_on=due_on)),
        Step(written_on, 15, play.approve), Step(written_on + 1, 10, play.release)]
    return steps + _afterwards(play, stage, written_on + 1)


def _day_of_answer(play: Play, taken_on: int) -> int:
    """The working day of the first version: in time for most, late for every fourth that is old enough."""
    story = play.story
    if story.path in STANDS:
        return max(taken_on, story.days - STANDS[story.path])
    latest = story.days - AFTER[story.path] - 3 * story.returned
    usual = 18 if play.number % 4 == 2 and latest >= 18 else 4 + play.number % 5
    return max(taken_on, min(usual, latest))


def _on_the_way(play: Play, stage: Stage, written_on: int) -> list[Step]:
    written: Written = play.story.answer or VAGUE
    first = Step(written_on, 10, partial(play.answer, written, _dates(stage, written_on, None)))
    approved = Step(written_on + 1, 9, play.approve)
    further = {
        "approval": [], "sent_back": [Step(written_on + 1, 9, play.send_back)], "gate": [approved],
        "gate_vague": [approved], "returned": [approved, Step(written_on + 2, 10, play.give_back)]}
    return [first, *further[play.story.path]]


def _promised(play: Play, stage: Stage, written_on: int) -> date | None:
    assert play.story.answer is not None
    if play.story.answer.due_in is None:
        return None
    start = stage.day(written_on) if play.story.path == "commitment_broken" else stage.today
    return stage.calendar.add_working_days(start, play.story.answer.due_in)


def _afterwards(play: Play, stage: Stage, released_on: int) -> list[Step]:
    path, story = play.story.path, play.story
    if path in ("published", "closed"):
        return [Step(released_on + 1, 16, play.keep_promises), Step(released_on + 2, 19, play.close)]
    if path == "answered":
        return [Step(released_on + 1, 16, play.keep_promises)]
    if path == "commitment_broken":
        assert story.answer is not None
        return [Step(released_on + (story.answer.due_in or 0) + 1, 9, play.promise_broken)]
    if not path.startswith("objected"):
        return []
    steps = [Step(released_on + 1, 20, play.object)]
    if path == "objected_assigned":
        return steps
    steps.append(Step(released_on + 2, 10, partial(play.take, 1)))
    if path == "objected_answered":
        assert story.answer2 is not None
        again = released_on + 4
        dates = {f"{name}2": value for name, value in _dates(stage, again, None).items()}
        steps += [
            Step(again, 10, partial(play.answer, story.answer2, dates, officer=1)), Step(again, 15, play.approve),
            Step(again + 1, 10, play.release), Step(again + 3, 19, play.close)]
    return steps


def _dates(stage: Stage, written_on: int, due_on: date | None) -> dict[str, str]:
    """The days that an answer speaks of."""
    return {"checked": day(stage.day(written_on - 1)), "done": day(stage.day(written_on)),
            "pickup": day(stage.day(written_on + 3)), "due": day(due_on) if due_on else ""}
