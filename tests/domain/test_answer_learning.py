"""What people say of answers moves the model by the rules: little from few words, nothing for the worse."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest

from feedback.domain.answers import learning
from feedback.domain.answers.check import assess
from feedback.domain.answers.frozen import frozen_pairs
from feedback.domain.answers.learning import Said, Witness, propose
from feedback.domain.answers.model import Head, Model, shipped
from feedback.domain.answers.structured import Outcome, PointAnswer, StructuredAnswer
from feedback.domain.answers.taxonomy import Flag

SHIPPED = Model("1", "2026-11-21", "Hồi Âm", "", 0.5, 0.8, {
    "defective": Head(0.0, {"soft": 2.0, "dated": -2.0}), "vague": Head(-1.0, {"soft": 1.0})})


@dataclass(frozen=True)
class Read:
    """What a reader of two signs says: the answer's words are its features."""

    probability: float
    defective: bool
    hard: bool = False


def signs(answer: str) -> Mapping[str, float]:
    return dict.fromkeys(answer.split(), 1.0)


@pytest.fixture(autouse=True)
def two_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of learning do not depend on what the reader looks at: here it looks at words."""

    def read(complaint, answer, *, asks=(), others=(), model):
        p = model.probability(signs(answer))
        return Read(p, p >= model.threshold)

    monkeypatch.setattr(learning, "read_answer", read)
    monkeypatch.setattr(learning, "features", lambda _complaint, answer, _asks: signs(answer))
    monkeypatch.setattr(learning, "sign", lambda feature: -1 if feature == "dated" else 0)


def said(answer: str, defective: bool, times: int = 1, weight: float = 1.0, **more) -> list[Witness]:
    return [Witness("hỏi", answer, (), defective, weight, **more)] * times


FROZEN = [*said("soft", True, 10), *said("dated", False, 10)]
AGREED = [*said("soft", True, 10), *said("dated", False, 10)]


def test_under_thirty_verdicts_nothing_moves():
    found = propose(SHIPPED, SHIPPED, said("dated", True, 29), {}, FROZEN)
    assert (found.stage, found.verdicts, found.changes, found.score_before) == (0, 29, False, 1.0)


def test_from_thirty_on_only_thresholds_move_and_by_one_step():
    """Everybody says that answers of p 0.46 are defective: the threshold goes down to meet them."""
    model = replace(SHIPPED, heads={"defective": Head(-0.16, {"soft": 2.0, "dated": -2.0})})
    found = propose(model, model, [*said("plain", True, 20), *said("dated", False, 20)], {}, FROZEN)
    assert found.stage == 1
    assert found.model.heads == model.heads
    assert found.moved == ()
    assert 0.45 <= found.model.threshold < 0.5
    far = propose(replace(model, threshold=0.6), model, [*said("plain", True, 20), *said("dated", False, 20)], {},
                  FROZEN)
    assert found.model.threshold == 0.46
    assert far.model.threshold == 0.6, "one step does not reach them, so nothing is won by going"


def test_what_senders_say_moves_nothing_alone():
    senders = said("plain", True, 500, learning.SENDER_WEIGHT, sender=True)
    found = propose(SHIPPED, SHIPPED, [*senders, *AGREED], {}, FROZEN)
    assert (found.stage, found.verdicts, found.senders) == (0, 20, 500)
    assert not found.changes


def test_close_reading_begins_where_four_of_five_are_right():
    """At p 0.88 half are clear: the threshold for close reading climbs over them, a step at a time."""
    witnesses = [*said("soft", True, 20), *said("soft", False, 20), *said("dated", False, 10)]
    found = propose(SHIPPED, SHIPPED, witnesses, {}, FROZEN)
    assert found.model.close == pytest.approx(0.85)
    sure = [*said("soft", True, 40), *said("dated", False, 10)]
    assert propose(SHIPPED, SHIPPED, sure, {}, FROZEN).model.close == pytest.approx(0.75)


def test_words_of_one_kind_only_move_no_threshold():
    found = propose(SHIPPED, SHIPPED, said("soft", True, 50), {}, FROZEN)
    assert (found.stage, found.changes) == (1, False)


def test_from_two_hundred_on_the_weights_are_fitted_towards_the_shipped():
    witnesses = [*said("soft", True, 80), *said("dated", False, 80), *said("photo", False, 30),
                 *said("photo", True, 10)]
    found = propose(SHIPPED, SHIPPED, witnesses, {}, FROZEN)
    assert (found.stage, found.accepted) == (2, True)
    assert found.model.heads["defective"].weights["photo"] < 0
    assert found.moved[0].head == "defective"
    assert found.score_after >= found.score_before


def test_weights_that_do_worse_on_the_frozen_pairs_are_not_taken():
    """People who call everything dated defective would turn the reader round; the frozen pairs stop it."""
    turned = [*said("soft", False, 150), *said("dated", True, 150)]
    found = propose(SHIPPED, SHIPPED, turned, {}, FROZEN)
    assert (found.stage, found.accepted) == (2, False)
    assert found.fitted_score is not None
    assert found.fitted_score < found.score_before
    assert found.model.heads == SHIPPED.heads
    assert found.moved == ()


def test_the_drawn_count_for_those_that_were_not_drawn():
    """Of the flagged half are defective; of the many that nobody flagged hardly any are."""
    flagged = said("photo", True, 110)
    drawn = said("photo", False, 90, weight=20.0)
    plain = [*said("soft", True, 20), *said("dated", False, 20)]
    light = learning.fitted(SHIPPED, [*flagged, *said("photo", False, 90), *plain])
    heavy = learning.fitted(SHIPPED, [*flagged, *drawn, *plain])
    assert light is not None
    assert heavy is not None
    assert heavy["defective"].probability({"photo": 1.0}) < 0.2 < light["defective"].probability({"photo": 1.0})


def test_a_groups_head_is_fitted_only_where_enough_of_it_was_found():
    vague = frozenset({Flag.GENERIC})
    few = [*said("photo soft", True, 29, flags=vague), *said("dated", False, 200, flags=frozenset())]
    many = [*said("photo soft", True, 30, flags=vague), *said("dated", False, 200, flags=frozenset())]
    assert propose(SHIPPED, SHIPPED, few, {}, FROZEN).model.heads["vague"] == SHIPPED.heads["vague"]
    assert propose(SHIPPED, SHIPPED, many, {}, FROZEN).model.heads["vague"].weights["photo"] > 0


@pytest.mark.parametrize(("right", "wrong", "muted"), [
    (9, 10, False), (9, 11, True), (10, 10, False), (0, 19, False), (0, 20, True), (30, 31, True)])
def test_a_flag_that_is_wrong_more_often_than_right_is_muted_once_that_is_known(right, wrong, muted):
    found = propose(SHIPPED, SHIPPED, [], {Flag.BLAME: Said(right, wrong)}, FROZEN)
    assert (Flag.BLAME in found.model.muted) is muted
    assert found.newly_muted == ((Flag.BLAME,) if muted else ())
    assert found.changes is muted


def test_what_was_muted_stays_muted_and_is_not_news():
    model = replace(SHIPPED, muted=frozenset({Flag.BLAME}))
    found = propose(model, SHIPPED, [], {Flag.BLAME: Said(0, 40)}, FROZEN)
    assert found.model.muted == {Flag.BLAME}
    assert (found.newly_muted, found.changes) == ((), False)


def test_the_same_words_give_the_same_model():
    witnesses = [*said("soft", True, 120), *said("dated photo", False, 120)]
    assert propose(SHIPPED, SHIPPED, witnesses, {}, FROZEN) == propose(SHIPPED, SHIPPED, witnesses, {}, FROZEN)


def test_the_frozen_pairs_have_both_labels():
    labels = [pair.defective for pair in frozen_pairs()]
    assert len(labels) > 50
    assert 0.3 < sum(labels) / len(labels) < 0.7


def test_a_muted_flag_is_not_shown_and_what_blocks_is_never_muted():
    point = StructuredAnswer(outcome=Outcome.IN_PROGRESS, points=(PointAnswer(1, "Đang xem xét theo quy định."),))
    loud = assess(point, ["Bao giờ xong?"], today=date(2026, 11, 20), model=shipped())
    codes = {f.code for f in loud.findings}
    muted = replace(shipped(), muted=frozenset(codes))
    silent = assess(point, ["Bao giờ xong?"], today=date(2026, 11, 20), model=muted)
    assert {f.reason for f in silent.findings} == {f.reason for f in loud.findings if f.blocking} != set()
    assert len(silent.findings) < len(loud.findings)
