"""The same complaint answered the same way before, years apart; and what the reader gets to find boilerplate."""

from datetime import date

import pytest

from feedback.domain.lifecycle import Action
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.queries.repeats import answered_alike_before
from feedback.queries.similar_answers import similar_answers, texts_of_others
from feedback.services import answers
from feedback.services.answers import AnswerText
from feedback.services.import_pairs import Pair
from feedback.services.importing import file_batch
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of, walk

ROAD = ("Đường vào ấp 3 xã Tân Lập lầy lội mỗi mùa mưa, học sinh phải nghỉ học vì xe không qua được, bà con đã "
        "kiến nghị nhiều lần mà chưa ai đến xem.")
ROAD_AGAIN = ("Đường vào ấp 3 xã Tân Lập vẫn lầy lội mỗi mùa mưa, học sinh phải nghỉ học vì xe không qua được, bà "
              "con đã kiến nghị nhiều lần rồi mà vẫn chưa có ai đến xem.")
STOCK = ("Tuyến đường ấp 3 xã Tân Lập đã được đưa vào danh mục đầu tư công trung hạn. Khi cân đối được nguồn vốn, "
         "Ủy ban nhân dân xã sẽ triển khai theo quy định.")
OTHER = "Con tôi sinh tháng trước, tôi đến phường làm khai sinh ba lần đều bị hẹn lại mà không có giấy hẹn nào cả."


@pytest.fixture
def asked(db_session, cast):
    """Call it with complaint, answer and the move to go to: the case."""
    def bring(narrative, text, to=Action.RELEASE, hands=cast.hands, **about):
        with writing():
            receipt = factories.complaint(narrative=narrative, points=["Bao giờ làm?"], **about)
            walk(receipt, to, hands=hands, text=text)
        return case_of(receipt)
    return bring


def stock(**more):
    return AnswerText(outcome=GOOD_ANSWER.outcome, found=STOCK, done=GOOD_ANSWER.done, points={1: STOCK}, **more)


def before(case, who):
    return [(one.reference, one.received_on, one.answered_on)
            for one in answered_alike_before(actor_of(who), case, answers.newest(case))]


def test_the_same_road_asked_again_four_years_later_shows_both_days(asked, cast, at_date):
    at_date("2026-11-16")
    first = asked(ROAD, stock())
    at_date("2030-11-18")
    again = asked(ROAD_AGAIN, stock(), Action.APPROVE)
    expected = [(first.reference, date(2026, 11, 16), date(2026, 11, 16))]
    assert before(again, cast.ha) == expected
    assert before(again, cast.chi_head) == expected, "the head sees it too"
    assert before(again, cast.dung_head) == [], "who may not see the earlier case does not learn of it"


def test_another_answer_or_another_matter_is_no_repeat(asked, cast):
    asked(ROAD, GOOD_ANSWER)
    asked(OTHER, stock())
    again = asked(ROAD_AGAIN, stock(), Action.APPROVE)
    assert before(again, cast.ha) == []


def test_imported_years_count_also_where_the_day_is_unknown(asked, cast):
    with writing():
        name = db.session.get_one(Agency, cast.building).name_vi
        file_batch([Pair(complaint=ROAD, answer=STOCK, agency=name, received_on=date(2022, 3, 14),
                         answered_on=None, source="thử")], actor=SYSTEM, label="thử")
    again = asked(ROAD_AGAIN, stock(), Action.APPROVE)
    assert [(on, answered) for _, on, answered in before(again, cast.ha)] == [(date(2022, 3, 14), None)]


def test_a_sender_who_asks_elsewhere_in_the_same_words_is_found(asked, cast):
    sender = {"name": "Nguyễn Văn An", "phone": "0912345678"}
    elsewhere = factories.Hands(cast.intake, cast.dung, cast.dung_head, cast.ha, cast.land)
    first = asked(ROAD, stock(), hands=elsewhere, identity=sender)
    asked(ROAD, stock(), hands=elsewhere)  # another sender, another agency
    again = asked(ROAD_AGAIN, stock(), Action.APPROVE, identity=sender)
    assert [reference for reference, *_ in before(again, cast.ha)] == [first.reference]


def test_the_reader_is_given_the_agencys_answers_to_other_complaints_only(asked, cast):
    elsewhere = factories.Hands(cast.intake, cast.dung, cast.dung_head, cast.ha, cast.land)
    asked(ROAD, stock())
    asked(OTHER, stock(), hands=elsewhere)
    asked(OTHER, stock(), Action.APPROVE)  # not given yet
    again = asked(ROAD_AGAIN, stock(), Action.APPROVE)
    assert texts_of_others(again) == []
    asked(OTHER, stock(ground="Điều 5."))
    others = texts_of_others(again)
    assert others == ["\n".join((STOCK, STOCK, GOOD_ANSWER.done, "Điều 5."))]


def test_giving_the_reader_the_others_is_one_statement(asked, sql_log):
    again = asked(ROAD_AGAIN, stock(), Action.APPROVE)
    for _ in range(3):
        asked(OTHER, stock())
    assert again.masked  # the case itself is loaded
    sql_log.clear()
    assert len(texts_of_others(again)) == 3
    assert len(sql_log.statements) == 1


def test_the_head_sees_nearly_the_same_answers_of_the_agency(asked, cast):
    earlier = asked(OTHER, stock())
    again = asked(ROAD_AGAIN, stock(), Action.PROPOSE_ANSWER)
    found = similar_answers(actor_of(cast.chi_head), again, answers.newest(again))
    assert [(one.reference, one.tenths) for one in found] == [(earlier.reference, 10)]
