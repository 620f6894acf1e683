"""SP-API's Order (Orders 2026-01-01) as the record that MWS's flows know. Pure.

Each member that MWS had moves to MWS's name and spelling; whatever remains keeps Amazon's name at its level, so that
nothing is dropped. Facts: Amazon's field migration table for Orders v0, corrected against the 2026-01-01 model.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sellerport.amazon.orders import STATUSES, Order, OrderItem
from sellerport.amazon.spapi.proceeds import proceeds

Json = dict[str, Any]

_STATUS = {there: here for here, there in STATUSES.items() if there}
_CHANNEL = {"MERCHANT": "MFN", "AMAZON": "AFN"}
_SERVICE = {
    "EXPEDITED": "Expedited",
    "FREE_ECONOMY": "FreeEconomy",
    "FREEECONOMY": "FreeEconomy",
    "NEXT_DAY": "NextDay",
    "SAME_DAY": "SameDay",
    "SECOND_DAY": "SecondDay",
    "SCHEDULED": "Scheduled",
    "STANDARD": "Standard",
}
_CONDITION = {c.upper(): c for c in ("New", "Used", "Collectible", "Refurbished", "Preorder", "Club")}
_SUBTYPE = {
    "NEW": "New",
    "MINT": "Mint",
    "VERY_GOOD": "Very Good",
    "GOOD": "Good",
    "ACCEPTABLE": "Acceptable",
    "POOR": "Poor",
    "CLUB": "Club",
    "OEM": "OEM",
    "WARRANTY": "Warranty",
    "REFURBISHED_WARRANTY": "Refurbished Warranty",
    "REFURBISHED": "Refurbished",
    "OPEN_BOX": "Open Box",
    "ANY": "Any",
    "OTHER": "Other",
}
_ADDRESS_TYPE = {"RESIDENTIAL": "Residential", "COMMERCIAL": "Commercial"}
_DESIGNATION = {"BUSINESS_PRICE": "BusinessPrice", "BUSINESS": "BusinessPrice"}
_PAYMENT = {
    "other": "Other",
    "cod": "COD",
    "cashondelivery": "COD",
    "cvs": "CVS",
    "conveniencestore": "CVS",
}  # words without their joints: Amazon's own example writes CreditCard
_EASY_SHIP = {
    "PENDING_PICK_UP": "PendingPickUp",
    "LABEL_CANCELED": "LabelCanceled",
    "PICKED_UP": "PickedUp",
    "OUT_FOR_DELIVERY": "OutForDelivery",
    "DAMAGED": "Damaged",
    "DELIVERED": "Delivered",
    "REJECTED_BY_BUYER": "RejectedByBuyer",
    "UNDELIVERABLE": "Undeliverable",
    "RETURNED_TO_SELLER": "ReturnedToSeller",
    "RETURNING_TO_SELLER": "ReturningToSeller",
    "LOST": "Lost",
}
_COLLECTION = {"MARKETPLACE_FACILITATOR": "MarketplaceFacilitator"}

_ORDER = (
    ("orderId", "amazonOrderId", None),
    ("createdTime", "purchaseDate", None),
    ("lastUpdatedTime", "lastUpdateDate", None),
    ("fulfillment.fulfillmentStatus", "orderStatus", _STATUS),
    ("fulfillment.fulfilledBy", "fulfillmentChannel", _CHANNEL),
    ("salesChannel.marketplaceId", "marketplaceId", None),
    ("fulfillment.fulfillmentServiceLevel", "shipmentServiceLevelCategory", _SERVICE),
    ("proceeds.grandTotal", "orderTotal", None),
    ("fulfillment.shipByWindow.earliestDateTime", "earliestShipDate", None),
    ("fulfillment.shipByWindow.latestDateTime", "latestShipDate", None),
    ("fulfillment.deliverByWindow.earliestDateTime", "earliestDeliveryDate", None),
    ("fulfillment.deliverByWindow.latestDateTime", "latestDeliveryDate", None),
    ("buyer.buyerEmail", "buyerEmail", None),
    ("buyer.buyerName", "buyerName", None),
    ("buyer.buyerPurchaseOrderNumber", "purchaseOrderNumber", None),
)
_ITEM = (
    ("product.asin", "asin", None),
    ("product.sellerSku", "sellerSKU", None),
    ("product.title", "title", None),
    ("fulfillment.quantityFulfilled", "quantityShipped", None),
    ("product.condition.conditionType", "conditionId", _CONDITION),
    ("product.condition.conditionSubtype", "conditionSubtypeId", _SUBTYPE),
    ("product.condition.conditionNote", "conditionNote", None),
    ("product.price.priceDesignation", "priceDesignation", _DESIGNATION),
    ("expense.pointsCost.pointsGranted", "pointsGranted", None),
    ("fulfillment.packing.giftOption.giftMessage", "giftMessageText", None),
    ("fulfillment.packing.giftOption.giftWrapLevel", "giftWrapLevel", None),
    ("fulfillment.shipping.scheduledDeliveryWindow.earliestDateTime", "scheduledDeliveryStartDate", None),
    ("fulfillment.shipping.scheduledDeliveryWindow.latestDateTime", "scheduledDeliveryEndDate", None),
    ("fulfillment.shipping.internationalShipping.iossNumber", "iossNumber", None),
)
_PROGRAMS = (
    ("AMAZON_BUSINESS", "isBusinessOrder"),
    ("PRIME", "isPrime"),
    ("PREMIUM", "isPremiumOrder"),
    ("IN_STORE_PICK_UP", "isISPU"),
    ("INVOICE_BY_AMAZON", "isIBA"),
)
_DISTRICTS = ("BR", "CN")  # countries whose addresses had a District on MWS, the others a County


def order(said: Mapping[str, Any]) -> Order:
    """An Order of 2026-01-01 as a record; `said` is not changed."""
    rest: Json = _copied(said)
    found: Json = {}
    _move(rest, found, _ORDER)
    _aliases(rest, found)
    _sales_channel(rest, found)
    _programs(rest, found)
    _associations(rest, found)
    _address(rest, found)
    _payment(rest, found)
    _buyer_tax(rest, found)
    _easy_ship(rest, found)
    items = rest.get("orderItems")
    if isinstance(items, list):
        found["orderItems"] = [item(entry) if isinstance(entry, dict) else entry for entry in rest.pop("orderItems")]
        _counts(items, found)
    return _merged(found, rest)


def item(said: Mapping[str, Any]) -> OrderItem:
    """An OrderItem of 2026-01-01 as a record. `itemPrice` is the line's total, the unit's price stays in `product`."""
    rest: Json = _copied(said)
    found: Json = {}
    _move(rest, found, _ITEM)
    _gift(said, found)
    proceeds(rest, found)
    _promotions(rest, found)
    _cancellation(rest, found)
    _serials(rest, found)
    _tax_collection(rest, found)
    customized = _take(rest, "product.customization.customizedUrl")
    if customized is not None:
        found["buyerCustomizedInfo"] = {"customizedURL": customized}
    if "TRANSPARENCY" in _texts(rest.get("programs")):
        found["isTransparency"] = True
    return _merged(found, rest)


def _copied(said: Any, name: str = "") -> Any:
    """A copy of one's own, with exact numbers as floats, but for amounts: those are text, spelled as they came."""
    if isinstance(said, Mapping):
        return {member: _copied(value, member) for member, value in said.items()}
    if isinstance(said, list):
        return [_copied(value) for value in said]
    if isinstance(said, Decimal):
        return str(said) if name == "amount" else float(said)
    return str(said) if name == "amount" and isinstance(said, int) and not isinstance(said, bool) else said


