"""What agencies do about time besides answering: ask for more of it, ask each other, explain, apologise."""

from sqlalchemy import select

from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.lateness import Cause
from feedback.domain.lifecycle import State
from feedback.domain.time_changes import Ground
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.extensions import Extension
from feedback.models.holdings import Contribution
from feedback.models.lateness import Explanation
from feedback.queries.extensions import total_of
from feedback.services import contributions, explanations, extensions
from feedback.services.apologies import Sorry
from feedback.simulation import words
from feedback.simulation.counter import day_of
from feedback.simulation.world import Life, World

SORRY = Sorry(cause=Cause.OVERLOOKED.value, reason=words.LATE_BECAUSE, text=words.SORRY)


def ask_time(world: World, life: Life, case: Case) -> None:
    """The officer asks for more time, which comes too late or a second time now and then and is refused."""
    if case.state != State.IN_PROGRESS.value:
        return
    officer = world.province.office(case.agency_id or 0).officers[life.officer]
    total = total_of(case.id)
    if total is None or total.due_on < day_of(world.now):
        return
    try:
        extensions.ask(case, ground=Ground.SITE_INSPECTION.value, reason=words.MORE_TIME, evidence=words.EVIDENCE,
                       new_on=world.book.working(total.due_on, life.luck.randint(2, 10)), actor=officer.actor)
    except (MoveNotAllowed, BadInput):
        world.counts["extensions_refused"] += 1
        return
    world.counts["extensions_asked"] += 1
    if life.luck.random() < 0.9:
        world.then(life, "decide_time", life.luck.choice((0, 1, 1, 3)))


def decide_time(world: World, life: Life, case: Case) -> None:
    """The coordinator grants it or not."""
    row = db.session.scalar(select(Extension).where(Extension.case_id == case.id, Extension.decided_at.is_(None)))
    if row is None:
        return
    coordinator = world.province.coordinators[life.number % 2]
    if life.luck.random() < 0.3:
        extensions.deny(case, row, actor=coordinator, why=words.DENIED)
        return
    try:
        extensions.grant(case, row, actor=coordinator)
    except (MoveNotAllowed, BadInput):
        world.counts["extensions_refused"] += 1  # the day has passed or the sender is being asked


def ask_other(world: World, life: Life, case: Case) -> None:
    """The lead asks a second agency for its part."""
    if case.state != State.IN_PROGRESS.value:
        return
    lead = world.province.office(case.agency_id or 0)
    other = life.luck.choice([office for office in world.province.offices if office.id != lead.id])
    contributions.ask(case, agency_id=other.id, wanted=words.WANTED, actor=lead.officers[life.officer].actor)
    world.counts["contributions"] += 1
    if not other.silent:
        world.then(life, "contribute", life.luck.choice((1, 3, 6, 9)))


def contribute(world: World, life: Life, case: Case) -> None:
    """The second agency gives its part, in time or not."""
    row = db.session.scalar(select(Contribution).where(
        Contribution.case_id == case.id, Contribution.ended_at.is_(None)))
    if row is not None:
        contributions.give(row.id, text=words.GIVEN, actor=world.province.office(row.agency_id).officers[0].actor)


def explain(world: World, life: Life, case: Case) -> None:
    """The heads who owe an explanation for this case give it."""
    for row in db.session.scalars(select(Explanation).where(
            Explanation.case_id == case.id, Explanation.given_at.is_(None))).all():
        office = world.province.office(row.agency_id)
        if not office.silent:
            explanations.give(row.id, cause=Cause.OVERLOOKED.value, happened=words.LATE_BECAUSE,
                              prevents=words.PREVENTS, actor=office.head)
            world.counts["explained"] += 1
