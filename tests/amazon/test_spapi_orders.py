"""SP-API's order as a record: MWS's names and spelling, and nothing that Amazon sends is lost."""

import copy
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from models import ORDERS, filled, varied
from sellerport.amazon.orders import OrderRecord
from sellerport.amazon.spapi.orders import item, order
from support import VECTORS, leaves

#: Amazon's word -> MWS's, where the record has MWS's.
SPELLED = {
    "PENDING_AVAILABILITY": "PendingAvailability", "PENDING": "Pending", "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped", "SHIPPED": "Shipped", "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable", "MERCHANT": "MFN", "AMAZON": "AFN", "RESIDENTIAL": "Residential",
    "COMMERCIAL": "Commercial", "BUSINESS_PRICE": "BusinessPrice", "NEW": "New", "STANDARD": "Standard",
    "MARKETPLACE_FACILITATOR": "MarketplaceFacilitator",
}  # fmt: skip
#: Words that say by which name something goes; the name in the record says it in their place.
KINDS = {
    "ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "DISCOUNT", "TAX", "SELLER_ORDER_ID", "BUYER",
}  # fmt: skip
PAIRS = [
    (f"{operation['operationId']} {number}", found)
    for operation in json.loads((VECTORS / "spapi" / "orders_2026-01-01.json").read_text("utf-8"))["operations"]
    for number, pair in enumerate(operation["pairs"])
    if pair["status"] == 200
    for found in pair["response"].get("orders", [pair["response"].get("order")])
]


def lost(said: Any, record: Any) -> Counter[Any]:
    """The leaves of Amazon's order that the record has not."""
    kept = Counter(map(str, leaves(record)))
    missing: Counter[Any] = Counter()
    for leaf, count in Counter(map(str, leaves(said))).items():
        if kept[leaf] < count and kept[SPELLED.get(leaf, leaf)] == 0 and leaf not in KINDS:
            missing[leaf] = count - kept[leaf]
    return missing


@pytest.mark.parametrize("enum", range(6))
def test_every_field_of_amazons_model_has_a_place_in_the_record(enum: int) -> None:
    said = filled("Order", enum)
    texts = Counter(leaf for leaf in leaves(said) if isinstance(leaf, str) and " " in leaf)
    assert len(texts) > 100, "the model's order is not filled"
    assert not lost(said, order(said))


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(varied("Order"))
def test_whatever_amazon_leaves_out_or_adds_nothing_is_lost(said: Any) -> None:
    before = copy.deepcopy(said)
    record = order(said)
    assert said == before, "what was given was changed"
    assert not lost(said, record)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, member in inner for place in _places(member, (*path, key)))]


STRANGE = ("FILTERED", 7, True, [], ["FILTERED"], {"FILTERED": "FILTERED"}, [["FILTERED"]], [{"FILTERED": "FILTERED"}])
FULL, LEAN = filled("Order"), filled("Order", many=1)


