"""Orders 2013-09-01."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from sim_caller import LISTED, ORDERS, Sim, code, texts

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    sim = Sim()
    yield sim
    await sim.close()


async def walk(sim: Sim, **params: str) -> list[httpx2.Response]:
    """Every page of a list."""
    pages = [await sim.mws(ORDERS, "ListOrders", **{**LISTED, **params})]
    while tokens := texts(pages[-1], "NextToken"):
        pages.append(await sim.mws(ORDERS, "ListOrdersByNextToken", NextToken=tokens[0]))
    return pages


def of_status(sim: Sim, status: str) -> str:
    return next(order.id for order in sim.world.orders.all() if order.status == status)


async def one(sim: Sim, status: str) -> httpx2.Response:
    return await sim.mws(ORDERS, "GetOrder", **{"AmazonOrderId.Id.1": of_status(sim, status)})


@pytest.mark.parametrize("size", ["1", "7", "60", "100"])
async def test_pages_hold_every_order_once_in_the_order_of_their_change(sim: Sim, size: str) -> None:
    pages = await walk(sim, MaxResultsPerPage=size)
    ids = [id_ for page in pages for id_ in texts(page, "AmazonOrderId")]
    assert ids == [order.id for order in sim.world.orders.all()]
    assert all(len(texts(page, "AmazonOrderId")) == int(size) for page in pages[:-1])


async def test_the_answer_names_the_action_and_its_window(sim: Sim) -> None:
    got = await sim.mws(ORDERS, "ListOrders", **LISTED)
    assert got.text.splitlines()[1] == '<ListOrdersResponse xmlns="https://mws.amazonservices.com/Orders/2013-09-01">'
    assert texts(got, "LastUpdatedBefore") == ["2026-11-20T09:58:00.000Z"]


async def test_all_pages_of_a_walk_share_the_windows_end(sim: Sim) -> None:
    first = await sim.mws(ORDERS, "ListOrders", **LISTED, MaxResultsPerPage="10")
    sim.world.clock.advance(600)
    second = await sim.mws(ORDERS, "ListOrdersByNextToken", NextToken=texts(first, "NextToken")[0])
    assert texts(first, "LastUpdatedBefore") == texts(second, "LastUpdatedBefore")


async def test_no_orders_is_an_empty_element(sim: Sim) -> None:
    got = await sim.mws(ORDERS, "ListOrders", **{**LISTED, "MarketplaceId.Id.1": "A2EUQ1WTGCTBG2"})
    assert "<Orders/>" in got.text


@pytest.mark.parametrize("asked", ["Unshipped", "PartiallyShipped"])
async def test_unshipped_and_partially_shipped_bring_each_other(sim: Sim, asked: str) -> None:
    pages = await walk(sim, **{"OrderStatus.Status.1": asked})
    assert {s for page in pages for s in texts(page, "OrderStatus")} == {"Unshipped", "PartiallyShipped"}


@pytest.mark.parametrize("status", ["Shipped", "InvoiceUnconfirmed", "Canceled", "Pending"])
async def test_other_statuses_come_alone(sim: Sim, status: str) -> None:
    pages = await walk(sim, **{"OrderStatus.Status.1": status})
    assert {s for page in pages for s in texts(page, "OrderStatus")} == {status}


async def test_two_statuses_are_both_listed(sim: Sim) -> None:
    pages = await walk(sim, **{"OrderStatus.Status.1": "Shipped", "OrderStatus.Status.2": "Canceled"})
    assert {s for page in pages for s in texts(page, "OrderStatus")} == {"Shipped", "Canceled"}


@pytest.mark.parametrize("status", ["Pending", "PendingAvailability"])
async def test_a_pending_order_has_no_price_buyer_or_address(sim: Sim, status: str) -> None:
    got = await one(sim, status)
    assert not any(texts(got, name) for name in ("OrderTotal", "BuyerName", "BuyerEmail", "ShippingAddress"))
    items = await sim.mws(ORDERS, "ListOrderItems", AmazonOrderId=of_status(sim, status))
    assert not any(texts(items, name) for name in ("ItemPrice", "ItemTax", "ShippingPrice", "PromotionDiscount"))


async def test_a_canceled_order_has_no_buyer(sim: Sim) -> None:
    got = await one(sim, "Canceled")
    assert not any(texts(got, name) for name in ("BuyerName", "BuyerEmail", "ShippingAddress"))
    assert texts(got, "NumberOfItemsUnshipped") == ["0"]


async def test_a_shipped_order_has_buyer_address_total_and_dates(sim: Sim) -> None:
    got = await one(sim, "Shipped")
    for name in ("BuyerName", "AddressLine1", "OrderTotal", "LatestShipDate", "PaymentMethod", "IsPrime"):
        assert texts(got, name), name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"LastUpdatedAfter": ""}, "InvalidParameterValue"),
        ({"CreatedAfter": "2026-01-01T00:00:00Z"}, "InvalidParameterValue"),
        ({"LastUpdatedBefore": "2026-11-20T09:58:01Z"}, "InvalidParameterValue"),
        ({"LastUpdatedAfter": "2026-11-20T09:58:01Z"}, "InvalidParameterValue"),
        ({"LastUpdatedAfter": "yesterday"}, "InvalidParameterValue"),
        ({"MarketplaceId.Id.1": ""}, "MissingParameter"),
        ({"MarketplaceId.Id.1": "A1PA6795UKMFR9"}, "InvalidParameterValue"),
        ({"MarketplaceId.Id.1": "X"}, "InvalidParameterValue"),
        ({"OrderStatus.Status.1": "SHIPPED"}, "InvalidParameterValue"),
        ({"FulfillmentChannel.Channel.1": "FBA"}, "InvalidParameterValue"),
        ({"MaxResultsPerPage": "101"}, "InvalidParameterValue"),
        ({"MaxResultsPerPage": "0"}, "InvalidParameterValue"),
        ({"BuyerEmail": "a@b"}, "InvalidParameterValue"),
        ({"SellerOrderId": "1"}, "InvalidParameterValue"),
    ],
)
async def test_a_wrong_parameter_is_a_400_from_inside_the_service(sim: Sim, change: dict[str, str], said: str) -> None:
    got = await sim.mws(ORDERS, "ListOrders", **{**LISTED, **change})
    assert (got.status_code, code(got)) == (400, said)
    assert texts(got, "RequestId") == [got.headers["x-mws-request-id"]]


async def test_the_missing_window_is_told_in_amazons_words(sim: Sim) -> None:
    got = await sim.mws(ORDERS, "ListOrders", **{"MarketplaceId.Id.1": "ATVPDKIKX0DER"})
    assert texts(got, "Message") == ["CreatedAfter or LastUpdatedAfter must be specified"]


async def test_a_window_that_ends_before_it_begins_is_told_in_amazons_words(sim: Sim) -> None:
    window = {"LastUpdatedAfter": "2026-02-19T13:38:48.974Z", "LastUpdatedBefore": "2026-01-20T10:00:00.000Z"}
    got = await sim.mws(ORDERS, "ListOrders", **{**LISTED, **window})
    assert texts(got, "Message") == [
        "LastUpdatedAfter date [2026-02-19T13:38:48.974Z] cannot be after "
        "LastUpdatedBefore date [2026-01-20T10:00:00.000Z]"
    ]


async def test_orders_by_creation_answer_with_created_before(sim: Sim) -> None:
    window = {"LastUpdatedAfter": "", "CreatedAfter": "2024-01-01T00:00:00Z"}
    got = await sim.mws(ORDERS, "ListOrders", **{**LISTED, **window})
    assert texts(got, "CreatedBefore") == ["2026-11-20T09:58:00.000Z"]
    assert texts(got, "PurchaseDate") == sorted(texts(got, "PurchaseDate"))


async def test_a_buyers_orders_are_found_by_email(sim: Sim) -> None:
    email = texts(await one(sim, "Shipped"), "BuyerEmail")[0]
    window = {"LastUpdatedAfter": "", "CreatedAfter": "2024-01-01T00:00:00Z", "BuyerEmail": email}
    got = await sim.mws(ORDERS, "ListOrders", **{**LISTED, **window})
    assert texts(got, "BuyerEmail") == [email]


async def test_an_order_is_found_by_the_sellers_own_id(sim: Sim) -> None:
    id_ = of_status(sim, "Unshipped")
    sim.world.change_order(id_, seller_order_id="1001")
    sim.world.clock.advance(200)
    window = {"LastUpdatedAfter": "", "CreatedAfter": "2024-01-01T00:00:00Z", "SellerOrderId": "1001"}
    got = await sim.mws(ORDERS, "ListOrders", **{**LISTED, **window})
    assert (texts(got, "AmazonOrderId"), texts(got, "SellerOrderId")) == ([id_], ["1001"])


@pytest.mark.parametrize(("spoil", "said"), [("A", "NextTokenCorrupted"), ("", "MissingParameter")])
async def test_a_changed_token_is_corrupted_and_an_empty_one_missing(sim: Sim, spoil: str, said: str) -> None:
    token = texts(await sim.mws(ORDERS, "ListOrders", **LISTED, MaxResultsPerPage="5"), "NextToken")[0]
    got = await sim.mws(ORDERS, "ListOrdersByNextToken", NextToken=(spoil + token[1:]) if spoil else "")
    assert (got.status_code, code(got)) == (400, said)


async def test_a_token_dies_after_a_day(sim: Sim) -> None:
    token = texts(await sim.mws(ORDERS, "ListOrders", **LISTED, MaxResultsPerPage="5"), "NextToken")[0]
    sim.world.clock.advance(86_401)
    got = await sim.mws(ORDERS, "ListOrdersByNextToken", NextToken=token)
    assert (got.status_code, code(got)) == (400, "InvalidParameterValue")


async def test_fifty_orders_come_by_id_and_unknown_ones_are_left_out(sim: Sim) -> None:
    known = [order.id for order in sim.world.orders.all()[:48]]
    asked = [*known[:20], "111-0000000-0000000", *known[20:], known[0]]
    got = await sim.mws(ORDERS, "GetOrder", **{f"AmazonOrderId.Id.{n}": id_ for n, id_ in enumerate(asked, 1)})
    assert texts(got, "AmazonOrderId") == known


async def test_fifty_one_ids_are_too_many(sim: Sim) -> None:
    ids = {f"AmazonOrderId.Id.{n}": "111-0000000-0000000" for n in range(51)}
    assert code(await sim.mws(ORDERS, "GetOrder", **ids)) == "InvalidParameterValue"


async def test_only_unknown_ids_are_an_empty_list(sim: Sim) -> None:
    got = await sim.mws(ORDERS, "GetOrder", **{"AmazonOrderId.Id.1": "111-0000000-0000000"})
    assert (got.status_code, "<Orders/>" in got.text) == (200, True)


@pytest.mark.parametrize("order_id", ["asdf", "111-0000000-0000000"])
async def test_items_of_a_malformed_or_unknown_order_are_refused(sim: Sim, order_id: str) -> None:
    got = await sim.mws(ORDERS, "ListOrderItems", AmazonOrderId=order_id)
    assert (got.status_code, code(got)) == (400, "InvalidParameterValue")
    assert texts(got, "Message") == [f"Invalid AmazonOrderId: {order_id}"]


async def test_more_than_a_hundred_items_come_in_pages(sim: Sim) -> None:
    (order,) = sim.world.add_orders(1, lines=204)
    pages = [await sim.mws(ORDERS, "ListOrderItems", AmazonOrderId=order.id)]
    while tokens := texts(pages[-1], "NextToken"):
        pages.append(await sim.mws(ORDERS, "ListOrderItemsByNextToken", NextToken=tokens[0]))
    ids = [id_ for page in pages for id_ in texts(page, "OrderItemId")]
    assert ids == [line.id for line in sim.world.orders.contents(order).lines]
    assert [len(texts(page, "OrderItemId")) for page in pages] == [100, 100, 4]
    assert {id_ for page in pages for id_ in texts(page, "AmazonOrderId")} == {order.id}


async def test_a_shuffled_world_sends_the_same_elements_in_another_order() -> None:
    plain, shuffled = Sim(), Sim(shuffled=True)
    got = [await sim.mws(ORDERS, "ListOrders", **LISTED) for sim in (plain, shuffled)]
    await plain.close()
    await shuffled.close()
    assert sorted(got[0].text.splitlines()) != got[0].text.splitlines()
    lines = [sorted(line for line in g.text.splitlines() if "RequestId" not in line) for g in got]
    assert lines[0] == lines[1]
    assert got[0].text.splitlines()[4:] != got[1].text.splitlines()[4:]


async def test_yen_has_no_decimals() -> None:
    sim = Sim(marketplace="A1VC38T7YXB528", host="mws.amazonservices.jp")
    got = await sim.mws(ORDERS, "ListOrders", **{**LISTED, "MarketplaceId.Id.1": "A1VC38T7YXB528"})
    await sim.close()
    assert got.status_code == 200
    assert texts(got, "Amount")
    assert not any("." in amount for amount in texts(got, "Amount"))


@pytest.mark.parametrize(
    ("host", "status"),
    [("mws.amazonservices.ca", 200), ("mws.amazonservices.com", 200), ("mws-eu.amazonservices.com", 400)],
)
async def test_a_host_serves_its_own_marketplaces_and_the_common_one_all_of_north_america(
    host: str, status: int
) -> None:
    sim = Sim(host=host)
    got = await sim.mws(ORDERS, "ListOrders", **{**LISTED, "MarketplaceId.Id.1": "A2EUQ1WTGCTBG2"})
    await sim.close()
    assert got.status_code == status
