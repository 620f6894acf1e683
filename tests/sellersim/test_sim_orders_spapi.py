"""Orders 2026-01-01."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sim_caller import EVER, SEARCH, SETS, Sim, code
from sim_models import disagreements

from amazon_wire.marketplaces import MARKETPLACES
from sellersim.orders import STATUSES
from sellersim.spapi.order_json import SETS as ALL_SETS
from sellersim.spapi.order_json import STATUS

pytestmark = pytest.mark.anyio

MODEL = "orders_2026-01-01"


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    sim = Sim()
    yield sim
    await sim.close()


async def walk(sim: Sim, **params: str) -> list[list[dict[str, Any]]]:
    """Every page of a search."""
    pages, token = [], ""
    while True:
        got = await sim.sp(SEARCH, **params, **({"paginationToken": token} if token else {}))
        assert got.status_code == 200, got.text
        pages.append(got.json()["orders"])
        token = got.json().get("pagination", {}).get("nextToken", "")
        if not token:
            return pages


def of_status(sim: Sim, status: str) -> str:
    return next(order.id for order in sim.world.orders.all() if order.status == status)


@pytest.mark.parametrize("place", sorted(id_ for id_, place in MARKETPLACES.items() if place.region))
async def test_every_order_of_every_marketplace_agrees_with_the_model(place: str) -> None:
    sim = Sim(marketplace=place, orders=40)
    got = await sim.sp(SEARCH, **EVER, includedData=",".join(ALL_SETS))
    one = await sim.sp(f"{SEARCH}/{got.json()['orders'][0]['orderId']}", includedData=",".join(ALL_SETS))
    await sim.close()
    assert len(got.json()["orders"]) == 39
    assert disagreements(MODEL, "searchOrders", 200, got.json()) == []
    assert disagreements(MODEL, "getOrder", 200, one.json()) == []


async def test_what_is_not_asked_for_is_absent(sim: Sim) -> None:
    for page in await walk(sim, **EVER):
        for order in page:
            assert not {"buyer", "recipient", "proceeds", "fulfillment", "packages", "tax", "payment"} & set(order)
            for item in order["orderItems"]:
                assert set(item) == {"orderItemId", "quantityOrdered", "product"}


@pytest.mark.parametrize(
    ("name", "member"),
    [("BUYER", "buyer"), ("RECIPIENT", "recipient"), ("PROCEEDS", "proceeds"), ("FULFILLMENT", "fulfillment")],
)
async def test_a_set_brings_its_member_and_no_other(sim: Sim, name: str, member: str) -> None:
    (order,) = (await walk(sim, **EVER, includedData=name, fulfillmentStatuses="UNSHIPPED", maxResultsPerPage="1"))[0]
    members = {"buyer", "recipient", "proceeds", "fulfillment", "packages", "tax", "payment"}
    assert members & set(order) == {member}


@pytest.mark.parametrize("status", ["Pending", "PendingAvailability"])
async def test_a_pending_order_has_no_price_buyer_or_address(sim: Sim, status: str) -> None:
    got = await sim.sp(f"{SEARCH}/{of_status(sim, status)}", includedData=SETS)
    order = got.json()["order"]
    assert not {"buyer", "recipient", "proceeds", "payment"} & set(order)
    assert not any("price" in item["product"] or "proceeds" in item for item in order["orderItems"])


async def test_an_order_with_an_unconfirmed_invoice_is_not_shown(sim: Sim) -> None:
    hidden = of_status(sim, "InvoiceUnconfirmed")
    shown = {order["orderId"] for page in await walk(sim, **EVER) for order in page}
    assert hidden not in shown
    assert len(shown) == 59
    assert (await sim.sp(f"{SEARCH}/{hidden}")).status_code == 404


@pytest.mark.parametrize(("mine", "theirs"), STATUS.items())
async def test_a_status_is_filtered_exactly(sim: Sim, mine: str, theirs: str) -> None:
    pages = await walk(sim, **EVER, fulfillmentStatuses=theirs, includedData="FULFILLMENT")
    found = {order["orderId"]: order["fulfillment"]["fulfillmentStatus"] for page in pages for order in page}
    assert set(found) == {order.id for order in sim.world.orders.all() if order.status == mine}
    assert set(found.values()) == {theirs}


async def test_amazon_and_merchant_orders_are_told_apart(sim: Sim) -> None:
    pages = await walk(sim, **EVER, fulfilledBy="AMAZON")
    assert {o["orderId"] for page in pages for o in page} == {
        order.id for order in sim.world.orders.all() if order.channel == "AFN" and order.status in STATUS
    }


@pytest.mark.parametrize("size", ["1", "7", "59", "100"])
async def test_pages_hold_every_order_once_in_the_order_of_their_change(sim: Sim, size: str) -> None:
    pages = await walk(sim, **EVER, maxResultsPerPage=size)
    times = [(order["lastUpdatedTime"], order["orderId"]) for page in pages for order in page]
    assert times == sorted(set(times))
    assert len(times) == 59
    assert all(len(page) == int(size) for page in pages[:-1])


async def test_the_last_page_has_no_pagination(sim: Sim) -> None:
    got = await sim.sp(SEARCH, **EVER)
    assert "pagination" not in got.json()


async def test_the_window_ends_two_minutes_ago_and_keeps_its_end_over_the_pages(sim: Sim) -> None:
    first = (await sim.sp(SEARCH, **EVER, maxResultsPerPage="10")).json()
    sim.world.clock.advance(600)
    token = first["pagination"]["nextToken"]
    second = (await sim.sp(SEARCH, **EVER, maxResultsPerPage="10", paginationToken=token)).json()
    assert first["lastUpdatedBefore"] == second["lastUpdatedBefore"] == "2026-11-20T09:58:00.000Z"


async def test_both_ends_of_the_window_are_in_it(sim: Sim) -> None:
    order = sim.world.orders.all()[30]
    at = (await sim.sp(f"{SEARCH}/{order.id}")).json()["order"]["lastUpdatedTime"]
    got = await sim.sp(SEARCH, lastUpdatedAfter=at, lastUpdatedBefore=at)
    assert [found["orderId"] for found in got.json()["orders"]] == [order.id]
    assert got.json()["lastUpdatedBefore"] == at


async def test_a_window_by_creation_answers_with_its_own_end(sim: Sim) -> None:
    got = await sim.sp(SEARCH, createdAfter="2024-01-01T00:00:00Z")
    times = [order["createdTime"] for order in got.json()["orders"]]
    assert times == sorted(times)
    assert got.json()["createdBefore"] == "2026-11-20T09:58:00.000Z"


async def test_a_changed_order_comes_in_a_later_window(sim: Sim) -> None:
    changed = of_status(sim, "Unshipped")
    sim.world.clock.advance(60)
    sim.world.change_order(changed, status="Shipped")
    since = "2026-11-20T09:58:00Z"
    sim.world.clock.advance(119)
    early = (await sim.sp(SEARCH, lastUpdatedAfter=since)).json()["orders"]
    sim.world.clock.advance(1)
    late = (await sim.sp(SEARCH, lastUpdatedAfter=since, includedData="FULFILLMENT")).json()["orders"]
    assert early == []
    assert [(o["orderId"], o["fulfillment"]["fulfillmentStatus"]) for o in late] == [(changed, "SHIPPED")]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"lastUpdatedBefore": "2026-01-01T00:00:00Z"},
        {**EVER, "createdAfter": "2026-01-01T00:00:00Z"},
        {**EVER, "createdBefore": "2026-01-01T00:00:00Z"},
        {"lastUpdatedAfter": "2026-11-20T09:58:01Z"},
        {**EVER, "lastUpdatedBefore": "2026-11-20T09:58:01Z"},
        {"lastUpdatedAfter": "2026-02-01T00:00:00Z", "lastUpdatedBefore": "2026-01-01T00:00:00Z"},
        {"lastUpdatedAfter": "2026-01-01T00:00:00+09:00"},
        {"lastUpdatedAfter": "yesterday"},
        {"lastUpdatedAfter": "2026-13-01T00:00:00Z"},
        {**EVER, "fulfillmentStatuses": "INVOICE_UNCONFIRMED"},
        {**EVER, "fulfillmentStatuses": "Shipped"},
        {**EVER, "fulfilledBy": "MFN"},
        {**EVER, "includedData": "EVERYTHING"},
        {**EVER, "maxResultsPerPage": "0"},
        {**EVER, "maxResultsPerPage": "101"},
        {**EVER, "maxResultsPerPage": "ten"},
        {**EVER, "paginationToken": "nonsense"},
    ],
)
async def test_a_wrong_parameter_is_a_400(sim: Sim, params: dict[str, str]) -> None:
    got = await sim.sp(SEARCH, **params)
    assert (got.status_code, code(got)) == (400, "InvalidInput")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"maxResultsPerPage": "3"}, 200),
        ({"includedData": "BUYER"}, 200),
        ({"fulfillmentStatuses": "PENDING"}, 400),
        ({"lastUpdatedAfter": "2026-01-01T00:00:00Z"}, 400),
        ({"lastUpdatedBefore": "2026-11-20T09:00:00Z"}, 400),
        ({"marketplaceIds": "ATVPDKIKX0DER"}, 400),
    ],
)
async def test_a_token_takes_another_page_size_but_no_other_filters(
    sim: Sim, change: dict[str, str], status: int
) -> None:
    asked = {**EVER, "maxResultsPerPage": "5", "fulfillmentStatuses": "SHIPPED"}
    token = (await sim.sp(SEARCH, **asked)).json()["pagination"]["nextToken"]
    got = await sim.sp(SEARCH, **{**asked, "paginationToken": token, **change})
    assert got.status_code == status


async def test_a_token_dies_after_a_day(sim: Sim) -> None:
    asked = {**EVER, "maxResultsPerPage": "5"}
    token = (await sim.sp(SEARCH, **asked)).json()["pagination"]["nextToken"]
    sim.world.clock.advance(86_401)
    got = await sim.sp(SEARCH, **asked, paginationToken=token)
    assert (got.status_code, code(got)) == (400, "InvalidInput")


async def test_another_marketplace_of_the_seller_has_no_orders(sim: Sim) -> None:
    got = await sim.sp(SEARCH, **EVER, marketplaceIds="A2EUQ1WTGCTBG2")
    assert got.json()["orders"] == []


@pytest.mark.parametrize(("place", "shown"), [("ATVPDKIKX0DER", 0), ("A1VC38T7YXB528", 59)])
async def test_orders_of_more_than_two_years_ago_are_kept_in_japan_only(place: str, shown: int) -> None:
    sim = Sim(marketplace=place)
    sim.world.clock.advance(3 * 366 * 86_400)
    got = await sim.sp(SEARCH, **EVER)
    await sim.close()
    assert len(got.json()["orders"]) == shown


@pytest.mark.parametrize(("order_id", "status"), [("111-1111111-1111111", 404), ("not-an-id", 400), ("1111111", 400)])
async def test_an_order_that_is_not_there(sim: Sim, order_id: str, status: int) -> None:
    assert (await sim.sp(f"{SEARCH}/{order_id}")).status_code == status


async def test_every_status_of_the_world_but_one_has_a_word_here() -> None:
    assert set(STATUSES) - set(STATUS) == {"InvoiceUnconfirmed"}


async def test_without_the_restricted_roles_personal_data_is_silently_absent() -> None:
    sim = Sim(personal_data=False)
    pages = await walk(sim, **EVER, includedData=SETS)
    await sim.close()
    for order in (order for page in pages for order in page):
        assert not {"buyerName", "buyerEmail"} & set(order.get("buyer", {}))
        address = order.get("recipient", {}).get("deliveryAddress", {})
        assert not {"name", "addressLine1", "phone"} & set(address)


async def test_the_sellers_own_id_comes_as_an_alias(sim: Sim) -> None:
    id_ = of_status(sim, "Unshipped")
    sim.world.change_order(id_, seller_order_id="1001")
    order = (await sim.sp(f"{SEARCH}/{id_}")).json()["order"]
    assert order["orderAliases"] == [{"aliasId": "1001", "aliasType": "SELLER_ORDER_ID"}]
