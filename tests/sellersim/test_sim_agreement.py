"""Both faces tell the same facts about the same orders."""

from typing import Any

import pytest
from lxml import etree
from sim_caller import EVER, LISTED, ORDERS, SEARCH, SETS, Sim

pytestmark = pytest.mark.anyio

PLACES = ("ATVPDKIKX0DER", "A1PA6795UKMFR9", "A1VC38T7YXB528", "A2Q3Y263D00KWC")
BREAKDOWNS = {"ItemPrice": "ITEM", "ShippingPrice": "SHIPPING", "GiftWrapPrice": "GIFT_WRAP", "CODFee": "COD_FEE"}
TAXES = {"ItemTax": "ITEM", "ShippingTax": "SHIPPING", "GiftWrapTax": "GIFT_WRAP", "PromotionDiscountTax": "DISCOUNT"}


def element(tree: Any, path: str) -> str | None:
    found = tree.find("/".join(f"{{*}}{part}" for part in path.split("/")))
    return None if found is None else found.text


def amounts(proceeds: Any) -> dict[str, str]:
    """An item's proceeds under MWS's names."""
    parts = {part["type"]: part for part in proceeds["breakdowns"]}
    found = {name: parts[kind]["subtotal"]["amount"] for name, kind in BREAKDOWNS.items() if kind in parts}
    taxes = {d["subtype"]: d["value"]["amount"] for d in parts["TAX"].get("detailedBreakdowns", [])}
    taxes = taxes or {"ITEM": parts["TAX"]["subtotal"]["amount"]}
    found |= {name: taxes[kind] for name, kind in TAXES.items() if kind in taxes}
    if "DISCOUNT" in parts:
        found["PromotionDiscount"] = parts["DISCOUNT"]["subtotal"]["amount"]
        details = {d["subtype"]: d["value"]["amount"] for d in parts["DISCOUNT"]["detailedBreakdowns"]}
        found |= {"ShippingDiscount": details["SHIPPING"]} if "SHIPPING" in details else {}
    return found


async def both(place: str) -> list[tuple[Any, Any, list[Any]]]:
    """Every order as JSON, as an element, and its item elements."""
    sim = Sim(marketplace=place, orders=80)
    told = {o["orderId"]: o for o in (await sim.sp(SEARCH, **EVER, includedData=SETS)).json()["orders"]}
    listed = await sim.mws(ORDERS, "ListOrders", **{**LISTED, "MarketplaceId.Id.1": place})
    rows = []
    for tree in etree.fromstring(listed.content).iter("{*}Order"):
        id_ = element(tree, "AmazonOrderId")
        if id_ in told:
            items = await sim.mws(ORDERS, "ListOrderItems", AmazonOrderId=id_)
            rows.append((told[id_], tree, list(etree.fromstring(items.content).iter("{*}OrderItem"))))
    await sim.close()
    assert len(rows) == len(told) == 78
    return rows


@pytest.mark.parametrize("place", PLACES)
async def test_orders_agree_on_dates_totals_and_address(place: str) -> None:
    for told, tree, _ in await both(place):
        assert told["createdTime"] == element(tree, "PurchaseDate")
        assert told["lastUpdatedTime"] == element(tree, "LastUpdateDate")
        assert told.get("proceeds", {}).get("grandTotal", {}).get("amount") == element(tree, "OrderTotal/Amount")
        assert told["fulfillment"]["shipByWindow"]["latestDateTime"] == element(tree, "LatestShipDate")
        address = told.get("recipient", {}).get("deliveryAddress", {})
        assert address.get("postalCode") == element(tree, "ShippingAddress/PostalCode")
        assert ("PRIME" in told["programs"]) == (element(tree, "IsPrime") == "true")


@pytest.mark.parametrize("place", PLACES)
async def test_orders_agree_on_what_is_shipped(place: str) -> None:
    for told, tree, _ in await both(place):
        items = [item["fulfillment"] for item in told["orderItems"]]
        assert str(sum(item["quantityFulfilled"] for item in items)) == element(tree, "NumberOfItemsShipped")
        assert str(sum(item["quantityUnfulfilled"] for item in items)) == element(tree, "NumberOfItemsUnshipped")


@pytest.mark.parametrize("place", PLACES)
async def test_items_agree_on_ids_quantities_and_amounts(place: str) -> None:
    for told, _, trees in await both(place):
        assert [item["orderItemId"] for item in told["orderItems"]] == [element(t, "OrderItemId") for t in trees]
        for item, tree in zip(told["orderItems"], trees, strict=True):
            assert item["product"]["sellerSku"] == element(tree, "SellerSKU")
            assert str(item["quantityOrdered"]) == element(tree, "QuantityOrdered")
            names = (*BREAKDOWNS, *TAXES, "PromotionDiscount", "ShippingDiscount")
            seen = {name: element(tree, f"{name}/Amount") for name in names}
            assert {n: v for n, v in seen.items() if v} == (amounts(item["proceeds"]) if "proceeds" in item else {})
