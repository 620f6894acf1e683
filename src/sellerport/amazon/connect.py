"""Picks the adapter: credentials and surroundings in, the port out. Everything that a process shares lives in a Connector."""

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from amazon_wire import quotas
from sellerport.amazon.account import Account, Credentials, account, marketplace, scale_of
from sellerport.amazon.clock import Clock, SystemClock
from sellerport.amazon.exchange import Exchange, NoTurns, Turns
from sellerport.amazon.http import HttpTransport, Transport
from sellerport.amazon.mws import adapter as mws
from sellerport.amazon.mws.refusal import refusal as mws_refusal
from sellerport.amazon.patience import Announce, Patience
from sellerport.amazon.port import Amazon
from sellerport.amazon.spapi import adapter as spapi
from sellerport.amazon.spapi.refusal import refusal as spapi_refusal
from sellerport.amazon.spapi.token import Login, Tokens


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one run brings: the environment's variables, its patience, and who is told of waits."""

    env: Mapping[str, str] = field(default_factory=dict)
    wait_limit: float | None = None
    stop: asyncio.Event | None = None
    announce: Announce | None = None


class Connector:
    """One process's way to Amazon: its access tokens, its connections, its quotas' store.

    `transport` and `clock` are arguments, so that tests own the wire and the time.
    """

    def __init__(
        self, version: str, *, clock: Clock | None = None, transport: Callable[[], Transport] = HttpTransport
    ) -> None:
        self._version = version
        self._clock = clock or SystemClock()
        self._tokens = Tokens()
        self._make = transport
        self._lines: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Transport] = weakref.WeakKeyDictionary()

    @asynccontextmanager
    async def connect(self, credentials: Credentials, given: Surroundings) -> AsyncIterator[Amazon]:
        """The port of that seller, for one run."""
        own = account(credentials, self._clock, given.env, self._version)
        patience = Patience(self._clock, limit=given.wait_limit, stop=given.stop, announce=given.announce)
        async with self._turns(credentials, own, patience, given.env) as turns:
            adapter = self._mws if credentials.api == "MWS" else self._spapi
            yield adapter(credentials, own, patience, turns)

    @asynccontextmanager
    async def _turns(
        self, credentials: Credentials, own: Account, patience: Patience, env: Mapping[str, str]
    ) -> AsyncIterator[Turns]:
        yield NoTurns()

    def _line(self) -> Transport:
        loop = asyncio.get_running_loop()
        if loop not in self._lines:
            self._lines[loop] = self._make()
        return self._lines[loop]

    def _spapi(self, credentials: Credentials, own: Account, patience: Patience, turns: Turns) -> spapi.SpApi:
        login = Login(
            own.token_url, str(credentials.client_id), str(credentials.client_secret), str(credentials.refresh_token)
        )

        def secrets() -> tuple[str, ...]:
            return credentials.secrets() + self._tokens.values(login)

        exchange = Exchange(self._line(), turns, patience, spapi_refusal, secrets)
        return spapi.SpApi(own, marketplace(credentials), login, self._tokens, exchange)

    def _mws(self, credentials: Credentials, own: Account, patience: Patience, turns: Turns) -> mws.Mws:
        token = credentials.mws_auth_token if isinstance(credentials.mws_auth_token, str) else None
        keys = mws.Keys(str(credentials.mws_access_key), str(credentials.mws_secret_key), token)
        exchange = Exchange(self._line(), turns, patience, mws_refusal, credentials.secrets)
        return mws.Mws(own, marketplace(credentials), keys, exchange)


def scope_of(credentials: Credentials, own: Account) -> tuple[str, str, str]:
    """By what a quota is counted: endpoint, application, seller."""
    application = credentials.mws_access_key if credentials.api == "MWS" else credentials.client_id
    return own.endpoint, str(application), credentials.seller_id


def quotas_of(credentials: Credentials) -> tuple[Mapping[str, quotas.Quota], Mapping[str, str], float | None]:
    """The published quotas of the API, which operations share one, and the scale."""
    if credentials.api == "MWS":
        return quotas.MWS, quotas.MWS_BUCKETS, scale_of(credentials)
    return quotas.SPAPI, {}, scale_of(credentials)
