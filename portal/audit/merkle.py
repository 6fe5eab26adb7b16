"""The Merkle tree over the events (RFC 9162, 2.1): small proofs that an event is in it.

A leaf is the 32-byte hash of an event. Nothing here keeps the leaves: a tree of any size is a few
peaks, so that a million events cost no memory. Who checks the proofs needs only `verify.py`.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from itertools import islice

EMPTY = hashlib.sha256(b"").digest()


def leaf(event_hash: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + event_hash).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that grows: its size, and the roots of its complete subtrees from left to right."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError("So many peaks do not belong to a tree of this size.")

    def add(self, event_hash: bytes) -> None:
        hashed, full = leaf(event_hash), self.size
        while full & 1:
            hashed = node(self.peaks.pop(), hashed)
            full >>= 1
        self.peaks.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY
        hashed = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            hashed = node(peak, hashed)
        return hashed


def root(hashes: Iterable[bytes]) -> bytes:
    """The root of the tree over these events."""
    return _grown(Frontier(), hashes).root()


def _grown(frontier: Frontier, hashes: Iterable[bytes]) -> Frontier:
    for event_hash in hashes:
        frontier.add(event_hash)
    return frontier


def inclusion(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that leaf `index` is in the tree over `hashes` (2.1.3)."""
    return inclusions(hashes, len(hashes), [index])[index]


def inclusions(
    hashes: Iterable[bytes], size: int, wanted: Collection[int]
) -> dict[int, list[bytes]]:
    """The proofs of many leaves of a tree of `size`, in one walk over its leaves.

    It keeps the nodes that stand in a proof, and no others.
    """
    if any(not 0 <= index < size for index in wanted):
        raise ValueError("There is no such leaf.")
    needed = [
        {(index >> level) ^ 1 for index in wanted} for level in range(max(size - 1, 0).bit_length())
    ]
    kept = _nodes(hashes, size, needed)
    return {
        index: [
            kept[level][(index >> level) ^ 1]
            for level in range(len(needed))
            if (index >> level) ^ 1 <= (size - 1) >> level
        ]
        for index in wanted
    }


def _nodes(hashes: Iterable[bytes], size: int, needed: list[set[int]]) -> list[dict[int, bytes]]:
    """The needed nodes, by level and place. A node at the right edge may stand for fewer leaves."""
    kept: list[dict[int, bytes]] = [{} for _ in needed]
    lefts: list[bytes] = [b""] * (len(needed) + 1)
    count = 0
    for event_hash in islice(hashes, size):
        hashed, place, level = leaf(event_hash), count, 0
        count += 1
        while level < len(needed):
            if place in needed[level]:
                kept[level][place] = hashed
            if not place & 1:
                break
            hashed = node(lefts[level], hashed)
            place >>= 1
            level += 1
        lefts[level] = hashed
    if count != size:
        raise ValueError("There are fewer leaves than the tree has.")
    _add_right_edge(kept, lefts, size)
    return kept


def _add_right_edge(kept: list[dict[int, bytes]], lefts: list[bytes], size: int) -> None:
    """What no complete subtree holds: one node on each level, the last."""
    edge: bytes | None = None
    for level in range(len(kept)):
        last = (size - 1) >> level
        if edge is not None:
            kept[level][last] = edge
        if not last & 1:
            # A last node without a brother is its own parent, as it is.
            edge = edge if edge is not None else lefts[level]
        elif edge is not None:
            edge = node(lefts[level], edge)


def consistency(hashes: Iterable[bytes], old: int, new: int) -> list[bytes]:
    """The proof that the first `old` leaves of the tree of `new` were left as they were (2.1.4)."""
    leaves = iter(hashes)
    before = _grown(Frontier(), islice(leaves, old))
    return consistency_from(before, list(islice(leaves, new - old)))


def consistency_from(before: Frontier, more: Sequence[bytes]) -> list[bytes]:
    """The same from the tree as it was and the leaves that came since: no others are looked at."""
    if not before.size:
        raise ValueError("Every tree is consistent with the empty one: there is nothing to prove.")
    if not more:
        return []
    peaks = _places(before)
    proof: list[bytes] = []
    start, old, new, is_whole = 0, before.size, before.size + len(more), True
    while old != new:
        half = 1 << (new - 1).bit_length() - 1
        if old <= half:
            came = slice(start + half - before.size, start + new - before.size)
            proof.append(root(more[came]))
            new = half
        else:
            proof.append(peaks[start, half])
            start, old, new, is_whole = start + half, old - half, new - half, False
    if not is_whole:
        proof.append(peaks[start, old])
    return proof[::-1]


def _places(frontier: Frontier) -> dict[tuple[int, int], bytes]:
    """Each peak by the number of its first leaf and how many it stands for."""
    found, start, left = {}, 0, frontier.size
    for peak in frontier.peaks:
        wide = 1 << left.bit_length() - 1
        found[start, wide] = peak
        start, left = start + wide, left - wide
    return found
