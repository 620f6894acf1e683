"""Walks a window of updated orders page by page, ahead of who works on them, in bounded memory.

Whether an End Time has come is Amazon's clock to say, not ours: it is sent where it seems past, asked again without where
Amazon says it is not, and in either case no order that was updated later leaves the window.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import structlog

from sellerport.amazon.clock import Clock, iso
from sellerport.amazon.orders import STATUSES, Order
from sellerport.amazon.port import Amazon, OrderPage, OrderQuery, PlaceLost
from sellerport.errors import InvalidParameters, Rejected
from sellerport.times import moment
from sellerport.triggers._place import Place, is_time

log = structlog.get_logger()

T = TypeVar("T")
Pages = AsyncGenerator[tuple[list[Order], Place], None]
PAGES_AHEAD = 20  # searchOrders' burst; two thousand orders are some ten megabytes
TWO_MINUTES = 120.0  # seconds that Amazon's windows stay behind its time
_OTHERS = (
    "marketplace",
    "status",
    "result",
    "included",
    "token",
    "seller",
    "signature",
    "version",
)  # parameters, not times
SKEW = 900.0  # seconds that a clock here may be wrong: MWS refuses requests of another time altogether


async def walked(
    amazon: Amazon, query: OrderQuery, place: Place, *, end: str | None, ahead: int, deadline: float | None
) -> Pages:
    """Each page's new orders with the place that follows it; up to `ahead` pages are asked while one is worked on.

    `end` is the End Time, whether it is asked for or not.
    """
    queue: asyncio.Queue[tuple[list[Order], Place] | BaseException] = asyncio.Queue(ahead)
    asking = asyncio.ensure_future(_ask(amazon, query, place, end, queue))
    try:
        while True:
            page = await _in_time(queue.get(), amazon.clock, deadline)
            if isinstance(page, BaseException):
                raise page
            if page is None:
                return
            amazon.patience.lasts()
            yield page
            if page[1].token is None or (deadline is not None and amazon.clock.now() >= deadline):
                return
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def _in_time(coming: Coroutine[Any, Any, T], clock: Clock, deadline: float | None) -> T | None:
    """What comes before the deadline, or None."""
    if deadline is None:
        return await coming
    waited, late = asyncio.ensure_future(coming), asyncio.ensure_future(clock.sleep(deadline - clock.now()))
    try:
        await asyncio.wait({waited, late}, return_when=asyncio.FIRST_COMPLETED)
        return waited.result() if waited.done() else None
    finally:
        waited.cancel()
        late.cancel()
        await asyncio.gather(waited, late, return_exceptions=True)


async def _ask(
    amazon: Amazon,
    query: OrderQuery,
    place: Place,
    end: str | None,
    queue: "asyncio.Queue[tuple[list[Order], Place] | BaseException]",
) -> None:
    """Put page after page into the queue, as fast as its places and the quota allow; an error is put there too."""
    try:
        while True:
            page, place = await page_at(amazon, query, place)
            orders = [order for order in page.orders if is_wanted(order, query.status, end)]
            fresh = [order for order in orders if not place.has(order)]
            place = place.after_page(page, fresh, server_end=_server_end(page, query.after, end))
            await queue.put((fresh, place))
            if place.token is None:
                return
    except Exception as error:
        await queue.put(error)


async def page_at(amazon: Amazon, query: OrderQuery, place: Place) -> tuple[OrderPage, Place]:
    """The page at that place. A token that Amazon refuses is dropped once, and the window asked from its start.

    An End Time that Amazon refuses because it has not come yet is left out.
    """
    query = replace(query, before=place.before)
    try:
        page = await amazon.order_page(query, place.token)
    except PlaceLost as lost:
        if place.restarted:
            raise
        log.warning("orders.place_lost", code=lost.code, request_id=lost.request_id, after=place.after)
        return await page_at(amazon, query, place.from_start())
    except InvalidParameters as refused:
        if place.token is None and _not_begun(refused, place, amazon.clock):
            log.info("orders.window_not_begun", after=place.after, said=refused.message)
            return OrderPage([], None, place.after, None), place
        if place.token is None and amazon.patience.limit != 0 and _not_ended(refused, place, amazon.clock):
            log.info("orders.end_time_not_come", before=place.before, said=refused.message)
            return await page_at(amazon, query, replace(place, before=None))
        raise
    if page.token is not None and page.token == place.token:
        raise Rejected("Amazon gave the same next token twice; the rest of the orders cannot be reached")
    return page, place


def _not_begun(refused: InvalidParameters, place: Place, clock: Clock) -> bool:
    """Whether Amazon refuses the window because it starts within the last two minutes, or later, by whose clock ever."""
    said = refused.message.lower()
    told = "lastupdatedafter" in said and any(word in said for word in (" after ", " later ", " before "))
    vague = not any(word in said for word in _OTHERS)
    return told or (vague and moment(place.after) > clock.now() - TWO_MINUTES)


def _not_ended(refused: InvalidParameters, place: Place, clock: Clock) -> bool:
    """Whether Amazon may have refused the window because it ends within the last two minutes, or later, by its clock."""
    if place.before is None:
        return False
    return "lastupdatedbefore" in refused.message.lower() or moment(place.before) > clock.now() - TWO_MINUTES - SKEW


def _server_end(page: OrderPage, after: str, end: str | None) -> str:
    """The window's end as Amazon tells it, or its own time less two minutes where the answer lacks it.

    A window ends at its End Time at the latest, and never before it starts.
    """
    if page.until is not None and is_time(page.until):
        told = page.until if page.until.endswith("Z") and "T" in page.until else iso_of(moment(page.until))
    else:
        told = iso_of(int(page.server_time - TWO_MINUTES)) if page.server_time else after
    return max(after, min(told, end or told, key=moment), key=moment)


def is_wanted(order: Order, status: str, end: str | None) -> bool:
    """Whether the order has the status and is not younger than the End Time.

    A status or a time that cannot be told passes: Amazon sends neighbours too, and nothing may be lost.
    """
    said, updated = order.get("orderStatus"), order.get("lastUpdateDate")
    if end is not None and is_time(updated) and moment(str(updated)) > moment(end):
        return False
    return said == status or not (isinstance(said, str) and said in STATUSES)


def iso_of(seconds: float) -> str:
    """The time as Amazon takes it, with milliseconds only where there are some."""
    return iso(seconds, milliseconds=not float(seconds).is_integer())
