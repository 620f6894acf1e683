"""Get New And Updated Orders: what a run emits, and how often Amazon is asked for it, over both protocols."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sellerport.amazon.orders import included
from sellerport.contract import Data, Snapshot
from sellerport.errors import Rejected, Throttled, Unavailable
from support import APIS, PAGES, TRIGGER, Asked, Forward, Spoil, bench, bodies, ids, orders, reply, snapshots

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("api", APIS)]
FIRST = {"SP-API": "searchOrders", "MWS": "ListOrders"}
#: A status that the world has and both APIs can be asked for.
STATUSES = ("PendingAvailability", "Pending", "Unshipped", "PartiallyShipped", "Shipped", "Canceled", "Unfulfillable")


@pytest.mark.parametrize("status", STATUSES)
async def test_every_order_of_the_status_and_none_of_another_is_emitted(api: str, status: str) -> None:
    async with bench(marketplace="A1VC38T7YXB528") as b:
        found = orders(await b.run(TRIGGER, b.cfg(api, orderStatus=status, maxOrdersPerPage=7)))
        assert [order["amazonOrderId"] for order in found] == b.ids(status)
        assert {order["orderStatus"] for order in found} == {status}


async def test_all_orders_come_in_one_message_after_the_last_was_retrieved(api: str) -> None:
    async with bench() as b:
        seen: list[tuple[str, int]] = []
        async for emission in b.stream(TRIGGER, b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=10)):
            seen.append((type(emission).__name__, len(b.wire.pages())))
        assert seen == [("Data", 4), ("Snapshot", 4)]


async def test_emit_all_is_the_default(api: str) -> None:
    async with bench() as b:
        default = await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"))
        assert default == await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", emitBehavior="emitAll"))


async def test_emit_page_emits_each_page_and_then_its_place(api: str) -> None:
    async with bench() as b:
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=10, emitBehavior="emitPage")
        emissions = await b.run(TRIGGER, cfg)
        assert [type(e) for e in emissions] == [Data, Snapshot] * 4
        assert [len(body["orders"]) for body in bodies(emissions)] == [10, 10, 10, len(b.ids("Shipped")) - 30]
        assert ids(emissions) == b.ids("Shipped")


async def test_emit_individually_emits_each_order_alone_and_after_a_page_its_place(api: str) -> None:
    async with bench() as b:
        shipped = b.ids("Shipped")
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=20, emitBehavior="emitIndividually")
        emissions = await b.run(TRIGGER, cfg)
        assert [body["amazonOrderId"] for body in bodies(emissions)] == shipped
        kinds = [type(e) for e in emissions]
        assert kinds == [Data] * 20 + [Snapshot] + [Data] * (len(shipped) - 20) + [Snapshot]


@pytest.mark.parametrize("behavior", ["emitAll", "emitPage", "emitIndividually"])
async def test_where_there_are_no_orders_only_the_snapshot_moves(api: str, behavior: str) -> None:
    async with bench(orders=0) as b:
        cfg = b.cfg(api, orderStatus="Shipped", emitBehavior=behavior)
        assert [type(e) for e in await b.run(TRIGGER, cfg)] == [Snapshot]


async def test_pages_are_asked_with_the_size_of_the_form(api: str) -> None:
    async with bench() as b:
        await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", maxOrdersPerPage="17"))
        name = {"SP-API": "maxResultsPerPage", "MWS": "MaxResultsPerPage"}[api]
        assert next(asked.params[name] for asked in b.wire.pages() if asked.name == FIRST[api]) == "17"


async def test_a_hundred_a_page_is_the_default(api: str) -> None:
    async with bench(orders=300) as b:
        found = await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", emitBehavior="emitPage"))
        assert len(bodies(found)[0]["orders"]) == 100


def altered(name: str, old: bytes, new: bytes) -> Spoil:
    """Amazon's answers to that operation with one text in the place of another, the first time it stands there."""

    async def spoil(asked: Asked, forward: Forward) -> Any:
        if asked.name != name:
            return None
        answer = await forward()
        body = await answer.aread()
        assert old in body
        return reply(answer.status_code, body.replace(old, new, 1))

    return spoil


SAID = {"SP-API": b'"fulfillmentStatus":"SHIPPED"', "MWS": b"<OrderStatus>Shipped</OrderStatus>"}
NEIGHBOUR = {"SP-API": b'"fulfillmentStatus":"UNSHIPPED"', "MWS": b"<OrderStatus>Unshipped</OrderStatus>"}
UNHEARD = {"SP-API": b'"fulfillmentStatus":"UNHEARD"', "MWS": b"<OrderStatus>UNHEARD</OrderStatus>"}
UNSAID = {"SP-API": b'"x":"x"', "MWS": b""}


