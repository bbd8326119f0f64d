"""The open interface against its own description, by schemathesis: hundreds of requests that nobody thought of."""

from datetime import date

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from feedback.extensions import db, writing
from feedback.models.publications import Publication, PublicationHolder, PublicationPromise, PublicationStep
from feedback.queries import open_data, open_registers, register
from feedback.services import publication_release, register_counts
from tests.factories import actor_of
from tests.web.test_budgets import publish

SEED = 20261122
EXAMPLE = "7K3M-Q9XW"
"""The reference that the description gives as an example."""
EXAMPLES = 12
"""Requests that are made up for each kind of input of each address."""


@pytest.fixture
def filled(app, db_session, cast):
    """A register of 44 cases and one that was taken out; the example of the description is one of them."""
    with writing():
        publish(45)
        db.session.get_one(Publication, 3).reference = EXAMPLE
        db.session.add_all([
            PublicationPromise(publication_id=3, n=1, line="Trả bản vẽ.", promised_on=date(2026, 9, 3),
                               standing="kept"),
            PublicationHolder(publication_id=3, n=1, agency_code="T7", agency_vi="Sở Xây dựng", agency_en="Dep.",
                              came_by="assigned", working_days=9),
            PublicationStep(publication_id=3, n=1, step="returned", day=3, codes="generic")])
        register_counts.recount()
    with writing():
        gone = register.one("0007-0007")
        publication_release.unpublish(gone, actor=actor_of(cast.publisher), reason="Soát lại.")
    return app


def described(app, *, examples=EXAMPLES):
    config = SchemathesisConfig.from_dict({
        "seed": SEED, "generation": {"max-examples": examples, "database": "none"},
        "phases": {"stateful": {"enabled": False}}})
    config.projects.default.update(base_url="http://localhost/api/v1")
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)


def tried(schema):
    """Everything schemathesis finds wrong, and how many requests it made."""
    wrong, asked = set(), 0
    for event in from_schema(schema).execute():
        if isinstance(event, (NonFatalError, FatalError)):
            wrong.add(repr(event))
        if isinstance(event, ScenarioFinished):
            for checks in event.recorder.checks.values():
                asked += 1
                wrong.update(f"{event.label}: {one.failure_info.failure.title}: {one.failure_info.failure.message}"
                             for one in checks if one.failure_info is not None)
    return wrong, asked


def test_nothing_is_found_in_hundreds_of_requests(filled):
    schema = described(filled)
    wrong, asked = tried(schema)
    assert wrong == set()
    assert asked > 100
    for reference, status in ((EXAMPLE, 200), ("0007-0007", 410), ("ZZZZ-ZZZZ", 404)):
        case = schema["/cases/{reference}"]["GET"].Case(path_parameters={"reference": reference})
        assert case.call_and_validate().status_code == status


def test_a_field_that_nobody_described_and_a_fault_are_found(filled, monkeypatch):
    """The same run sees what it is there for: who sent a case in its JSON, and an answer of 500."""
    real = open_data.card
    monkeypatch.setattr(open_data, "card", lambda shown, *, base: {**real(shown, base=base), "sender": "An"})
    monkeypatch.setattr(open_registers, "procedures", lambda *, after: 1 // 0)
    wrong, _ = tried(described(filled, examples=1))
    found = " ".join(wrong)
    assert "GET /cases: Response violates schema" in found
    assert "GET /procedures: Server error" in found
