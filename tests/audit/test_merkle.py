"""The Merkle tree, held against the definitions of RFC 9162 written down once more, naively."""

import hashlib
import random

import pytest

from portal.audit import merkle
from portal.audit.merkle import Frontier
from portal.evidence import verify

pytestmark = pytest.mark.one_database


def h(data):
    return hashlib.sha256(data).digest()


def mth(leaves):
    """2.1.1, as it is written there."""
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return h(b"\x00" + leaves[0])
    k = split(len(leaves))
    return h(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m, leaves):
    """2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, b):
    """2.1.4.1."""
    n = len(leaves)
    if m == n:
        return [] if b else [mth(leaves)]
    k = split(n)
    if m <= k:
        return [*subproof(m, leaves[:k], b), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def some(count):
    return [h(f"event {number}".encode()) for number in range(count)]


def test_the_empty_tree_and_the_first_leaf_are_those_of_the_standard():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root([]).hex() == empty
    # The hash of a leaf without data: SHA-256 of one zero byte.
    assert merkle.leaf(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


# The eight leaves that implementations of Certificate Transparency try each other with.
KNOWN_LEAVES = "|00|10|2021|3031|40414243|5051525354555657|606162636465666768696a6b6c6d6e6f"
KNOWN_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", KNOWN_ROOTS)
def test_the_roots_that_others_know(size):
    leaves = [bytes.fromhex(part) for part in KNOWN_LEAVES.split("|")]
    assert merkle.root(leaves[:size]).hex() == KNOWN_ROOTS[size]


@pytest.mark.parametrize("size", range(1, 71))
def test_every_proof_of_every_small_tree(size):
    leaves = some(size)
    assert merkle.root(leaves) == mth(leaves)
    together = merkle.inclusions(leaves, size, range(size))
    for index in range(size):
        proof = path(index, leaves)
        assert merkle.inclusion(leaves, index) == together[index] == proof
        assert verify.includes(merkle.leaf(leaves[index]), index, size, proof, mth(leaves))
    for old in range(1, size + 1):
        proof = subproof(old, leaves, True)
        assert merkle.consistency(leaves, old, size) == proof
        assert verify.is_consistent(old, size, mth(leaves[:old]), mth(leaves), proof)


@pytest.mark.parametrize("seed", range(6))
def test_large_trees_of_any_size(seed):
    dice = random.Random(seed)
    size = dice.randrange(2_000, 9_000)
    leaves = some(size)
    whole = mth(leaves)
    wanted = {0, size - 1, *(dice.randrange(size) for _ in range(30))}
    for index, proof in merkle.inclusions(iter(leaves), size, wanted).items():
        assert proof == path(index, leaves)
        assert verify.includes(merkle.leaf(leaves[index]), index, size, proof, whole)
    for old in {1, 1024, size - 1, *(dice.randrange(1, size) for _ in range(10))}:
        before = Frontier()
        for each in leaves[:old]:
            before.add(each)
        assert before.root() == mth(leaves[:old])
        proof = merkle.consistency_from(before, leaves[old:])
        assert proof == subproof(old, leaves, True)
        assert verify.is_consistent(old, size, before.root(), whole, proof)


def wrong_proofs(proof, dice):
    """The proof changed, cut, lengthened, turned around."""
    yield [*proof, h(b"more")]
    if proof:
        yield proof[:-1]
        yield proof[1:]
        changed = list(proof)
        at = dice.randrange(len(proof))
        changed[at] = bytes([changed[at][0] ^ 1]) + changed[at][1:]
        yield changed
    if len(set(proof)) > 1:
        yield proof[::-1]


@pytest.mark.parametrize("size", [*range(1, 20), 63, 64, 65])
def test_no_changed_proof_is_believed(size):
    dice = random.Random(size)
    leaves = some(size)
    whole = mth(leaves)
    for index in range(size):
        proof, hashed = path(index, leaves), merkle.leaf(leaves[index])
        for wrong in wrong_proofs(proof, dice):
            assert not verify.includes(hashed, index, size, wrong, whole)
        assert not verify.includes(merkle.leaf(h(b"other")), index, size, proof, whole)
        assert not verify.includes(hashed, index, size, proof, h(b"other"))
        others = {other for other in range(size + 1) if other != index}
        assert not any(verify.includes(hashed, other, size, proof, whole) for other in others)
    for old in range(1, size):
        proof, root = subproof(old, leaves, True), mth(leaves[:old])
        for wrong in wrong_proofs(proof, dice):
            assert not verify.is_consistent(old, size, root, whole, wrong)
        assert not verify.is_consistent(old, size, h(b"other"), whole, proof)
        assert not verify.is_consistent(old, size, root, h(b"other"), proof)


def test_a_leaf_is_never_taken_for_a_node():
    left, right = some(2)
    as_leaf = merkle.leaf(left) + merkle.leaf(right)
    assert merkle.leaf(as_leaf) != merkle.root([left, right])


def test_what_there_is_no_proof_of_is_refused():
    leaves = some(5)
    for index in (-1, 5):
        with pytest.raises(ValueError):
            merkle.inclusion(leaves, index)
    with pytest.raises(ValueError):
        merkle.inclusions(leaves, 6, [0])
    with pytest.raises(ValueError):
        merkle.consistency(leaves, 0, 5)
    with pytest.raises(ValueError):
        Frontier(3, [leaves[0]])


def test_a_large_tree_costs_time_but_no_memory():
    import tracemalloc

    size = 60_000
    tracemalloc.start()
    hashes = (number.to_bytes(32, "big") for number in range(size))
    merkle.inclusions(hashes, size, range(0, size, 600))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The leaves alone would take six times as much.
    assert peak < 1_000_000
