"""The deeds of the registers refuse by themselves what their forms do not even offer."""

from dataclasses import asdict, replace
from datetime import date

import pytest

from feedback.domain.calendar import Unit
from feedback.domain.errors import BadInput
from feedback.domain.kinds import Category
from feedback.domain.province import Switch
from feedback.domain.registers import RowChanged, fingerprint
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.queries import categories
from feedback.services import agencies, limits, province, reorganising
from tests import factories
from tests.factories import actor_of


def test_nobody_stands_above_themselves(db_session, cast):
    with writing():
        child = factories.agency("Phòng Cấp phép", parent=cast.building)
    facts = agencies.facts_of(db.session.get_one(Agency, cast.building))
    for above in (child, cast.building):
        with pytest.raises(BadInput, match="cycle"), writing():
            agencies.change(cast.building, replace(facts, parent_id=above), shown=fingerprint(asdict(facts)),
                            actor=actor_of(cast.quan))


def test_two_agencies_do_not_take_over_from_each_other(db_session, cast):
    with writing():
        land = db.session.get_one(Agency, cast.land)
        land.valid_to, land.successor_id = date(2099, 1, 1), cast.building
    building = db.session.get_one(Agency, cast.building)
    shown = fingerprint(reorganising.ending_of(building))
    for successor, code in ((cast.land, "cycle"), (cast.building, "same"), (999_999, "closed")):
        with pytest.raises(BadInput, match=code), writing():
            reorganising.close(cast.building, last_day=date(2026, 1, 1), successor_id=successor, source="QĐ 1",
                               move_people=False, shown=shown, actor=actor_of(cast.quan))


def test_switches_and_categories_keep_to_their_rules(db_session, cast):
    quan = actor_of(cast.quan)
    stand = fingerprint({key.value: value for key, value in province.switches().items()})
    for value in (-1, 61):
        with pytest.raises(BadInput, match="range"), writing():
            province.keep_switches({Switch.BACK_DATING_DAYS: value}, shown=stand, actor=quan)
    other = categories.settings()[Category.OTHER]
    with pytest.raises(BadInput, match="last"), writing():
        province.keep_category(replace(other, offered=False), shown=fingerprint(asdict(other)), actor=quan)
    with pytest.raises(RowChanged), writing():
        province.keep_category(other, shown="", actor=quan)


def test_a_limit_planned_for_later_is_not_overtaken_unseen(db_session, cast, frozen):
    def amend(day: date, shown: int) -> None:
        with writing():
            limits.amend("gate", amount=2, unit=Unit.WORKING_DAYS, legal_basis="QĐ 1", valid_from=day, shown=shown,
                         actor=actor_of(cast.quan))

    amend(date(2027, 1, 1), 1)
    with pytest.raises(BadInput, match="before"):
        amend(date(2026, 12, 1), 2)
    amend(date(2027, 1, 1), 2)
