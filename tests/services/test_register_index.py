"""The register's index follows what it has to hold, and the choices are counted beforehand."""

from datetime import date

import pytest
from sqlalchemy import update

from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.publications import Publication, PublicationPoint, PublicationTokens
from feedback.queries import register, register_choices, register_match
from feedback.queries.register_page import Filters
from feedback.services import register_counts, register_index
from tests import factories

# each engine has its own full-text search
pytestmark = [pytest.mark.usefixtures("db_session"), pytest.mark.both_engines]


def put(title, code, **about):
    """A public case of the agency with this code, indexed as before there was a tree in the index."""
    row = Publication(
        reference=title, status="published", title=title, summary="", language="vi", agency_code=code,
        agency_vi=code, agency_en=code, category="late_result", outcome="resolved", found="", done="", owner="",
        ground="", next_step="", published_on=date(2026, 11, 2), etag="",
        points=[PublicationPoint(n=1, question="Vì sao chậm?", answer="Đã trả.")],
        **{"kind": "behaviour", "late_days": 0, "times_returned": 0, "times_passed_on": 0, "historical": False,
           **about})
    db.session.add(row)
    db.session.flush()
    db.session.add(register_match.index_row(row))


@pytest.fixture
def tree():
    """A department with an office below it and a counter below that; a second department."""
    with writing():
        top = factories.agency("Sở Xây dựng", code="H1.1")
        middle = factories.agency("Chi cục", code="H1.1.1", parent=top)
        factories.agency("Quầy", code="H1.1.1.1", parent=middle)
        factories.agency("Sở Y tế", code="H1.2")
        for title, code in (("MOT", "H1.1.1.1"), ("HAI", "H1.1"), ("BA", "H1.2")):
            put(title, code)


def found(**filters):
    return {entry.reference for entry in register.newest(Filters(**filters)).entries}


def test_an_agency_finds_the_cases_of_those_below_it_once_the_sweep_came_by(tree):
    assert found(agency="H1.1") == {"HAI"}
    with writing():
        register_counts.recount()
    assert found(agency="H1.1") == {"MOT", "HAI"}
    assert found(agency="H1.1.1") == {"MOT"}
    assert found(agency="H1.2") == {"BA"}


def test_when_the_tree_changes_the_index_follows(tree):
    with writing():
        register_counts.recount()
        db.session.execute(update(Agency).where(Agency.code == "H1.1.1").values(
            parent_id=db.session.query(Agency.id).filter_by(code="H1.2").scalar()))
    with writing():
        register_counts.recount()
    assert (found(agency="H1.1"), found(agency="H1.2")) == ({"HAI"}, {"MOT", "BA"})


def test_many_cases_are_caught_up_with_in_steps_and_then_left_alone(tree, monkeypatch, sql_log):
    monkeypatch.setattr(register_index.after, "__kwdefaults__", {"most": 2})
    for _ in range(3):
        with writing():
            register_counts.recount()
    assert found(agency="H1.1") == {"MOT", "HAI"}
    sql_log.clear()
    with writing():
        register_counts.recount()
    assert not [one for one in sql_log.statements if "publication_point" in one]


def test_the_command_indexes_what_lost_its_row(tree):
    with writing():
        db.session.query(PublicationTokens).delete()
    assert found(agency="H1.1") == set()
    with writing():
        register_index.fill(register_index.after(0), register_index.agencies_above())
    assert found(agency="H1.1") == {"MOT", "HAI"}


def test_each_choice_has_its_number_and_a_parent_counts_its_children():
    with writing():
        top = factories.agency("Sở Xây dựng", code="H1.1")
        factories.agency("Chi cục", code="H1.1.1", parent=top)
        number = factories.procedure("Cấp giấy phép")
        code = db.session.get_one(factories.Procedure, number).code
        put("MOT", "H1.1.1", late_days=2, times_returned=1, procedure_code=code)
        put("HAI", "H1.1", kind="rule", times_passed_on=3)
        put("BA", "H1.1", historical=True, late_days=None)
        assert register_choices.choices() == {}
        register_counts.recount()
    made = register_choices.choices()
    numbers = {name: {one.value: one.number for one in listed} for name, listed in made.items()}
    assert numbers == {
        "agency": {"H1.1": 3, "H1.1.1": 1}, "procedure": {code: 1}, "kind": {"behaviour": 2, "rule": 1},
        "category": {"late_result": 3}, "outcome": {"resolved": 3}, "month": {"2026-11": 3},
        "historical": {"here": 2, "before": 1}, "way": {"returned": 1, "passed_on": 1, "late": 1}}
    assert {one.name_vi for one in made["agency"]} == {"Sở Xây dựng", "Chi cục"}
    for filters, titles in (({"returned": True}, {"MOT"}), ({"passed_on": True}, {"HAI"}),
                            ({"late": True}, {"MOT"}), ({"kind": "rule"}, {"HAI"}), ({"procedure": code}, {"MOT"}),
                            ({"late": True, "kind": "rule"}, set())):
        assert found(**filters) == titles, filters
