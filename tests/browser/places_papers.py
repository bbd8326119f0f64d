"""The pages around papers and transfers: questions with the published list beside them, the office afterwards."""

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.reader import TransferRequest
from feedback.services import asking, transfer_requests
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of, walk
from tests.services.test_papers import BEYOND, listed_procedure
from tests.services.test_transfer_requests import GROUND


def places(house: House) -> list[Place]:
    """All pages of papers and transfers."""
    cast, hands = house.cast, house.cast.hands
    with house.app.app_context(), writing():
        procedure_id = listed_procedure()
        new = factories.complaint(procedure_id=procedure_id)
        taken, asked, passed, denied = (factories.complaint(procedure_id=procedure_id) for _ in range(4))
        for receipt in (taken, asked, passed, denied):
            walk(receipt, Action.TAKE, hands=hands)
        chi = actor_of(cast.chi)
        asking.ask_for_details(case_of(asked), actor=chi, what=BEYOND, override="Hộ khẩu cũ ghi khác năm sinh.")
        for receipt in (passed, denied):
            last = transfer_requests.ask(case_of(receipt), to_agency_id=cast.land, ground=GROUND,
                                         actor=chi)
        waiting = db.session.query(TransferRequest.id).filter_by(case_id=passed.case_id).scalar()
        transfer_requests.deny(case_of(denied), last, actor=actor_of(cast.ha),
                               why="Bãi cát nằm trong công trường.")
    at = "/desk/cases/{0.reference}".format
    return [
        Place(f"{at(new)}/ask_submitter", cast.intake),
        *(Place(path, cast.chi) for path in (
            f"{at(taken)}/ask_submitter", f"{at(taken)}/transfer-request", at(passed), at(denied), at(asked))),
        *(Place(path, cast.ha) for path in (
            "/supervision/papers", f"/supervision/papers?agency={cast.land}&unseen=1", "/supervision/transfers",
            f"/supervision/transfers/{waiting}", at(passed))),
    ]
