"""The pages of instructions, follow-up notes and withdrawals under pressure, each with the person it is for."""

from datetime import timedelta

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.services import citizen, follow_ups, instructions
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of, walk

ORDER = "Trả giấy phép xây dựng cho người gửi và bỏ mục bản sao hộ khẩu khỏi bảng niêm yết ở quầy 3."
DONE = "Ngày 17/11/2026 Sở đã trả giấy phép số 45/GPXD tại quầy 3 và bỏ mục hộ khẩu khỏi bảng niêm yết."


def places(house: House) -> list[Place]:
    """All of them."""
    cast, today = house.cast, clock.today()
    with house.app.app_context(), writing():
        taken, pressed = factories.complaint(), factories.complaint()
        for receipt in (taken, pressed):
            walk(receipt, Action.TAKE, hands=cast.hands)
        ha, head = actor_of(cast.ha), actor_of(cast.chi_head)
        due = today + timedelta(days=5)
        one = instructions.issue(actor=ha, agency_id=cast.building, body=ORDER, due_on=due, case=case_of(taken))
        told = instructions.issue(actor=ha, agency_id=cast.building, due_on=due, body=f"{ORDER} Gửi ảnh bảng mới.")
        late = instructions.issue(actor=actor_of(cast.leader), agency_id=cast.building, due_on=today,
                                  body="Rà soát 12 hồ sơ trễ hạn, trả lời từng hồ sơ và gửi bảng tổng hợp.")
        late.due_on = today - timedelta(days=5)
        instructions.report(told.id, actor=head, text=DONE)
        note = follow_ups.write(case_of(taken), actor=ha, on=today, text="Xem lại bảng niêm yết ở quầy 3.")
        follow_ups.write(case_of(pressed), actor=actor_of(cast.leader), on=due, text="Hỏi lại Sở về cuộc gọi.")
        db.session.flush()
        note.look_again_on = today - timedelta(days=4)
        citizen.ask_to_withdraw(case_of(pressed), actor=citizen.as_sender(pressed.case_id), pressed=True,
                                why="Cán bộ gọi điện bảo tôi rút.")
        numbers = one.id, told.id, late.id
    return [
        *(Place(path, cast.ha) for path in (
            "/supervision/instructions", "/supervision/instructions?show=ended",
            f"/supervision/instructions?agency={cast.building}&mine=1", "/supervision/instructions/new",
            f"/supervision/instructions/new?case={taken.reference}",
            *(f"/supervision/instructions/{number}" for number in numbers[:2]),
            "/supervision/follow-ups", "/supervision/follow-ups?when=done",
            f"/supervision/cases/{taken.reference}/follow-ups", "/supervision/withdrawals",
            f"/desk/cases/{taken.reference}", f"/desk/cases/{pressed.reference}/proposal")),
        Place("/supervision/withdrawals?all=1", cast.leader),
        Place("/desk/instructions", cast.chi_head), Place("/desk/instructions?show=late", cast.chi_head),
        *(Place(f"/desk/instructions/{number}", cast.chi_head) for number in numbers),
        Place("/desk/instructions", cast.dung_head),
    ]
