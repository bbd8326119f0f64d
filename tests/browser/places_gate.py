"""The gate and the head with all they can show: close reading apart, marked words, an answer that came back twice
and is signed in person, the same complaint asked again, the leader's list."""

from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.services import answers
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of, said_of, walk
from tests.fixtures.cast import Cast
from tests.services.test_answers import VAGUE

ELSEWHERE = ("Con tôi sinh tháng trước, tôi đến phường làm khai sinh ba lần đều bị hẹn lại vì cán bộ tư pháp đi "
             "vắng, không ai nhận thay.")


def _comes_back(cast: Cast, case: Case, times: int) -> None:
    """Returned so often; the last version waits for the head."""
    for turn in range(times):
        if turn:
            answers.approve(case, actor=actor_of(cast.chi_head), statement="Đã nêu rõ hơn.")
        answers.return_answer(case, actor=actor_of(cast.ha), why="Chưa nói bao giờ xong.", said=said_of(case))
        answers.save_draft(case, VAGUE, actor=actor_of(cast.chi))
        answers.submit_answer(case, actor=actor_of(cast.chi), override="Đã viết lại.")


def places(house: House) -> list[Place]:
    """The gate's, the head's and the leader's pages."""
    cast, hands = house.cast, house.cast.hands
    with house.app.app_context(), writing():
        walk(factories.complaint(), Action.RELEASE, hands=hands)
        walk(factories.complaint(narrative=ELSEWHERE), Action.RELEASE, hands=hands)
        plain, vague, waiting, signed, often = (factories.complaint() for _ in range(5))
        walk(plain, Action.APPROVE, hands=hands)
        walk(vague, Action.APPROVE, hands=hands, text=VAGUE)
        _comes_back(cast, walk(waiting, Action.APPROVE, hands=hands, text=VAGUE), 2)
        _comes_back(cast, walk(signed, Action.APPROVE, hands=hands, text=VAGUE), 2)
        answers.approve(case_of(signed), actor=actor_of(cast.chi_head), statement="Đã nêu ngày trả kết quả.")
        _comes_back(cast, walk(often, Action.APPROVE, hands=hands, text=VAGUE), 3)
    return [
        Place("/supervision/gate", cast.ha),
        *(Place(f"/supervision/cases/{case.reference}/answer", cast.ha) for case in (plain, vague, signed)),
        Place(f"/desk/cases/{waiting.reference}/approve", cast.chi_head),
        Place(f"/desk/cases/{waiting.reference}/send_back", cast.chi_head),
        Place("/supervision/", cast.leader),
    ]
