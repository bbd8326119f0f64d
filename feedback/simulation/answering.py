"""From the draft to the end: written, signed, let through or returned, promised and kept or not."""

import json

from feedback.domain.answers.taxonomy import Level
from feedback.domain.lifecycle import State
from feedback.models.cases import Case
from feedback.queries.commitments import open_of
from feedback.queries.deadlines import has_open_commitment
from feedback.queries.extensions import total_of
from feedback.services import answers, apologies, citizen, commitments
from feedback.services.verdicts import NOTHING, Said
from feedback.simulation import words
from feedback.simulation.agencies import SORRY, explain
from feedback.simulation.counter import day_of
from feedback.simulation.world import Life, World


def write(world: World, life: Life, case: Case) -> None:
    """The officer writes the answer and sends it to the head."""
    if case.state != State.IN_PROGRESS.value or case.officer_id is None:
        return
    office = world.province.office(case.agency_id or 0)
    officer = next((one for one in office.officers if one.actor.person_id == case.officer_id), None)
    if officer is None:
        return
    today = day_of(world.now)
    promised_on = world.book.working(today, life.luck.randint(3, 15)) if life.luck.random() < 0.15 else None
    total = total_of(case.id)
    late = total is not None and total.paused_at is None and total.due_at < world.now
    if late and case.round:
        promised_on = None  # a second new date after a missed one is refused
    draft = answers.save_draft(case, words.answer(today, promised_on=promised_on), actor=officer.actor)
    if late:
        world.counts["apologies"] += apologies.keep_draft(case, draft, SORRY, actor=officer.actor) is not None
    answers.submit_answer(case, actor=officer.actor, override=words.OVERRIDE)
    world.then(life, "sign", life.luck.choices((0, 1, 3, 7), (45, 45, 7, 3))[0])


def sign(world: World, life: Life, case: Case) -> None:
    """The head signs, or wants it better."""
    if case.state != State.AGENCY_APPROVAL.value:
        return
    head = world.province.office(case.agency_id or 0).head
    if life.luck.random() < 0.05:
        answers.send_back(case, actor=head, why=words.SENT_BACK)
        world.then(life, "write", 1)
        return
    answers.approve(case, actor=head, statement=words.SIGNED, sorry=SORRY if apologies.missing(case) else None)
    explain(world, life, case)
    world.then(life, "judge", life.luck.choices((0, 1, 3), (45, 48, 7))[0])


def judge(world: World, life: Life, case: Case) -> None:
    """The gate lets it through, or returns it."""
    if case.state != State.GATE_REVIEW.value:
        return
    coordinator = world.province.coordinators[life.number % 2]
    if life.luck.random() < 0.1:
        answers.return_answer(case, actor=coordinator, why=words.RETURNED, codes=["generic"],
                              said=_said(case, Level.NOT_CLEAR))
        world.counts["returned"] += 1
        world.then(life, "write", life.luck.choice((1, 2, 5)))
        return
    answers.release(case, actor=coordinator, said=_said(case, Level.CLEAR),
                    sorry=SORRY if apologies.missing(case) else None)
    world.counts["released"] += 1
    _afterwards(world, life, case)


def _said(case: Case, level: Level) -> Said:
    newest = answers.newest(case)
    if newest is None or not newest.close_reading:
        return NOTHING
    flags = range(len(json.loads(newest.findings)))
    return Said(level=level, right=dict.fromkeys(flags, level is not Level.CLEAR))


def _afterwards(world: World, life: Life, case: Case) -> None:
    """What becomes of an answer: promises first, then the sender's word."""
    luck, today = life.luck, day_of(world.now)
    if has_open_commitment(case.id):
        last = max(row.promised_on for row in open_of(case))
        if luck.random() < 0.65:
            world.on(life, "keep", world.book.working(last, 0 if world.book.works(last) else -1), 15)
        else:
            # The clock brings the case back when the day is over; somebody takes it on after that.
            world.then(life, "look_again", world.book.between(today, last) + 2)
        return
    chance = luck.random()
    if chance < 0.35:
        world.on(life, "close", world.book.working(today, luck.randint(1, 8)), luck.choice((9, 20)))
    elif chance < 0.45:
        world.on(life, "object_to", world.book.working(today, luck.choice((1, 4, 8, 9, 14))), 20)


def keep(world: World, life: Life, case: Case) -> None:
    """The officer reports that what was promised has been done."""
    if case.state != State.ANSWERED.value:
        return
    office = world.province.office(case.agency_id or 0)
    officer = next((one for one in office.officers if one.actor.person_id == case.officer_id), None)
    for row in open_of(case):
        if officer is not None and row.promised_on >= day_of(world.now):
            commitments.keep(case, row.id, actor=officer.actor,
                             text=words.KEPT.format(day=words.day(day_of(world.now))))
            world.counts["promises_reported"] += 1


def close(world: World, life: Life, case: Case) -> None:
    """The sender is content and says so."""
    if case.state != State.ANSWERED.value or has_open_commitment(case.id):
        return
    sender = citizen.as_sender(case.id)
    citizen.say_answered(case, actor=sender, answered={point.n: True for point in case.points})
    citizen.close(case, actor=sender)