def _move(rest: Json, found: Json, table: Iterable[tuple[str, str, Mapping[str, str] | None]]) -> None:
    for path, name, spelling in table:
        value = _take(rest, path)
        if value is not None:
            found[name] = spelling.get(value, value) if spelling and isinstance(value, str) else value


def _take(rest: Json, path: str) -> Any:
    """The value at a dotted path, taken out; None where there is none."""
    *parents, last = path.split(".")
    level: Any = rest
    for name in parents:
        level = level.get(name) if isinstance(level, dict) else None
    return level.pop(last, None) if isinstance(level, dict) else None


def _merged(found: Json, rest: Json) -> Json:
    """The record with what remains, emptied objects left out.

    A remaining name that is taken gives its members; those that are taken too stand in `asReceived`.
    """
    taken: Json = {}
    for name, value in rest.items():
        kept = _pruned(value)
        if kept is None:
            continue
        if name not in found:
            found[name] = kept
        elif isinstance(kept, dict):
            taken |= _beside(found, name, kept)
        else:
            taken[name] = kept
    return found | {"asReceived": taken} if taken else found


def _beside(found: Json, name: str, members: Json) -> Json:
    """Put an object's members into the record; what is in the way of another stays in the object."""
    own = {inner: value for inner, value in members.items() if inner in found}
    found |= {inner: value for inner, value in members.items() if inner not in found}
    return {name: own} if own else {}


