"""The reader's weights are fitted by the house's own code: it finds what scikit-learn finds, on every machine."""

import math
import random
import time

import pytest

from feedback.domain.answers.crossval import cross_validated, folds
from feedback.domain.answers.fit import NotFitted, fit
from feedback.domain.answers.model import Head
from feedback.domain.answers.tfidf import learn
from feedback.domain.folding import tokens

TOLERANCE = 1e-5
"""Largest difference between a weight of ours and one of scikit-learn's, which stops a little earlier than we."""


def made(n: int, width: int, seed: int = 3) -> tuple[list[dict[str, float]], list[bool]]:
    """Rows like the reader's: most features 0 or 1, some counts, and labels that follow them with noise."""
    chance = random.Random(seed)
    truth = [chance.gauss(0, 1) for _ in range(width)]
    rows, labels = [], []
    for _ in range(n):
        row = {f"f{j}": 1.0 if j % 5 else float(chance.randrange(6))
               for j in range(width) if chance.random() < 0.3}
        z = sum(truth[int(name[1:])] * value for name, value in row.items()) / 2
        rows.append(row)
        labels.append(chance.random() < 1 / (1 + math.exp(-z)))
    return rows, labels


def table(rows, width):
    return [[row.get(f"f{j}", 0.0) for j in range(width)] for row in rows]


@pytest.mark.parametrize("l2", [0.1, 1.0, 10.0])
def test_scikit_learn_finds_the_same_weights(l2):
    linear_model = pytest.importorskip("sklearn.linear_model")
    rows, labels = made(300, 25)
    weights = [1.0 + (n % 4) for n in range(300)]
    theirs = linear_model.LogisticRegression(C=1 / l2, tol=1e-12, max_iter=5_000, solver="newton-cholesky")
    theirs.fit(table(rows, 25), labels, sample_weight=weights)
    ours = fit(rows, labels, l2=l2, weights=weights)
    assert ours.bias == pytest.approx(theirs.intercept_[0], abs=TOLERANCE)
    assert [ours.weights[f"f{j}"] for j in range(25)] == pytest.approx(list(theirs.coef_[0]), abs=TOLERANCE)
    chances = [row[1] for row in theirs.predict_proba(table(rows, 25))]
    assert [ours.probability(row) for row in rows] == pytest.approx(chances, abs=TOLERANCE)


def test_a_pull_towards_other_weights_is_a_shifted_ordinary_fit():
    """scikit-learn has no such pull; brute force has: at the least, no small step in any direction leads lower."""
    rows, labels = made(120, 6)
    towards = Head(0.4, {f"f{j}": (-1.0) ** j for j in range(6)})
    found = fit(rows, labels, l2=7.0, towards=towards)

    def loss(bias, weights):
        total = 0.0
        for row, label in zip(rows, labels, strict=True):
            z = bias + sum(weights[name] * value for name, value in row.items())
            total += math.log1p(math.exp(-z if label else z))
        return total + 3.5 * sum((weights[name] - towards.weights[name]) ** 2 for name in weights)

    least = loss(found.bias, found.weights)
    for name in [*found.weights, None]:
        for step in (-1e-3, 1e-3):
            moved = {**found.weights, **({name: found.weights[name] + step} if name else {})}
            assert loss(found.bias + (0 if name else step), moved) > least


def by_name(name: str) -> int:
    """Every third feature may only count against, every other third only for."""
    return (0, -1, 1)[int(name[1:]) % 3]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_weights_held_to_a_sign_are_the_least_there_is_within_it(seed):
    optimize = pytest.importorskip("scipy.optimize")
    rows, labels = made(250, 18, seed)
    found = fit(rows, labels, l2=0.5, sign=by_name)
    names = [f"f{j}" for j in range(18)]
    assert all(found.weights[name] * by_name(name) >= 0 for name in names)
    assert any(found.weights[name] == 0.0 for name in names)

    def loss(values):
        total = 0.25 * sum(v * v for v in values[1:])
        for row, label in zip(rows, labels, strict=True):
            z = values[0] + sum(values[1 + int(name[1:])] * value for name, value in row.items())
            total += math.log1p(math.exp(-z if label else z))
        return total

    ours = [found.bias, *(found.weights[name] for name in names)]
    bounds = [(None, None), *({-1: (None, 0), 0: (None, None), 1: (0, None)}[by_name(name)] for name in names)]
    theirs = optimize.minimize(loss, [0.0] * 19, bounds=bounds, method="L-BFGS-B", tol=1e-12)
    assert loss(ours) <= theirs.fun + 1e-8
    assert ours == pytest.approx(list(theirs.x), abs=2e-3)


def test_a_sign_that_the_rows_agree_with_changes_nothing():
    rows, labels = made(200, 9)
    free = fit(rows, labels, l2=1.0)
    held = fit(rows, labels, l2=1.0, sign=lambda name: 1 if free.weights[name] > 0 else -1)
    assert held.weights == pytest.approx(dict(free.weights), abs=1e-7)


