"""What a platform's runtime forgets: the snapshot it was given last, until the platform shows it.

The platform stores snapshots late. For five minutes after an emission the last one emitted, kept in the store beside the
run's lock, wins over step data that still show its predecessor; otherwise step data win, so that a reset counts.
"""

import hashlib
from typing import Any

import msgspec

from sellerport.amazon.port import Amazon
from sellerport.contract import Call

LATE = 300.0  # seconds that the platform may take to store a snapshot
LONGEST = 500  # snapshots of that time that are remembered as replaced


class SnapshotMemory:
    """The last snapshot of each step that runs under a lock."""

    async def recall(self, call: Call, port: Amazon, shown: Any) -> Any:
        """The snapshot to start from, where the platform shows that one."""
        if call.lock is None:
            return shown
        kept = await port.shelf.kept(_name(call.lock))
        if kept is None or port.clock.now() - kept.at > LATE:
            return shown
        last = msgspec.json.decode(kept.value)
        return last["emitted"] if _mark(shown) in last["instead_of"] else shown

    async def remember(self, call: Call, port: Amazon, emitted: Any) -> None:
        """Keep a snapshot that was emitted, and which ones it replaces while the platform still shows them."""
        if call.lock is None:
            return
        kept = await port.shelf.kept(_name(call.lock))
        earlier = msgspec.json.decode(kept.value) if kept and port.clock.now() - kept.at <= LATE else None
        chain = [*earlier["instead_of"], _mark(earlier["emitted"])] if earlier else []
        replaced = dict.fromkeys([*chain[-LONGEST:], _mark(call.snapshot)])
        value = {"emitted": emitted, "instead_of": [mark for mark in replaced if mark != _mark(emitted)]}
        await port.shelf.keep(_name(call.lock), msgspec.json.encode(value))


def _mark(snapshot: Any) -> str:
    """A short name of a snapshot; no snapshot and an empty one are the same."""
    return hashlib.sha256(msgspec.json.encode(snapshot or {}, order="deterministic")).hexdigest()[:16]


def _name(lock: str) -> str:
    return f"snapshot:{lock}"
