"""The report on labelled pairs: what is a share, what is drawn, and which questions are the same."""

import pytest

from feedback.domain.answers.asked import matched
from feedback.domain.answers.evaluation import NotLabelled, gold, intervals
from feedback.domain.answers.metrics import rounded
from feedback.domain.answers.scores import set_scores
from feedback.domain.answers.stock import NEARLY_THE_SAME, Stock, likeness, triples
from feedback.domain.answers.taxonomy import Flag


def test_never_wrong_in_forty_is_not_never():
    true = [True] * 40 + [False] * 40
    found = intervals([0.9] * 40 + [0.1] * 40, true, true, range(80))
    assert found["fpr"]["low"] == 0
    assert 0.05 < found["fpr"]["high"] < 0.12
    assert 0.88 < found["recall"]["low"] < 0.95


def test_hands_that_are_few_make_the_interval_wide():
    true = [True, False] * 40
    found = [label is (n // 20 < 3) for n, label in enumerate(true)]  # wrong on one agency, right on three
    scores = [0.9 if said else 0.1 for said in found]
    alone = intervals(scores, found, true, range(80), names=["macro_f1"])["macro_f1"]
    hands = intervals(scores, found, true, [n // 20 for n in range(80)], names=["macro_f1"])["macro_f1"]
    assert hands["high"] - hands["low"] > alone["high"] - alone["low"]


@pytest.mark.parametrize(("row", "flags", "groups"), [
    ({"label": "clear"}, frozenset(), frozenset()),
    ({"label": "defective"}, None, None),
    ({"label": "defective", "flags": []}, None, None),
    ({"label": "defective", "flags": ["NONE", "buck"]}, {Flag.NONE, Flag.BUCK}, {"absent", "buck"}),
    ({"label": "defective", "kind": "transferred"}, None, {"buck"}),
    ({"label": "defective", "kind": "missing", "flags": ["PARTIAL"]}, {Flag.PARTIAL}, {"absent", "evasive"}),
    ({"label": "clear", "kind": "clear"}, frozenset(), frozenset()),
])
def test_labels_become_flags_and_groups_and_silence_stays_silence(row, flags, groups):
    found = gold({"complaint": "c", "answer": "a", **row})
    assert (found.flags, found.groups) == (flags, groups)


def test_an_unknown_label_is_refused():
    with pytest.raises(NotLabelled):
        gold({"label": None})


def test_a_question_is_the_same_when_one_side_shortens_it():
    found = ["Cho biết cán bộ ghi sai có bị xử lý không?", "Đính chính cần giấy tờ gì?"]
    assert matched(found, ["Cán bộ ghi sai có bị xử lý không?"]) == 1
    assert matched(found, ["can bo ghi sai co bi xu ly khong"]) == 1
    assert matched(found, ["Bao giờ sửa đèn đường ở ngõ 42?"]) == 0
    assert matched(["Bao giờ xong?"], ["Bao giờ xong?", "Bao giờ xong?"]) == 1


def test_alike_answers_are_found_without_comparing_all():
    body = "cơ quan đã kiểm tra hồ sơ thửa đất tại phường và trả lời ông rõ ràng về từng bước tiếp theo cần làm"
    stock = Stock()
    for n in range(300):
        other = " ".join(chr(97 + n % size) for size in (26, 23, 19, 17, 13, 11))
        stock.add(n, f"chuyện {other} {n}", f"{body} số {n}" if n % 100 == 0 else f"việc {other} xong")
    near = stock.near("một chuyện mới", body)
    assert {0, 100, 200} & set(near), "digits do not part them"
    assert likeness(triples(body), triples(f"{body} số 5")) >= NEARLY_THE_SAME
    assert likeness(triples(body), triples("đèn đường đã sửa xong tối qua")) == 0


def test_figures_are_rounded_however_deep():
    assert rounded({"a": [0.123456, {"b": (1.0, None, 3, True)}]}) == {"a": [0.1235, {"b": [1.0, None, 3, True]}]}


def test_the_scores_that_ship_can_be_read():
    for one in set_scores():
        assert one.n > one.defective > 0
        for figures in one.readers.values():
            for figure in figures.values():
                assert figure.interval is None or figure.interval.low <= figure.value <= figure.interval.high
