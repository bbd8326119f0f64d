"""Settled cases like a complaint: published ones only, the likeliest first, with enough of each to judge it."""

import pytest

from feedback.extensions import db, writing
from feedback.models.publications import Publication
from feedback.queries import similar
from tests.queries.test_register import put

STORY = ("Ngày 3/11/2026 tôi nộp hồ sơ xin giấy phép xây dựng. Cán bộ một cửa yêu cầu nộp thêm bản sao hộ khẩu dù "
         "đã có trên hệ thống.")
POINTS = ["Vì sao tôi phải nộp thêm bản sao hộ khẩu?"]

# each engine has its own full-text search
pytestmark = [pytest.mark.usefixtures("db_session"), pytest.mark.both_engines]


def found(**about):
    return [case.entry.title for case in similar.like(STORY, POINTS, **about)]


def test_the_likest_stand_first_and_others_not_at_all():
    put("Xin giấy phép xây dựng, bị yêu cầu nộp thêm bản sao hộ khẩu", "Cấp lại thẻ bảo hiểm y tế bị mất",
        "Phải nộp thêm bản sao hộ khẩu khi chuyển trường cho con")
    assert found() == ["Xin giấy phép xây dựng, bị yêu cầu nộp thêm bản sao hộ khẩu",
                       "Phải nộp thêm bản sao hộ khẩu khi chuyển trường cho con"]


def test_five_are_the_most():
    put(*[f"Bị yêu cầu nộp thêm bản sao hộ khẩu, lần {n}" for n in range(9)])
    assert len(found()) == 5


def test_of_two_alike_the_one_of_the_same_office_comes_first():
    title = "Bị yêu cầu nộp thêm bản sao hộ khẩu"
    put(title + " ở sở", agency="H1.1")
    put(title + " ở xã", agency="H1.2")
    assert found(agency_code="H1.1")[0].endswith("ở sở")
    assert found(agency_code="H1.2")[0].endswith("ở xã")


def test_each_says_what_was_asked_and_what_was_answered_in_a_few_words():
    put("Phải nộp thêm bản sao hộ khẩu", question="Vì sao?", answer="Không phải nộp nữa. " * 40)
    (case,) = similar.like(STORY, POINTS)
    assert case.asked == "Phải nộp thêm bản sao hộ khẩu"
    assert case.answered.startswith("Không phải nộp nữa.")
    assert len(case.answered) <= similar.EXCERPT + 2
    assert case.answered.endswith("…")


def test_what_was_taken_out_again_is_not_shown():
    put("Phải nộp thêm bản sao hộ khẩu")
    with writing():
        db.session.query(Publication).update({"status": "unpublished"})
    assert found() == []


@pytest.mark.parametrize("story", ["", "   ", "...", "\u200b", "x", "?" * 20_000])
def test_a_text_that_says_nothing_is_like_nothing(story):
    put("Phải nộp thêm bản sao hộ khẩu")
    assert similar.like(story, []) == []
