"""Feeds of one seller, whatever the protocol: submitted once, waited for, asked about."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from sellerport.amazon.account import Account
from sellerport.amazon.feeds import ENDED, FeedState, Marketplace
from sellerport.amazon.patience import Patience
from sellerport.amazon.shelf import Shelf
from sellerport.amazon.submission import reports
from sellerport.amazon.submission.courier import Courier
from sellerport.amazon.submission.entries import Scope
from sellerport.amazon.submission.joining import Joined, read_joined
from sellerport.amazon.submission.journal import Journal
from sellerport.amazon.submission.once import Record, once, recorded
from sellerport.amazon.submission.ongoing import Means, Ongoing
from sellerport.amazon.submission.sentence import Listings, Wish
from sellerport.errors import FeedFailed, Rejected


@dataclass(frozen=True, slots=True)
class Result:
    """What Amazon says of a feed: its state, and where it has ended its report, joined to the rows that are known."""

    state: FeedState
    report: Joined | None = None
    left_out: tuple[dict[str, Any], ...] = ()
    document: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Feeds:
    """The feeds of one seller in one marketplace."""

    api: str
    account: Account
    place: Marketplace
    patience: Patience
    shelf: Shelf
    courier: Courier
    listings: Listings

    async def journal(self) -> Journal:
        """The journal, its store opened."""
        scope = Scope(f"{self.api} {self.account.endpoint}", self.account.seller_id, self.place.id)
        return Journal(await self.shelf.store(), scope, self.account.clock)

    async def once(self, wish: Wish, until: float | None = None) -> AbstractAsyncContextManager[Ongoing]:
        """The wish's submission in the hands of its owner: to submit, to wait for, to finish once the answer is out."""
        return once(await self._means(), wish, until)

    async def recorded(self, wish: Wish) -> AbstractAsyncContextManager[Record]:
        """The record of a wish that single calls do: under a key the answer that was given out before."""
        return recorded(await self._means(), wish)

    async def _means(self) -> Means:
        journal, delay = await self.journal(), self.account.check_delay
        return Means(self.courier, journal, self.patience, self.place, self.listings, delay)

    def until(self, deadline: float | None, *, sample: bool) -> float:
        """The time at which waiting for a result ends; a sample waits for it no longer than for anything else."""
        longest = self.account.time_limit
        if sample and self.patience.limit is not None:
            longest = min(longest, self.patience.limit)
        limit = self.account.clock.now() + longest
        return limit if deadline is None else min(limit, deadline)

    async def state(self, number: str) -> FeedState:
        """What Amazon says of the feed; Rejected where it knows none of that id."""
        found = (await self.courier.states([number])).get(number)
        if found is None:
            raise Rejected(f"Amazon knows no feed {number} of this seller", status=404)
        journal = await self.journal()
        known = await journal.by_feed(number)
        over = ("CANCELLED", "FATAL")
        if known is not None and known[1].status != found.status and found.status not in over:
            await journal.seen(known[1], found.status)  # those two are only over once their report was asked for
        return found

    async def result(self, number: str, *, with_document: bool = False) -> Result:
        """The feed's state and its report, on request as Amazon wrote it; FeedFailed where it has ended without one."""
        state = await self.state(number)
        answer = await self.courier.report(state) if state.status in ENDED else None
        if answer is None:
            if state.status in ("CANCELLED", "FATAL"):
                raise FeedFailed(f"feed {number} ended as {state.amazon_status} without a report")
            return Result(state)
        kind = answer.headers.get("content-type", "")
        document = reports.document(answer.body, kind) if with_document else None
        journal = await self.journal()
        known = await journal.by_feed(number)
        if known is None:
            return Result(state, read_joined(answer, None)[1], document=document)
        entry, part = known
        counts, found = read_joined(answer, part.rows)
        if part.presumed and counts.processed != part.messages:  # another's feed, which only looked like ours
            return Result(state, read_joined(answer, None)[1], document=document)
        if part.report is None:
            await journal.reported(part, state.status, found)
        left_out = tuple(entry.intent.get("left_out", ())) if part.number == 0 else ()
        return Result(state, found, left_out, document)