def _pruned(value: Any) -> Any:
    """The value without objects that taking has emptied; what Amazon itself sent empty (a text, an array) stays."""
    if not isinstance(value, dict):
        return value
    kept = {name: inner for name, item in value.items() if (inner := _pruned(item)) is not None}
    return kept or None


def _aliases(rest: Json, found: Json) -> None:
    aliases = rest.get("orderAliases")
    mine = _first(aliases, lambda alias: alias.get("aliasType") == "SELLER_ORDER_ID")
    if isinstance(aliases, list) and mine and "aliasId" in mine:
        found["sellerOrderId"] = mine.pop("aliasId")
        rest["orderAliases"] = [alias for alias in aliases if alias is not mine or set(mine) - {"aliasType"}] or {}


def _sales_channel(rest: Json, found: Json) -> None:
    name = _take(rest, "salesChannel.marketplaceName")
    if name is not None:
        found["salesChannel"] = name


def _programs(rest: Json, found: Json) -> None:
    programs = _texts(rest.get("programs"))
    found |= {name: program in programs for program, name in _PROGRAMS}
    found["orderType"] = "Preorder" if "PREORDER" in programs else "StandardOrder"


def _associations(rest: Json, found: Json) -> None:
    kinds = ("REPLACEMENT_ORIGINAL_ID", "EXCHANGE_ORIGINAL_ID")
    original = _first(rest.get("associatedOrders"), lambda link: link.get("associationType") in kinds)
    found["isReplacementOrder"] = original is not None
    if original and "orderId" in original:
        found["replacedOrderId"] = original["orderId"]


def _address(rest: Json, found: Json) -> None:
    address = _take(rest, "recipient.deliveryAddress")
    if not isinstance(address, dict):
        if address is not None:
            found["shippingAddress"] = address
        return
    found["isAccessPointOrder"] = address.get("addressType") == "PICKUP_POINT"
    part = "district" if address.get("countryCode") in _DISTRICTS else "county"
    _move(address, address, (("districtOrCounty", part, None), ("addressType", "addressType", _ADDRESS_TYPE)))
    found["shippingAddress"] = address


def _payment(rest: Json, found: Json) -> None:
    """MWS told one method, and the shares where there were several or cash was due; SP-API's own list stays beside it."""
    executions = _objects(look(rest, "payment", "paymentExecutions"))
    named = [e for e in executions if isinstance(e.get("paymentMethod"), str)]
    if not named:
        return
    methods = [e["paymentMethod"] for e in named]
    spelled = [_PAYMENT.get(method.replace("_", "").lower(), method) for method in methods]
    found["paymentMethod"] = next((method for method in spelled if method in _PAYMENT.values()), "Other")
    if details := [method for method in spelled if method not in ("COD", "CVS")]:
        found["paymentMethodDetails"] = details
    if len(named) > 1 or "COD" in spelled:
        shares = [
            {"payment": e.get("paymentAmount"), "paymentMethod": method}
            for e, method in zip(named, spelled, strict=True)
        ]
        found["paymentExecutionDetail"] = [{name: v for name, v in share.items() if v is not None} for share in shares]


