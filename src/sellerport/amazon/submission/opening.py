"""The moment of a submission: one at a time per seller and feed type, written down before, settled afterwards.

A part is open only from its quota turn to its answer. Where the answer is lost, or its owner died before it came, Amazon
is asked which feeds of that type it created since its own time of the last answer before the call: none after three
looks means that it has nothing, one is ours once its report counts as many messages, more cannot be told apart.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sellerport.amazon.feeds import FeedState
from sellerport.amazon.http import Answer, LineLost
from sellerport.amazon.patience import Patience
from sellerport.amazon.servertime import date
from sellerport.amazon.submission.courier import Courier, Gate
from sellerport.amazon.submission.entries import Entry, Part
from sellerport.amazon.submission.journal import Journal
from sellerport.errors import Unavailable

if TYPE_CHECKING:
    from sellerport.store import Lock

LOOKS = (0.0, 2.0, 8.0)  # seconds before each look
STALE = 60.0  # seconds after which Amazon's time is asked anew, so that a long wait for a turn does not widen the look
TYPE_LOCK_PAUSE = 0.05


class Interrupted(Exception):
    """Something failed before the request went out."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class OwnerLost(Exception):
    """The entry belongs to nobody or to somebody else: claim it anew."""


class StillHeld(Exception):
    """Another holds the lock, and the time to wait for it is over."""


def pauses(patience: Patience, what: str, until: float | None = None) -> Callable[[float], Awaitable[None]]:
    """How to wait for a lock: Stopped where the run is told to end, Unavailable over its patience.

    StillHeld at that time, where one is given.
    """
    waited = 0.0

    async def pause(seconds: float) -> None:
        nonlocal waited
        if until is not None and patience.clock.now() >= until:
            raise StillHeld
        await patience.pause(seconds, what)
        waited += seconds
        if patience.limit is not None and waited > patience.limit:
            raise Unavailable(f"{what} takes longer than this run may wait")

    return pause


@dataclass(slots=True)
class Desk:
    """Where submissions of one feed type of one seller pass one at a time."""

    courier: Courier
    journal: Journal
    patience: Patience
    feed_type: str

    async def entered(self, own: int) -> "Lock":
        """The lock of the feed type, held; what dead owners left open is settled. `own` is the caller's entry."""
        scope = self.journal.scope
        lock = self.journal.lock(f"feed:{scope.endpoint}:{scope.seller}:{self.feed_type}")
        pause = pauses(self.patience, f"another submission of {self.feed_type}")
        while True:
            await lock.acquire(pause)
            try:
                if await self._settled(own):
                    return lock
            except BaseException:
                await lock.release()
                raise
            await lock.release()
            await pause(TYPE_LOCK_PAUSE)

    async def _settled(self, own: int) -> bool:
        """Settle the open parts of others; False where an owner lives, who needs the type's lock to do it himself."""
        for part in await self.journal.open_parts(self.feed_type):
            if part.submission == own:
                continue
            entry = await self.journal.entry(part.submission)
            if entry is None:
                continue
            owner = self.journal.lock(entry.lock)
            if not await owner.try_acquire():
                return False
            try:
                entry = await self.journal.claim(entry)
                left = next((one for one in entry.parts if one.number == part.number and one.state == "open"), None)
                if left is not None:
                    await self.looked(entry, left)
            finally:
                await owner.release()
        return True

    async def looked(self, entry: Entry, part: Part) -> Part:
        """The open part after looking for its feed: submitted, planned again, or unclear. The type's lock is held."""
        for pause in LOOKS:
            if pause:
                await self.patience.pause(pause, "the feed whose answer was lost")
            found = await self._candidates(entry, part)
            if len(found) == 1:
                await self.journal.submitted(part, found[0], presumed=True)
                return replace(part, state="submitted", feed=found[0].id, submitted=found[0].submitted,
                               status=found[0].status, presumed=True)  # fmt: skip
            if found:
                ids = [state.id for state in found]
                await self.journal.unclear(part, ids)
                return replace(part, state="unclear", candidates=tuple(ids))
        await self.journal.not_sent(part)
        return replace(part, state="planned")

    async def _candidates(self, entry: Entry, part: Part) -> list[FeedState]:
        assert part.since is not None
        here = entry.marketplace
        since = await self.courier.since(self.feed_type, part.since)
        found = [state for state in since if here in (state.marketplaces or (here,))]
        known = await self.journal.known([state.id for state in found])
        return [state for state in found if state.id not in known]


class Opening:
    """One part's way through the desk: the gate around its request, and whether Amazon may have it."""

    def __init__(self, desk: Desk, entry: Entry, part: Part, *, owner: "Lock", at: float | None) -> None:
        self.part = part
        self.gate = Gate(self._before, self._after)
        self._desk, self._entry, self._owner = desk, entry, owner
        self._at, self._noted = at, desk.patience.clock.now()
        self._lock: Lock | None = None

    @property
    def uncertain(self) -> bool:
        """Whether Amazon may have the submission without our knowing its id."""
        return self.part.state == "open"

    async def _before(self) -> None:
        try:
            self._lock = await self._desk.entered(self._entry.id)
            since = await self._since()
            if not await self._owner.alive():
                raise OwnerLost
            if not await self._desk.journal.open(self._entry, self.part, since):
                raise OwnerLost
        except Exception as error:
            raise Interrupted(error) from error
        self.part = replace(self.part, state="open", since=since)

    async def _since(self) -> float:
        """Amazon's own time of the last answer before the call."""
        now = self._desk.patience.clock.now()
        if self._at is None or now - self._noted > STALE:
            self._at, self._noted = await self._desk.courier.time(), now
        return self._at

    async def _after(self, came: Answer | LineLost, taken: bool) -> None:
        """What was certainly not taken is planned again; the rest is for the caller to write down or to look for."""
        if taken:
            return
        if isinstance(came, Answer):
            self._at, self._noted = date(came) or self._at, self._desk.patience.clock.now()
        await self._not_sent()

    async def _not_sent(self) -> None:
        await self._desk.journal.not_sent(self.part)
        self.part = replace(self.part, state="planned")
        await self.leave()

    async def leave(self) -> None:
        """Let the next submission of this type pass."""
        if self._lock is not None:
            lock, self._lock = self._lock, None
            await lock.release()

    async def looked(self) -> Part:
        """The part after looking for its feed, still with nobody else at the desk."""
        self.part = await self._desk.looked(self._entry, self.part)
        return self.part

    async def taken(self, state: FeedState) -> Part:
        """Amazon's answer, written down."""
        await self._desk.journal.submitted(self.part, state)
        self.part = replace(self.part, state="submitted", feed=state.id, submitted=state.submitted, status=state.status)
        return self.part


def names(ids: Sequence[str]) -> str:
    """Ids as an error names them."""
    return ", ".join(ids)