def _with(place: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """The order with every member, changed at one place."""
    said = copy.deepcopy(LEAN)
    level: Any = said
    for key in place[:-1]:
        level = level[key]
    change(level, place[-1])
    return said


@pytest.mark.parametrize("strange", STRANGE, ids=str)
def test_a_value_that_does_not_fit_fails_nothing_and_is_kept(strange: Any) -> None:
    changed = {place: _with(place, lambda level, key: level.__setitem__(key, strange)) for place in _places(LEAN)[1:]}
    assert [place for place, said in changed.items() if lost(said, order(said))] == []


def test_a_member_that_is_not_there_fails_nothing_and_takes_no_other_away() -> None:
    changed = {place: _with(place, lambda level, key: level.pop(key)) for place in _places(LEAN)[1:]}
    assert [place for place, said in changed.items() if lost(said, order(said))] == []


def _extended(value: Any) -> Any:
    """The value with a member that nobody knows yet in each of its objects."""
    if isinstance(value, dict):
        return {**{name: _extended(member) for name, member in value.items()}, "novelty": f"new in {len(value)}"}
    return [_extended(member) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize("enum", range(6))
def test_members_that_amazon_will_add_are_kept(enum: int) -> None:
    said = _extended(filled("Order", enum))
    assert not lost(said, order(said))


@pytest.mark.parametrize(("name", "said"), PAIRS, ids=[name for name, _ in PAIRS])
def test_amazons_own_orders_lose_nothing(name: str, said: Any) -> None:
    record = order(said)
    assert not lost(said, record)
    assert record["amazonOrderId"] == said["orderId"]
    assert record["orderStatus"] == SPELLED[said["fulfillment"]["fulfillmentStatus"]]


@pytest.mark.parametrize("enum", range(6))
def test_the_record_of_a_full_order_is_what_the_output_declares(enum: int) -> None:
    said = filled("Order", enum)
    for entry in said["orderItems"]:
        entry.pop("tax")  # two collections: kept as Amazon's list
    msgspec.convert(order(said), OrderRecord)


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else value[name]
    return value


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("amazonOrderId", "orderId"),
        ("sellerOrderId", "orderAliases.0.aliasId"),
        ("purchaseDate", "createdTime"),
        ("lastUpdateDate", "lastUpdatedTime"),
        ("marketplaceId", "salesChannel.marketplaceId"),
        ("salesChannel", "salesChannel.marketplaceName"),
        ("earliestShipDate", "fulfillment.shipByWindow.earliestDateTime"),
        ("latestShipDate", "fulfillment.shipByWindow.latestDateTime"),
        ("earliestDeliveryDate", "fulfillment.deliverByWindow.earliestDateTime"),
        ("latestDeliveryDate", "fulfillment.deliverByWindow.latestDateTime"),
        ("orderTotal", "proceeds.grandTotal"),
        ("shippingAddress.name", "recipient.deliveryAddress.name"),
        ("shippingAddress.county", "recipient.deliveryAddress.districtOrCounty"),
        ("shippingAddress.addressLine3", "recipient.deliveryAddress.addressLine3"),
        ("buyerEmail", "buyer.buyerEmail"),
        ("buyerName", "buyer.buyerName"),
        ("purchaseOrderNumber", "buyer.buyerPurchaseOrderNumber"),
        ("buyer.buyerCompanyName", "buyer.buyerCompanyName"),
        ("recipient.deliveryPreference", "recipient.deliveryPreference"),
        ("packages", "packages"),
        ("orderItems.0.orderItemId", "orderItems.0.orderItemId"),
        ("orderItems.0.quantityOrdered", "orderItems.0.quantityOrdered"),
        ("orderItems.0.quantityShipped", "orderItems.0.fulfillment.quantityFulfilled"),
        ("orderItems.0.asin", "orderItems.0.product.asin"),
        ("orderItems.0.sellerSKU", "orderItems.0.product.sellerSku"),
        ("orderItems.0.title", "orderItems.0.product.title"),
        ("orderItems.0.conditionNote", "orderItems.0.product.condition.conditionNote"),
        ("orderItems.0.product.price.unitPrice", "orderItems.0.product.price.unitPrice"),
        ("orderItems.0.pointsGranted", "orderItems.0.expense.pointsCost.pointsGranted"),
        ("orderItems.0.giftMessageText", "orderItems.0.fulfillment.packing.giftOption.giftMessage"),
        ("orderItems.0.giftWrapLevel", "orderItems.0.fulfillment.packing.giftOption.giftWrapLevel"),
        ("orderItems.0.iossNumber", "orderItems.0.fulfillment.shipping.internationalShipping.iossNumber"),
        ("orderItems.0.buyerCustomizedInfo.customizedURL", "orderItems.0.product.customization.customizedUrl"),
        ("orderItems.0.promotionIds.1", "orderItems.0.promotion.breakdowns.1.promotionId"),
        ("orderItems.0.scheduledDeliveryStartDate",
         "orderItems.0.fulfillment.shipping.scheduledDeliveryWindow.earliestDateTime"),
        ("orderItems.0.scheduledDeliveryEndDate",
         "orderItems.0.fulfillment.shipping.scheduledDeliveryWindow.latestDateTime"),
    ],
)  # fmt: skip
def test_what_mws_had_stands_under_mwss_name(here: str, there: str) -> None:
    said = copy.deepcopy(FULL)
    said["orderAliases"][0]["aliasType"] = "SELLER_ORDER_ID"
    assert _at(order(said), here) == _at(said, there)