def _buyer_tax(rest: Json, found: Json) -> None:
    """MWS's BuyerTaxInfo out of the buyer's registration, which stays whole in `tax`."""
    registrations = look(rest, "tax", "taxRegistrations")
    mine = _first(registrations, lambda registration: registration.get("entityType") == "BUYER")
    if mine is None:
        return
    info: Json = {"companyLegalName": mine["legalName"]} if "legalName" in mine else {}
    if "taxRegistrationNumber" in mine:
        number = {"name": mine.get("taxRegistrationType", ""), "value": mine["taxRegistrationNumber"]}
        info["taxClassifications"] = [number]
    if info:
        found["buyerTaxInfo"] = info


def _easy_ship(rest: Json, found: Json) -> None:
    """MWS's EasyShipShipmentStatus out of the first package that tells it; the packages stay whole."""
    for package in _objects(rest.get("packages")):
        status = look(package, "packageStatus", "detailedStatus")
        if isinstance(status, str):
            found["easyShipShipmentStatus"] = _EASY_SHIP.get(status, status)
            return


def _counts(items: list[Any], found: Json) -> None:
    """NumberOfItemsShipped and -Unshipped, which 2026-01-01 no longer sums up, where the items tell."""
    for member, name in (
        ("quantityFulfilled", "numberOfItemsShipped"),
        ("quantityUnfulfilled", "numberOfItemsUnshipped"),
    ):
        told = [look(entry, "fulfillment", member) for entry in items]
        if told and all(isinstance(number, int) for number in told):
            found[name] = sum(number for number in told if isinstance(number, int))


def _gift(said: Mapping[str, Any], found: Json) -> None:
    if isinstance(said.get("fulfillment"), dict):
        found["isGift"] = look(said, "fulfillment", "packing", "giftOption") is not None


def _promotions(rest: Json, found: Json) -> None:
    breakdowns = look(rest, "promotion", "breakdowns")
    ids = [entry.pop("promotionId") for entry in _objects(breakdowns) if "promotionId" in entry]
    if ids:
        found["promotionIds"] = ids
        kept = [entry for entry in breakdowns if entry]
        rest["promotion"]["breakdowns"] = kept if kept else {}


def _cancellation(rest: Json, found: Json) -> None:
    request = look(rest, "cancellation", "cancellationRequest")
    if isinstance(request, dict) and request.get("requester") == "BUYER":
        found["buyerRequestedCancel"] = {"isBuyerRequestedCancel": True}
        request.pop("requester")
        reason = request.pop("cancelReason", None)
        if reason is not None:
            found["buyerRequestedCancel"]["buyerCancelReason"] = reason


def _serials(rest: Json, found: Json) -> None:
    if look(rest, "fulfillment", "packing", "serialNumberRequirement") is not None:
        found["serialNumberRequired"] = True


def _tax_collection(rest: Json, found: Json) -> None:
    collections = look(rest, "tax", "taxCollections")
    if isinstance(collections, list) and len(collections) == 1 and isinstance(collections[0], dict):
        _move(collections[0], collections[0], (("model", "model", _COLLECTION),))
        found["taxCollection"] = collections[0]
        rest["tax"].pop("taxCollections")


def look(value: Any, *names: str) -> Any:
    """The member down that path of names, or None where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _objects(entries: Any) -> list[Json]:
    """The objects of an array, or none where it is no array."""
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _first(entries: Any, wanted: Callable[[Json], bool]) -> Json | None:
    return next((entry for entry in _objects(entries) if wanted(entry)), None)


def _texts(value: Any) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
