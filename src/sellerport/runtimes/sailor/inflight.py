"""Which messages are being worked on, and which of those the broker hands out a second time.

A lost connection gives every unsettled message back to the broker, which hands it out again, marked as redelivered. One
that is still worked on here must not be worked on twice: the new delivery only takes the place of the old one, and is
settled when the work is done. The same holds for messages whose settlement was on its way when the connection broke:
the broker may notice minutes later, but not hours.
Messages are told apart by messageId, rebound and content, and counted: two inputs with one messageId are two. Of settled
messages without an id nothing is remembered. Knows no broker.
"""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Any, Literal, Protocol

Verdict = Literal["ack", "reject", "back"]
Key = tuple[Any, Any, int]
_REMEMBERED = 10_000
_ON_ITS_WAY = 900.0  # seconds for which a settlement may have been on its way when the loss of the line shows
_COMES_AGAIN = 600.0  # seconds of consuming after the loss within which a settled message may be handed out again


class Delivered(Protocol):
    """What has to be known of a delivery."""

    @property
    def redelivered(self) -> bool: ...
    @property
    def headers(self) -> dict[str, Any] | None: ...
    @property
    def content(self) -> bytes: ...
    @property
    def link(self) -> Any: ...


class Work:
    """One message that is worked on, and the delivery by which it can be settled now. `again` tells of another one."""

    __slots__ = ("again", "delivery", "key")

    def __init__(self, delivery: Any) -> None:
        headers = delivery.headers or {}
        self.delivery = delivery
        self.key: Key = (
            *(_name(headers.get(name)) for name in ("messageId", "reboundIteration")),
            hash(delivery.content),
        )
        self.again: asyncio.Event | None = None


def _name(value: Any) -> Any:
    """A header's value as a part of a key, whatever kind it is of."""
    return value if isinstance(value, str | int | float | None) else repr(value)


class InFlight:
    """The messages of one process. `known` is how many settled ones are remembered, `now` tells seconds."""

    def __init__(self, known: int = _REMEMBERED, *, now: Callable[[], float] = time.monotonic) -> None:
        self._known, self._now = known, now
        self._open: dict[int, Work] = {}
        self._orphans: dict[Key, list[Work]] = {}
        self._settled: deque[tuple[Key, Verdict, float]] = deque(maxlen=known)
        self._unsure: OrderedDict[tuple[Key, Verdict], int] = OrderedDict()
        self._since = 0.0

    def __len__(self) -> int:
        return len(self._open)

    def arrived(self, delivery: Delivered) -> Work | Verdict | None:
        """New work; or None for a delivery that takes the place of a lost one; or how to settle what was done before."""
        work = Work(delivery)
        if delivery.redelivered:
            if orphans := self._orphans.get(work.key):
                self._adopted(orphans.pop(0), delivery)
                return None
            if verdict := self._done_before(work.key):
                return verdict
        self._open[id(work)] = work
        return work

    def _adopted(self, work: Work, delivery: Delivered) -> None:
        work.delivery = delivery
        if work.again:
            work.again.set()
        if not self._orphans[work.key]:
            del self._orphans[work.key]

    def _done_before(self, key: Key) -> Verdict | None:
        if self._now() - self._since > _COMES_AGAIN:
            self._unsure.clear()
        verdicts: tuple[Verdict, ...] = ("ack", "reject")
        for verdict in verdicts:
            if count := self._unsure.pop((key, verdict), 0):
                if count > 1:
                    self._unsure[key, verdict] = count - 1
                self._settled.append((key, verdict, self._now()))
                return verdict
        return None

    def lost(self, link: Any) -> None:
        """The link is gone: its unsettled messages come again, and so may those that were settled just before."""
        for work in self._open.values():
            if work.delivery.link is link:
                self._orphans.setdefault(work.key, []).append(work)
        late = self._now() - _ON_ITS_WAY
        for settled, count in Counter((key, verdict) for key, verdict, at in self._settled if at >= late).items():
            self._remember(settled, count)
        self._settled.clear()

    def consuming(self) -> None:
        """The queue is consumed again: what was settled just before the loss may come from now on."""
        self._since = self._now()

    def settled(self, work: Work, verdict: Verdict) -> None:
        """The broker was told what became of the message."""
        del self._open[id(work)]
        self._settled.append((work.key, verdict, self._now()))

    def returned(self, work: Work) -> None:
        """The message goes back unsettled."""
        del self._open[id(work)]
        self._forget_orphan(work)

    def given_up(self, work: Work, verdict: Verdict) -> None:
        """No delivery came back by which the finished work could be settled; if one comes yet, it is known."""
        self.returned(work)
        self._remember((work.key, verdict), 1)

    def _forget_orphan(self, work: Work) -> None:
        if rest := [orphan for orphan in self._orphans.pop(work.key, ()) if orphan is not work]:
            self._orphans[work.key] = rest

    def _remember(self, settled: tuple[Key, Verdict], count: int) -> None:
        if settled[0][0] is None:
            return
        self._since = self._now()
        self._unsure[settled] = self._unsure.get(settled, 0) + count
        while len(self._unsure) > self._known:
            self._unsure.popitem(last=False)
