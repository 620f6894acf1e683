"""One order as Orders 2026-01-01 tells it; `sets` are the values of includedData, and what nobody asked for is absent.

Personal data comes only with its set, its role and, for buyers, for seller-fulfilled orders that can be shipped. Prices,
buyer and address are missing while an order is pending.
"""

from collections.abc import Callable, Collection
from typing import Any, Final

from sellersim.clock import iso_ms
from sellersim.orders import Order
from sellersim.seed import NO_PRICES
from sellersim.world import World

from .item_json import Json, Scene, item_json

#: MWS's word -> SP-API's. InvoiceUnconfirmed has none.
STATUS: Final = {
    "PendingAvailability": "PENDING_AVAILABILITY",
    "Pending": "PENDING",
    "Unshipped": "UNSHIPPED",
    "PartiallyShipped": "PARTIALLY_SHIPPED",
    "Shipped": "SHIPPED",
    "Canceled": "CANCELLED",
    "Unfulfillable": "UNFULFILLABLE",
}
CHANNEL: Final = {"MFN": "MERCHANT", "AFN": "AMAZON"}
LEVEL: Final = {
    "Standard": "STANDARD",
    "Expedited": "EXPEDITED",
    "SecondDay": "SECOND_DAY",
    "NextDay": "NEXT_DAY",
    "Scheduled": "SCHEDULED",
}
WITH_BUYER: Final = frozenset({"Unshipped", "PartiallyShipped", "Shipped"})
NO_DELIVERY: Final = frozenset({"PendingAvailability", "Pending", "Canceled"})
CARRIERS: Final = ("UPS", "DHL", "FedEx", "DPD")


def _window(span: tuple[int, int]) -> Json:
    return {"earliestDateTime": iso_ms(span[0]), "latestDateTime": iso_ms(span[1])}


def _programs(scene: Scene) -> list[str]:
    contents = scene.contents
    marks = (
        ("PREORDER", scene.order.status == "PendingAvailability"),
        ("AMAZON_BUSINESS", contents.business),
        ("PRIME", contents.prime),
        ("PREMIUM", contents.premium),
    )
    return [name for name, there in marks if there]


def _channel(scene: Scene) -> Json:
    outside = scene.order.status == "Unfulfillable"
    return {
        "channelName": "NON_AMAZON" if outside else "AMAZON",
        "marketplaceId": scene.world.place.id,
        "marketplaceName": f"Non-{scene.world.site}" if outside else scene.world.site,
    }


def _buyer(scene: Scene) -> Json | None:
    order, contents = scene.order, scene.contents
    if order.status in NO_PRICES or order.status == "Canceled":
        return None
    found: Json = {}
    if order.channel == "MFN" and order.status in WITH_BUYER and scene.world.personal_data:
        found |= {"buyerName": contents.buyer, "buyerEmail": contents.email}
    if contents.address.company:
        found["buyerCompanyName"] = contents.address.company
    if contents.purchase_order:
        found["buyerPurchaseOrderNumber"] = contents.purchase_order
    return found or None


def _address(scene: Scene) -> Json:
    address = scene.contents.address
    found = {
        "city": address.city,
        "districtOrCounty": address.district,
        "stateOrRegion": address.region,
        "postalCode": address.postal,
        "countryCode": address.country,
    }
    if scene.order.channel == "MFN" and scene.world.personal_data:
        found = {
            "name": address.name,
            "companyName": address.company,
            "addressLine1": address.line1,
            "addressLine2": address.line2,
            **found,
            "phone": address.phone,
            "addressType": address.kind.upper(),
        }
    return {name: value for name, value in found.items() if value}


def _recipient(scene: Scene) -> Json | None:
    if scene.order.status in NO_PRICES or scene.order.status == "Canceled":
        return None
    found = _address(scene)
    address = scene.contents.address
    if address.country == "BR" and "name" in found:
        found["extendedFields"] = {
            "streetName": address.street,
            "streetNumber": address.number,
            "neighborhood": address.district,
        }
    return {"deliveryAddress": found}


def _proceeds(scene: Scene) -> Json | None:
    if not scene.priced or scene.order.status == "Canceled":
        return None
    items = sum(line.price for line in scene.contents.lines)
    return {
        "grandTotal": scene.money(scene.contents.total),
        "breakdowns": [{"type": "ITEM", "subtotal": scene.money(items)}],
    }


