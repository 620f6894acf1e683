"""Orders 2026-01-01: searchOrders and getOrder."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from sellersim import tokens
from sellersim.clock import iso_ms
from sellersim.exchange import Answer, Ask, Refusal
from sellersim.orders import Place, fitting
from sellersim.world import World

from . import write
from .order_json import CHANNEL, SETS, STATUS, order_json
from .params import csv, integer, invalid, moment

ORDER_ID: Final = re.compile(r"[0-9A-Z]{3}-\d{7}-\d{7}")
MARGIN: Final = 120_000  # milliseconds: the youngest end of a window
TWO_YEARS: Final = 731 * 86_400_000
#: Here orders are kept since 2016 instead of two years.
KEPT_LONG: Final = frozenset({"JP", "AU", "SG"})
#: What may change from page to page.
FREE: Final = frozenset({"paginationToken", "maxResultsPerPage", "includedData"})
FAMILIES: Final = (("lastUpdated", False), ("created", True))


def _family(ask: Ask) -> tuple[str, bool]:
    """Which kind of window is asked: `lastUpdated` or `created`, never both."""
    asked = [f for f in FAMILIES if f"{f[0]}After" in ask.params or f"{f[0]}Before" in ask.params]
    if len(asked) > 1:
        raise invalid("createdAfter and createdBefore cannot be combined with lastUpdatedAfter and lastUpdatedBefore.")
    if not asked or f"{asked[0][0]}After" not in ask.params:
        raise invalid("Either createdAfter or lastUpdatedAfter must be provided.")
    return asked[0]


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _window(world: World, ask: Ask, family: str) -> tuple[int, int]:
    """After and before in milliseconds; before is two minutes ago where it is not given."""
    after, before = moment(ask, f"{family}After"), moment(ask, f"{family}Before")
    latest = world.milliseconds() - MARGIN
    end = latest if before is None else _milliseconds(before)
    if end > latest:
        raise invalid(f"{family}Before must be at least two minutes before the time of the request.")
    start = _milliseconds(after) if after else 0
    if start > end:
        raise invalid(f"{family}After must not be later than {family}Before.")
    return start, end


def _filters(ask: Ask) -> str:
    return msgspec.json.encode(sorted((k, v) for k, v in ask.params.items() if k not in FREE)).decode()


def _place(world: World, ask: Ask, start: int, end: int) -> tuple[Place, int]:
    """Where this page begins and where the window ends: by the token, or at the window's start."""
    token = ask.params.get("paginationToken")
    if token is None:
        return (start, ""), end
    try:
        held: Mapping[str, Any] = tokens.unseal(world, "searchOrders", token)
    except tokens.Expired as error:
        raise invalid("The paginationToken has expired.") from error
    except tokens.Corrupted as error:
        raise invalid("The paginationToken is not valid.") from error
    if held["filters"] != _filters(ask):
        raise invalid("The paginationToken belongs to a request with other parameters.")
    at, order_id = held["place"]
    return (at, order_id), held["end"]


def search(world: World, ask: Ask) -> Answer:
    """searchOrders: a page of the window, the one changed (or created) longest ago first."""
    family, by_creation = _family(ask)
    start, end = _window(world, ask, family)
    sets = csv(ask, "includedData", allowed=SETS)
    wanted = csv(ask, "fulfillmentStatuses", allowed=STATUS.values())
    channels = csv(ask, "fulfilledBy", allowed=CHANNEL.values())
    csv(ask, "marketplaceIds", most=50)
    most = integer(ask, "maxResultsPerPage", 1, 100, default=100)
    place, end = _place(world, ask, start, end)
    statuses = {mine for mine, theirs in STATUS.items() if not wanted or theirs in wanted}
    fits = fitting(statuses, {mine for mine, theirs in CHANNEL.items() if theirs in channels})
    oldest = 0 if world.place.country in KEPT_LONG else world.milliseconds() - TWO_YEARS
    here = not ask.marketplaces or world.place.id in ask.marketplaces
    found, following = world.orders.page(
        place, end, by_creation=by_creation, most=most, fits=lambda o: here and o.created >= oldest and fits(o)
    )
    body: dict[str, Any] = {"orders": [order_json(world, order, sets) for order in found]}
    if following:
        held = {"filters": _filters(ask), "place": following, "end": end}
        body["pagination"] = {"nextToken": tokens.seal(world, "searchOrders", held)}
    body[f"{family}Before"] = iso_ms(end)
    return write.json_answer(200, body)


def get(world: World, ask: Ask) -> Answer:
    """getOrder: one order with its items."""
    if not ORDER_ID.fullmatch(ask.path["orderId"]):
        raise invalid(f"Order id '{ask.path['orderId']}' is not valid.")
    sets = csv(ask, "includedData", allowed=SETS)
    order = world.orders.get(ask.path["orderId"])
    if order is None or order.status not in STATUS:
        raise Refusal(404, "NotFound", f"Order {ask.path['orderId']} was not found.")
    return write.json_answer(200, {"order": order_json(world, order, sets)})
