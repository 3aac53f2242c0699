"""The Merkle tree of the public log: RFC 6962 vectors, mutants, own properties."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from audit_paths import root_from_proof

from inspector.ceremony.log import (
    inclusion_proof,
    leaf_hash,
    node_hash,
    tree_root,
)

VECTORS = Path(__file__).parent.parent / "vectors"
RFC = json.loads((VECTORS / "rfc6962.json").read_text("utf-8"))
INCLUSION = json.loads((VECTORS / "merkle_inclusion.json").read_text("utf-8"))["cases"]
LEAVES = [leaf_hash(bytes.fromhex(x)) for x in RFC["leaves"]]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1 word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    left, right = naive_root(leaves[:k]), naive_root(leaves[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_published_leaves(size: int) -> None:
    assert tree_root(LEAVES[:size]).hex() == RFC["roots"][size]


def test_leaf_and_node_hashes_of_the_published_inputs() -> None:
    assert leaf_hash(b"L123456").hex() == RFC["leaf_L123456"]
    assert node_hash(b"N123", b"N456").hex() == RFC["node_N123_N456"]


def test_the_published_inclusion_proof_of_leaf_5_of_8() -> None:
    proof = [b64decode(x) for x in RFC["inclusion_5_of_8"]]
    assert inclusion_proof(LEAVES, 5) == proof
    assert root_from_proof(LEAVES[5], 5, 8, proof) == tree_root(LEAVES)


def test_the_root_is_the_naive_tree_hash_for_all_sizes_up_to_300() -> None:
    leaves = [leaf_hash(i.to_bytes(2, "big")) for i in range(300)]
    for size in range(301):
        assert tree_root(leaves[:size]) == naive_root(leaves[:size])


def test_every_proof_of_every_tree_up_to_64_leaves_leads_to_the_root() -> None:
    leaves = [leaf_hash(bytes([i])) for i in range(64)]
    for size in range(1, 65):
        root = tree_root(leaves[:size])
        for index in range(size):
            proof = inclusion_proof(leaves[:size], index)
            assert root_from_proof(leaves[index], index, size, proof) == root


def test_a_proof_is_good_for_its_own_index_only() -> None:
    leaves = [leaf_hash(bytes([i])) for i in range(13)]
    root = tree_root(leaves)
    for index in range(13):
        proof = inclusion_proof(leaves, index)
        for other in range(13):
            found = root_from_proof(leaves[index], other, 13, proof)
            assert (found == root) == (other == index)


def test_a_proof_with_one_hash_more_or_less_is_refused() -> None:
    proof = inclusion_proof(LEAVES, 3)
    assert root_from_proof(LEAVES[3], 3, 8, proof[:-1]) is None
    assert root_from_proof(LEAVES[3], 3, 8, [*proof, proof[0]]) is None
    assert root_from_proof(LEAVES[3], 3, 8, [proof[0][:31], *proof[1:]]) is None


@pytest.mark.parametrize("index", [-1, 8])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, index)
    assert root_from_proof(LEAVES[0], index, 8, []) is None


def test_a_leaf_never_hashes_like_a_node() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize("case", INCLUSION, ids=lambda c: str(c["file"])[9:-5])
def test_published_inclusion_mutants(case: dict[str, Any]) -> None:
    proof = [b64decode(h) for h in case["proof"] or []]
    found = root_from_proof(
        b64decode(case["leafHash"]), case["leafIdx"], case["treeSize"], proof
    )
    accepted = found is not None and found == b64decode(case["root"])
    assert accepted == (not case["wantErr"])


def test_the_published_mutants_hold_good_proofs_and_bad_ones() -> None:
    assert len(INCLUSION) == 98
    assert sum(not c["wantErr"] for c in INCLUSION) == 6
