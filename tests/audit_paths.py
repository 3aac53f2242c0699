"""The root that an audit path leads to: what a reader of the log computes."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.ceremony.log import node_hash


def root_from_proof(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes]
) -> bytes | None:
    """Root that an audit path leads to; None when the path cannot be one.

    RFC 9162 §2.1.3.2, plus: every hash is 32 bytes (RELIABILITY §5.1).
    """
    if not 0 <= index < size or any(len(h) != 32 for h in proof) or len(leaf) != 32:
        return None
    fn, sn, r = index, size - 1, leaf
    for h in proof:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            r = node_hash(h, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, h)
        fn, sn = fn >> 1, sn >> 1
    return r if sn == 0 else None
