"""The few operations of Amazon that a trigger or an action may use, whatever the protocol."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sellerport.amazon.clock import Clock
from sellerport.amazon.feeds import Marketplace
from sellerport.amazon.orders import Order, OrderItem
from sellerport.amazon.patience import Patience
from sellerport.amazon.shelf import Shelf
from sellerport.errors import Rejected

if TYPE_CHECKING:
    from sellerport.amazon.submission.feeding import Feeds


class PlaceLost(Rejected):
    """Amazon refuses a next token: it is too old or not its own. The window has to be asked again from its start."""


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """Which orders: of one status, updated from `after` up to `before` (Amazon's ISO 8601), `page_size` a page.

    `included` names SP-API's data sets.
    """

    status: str
    after: str
    before: str | None = None
    page_size: int = 100
    included: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders of every status that Amazon sent, the token of the next, the window's end as Amazon says it.

    `until` is None where the answer lacks it; `server_time` is the answer's Date in epoch seconds.
    """

    orders: list[Order] = field(repr=False)
    token: str | None
    until: str | None
    server_time: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up of orders by id brought: orders by id, and errors by id. An id in neither is unknown to Amazon."""

    orders: dict[str, Order] = field(repr=False)
    errors: dict[str, Exception] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Participations:
    """The marketplaces of an account: id -> whether the seller takes part, and those where his listings are suspended.

    `server_time` is the answer's Date in epoch seconds.
    """

    marketplaces: dict[str, bool]
    server_time: float | None
    suspended: frozenset[str] = frozenset()


class Amazon(Protocol):
    """One seller in one marketplace."""

    @property
    def api(self) -> str:
        """`SP-API` or `MWS`."""
        ...

    @property
    def marketplace(self) -> Marketplace:
        """The place, with its currency, language and region."""
        ...

    @property
    def clock(self) -> Clock:
        """The time by which the run goes."""
        ...

    @property
    def shelf(self) -> Shelf:
        """Small values that outlive the run."""
        ...

    @property
    def patience(self) -> Patience:
        """How long the run waits."""
        ...

    @property
    def feeds(self) -> "Feeds":
        """The seller's feeds and single listings."""
        ...

    async def order_page(self, query: OrderQuery, token: str | None = None) -> OrderPage:
        """One page; PlaceLost where a token is refused."""
        ...

    async def orders_of(self, ids: Sequence[str], included: tuple[str, ...] = ()) -> Found:
        """The orders of those ids, with as few requests as Amazon allows."""
        ...

    async def order_items(self, order_id: str) -> list[OrderItem]:
        """All items of one order; Rejected where Amazon does not know the order."""
        ...

    def items_of_each(self, orders: Sequence[Order]) -> AsyncGenerator[Order, None]:
        """The orders in their order, each with its `orderItems`, asked for where they are not there yet."""
        ...

    async def participations(self) -> Participations:
        """The marketplaces of the seller's account."""
        ...

    async def definition(self, product_type: str, *, requirements: str = "LISTING", enforced: bool = True) -> bytes:
        """The JSON Schema of a product type's attributes; InvalidParameters or Rejected where Amazon does not know it."""
        ...

    async def product_types(self, keywords: Sequence[str]) -> dict[str, str]:
        """The product types that Amazon finds by keywords, all without any: name -> name for people."""
        ...
