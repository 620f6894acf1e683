"""The port over MWS: Orders 2013-09-01 and Sellers 2011-07-01, signed with Signature Version 2.

Facts: MWS developer guide and the pages of each operation; recorded exchanges where they differ.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from sellerport.amazon.account import Account
from sellerport.amazon.clock import Clock, iso
from sellerport.amazon.exchange import Exchange
from sellerport.amazon.feeds import Marketplace
from sellerport.amazon.http import Answer, Request, unlike
from sellerport.amazon.mws import orders as record
from sellerport.amazon.mws.sign import signed
from sellerport.amazon.orders import Order, OrderItem
from sellerport.amazon.paging import all_pages
from sellerport.amazon.patience import Patience
from sellerport.amazon.port import Found, OrderPage, OrderQuery, Participations, PlaceLost
from sellerport.amazon.servertime import date
from sellerport.amazon.shelf import Shelf
from sellerport.amazon.xml import Node, child, children, parse, text
from sellerport.errors import AmazonError, Denied, InputError, InvalidParameters, Rejected, Throttled, turned

if TYPE_CHECKING:
    from sellerport.amazon.submission.feeding import Feeds

T = TypeVar("T")
ORDERS = ("/Orders/2013-09-01", "2013-09-01")
SELLERS = ("/Sellers/2011-07-01", "2011-07-01")
IDS_A_REQUEST = 50
_ORDER_ID = re.compile(r"[0-9A-Z]{3}-[0-9]{7}-[0-9]{7}$")
ITEMS_AT_ONCE = 30  # the burst of ListOrderItems
_TOGETHER = ("Unshipped", "PartiallyShipped")  # MWS wants these two asked together


@dataclass(frozen=True, slots=True)
class Keys:
    """The developer's keys and the seller's token."""

    access: str = field(repr=False)
    secret: str = field(repr=False)
    token: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Mws:
    """One seller's MWS."""

    account: Account
    marketplace: Marketplace
    keys: Keys
    exchange: Exchange
    shelf: Shelf
    api: str = "MWS"

    @property
    def clock(self) -> Clock:
        return self.account.clock

    @property
    def patience(self) -> Patience:
        return self.exchange.patience

    @property
    def feeds(self) -> "Feeds":
        from sellerport.amazon.mws.feeds import feeds_of

        return feeds_of(self)

    async def order_page(self, query: OrderQuery, token: str | None = None) -> OrderPage:
        floor = self.account.check_delay
        if token is not None:
            return await self._by_token("ListOrdersByNextToken", token, read=_page, floor=floor)
        return await self.ask(ORDERS, "ListOrders", _list_orders(query, self.marketplace.id), read=_page, floor=floor)

    async def _by_token(self, action: str, token: str, *, read: Callable[[Answer], T], floor: float = 0.0) -> T:
        """What a next token leads to; PlaceLost where MWS does not take it: the list is asked anew then."""
        try:
            return await self.ask(ORDERS, action, {"NextToken": token}, read=read, floor=floor)
        except (InvalidParameters, Rejected) as error:
            if error.status not in (400, 404):
                raise
            raise turned(error, PlaceLost) from error

    async def orders_of(self, ids: Sequence[str], included: tuple[str, ...] = ()) -> Found:
        batches = [list(ids[start : start + IDS_A_REQUEST]) for start in range(0, len(ids), IDS_A_REQUEST)]
        found: dict[str, Order] = {}
        errors: dict[str, Exception] = {}
        for batch in batches:
            await self._batch(batch, found, errors)
        return Found(found, errors)

    async def _batch(self, ids: list[str], found: dict[str, Order], errors: dict[str, Exception]) -> None:
        """One GetOrder; a batch that MWS refuses for one id is halved until that id stands alone.

        Orders whose ids cannot be read, as in published recordings, stand for the ids that nothing else answers.
        """
        try:
            orders = await self.ask(ORDERS, "GetOrder", numbered("AmazonOrderId.Id", ids), read=_orders)
        except Throttled:
            raise
        except (AmazonError, InvalidParameters) as error:
            if isinstance(error, Denied) and not found:  # an account that may not: the next batch would fare no better
                raise
            if len(ids) > 1 and error.status == 400:
                await self._batch(ids[: len(ids) // 2], found, errors)
                await self._batch(ids[len(ids) // 2 :], found, errors)
            else:
                errors |= dict.fromkeys(ids, error)
            return
        named = {str(order.get("amazonOrderId")): order for order in orders}
        found |= named
        strange = [name for name in named.keys() - set(ids) if _ORDER_ID.match(name)]
        if strange:  # an answer to another question: it says nothing of the ids that it lacks
            foreign = Rejected(f"the answer to GetOrder holds order {min(strange)}, which was not asked for")
            errors |= dict.fromkeys([name for name in ids if name not in named], foreign)
            return
        unreadable = [order for order in orders if not _ORDER_ID.match(str(order.get("amazonOrderId")))]
        found |= dict(zip([i for i in ids if i not in named], unreadable, strict=False))

    async def order_items(self, order_id: str) -> list[OrderItem]:
        try:
            try:
                return await self._order_items(order_id)
            except PlaceLost:
                return await self._order_items(order_id)
        except AmazonError as error:
            if order_id not in error.message:
                error.message += f" (items of order {order_id})"
            raise

    async def _order_items(self, order_id: str) -> list[OrderItem]:
        """All items, page after page; PlaceLost where a next token is not taken."""

        def read(answer: Answer) -> tuple[list[OrderItem], str | None]:
            return _items(answer, order_id)

        async def ask(token: str | None) -> tuple[list[OrderItem], str | None]:
            if token is not None:
                return await self._by_token("ListOrderItemsByNextToken", token, read=read)
            try:
                return await self.ask(ORDERS, "ListOrderItems", {"AmazonOrderId": order_id}, read=read)
            except InvalidParameters as error:
                raise turned(error, Rejected) from error

        return await all_pages(ask, f"the items of {order_id}")

    async def items_of_each(self, orders: Sequence[Order]) -> AsyncGenerator[Order, None]:
        """Asked several at a time, up to the burst, and yielded in order; refused items are an error, never left out.

        The first is asked alone: where another program has used the quota up, one refusal tells.
        """
        places = asyncio.Semaphore(ITEMS_AT_ONCE)

        async def whole(order: Order) -> Order:
            async with places:
                return {**order, "orderItems": await self.order_items(str(order.get("amazonOrderId")))}

        if not orders:
            return
        first = await whole(orders[0])
        tasks = [asyncio.create_task(whole(order)) for order in orders[1:]]
        try:
            yield first
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def participations(self) -> Participations:
        return await self.ask(SELLERS, "ListMarketplaceParticipations", {}, read=_participations)

    async def definition(self, product_type: str, *, requirements: str = "LISTING", enforced: bool = True) -> bytes:
        raise InputError(f"productType: MWS has no product types such as {product_type}; SP-API has")

    async def product_types(self, keywords: Sequence[str]) -> dict[str, str]:
        return {}

    async def ask(
        self,
        api: tuple[str, str],
        action: str,
        parameters: Mapping[str, str],
        *,
        read: Callable[[Answer], T],
        safe: bool = True,
        floor: float = 0.0,
    ) -> T:
        """One operation: what `read(answer)` makes of its answer. All parameters go in the body."""

        async def make() -> Request:
            path, body = api[0], self.signed(api, action, parameters)
            return Request("POST", f"{self.account.endpoint}{path}", self.headers(FORM), body.encode())

        return await self.exchange.send(action, make, read, safe=safe, floor=floor)

    def signed(self, api: tuple[str, str], action: str, parameters: Mapping[str, str]) -> str:
        """The whole query of a POST to the API, with who asks, when, and the signature."""
        path, version = api
        own = {"MWSAuthToken": self.keys.token} if self.keys.token else {}
        everything = {
            **parameters,
            **own,
            "Action": action,
            "AWSAccessKeyId": self.keys.access,
            "SellerId": self.account.seller_id,
            "SignatureMethod": "HmacSHA256",
            "SignatureVersion": "2",
            "Timestamp": iso(self.clock.now()),
            "Version": version,
        }
        return signed(self.keys.secret, method="POST", host=self.account.host, path=path, parameters=everything)

    def headers(self, content_type: str) -> dict[str, str]:
        """The headers of every request."""
        return {"Content-Type": content_type, "User-Agent": self.account.user_agent}


FORM = "application/x-www-form-urlencoded; charset=utf-8"


def numbered(name: str, values: Sequence[str]) -> dict[str, str]:
    """A list as MWS takes it: `Name.1`, `Name.2` …"""
    return {f"{name}.{number}": value for number, value in enumerate(values, 1)}


def _list_orders(query: OrderQuery, marketplace: str) -> dict[str, str]:
    statuses = _TOGETHER if query.status in _TOGETHER else (query.status,)
    before = {"LastUpdatedBefore": query.before} if query.before else {}
    return {
        "LastUpdatedAfter": query.after,
        **before,
        **numbered("OrderStatus.Status", statuses),
        **numbered("MarketplaceId.Id", [marketplace]),
        "MaxResultsPerPage": str(query.page_size),
    }


def result(answer: Answer) -> Node:
    """The `…Result` element of a response; Rejected where the answer has none."""
    root = parse(answer.body)
    found = next((node for node in root if str(node.tag).endswith("Result")), None)
    if found is None:
        raise unlike(answer, "holds no result")
    return found


def _listed(answer: Answer, name: str) -> tuple[Node, Node]:
    """The result and the list of that name in it; Rejected where there is no such list."""
    found = result(answer)
    entries = child(found, name)
    if entries is None or (entries.text or "").strip():
        raise unlike(answer, f"holds no list {name}")
    return found, entries


def _page(answer: Answer) -> OrderPage:
    found, entries = _listed(answer, "Orders")
    return OrderPage(
        _orders_in(entries), text(found, "NextToken") or None, text(found, "LastUpdatedBefore") or None, date(answer)
    )


def _orders(answer: Answer) -> list[Order]:
    return _orders_in(_listed(answer, "Orders")[1])


def _orders_in(entries: Node) -> list[Order]:
    return [record.order(node) for node in children(entries, "Order")]


def _items(answer: Answer, order_id: str) -> tuple[list[OrderItem], str | None]:
    found, entries = _listed(answer, "OrderItems")
    told = text(found, "AmazonOrderId") or ""
    if told != order_id and _ORDER_ID.match(told):
        raise unlike(answer, f"holds the items of order {told} instead of {order_id}")
    return [record.item(node) for node in children(entries, "OrderItem")], text(found, "NextToken") or None


def _participations(answer: Answer) -> Participations:
    _, found = _listed(answer, "ListParticipations")
    suspended = {
        text(node, "MarketplaceId") or "": text(node, "HasSellerSuspendedListings") == "Yes"
        for node in children(found, "Participation")
    }
    off = frozenset(place for place, is_off in suspended.items() if is_off)
    return Participations(dict.fromkeys(suspended, True), date(answer), off)
