"""The world: one seller's orders, listings and feeds at Amazon. It knows neither HTTP nor XML.

Everything that changes stands here and is replaced, never edited in place: records are frozen, the world holds the
present one. Faces read and write it through plain attributes; who may do what is their business.
"""

import random
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from amazon_wire.marketplaces import MARKETPLACES
from amazon_wire.quotas import MWS, SPAPI, Quota

from . import catalogue, seed
from .clock import Clock
from .credentials import Seller, seller
from .faults import Faults
from .orders import STATUSES, Order, Orders
from .quota import Quotas
from .records import Document, Feed, Listing

if TYPE_CHECKING:
    from .exchange import Handler

__all__ = ["Count", "Document", "Feed", "Listing", "World"]

HOME = "ATVPDKIKX0DER"


@dataclass(slots=True)
class Count:
    """How often an operation was asked, and with which codes it was refused."""

    requests: int = 0
    refused: Counter[str] = field(default_factory=Counter)


class World:
    """The seller's whole state, on a clock of its own: a shop of so many orders in one marketplace, from a seed.

    `own_developer`: seller and MWS developer are one, so that any auth token will do. `personal_data` false: the
    SP-API application lacks the restricted roles, so names, addresses and the like are silently absent. `shuffled`:
    MWS's elements come in any order, as Amazon allows itself.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 1,
        orders: int = 100,
        marketplace: str = HOME,
        quota: bool = True,
        own_developer: bool = False,
        personal_data: bool = True,
        shuffled: bool = False,
    ) -> None:
        self.seed = seed
        self.own_developer = own_developer
        self.personal_data = personal_data
        self.shuffled = shuffled
        self.clock = clock or Clock()
        self.place = MARKETPLACES[marketplace]
        self.site = self.place.domain.removeprefix("www.").capitalize()
        self.seller: Seller = seller(seed, marketplace)
        self.quotas = Quotas(self.clock, enforced=quota)
        self.faults = Faults()
        self.replay: Handler | None = None
        self._size = orders
        self._fill()

    def _fill(self) -> None:
        """The state at the start: the shop's listings and orders, no feeds, nothing counted."""
        products = catalogue.products(self.seed, self.place, self._size)
        opened = self.clock.at(self.clock.timestamp() - seed.HORIZON * 86_400)
        self.shop = seed.Shop(self.seed, self.place, products)
        self.listings: dict[str, Listing] = {p.sku: catalogue.listing(self.place, p, opened) for p in products}
        self.orders = Orders(
            seed.orders(self.seed, self.place, self._size, start=self.milliseconds()), self.shop.contents
        )
        self.feeds: dict[str, Feed] = {}
        self.queues: dict[str, list[str]] = {}  # feed type -> the feeds that have not ended, oldest first
        self.submissions = 0
        self.documents: dict[str, Document] = {}
        self.counts: dict[str, Count] = {}
        self.revoked: set[str] = set()  # access tokens that a fault let die early
        self._ids = random.Random(self.seed)  # noqa: S311 - ids that a seed repeats

    def replay_from(self, answers: "Handler") -> None:
        """Let recorded answers stand in for every operation; the seller then counts as registered everywhere."""
        self.replay = answers
        self.seller = replace(self.seller, participates=tuple(MARKETPLACES))

    def drain(self, operation: str) -> None:
        """Empty an operation's bucket, as if another program of the seller had used it up."""
        face, quota = self._published(operation)
        self.quotas.drain((face, operation, self.seller.id), self.quotas.plans.get(operation, quota))

    def plan(self, operation: str, rate: float, burst: int) -> None:
        """Give the seller another quota than the published one, as dynamic usage plans do; the clock's scale applies."""
        _, quota = self._published(operation)
        if rate <= 0 or burst < 1:
            raise ValueError(f"rate, burst: {rate}, {burst} are no quota")
        self.quotas.plans[operation] = quota._replace(rate=rate, burst=burst)

    @staticmethod
    def _published(operation: str) -> tuple[str, Quota]:
        for face, table in (("spapi", SPAPI), ("mws", MWS)):
            if operation in table:
                return face, table[operation]
        raise ValueError(f"operation: no quota for {operation}")

    def reset(self) -> None:
        """Begin anew at the clock's present time: orders, listings, feeds, quotas, faults, counts."""
        self._fill()
        self.quotas.clear()
        self.faults.clear()

    def milliseconds(self) -> int:
        """The world's time in milliseconds since 1970."""
        return int(self.clock.timestamp() * 1000)

    def change_order(self, order_id: str, *, status: str = "", **change: Any) -> Order:
        """Change an order's status or other fields; its last update is now. KeyError for an unknown id."""
        order = self.orders.get(order_id)
        if order is None:
            raise KeyError(order_id)
        if status and status not in STATUSES:
            raise ValueError(f"status: {status!r} is none of {', '.join(STATUSES)}")
        changed = order._replace(status=status or order.status, updated=self.milliseconds(), **change)
        self.orders.put(changed)
        return changed

    def add_orders(self, count: int, *, status: str = "Unshipped", lines: int = 0) -> list[Order]:
        """So many new orders, created now; each with `lines` lines where that is given."""
        if status not in STATUSES:
            raise ValueError(f"status: {status!r} is none of {', '.join(STATUSES)}")
        if not (0 <= count <= 100_000 and 0 <= lines <= 1_000):
            raise ValueError(f"count, lines: expected at most 100,000 orders of 1,000 lines, got {count} and {lines}")
        channel = "AFN" if status == "Unfulfillable" else "MFN"
        if status == "PartiallyShipped":
            lines = max(lines, 2)
        now, added = self.milliseconds(), []
        for _ in range(count):
            name = seed.order_id(self.place, self._ids, status)
            while self.orders.get(name):
                name = seed.order_id(self.place, self._ids, status)
            added.append(Order(name, len(self.orders), status, channel, now, now, lines=lines))
            self.orders.put(added[-1])
        return added

    def uuid(self) -> str:
        """A fresh id: request ids and the like."""
        return str(uuid.UUID(int=self._ids.getrandbits(128), version=4))

    def counted(self, operation: str) -> Count:
        """The count of one operation."""
        return self.counts.setdefault(operation, Count())

    def cfgs(self, endpoint: str) -> dict[str, dict[str, object]]:
        """Ready cfg objects by name: `spapi` and `mws`, one seller in one world."""
        rate = self.clock.scale
        scale: float | str = (int(rate) if rate == int(rate) else rate) if self.quotas.enforced else "none"
        return {name: self.seller.cfg(api, endpoint, scale) for name, api in (("spapi", "SP-API"), ("mws", "MWS"))}
