"""Get New And Updated Orders, whatever happens: pages, borders, changes, faults and deaths never lose an order.

A shop changes while runs poll it, die at any emission, meet faults, and are run again with the last snapshot. In the end
every order stands in what was emitted in its last state. Duplicates are only those of the page that a run died in, or of
a window that Amazon made start anew.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sellerport.errors import SellerportError
from support import APIS, TRIGGER, Bench, bench, orders, snapshots

FAULTS = ("500", "503", "html", "reset", "lost-reply", "throttle")
SLOW = list(HealthCheck)


@dataclass(frozen=True)
class Poll:
    """One run: its faults, the emission after which it dies (None: it lives), and what changes in the shop meanwhile."""

    faults: tuple[tuple[str, int, int], ...]
    dies_after: int | None
    changes: tuple[tuple[int, int], ...]  # after so many emissions, so many orders
    seconds: float
    refused_token: bool


POLLS = st.lists(
    st.builds(
        Poll,
        faults=st.lists(
            st.tuples(st.sampled_from(FAULTS), st.integers(0, 4), st.integers(1, 4)), max_size=2
        ).map(tuple),
        dies_after=st.none() | st.integers(1, 30),
        changes=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 4)), max_size=3).map(tuple),
        seconds=st.sampled_from([0.0, 0.001, 1.0, 60.0, 120.0, 121.5, 3600.0]),
        refused_token=st.booleans(),
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip


def state(order: dict[str, Any]) -> tuple[str, str]:
    return order["amazonOrderId"], order["lastUpdateDate"]


class History:
    """What is polled, and what came of it."""

    def __init__(self, b: Bench, cfg: dict[str, Any]) -> None:
        self.b, self.cfg = b, cfg
        self.place: Any = None
        self.emitted: list[tuple[str, str]] = []
        self.allowed: Counter[tuple[str, str]] = Counter()  # how often a state may have been said twice
        self.next_change = 0

    def change(self, count: int) -> None:
        """So many orders change at this moment, all of them to be emitted."""
        for _ in range(count):
            orders_ = self.b.world.orders.all()
            chosen = orders_[(self.next_change * 7) % len(orders_)]
            self.next_change += 1
            self.b.world.change_order(chosen.id, status="Shipped")

    async def poll(self, poll: Poll) -> None:
        """One run, until it ends, dies or fails; its snapshot is the one it emitted last."""
        names = (
            ["searchOrders"]
            if self.cfg["api"] == "SP-API"
            else ["ListOrders", "ListOrdersByNextToken", "ListOrderItems"]
        )
        for number, (kind, skip, count) in enumerate(poll.faults):
            self.b.world.faults.order(names[-1 - number % len(names)], kind, skip=skip, count=count)
        if poll.refused_token and self.place and "nextToken" in self.place:
            self.b.time.at += 25 * 3600
            self.allowed.update(set(self.emitted))
        since: list[tuple[str, str]] = []  # emitted after the last snapshot
        stream = self.b.stream(TRIGGER, self.cfg, snapshot=self.place)
        number = 0
        try:
            async for emission in stream:
                number += 1
                found = [state(order) for order in orders([emission])]
                assert all("orderItems" in order for order in orders([emission])) or self.cfg["includeItems"] == "no"
                self.emitted += found
                since += found
                if snapshots([emission]):
                    (self.place,) = snapshots([emission])
                    since = []
                for at, count in poll.changes:
                    if at == number:
                        self.b.time.at += 0.5
                        self.change(count)
                if number == poll.dies_after:
                    break
        except SellerportError:
            pass
        finally:
            await stream.aclose()
            self.b.world.faults.clear()
        self.allowed.update(since)
        self.b.time.at += poll.seconds

    async def settle(self) -> None:
        """Two runs that nothing happens to, late enough for everything that changed."""
        for _ in range(2):
            self.b.time.at += 600
            await self.poll(Poll((), None, (), 0.0, False))

    def check(self) -> None:
        """Every order is there in its last state, and none too often."""
        wanted = {(order.id, iso(order.updated)) for order in self.b.world.orders.all() if order.status == "Shipped"}
        assert wanted <= set(self.emitted), "an order was lost"
        often = Counter(self.emitted)
        assert not {s: n for s, n in often.items() if n > 1 + self.allowed[s]}, "an order came too often"


def iso(milliseconds: int) -> str:
    from sellerport.amazon.clock import iso as told

    return told(milliseconds / 1000)


async def history(api: str, behavior: str, size: int, shop: int, *, items: str, polls: list[Poll]) -> None:
    async with bench(orders=shop) as b:
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=size, emitBehavior=behavior, includeItems=items)
        told = History(b, cfg)
        for poll in polls:
            await told.poll(poll)
        await told.settle()
        told.check()


@settings(max_examples=50, deadline=None, suppress_health_check=SLOW)
@given(
    api=st.sampled_from(APIS),
    behavior=st.sampled_from(["emitAll", "emitPage", "emitIndividually"]),
    size=st.integers(1, 12),
    shop=st.integers(1, 40),
    items=st.sampled_from(["yes", "no"]),
    polls=POLLS,
)
def test_no_order_is_ever_lost_and_none_comes_too_often(
    api: str, behavior: str, size: int, shop: int, items: str, polls: list[Poll]
) -> None:
    asyncio.run(history(api, behavior, size, shop, items=items, polls=polls))


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(
    api=st.sampled_from(APIS),
    changes=st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=8),
    steps=st.lists(st.sampled_from([0.0, 0.001, 0.002, 0.5, 1.0, 119.999, 120.0, 120.001]), min_size=8, max_size=8),
)
def test_changes_at_the_very_border_come_once_each(api: str, changes: list[list[int]], steps: list[float]) -> None:
    asyncio.run(_at_the_border(api, changes, steps))


async def _at_the_border(api: str, changes: list[list[int]], steps: list[float]) -> None:
    """Runs follow one another so closely that every change lies on some window's border."""
    async with bench(orders=10) as b:
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=3)
        every, place, said = [order.id for order in b.world.orders.all()], None, Counter[tuple[str, str]]()
        wanted: Counter[tuple[str, str]] = Counter()
        for chosen, step in zip(changes, steps, strict=False):
            for number in set(chosen):
                changed = b.world.change_order(every[number], status="Shipped")
                wanted[(changed.id, iso(changed.updated))] = 1
            emissions = await b.run(TRIGGER, cfg, snapshot=place)
            said.update(state(order) for order in orders(emissions))
            place = snapshots(emissions)[-1]
            b.time.at += step
        for _ in range(3):
            b.time.at += 120
            emissions = await b.run(TRIGGER, cfg, snapshot=place)
            said.update(state(order) for order in orders(emissions))
            place = snapshots(emissions)[-1]
        last = {(order.id, iso(order.updated)) for order in b.world.orders.all() if order.status == "Shipped"}
        assert last <= set(said)
        assert max(said.values()) == 1
