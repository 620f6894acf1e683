"""Picks the adapter: credentials and surroundings in, the port out. Everything that a process shares lives in a Connector."""

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from amazon_wire import quotas
from sellerport.amazon.account import Account, Credentials, account, marketplace, scale_of
from sellerport.amazon.clock import Clock, SystemClock
from sellerport.amazon.exchange import Exchange, NoTurns, Turns
from sellerport.amazon.http import HttpTransport, Transport
from sellerport.amazon.mws import adapter as mws
from sellerport.amazon.mws.refusal import refusal as mws_refusal
from sellerport.amazon.patience import Announce, Patience
from sellerport.amazon.port import Amazon
from sellerport.amazon.shelf import Shelf
from sellerport.amazon.spapi import adapter as spapi
from sellerport.amazon.spapi.refusal import refusal as spapi_refusal
from sellerport.amazon.spapi.token import Login, Tokens

if TYPE_CHECKING:
    from sellerport.store import Store

Loop = asyncio.AbstractEventLoop


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one run brings: the environment's variables, its patience, who is told of waits, and its lock's name."""

    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    wait_limit: float | None = None
    stop: asyncio.Event | None = None
    announce: Announce | None = None
    lock: str | None = None


class Connector:
    """One process's way to Amazon: its access tokens, its connections, its store of quotas and journal.

    `transport`, `clock` and `chance` are arguments, so that tests own the wire and the time. A store is opened at its
    first use and shared by all runs of a loop.
    """

    def __init__(
        self, version: str, *, clock: Clock | None = None, transport: Callable[[], Transport] = HttpTransport
    ) -> None:
        self._version = version
        self._clock = clock or SystemClock()
        self._tokens = Tokens()
        self._make = transport
        self._lines: weakref.WeakKeyDictionary[Loop, Transport] = weakref.WeakKeyDictionary()
        self._stores: weakref.WeakKeyDictionary[Loop, dict[str, asyncio.Future[Store]]] = weakref.WeakKeyDictionary()

    @asynccontextmanager
    async def connect(self, credentials: Credentials, given: Surroundings) -> AsyncIterator[Amazon]:
        """The port of that seller, for one run. With a lock's name the run is the only one of that name."""
        own = account(credentials, self._clock, given.env, self._version)
        patience = Patience(self._clock, limit=given.wait_limit, stop=given.stop, announce=given.announce)
        shelf = Shelf(lambda: self.store(given.env), self._clock)
        async with _alone(shelf, given.lock, patience):
            turns = await self._turns(credentials, own, patience, given.env)
            adapter = self._mws if credentials.api == "MWS" else self._spapi
            yield adapter(credentials, own, patience, turns, shelf)

    async def _turns(self, credentials: Credentials, own: Account, patience: Patience, env: Mapping[str, str]) -> Turns:
        published, buckets, scale = quotas_of(credentials)
        if scale is None:
            return NoTurns()
        from sellerport.amazon.pace import feed_windows, pace_of

        return pace_of(
            await self.store(env),
            self._clock,
            scope=scope_of(credentials, own),
            quotas=published,
            buckets=buckets,
            scale=scale,
            patience=patience,
            windows=feed_windows() if credentials.api == "SP-API" else {},
        )

    async def store(self, env: Mapping[str, str]) -> "Store":
        """The store that the environment names, opened once a loop."""
        from sellerport.store import Store

        url = env.get("SELLERPORT_STORE") or "memory:"
        opened = self._stores.setdefault(asyncio.get_running_loop(), {})
        if url not in opened or (opened[url].done() and opened[url].exception()):
            opened[url] = asyncio.ensure_future(_opened(Store.open(url)))
        return await asyncio.shield(opened[url])

    async def close(self) -> None:
        """Close this loop's connections and stores."""
        loop = asyncio.get_running_loop()
        for opened in await asyncio.gather(*self._stores.pop(loop, {}).values(), return_exceptions=True):
            if not isinstance(opened, BaseException):
                await opened.close()
        line = self._lines.pop(loop, None)
        if isinstance(line, HttpTransport):
            await line.close()

    def _line(self) -> Transport:
        loop = asyncio.get_running_loop()
        if loop not in self._lines:
            self._lines[loop] = self._make()
        return self._lines[loop]

    def _spapi(
        self, credentials: Credentials, own: Account, patience: Patience, turns: Turns, shelf: Shelf
    ) -> spapi.SpApi:
        login = Login(
            own.token_url, str(credentials.client_id), str(credentials.client_secret), str(credentials.refresh_token)
        )

        def secrets() -> tuple[str, ...]:
            return credentials.secrets() + self._tokens.values(login)

        line = self._line()

        async def ready() -> None:
            await spapi.token_of(self._tokens, login, line, patience, secrets)

        exchange = Exchange(line, turns, patience, spapi_refusal, secrets, ready)
        return spapi.SpApi(own, marketplace(credentials), login, self._tokens, exchange, shelf)

    def _mws(self, credentials: Credentials, own: Account, patience: Patience, turns: Turns, shelf: Shelf) -> mws.Mws:
        token = credentials.mws_auth_token if isinstance(credentials.mws_auth_token, str) else None
        keys = mws.Keys(str(credentials.mws_access_key), str(credentials.mws_secret_key), token)
        exchange = Exchange(self._line(), turns, patience, mws_refusal, credentials.secrets)
        return mws.Mws(own, marketplace(credentials), keys, exchange, shelf)


async def _opened(opening: Any) -> "Store":
    store: Store = await opening.__aenter__()
    return store


@asynccontextmanager
async def _alone(shelf: Shelf, name: str | None, patience: Patience) -> AsyncIterator[None]:
    if name is None:
        yield
        return
    lock = (await shelf.store()).lock(name)
    await lock.acquire(lambda seconds: patience.wait(seconds, "the run before this one"))
    try:
        yield
    finally:
        await lock.release()


def scope_of(credentials: Credentials, own: Account) -> tuple[str, str, str]:
    """By what a quota is counted: endpoint, application, seller."""
    application = credentials.mws_access_key if credentials.api == "MWS" else credentials.client_id
    return own.endpoint, str(application), credentials.seller_id


def quotas_of(credentials: Credentials) -> tuple[Mapping[str, quotas.Quota], Mapping[str, str], float | None]:
    """The published quotas of the API, which operations share one, and the scale."""
    if credentials.api == "MWS":
        return quotas.MWS, quotas.MWS_BUCKETS, scale_of(credentials)
    previews = dict.fromkeys(("putListingsItem.preview", "patchListingsItem.preview"), quotas.SPAPI_PREVIEW)
    return quotas.SPAPI | previews, {}, scale_of(credentials)
