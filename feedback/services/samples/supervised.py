"""The sample cases that somebody has to look after: more time, passing on, joint handling, instructions, apologies
before the answer, explanations, a withdrawal under pressure. The words are the story's own (``Story.words``)."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import select

from feedback import clock
from feedback.extensions import db
from feedback.models.extensions import Extension
from feedback.models.lateness import Explanation
from feedback.models.reader import TransferRequest
from feedback.queries.calendar import load_calendar
from feedback.queries.extensions import open_extension, total_of
from feedback.queries.transfer_requests import open_request
from feedback.services import (
    apologies,
    citizen,
    contributions,
    explanations,
    extensions,
    follow_ups,
    instructions,
    transfer_replies,
    transfer_requests,
)
from feedback.services.apologies import Sorry
from feedback.services.samples.deeds import LATE, Play, day

Deed = Callable[[Play], None]


def ask_for_time(play: Play) -> None:
    """The officer asks for six more working days."""
    case, words = play.case, play.story.words
    total = total_of(case.id)
    assert total is not None
    extensions.ask(
        case, ground=words["ground"], reason=words["reason"],
        evidence=words["evidence"].format(day=day(clock.today())),
        new_on=load_calendar().add_working_days(total.due_on, 6), actor=play.officer())


def grant_time(play: Play) -> None:
    """The coordinating office grants it."""
    extensions.grant(play.case, _asked_time(play), actor=play.cast.coordinators[0])


def deny_time(play: Play) -> None:
    """The coordinating office denies it, with the reason."""
    extensions.deny(play.case, _asked_time(play), actor=play.cast.coordinators[0],
                    why=play.story.words["denied"])


def ask_to_pass_on(play: Play) -> None:
    """The officer names another agency, with a provision and a fact."""
    words = play.story.words
    transfer_requests.ask(play.case, to_agency_id=play.cast.agencies[words["to"]], ground=words["ground"],
                          actor=play.officer())


def refuse_to_take(play: Play) -> None:
    """The head of the agency that was named says no, with a provision and a fact."""
    words = play.story.words
    transfer_replies.refuse(play.case, _request(play), actor=play.cast.heads[words["to"]],
                            why=words["refused"])


def ask_others(play: Play) -> None:
    """Two agencies are asked for their part; the first has given it."""
    words, cast = play.story.words, play.cast
    first = contributions.ask(play.case, agency_id=cast.agencies[words["first"]], wanted=words["wanted_first"],
                              actor=play.officer())
    contributions.give(first.id, text=words["given_first"], actor=cast.officers[words["first"]][0])
    contributions.ask(play.case, agency_id=cast.agencies[words["second"]], wanted=words["wanted_second"],
                      actor=play.officer())


def instruct(play: Play) -> None:
    """The leader instructs the head about this case; the coordinator means to look again the same day."""
    case, words = play.case, play.story.words
    instructions.issue(actor=play.cast.leader, agency_id=case.agency_id, body=words["instruction"], case=case,
                       due_on=load_calendar().add_working_days(clock.today(), 3))
    follow_ups.write(case, actor=play.cast.coordinators[0], text=words["note"],
                     on=clock.today())


def instruct_and_report(play: Play) -> None:
    """The coordinator instructs, the head reports at once; the report waits to be read."""
    words, head = play.story.words, play.cast.heads[play.story.agency]
    row = instructions.issue(actor=play.cast.coordinators[0], agency_id=play.case.agency_id, case=play.case,
                             body=words["instruction"],
                             due_on=load_calendar().add_working_days(clock.today(), 4))
    instructions.report(row.id, actor=head, text=words["report"])


def apologise_early(play: Play) -> None:
    """The head apologises before the answer, with a new date."""
    apologies.early(
        play.case, Sorry(cause=LATE.cause, reason=LATE.reason, text=LATE.text,
                         new_on=load_calendar().add_working_days(clock.today(), 5)),
        actor=play.cast.heads[play.story.agency], signed=True)


def explain(play: Play) -> None:
    """The head gives the explanation that the ladder demanded."""
    words = play.story.words
    for row in db.session.scalars(select(Explanation).where(
            Explanation.case_id == play.case_id, Explanation.given_at.is_(None)).order_by(Explanation.id)):
        explanations.give(row.id, cause="staff_absent", happened=words["happened"], prevents=words["prevents"],
                          actor=play.cast.heads[play.story.agency])


def withdraw_pressed(play: Play) -> None:
    """The sender wishes to withdraw and says that somebody pressed for it."""
    citizen.ask_to_withdraw(play.case, actor=play.sender, why=play.story.why, pressed=True)


SCENES: Mapping[str, tuple[tuple[int, Deed], ...]] = {
    "time_asked": ((1, ask_for_time),), "time_granted": ((6, ask_for_time), (5, grant_time)),
    "time_denied": ((4, ask_for_time), (3, deny_time)),
    "pass_asked": ((1, ask_to_pass_on),), "pass_refused": ((3, ask_to_pass_on), (2, refuse_to_take)),
    "joint": ((3, ask_others),), "instructed": ((1, instruct),), "reported": ((1, instruct_and_report),),
    "apologised": ((1, apologise_early),), "explained": ((1, explain),), "pressed": ((1, withdraw_pressed),),
}
"""By path: what happens after an officer has taken the case, and how many working days ago."""


def scenes(play: Play) -> list[tuple[int, Callable[[], None]]]:
    """The deeds of this story with the working day after receipt on which each is done."""
    return [(play.story.days - ago, partial(deed, play)) for ago, deed in SCENES[play.story.path]]


def _asked_time(play: Play) -> Extension:
    found = open_extension(play.case_id)
    assert found is not None
    return found


def _request(play: Play) -> TransferRequest:
    found = open_request(play.case_id)
    assert found is not None
    return found