@pytest.mark.parametrize(
    ("place", "there", "here"),
    [("fulfillment.fulfillmentStatus", there, here) for there, here in SPELLED.items() if there in (
        ORDERS["definitions"]["FulfillmentStatus"]["enum"])]
    + [("fulfillment.fulfilledBy", "MERCHANT", "MFN"), ("fulfillment.fulfilledBy", "AMAZON", "AFN"),
       ("fulfillment.fulfillmentServiceLevel", "STANDARD", "Standard"),
       ("fulfillment.fulfillmentServiceLevel", "SECOND_DAY", "SecondDay"),
       ("fulfillment.fulfillmentServiceLevel", "SOMETHING_NEW", "SOMETHING_NEW"),
       ("fulfillment.fulfillmentStatus", "SOMETHING_NEW", "SOMETHING_NEW")],
)  # fmt: skip
def test_values_are_spelled_as_mws_did_and_unknown_ones_stay(place: str, there: str, here: str) -> None:
    group, name = place.split(".")
    record = order({"orderId": "1", group: {name: there}})
    assert here in record.values()


@pytest.mark.parametrize(
    ("type_", "subtype", "here"),
    [("ITEM", None, "itemPrice"), ("SHIPPING", None, "shippingPrice"), ("GIFT_WRAP", None, "giftWrapPrice"),
     ("COD_FEE", None, "codFee"), ("DISCOUNT", None, "promotionDiscount"), ("TAX", "ITEM", "itemTax"),
     ("TAX", "SHIPPING", "shippingTax"), ("TAX", "GIFT_WRAP", "giftWrapTax"),
     ("TAX", "DISCOUNT", "promotionDiscountTax"), ("DISCOUNT", "SHIPPING", "shippingDiscount"),
     ("DISCOUNT", "COD_FEE", "codFeeDiscount")],
)  # fmt: skip
def test_a_breakdown_becomes_mwss_money(type_: str, subtype: str | None, here: str) -> None:
    money = {"currencyCode": "USD", "amount": "19.90"}
    detail = {"type": type_, "detailedBreakdowns": [{"subtype": subtype, "value": money}]}
    breakdown = {"type": type_, "subtotal": money} if subtype is None else detail
    assert item({"proceeds": {"breakdowns": [breakdown]}})[here] == money


def test_the_item_price_is_the_lines_total_and_the_units_stays_beside_the_product() -> None:
    unit, line = {"currencyCode": "USD", "amount": "5.00"}, {"currencyCode": "USD", "amount": "15.00"}
    said = {
        "quantityOrdered": 3,
        "product": {"asin": "B0", "price": {"unitPrice": unit}},
        "proceeds": {"breakdowns": [{"type": "ITEM", "subtotal": line}]},
    }
    record = item(said)
    assert record["itemPrice"] == line
    assert record["product"] == {"price": {"unitPrice": unit}}


TAX = {"currencyCode": "USD", "amount": "1.20"}


def test_a_tax_without_details_beside_the_item_alone_is_the_items() -> None:
    said = {"proceeds": {"breakdowns": [{"type": "ITEM", "subtotal": TAX}, {"type": "TAX", "subtotal": TAX}]}}
    assert item(said)["itemTax"] == TAX


def test_a_tax_without_details_beside_others_is_nobodys_and_stays() -> None:
    kinds = ("ITEM", "SHIPPING", "TAX")
    record = item({"proceeds": {"breakdowns": [{"type": kind, "subtotal": TAX} for kind in kinds]}})
    assert "itemTax" not in record
    assert record["proceeds"] == {"breakdowns": [{"type": "TAX", "subtotal": TAX}]}


