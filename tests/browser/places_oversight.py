"""The pages of oversight: the province under a filter, the gate with all it can show, conflicts, identities,
search."""

from feedback.domain.conflicts import About
from feedback.domain.kinds import IdentityMode
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.identity import IdentityGrant
from feedback.services import answers, conflicts, identity
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of, said_of, walk
from tests.services.test_answers import VAGUE

SENDER = {"name": "Nguyễn Văn An", "phone": "0912345678", "email": "an.kin@thu.example"}


def named(case: Case) -> Case:
    """The same case, its sender agreeing to be named."""
    case.identity_mode = IdentityMode.NAMED.value
    return case


def places(house: House) -> list[Place]:
    """All pages of oversight."""
    cast, hands = house.cast, house.cast.hands
    with house.app.app_context(), writing():
        walk(factories.complaint(identity=SENDER), Action.RELEASE, hands=hands)
        full = factories.complaint(identity=SENDER)
        case = walk(full, Action.APPROVE, hands=hands, text=VAGUE)
        answers.return_answer(case, actor=actor_of(cast.ha), why="Chưa nói bao giờ xong.", codes=["generic"],
                              said=said_of(case))
        answers.save_draft(case, factories.GOOD_ANSWER, actor=actor_of(cast.chi))
        answers.submit_answer(case, actor=actor_of(cast.chi), override="Đã viết lại.")
        answers.approve(case, actor=actor_of(cast.chi_head))
        asked = factories.complaint(identity=SENDER)
        grant = identity.ask_grant(named(walk(asked, Action.TAKE, hands=hands)), actor=actor_of(cast.chi),
                                   why="Cần số nhà để kiểm tra thực địa.")
        grant_id = grant.id
        given = factories.complaint(identity=SENDER)
        allowed = identity.ask_grant(named(walk(given, Action.TAKE, hands=hands)), actor=actor_of(cast.chi),
                                     why="Cần gọi.")
        identity.give_grant(db.session.get_one(IdentityGrant, allowed.id), actor=actor_of(cast.ha))
        office = factories.complaint()
        walk(office, Action.APPROVE, hands=hands, text=VAGUE)
        conflicts.record(case_of(office), about=About.OFFICE, people=[cast.second_intake.id],
                         why="Người gửi phản ánh chính người này.", actor=actor_of(cast.ha))
        new = factories.complaint()
    return [
        *(Place(path, cast.ha) for path in (
            f"/supervision/cases/{full.reference}/answer", f"/supervision/cases/{office.reference}/answer",
            f"/supervision/?agency={cast.building}&state=gate_review", "/supervision/?late=1",
            f"/supervision/?agency={cast.land}&category=initiative",
            "/desk/search", "/desk/identity", f"/desk/identity/{grant_id}",
            f"/desk/cases/{new.reference}/conflict", f"/desk/cases/{office.reference}/conflict",
            f"/desk/cases/{asked.reference}/identity")),
        *(Place(path, cast.chi) for path in (
            f"/desk/cases/{asked.reference}/identity", f"/desk/cases/{given.reference}/identity",
            f"/desk/cases/{full.reference}/identity", "/desk/search")),
        Place(f"/desk/cases/{asked.reference}/conflict", cast.chi_head),
        *(Place(path, cast.leader) for path in (
            "/supervision/", f"/supervision/cases/{office.reference}/answer", f"/desk/cases/{office.reference}")),
    ]
