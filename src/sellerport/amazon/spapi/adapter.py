"""The port over SP-API: Orders 2026-01-01 and Sellers v1. Signs nothing, needs no restricted token.

Facts: Amazon's models `orders_2026-01-01` and `sellers_v1`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from sellerport.amazon.account import Account
from sellerport.amazon.clock import Clock
from sellerport.amazon.exchange import Exchange, NoTurns
from sellerport.amazon.feeds import Marketplace
from sellerport.amazon.http import Answer, Request, Transport, unlike
from sellerport.amazon.orders import STATUSES, Order, OrderItem
from sellerport.amazon.patience import Patience
from sellerport.amazon.port import Found, OrderPage, OrderQuery, Participations, PlaceLost
from sellerport.amazon.servertime import date
from sellerport.amazon.shelf import Shelf
from sellerport.amazon.spapi import orders as record
from sellerport.amazon.spapi import token as lwa
from sellerport.amazon.spapi.refusal import json_of
from sellerport.errors import AmazonError, Denied, InvalidParameters, Rejected, Throttled, turned

if TYPE_CHECKING:
    from sellerport.amazon.submission.feeding import Feeds

T = TypeVar("T")
ORDERS = "/orders/2026-01-01/orders"
AT_ONCE = 8  # orders that are looked up at a time


@dataclass(frozen=True, slots=True)
class SpApi:
    """One seller's SP-API."""

    account: Account
    marketplace: Marketplace
    login: lwa.Login = field(repr=False)
    tokens: lwa.Tokens = field(repr=False)
    exchange: Exchange
    shelf: Shelf
    api: str = "SP-API"

    @property
    def clock(self) -> Clock:
        return self.account.clock

    @property
    def patience(self) -> Patience:
        return self.exchange.patience

    @property
    def feeds(self) -> "Feeds":
        from sellerport.amazon.spapi.feeds import feeds_of

        return feeds_of(self)

    async def order_page(self, query: OrderQuery, token: str | None = None) -> OrderPage:
        try:
            return await self.ask("searchOrders", "GET", ORDERS, _search(query, self.marketplace.id, token), read=_page,
                                  floor=self.account.check_delay)  # fmt: skip
        except InvalidParameters as error:
            if token is None:
                raise
            raise turned(error, PlaceLost) from error

    async def orders_of(self, ids: Sequence[str], included: tuple[str, ...] = ()) -> Found:
        found: dict[str, Order] = {}
        errors: dict[str, Exception] = {}
        for order_id, order in zip(ids, await self._each(ids, included), strict=True):
            if not isinstance(order, Exception):
                found[order_id] = order
            elif not (isinstance(order, Rejected) and order.status == 404 and order.code):
                errors[order_id] = order
        return Found(found, errors)

    async def _each(
        self, ids: Sequence[str], included: tuple[str, ...]
    ) -> list[Order | AmazonError | InvalidParameters]:
        """One call an id, several at a time. A used-up quota fails the whole, and an account that may look up none.

        The first is asked alone: where another program has used the quota up, one refusal tells.
        """
        places = asyncio.Semaphore(AT_ONCE)
        came: list[bool] = []

        async def one(order_id: str) -> Order | AmazonError | InvalidParameters:
            async with places:
                try:
                    order = await self._order(order_id, included)
                except Throttled:
                    raise
                except Denied as denied:
                    came.append(False)
                    if len(came) >= AT_ONCE and not any(came):
                        raise
                    return denied
                except (AmazonError, InvalidParameters) as error:
                    return error
                came.append(True)
                return order

        return [await one(ids[0]), *await _gathered([one(order_id) for order_id in ids[1:]])] if ids else []

    async def _order(self, order_id: str, included: tuple[str, ...]) -> Order:
        path = f"{ORDERS}/{quote(order_id, safe='')}"
        order = await self.ask("getOrder", "GET", path, {"includedData": ",".join(included)}, read=_order)
        if order.get("amazonOrderId") != order_id:
            raise Rejected(f"the answer holds order {order.get('amazonOrderId')!r} instead of {order_id}", status=200)
        return order

    async def order_items(self, order_id: str) -> list[OrderItem]:
        order = await self._order(order_id, tuple(ITEM_DATA))
        items = order.get("orderItems", [])
        if not isinstance(items, list):
            raise Rejected(f"the answer holds no list of the items of {order_id}")
        return items

    async def items_of_each(self, orders: Sequence[Order]) -> AsyncGenerator[Order, None]:
        for order in orders:
            yield order

    async def participations(self) -> Participations:
        path = "/sellers/v1/marketplaceParticipations"
        return await self.ask("getMarketplaceParticipations", "GET", path, {}, read=_participations)

    async def definition(self, product_type: str, *, requirements: str = "LISTING", enforced: bool = True) -> bytes:
        from sellerport.amazon.spapi import definitions

        return await definitions.definition(self, product_type, requirements=requirements, enforced=enforced)

    async def product_types(self, keywords: Sequence[str]) -> dict[str, str]:
        from sellerport.amazon.spapi import definitions

        return await definitions.product_types(self, keywords)

    async def ask(
        self,
        operation: str,
        method: str,
        path: str,
        query: Mapping[str, str],
        *,
        read: Callable[[Answer], T],
        content: bytes = b"",
        safe: bool = True,
        floor: float = 0.0,
        turn: str | None = None,
    ) -> T:
        """One operation: what `read(answer)` makes of its answer. A token that Amazon refuses is renewed once."""
        asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items() if value)
        url = f"{self.account.endpoint}{path}" + (f"?{asked}" if asked else "")
        headers = {"Content-Type": "application/json"} if content else {}
        used: list[str] = []

        async def make() -> Request:
            used.append(await self._token())
            return Request(method, url, self._headers(used[-1]) | headers, content)

        try:
            return await self.exchange.send(turn or operation, make, read, safe=safe, floor=floor)
        except Denied as error:
            if error.status not in (401, 403) or not used or error.code.startswith("invalid_"):
                raise
            self.tokens.refused(self.login, used[-1])
            if self.patience.limit == 0:  # a sample makes one request; the next one has a new token
                raise
            if await self._token() == used[-1]:
                raise
        return await self.exchange.send(turn or operation, make, read, safe=safe, floor=floor)

    def _headers(self, token: str) -> dict[str, str]:
        return {
            "x-amz-access-token": token,
            "x-amz-date": self.account.stamp(),
            "User-Agent": self.account.user_agent,
            "Accept": "application/json",
        }

    async def _token(self) -> str:
        return await token_of(self.tokens, self.login, self.exchange.transport, self.patience, self.exchange.secrets)


