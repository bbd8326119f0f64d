"""Everything that is not in the table of moves is refused: each action, in each state, by each role."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from feedback.domain.errors import HouseError, MoveNotAllowed, ReasonMissing, SamePerson
from feedback.domain.lifecycle import MOVES, TABLE, Action, Move, State
from feedback.domain.permissions import SYSTEM, Actor
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.events import Event
from feedback.services import citizen, lifecycle
from tests import factories
from tests.factories import actor_of, case_of
from tests.fixtures.cast import Cast

STARTED = [move for move in MOVES if move.from_ is not None]


@pytest.fixture
def case_id(db_session, cast: Cast) -> int:
    """A case of Chi's agency."""
    with writing():
        case = case_of(factories.complaint())
        case.agency_id = cast.building
    return case.id


@pytest.fixture
def actors(cast: Cast, case_id: int) -> dict[Role, Actor]:
    """One actor a role, each with this case within reach wherever the role reaches any."""
    members = {Role.INTAKE: cast.intake, Role.OFFICER: cast.chi, Role.AGENCY_HEAD: cast.chi_head,
               Role.COORDINATOR: cast.ha, Role.PUBLISHER: cast.publisher, Role.LEADER: cast.leader,
               Role.RESTRICTED_DESK: cast.restricted, Role.AUDITOR: cast.auditor, Role.ADMINISTRATOR: cast.quan}
    return {Role.SYSTEM: SYSTEM, Role.COMPLAINANT: citizen.as_sender(case_id),
            **{role: actor_of(member) for role, member in members.items()}}


@pytest.fixture
def in_state(case_id: int) -> Iterator:
    """Call it with a state (and whether restricted) for the case standing there, whatever the rules say."""

    def put(state: State, *, restricted: bool = False) -> Case:
        db.session.rollback()
        db.session.execute(update(Case).where(Case.id == case_id).values(
            {"state": state.value, "restricted": restricted}))
        return case_of(case_id)

    yield put
    db.session.rollback()


def _is_allowed(move: Move | None, role: Role, *, restricted: bool) -> bool:
    """What the table says, and reach: restricted cases are for the restricted desk, the sender and the clock."""
    if move is None or role not in move.by or move.second_by:
        return False
    if role in (Role.SYSTEM, Role.COMPLAINANT):
        return True
    return (role is Role.RESTRICTED_DESK) == restricted


@pytest.mark.parametrize("restricted", [False, True])
def test_whatever_is_not_in_the_table_is_refused(in_state, actors, case_id, restricted):
    let_through, kept_out = [], []
    for state in State:
        case = in_state(state, restricted=restricted)
        events = db.session.query(Event).count()
        for action in Action:
            for role, actor in actors.items():
                if _is_allowed(TABLE.get((action, state)), role, restricted=restricted):
                    continue
                try:
                    with db.session.begin_nested():
                        lifecycle.advance(case, action, actor=actor, why="vì vậy")
                except MoveNotAllowed:
                    kept_out.append((action, state, role))
                else:
                    let_through.append((action, state, role))
        assert case.state == state.value
        assert db.session.query(Event).count() == events, "a refused move leaves no event"
    assert let_through == []
    assert len(kept_out) > len(State) * len(Action) * len(Role) * 0.9


@pytest.mark.parametrize("move", [m for m in STARTED if not m.second_by], ids=lambda m: f"{m.action}-{m.from_}")
def test_what_is_in_the_table_happens_and_is_written_down(in_state, actors, move):
    for role in sorted(move.by):
        case = in_state(move.from_, restricted=role is Role.RESTRICTED_DESK)
        events = db.session.query(Event).filter_by(type=move.action.value).count()
        lifecycle.advance(case, move.action, actor=actors[role], why="vì vậy")
        assert case.state == move.to.value
        assert db.session.query(Event).filter_by(type=move.action.value).count() == events + 1


@pytest.mark.parametrize("move", [m for m in STARTED if m.second_by], ids=lambda m: f"{m.action}-{m.from_}")
def test_leaving_without_an_answer_needs_a_second_person(in_state, actors, cast, move):
    first = actors[sorted(move.by)[0]]
    case = in_state(move.from_)
    with pytest.raises(MoveNotAllowed):
        lifecycle.advance(case, move.action, actor=first, why="vì vậy")
    proposal = lifecycle.propose(case, move.action, actor=first, why="vì vậy")
    assert case.state == move.from_.value
    for role, actor in actors.items():
        if role not in move.second_by:
            with pytest.raises(HouseError):
                lifecycle.confirm(case, proposal, actor=actor)
    if first.person_id is not None:
        with pytest.raises(SamePerson):
            lifecycle.confirm(case, proposal, actor=first)
    assert case.state == move.from_.value
    lifecycle.confirm(case, proposal, actor=actor_of(cast.second_intake))
    assert case.state == move.to.value


@pytest.mark.parametrize("move", [m for m in STARTED if m.must_say_why and not m.second_by],
                         ids=lambda m: f"{m.action}-{m.from_}")
@pytest.mark.parametrize("why", [None, "", "  \n "])
def test_who_must_say_why_cannot_keep_silent(in_state, actors, move, why):
    ordinary = sorted(move.by - {Role.RESTRICTED_DESK})
    case = in_state(move.from_, restricted=not ordinary)
    actor = actors[ordinary[0] if ordinary else Role.RESTRICTED_DESK]
    with pytest.raises(ReasonMissing):
        lifecycle.advance(case, move.action, actor=actor, why=why)
    assert case.state == move.from_.value


def test_every_action_from_a_state_is_one_row():
    assert len(TABLE) == len(MOVES)