def test_the_stronger_the_pull_the_nearer_the_shipped_weights():
    rows, labels = made(200, 5)
    shipped = Head(0.0, {f"f{j}": 2.0 for j in range(5)} | {"never_seen": 0.7})

    def far(l2):
        found = fit(rows, labels, l2=l2, towards=shipped)
        assert found.weights["never_seen"] == 0.7
        return max(abs(found.weights[name] - 2.0) for name in ("f0", "f1", "f2", "f3", "f4"))

    assert far(1.0) > far(100.0) > far(100_000.0)
    assert far(1e7) < 1e-3


def test_the_same_rows_in_any_order_give_the_same_weights_to_six_decimals():
    rows, labels = made(150, 12)
    turned = list(zip(rows, labels, strict=True))[::-1]
    one, other = fit(rows, labels, l2=1.0), fit([r for r, _ in turned], [t for _, t in turned], l2=1.0)
    assert {k: round(v, 6) for k, v in one.weights.items()} == {k: round(v, 6) for k, v in other.weights.items()}
    assert fit(rows, labels, l2=1.0) == one


def test_labels_that_a_line_parts_are_fitted_all_the_same():
    found = fit([{"x": 1.0}] * 20 + [{"x": -1.0}] * 20, [True] * 20 + [False] * 20, l2=0.01)
    assert found.probability({"x": 1.0}) > 0.99
    assert math.isfinite(found.weights["x"])


@pytest.mark.parametrize(("rows", "labels", "more"), [
    ([{"x": 1.0}], [True], {"l2": 1.0}),
    ([{"x": 1.0}, {"x": 0.0}], [True, False], {"l2": 0.0}),
    ([{"x": math.inf}, {"x": 0.0}], [True, False], {"l2": 1.0}),
    ([{"x": 1.0}, {"x": 0.0}], [True, False], {"l2": 1.0, "weights": [1.0, -1.0]}),
    ([{"x": 1.0}, {"x": 0.0}], [True, False], {"l2": 1.0, "weights": [1.0, 0.0]}),
    ([{"x": 1.0}, {"x": 0.0}], [True], {"l2": 1.0}),
])
def test_what_cannot_be_fitted_is_said(rows, labels, more):
    with pytest.raises(NotFitted):
        fit(rows, labels, **more)


def test_rows_of_the_working_size_are_fitted_in_seconds():
    rows, labels = made(1_500, 100)
    began = time.perf_counter()
    fit(rows, labels, l2=1.0)
    assert time.perf_counter() - began < 20


def test_a_group_is_never_on_both_sides():
    keys = [f"agency{n % 13}" for n in range(100)]
    labels = [n % 3 == 0 for n in range(100)]
    parts = folds(keys, 5, labels)
    assert sorted(at for part in parts for at in part) == list(range(100))
    for part in parts:
        inside = {keys[at] for at in part}
        assert not inside & {keys[at] for at in range(100) if at not in set(part)}
    assert max(map(len, parts)) - min(map(len, parts)) <= 16
    assert parts == folds(keys, 5, labels)


def test_each_row_is_judged_by_weights_that_never_saw_its_group():
    """A feature that names the group tells the label perfectly within it, and nothing outside of it."""
    rows = [{f"group{n // 10}": 1.0} for n in range(60)]
    labels = [n // 10 % 2 == 0 for n in range(60)]
    own = fit(rows, labels, l2=0.1)
    assert all((own.probability(row) > 0.5) == label for row, label in zip(rows, labels, strict=True))
    out = cross_validated(rows, labels, [n // 10 for n in range(60)], k=3, l2=0.1)
    assert len(set(out[:10])) == 1
    assert sum((p > 0.5) == label for p, label in zip(out, labels, strict=True)) <= 40
    with pytest.raises(ValueError, match="one group"):
        cross_validated(rows, labels, ["same"] * 60, k=3, l2=0.1)


def test_the_words_baseline_is_the_regression_that_scikit_learn_would_fit():
    linear_model = pytest.importorskip("sklearn.linear_model")
    text = pytest.importorskip("sklearn.feature_extraction.text")
    texts = ["đã trả sổ đỏ ngày mười", "đã trả sổ cho ông", "sẽ xem xét theo quy định", "xem xét, nghiên cứu",
             "ông nhận sổ ở quầy", "nghiên cứu theo quy định", "đã sửa đèn đường", "sẽ nghiên cứu, xem xét"] * 5
    labels = [False, False, True, True, False, True, False, True] * 5
    ours = learn(texts, labels)
    words = text.TfidfVectorizer(tokenizer=tokens, token_pattern=None, lowercase=False, min_df=2)
    theirs = linear_model.LogisticRegression(C=1.0, tol=1e-10, max_iter=2_000)
    theirs.fit(words.fit_transform(texts), labels)
    chances = [row[1] for row in theirs.predict_proba(words.transform(texts))]
    assert [ours.probability(t) for t in texts] == pytest.approx(chances, abs=1e-3)

