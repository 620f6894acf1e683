"""The control plane under /_sim/: move the clock, change and add orders, order faults, read the world.

Answers are JSON; what cannot be understood is a 400 with `{"error": text}`. Nothing here is counted or throttled.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from math import isfinite
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amazon_wire.quotas import MWS, MWS_BUCKETS, SPAPI

from .clock import iso, iso_ms
from .feeds import account, ripen
from .mws.feeds import STATUSES as FEED_STATUSES
from .orders import STATUSES, Order
from .processing.run import is_charset
from .world import World

Told = Callable[[World, Mapping[str, Any]], object]

#: What faults can be ordered for beside Amazon's operations: everything, tokens, the storage of documents, feeds at work.
_PLACES: Final = ("*", "token", "ping", "upload", "download", "storage", "processing")
A_YEAR: Final = 366 * 86400
#: The options of faults, each with its type.
_OPTIONS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "seconds": (int, float),
    "body": str,
    "report": bool,
    "status": str,
    "charset": str,
}


def _given(asked: Mapping[str, Any], name: str) -> str:
    """A text that has to be there."""
    if not isinstance(asked.get(name), str):
        raise ValueError(f"{name}: expected a text, got {asked.get(name)!r}")
    return str(asked[name])


def _number(asked: Mapping[str, Any], name: str, default: float | None = None) -> float:
    """A number, or the default where there is one."""
    try:
        number = float(asked[name] if default is None else asked.get(name, default))
    except (KeyError, TypeError, ValueError, OverflowError):
        number = float("nan")
    if not isfinite(number):
        raise ValueError(f"{name}: expected a number, got {asked.get(name)!r}")
    return number


def _count(asked: Mapping[str, Any], name: str, default: int | None = None) -> int:
    number = _number(asked, name, default)
    if not number.is_integer():
        raise ValueError(f"{name}: expected a whole number, got {asked[name]!r}")
    return int(number)


def _status(asked: Mapping[str, Any]) -> str | None:
    status = asked.get("status")
    if status not in (None, *STATUSES):
        raise ValueError(f"status: {status!r} is none of {', '.join(STATUSES)}")
    return status


def _order(world: World, order: Order) -> dict[str, Any]:
    """An order as the control plane tells it."""
    return {
        "id": order.id,
        "status": order.status,
        "channel": order.channel,
        "created": iso_ms(order.created),
        "updated": iso_ms(order.updated),
        "sellerOrderId": order.seller_order_id,
        "items": [
            {
                "id": line.id,
                "sku": line.product.sku,
                "ordered": line.ordered,
                "shipped": line.shipped,
                "merchantItemId": order.merchant_items.get(line.id, ""),
                "cancelled": list(order.cancelled.get(line.id, ())),
            }
            for line in world.orders.contents(order).lines
        ],
    }


def world(world: World, asked: Mapping[str, Any]) -> object:
    """What there is, in figures."""
    clock = world.clock
    return {
        "time": iso(clock.now()),
        "frozen": clock.frozen,
        "timeScale": clock.scale,
        "quota": world.quotas.enforced,
        "sellerId": world.seller.id,
        "marketplaceId": world.place.id,
        "orders": len(world.orders),
        "statuses": Counter(order.status for order in world.orders.all()),
        "listings": len(world.listings),
        "feeds": len(world.feeds),
    }


def move_clock(world: World, asked: Mapping[str, Any]) -> object:
    """`{"advance": seconds}`, `{"freeze": true}`, `{"run": true}`."""
    for name in ("freeze", "run"):
        if not isinstance(asked.get(name, False), bool):
            raise ValueError(f"{name}: expected true, got {asked[name]!r}")
    world.clock.advance(_number(asked, "advance", 0))
    if asked.get("freeze"):
        world.clock.freeze()
    if asked.get("run"):
        world.clock.run()
    return {"time": iso(world.clock.now()), "frozen": world.clock.frozen}


def orders(world: World, asked: Mapping[str, Any]) -> object:
    """Ids and statuses of all orders, or of those of `status`, the one changed longest ago first."""
    status = _status(asked)
    found = (order for order in world.orders.all() if status in (None, order.status))
    return {"orders": [{"id": order.id, "status": order.status, "updated": iso_ms(order.updated)} for order in found]}


def add_orders(world: World, asked: Mapping[str, Any]) -> object:
    """`{"count": 3, "status": "Unshipped", "lines": 2}`: new orders, created now."""
    count, lines = _count(asked, "count", 1), _count(asked, "lines", 0)
    added = world.add_orders(count, status=_status(asked) or "Unshipped", lines=lines)
    return {"orders": [_order(world, order) for order in added]}


def order(world: World, asked: Mapping[str, Any]) -> object:
    """One order."""
    found = world.orders.get(asked["id"])
    if found is None:
        raise ValueError(f"no order {asked['id']}")
    return _order(world, found)


def change_order(world: World, asked: Mapping[str, Any]) -> object:
    """`{"status": "Shipped", "sellerOrderId": "1001"}`: the order's last update is now."""
    change = {"seller_order_id": _given(asked, "sellerOrderId")} if "sellerOrderId" in asked else {}
    order(world, asked)  # it has to be there
    return _order(world, world.change_order(asked["id"], status=_status(asked) or "", **change))


