"""Pages with files: a case with three, as intake, the coordinator and the agency see it."""

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.attachments import Attachment
from feedback.services import attachments, cases
from tests import factories
from tests.adapters import hostile_pieces as made
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of, walk


def places(house: House) -> list[Place]:
    """One case; the agency gets the first of its files."""
    with house.app.app_context():
        prepared = [attachments.prepare(name, data) for name, data in (
            ("bien nhan.jpg", made.jpeg()), ("don.pdf", made.pdf()), ("don.docx", made.docx()))]
        with writing():
            receipt = factories.complaint()
            for one in prepared:
                attachments.receive(one, actor=cases.SENDER, case=case_of(receipt))
            case = walk(receipt, Action.TAKE, hands=house.cast.hands)
            first = db.session.query(Attachment).filter_by(case_id=case.id).order_by(Attachment.id).first()
            assert first is not None
            attachments.share(case, [first.token], actor=actor_of(house.cast.intake))
    page = f"/desk/cases/{receipt.reference}"
    return [Place(page, house.cast.intake), Place(f"{page}?refused=mismatch", house.cast.intake),
            Place(page, house.cast.ha), Place(page, house.cast.chi)]
