"""One order and its items as Orders 2013-09-01 tells them.

Buyer, address and prices are missing while an order is pending; a canceled one has no buyer. Amazon promises no order
of elements: a shuffled world takes it at its word.
"""

from random import Random
from typing import Final

from sellersim import money
from sellersim.catalogue import CONDITIONS
from sellersim.clock import iso_ms
from sellersim.orders import Contents, Line, Order
from sellersim.people import Address
from sellersim.seed import NO_PRICES
from sellersim.world import World

from .write import Tree

NO_BUYER: Final = NO_PRICES | {"Canceled"}
NO_DELIVERY: Final = NO_PRICES | {"Canceled"}


def _text(name: str, value: str) -> Tree | None:
    return (name, value) if value else None


def _flag(name: str, value: bool) -> Tree:
    return (name, "true" if value else "false")


def _money(world: World, name: str, minor: int) -> Tree:
    currency = world.place.currency
    return (name, ("CurrencyCode", currency), ("Amount", money.amount(minor, currency)))


def _some(world: World, name: str, minor: int) -> Tree | None:
    return _money(world, name, minor) if minor else None


def _arranged(world: World, number: int, name: str, children: list[Tree | None]) -> Tree:
    """The element with its children as they stand, or shuffled where the world says so."""
    if world.shuffled:
        Random(number).shuffle(children)  # noqa: S311 - an order that a number repeats
    return (name, *children)


def _address(address: Address, *, phone: bool) -> Tree:
    return (
        "ShippingAddress",
        ("Name", address.name),
        _text("AddressLine1", address.line1),
        _text("AddressLine2", address.line2),
        _text("City", address.city),
        _text("District" if address.country in ("CN", "BR") else "County", address.district),
        _text("StateOrRegion", address.region),
        _text("PostalCode", address.postal),
        ("CountryCode", address.country),
        _text("Phone", address.phone) if phone else None,
        ("AddressType", address.kind) if address.country == "US" else None,
    )


def _unshipped(order: Order, lines: tuple[Line, ...]) -> int:
    if order.status == "Canceled":
        return 0
    gone = sum(quantity for quantity, _ in order.cancelled.values())
    return max(0, sum(line.ordered - line.shipped for line in lines) - gone)


def _payment(world: World, order: Order, contents: Contents) -> list[Tree | None]:
    if order.status in NO_BUYER:
        return []
    method: Tree = ("PaymentMethod", contents.payment)
    if contents.payment != "COD":
        return [method, ("PaymentMethodDetails", ("PaymentMethodDetail", "CreditCard"))]
    paid = ("PaymentExecutionDetailItem", _money(world, "Payment", contents.total), ("PaymentMethod", "COD"))
    return [("PaymentExecutionDetail", paid), method]


def _buyer(order: Order, contents: Contents) -> list[Tree | None]:
    if order.status in NO_BUYER:
        return []
    company = contents.address.company
    return [
        ("BuyerEmail", contents.email),
        ("BuyerName", contents.buyer),
        ("BuyerTaxInfo", ("CompanyLegalName", company)) if company else None,
        _address(contents.address, phone=order.channel == "MFN"),
    ]


def _dates(order: Order, contents: Contents) -> list[Tree | None]:
    found: list[Tree | None] = [
        ("EarliestShipDate", iso_ms(contents.ship_by[0])),
        ("LatestShipDate", iso_ms(contents.ship_by[1])),
    ]
    if order.channel == "MFN" and order.status not in NO_DELIVERY:
        found.append(("EarliestDeliveryDate", iso_ms(contents.deliver_by[0])))
        found.append(("LatestDeliveryDate", iso_ms(contents.deliver_by[1])))
    return found


def _marks(order: Order, contents: Contents) -> list[Tree | None]:
    return [
        _flag("IsReplacementOrder", bool(contents.replaces)),
        _text("ReplacedOrderId", contents.replaces),
        _flag("IsBusinessOrder", contents.business),
        _text("PurchaseOrderNumber", contents.purchase_order if order.status not in NO_BUYER else ""),
        _flag("IsPrime", contents.prime),
        _flag("IsPremiumOrder", contents.premium),
        _flag("IsGlobalExpressEnabled", False),
        _flag("IsSoldByAB", False),
        _flag("IsISPU", False),
    ]


