"""The public register with something in it: a case that went round and came back as vague, filters in force."""

from feedback.domain.answers.taxonomy import Flag
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.services import answers, cases, publication, publication_body, publication_release, register_counts
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of


def places(house: House) -> list[Place]:
    """The list narrowed, searched and empty; nobody needs to sign in."""
    return [Place(path, None) for path in (
        "/register?passed_on=1&returned=1", "/register?q=ho+khau+giay+phep", "/register?late=1&kind=rule",
        f"/register/{travelled(house)}")]


def travelled(house: House) -> str:
    """The reference of a published case that was passed round between two agencies and returned as vague."""
    cast, hands = house.cast, house.cast.hands
    with house.app.app_context():
        with writing():
            receipt = factories.complaint(procedure_id=factories.procedure())
            case = factories.walk(receipt, Action.ASSIGN, hands=hands)
            for agency_id in (cast.land, cast.building):
                cases.transfer(case, db.session.get_one(Agency, agency_id), actor=actor_of(cast.ha),
                               why="Thuộc việc của cơ quan này.")
            for action in (Action.TAKE, Action.PROPOSE_ANSWER, Action.APPROVE):
                factories._step(case, action, hands=hands, text=factories.GOOD_ANSWER)
            answers.return_answer(case, actor=actor_of(cast.ha), why="Chưa nói rõ.", said=factories.said_of(case),
                                  codes=[Flag.RESTATE.value, Flag.PARTIAL.value])
            for action in (Action.PROPOSE_ANSWER, Action.APPROVE, Action.RELEASE, Action.CLOSE):
                factories._step(case, action, hands=hands, text=factories.GOOD_ANSWER)
        with writing():  # this one alone: other pages have drafts that wait
            draft = publication.draft_for(case_of(receipt))
            assert draft is not None
            publication.confirm(draft, actor=actor_of(cast.publisher), body=publication_body.load(draft.body))
            publication.approve(draft, actor=actor_of(cast.second_publisher))
            assert publication_release.publish_one(draft.id, draft.publish_after)
        with writing():
            register_counts.recount()
        return receipt.reference
