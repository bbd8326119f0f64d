"""The pages of letters: what is owed, and one case's letter before and after there is an answer."""

from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import walk


def places(house: House) -> list[Place]:
    """The list and two cases."""
    with house.app.app_context(), writing():
        early = factories.complaint()
        settled = factories.complaint(identity={"name": "Nguyễn Văn An", "address": "12 đường Hùng Vương"})
        walk(settled, Action.RELEASE, hands=house.cast.hands)
    return [Place("/desk/letters", house.cast.intake),
            Place(f"/desk/cases/{early.reference}/letter", house.cast.intake),
            Place(f"/desk/cases/{settled.reference}/letter", house.cast.intake)]
