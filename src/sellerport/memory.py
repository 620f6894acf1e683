"""What a platform's runtime forgets: the snapshot it was given last, until the platform shows it.

The platform stores snapshots late. For five minutes after an emission the last one emitted, kept in the store beside the
run's lock, wins over step data that still show its predecessor; otherwise step data win, so that a reset counts.
"""

from typing import Any

import msgspec

from sellerport.amazon.port import Amazon
from sellerport.contract import Call

LATE = 300.0  # seconds that the platform may take to store a snapshot


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
        return last["emitted"] if shown in last["instead_of"] else shown

    async def remember(self, call: Call, port: Amazon, emitted: Any) -> None:
        """Keep a snapshot that was emitted, and which ones it replaces while the platform still shows them."""
        if call.lock is None:
            return
        kept = await port.shelf.kept(_name(call.lock))
        earlier = msgspec.json.decode(kept.value) if kept and port.clock.now() - kept.at <= LATE else None
        replaced = [call.snapshot, *([*earlier["instead_of"], earlier["emitted"]] if earlier else [])]
        value = {"emitted": emitted, "instead_of": [s for s in replaced if s != emitted][-20:]}
        await port.shelf.keep(_name(call.lock), msgspec.json.encode(value))


def _name(lock: str) -> str:
    return f"snapshot:{lock}"
