"""The pages around a tracking key: lost, asked for at the counter, confirmed."""

from feedback.extensions import writing
from feedback.services import reissue_counter
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of


def places(house: House) -> list[Place]:
    """Each with the person it is for."""
    cast = house.cast
    with house.app.app_context(), writing():
        fresh, waiting, confirmed = (factories.complaint() for _ in range(3))
        for receipt in (waiting, confirmed):
            row = reissue_counter.ask(case_of(receipt), actor=actor_of(cast.intake),
                                      checked="Có biên nhận đã in; kể đúng câu đầu và cả hai điểm.")
        reissue_counter.decide(case_of(confirmed), row, actor=actor_of(cast.second_intake), granted=True)
    return [
        Place("/track/lost", None), Place("/track/lost/code", None),
        *(Place(f"/desk/cases/{receipt.reference}/new-key", cast.intake) for receipt in (
            fresh, waiting, confirmed)),
        Place(f"/desk/cases/{waiting.reference}/new-key", cast.ha),
    ]
