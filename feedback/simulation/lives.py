"""How a complaint lives: each step is one deed of one person through the services, and plans the next one.

A step looks where the case is first: the clock, the sender or another officer may have moved it meanwhile.
"""

from random import Random

from sqlalchemy import select

from feedback.domain.complaints import Complaint
from feedback.domain.errors import MoveNotAllowed
from feedback.domain.kinds import CaseKind, Category, IdentityMode
from feedback.domain.lifecycle import Action, State
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.reader import TransferRequest
from feedback.queries.transfer_requests import open_request
from feedback.services import asking, cases, citizen, lifecycle, transfer_replies, transfer_requests
from feedback.simulation import words
from feedback.simulation.counter import day_of
from feedback.simulation.world import Life, World

CATEGORIES = tuple(one for one in Category if one not in (Category.HARASSMENT, Category.UNOFFICIAL_COST))
"""Complaints about unofficial money go to a desk of their own, which is not played."""


def arrive(world: World, life: Life) -> None:
    """Somebody complains; a seventh of them urgently, a third without a name."""
    luck = life.luck
    named, urgent = luck.random() < 0.66, luck.random() < 0.14
    receipt = cases.submit(
        Complaint(narrative=words.NARRATIVE, points=words.POINTS, category=luck.choice(CATEGORIES),
                  urgent=urgent, hindrance="Tôi không xây được nhà trước mùa mưa." if urgent else "",
                  identity_mode=IdentityMode.CONFIDENTIAL if named else IdentityMode.ANONYMOUS,
                  identity={"name": f"Người gửi {life.number}", "email": f"gui-{life.number}@mau.example"}
                  if named else {}),
        nonce=f"{Random(f'{world.plan.seed} {life.number}').getrandbits(128):032x}",
        secret=world.settings.secret_key, pepper=world.settings.pepper)
    life.case_id = receipt.case_id
    world.counts["cases"] += not receipt.repeated
    world.then(life, "read", luck.choices((0, 1, 2, 5), (40, 50, 6, 4))[0])
    if luck.random() < 0.01:
        world.then(life, "withdraw", luck.randint(1, 12))


def read(world: World, life: Life, case: Case) -> None:
    """Intake reads it: accepts, asks the sender, or proposes to refuse."""
    if case.state != State.SUBMITTED.value:
        return
    intake, chance = world.province.intake[life.number % 2], life.luck.random()
    if chance < 0.05 and not asking.asked_already(case):
        asking.ask(case, actor=intake, what=words.QUESTION)
        _may_supply(world, life, again="read")
    elif chance < 0.08 and lifecycle.open_proposal(case) is None:
        lifecycle.propose(case, Action.REFUSE, actor=intake, why=words.REFUSED)
        world.then(life, "decide", life.luck.choice((1, 1, 2, 6)))
    else:
        cases.accept(case, actor=intake, masked=case.narrative, kind=CaseKind.BEHAVIOUR,
                     masked_points={point.n: point.text for point in case.points},
                     category=Category(case.category))
        world.then(life, "assign", life.luck.choices((0, 1, 2, 5), (50, 35, 10, 5))[0])


def decide(world: World, life: Life, case: Case) -> None:
    """The second person confirms what was proposed, or not."""
    proposal = lifecycle.open_proposal(case)
    if proposal is None:
        return
    second = world.province.coordinators[life.number % 2]
    if proposal.action == Action.REFUSE.value and life.luck.random() < 0.2:
        lifecycle.decline(case, proposal, actor=second, why=words.DENIED)
        world.then(life, "read", 0)
        return
    lifecycle.confirm(case, proposal, actor=second)
    world.counts[f"ended_{proposal.action}"] += 1
    if life.luck.random() < 0.2:
        world.then(life, "object_to", life.luck.randint(2, 20))


def withdraw(world: World, life: Life, case: Case) -> None:
    """The sender wishes to withdraw; the province office confirms."""
    may = (Action.WITHDRAW, State(case.state)) in lifecycle.TABLE and lifecycle.open_proposal(case) is None
    if may:
        citizen.ask_to_withdraw(case, actor=citizen.as_sender(case.id), why=words.WITHDRAWN, pressed=False)
        world.then(life, "decide", 1)


def assign(world: World, life: Life, case: Case) -> None:
    """Intake gives it to an agency."""
    if case.state != State.ACCEPTED.value:
        return
    office = life.luck.choice(world.province.offices)
    cases.assign(case, db.session.get_one(Agency, office.id), actor=world.province.intake[life.number % 2])
    received(world, life, case)


def received(world: World, life: Life, case: Case) -> None:
    """It lies with an agency now: what they do with it."""
    office = world.province.office(case.agency_id or 0)
    if office.silent:
        world.counts["to_silent"] += 1
    elif office.passing or life.luck.random() < (0.02 if _came_from(case) is None else 0.2):
        world.then(life, "pass_on", life.luck.choice((1, 2, 4)))
    else:
        world.then(life, "take", life.luck.choices((0, 1, 3), (40, 50, 10))[0])


