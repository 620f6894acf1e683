"""Get New And Updated Orders: a seller's orders of one status, from where the last run ended.

A run asks Amazon's window of updated orders page by page. Its place (API, filters, window, next token, border) is the
snapshot; the next run starts at the window's end as Amazon reported it. Both ends of a window are inclusive, so the
orders at the border are remembered by id and update time and left out once.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
import structlog
from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.amazon.orders import ALL_DATA, IncludedSets, Order, OrderRecord, included
from sellerport.amazon.port import Amazon, OrderQuery
from sellerport.contract import Call, Data, Emission, Snapshot, Trigger
from sellerport.errors import Problem, Rejected, Throttled
from sellerport.times import moment
from sellerport.triggers._place import Place, border_of, place_of
from sellerport.triggers._window import PAGES_AHEAD, TWO_MINUTES, Pages, is_wanted, iso_of, page_at, walked

log = structlog.get_logger()

Status = Literal[
    "Pending",
    "Shipped",
    "Unshipped",
    "PartiallyShipped",
    "Canceled",
    "Unfulfillable",
    "PendingAvailability",
    "InvoiceUnconfirmed",
]
EPOCH = "1970-01-01T00:00:00.000 +0000"
_JAPAN = {"PendingAvailability": "PendingAvailability (Japan only)"}
_CHINA = {"InvoiceUnconfirmed": "InvoiceUnconfirmed (China only)"}


class Fields(Struct, kw_only=True):
    """The step's form."""

    order_status: Annotated[
        Status,
        Meta(title="Order Status", description="Orders of this status.", extra_json_schema={"labels": _JAPAN | _CHINA}),
    ] = field(name="orderStatus")
    page_size: Annotated[
        Annotated[int, Meta(ge=1, le=100)],
        Meta(
            title="Maximum Orders per Page",
            description="Orders a request asks for, 1 to 100. A sample gets that many; a run gets all, page by page.",
            extra_json_schema={"placeholder": "100"},
        ),
    ] = field(name="maxOrdersPerPage", default=100)
    start_time: Annotated[
        str,
        Meta(
            title="Start Time",
            description="Orders updated from this time on. A snapshot wins over it.",
            extra_json_schema={"placeholder": EPOCH},
        ),
    ] = field(name="startTime", default=EPOCH)
    end_time: Annotated[
        str | UnsetType,
        Meta(
            title="End Time",
            description="Orders updated before this time.",
            extra_json_schema={"placeholder": "3000-01-01T00:00:00.000 +0000"},
        ),
    ] = field(name="endTime", default=UNSET)
    emit_behavior: Annotated[
        Literal["emitAll", "emitPage", "emitIndividually"],
        Meta(
            title="Emit Behavior",
            description="All orders in one message, a message a page, or a message an order. The last two hold memory flat.",
            extra_json_schema={
                "labels": {"emitAll": "Emit all", "emitPage": "Emit page", "emitIndividually": "Emit individually"},
                "prompt": "Default: Emit all",
            },
        ),
    ] = field(name="emitBehavior", default="emitAll")
    included_data: IncludedSets = field(name="includedData", default_factory=lambda: list(ALL_DATA))
    include_items: Annotated[
        Literal["yes", "no"],
        Meta(
            title="Include Items",
            description="MWS: fetch the items of each order too. With SP-API they always come.",
            extra_json_schema={"prompt": "Default: no"},
        ),
    ] = field(name="includeItems", default="no")


class Output(Struct):
    orders: Annotated[list[OrderRecord], Meta(title="Orders")]


def check_cfg(cfg: Mapping[str, Any]) -> list[Problem]:
    """What the form's types cannot say: times that cannot be read, a status that the API does not have."""
    problems = [p for name in ("startTime", "endTime") if (p := _unreadable(cfg.get(name), name))]
    if cfg.get("orderStatus") == "InvoiceUnconfirmed" and (cfg.get("api") or "SP-API") == "SP-API":
        text = "Expected a status that SP-API has; InvoiceUnconfirmed is China only, and only MWS had it"
        problems.append(Problem("cfg", "$.orderStatus", text))
    return problems


def _unreadable(value: Any, name: str) -> Problem | None:
    if value is None or value == "" or isinstance(value, list | dict):  # absent, or a type that the form refuses
        return None
    try:
        moment(str(value))
    except (ValueError, OverflowError):
        return Problem("cfg", f"$.{name}", f"Expected a time such as {EPOCH}, got {str(value)[:60]!r}")
    return None


