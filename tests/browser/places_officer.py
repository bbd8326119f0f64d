"""The pages of the officer and the head."""

from datetime import timedelta

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.models.people import Person
from feedback.services import answers, asking, deputies, notes, saved_filters, text_blocks
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import GOOD_ANSWER, actor_of, case_of, db, walk
from tests.services.test_answers import VAGUE

QUESTION = "Ảnh chụp giấy hẹn ngày 3/11/2026\nSố biên nhận ở góc trên giấy hẹn"


def places(house: House) -> list[Place]:
    """The inbox filtered, the answer's page with everything on it, and what belongs to the officer or the head."""
    cast, hands = house.cast, house.cast.hands
    with house.app.app_context(), writing():
        taken, asked, again = (factories.complaint() for _ in range(3))
        english = factories.complaint(language="en")
        chi, mai = actor_of(cast.chi), actor_of(cast.chi_head)
        for receipt in (taken, english, asked):
            walk(receipt, Action.TAKE, hands=hands)
        answers.save_draft(case_of(english), GOOD_ANSWER, actor=chi)
        asking.ask_for_details(case_of(asked), actor=chi, what=QUESTION)
        walk(again, Action.PROPOSE_ANSWER, hands=hands, text=VAGUE)
        answers.send_back(case_of(again), actor=mai, why="Chưa nêu ngày trả kết quả.")
        answers.save_draft(case_of(again), GOOD_ANSWER, actor=chi)
        answers.submit_answer(case_of(again), actor=chi, override="Đã đối chiếu hồ sơ.")
        notes.add(case_of(taken), actor=chi, text="Đã gọi cho phòng Một cửa, chờ họ tìm sổ.")
        saved_filters.keep(person_id=cast.chi.id, list_="inbox", name="Trễ của tôi", query="show=late")
        block = text_blocks.keep(person_id=cast.chi.id, name="Đã kiểm tra",
                                 body="Ngày [[ngày kiểm tra]], Sở đã kiểm tra hồ sơ tại [[nơi]].")
        db.session.flush()  # the address names its id
        deputies.name_deputy(db.session.get_one(Person, cast.chi_head.id), person_id=cast.chi.id,
                             from_on=clock.today() + timedelta(days=7), to_on=clock.today() + timedelta(days=9),
                             actor=mai)
        block_id = block.id
    at = "/desk/cases/{0.reference}".format
    return [
        *(Place(path, cast.chi) for path in (
            "/desk/inbox?show=new", "/desk/inbox?state=in_progress&category=extra_papers", "/desk/inbox?show=soon",
            "/desk/filters", "/desk/blocks", f"/desk/blocks/{block_id}", at(taken), f"{at(taken)}/answer",
            f"{at(taken)}/notes", f"{at(taken)}/ask_submitter", f"{at(english)}/answer",
            f"{at(english)}/answer/preview", at(asked), f"{at(asked)}/resume", f"{at(again)}/versions")),
        *(Place(path, cast.chi_head) for path in (
            "/desk/inbox", "/desk/load", "/desk/deputy", f"{at(taken)}/allot", f"{at(again)}/approve",
            f"{at(again)}/send_back")),
    ]