def _payment(scene: Scene) -> Json | None:
    if not scene.priced or scene.order.status == "Canceled":
        return None
    method = "COD" if scene.contents.payment == "COD" else "CreditCard"
    return {"paymentExecutions": [{"paymentMethod": method, "paymentAmount": scene.money(scene.contents.total)}]}


def _tax(scene: Scene) -> Json | None:
    if scene.order.status in NO_PRICES:
        return None
    rows: list[Json] = [
        {"entityType": "MARKETPLACE", "taxRegistrationType": "VAT", "taxRegistrationNumber": "000000000"},
        {"entityType": "MERCHANT", "legalName": scene.world.seller.name},
    ]
    if scene.contents.business and scene.world.personal_data and scene.order.status != "Canceled":
        company = scene.contents.address.company
        number = f"{scene.order.number:09d}"
        rows.insert(0, {
            "entityType": "BUYER", "legalName": company, "taxRegistrationType": "VAT", "taxRegistrationNumber": number,
        })  # fmt: skip
    return {"taxRegistrations": rows}


def _fulfillment(scene: Scene) -> Json:
    order, contents = scene.order, scene.contents
    found: Json = {
        "fulfillmentStatus": STATUS[order.status],
        "fulfilledBy": CHANNEL[order.channel],
        "fulfillmentServiceLevel": LEVEL[contents.level],
        "shipByWindow": _window(contents.ship_by),
    }
    if order.channel == "MFN" and order.status not in NO_DELIVERY:
        found["deliverByWindow"] = _window(contents.deliver_by)
    return found


def _packages(scene: Scene) -> list[Json] | None:
    order = scene.order
    shipped = [line for line in scene.contents.lines if line.shipped]
    if order.channel != "MFN" or not shipped:
        return None
    return [
        {
            "packageReferenceId": "1",
            "createdTime": iso_ms(order.updated),
            "packageStatus": {"status": "SHIPPED"},
            "carrier": CARRIERS[order.number % len(CARRIERS)],
            "shipTime": iso_ms(order.updated),
            "trackingNumber": f"1Z{order.number:016d}",
            "packageItems": [{"orderItemId": line.id, "quantity": line.shipped} for line in shipped],
        }
    ]


def _fulfillment_orders(scene: Scene) -> list[Json] | None:
    return None if scene.order.status in NO_PRICES else [{"fulfillmentOrderId": f"FO-{scene.order.number:08d}"}]


#: includedData -> member of the order, and what fills it.
MEMBERS: Final[dict[str, tuple[str, Callable[[Scene], Any]]]] = {
    "BUYER": ("buyer", _buyer),
    "RECIPIENT": ("recipient", _recipient),
    "PROCEEDS": ("proceeds", _proceeds),
    "PAYMENT": ("payment", _payment),
    "TAX": ("tax", _tax),
    "FULFILLMENT": ("fulfillment", _fulfillment),
    "PACKAGES": ("packages", _packages),
    "FULFILLMENT_ORDERS": ("fulfillmentOrders", _fulfillment_orders),
}
#: Every value of includedData; those without a member of the order fill members of the items.
SETS: Final = (*MEMBERS, "EXPENSE", "PROMOTION", "CANCELLATION")


def order_json(world: World, order: Order, sets: Collection[str]) -> Json:
    """The order with the asked sets."""
    scene = Scene(world, order)
    found: Json = {
        "orderId": order.id,
        "createdTime": iso_ms(order.created),
        "lastUpdatedTime": iso_ms(order.updated),
        "programs": _programs(scene),
        "salesChannel": _channel(scene),
    }
    if order.seller_order_id:
        found["orderAliases"] = [{"aliasId": order.seller_order_id, "aliasType": "SELLER_ORDER_ID"}]
    if scene.contents.replaces:
        link = {"orderId": scene.contents.replaces, "associationType": "REPLACEMENT_ORIGINAL_ID"}
        found["associatedOrders"] = [link]
    for name, (member, fill) in MEMBERS.items():
        value = fill(scene) if name in sets else None
        if value is not None:
            found[member] = value
    found["orderItems"] = [item_json(scene, line, sets) for line in scene.contents.lines]
    return found