async def token_of(
    tokens: lwa.Tokens,
    login: lwa.Login,
    transport: Transport,
    patience: Patience,
    secrets: Callable[[], tuple[str, ...]],
) -> str:
    """An access token that is good now, exchanged where none is known."""
    line = Exchange(transport, NoTurns(), patience, lwa.refusal, secrets)

    async def make() -> Request:
        return login.request()

    async def exchanged(login: lwa.Login) -> lwa.Token:
        return await line.send("token", make, lambda answer: lwa.token(answer, patience.clock.now()))

    return await tokens.get(login, patience.clock.now(), exchanged)


ITEM_DATA = ("PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "TAX")


async def _gathered(work: list[Any]) -> list[Any]:
    """All results in order; the first exception cancels the rest."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part) for part in work]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


def _search(query: OrderQuery, marketplace: str, token: str | None) -> dict[str, str]:
    """The parameters of searchOrders; the same with every page, as Amazon wants them beside the token."""
    return {
        "lastUpdatedAfter": query.after,
        "lastUpdatedBefore": query.before or "",
        "fulfillmentStatuses": STATUSES[query.status] or "",
        "marketplaceIds": marketplace,
        "maxResultsPerPage": str(query.page_size),
        "includedData": ",".join(query.included),
        "paginationToken": token or "",
    }


def _page(answer: Answer) -> OrderPage:
    body = json_of(answer, exact=True)
    orders, pagination, until = body.get("orders"), body.get("pagination") or {}, body.get("lastUpdatedBefore")
    if not isinstance(orders, list) or not all(isinstance(order, dict) for order in orders):
        raise unlike(answer, "holds no list of orders")
    token = pagination.get("nextToken") or None if isinstance(pagination, dict) else pagination
    if token is not None and not isinstance(token, str):
        raise unlike(answer, "holds no next token where it should")
    until = until if isinstance(until, str) else None
    return OrderPage([record.order(order) for order in orders], token, until, date(answer))


def _order(answer: Answer) -> Order:
    order = json_of(answer, exact=True).get("order")
    if not isinstance(order, dict):
        raise unlike(answer, "holds no order")
    return record.order(order)


def _participations(answer: Answer) -> Participations:
    payload = json_of(answer).get("payload")
    if not isinstance(payload, list):
        raise unlike(answer, "holds no list of marketplaces")
    listed: dict[str, bool] = {}
    suspended = set()
    for entry in payload:
        place, told = record.look(entry, "marketplace", "id"), record.look(entry, "participation")
        if isinstance(place, str):
            listed[place] = record.look(told, "isParticipating") is not False
            suspended |= {place} if record.look(told, "hasSuspendedListings") is True else set()
    return Participations(listed, date(answer), frozenset(suspended))
