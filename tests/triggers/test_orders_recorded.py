"""Get New And Updated Orders on real input: recorded MWS pages, and Amazon's own examples of Orders 2026-01-01."""

from typing import Any

import pytest
from lxml import etree

from sellerport.errors import Denied
from support import TRIGGER, VECTORS, Bench, bench, bodies, leaves, orders

pytestmark = pytest.mark.anyio
CANADA, JAPAN, NETHERLANDS = "A2EUQ1WTGCTBG2", "A1VC38T7YXB528", "A1805IZSGTT6HS"
BRITAIN, BRAZIL = "A1F83G8C2ARO7P", "A2Q3Y263D00KWC"
RECORDED = VECTORS / "mws" / "recorded"


async def found(b: Bench, api: str, place: str, status: str) -> list[dict[str, Any]]:
    cfg = b.cfg(api, marketplaceId=place, orderStatus=status, startTime="2015-01-01")
    return orders(await b.run(TRIGGER, cfg))


@pytest.mark.parametrize(
    ("place", "status", "count"),
    [(CANADA, "Shipped", 5), (CANADA, "Canceled", 0), (JAPAN, "Shipped", 4), (JAPAN, "Canceled", 1),
     (NETHERLANDS, "Shipped", 0)],
)  # fmt: skip
async def test_the_orders_of_a_recorded_page_are_emitted(place: str, status: str, count: int) -> None:
    async with bench(replay=RECORDED) as b:
        emitted = await found(b, "MWS", place, status)
        assert len(emitted) == count
        for order in emitted:
            assert (order["orderStatus"], order["marketplaceId"]) == (status, place)
            assert order["purchaseDate"].startswith("2015-01-01")
            assert order["amazonOrderId"] == "FILTERED"


@pytest.mark.parametrize(("country", "place"), [("ca", CANADA), ("jp", JAPAN)])
async def test_every_text_of_a_recorded_order_is_in_its_record(country: str, place: str) -> None:
    text = (RECORDED / f"ListOrders-{country}.http").read_bytes().partition(b"--- response ---\n200\n")[2]
    root = etree.fromstring(text.partition(b"\n\n")[2])
    async with bench(replay=RECORDED) as b:
        said = [order for status in ("Shipped", "Canceled") for order in await found(b, "MWS", place, status)]
    elements = root.findall(".//{*}Order")
    assert len(said) == len(elements) == 5
    for element in elements:
        texts = sorted(node.text or "" for node in element.iter() if not len(node))
        assert texts in [sorted(str(leaf).replace("True", "true").replace("False", "false") for leaf in leaves(order))
                         for order in said]  # fmt: skip


async def test_an_amount_that_is_no_number_is_kept_as_it_came() -> None:
    async with bench(replay=RECORDED) as b:
        first, *_ = await found(b, "MWS", CANADA, "Shipped")
        assert first["orderTotal"] == {"currencyCode": "CAD", "amount": "FILTERED"}


async def test_a_recorded_order_looked_up_by_an_id_that_was_filtered_is_not_found() -> None:
    async with bench(replay=RECORDED) as b:
        body = {"amazonOrderIds": ["114-3808039-1650643"]}
        _, error = await b.ended("getOrder", b.cfg("MWS"), body)
        assert error is not None, "nobody recorded that id"


async def test_the_recorded_participations_verify_the_canadian_account_and_no_other() -> None:
    async with bench(replay=RECORDED) as b:
        assert await b.verify(b.cfg("MWS", marketplaceId=CANADA)) == []
        with pytest.raises(Denied, match=f"{JAPAN} is of another region .*{CANADA}, A6W85IYQ5WB1C"):
            await b.verify(b.cfg("MWS", marketplaceId=JAPAN))


@pytest.mark.parametrize(
    ("place", "status", "order"),
    [(JAPAN, "Shipped", "250-1234567-8901234"), (BRITAIN, "Shipped", "202-7654321-1098765"),
     (BRAZIL, "Unshipped", "171-2345678-9012345")],
)  # fmt: skip
async def test_amazons_own_examples_are_emitted(place: str, status: str, order: str) -> None:
    async with bench(replay=VECTORS / "spapi") as b:
        (emitted,) = await found(b, "SP-API", place, status)
        assert emitted["amazonOrderId"] == order
        assert emitted["orderItems"]
        assert await found(b, "SP-API", place, "Canceled") == []


@pytest.mark.parametrize("order", ["171-9876543-2109876", "028-1234567-8901234", "114-9876543-1234567"])
async def test_amazons_own_examples_are_got_by_their_id(order: str) -> None:
    async with bench(replay=VECTORS / "spapi") as b:
        (body,) = bodies(await b.run("getOrder", b.cfg("SP-API"), {"amazonOrderIds": [order]}))
        assert [one["amazonOrderId"] for one in body["orders"]] == [order]
        (listed,) = bodies(await b.run("listOrderItems", b.cfg("SP-API"), {"amazonOrderId": order}))
        assert listed["orderItems"] == body["orders"][0]["orderItems"]
        assert listed["orderItems"]


async def test_what_nobody_recorded_is_refused_in_the_sandboxs_words() -> None:
    async with bench(replay=VECTORS / "spapi") as b:
        _, error = await b.ended(TRIGGER, b.cfg("SP-API", marketplaceId=CANADA, orderStatus="Shipped"))
        assert "Could not match input arguments" in str(error)