def listings(world: World, asked: Mapping[str, Any]) -> object:
    """Every SKU with its type and status."""
    rows = world.listings.values()
    return {"listings": [{"sku": row.sku, "productType": row.product_type, "status": row.status} for row in rows]}


def listing(world: World, asked: Mapping[str, Any]) -> object:
    """One listing, its attributes as SP-API has them."""
    if asked["sku"] not in world.listings:
        raise ValueError(f"no listing {asked['sku']}")
    return world.listings[asked["sku"]]


def feeds(world: World, asked: Mapping[str, Any]) -> object:
    """Every feed, the newest last: what it was, by its hash, and what it did."""
    return {"feeds": account(world)}


def counts(world: World, asked: Mapping[str, Any]) -> object:
    """Requests and refusals (by code) of each operation."""
    return {name: {"requests": c.requests, "refused": c.refused} for name, c in world.counts.items()}


def order_fault(world: World, asked: Mapping[str, Any]) -> object:
    """`{"operation": "ListOrders", "kind": "throttle", "count": 2, "skip": 1, …}`."""
    operation, kind = _given({"operation": "*", **asked}, "operation"), _given(asked, "kind")
    if operation not in {*_PLACES, *SPAPI, *MWS, *MWS_BUCKETS}:
        raise ValueError(f"operation: {operation!r} is none of Amazon's, nor of {', '.join(_PLACES)}")
    options = {name: value for name, value in asked.items() if name not in ("operation", "kind", "count", "skip")}
    if "seconds" in options:
        options["seconds"] = _number(options, "seconds")
    for name, value in options.items():
        if name not in _OPTIONS:
            raise ValueError(f"{name}: no such option; there are {', '.join(_OPTIONS)}")
        if not isinstance(value, _OPTIONS[name]):
            raise ValueError(f"{name}: expected another kind of value, got {value!r}")
        if name == "status" and value not in FEED_STATUSES:
            raise ValueError(f"status: {value!r} is none of {', '.join(FEED_STATUSES)}")
    if not is_charset(options.get("charset", "utf-8")):
        raise ValueError(f"charset: {options['charset']!r} is none")
    if not (-A_YEAR if kind == "wrong-clock" else 0) <= options.get("seconds", 0) <= A_YEAR:
        raise ValueError(f"seconds: expected at most a year, got {options['seconds']}")
    world.faults.order(operation, kind, count=_count(asked, "count", 1), skip=_count(asked, "skip", 0), **options)
    return owed(world, asked)


def owed(world: World, asked: Mapping[str, Any]) -> object:
    """The faults that were ordered and have not happened."""
    return {"owed": world.faults.owed()}


def forgive(world: World, asked: Mapping[str, Any]) -> object:
    """Forget every fault that is owed."""
    world.faults.clear()
    return owed(world, asked)


def drain(world: World, asked: Mapping[str, Any]) -> object:
    """`{"operation": "ListOrders"}`: its bucket is empty, as if another program had used it up."""
    world.drain(_given(asked, "operation"))
    return {"drained": asked["operation"]}


def plan(world: World, asked: Mapping[str, Any]) -> object:
    """`{"operation": "searchOrders", "rate": 1, "burst": 20}`: another quota than the published one."""
    world.plan(_given(asked, "operation"), _number(asked, "rate"), _count(asked, "burst"))
    return {"planned": asked["operation"]}


def reset(world_: World, asked: Mapping[str, Any]) -> object:
    """The world as it was at the start, at the present time."""
    world_.reset()
    return world(world_, asked)


#: Method, path below /_sim, what it does.
TABLE: Final[tuple[tuple[str, str, Told], ...]] = (
    ("GET", "/world", world),
    ("POST", "/clock", move_clock),
    ("GET", "/orders", orders),
    ("POST", "/orders", add_orders),
    ("GET", "/orders/{id}", order),
    ("POST", "/orders/{id}", change_order),
    ("GET", "/listings", listings),
    ("GET", "/listings/{sku:path}", listing),
    ("GET", "/feeds", feeds),
    ("GET", "/counts", counts),
    ("GET", "/faults", owed),
    ("POST", "/faults", order_fault),
    ("DELETE", "/faults", forgive),
    ("POST", "/drain", drain),
    ("POST", "/plan", plan),
    ("POST", "/reset", reset),
)


def _endpoint(world: World, tell: Told) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        status, answer = 200, None
        try:
            body = msgspec.json.decode(await request.body() or b"{}", type=dict[str, Any])
            ripen(world)
            answer = tell(world, {**request.query_params, **body, **request.path_params})
        except (ValueError, msgspec.MsgspecError) as error:
            status, answer = 400, {"error": str(error)}
        return Response(msgspec.json.encode(answer), status, media_type="application/json")

    return endpoint


def routes(world: World) -> Sequence[BaseRoute]:
    """The routes of the control plane over `world`."""
    return [
        *(Route(path, _endpoint(world, tell), methods=[method]) for method, path, tell in TABLE),
        Route("/{rest:path}", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


async def _unknown(request: Request) -> Response:
    known = ", ".join(f"{method} {path}" for method, path, _ in TABLE)
    text = f"no {request.method} {request.path_params['rest']} here; there are {known}"
    return Response(msgspec.json.encode({"error": text}), 404, media_type="application/json")
