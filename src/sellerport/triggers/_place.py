"""Where a run of the orders trigger stands: its window, the next page, and the orders at the window's border.

A place is what the snapshot holds. It survives a change of credentials or filters: then only the next token is dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from sellerport.amazon.clock import iso
from sellerport.amazon.orders import Order
from sellerport.amazon.port import Amazon, OrderPage
from sellerport.contract import Call
from sellerport.times import moment

Mark = tuple[str, str]  # order id, update time
BORDER = 1.0  # seconds: an update time may be told without its milliseconds


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a window. `until` is its end as Amazon told it with the first page (None before that).

    `before` is the End Time as it was sent with the first page: Amazon wants it again with the token, or not at all.
    `border` holds the orders that the last window emitted at its end, `reached` those of this one.
    """

    api: str
    filters: tuple[str, ...]
    after: str
    token: str | None = None
    until: str | None = None
    before: str | None = None
    border: frozenset[Mark] = frozenset()
    reached: frozenset[Mark] = frozenset()
    restarted: bool = False

    def has(self, order: Order) -> bool:
        """Whether the last window emitted this very state of the order already."""
        return _mark(order) in self.border

    def after_page(self, page: OrderPage, fresh: list[Order], *, server_end: str) -> "Place":
        """The place once a page is emitted: the next page, or the next window."""
        until = self.until or server_end
        reached = self.reached | {_mark(order) for order in fresh if _at_border(order, until)}
        if page.token is not None:
            return replace(self, token=page.token, until=until, reached=reached)
        kept = {mark for mark in self.border if _seconds(mark[1]) >= _seconds(until) - BORDER}
        return Place(self.api, self.filters, until, border=frozenset(reached | kept))

    def from_start(self) -> "Place":
        """The same window from its first page."""
        return replace(self, token=None, until=None, reached=frozenset(), restarted=True)

    def value(self) -> dict[str, Any]:
        """The place as a snapshot."""
        said: dict[str, Any] = {"api": self.api, "filters": list(self.filters), "lastUpdatedAfter": self.after}
        if self.token is not None:
            said |= {"nextToken": self.token, "lastUpdatedBefore": self.until}
            said |= {"endTime": self.before} if self.before else {}
        if self.border:
            said["border"] = sorted(self.border)
        if self.reached:
            said["reached"] = sorted(self.reached)
        return said


async def place_of(call: Call, amazon: Amazon, filters: list[str], *, start: str) -> Place:
    """The place to start from: the snapshot's, or the window that begins at the start time."""
    own = Place(amazon.api, (amazon.marketplace.id, *filters), start)
    said = call.snapshot
    if call.sample != "no" or not isinstance(said, Mapping) or not is_time(said.get("lastUpdatedAfter")):
        return own
    if isinstance(said.get("kept"), str):
        kept = await amazon.shelf.kept(said["kept"])
        said = {**said, **(msgspec.json.decode(kept.value) if kept else {})}
    place = replace(own, after=said["lastUpdatedAfter"], border=_marks(said.get("border")))
    same = said.get("api") == own.api and said.get("filters") == list(own.filters)
    if not same or not isinstance(said.get("nextToken"), str) or not is_time(said.get("lastUpdatedBefore")):
        return place
    before = said["endTime"] if is_time(said.get("endTime")) else None
    reached = _marks(said.get("reached"))
    return replace(place, token=said["nextToken"], until=said["lastUpdatedBefore"], before=before, reached=reached)


async def border_of(place: Place, amazon: Amazon, lock: str) -> dict[str, Any]:
    """The place as a snapshot with its border kept in the store, where it is too long for the platform."""
    name = f"border:{lock}:{place.after}:{place.until or ''}"
    said = place.value()
    await amazon.shelf.keep(
        name, msgspec.json.encode({"border": said.pop("border", []), "reached": said.pop("reached", [])})
    )
    return said | {"kept": name}


def _mark(order: Order) -> Mark:
    return str(order.get("amazonOrderId")), _spelled(str(order.get("lastUpdateDate")))


def _spelled(text: str) -> str:
    """A time in one spelling, whichever Amazon told it in; what is no time stays as it came."""
    seconds = _seconds(text)
    return text if seconds == float("inf") else iso(seconds)


def _marks(said: Any) -> frozenset[Mark]:
    pairs = said if isinstance(said, list) else []
    return frozenset(
        (str(pair[0]), _spelled(str(pair[1]))) for pair in pairs if isinstance(pair, list | tuple) and len(pair) == 2
    )


def _at_border(order: Order, until: str) -> bool:
    return _seconds(str(order.get("lastUpdateDate"))) >= _seconds(until) - BORDER


def _seconds(text: str) -> float:
    """Epoch seconds; an update time that cannot be read counts as at the border."""
    try:
        return moment(text)
    except (ValueError, OverflowError):
        return float("inf")


def is_time(value: Any) -> bool:
    """Whether it is a time that can be read."""
    return isinstance(value, str) and _seconds(value) != float("inf")
