"""List Order Items: all items of one order, page by page where Amazon pages them."""

from typing import Any

import pytest

from sellerport.errors import InputError, Rejected, Unavailable
from support import APIS, Asked, Forward, Spoil, bench, bodies, reply

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("api", APIS)]
OPERATION = {"SP-API": "getOrder", "MWS": "ListOrderItems"}


async def test_the_items_of_an_order_are_listed_with_its_id(api: str) -> None:
    async with bench() as b:
        for order in b.world.orders.all()[:20]:
            if order.status == "InvoiceUnconfirmed":
                continue
            (body,) = bodies(await b.run("listOrderItems", b.cfg(api), {"amazonOrderId": order.id}))
            lines = b.world.orders.contents(order).lines
            assert set(body) == {"amazonOrderId", "orderItems"}
            assert body["amazonOrderId"] == order.id
            assert [item["orderItemId"] for item in body["orderItems"]] == [line.id for line in lines]
            assert [item["quantityOrdered"] for item in body["orderItems"]] == [line.ordered for line in lines]
            assert [item["sellerSKU"] for item in body["orderItems"]] == [line.product.sku for line in lines]


async def test_an_order_of_many_pages_is_listed_whole(api: str) -> None:
    async with bench(orders=3) as b:
        (order,) = b.world.add_orders(1, lines=250)
        (body,) = bodies(await b.run("listOrderItems", b.cfg(api), {"amazonOrderId": order.id}))
        assert len(body["orderItems"]) == len({item["orderItemId"] for item in body["orderItems"]}) == 250
        assert b.wire.counts[OPERATION[api]] == 1
        assert b.wire.counts["ListOrderItemsByNextToken"] == (2 if api == "MWS" else 0)


async def test_an_unknown_id_is_rejected(api: str) -> None:
    async with bench(orders=1) as b:
        _, error = await b.ended("listOrderItems", b.cfg(api), {"amazonOrderId": "000-0000000-0000000"})
        assert isinstance(error, Rejected)
        assert (error.exit_code, error.code) == (69, {"SP-API": "NotFound", "MWS": "InvalidParameterValue"}[api])
        assert error.request_id
        assert "000-0000000-0000000" in str(error)


@pytest.mark.parametrize("id_", ["asdf", "", None, 7, ["114-3808039-1650643"], "114-3808039-1650643 "])
async def test_what_is_no_id_is_refused_before_anything_is_sent(api: str, id_: Any) -> None:
    async with bench(orders=1) as b:
        with pytest.raises(InputError, match=r"\$\.amazonOrderId"):
            await b.run("listOrderItems", b.cfg(api), {"amazonOrderId": id_})
        assert b.wire.seen == []


async def test_a_fault_among_the_pages_is_ridden_out(api: str) -> None:
    async with bench(orders=3) as b:
        (order,) = b.world.add_orders(1, lines=250)
        name = {"SP-API": "getOrder", "MWS": "ListOrderItemsByNextToken"}[api]
        b.world.faults.order(name, "500", count=4)
        b.world.faults.order(name, "throttle", count=2)
        (body,) = bodies(await b.run("listOrderItems", b.cfg(api), {"amazonOrderId": order.id}))
        assert len(body["orderItems"]) == 250


async def test_the_items_of_another_order_are_none_of_this_one(api: str) -> None:
    async with bench(orders=20) as b:
        mine, other = [order.id for order in b.world.orders.all() if order.status == "Shipped"][:2]

        async def spoil(asked: Asked, forward: Forward) -> Any:
            if asked.name != OPERATION[api]:
                return None
            body = await (await forward()).aread()
            return reply(200, body.replace(mine.encode(), other.encode()))

        b.wire.spoil = spoil
        emitted, error = await b.ended("listOrderItems", b.cfg(api), {"amazonOrderId": mine})
        assert isinstance(error, Rejected)
        assert other in str(error)
        assert emitted == []


@pytest.mark.parametrize("refused", [1, 2])
async def test_a_next_token_that_is_refused_starts_the_list_over_once(api: str, refused: int) -> None:
    async with bench(orders=3) as b:
        (order,) = b.world.add_orders(1, lines=250)
        b.wire.spoil = corrupting(refused)
        emitted, error = await b.ended("listOrderItems", b.cfg(api), {"amazonOrderId": order.id})
        if api == "MWS" and refused == 2:
            assert isinstance(error, Rejected)
            assert (error.code, emitted) == ("NextTokenCorrupted", [])
        else:
            assert len(bodies(emitted)[0]["orderItems"]) == 250
            assert b.wire.counts[OPERATION[api]] == (2 if api == "MWS" else 1)


def corrupting(times: int) -> Spoil:
    """Refuses the last next token of an order's items, so many times."""
    left = [times]

    async def spoil(asked: Asked, forward: Forward) -> Any:
        if asked.name != "ListOrderItemsByNextToken":
            return None
        answer = await (await forward()).aread()
        if b"<NextToken>" in answer or not left[0]:
            return reply(200, answer)
        left[0] -= 1
        text = (
            "<ErrorResponse><Error><Code>NextTokenCorrupted</Code><Message>Not valid.</Message></Error></ErrorResponse>"
        )
        return reply(400, text.encode())

    return spoil


async def test_a_page_that_is_missing_is_no_short_success(api: str) -> None:
    async with bench(orders=3) as b:
        (order,) = b.world.add_orders(1, lines=250)
        b.world.faults.order({"SP-API": "getOrder", "MWS": "ListOrderItemsByNextToken"}[api], "500", count=5)
        emitted, error = await b.ended("listOrderItems", b.cfg(api), {"amazonOrderId": order.id})
        assert isinstance(error, Unavailable)
        assert emitted == []


async def test_a_next_token_that_comes_twice_is_no_endless_walk(api: str) -> None:
    page = (
        b"<ListOrderItemsResponse><ListOrderItemsResult><NextToken>same</NextToken><OrderItems/>"
        b"</ListOrderItemsResult></ListOrderItemsResponse>"
    )

    async def spoil(asked: Asked, forward: Forward) -> Any:
        return reply(200, page) if asked.name.startswith("ListOrderItems") else None

    async with bench(orders=1) as b:
        if api == "MWS":
            b.wire.spoil = spoil
            _, error = await b.ended("listOrderItems", b.cfg(api), {"amazonOrderId": b.world.orders.all()[0].id})
            assert isinstance(error, Rejected)
            assert len(b.wire.seen) == 2


async def test_the_same_items_come_over_both_protocols(api: str) -> None:
    async with bench(marketplace="A1VC38T7YXB528") as b:
        for order_id in b.ids("Shipped"):
            here, there = [
                bodies(await b.run("listOrderItems", b.cfg(one), {"amazonOrderId": order_id}))[0]["orderItems"]
                for one in APIS
            ]
            for one, other in zip(here, there, strict=True):
                shared = one.keys() & other.keys()
                assert {"asin", "title", "itemPrice", "quantityShipped"} <= shared
                assert {name: one[name] for name in shared} == {name: other[name] for name in shared}
