"""The pages around passing on and joint handling: what is offered, what a second agency gives, who held a case."""

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.services import cases, contributions, transfer_replies, transfer_requests
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of, walk
from tests.services.test_contributions import WANTED
from tests.services.test_transfer_replies import NO
from tests.services.test_transfer_requests import GROUND


def places(house: House) -> list[Place]:
    """All pages of passing on and of joint handling."""
    cast = house.cast
    with house.app.app_context(), writing():
        offered, refused, joint, round_ = (factories.complaint() for _ in range(4))
        for receipt in (offered, refused, joint, round_):
            walk(receipt, Action.TAKE, hands=cast.hands)
        chi, ha = actor_of(cast.chi), actor_of(cast.ha)
        first, second = (transfer_requests.ask(case_of(one), to_agency_id=cast.land, ground=GROUND, actor=chi)
                         for one in (offered, refused))
        transfer_replies.refuse(case_of(refused), second, actor=actor_of(cast.dung_head), why=NO)
        asked = contributions.ask(case_of(joint), agency_id=cast.land, wanted=WANTED, actor=chi)
        for agency in (cast.land, cast.building):
            cases.transfer(case_of(round_), db.session.get_one(Agency, agency), actor=ha,
                           why="Đúng thẩm quyền hơn.")
        first_id, second_id, asked_id = first.id, second.id, asked.id
    at = "/desk/cases/{0.reference}".format
    return [
        *(Place(path, cast.dung_head) for path in (
            "/desk/transfers/offered", f"/desk/transfers/{first_id}", f"/desk/transfers/{second_id}",
            "/desk/contributions", f"/desk/contributions/{asked_id}", "/desk/contributions?show=ended")),
        Place("/desk/transfers/offered", cast.chi_head),
        *(Place(path, cast.chi) for path in (f"{at(joint)}/contribute", at(joint))),
        *(Place(path, cast.ha) for path in (
            "/supervision/passing", "/supervision/passing?loops=1&days=365", f"/supervision/transfers/{second_id}",
            "/supervision/transfers", at(round_))),
    ]