async def test_an_order_of_another_status_that_amazon_sends_along_is_left_out(api: str) -> None:
    async with bench() as b:
        b.wire.spoil = altered(FIRST[api], SAID[api], NEIGHBOUR[api])
        assert ids(await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"))) == b.ids("Shipped")[1:]


@pytest.mark.parametrize("said", [UNHEARD, UNSAID], ids=["unheard of", "unsaid"])
async def test_an_order_whose_status_nobody_knows_is_not_lost(api: str, said: dict[str, bytes]) -> None:
    async with bench() as b:
        b.wire.spoil = altered(FIRST[api], SAID[api], said[api])
        assert ids(await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"))) == b.ids("Shipped")


async def test_the_two_that_mws_wants_asked_together_are_told_apart(api: str) -> None:
    async with bench() as b:
        for status in ("Unshipped", "PartiallyShipped"):
            assert ids(await b.run(TRIGGER, b.cfg(api, orderStatus=status))) == b.ids(status)
        if api == "MWS":
            asked = [a.params for a in b.wire.pages()]
            assert {a["OrderStatus.Status.1"] for a in asked} == {"Unshipped"}
            assert {a["OrderStatus.Status.2"] for a in asked} == {"PartiallyShipped"}


async def test_one_order_emitted_twice_by_amazon_is_compared_with_the_border_only(api: str) -> None:
    """Orders are never compared with one another inside a run: what Amazon says twice comes twice."""
    async with bench() as b:
        first, second = b.ids("Shipped")[:2]
        b.wire.spoil = altered(FIRST[api], second.encode(), first.encode())
        assert ids(await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped")))[:2] == [first, first]


async def test_a_throttled_run_waits_the_floor_and_goes_on_until_the_answer_comes(api: str) -> None:
    async with bench() as b:
        b.world.faults.order(FIRST[api], "throttle", count=7)
        found = await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"))
        assert ids(found) == b.ids("Shipped")
        assert b.time.slept == [30.0] * 7


async def test_the_floor_is_the_check_delay(api: str) -> None:
    async with bench() as b:
        b.world.faults.order(FIRST[api], "throttle", count=2)
        await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"), env={"RESPONSE_CHECK_DELAY": "50"})
        assert b.time.slept == [0.05] * 2


async def test_a_quota_that_is_known_to_be_longer_than_the_floor_is_waited_for(api: str) -> None:
    async with bench(quota=True) as b:
        b.world.drain(FIRST[api])
        assert ids(await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"))) == b.ids("Shipped")
        assert sum(b.time.slept) >= {"SP-API": 178, "MWS": 60}[api]
        assert sum(b.world.counted(FIRST[api]).refused.values()) == 1, "refused once, and not again"


async def test_where_another_program_used_up_the_quota_of_items_one_refusal_tells(api: str) -> None:
    async with bench(quota=True) as b:
        b.world.drain({"SP-API": "getOrder", "MWS": "ListOrderItems"}[api])
        found = await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", includeItems="yes"))
        assert ids(found) == b.ids("Shipped")
        assert sum(b.world.counted("ListOrderItems").refused.values()) == (1 if api == "MWS" else 0)


async def test_no_run_is_refused_more_than_once_an_operation(api: str) -> None:
    async with bench(orders=300, quota=True) as b:
        for _ in range(3):
            cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=5)
            assert ids(await b.run(TRIGGER, cfg)) == b.ids("Shipped")
        assert [sum(count.refused.values()) for count in b.world.counts.values()] == [0] * len(b.world.counts)


async def test_a_wait_is_announced(api: str) -> None:
    async with bench() as b:
        b.world.faults.order(FIRST[api], "throttle")
        await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"))
        assert ("wait", {"operation": FIRST[api], "seconds": 30.0}) in b.progress


async def test_a_message_is_not_held_up_longer_than_the_runtime_lets_it(api: str) -> None:
    async with bench() as b:
        b.world.faults.order(FIRST[api], "throttle")
        with pytest.raises(Throttled) as raised:
            await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"), wait_limit=5.0)
        assert raised.value.exit_code == 75
        assert b.time.slept == []


async def test_once_a_page_is_there_every_wait_is_waited_out(api: str) -> None:
    async with bench() as b:
        b.world.faults.order({"SP-API": "searchOrders", "MWS": "ListOrdersByNextToken"}[api], "throttle",
                             skip=int(api == "SP-API"))  # fmt: skip
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=10, emitBehavior="emitPage")
        assert ids(await b.run(TRIGGER, cfg, wait_limit=5.0)) == b.ids("Shipped")
        assert b.time.slept == [30.0]


@pytest.mark.parametrize("behavior", ["emitAll", "emitPage", "emitIndividually"])
async def test_a_fault_in_the_middle_never_ends_in_a_short_success(api: str, behavior: str) -> None:
    async with bench() as b:
        operation = {"SP-API": "searchOrders", "MWS": "ListOrdersByNextToken"}[api]
        b.world.faults.order(operation, "500", count=5, skip=1 + int(api == "SP-API"))
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=10, emitBehavior=behavior)
        emitted, error = await b.ended(TRIGGER, cfg)
        assert isinstance(error, Unavailable)
        assert ids(emitted) == ([] if behavior == "emitAll" else b.ids("Shipped")[:20])
        assert len(snapshots(emitted)) == (0 if behavior == "emitAll" else 2)


async def test_a_next_token_that_comes_twice_is_no_endless_walk(api: str) -> None:
    same = {"SP-API": b'"nextToken":"', "MWS": b"<NextToken>"}[api]

    async def spoil(asked: Asked, forward: Forward) -> Any:
        if asked.name not in PAGES:
            return None
        answer = await forward()
        body = await answer.aread()
        token = asked.params.get("paginationToken") or asked.params.get("NextToken")
        if token is None:
            return reply(200, body)
        head, _, rest = body.partition(same)
        end = rest.index(b'"' if api == "SP-API" else b"<")
        return reply(200, head + same + token.encode() + rest[end:])

    async with bench() as b:
        b.wire.spoil = spoil
        with pytest.raises(Rejected, match="same next token"):
            await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=10))
        assert len(b.wire.pages()) == 2


