"""One root over all heads, and the proof that one case stands under it."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.events import Head
from feedback.domain.merkle import InclusionProof, inclusion_proof, merkle_root, root_of, verify_inclusion

LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]


def heads_of(count: int) -> list[Head]:
    return [Head(f"case-{i}", i + 1, hashlib.sha256(str(i).encode()).hexdigest()) for i in range(count)]


@pytest.mark.parametrize(
    ("count", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_the_root_is_the_one_that_certificate_transparency_logs_compute(count: int, root: str) -> None:
    assert root_of(LEAVES[:count]) == root


def test_the_root_does_not_depend_on_the_order_in_which_heads_come() -> None:
    heads = heads_of(13)
    assert merkle_root(reversed(heads)) == merkle_root(heads)


def test_a_deleted_or_changed_or_added_case_changes_the_root() -> None:
    heads = heads_of(13)
    root = merkle_root(heads)
    assert merkle_root(heads[:-1]) != root
    assert merkle_root([heads[0]._replace(n=9), *heads[1:]]) != root
    assert merkle_root([*heads, Head("case-x", 1, "00")]) != root


def test_a_chain_with_two_heads_is_refused() -> None:
    with pytest.raises(ValueError, match="two heads"):
        merkle_root([*heads_of(3), Head("case-1", 9, "00")])


def test_an_unknown_chain_has_no_proof() -> None:
    with pytest.raises(KeyError):
        inclusion_proof(heads_of(3), "case-9")


@given(st.integers(1, 40), st.data())
def test_each_head_is_proven_under_the_root_and_no_other_is(count: int, data: st.DataObject) -> None:
    heads = heads_of(count)
    head = data.draw(st.sampled_from(heads))
    root, proof = merkle_root(heads), inclusion_proof(heads, head.chain)
    assert verify_inclusion(head, proof, root)
    assert not verify_inclusion(head._replace(n=head.n + 1), proof, root)
    assert not verify_inclusion(head, proof, merkle_root([*heads, Head("zz", 1, "00")]))
    assert not verify_inclusion(head, proof._replace(path=(*proof.path, "00" * 32)), root)
    assert not verify_inclusion(head, proof._replace(path=proof.path[1:]), root) or not proof.path


@pytest.mark.parametrize(
    "proof", [InclusionProof(0, 0, ()), InclusionProof(-1, 4, ()), InclusionProof(5, 4, ()),
              InclusionProof(0, 4, ("not hex", "zz")), InclusionProof(0, 4, ())])
def test_a_made_up_proof_is_false_and_raises_nothing(proof: InclusionProof) -> None:
    assert not verify_inclusion(Head("case-0", 1, "00"), proof, "00" * 32)
