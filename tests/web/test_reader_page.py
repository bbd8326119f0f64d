"""The public page about the reader: shares only from enough verdicts, weighed by how they were drawn."""

import pytest

from feedback import clock
from feedback.domain.answers.scores import set_scores
from feedback.domain.answers.taxonomy import Flag
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.answers import Answer
from feedback.models.reader import AnswerVerdict, FlagVerdict
from feedback.queries.reader_figures import reader_figures
from feedback.services.reader_counts import reader_counts
from feedback.services.register_counts import recount
from tests import factories
from tests.factories import walk

PAGE = "/about/reader"


@pytest.fixture
def judged(db_session, cast):
    """Call it with (probability, level, weight, how many): so many answers that were read closely."""
    with writing():
        case = walk(factories.complaint(), Action.PROPOSE_ANSWER, hands=cast.hands)
        case_id = case.id

    def add(probability: float, level: str, weight: float, times: int) -> None:
        with writing():
            last = db.session.query(Answer).filter_by(case_id=case_id).count()
            for n in range(times):
                row = Answer(case_id=case_id, round=9, version=last + n, probability=probability,
                             close_reading=True, saved_at=clock.now(), submitted_at=clock.now())
                db.session.add(row)
                db.session.flush()  # the verdict names it
                db.session.add(AnswerVerdict(answer_id=row.id, reviewer_id=cast.ha.id, level=level,
                                             weight=weight, at=clock.now()))

    return add


def flags(cast, code: Flag, *, right: int, wrong: int, missed: int = 0) -> None:
    with writing():
        answer_id = db.session.query(Answer.id).first()[0]
        for said, times in (("right", right), ("wrong", wrong), ("missed", missed)):
            for _ in range(times):
                db.session.add(FlagVerdict(answer_id=answer_id, reviewer_id=cast.ha.id, code=code.value, said=said,
                                           at=clock.now()))


def count() -> None:
    with writing():
        recount()


def test_before_anything_was_judged_the_page_says_so(client):
    page = client.get(PAGE).text
    assert "Chưa đủ lượt đánh giá" in page
    assert "Chưa ai đánh giá dấu nào" in page
    assert "%" not in page.split("Trên các cặp đã gắn nhãn")[0].replace("95 %", "")


def test_the_drawn_count_for_all_that_were_not_drawn(judged):
    """20 flagged, 15 of them rightly; of the others 12 were drawn, 2 of them not clear: they stand for 40."""
    judged(0.9, "not_clear", 1.0, 15)
    judged(0.9, "clear", 1.0, 5)
    judged(0.2, "not_answered", 20.0, 2)
    judged(0.2, "clear", 20.0, 10)
    count()
    found = reader_figures()
    assert (found.verdicts, found.found_right, found.found_wrong, found.missed, found.passed_right) == (
        32, 15, 5, 2, 10)
    assert found.precision is not None
    assert found.recall is not None
    assert found.precision.value == 0.75
    assert found.recall.value == pytest.approx(15 / 55, abs=1e-3)
    assert 0.5 < found.precision.low < 0.75 < found.precision.high < 0.95
    assert found.recall.high - found.recall.low > 0.5, "two drawn answers are two witnesses, not forty"


def test_few_verdicts_show_counts_and_no_share(judged, client):
    judged(0.9, "not_clear", 1.0, 29)
    count()
    assert reader_figures().precision is None
    page = client.get(PAGE).text
    assert "Mới có 29 câu trả lời" in page
    assert "Máy: chưa rõ. Người: chưa rõ" in page
    assert "độ chuẩn xác" not in page


def test_enough_verdicts_show_shares_with_intervals_in_both_languages(judged, cast, client):
    judged(0.9, "not_clear", 1.0, 27)
    judged(0.9, "clear", 1.0, 3)
    flags(cast, Flag.HOLDING, right=9, wrong=1, missed=2)
    count()
    page = client.get(PAGE).text
    assert "90%" in page
    assert "Khoảng tin cậy 95 %: từ" in page
    assert "9 trên 10" in page
    english = client.get(f"/en{PAGE}").text
    assert "95 % interval:" in english
    assert "Only a receipt" in english


def test_an_answer_of_the_quick_look_counts_nowhere(judged):
    judged(0.9, "clear", 0.0, 40)
    assert reader_counts()["reader.verdicts"] == 0


def test_the_page_counts_nothing_itself_sets_no_cookie_and_may_be_kept(judged, cast, client, sql_log):
    judged(0.9, "not_clear", 1.0, 30)
    flags(cast, Flag.HOLDING, right=1, wrong=0)
    count()
    client.get(PAGE)
    sql_log.clear()
    reply = client.get(PAGE)
    assert len(sql_log.reads) <= 2
    assert not any("verdict" in statement for statement in sql_log.statements)
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "public, max-age=300"


def test_what_was_measured_stands_beside_the_baselines(client):
    page = client.get(PAGE).text
    assert set_scores(), "feedback answers score --write has never been run"
    for words in ("Máy đọc này", "Đếm chữ số", "Danh sách từ chung chung", "Học theo từ hiếm (TF-IDF)",
                  "Các cặp viết cho dự án này"):
        assert words in page
    for one in set_scores():
        assert one.tries >= 1
        assert one.readers["reader"]["macro_f1"].interval is not None
        assert f"{one.readers['reader']['macro_f1'].value:.2f}".replace(".", ",") in page


def test_it_is_found_from_the_pages_about_the_house(client):
    for path, link in (("/about", PAGE), ("/statistics", PAGE), ("/en/about", f"/en{PAGE}")):
        assert f'href="{link}"' in client.get(path).body.decode()