async def test_the_items_come_with_the_orders_where_the_form_asks_for_them(api: str) -> None:
    async with bench() as b:
        cfg = b.cfg(api, orderStatus="Shipped", includeItems="yes", maxOrdersPerPage=10)
        found = orders(await b.run(TRIGGER, cfg))
        assert [order["amazonOrderId"] for order in found] == b.ids("Shipped")
        for order in found:
            lines = b.world.orders.contents(b.world.orders.get(order["amazonOrderId"])).lines
            assert [item["orderItemId"] for item in order["orderItems"]] == [line.id for line in lines]
        assert b.wire.counts["ListOrderItems"] == (len(found) if api == "MWS" else 0)


async def test_the_items_are_there_on_sp_api_in_any_case_and_on_mws_not_unless_asked_for(api: str) -> None:
    async with bench() as b:
        found = orders(await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped")))
        assert {"orderItems" in order for order in found} == {api == "SP-API"}
        assert b.wire.counts["ListOrderItems"] == 0


async def test_a_throttle_among_the_items_is_waited_out_and_loses_none(api: str) -> None:
    async with bench() as b:
        if api == "MWS":
            b.world.faults.order("ListOrderItems", "throttle", count=5, skip=3)
            b.world.faults.order("ListOrderItems", "500", count=3, skip=9)
        cfg = b.cfg(api, orderStatus="Shipped", includeItems="yes", emitBehavior="emitIndividually")
        found = orders(await b.run(TRIGGER, cfg))
        assert [order["amazonOrderId"] for order in found] == b.ids("Shipped")
        assert all(order["orderItems"] for order in found)


async def test_items_that_amazon_refuses_are_an_error_and_the_place_stays(api: str) -> None:
    async with bench() as b:
        bad = b.ids("Shipped")[2]

        async def spoil(asked: Asked, forward: Forward) -> Any:
            if asked.name != "ListOrderItems" or asked.params.get("AmazonOrderId") != bad:
                return None
            said = b"<Error><Code>InvalidParameterValue</Code><Message>Invalid AmazonOrderId</Message></Error>"
            return reply(400, b"<ErrorResponse>" + said + b"</ErrorResponse>")

        b.wire.spoil = spoil
        cfg = b.cfg(api, orderStatus="Shipped", includeItems="yes")
        if api == "SP-API":
            assert all("orderItems" in order for order in orders(await b.run(TRIGGER, cfg)))
            return
        emitted, error = await b.ended(TRIGGER, cfg)
        assert isinstance(error, Rejected)
        assert emitted == []


#: What the protocols tell differently: the kind of an address, a buyer's tax numbers, the shares of a payment.
APART = {"shippingAddress", "buyerTaxInfo"}


@pytest.mark.parametrize("status", ["Shipped", "PartiallyShipped", "Pending", "Canceled"])
async def test_an_order_is_the_same_over_both_protocols(api: str, status: str) -> None:
    async with bench(marketplace="A1VC38T7YXB528") as b:
        cfg = {one: b.cfg(one, orderStatus=status, includeItems="yes") for one in APIS}
        here, there = [orders(await b.run(TRIGGER, cfg[one])) for one in APIS]
        for one, other in zip(here, there, strict=True):
            items = list(zip(one.pop("orderItems"), other.pop("orderItems"), strict=True))
            for left, right in ((one, other), *items):
                shared = (left.keys() & right.keys()) - APART
                assert len(shared) > 5
                assert {name: left[name] for name in shared} == {name: right[name] for name in shared}


async def test_messages_are_json(api: str) -> None:
    async with bench() as b:
        for body in bodies(await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", includeItems="yes"))):
            assert json.loads(msgspec.json.encode(body)) == body


@given(chosen=st.lists(st.sampled_from(["BUYER", "RECIPIENT", "FULFILLMENT", "TAX"]), unique=True))
def test_the_status_is_always_asked_for(api: str, chosen: Any) -> None:
    assert set(included(chosen)) == {*chosen, "FULFILLMENT"}
