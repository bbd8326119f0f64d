"""Making the model that ships, from labelled pairs: every weight can be made again from the same files."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from feedback.domain.answers.crossval import cross_validated
from feedback.domain.answers.fit import fit
from feedback.domain.answers.groups import GROUPS
from feedback.domain.answers.learning import Witness, features_of, sign_of
from feedback.domain.answers.model import DEFECTIVE, Head, Model, shipped

LEAST_OF_A_GROUP = 5
"""Labelled pairs of a group, before it gets a head of its own."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pair with its label, the groups of its faults (None where nobody said), and what it must not be parted
    from in cross-validation (``key``: its agency, its topic, or its complaint)."""

    pair: Witness
    groups: frozenset[str] | None
    key: Hashable


def made(rows: Sequence[Labelled], *, l2: float, version: str, made_on: str, author: str, note: str = "",
         threshold: float = 0.5, close: float = 0.8) -> Model:
    """The model with the heads that judge whole answers fitted on all rows: the main one on every label, a group's
    on the rows whose groups are known. What else a model holds is the shipped one's. ``l2`` as in ``fit``.
    Deterministic. Raises NotFitted."""
    seen = [features_of(row.pair) for row in rows]
    weights = [row.pair.weight for row in rows]
    heads: dict[str, Head] = dict(shipped().heads)
    heads[DEFECTIVE] = fit(seen, [row.pair.defective for row in rows], l2=l2, weights=weights, sign=sign_of)
    told = [at for at, row in enumerate(rows) if row.groups is not None]
    for group in GROUPS:
        labels = [group in (rows[at].groups or ()) for at in told]
        if LEAST_OF_A_GROUP <= sum(labels) < len(labels):
            heads[group] = fit([seen[at] for at in told], labels, l2=l2, weights=[weights[at] for at in told])
    return replace(shipped(), version=version, made_on=made_on, author=author, note=note, threshold=threshold,
                   close=close, heads=heads)


def tried(rows: Sequence[Labelled], *, l2: float, k: int = 5) -> list[float]:
    """Each row's probability by weights fitted on the other folds; rows with one key stay in one fold. Raises
    NotFitted, ValueError for one key only."""
    return cross_validated([features_of(row.pair) for row in rows], [row.pair.defective for row in rows],
                           [row.key for row in rows], k=k, l2=l2, weights=[row.pair.weight for row in rows],
                           sign=sign_of)
