"""Orders: compact records in the order of their last change, and what is in them, worked out when somebody looks.

A shop of 25,000 orders must start at once and page quickly, so an Order holds only what is searched by or changes; its
buyer, address and lines follow from the seed and its number.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from .catalogue import Product
from .people import Address

#: MWS's words; SP-API's face has its own spelling.
STATUSES: Final = (
    "PendingAvailability",
    "Pending",
    "Unshipped",
    "PartiallyShipped",
    "Shipped",
    "InvoiceUnconfirmed",
    "Canceled",
    "Unfulfillable",
)
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
NONE_CANCELLED: Final[Mapping[str, tuple[int, str]]] = MappingProxyType({})


class Order(NamedTuple):
    """One order. Times are milliseconds since 1970; `number` is what its contents are drawn from."""

    id: str
    number: int
    status: str
    channel: str  # MFN or AFN
    created: int
    updated: int
    seller_order_id: str = ""
    merchant_items: Mapping[str, str] = NOTHING  # order item id -> the seller's own id
    cancelled: Mapping[str, tuple[int, str]] = NONE_CANCELLED  # order item id -> quantity, reason
    lines: int = 0  # how many lines, where somebody said so


class Line(NamedTuple):
    """One item of an order; amounts are line totals in the currency's smallest unit."""

    id: str
    product: Product
    ordered: int
    shipped: int
    price: int
    tax: int
    shipping: int = 0
    shipping_tax: int = 0
    shipping_discount: int = 0
    discount: int = 0
    discount_tax: int = 0
    promotion: str = ""
    wrap: int = 0
    wrap_tax: int = 0
    wrap_level: str = ""
    gift_message: str = ""
    cod_fee: int = 0
    points: int = 0
    serial: str = ""
    cancel_reason: str = ""

    @property
    def total(self) -> int:
        """What the buyer pays for the line before taxes that come on top."""
        return self.price + self.shipping + self.wrap + self.cod_fee - self.discount - self.shipping_discount


class Contents(NamedTuple):
    """What is in an order."""

    buyer: str
    email: str
    address: Address
    lines: tuple[Line, ...]
    level: str  # MWS's ShipmentServiceLevelCategory
    ship_by: tuple[int, int]
    deliver_by: tuple[int, int]
    prime: bool
    business: bool
    purchase_order: str
    premium: bool
    payment: str  # COD, CVS or Other
    replaces: str
    tax_on_top: bool

    @property
    def total(self) -> int:
        """The order total."""
        taxes = sum(line.tax + line.shipping_tax + line.wrap_tax - line.discount_tax for line in self.lines)
        return sum(line.total for line in self.lines) + (taxes if self.tax_on_top else 0)


Place = tuple[int, str]


class Orders:
    """The orders of a shop, found by id and paged in the order of creation or last change."""

    def __init__(self, orders: Iterable[Order], contents: Callable[[Order], Contents]) -> None:
        self._by_id = {order.id: order for order in orders}
        self._updated: list[Place] = sorted((order.updated, order.id) for order in self._by_id.values())
        self._created: list[Place] = sorted((order.created, order.id) for order in self._by_id.values())
        self._contents = contents

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, order_id: str) -> Order | None:
        """The order of that id."""
        return self._by_id.get(order_id)

    def all(self) -> list[Order]:
        """Every order, the one changed longest ago first."""
        return [self._by_id[order_id] for _, order_id in self._updated]

    def contents(self, order: Order) -> Contents:
        """Buyer, address, lines and windows of an order."""
        return self._contents(order)

    def put(self, order: Order) -> None:
        """Add an order, or replace the one of its id."""
        old = self._by_id.get(order.id)
        if old is not None:
            del self._updated[bisect_left(self._updated, (old.updated, old.id))]
            del self._created[bisect_left(self._created, (old.created, old.id))]
        self._by_id[order.id] = order
        insort(self._updated, (order.updated, order.id))
        insort(self._created, (order.created, order.id))

    def page(
        self, first: Place, last: int, *, by_creation: bool, most: int, fits: Callable[[Order], bool]
    ) -> tuple[list[Order], Place | None]:
        """At most `most` orders from the place `first` to the time `last`, and the place of the next page's first."""
        index = self._created if by_creation else self._updated
        found: list[Order] = []
        for at in range(bisect_left(index, first), len(index)):
            place = index[at]
            if place[0] > last:
                break
            order = self._by_id[place[1]]
            if fits(order):
                if len(found) == most:
                    return found, place
                found.append(order)
        return found, None


def fitting(statuses: Collection[str], channels: Collection[str]) -> Callable[[Order], bool]:
    """A filter by status and channel; an empty one lets everything pass."""

    def fits(order: Order) -> bool:
        return (not statuses or order.status in statuses) and (not channels or order.channel in channels)

    return fits
