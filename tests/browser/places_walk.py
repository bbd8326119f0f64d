"""The pages of the walk: each with the person it is for and a case in the state it needs."""

from dataclasses import dataclass

from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.services import lifecycle
from tests import factories
from tests.browser.conftest import House
from tests.factories import Member, actor_of, case_of, walk
from tests.services.test_answers import VAGUE


@dataclass(frozen=True)
class Place:
    """A page, and who opens it (None: anybody)."""

    path: str
    who: Member | None


def places(house: House) -> list[Place]:
    """All pages of the walk."""
    cast, hands = house.cast, house.cast.hands
    with house.app.app_context(), writing():
        references = {"submitted": factories.complaint().reference}
        for name, action in (("accepted", Action.ACCEPT), ("assigned", Action.ASSIGN), ("taken", Action.TAKE),
                             ("approval", Action.PROPOSE_ANSWER), ("gate", Action.APPROVE),
                             ("answered", Action.RELEASE)):
            receipt = factories.complaint()
            walk(receipt, action, hands=hands, text=VAGUE if name == "gate" else factories.GOOD_ANSWER)
            references[name] = receipt.reference
        proposed = factories.complaint()
        lifecycle.propose(case_of(proposed), Action.REFUSE, actor=actor_of(cast.intake), why="Trùng hồ sơ khác.")
        references["proposed"] = proposed.reference
    return [
        *(Place(path, None) for path in (
            "/", "/about", "/contact", "/statistics", "/complain", "/track", "/register", "/register?q=dat+dai",
            "/sign-in", "/trial/components", "/trial/mailbox", "/no-such-page")),
        *(Place(path, cast.intake) for path in (
            "/desk/intake", "/account/sessions", "/account/password", f"/desk/cases/{references['submitted']}",
            f"/desk/cases/{references['submitted']}/accept", f"/desk/cases/{references['submitted']}/merge",
            f"/desk/cases/{references['accepted']}/assign",
            f"/desk/cases/{references['submitted']}/forward_outside")),
        Place(f"/desk/cases/{references['proposed']}", cast.second_intake),
        Place(f"/desk/cases/{references['proposed']}/proposal", cast.second_intake),
        *(Place(path, cast.chi) for path in (
            "/desk/inbox", "/desk/inbox?show=mine", f"/desk/cases/{references['assigned']}",
            f"/desk/cases/{references['taken']}/answer", f"/desk/cases/{references['answered']}")),
        *(Place(path, cast.chi_head) for path in (
            f"/desk/cases/{references['approval']}", f"/desk/cases/{references['approval']}/send_back",
            f"/desk/cases/{references['assigned']}/allot")),
        *(Place(path, cast.ha) for path in (
            "/supervision/gate", "/supervision/", "/supervision/?show=all",
            f"/supervision/cases/{references['gate']}/answer", f"/desk/cases/{references['gate']}",
            f"/desk/cases/{references['assigned']}/transfer", "/admin/calendar", "/admin/calendar?year=2031")),
        *(Place(path, cast.publisher) for path in (
            "/desk/publication", "/desk/publication?status=published", "/desk/publication/batch")),
        *(Place(path, cast.quan) for path in ("/admin/people", "/admin/agencies", "/desk/cases/AAAA-AAAA")),
        Place("/admin/audit", cast.auditor),
    ]