@pytest.mark.parametrize(
    ("program", "here"),
    [("AMAZON_BUSINESS", "isBusinessOrder"), ("PRIME", "isPrime"), ("PREMIUM", "isPremiumOrder"),
     ("IN_STORE_PICK_UP", "isISPU"), ("INVOICE_BY_AMAZON", "isIBA")],
)  # fmt: skip
def test_programs_become_mwss_truths_and_stay(program: str, here: str) -> None:
    record = order({"programs": [program, "FBM_SHIP_PLUS"]})
    assert record[here] is True
    assert record["programs"] == [program, "FBM_SHIP_PLUS"]
    assert order({"programs": []})[here] is False


def test_a_preorder_is_one_and_others_are_standard() -> None:
    assert order({"programs": ["PREORDER"]})["orderType"] == "Preorder"
    assert order({})["orderType"] == "StandardOrder"


@pytest.mark.parametrize("kind", ["REPLACEMENT_ORIGINAL_ID", "EXCHANGE_ORIGINAL_ID"])
def test_a_replacement_names_the_order_it_replaces(kind: str) -> None:
    record = order({"associatedOrders": [{"orderId": "114-0000000-0000001", "associationType": kind}]})
    assert (record["isReplacementOrder"], record["replacedOrderId"]) == (True, "114-0000000-0000001")


def test_the_numbers_of_items_are_summed_where_every_item_tells() -> None:
    told = [{"fulfillment": {"quantityFulfilled": 2, "quantityUnfulfilled": 1}}] * 2
    record = order({"orderItems": told})
    assert (record["numberOfItemsShipped"], record["numberOfItemsUnshipped"]) == (4, 2)
    assert "numberOfItemsShipped" not in order({"orderItems": [*told, {}]})


def test_a_pickup_point_is_told() -> None:
    record = order({"recipient": {"deliveryAddress": {"addressType": "PICKUP_POINT"}}})
    assert record["isAccessPointOrder"] is True


def test_a_buyers_wish_to_cancel_is_mwss() -> None:
    record = item({"cancellation": {"cancellationRequest": {"requester": "BUYER", "cancelReason": "too late"}}})
    assert record["buyerRequestedCancel"] == {"isBuyerRequestedCancel": True, "buyerCancelReason": "too late"}


def test_a_gift_is_known_by_its_option() -> None:
    assert item({"fulfillment": {"packing": {"giftOption": {}}}})["isGift"] is True
    assert item({"fulfillment": {}})["isGift"] is False


def test_amounts_keep_amazons_spelling() -> None:
    assert order({"proceeds": {"grandTotal": {"amount": "007.50", "currencyCode": "USD"}}})["orderTotal"] == {
        "amount": "007.50",
        "currencyCode": "USD",
    }


@pytest.mark.parametrize(
    ("there", "here"),
    [("CreditCard", "Other"), ("CASH_ON_DELIVERY", "COD"), ("CashOnDelivery", "COD"), ("COD", "COD"), ("CVS", "CVS")],
)
def test_the_payment_is_told_as_mws_did_and_stays(there: str, here: str) -> None:
    said = {"payment": {"paymentExecutions": [{"paymentMethod": there, "acquirerId": "7"}]}}
    record = order(said)
    assert record["paymentMethod"] == here
    assert record.get("paymentMethodDetails") == ([there] if here == "Other" else None), "MWS listed no cash there"
    assert record.get("paymentExecutionDetail") == ([{"paymentMethod": "COD"}] if here == "COD" else None)
    assert record["payment"] == said["payment"]


@pytest.mark.parametrize(("country", "part"), [("BR", "district"), ("CN", "district"), ("GB", "county")])
def test_a_district_or_county_is_what_mws_called_it(country: str, part: str) -> None:
    address = {"districtOrCounty": "Centro", "countryCode": country}
    record = order({"recipient": {"deliveryAddress": address}})
    assert record["shippingAddress"] == {part: "Centro", "countryCode": country}


def test_the_buyers_tax_number_is_mwss_tax_info() -> None:
    mine = {"entityType": "BUYER", "legalName": "Ada Ltd", "taxRegistrationNumber": "7", "taxRegistrationType": "VAT"}
    assert order({"tax": {"taxRegistrations": [mine]}})["buyerTaxInfo"] == {
        "companyLegalName": "Ada Ltd",
        "taxClassifications": [{"name": "VAT", "value": "7"}],
    }