def pass_on(world: World, life: Life, case: Case) -> None:
    """The head says that another agency is competent: often the one that it came from."""
    if case.state != State.ASSIGNED.value or open_request(case.id) is not None:
        return
    office = world.province.office(case.agency_id or 0)
    other = life.luck.choice([one for one in world.province.offices if one.id != office.id and not one.silent])
    if (before := _came_from(case)) is not None and life.luck.random() < 0.6:
        other = world.province.office(before)
    transfer_requests.ask(case, to_agency_id=other.id, ground=words.GROUND, actor=office.head)
    world.counts["transfers_asked"] += 1
    if life.luck.random() < 0.8:
        world.then(life, "reply_transfer", life.luck.choice((0, 1, 1, 2)))
    world.then(life, "decide_transfer", life.luck.choice((3, 3, 5)))


def _came_from(case: Case) -> int | None:
    """The agency that passed the case on to the one that has it."""
    return db.session.scalar(select(TransferRequest.from_agency_id).where(
        TransferRequest.case_id == case.id, TransferRequest.granted.is_(True),
        TransferRequest.to_agency_id == case.agency_id).order_by(TransferRequest.id.desc()).limit(1))


def reply_transfer(world: World, life: Life, case: Case) -> None:
    """The agency that was named takes the case, or says why it is not competent."""
    request = open_request(case.id)
    if request is None or request.answered_at is not None:
        return
    head = world.province.office(request.to_agency_id).head
    if not transfer_replies.may_answer(head, case, request):
        return
    if life.luck.random() < 0.6:
        transfer_replies.accept(case, request, actor=head)
        received(world, life, case)
    else:
        transfer_replies.refuse(case, request, actor=head, why=words.GROUND)


def decide_transfer(world: World, life: Life, case: Case) -> None:
    """The coordinator sends it there, or back to work; denied, even a passing agency takes it."""
    request = open_request(case.id)
    if request is None:
        return
    coordinator = world.province.coordinators[life.number % 2]
    if life.luck.random() < 0.8:
        transfer_requests.grant(case, request, actor=coordinator)
        received(world, life, case)
    else:
        transfer_requests.deny(case, request, actor=coordinator, why=words.DENIED)
        world.then(life, "take", 1)


def take(world: World, life: Life, case: Case) -> None:
    """An officer takes it; in each round another one."""
    if case.state != State.ASSIGNED.value:
        return
    office = world.province.office(case.agency_id or 0)
    turns = [(life.number + case.round + turn) % len(office.officers) for turn in range(len(office.officers))]
    # After an objection nobody takes it who wrote one of the answers before.
    wrote = set(db.session.scalars(select(Answer.author_id).where(Answer.case_id == case.id))
                ) if case.objected else set()
    free = [turn for turn in turns if office.officers[turn].actor.person_id not in wrote]
    if not free:
        world.counts["nobody_left"] += 1  # the ladder tells of it, as of any case that lies
        return
    life.round, life.officer = case.round, free[0]
    officer = office.officers[life.officer]
    cases.take(case, actor=officer.actor)
    least, most = officer.days
    days = life.luck.randint(least, most)
    chance = life.luck.random()
    if chance < 0.10:
        world.then(life, "ask_time", life.luck.randint(0, most))
    elif chance < 0.14:
        world.then(life, "ask_other", 0)
    if life.luck.random() < 0.06 and not asking.asked_already(case):
        world.then(life, "ask_details", 1)
    else:
        world.then(life, "write", days)


def ask_details(world: World, life: Life, case: Case) -> None:
    """The officer asks for one concrete thing, and the clock waits."""
    if case.state != State.IN_PROGRESS.value:
        return
    officer = world.province.office(case.agency_id or 0).officers[life.officer]
    asking.ask_for_details(case, actor=officer.actor, what=words.QUESTION, override=words.OVERRIDE)
    world.counts["asked"] += 1
    _may_supply(world, life, again="write")


def _may_supply(world: World, life: Life, *, again: str) -> None:
    """Most senders reply in time, some too late, some never; whoever asked looks again after all that."""
    days = life.luck.choices((1, 3, 5, 7, 0), (30, 30, 10, 15, 15))[0]
    if days:
        world.on(life, "supply", world.book.working(day_of(world.now), days), life.luck.choice((9, 20)))
    world.then(life, again, 9)


def supply(world: World, life: Life, case: Case) -> None:
    """The sender adds what was asked for; too late it is refused, because the case went on."""
    late = case.state not in (State.AWAITING_SUBMITTER.value, State.AWAITING_DETAILS.value)
    try:
        citizen.supply(case, actor=citizen.as_sender(case.id), text=words.SUPPLIED)
    except MoveNotAllowed:
        world.counts["supplied_too_late"] += 1
        if not late:
            raise
    else:
        world.counts["supplied"] += 1


def object_to(world: World, life: Life, case: Case) -> None:
    """The sender objects, maybe when it is too late or for the second time, which is refused."""
    if State(case.state) not in (State.ANSWERED, State.REFUSED, State.WITHDRAWN, State.CLOSED):
        return
    try:
        citizen.object_to(case, actor=citizen.as_sender(case.id), why=words.OBJECTION)
    except MoveNotAllowed:
        world.counts["objected_in_vain"] += 1
        return
    world.counts["objections"] += 1
    if case.state == State.SUBMITTED.value:
        world.then(life, "read", 1)
    else:
        received(world, life, case)



def look_again(world: World, life: Life, case: Case) -> None:
    """The agency finds a case back on its desk that the clock brought back."""
    if case.state == State.ASSIGNED.value:
        received(world, life, case)
