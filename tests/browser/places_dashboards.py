"""The dashboards with something in every list, the day of an officer and of a head, the morning sheets, the public
list of overdue cases."""

from datetime import timedelta

from sqlalchemy import select, update

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.instructions import Instruction
from feedback.models.overdue import OverdueListing, OverdueTotal
from feedback.services import answers
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, said_of, walk

LISTS = ("today", "week", "late", "unopened", "nobody_left", "held", "stuck", "returned", "broken_promises",
         "loops", "passed_on", "chairman")


def places(house: House) -> list[Place]:
    """All pages of this room."""
    cast, hands = house.cast, house.cast.hands
    with house.app.app_context(), writing():
        for days_late, action in ((9, Action.TAKE), (6, Action.ASSIGN), (1, Action.TAKE), (0, Action.TAKE),
                                  (-1, Action.TAKE)):
            _due(walk(factories.complaint(), action, hands=hands).id, days_late)
        back = walk(factories.complaint(), Action.APPROVE, hands=hands)
        answers.return_answer(back, actor=actor_of(cast.ha), why="Chưa nói bao giờ xong.", codes=["generic"],
                              said=said_of(back))
        for agency, body, days in ((cast.building, "Trả lời dứt điểm hồ sơ tồn quá 30 ngày.", 2),
                                   (cast.land, "Báo cáo nguyên nhân chậm.", 0)):
            db.session.add(Instruction(agency_id=agency, body=body, issued_by_id=cast.ha.id, issued_at=clock.now(),
                                       due_on=clock.today() - timedelta(days=days)))
        _published()
    return [
        *(Place(f"/supervision/lists/{name}", cast.ha) for name in LISTS),
        *(Place(path, cast.ha) for path in (
            "/supervision/", "/supervision/late", "/supervision/morning", "/supervision/lists/stuck?days=1",
            f"/supervision/lists/late?agency={cast.land}")),
        *(Place(path, cast.leader) for path in ("/supervision/", "/supervision/lists/moved_up")),
        Place("/desk/day", cast.chi), Place("/desk/day", cast.dung), Place("/desk/day", cast.chi_head),
        Place("/desk/morning", cast.chi_head), Place("/overdue", None), Place("/overdue?after=2099-01-01~x", None),
        Place(f"/admin/people/{cast.chi.id}/edit", cast.quan),
    ]


def _due(case_id: int, days_late: int) -> None:
    """The citizen's clock of this case is so many days late; its ladder has reached the chairman from 7 on."""
    total = db.session.scalars(select(Deadline).where(
        Deadline.case_id == case_id, Deadline.kind == "total", Deadline.stopped_at.is_(None))).one()
    on = clock.today() - timedelta(days=days_late)
    db.session.execute(update(Deadline).where(Deadline.id == total.id).values(
        due_on=on, due_at=clock.now() - timedelta(days=days_late) + timedelta(hours=1)))
    if days_late >= 7:
        db.session.add(Escalation(deadline_id=total.id, case_id=case_id, rung="after_5", fired_at=clock.now(),
                                  days_late=days_late))


def _published() -> None:
    """What the sweep would have copied: a list of some length."""
    agency = db.session.scalars(select(Agency).order_by(Agency.id)).first()
    assert agency is not None
    names = {"agency_code": agency.code, "agency_vi": agency.name_vi, "agency_en": agency.name_en}
    db.session.add_all([OverdueListing(
        reference=f"{n:04d}-9ZZZ", **names, category="" if n == 2 else "late_result", days_late=12 - n,
        due_on=clock.today() - timedelta(days=16 - n), counted_at=clock.now()) for n in range(1, 8)])
    db.session.add(OverdueTotal(**names, post="", cases=7, most_days=11))