def order_tree(world: World, order: Order) -> Tree:
    """The Order element."""
    contents = world.orders.contents(order)
    outside = order.status == "Unfulfillable"
    priced = order.status not in NO_BUYER and not outside
    children = [
        ("AmazonOrderId", order.id),
        _text("SellerOrderId", order.seller_order_id),
        ("PurchaseDate", iso_ms(order.created)),
        ("LastUpdateDate", iso_ms(order.updated)),
        ("OrderStatus", order.status),
        ("FulfillmentChannel", order.channel),
        ("SalesChannel", f"Non-{world.site}" if outside else world.site),
        ("ShipServiceLevel", f"{contents.level} {world.place.country} Domestic"),
        _money(world, "OrderTotal", contents.total) if priced else None,
        ("NumberOfItemsShipped", str(sum(line.shipped for line in contents.lines))),
        ("NumberOfItemsUnshipped", str(_unshipped(order, contents.lines))),
        *(_payment(world, order, contents) if priced else []),
        ("MarketplaceId", world.place.id),
        *_buyer(order, contents),
        ("ShipmentServiceLevelCategory", contents.level),
        ("OrderType", "Preorder" if order.status == "PendingAvailability" else "StandardOrder"),
        *_dates(order, contents),
        *_marks(order, contents),
    ]
    return _arranged(world, order.number, "Order", children)


def _amounts(world: World, line: Line) -> list[Tree | None]:
    off = line.discount + line.shipping_discount
    points = ("PointsNumber", str(line.points)), _money(world, "PointsMonetaryValue", line.points)
    return [
        ("PointsGranted", *points) if line.points else None,
        _money(world, "ItemPrice", line.price),
        _some(world, "ShippingPrice", line.shipping),
        _some(world, "GiftWrapPrice", line.wrap),
        _money(world, "ItemTax", line.tax),
        _some(world, "ShippingTax", line.shipping_tax),
        _some(world, "GiftWrapTax", line.wrap_tax),
        _some(world, "ShippingDiscount", line.shipping_discount),
        _some(world, "PromotionDiscount", off),
        _some(world, "PromotionDiscountTax", line.discount_tax),
        ("PromotionIds", ("PromotionId", line.promotion)) if line.promotion else None,
        _some(world, "CODFee", line.cod_fee),
    ]


def item_tree(world: World, order: Order, line: Line) -> Tree:
    """The OrderItem element."""
    contents = world.orders.contents(order)
    priced = order.status not in NO_PRICES and order.status != "Unfulfillable"
    kind, subtype, _, note = CONDITIONS[line.product.condition]
    collected = ("Model", "MarketplaceFacilitator"), ("ResponsibleParty", "Amazon Services, Inc.")
    asked = ("IsBuyerRequestedCancel", "true"), ("BuyerCancelReason", line.cancel_reason or "BUYER_CANCELED")
    by_buyer = order.status == "Canceled" and line.id not in order.cancelled
    children = [
        ("ASIN", line.product.asin),
        ("SellerSKU", line.product.sku),
        ("OrderItemId", line.id),
        ("Title", line.product.title),
        ("QuantityOrdered", str(line.ordered)),
        ("QuantityShipped", str(line.shipped)),
        ("ProductInfo", ("NumberOfItems", "1")),
        *(_amounts(world, line) if priced else []),
        _flag("IsGift", bool(line.wrap)),
        _text("GiftMessageText", line.gift_message),
        _text("GiftWrapLevel", line.wrap_level),
        _text("ConditionNote", note),
        ("ConditionId", kind),
        ("ConditionSubtypeId", subtype),
        ("PriceDesignation", "BusinessPrice") if contents.business and priced else None,
        ("TaxCollection", *collected) if contents.tax_on_top and priced else None,
        _flag("SerialNumberRequired", False),
        _flag("IsTransparency", False),
        ("BuyerRequestedCancel", *asked) if by_buyer else None,
    ]
    return _arranged(world, order.number, "OrderItem", children)
