"""The pages about lateness: the late answer, the apology before it, the explanation, both registers, letters."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline
from feedback.models.lateness import Apology
from feedback.queries.calendar import load_calendar
from feedback.services import apologies, explanations, history
from feedback.services.cases import Receipt
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of, walk
from tests.fixtures.late import SORRY


def places(house: House) -> list[Place]:
    """Each with the person it is for. The cases were due some days ago."""
    cast = house.cast
    with house.app.app_context(), writing():
        writing_, waiting, lying, soon, told, sent = (factories.complaint() for _ in range(6))
        for receipt in (writing_, soon, told):
            walk(receipt, Action.TAKE, hands=cast.hands)
        walk(waiting, Action.PROPOSE_ANSWER, hands=cast.hands)
        walk(lying, Action.APPROVE, hands=cast.hands)
        walk(sent, Action.APPROVE, hands=cast.hands)
        for receipt in (writing_, waiting, lying, soon, told, sent):
            _overdue(receipt)
        new_on = load_calendar().add_working_days(clock.today(), 5)
        for receipt, signed in ((soon, False), (told, True)):
            apologies.early(case_of(receipt), replace(SORRY, new_on=new_on),
                            actor=actor_of(cast.chi_head), signed=signed)
        case = case_of(sent)
        factories.answers.release(case, actor=actor_of(cast.ha), said=factories.said_of(case), sorry=SORRY)
        late = db.session.scalars(select(Deadline).where(
            Deadline.case_id == told.case_id, Deadline.kind == "handle")).one()
        events = explanations.demand_all([(case_of(told), late)])
        history.record_all([*events.values()])
        explanation_id = events[late.id].payload["explanation"]
        apology_id = db.session.scalars(select(Apology.id).where(Apology.case_id == sent.case_id)).one()
    return [
        Place(f"/desk/cases/{writing_.reference}/answer", cast.chi),
        Place(f"/desk/cases/{waiting.reference}/approve", cast.chi_head),
        Place(f"/supervision/cases/{lying.reference}/answer", cast.ha),
        Place(f"/desk/cases/{soon.reference}/apology", cast.chi_head),
        Place(f"/desk/cases/{told.reference}/apology", cast.chi),
        Place(f"/desk/cases/{told.reference}", cast.ha),
        Place("/desk/explanations", cast.chi_head),
        Place(f"/desk/explanations/{explanation_id}", cast.chi_head),
        Place("/supervision/apologies", cast.ha),
        Place("/supervision/explanations", cast.ha),
        Place(f"/desk/cases/{sent.reference}/apologies/{apology_id}/letter", cast.chi_head),
        Place("/statistics", None),
    ]


def _overdue(receipt: Receipt) -> None:
    """The sender's clock of this case ran out three days ago."""
    row = db.session.scalars(select(Deadline).where(
        Deadline.case_id == receipt.case_id, Deadline.kind == "total")).one()
    row.due_at = clock.now() - timedelta(days=3)
    row.due_on = clock.local_date(row.due_at)