async def run(call: Call, amazon: Amazon) -> AsyncGenerator[Emission, None]:
    """Emit the window's orders as the form says, and the place after each message."""
    fields: Fields = call.fields
    place = await place_of(call, amazon, _filters(fields), start=iso_of(moment(fields.start_time)))
    end = None if isinstance(fields.end_time, UnsetType) else iso_of(moment(fields.end_time))
    if place.token is None:
        place = replace(place, before=_sent(end, amazon))
    query = OrderQuery(fields.order_status, place.after, place.before, fields.page_size, included(fields.included_data))
    ended = place.token is None and end is not None and moment(end) <= moment(place.after)
    if ended:
        log.info("orders.window_ended", after=place.after, before=end)
    if call.sample != "no":
        async for emission in _sampled(call, amazon, query, None if ended else place, end):
            yield emission
    if ended or call.sample != "no":
        return
    emit = _gathered if fields.emit_behavior == "emitAll" else _by_page
    ahead = PAGES_AHEAD if fields.include_items == "yes" else 1
    walk = walked(amazon, query, place, end=end, ahead=ahead, deadline=call.deadline)
    async with aclosing(walk) as pages, aclosing(emit(call, amazon, pages)) as emissions:
        async for emission in emissions:
            yield emission


def _filters(fields: Fields) -> list[str]:
    end = "" if isinstance(fields.end_time, UnsetType) else iso_of(moment(fields.end_time))
    return [fields.order_status, end]


def _sent(end: str | None, amazon: Amazon) -> str | None:
    """The End Time as it is sent: Amazon refuses one that is younger than two minutes."""
    return None if end is None or moment(end) > amazon.clock.now() - TWO_MINUTES else end


async def _sampled(
    call: Call, amazon: Amazon, query: OrderQuery, place: Place | None, end: str | None
) -> AsyncIterator[Emission]:
    """One order request (none where the window has ended), and what it brought."""
    found = (await page_at(amazon, query, place))[0].orders if place else []
    orders = [order for order in found if is_wanted(order, query.status, end)]
    if not orders:
        if call.sample == "platform":
            raise Rejected(
                NOTHING_FOUND.format(status=query.status, after=query.after, marketplace=amazon.marketplace.id)
            )
        log.info("orders.sample_empty", status=query.status, after=query.after, marketplace=amazon.marketplace.id)
        return
    if call.fields.include_items == "yes":
        orders = await _sampled_items(amazon, orders)
    if call.fields.emit_behavior == "emitIndividually":
        for order in orders:
            yield Data(order)
    else:
        yield Data({"orders": orders})


NOTHING_FOUND = (
    "No object found. Execution stopped.\n"
    "This error is only applicable to the Retrieve Sample.\n"
    "In flow executions there will be no error, just an execution skip.\n"
    "Looked for {status} orders of marketplace {marketplace} updated from {after} on."
)


async def _sampled_items(amazon: Amazon, orders: list[Order]) -> list[Order]:
    """The orders with their items, as many as the quota gives without waiting."""
    whole: list[Order] = []
    try:
        async with aclosing(amazon.items_of_each(orders)) as complete:
            async for order in complete:
                whole.append(order)
    except Throttled:
        log.info("orders.sample_without_items", orders=len(orders) - len(whole))
    return whole + orders[len(whole) :]


async def _by_page(call: Call, amazon: Amazon, pages: Pages) -> AsyncGenerator[Emission, None]:
    """A message a page or an order, and the place after each page."""
    alone = call.fields.emit_behavior == "emitIndividually"
    async for orders, place in pages:
        async with aclosing(_complete(call, amazon, orders)) as complete:
            if alone:
                async for order in complete:
                    yield Data(order)
            elif orders:
                yield Data({"orders": [order async for order in complete]})
        yield await _snapshot(call, amazon, place)


async def _gathered(call: Call, amazon: Amazon, pages: Pages) -> AsyncGenerator[Emission, None]:
    """One message with all orders, then the place."""
    everything: list[Order] = []
    place: Place | None = None
    async for orders, reached in pages:
        place = reached
        async with aclosing(_complete(call, amazon, orders)) as complete:
            everything += [order async for order in complete]
        call.progress("orders", {"orders": len(everything)})
    if everything:
        yield Data({"orders": everything})
    if place is not None:
        yield await _snapshot(call, amazon, place)


async def _complete(call: Call, amazon: Amazon, orders: list[Order]) -> AsyncGenerator[Order, None]:
    """The orders, with their items where the form asks for them."""
    if call.fields.include_items == "no":
        for order in orders:
            yield order
        return
    async with aclosing(amazon.items_of_each(orders)) as complete:
        async for order in complete:
            yield order


async def _snapshot(call: Call, amazon: Amazon, place: Place) -> Snapshot:
    value: dict[str, Any] = place.value()
    limit = call.snapshot_limit
    if limit is not None and len(msgspec.json.encode(value)) > limit:
        value = await border_of(place, amazon, call.lock or "")
    return Snapshot(value)


TRIGGER = Trigger(
    title="Get New And Updated Orders",
    help=(
        "Emit the seller's orders of the chosen status that are new or updated since the last run. "
        "A run ends after 25 minutes at the latest and the next one goes on from there."
    ),
    order=100,
    run=run,
    fields=Fields,
    output=Output,
    check_cfg=check_cfg,
    operations={
        "MWS": ("ListOrders", "ListOrdersByNextToken", "ListOrderItems", "ListOrderItemsByNextToken"),
        "SP-API": ("searchOrders",),
    },
    example_fields={"orderStatus": "Shipped", "maxOrdersPerPage": "100"},
)
