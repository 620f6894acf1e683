"""Get New And Updated Orders: a sample makes exactly one request for orders, never waits, and keeps no place."""

from typing import Any

import pytest
import structlog

from sellerport.contract import Data
from sellerport.errors import Denied, Rejected, Throttled, Unavailable
from support import APIS, TRIGGER, bench, bodies, ids

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("api", APIS),
    pytest.mark.parametrize("who", ["cli", "platform"]),
]
FIRST = {"SP-API": "searchOrders", "MWS": "ListOrders"}


async def test_a_sample_makes_one_request_and_emits_that_page(api: str, who: Any) -> None:
    async with bench(orders=300) as b:
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage="20")
        (emission,) = await b.run(TRIGGER, cfg, sample=who)
        assert ids([emission]) == b.ids("Shipped")[:20]
        assert [asked.name for asked in b.wire.pages()] == [FIRST[api]]


async def test_a_sample_emits_alone_where_the_form_says_so_and_no_snapshot(api: str, who: Any) -> None:
    async with bench() as b:
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage="5", emitBehavior="emitIndividually")
        emissions = await b.run(TRIGGER, cfg, sample=who)
        assert [type(e) for e in emissions] == [Data] * 5
        assert [body["amazonOrderId"] for body in bodies(emissions)] == b.ids("Shipped")[:5]


async def test_a_sample_reads_no_snapshot(api: str, who: Any) -> None:
    async with bench() as b:
        place = {"api": api, "filters": ["ATVPDKIKX0DER", "Shipped", ""], "lastUpdatedAfter": "2026-11-20T09:58:00Z"}
        found = await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"), sample=who, snapshot=place)
        assert ids(found) == b.ids("Shipped")


@pytest.mark.parametrize(("kind", "error"), [("throttle", Throttled), ("500", Unavailable), ("503", Unavailable),
                                             ("reset", Unavailable), ("denied", Denied)])  # fmt: skip
async def test_a_sample_that_is_refused_raises_amazons_words_and_waits_for_nothing(
    api: str, who: Any, kind: str, error: type[Exception]
) -> None:
    async with bench() as b:
        b.world.faults.order(FIRST[api], kind, count=1)
        emitted, raised = await b.ended(TRIGGER, b.cfg(api, orderStatus="Shipped"), sample=who)
        assert isinstance(raised, error)
        assert emitted == []
        assert b.time.slept == []
        assert len(b.wire.pages()) == 1


async def test_a_throttled_sample_ends_with_75_and_amazons_code_and_request_id(api: str, who: Any) -> None:
    async with bench(quota=True) as b:
        b.world.drain(FIRST[api])
        _, raised = await b.ended(TRIGGER, b.cfg(api, orderStatus="Shipped"), sample=who)
        assert isinstance(raised, Throttled)
        assert raised.exit_code == 75
        assert raised.code == {"SP-API": "QuotaExceeded", "MWS": "RequestThrottled"}[api]
        assert raised.request_id
        assert raised.wait > 0
        assert b.time.slept == []


async def test_a_sample_asks_even_where_our_own_quota_is_used_up(api: str, who: Any) -> None:
    """Amazon judges: what the store remembers may be another program's doing."""
    async with bench(quota=True) as b:
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage="1")
        burst = {"SP-API": 20, "MWS": 6}[api]
        results = [(await b.ended(TRIGGER, cfg, sample=who))[1] for _ in range(burst + 1)]
        assert results[:burst] == [None] * burst
        assert isinstance(results[-1], Throttled)
        assert len(b.wire.pages()) == burst + 1
        assert b.time.slept == []


@pytest.mark.parametrize("fields", [{"startTime": "2026-11-20T09:57:59Z"},
                                    {"startTime": "2026-11-20T09:59:30Z"}, {"startTime": "2027-01-01"},
                                    {"startTime": "2026-11-19", "endTime": "2026-11-18"}],
                         ids=["none lately", "not begun", "in the future", "ended"])  # fmt: skip
async def test_a_sample_that_finds_none_says_so(api: str, who: Any, fields: dict[str, str]) -> None:
    async with bench() as b:
        cfg = b.cfg(api, **{"orderStatus": "Shipped", **fields})
        with structlog.testing.capture_logs() as logs:
            emitted, raised = await b.ended(TRIGGER, cfg, sample=who)
        assert emitted == []
        assert len(b.wire.pages()) == (0 if "endTime" in fields else 1)
        if who == "cli":
            assert raised is None
            assert "orders.sample_empty" in [event["event"] for event in logs]
        else:
            assert isinstance(raised, Rejected)
            said = str(raised).splitlines()
            assert said[0] == "No object found. Execution stopped."
            for part in (cfg["orderStatus"], "ATVPDKIKX0DER", fields.get("startTime", "1970-01-01")[:10]):
                assert part in said[-1]


async def test_the_items_of_a_sample_are_as_many_as_the_quota_gives(api: str, who: Any) -> None:
    async with bench(orders=200, quota=True) as b:
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage="50", includeItems="yes")
        found = await b.run(TRIGGER, cfg, sample=who)
        orders = bodies(found)[0]["orders"]
        assert [order["amazonOrderId"] for order in orders] == b.ids("Shipped")[:50]
        assert sum("orderItems" in order for order in orders) >= (30 if api == "MWS" else 50) - 1
        assert len(b.wire.pages()) == 1
        assert b.time.slept == []
