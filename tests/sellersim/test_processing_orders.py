"""Order acknowledgements: ids kept, items cancelled, stock returned."""

from typing import Any

import httpx2
import pytest
from processing_bench import Bench
from sim_caller import ORDERS, Sim

from sellersim import create_app

TYPE = "POST_ORDER_ACKNOWLEDGEMENT_DATA"


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.order = bench.world.add_orders(1, lines=2)[0]  # type: ignore[attr-defined] - what the tests are about
    return bench


def lines(bench: Any) -> Any:
    return bench.world.orders.contents(bench.order).lines


def acknowledge(bench: Any, status: str, items: str = "", order: str = "", face: str = "mws", own: str = "") -> Any:
    own = f"<MerchantOrderID>{own}</MerchantOrderID>" if own else ""
    body = (
        f"<OrderAcknowledgement><AmazonOrderID>{order or bench.order.id}</AmazonOrderID>{own}"
        f"<StatusCode>{status}</StatusCode>{items}</OrderAcknowledgement>"
    )
    return bench.xml(TYPE, "OrderAcknowledgement", body, face=face)


def item(code: str, rest: str = "") -> str:
    return f"<Item><AmazonOrderItemCode>{code}</AmazonOrderItemCode>{rest}</Item>"


def present(bench: Any) -> Any:
    return bench.world.orders.get(bench.order.id)


def test_success_keeps_the_sellers_ids(bench: Any) -> None:
    code = lines(bench)[0].id
    own = "<MerchantOrderItemID>7</MerchantOrderItemID>"
    assert acknowledge(bench, "Success", item(code, own), own="0042").counts == (1, 1, 0, 0)
    assert (present(bench).seller_order_id, present(bench).merchant_items) == ("0042", {code: "7"})
    assert present(bench).status == "Unshipped"


def test_success_moves_the_last_update(bench: Any) -> None:
    bench.world.clock.advance(60)
    acknowledge(bench, "Success", own="1")
    assert present(bench).updated == bench.order.updated + 60_000


@pytest.mark.parametrize("face", ["mws", "spapi"])
def test_an_unknown_order_is_not_found(bench: Any, face: str) -> None:
    report = acknowledge(bench, "Success", order="111-0000000-0000000", face=face)
    assert report.results == [(1, "18028", "Error")]
    assert report.about == [[("AmazonOrderID", "111-0000000-0000000")]]


def test_an_item_of_another_order_is_refused(bench: Any) -> None:
    report = acknowledge(bench, "Success", item("00000000000001"))
    assert report.results == [(1, "900010", "Error")]
    assert ("AmazonOrderItemCode", "00000000000001") in report.about[0]


def cancel(bench: Any, *codes: str, reason: str = "BuyerCanceled", quantity: int = 0, face: str = "mws") -> Any:
    cause = f"<CancelReason>{reason}</CancelReason>" if reason else ""
    many = f"<Quantity>{quantity}</Quantity>" if quantity else ""
    return acknowledge(bench, "Failure", "".join(item(code, cause + many) for code in codes), face=face)


def test_a_failure_of_every_item_cancels_the_order(bench: Any) -> None:
    assert cancel(bench, *(line.id for line in lines(bench))).counts == (1, 1, 0, 0)
    assert present(bench).status == "Canceled"
    assert {reason for _, reason in present(bench).cancelled.values()} == {"BuyerCanceled"}


def test_a_failure_of_one_item_leaves_the_order_open(bench: Any) -> None:
    first = lines(bench)[0]
    cancel(bench, first.id)
    assert present(bench).status == "Unshipped"
    assert present(bench).cancelled == {first.id: (first.ordered, "BuyerCanceled")}


def stock(bench: Any, sku: str) -> int:
    return int(bench.attributes(sku)["fulfillment_availability"][0]["quantity"])


@pytest.mark.parametrize(("reason", "returned"), [("BuyerCanceled", True), ("NoInventory", False)])
def test_what_is_cancelled_is_in_stock_again_unless_there_is_none(bench: Any, reason: str, returned: bool) -> None:
    line = next(
        line for line in lines(bench) if "quantity" in bench.attributes(line.product.sku)["fulfillment_availability"][0]
    )
    before = stock(bench, line.product.sku)
    cancel(bench, line.id, reason=reason)
    assert stock(bench, line.product.sku) == before + (line.ordered if returned else 0)


def test_a_cancelled_item_without_reason_is_a_warning(bench: Any) -> None:
    report = cancel(bench, lines(bench)[0].id, reason="")
    assert (report.counts, report.results) == ((1, 1, 0, 1), [(1, "900012", "Warning")])


def test_more_than_was_ordered_cannot_be_cancelled(bench: Any) -> None:
    assert cancel(bench, lines(bench)[0].id, quantity=99).results == [(1, "18021", "Error")]


def test_a_failure_without_items_cancels_nothing_on_mws(bench: Any) -> None:
    assert acknowledge(bench, "Failure").results == [(1, "900011", "Warning")]
    assert present(bench).status == "Unshipped"


def test_a_failure_without_items_cancels_the_order_on_spapi(bench: Any) -> None:
    acknowledge(bench, "Failure", face="spapi")
    assert present(bench).status == "Canceled"


@pytest.mark.parametrize("status", ["Shipped", "PartiallyShipped", "Canceled"])
def test_an_order_that_is_closed_cannot_be_cancelled(bench: Any, status: str) -> None:
    bench.world.change_order(bench.order.id, status=status)
    assert cancel(bench, lines(bench)[0].id).results == [(1, "900009", "Error")]


def test_an_order_that_amazon_fulfills_gets_no_own_id(bench: Any) -> None:
    other = next(order for order in bench.world.orders.all() if order.channel == "AFN")
    assert acknowledge(bench, "Success", order=other.id, own="1").results == [(1, "900009", "Error")]


# ------------------------------------------------------------------------------------------------------ read back there


async def shown(bench: Any) -> tuple[Any, str]:
    """The order as SP-API and as MWS tell it."""
    sim = Sim()
    sim.world = bench.world
    sim.http = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(create_app(bench.world)), base_url=f"http://{sim.host}"
    )
    sim.real = bench.world.clock.real()
    path = f"/orders/2026-01-01/orders/{bench.order.id}"
    told = (await sim.sp(path, includedData="FULFILLMENT,CANCELLATION")).json()["order"]
    return told, (await sim.mws(ORDERS, "GetOrder", **{"AmazonOrderId.Id.1": bench.order.id})).text


@pytest.mark.anyio
async def test_the_sellers_id_is_shown_on_both_faces(bench: Any) -> None:
    acknowledge(bench, "Success", own="0042")
    told, text = await shown(bench)
    assert told["orderAliases"] == [{"aliasId": "0042", "aliasType": "SELLER_ORDER_ID"}]
    assert "<SellerOrderId>0042</SellerOrderId>" in text


@pytest.mark.anyio
async def test_a_cancelled_order_is_shown_on_both_faces(bench: Any) -> None:
    cancel(bench, *(line.id for line in lines(bench)))
    told, text = await shown(bench)
    assert told["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert "<OrderStatus>Canceled</OrderStatus>" in text
