"""The pages of more time: asking, deciding, and a case whose due date moved."""

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.extensions import Extension
from feedback.queries.extensions import total_of
from feedback.services import extensions
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.domain.test_time_changes import EVIDENCE, REASON
from tests.factories import actor_of, case_of, walk


def places(house: House) -> list[Place]:
    """All pages of more time."""
    cast, hands = house.cast, house.cast.hands
    with house.app.app_context(), writing():
        plain, waits, given, refused = (factories.complaint() for _ in range(4))
        ids = {}
        for receipt in (plain, waits, given, refused):
            walk(receipt, Action.TAKE, hands=hands)
        for receipt in (waits, given, refused):
            total = total_of(receipt.case_id)
            assert total is not None  # it runs
            ids[receipt.reference] = extensions.ask(
                case_of(receipt), ground="site_inspection", reason=REASON, evidence=EVIDENCE,
                new_on=extensions.last_day(total), actor=actor_of(cast.chi)).id
        extensions.grant(case_of(given), db.session.get_one(Extension, ids[given.reference]),
                         actor=actor_of(cast.ha))
        extensions.deny(case_of(refused), db.session.get_one(Extension, ids[refused.reference]),
                        actor=actor_of(cast.ha), why="Hồ sơ đã đủ, Sở trả lời được trong hạn.")
    at = "/desk/cases/{0.reference}".format
    return [
        *(Place(path, cast.chi) for path in (
            f"{at(plain)}/extension", at(waits), at(given), at(refused))),
        *(Place(path, cast.ha) for path in (
            "/supervision/extensions", f"/supervision/extensions/{ids[waits.reference]}", at(waits))),
    ]
