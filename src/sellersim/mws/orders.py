"""Orders 2013-09-01: lists with their next tokens, orders by id, the items of an order."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sellersim import tokens
from sellersim.clock import iso_ms
from sellersim.exchange import Answer, Ask, Handler, Refusal
from sellersim.orders import STATUSES, Order, Place, fitting
from sellersim.world import World

from . import sellers, write
from .order_xml import item_tree, order_tree
from .params import integer, invalid, moment, numbered, required

ORDER_ID: Final = re.compile(r"[0-9A-Z]{3}-\d{7}-\d{7}")
MARGIN: Final = 120_000
MOST_IDS: Final = 50
ITEMS_A_PAGE: Final = 100
TOGETHER: Final = frozenset({"Unshipped", "PartiallyShipped"})
#: BuyerEmail and SellerOrderId exclude these.
EXCLUDED: Final = ("FulfillmentChannel", "OrderStatus", "PaymentMethod", "LastUpdatedAfter", "LastUpdatedBefore")


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _kind(ask: Ask) -> str:
    """`LastUpdated` or `Created`: one of the two must be given, never both."""
    given = [kind for kind in ("LastUpdated", "Created") if f"{kind}After" in ask.params]
    if not given:
        raise invalid("CreatedAfter or LastUpdatedAfter must be specified")
    if len(given) == 2:
        raise invalid("CreatedAfter and LastUpdatedAfter cannot both be specified")
    return given[0]


def _window(world: World, ask: Ask, kind: str) -> tuple[int, int]:
    after, before = moment(ask, f"{kind}After"), moment(ask, f"{kind}Before")
    latest = world.milliseconds() - MARGIN
    end = latest if before is None else _milliseconds(before)
    if end > latest:
        raise invalid(f"{kind}Before date must be at least two minutes before the time of the request.")
    start = _milliseconds(after) if after else 0
    if start > end:
        dates = f"{kind}After date [{iso_ms(start)}] cannot be after {kind}Before date [{iso_ms(end)}]"
        raise invalid(dates)
    return start, end


def _check_exclusions(ask: Ask) -> None:
    for name in ("BuyerEmail", "SellerOrderId"):
        if name not in ask.params:
            continue
        others = (*EXCLUDED, "SellerOrderId") if name == "BuyerEmail" else (*EXCLUDED, "BuyerEmail")
        for given in ask.params:
            if given.startswith(others):
                raise invalid(f"{given} cannot be specified together with {name}")


def _page(world: World, ask: Ask, held: Mapping[str, Any]) -> Answer:
    """The page that `held` describes: kind of window, filters, place, end."""
    at, order_id = held["place"]
    place: Place = (at, order_id)
    fits = fitting(held["statuses"], held["channels"])
    email, own = held["email"], held["own"]

    def chosen(order: Order) -> bool:
        if not fits(order) or (own and order.seller_order_id != own):
            return False
        return not email or world.orders.contents(order).email == email

    here = world.place.id in held["places"]
    found, following = world.orders.page(
        place,
        held["end"],
        by_creation=held["kind"] == "Created",
        most=held["most"],
        fits=lambda order: here and chosen(order),
    )
    token = tokens.seal(world, "ListOrders", {**held, "place": following}) if following else ""
    return write.result(
        world,
        ask,
        ("Orders", *(order_tree(world, order) for order in found)),
        (f"{held['kind']}Before", iso_ms(held["end"])),
        ("NextToken", token) if token else None,
    )


def list_orders(world: World, ask: Ask) -> Answer:
    """ListOrders: the first page. Unshipped and PartiallyShipped bring each other, as in 2020."""
    kind = _kind(ask)
    start, end = _window(world, ask, kind)
    _check_exclusions(ask)
    if not ask.marketplaces:
        raise Refusal(400, "MissingParameter", "The request must contain the parameter MarketplaceId.Id.1.")
    numbered(ask, "MarketplaceId.Id", most=MOST_IDS)
    numbered(ask, "PaymentMethod.Method", allowed=("COD", "CVS", "Other"))
    wanted = set(numbered(ask, "OrderStatus.Status", allowed=STATUSES))
    held = {
        "kind": kind,
        "place": (start, ""),
        "end": end,
        "places": ask.marketplaces,
        "statuses": sorted(wanted | TOGETHER if wanted & TOGETHER else wanted),
        "channels": numbered(ask, "FulfillmentChannel.Channel", allowed=("AFN", "MFN")),
        "most": integer(ask, "MaxResultsPerPage", 1, 100, default=100),
        "email": ask.params.get("BuyerEmail", ""),
        "own": ask.params.get("SellerOrderId", ""),
    }
    return _page(world, ask, held)


def unsealed(world: World, ask: Ask, kind: str) -> Mapping[str, Any]:
    """What the request's NextToken stands for."""
    try:
        return tokens.unseal(world, kind, required(ask, "NextToken"))
    except tokens.Corrupted as error:
        raise Refusal(400, "NextTokenCorrupted", "The NextToken you provided is not valid.") from error
    except tokens.Expired as error:
        raise invalid("The NextToken you provided has expired.") from error


def next_orders(world: World, ask: Ask) -> Answer:
    """ListOrdersByNextToken: the page after."""
    return _page(world, ask, unsealed(world, ask, "ListOrders"))


def _known_form(order_id: str) -> str:
    if not ORDER_ID.fullmatch(order_id):
        raise invalid(f"Invalid AmazonOrderId: {order_id}")
    return order_id


def get_order(world: World, ask: Ask) -> Answer:
    """GetOrder: up to 50 orders by id; an id that is not the seller's is left out."""
    ids = [_known_form(name) for name in numbered(ask, "AmazonOrderId.Id", most=MOST_IDS)]
    if not ids:
        raise Refusal(400, "MissingParameter", "The request must contain the parameter AmazonOrderId.Id.1.")
    found = [order for order in map(world.orders.get, dict.fromkeys(ids)) if order]
    return write.result(world, ask, ("Orders", *(order_tree(world, order) for order in found)))


def _items(world: World, ask: Ask, order_id: str, first: int) -> Answer:
    order = world.orders.get(order_id)
    if order is None:
        raise invalid(f"Invalid AmazonOrderId: {order_id}")
    lines = world.orders.contents(order).lines
    held = {"order": order_id, "first": first + ITEMS_A_PAGE}
    more = len(lines) > first + ITEMS_A_PAGE
    return write.result(
        world,
        ask,
        ("NextToken", tokens.seal(world, "ListOrderItems", held)) if more else None,
        ("OrderItems", *(item_tree(world, order, line) for line in lines[first : first + ITEMS_A_PAGE])),
        ("AmazonOrderId", order_id),
    )


def list_items(world: World, ask: Ask) -> Answer:
    """ListOrderItems: the first hundred items of an order."""
    return _items(world, ask, _known_form(required(ask, "AmazonOrderId")), 0)


def next_items(world: World, ask: Ask) -> Answer:
    """ListOrderItemsByNextToken: the hundred after."""
    held = unsealed(world, ask, "ListOrderItems")
    return _items(world, ask, held["order"], held["first"])


ACTIONS: Final[Mapping[str, Handler]] = {
    "ListOrders": list_orders,
    "ListOrdersByNextToken": next_orders,
    "GetOrder": get_order,
    "ListOrderItems": list_items,
    "ListOrderItemsByNextToken": next_items,
    "GetServiceStatus": sellers.service_status,
}
