"""One root over all heads, built as RFC 6962 does, so that anyone can check one case under a published root.

An anchored root finds what a chain alone cannot: a whole case deleted, or a chain rewritten with its head.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from feedback.domain.events import Head, canonical_json


class InclusionProof(NamedTuple):
    """That a head is under a root: its place among ``size`` sorted heads, and the hashes beside the way up
    (hex, lowest first)."""

    index: int
    size: int
    path: tuple[str, ...]


def _leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _level_up(level: list[bytes]) -> list[bytes]:
    above = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return above + level[-1:] if len(level) % 2 else above


def root_of(leaves: Sequence[bytes]) -> str:
    """The RFC 6962 tree hash, in hex, of these leaf contents in this order."""
    if not leaves:
        return hashlib.sha256().hexdigest()
    level = [_leaf(data) for data in leaves]
    while len(level) > 1:
        level = _level_up(level)
    return level[0].hex()


def _sorted_leaves(heads: Iterable[Head]) -> tuple[list[str], list[bytes]]:
    ordered = sorted(heads)
    chains = [head.chain for head in ordered]
    if len(set(chains)) != len(chains):
        raise ValueError("a chain has two heads")
    return chains, [canonical_json(list(head)) for head in ordered]


def merkle_root(heads: Iterable[Head]) -> str:
    """The root, in hex, over the heads sorted by chain. Raises ValueError when a chain comes twice."""
    return root_of(_sorted_leaves(heads)[1])


def inclusion_proof(heads: Iterable[Head], chain: str) -> InclusionProof:
    """The proof that this chain's head is under ``merkle_root(heads)``. Raises KeyError for an unknown chain,
    ValueError when a chain comes twice."""
    chains, leaves = _sorted_leaves(heads)
    if chain not in chains:
        raise KeyError(chain)
    start = place = chains.index(chain)
    level, path = [_leaf(data) for data in leaves], []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            path.append(level[beside].hex())
        level, place = _level_up(level), place // 2
    return InclusionProof(index=start, size=len(leaves), path=tuple(path))


def verify_inclusion(head: Head, proof: InclusionProof, root: str) -> bool:
    """Whether this head stands under this root (hex). False for any proof that does not fit, never raises
    for a proof made up by somebody."""
    place, size = proof.index, proof.size
    if not 0 <= place < size:
        return False
    try:
        beside = [bytes.fromhex(step) for step in proof.path]
    except ValueError:
        return False
    found = _leaf(canonical_json(list(head)))
    while size > 1:
        if place ^ 1 < size:
            if not beside:
                return False
            step = beside.pop(0)
            found = _node(step, found) if place % 2 else _node(found, step)
        place, size = place // 2, (size + 1) // 2
    return not beside and found.hex() == root
