"""What was submitted, so that nothing is submitted twice: intents, the feeds that they became, and their reports.

Each change is one transaction that is on the disk before the next step. An entry is one submission; a part is one feed
of it. A part goes `planned` -> `open` (its request may be on its way) -> `submitted`, back to `planned` where Amazon
certainly or apparently has nothing of it, or to `unclear` where several feeds may be it. The statement that opens a part
checks the entry's owner: a number that only its last claimer knows.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from sellerport.amazon.clock import Clock
from sellerport.amazon.feeds import FeedState
from sellerport.amazon.submission.entries import (
    CALLS,
    Entry,
    Part,
    PartState,
    Scope,
    packed,
    packed_rows,
    told,
    unpacked,
    unpacked_rows,
)
from sellerport.amazon.submission.joining import Joined

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sellerport.store import Lock, Store

KEPT_FOR = 100 * 86400.0  # seconds: Amazon keeps a feed's record for 90 days


class Journal:
    """The journal of one seller at one endpoint, in a store."""

    def __init__(self, store: "Store", scope: Scope, clock: Clock) -> None:
        self._store, self.scope, self._clock = store, scope, clock

    def lock(self, name: str) -> "Lock":
        """A lock of that name in the store; it falls when its holder dies."""
        return self._store.lock(name)

    async def number(self) -> int:
        """A number never given before: an entry's id, or an owner."""
        return await self._store.number()

    async def by_key(self, function: str, key: str) -> Entry | None:
        """The entry of that key."""
        from sellerport.store.tables import submissions as s

        found = await self._entries(lambda: (s.c.function == function) & (s.c.key == key))
        return found[-1] if found else None

    async def unfinished(self, function: str, content: str) -> list[Entry]:
        """The unfinished entries without a key of that content, oldest first."""
        from sellerport.store.tables import submissions as s

        return await self._entries(
            lambda: (s.c.function == function) & (s.c.content == content) & s.c.key.is_(None) & s.c.finished.is_(None)
        )

    async def entry(self, number: int) -> Entry | None:
        """The entry of that id."""
        from sqlalchemy import true

        from sellerport.store.tables import submissions as s

        found = await self._entries(lambda: s.c.id == number, scope=true)
        return found[0] if found else None

    async def by_feed(self, feed: str) -> tuple[Entry, Part] | None:
        """The entry and the part that became that feed."""
        from sqlalchemy import select

        from sellerport.store.tables import parts as p

        def work(connection: "Connection") -> int | None:
            mine = (p.c.endpoint == self.scope.endpoint) & (p.c.seller == self.scope.seller) & (p.c.feed == feed)
            return connection.execute(select(p.c.submission).where(mine)).scalar()

        number = await self._store.transact(work, durable=False)
        entry = None if number is None else await self.entry(number)
        return next(((entry, part) for part in entry.parts if part.feed == feed), None) if entry else None

    async def latest(self, most: int) -> list[Entry]:
        """The latest entries of every seller, newest first."""
        from sqlalchemy import true

        return await self._entries(true, scope=true, most=most)

    async def calls(self, most: int) -> list[Entry]:
        """The latest entries of every seller that single calls did, newest first."""
        from sqlalchemy import true

        from sellerport.store.tables import submissions as s

        return await self._entries(lambda: s.c.feed_type == CALLS, scope=true, most=most)

    async def become(self, feed: str) -> list[Entry]:
        """The entries of every seller that became a feed of that id."""
        from sqlalchemy import select, true

        from sellerport.store.tables import parts as p
        from sellerport.store.tables import submissions as s

        return await self._entries(lambda: s.c.id.in_(select(p.c.submission).where(p.c.feed == feed)), scope=true)

    async def _entries(self, where: Any, *, scope: Any = None, most: int | None = None) -> list[Entry]:
        from sqlalchemy import select

        from sellerport.store.tables import parts as p
        from sellerport.store.tables import submissions as s

        def work(connection: "Connection") -> list[Entry]:
            query = select(s).where(where(), self._mine() if scope is None else scope())
            query = query.order_by(s.c.made, s.c.id) if most is None else query.order_by(s.c.id.desc()).limit(most)
            found = connection.execute(query).all()
            return [
                _entry(row, connection.execute(select(p).where(p.c.submission == row.id).order_by(p.c.number)).all())
                for row in found
            ]

        return await self._store.transact(work, durable=False)

    def _mine(self) -> Any:
        from sellerport.store.tables import submissions as s

        scope = self.scope
        return (s.c.endpoint == scope.endpoint) & (s.c.seller == scope.seller) & (s.c.marketplace == scope.marketplace)

    async def begin(self, entry: Entry) -> None:
        """Write an intent down, with its parts; entries that nobody can ask about any more go."""
        from sqlalchemy import delete, insert, select

        from sellerport.store.tables import parts as p
        from sellerport.store.tables import submissions as s

        where = {"endpoint": self.scope.endpoint, "seller": self.scope.seller}
        row = {
            "id": entry.id, "lock": entry.lock, "marketplace": entry.marketplace, "function": entry.function,
            "key": entry.key, "content": entry.content, "feed_type": entry.feed_type, "rows": entry.rows,
            "made": entry.made, "owner": entry.owner, "finished": None, "error": None, "intent": packed(entry.intent),
        }  # fmt: skip
        rows = [
            {
                "submission": entry.id, "number": part.number, "feed_type": entry.feed_type, "messages": part.messages,
                "rows": packed_rows(part.rows), "state": "planned", "presumed": 0,
            }
            for part in entry.parts
        ]  # fmt: skip
        old = s.c.made < entry.made - KEPT_FOR

        def work(connection: "Connection") -> None:
            connection.execute(delete(p).where(p.c.submission.in_(select(s.c.id).where(old))))
            connection.execute(delete(s).where(old))
            connection.execute(insert(s), {**where, **row})
            if rows:
                connection.execute(insert(p), [{**where, **one} for one in rows])

        await self._store.transact(work)

    async def claim(self, entry: Entry) -> Entry:
        """Become its owner: the entry as it is now, with a number that nobody else knows."""
        from sqlalchemy import update

        from sellerport.store.tables import submissions as s

        number = await self.number()
        await self._store.transact(lambda c: c.execute(update(s).where(s.c.id == entry.id).values(owner=number)))
        now = await self.entry(entry.id)
        assert now is not None
        return now

    async def open(self, entry: Entry, part: Part, since: float) -> bool:
        """Open a part just before its request: true where it was planned and this owner is still the owner."""
        from sqlalchemy import exists, select, update

        from sellerport.store.tables import parts as p
        from sellerport.store.tables import submissions as s

        owned = exists(select(s.c.id).where(s.c.id == entry.id, s.c.owner == entry.owner, s.c.finished.is_(None)))
        statement = (
            update(p)
            .where(p.c.submission == entry.id, p.c.number == part.number, p.c.state == "planned", owned)
            .values(state="open", since=since)
        )
        return await self._store.transact(lambda c: c.execute(statement).rowcount) == 1

    async def not_sent(self, part: Part) -> None:
        """Amazon has nothing of it: the part is planned again."""
        await self._change(part, "open", state="planned")

    async def unclear(self, part: Part, ids: Sequence[str]) -> None:
        """Several feeds may be it."""
        await self._change(part, "open", state="unclear", report=packed(list(ids)))

    async def disproved(self, part: Part) -> None:
        """The feed that was presumed to be it is another's."""
        await self._change(part, "submitted", state="unclear", feed=None, presumed=0, report=packed([part.feed]))

    async def submitted(self, part: Part, state: FeedState, *, presumed: bool = False) -> None:
        """Amazon gave it an id, or one was found."""
        await self._change(
            part, "open", state="submitted", feed=state.id, submitted=state.submitted, status=state.status,
            presumed=int(presumed),
        )  # fmt: skip

    async def _change(self, part: Part, was: PartState, *, unless_over: bool = False, **values: Any) -> None:
        from sqlalchemy import update

        from sellerport.store.tables import parts as p

        where = (p.c.submission == part.submission) & (p.c.number == part.number) & (p.c.state == was)
        if unless_over:
            where &= p.c.report.is_(None) & p.c.status.not_in(("CANCELLED", "FATAL"))
        await self._store.transact(lambda c: c.execute(update(p).where(where).values(**values)))

    async def seen(self, part: Part, status: str) -> None:
        """How far Amazon is with the feed, unless its end is known already."""
        await self._change(part, "submitted", unless_over=True, status=status)

    async def reported(self, part: Part, status: str, report: Joined | None) -> None:
        """What became of the feed, once it has ended."""
        values: dict[str, Any] = {"status": status, "presumed": int(part.presumed)}
        await self._change(
            part, "submitted", **values, report=None if report is None else msgspec.msgpack.encode(report)
        )

    async def finish(self, entry: Entry, error: Exception | None = None, *, answer: Any = None) -> None:
        """The answer was given out, or Amazon refused it; what a look-up found is needed no more."""
        from sqlalchemy import update

        from sellerport.store.tables import submissions as s

        kept = {"left_out": entry.intent.get("left_out", [])} | ({} if answer is None else {"answer": answer})
        values = {
            "finished": self._clock.now(),
            "error": None if error is None else packed(told(error)),
            "intent": packed(kept),
        }
        statement = update(s).where(s.c.id == entry.id, s.c.finished.is_(None)).values(**values)
        await self._store.transact(lambda c: c.execute(statement))

    async def open_parts(self, feed_type: str) -> list[Part]:
        """The seller's open parts of that type, of any marketplace."""
        from sqlalchemy import select

        from sellerport.store.tables import parts as p

        def work(connection: "Connection") -> list[Part]:
            mine = (p.c.endpoint == self.scope.endpoint) & (p.c.seller == self.scope.seller)
            query = select(p).where(mine, p.c.feed_type == feed_type, p.c.state == "open")
            return [_part(row) for row in connection.execute(query).all()]

        return await self._store.transact(work, durable=False)

    async def known(self, ids: Iterable[str]) -> set[str]:
        """Which of those feeds the journal holds."""
        from sqlalchemy import select

        from sellerport.store.tables import parts as p

        def work(connection: "Connection") -> set[str]:
            mine = (p.c.endpoint == self.scope.endpoint) & (p.c.seller == self.scope.seller)
            return set(connection.execute(select(p.c.feed).where(mine, p.c.feed.in_(list(ids)))).scalars())

        return await self._store.transact(work, durable=False)


def _entry(row: "Row[Any]", parts: Sequence["Row[Any]"]) -> Entry:
    names = (
        "id",
        "lock",
        "marketplace",
        "function",
        "key",
        "content",
        "feed_type",
        "rows",
        "made",
        "owner",
        "finished",
    )
    facts = {name: getattr(row, name) for name in names}
    return Entry(**facts, error=unpacked(row.error), intent=unpacked(row.intent) or {}, parts=tuple(map(_part, parts)))


def _part(row: "Row[Any]") -> Part:
    names = ("submission", "number", "messages", "state", "since", "feed", "submitted", "status")
    facts = {name: getattr(row, name) for name in names}
    if row.state == "unclear":
        facts["candidates"] = tuple(unpacked(row.report) or ())
    elif row.report is not None:
        facts["report"] = msgspec.msgpack.decode(row.report, type=Joined)
    return Part(**facts, rows=unpacked_rows(row.rows), presumed=bool(row.presumed))
