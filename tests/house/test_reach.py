"""Who may see a case is said twice, in Python for one case and in SQL for lists. Both must say the same."""

from itertools import product

import pytest
from sqlalchemy import select

from feedback.domain.kinds import Category
from feedback.domain.permissions import SYSTEM, Actor, CaseFacts, reads_original, within_reach
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.people import Person
from feedback.queries.visibility import facts_of, original_to, visible_to
from tests import factories
from tests.factories import case_of
from tests.fixtures.cast import Cast


@pytest.fixture
def grid(db_session, cast: Cast) -> tuple[list[Case], Cast]:
    """A case for each agency (and none) × restricted or not × hidden from Chi or not × levels out by a
    conflict."""
    made = []
    with writing():
        for agency_id, restricted, hidden, moved_up in product(
                (None, cast.office, cast.building, cast.land), (False, True), (False, True),
                ("", "head", "office", "head,office")):
            case = case_of(factories.complaint(
                category=Category.UNOFFICIAL_COST if restricted else Category.OTHER))
            case.agency_id, case.moved_up = agency_id, moved_up
            if hidden:
                factories.hide_from(case, db.session.get_one(Person, cast.chi.id))
            made.append(case.id)
    return [case_of(case_id) for case_id in made], cast


def _actors(cast: Cast, case_ids: list[int]) -> list[Actor]:
    """Every role and every pair of roles, in each agency, as Chi and as somebody else; senders; the clock."""
    actors = [SYSTEM, Actor(roles=frozenset()), Actor(roles=frozenset({Role.COMPLAINANT}))]
    actors += [Actor(roles=frozenset({Role.COMPLAINANT}), case_id=case_id) for case_id in case_ids]
    tree = {cast.office: frozenset({cast.office, cast.building, cast.land}),
            cast.building: frozenset({cast.building}), None: frozenset()}
    staff = [role for role in Role if role not in (Role.COMPLAINANT, Role.SYSTEM)]
    for first, second in product(staff, staff):
        if first > second:
            continue
        for person, agency in product((cast.chi.id, cast.dung.id), tree):
            actors.append(Actor(roles=frozenset({first, second}), person_id=person, agency_id=agency,
                                agency_tree=tree[agency]))
    return actors


def test_the_rule_and_the_query_see_the_same_cases(grid):
    made, cast = grid
    facts: list[CaseFacts] = [facts_of(case) for case in made]
    differ = []
    for actor in _actors(cast, [case.id for case in made]):
        in_python = {fact.case_id for fact in facts if within_reach(actor, fact)}
        in_sql = set(db.session.scalars(select(Case.id).where(visible_to(actor))))
        if in_python != in_sql:
            differ.append((actor, in_python ^ in_sql))
    assert differ == []


def test_the_rule_and_the_query_open_the_same_originals(grid):
    made, cast = grid
    facts: list[CaseFacts] = [facts_of(case) for case in made]
    differ = []
    for actor in _actors(cast, [case.id for case in made]):
        in_python = {fact.case_id for fact in facts if reads_original(actor, fact)}
        in_sql = set(db.session.scalars(select(Case.id).where(original_to(actor))))
        if in_python != in_sql:
            differ.append((actor, in_python ^ in_sql))
    assert differ == []


def test_a_leader_reads_originals_of_the_office_in_conflict_and_of_nobody_else(grid):
    made, cast = grid
    leader = Actor(roles=frozenset({Role.LEADER}), person_id=cast.dung.id, agency_id=cast.office)
    opened = {case.id for case in made if reads_original(leader, facts_of(case))}
    assert opened == {case.id for case in made if "office" in case.moved_up and not case.restricted}


def test_the_grid_is_not_trivial(grid):
    """Somebody sees everything open, somebody sees the restricted ones, somebody sees nothing."""
    made, cast = grid
    seen = {role: {case.id for case in made if within_reach(
        Actor(roles=frozenset({role}), person_id=cast.dung.id, agency_id=cast.land,
              agency_tree=frozenset({cast.land})), facts_of(case))} for role in Role}
    restricted = {case.id for case in made if case.restricted}
    assert seen[Role.RESTRICTED_DESK] == restricted
    assert seen[Role.COORDINATOR] == {case.id for case in made} - restricted
    assert seen[Role.ADMINISTRATOR] == seen[Role.AUDITOR] == seen[Role.PUBLISHER] == set()
    assert 0 < len(seen[Role.OFFICER]) < len(seen[Role.COORDINATOR])
