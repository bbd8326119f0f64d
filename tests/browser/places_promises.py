"""The pages about promises: before sending, at the officer's desk open and kept, and where nothing is promised."""

from dataclasses import replace
from datetime import timedelta

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.queries.commitments import open_of
from feedback.services import commitments
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import GOOD_ANSWER, actor_of, case_of, walk


def places(house: House) -> list[Place]:
    """Each with the person it is for."""
    cast, today = house.cast, clock.today()
    first, second = (f"{today + timedelta(days=days):%d/%m/%Y}" for days in (6, 20))
    text = replace(GOOD_ANSWER, points={
        1: f"Sở sẽ trả bản vẽ cho ông trước ngày {first}.",
        2: f"Phòng Quản lý xây dựng sẽ sửa bảng niêm yết chậm nhất ngày {second}."})
    with house.app.app_context(), writing():
        drafted, kept, plain, gate = (factories.complaint() for _ in range(4))
        walk(drafted, Action.PROPOSE_ANSWER, hands=cast.hands, text=text)
        walk(gate, Action.APPROVE, hands=cast.hands, text=text)
        walk(kept, Action.RELEASE, hands=cast.hands, text=text)
        walk(plain, Action.RELEASE, hands=cast.hands)
        commitments.keep(case_of(kept), open_of(case_of(kept))[0].id, actor=actor_of(cast.chi),
                         text=f"Ngày {today:%d/%m/%Y} Sở đã trả bản vẽ tại quầy 3, biên bản số 12/BB-SXD.")
    return [
        Place(f"/desk/cases/{drafted.reference}/answer/preview", cast.chi),
        Place(f"/desk/cases/{drafted.reference}/approve", cast.chi_head),
        Place(f"/supervision/cases/{gate.reference}/answer", cast.ha),
        Place(f"/desk/cases/{kept.reference}/promises", cast.chi),
        Place(f"/desk/cases/{plain.reference}/promises", cast.chi_head),
    ]
