"""A store on a PostgreSQL server, for runs on many machines.

Its clock is the server's. Locks are advisory locks of one session that does nothing else: the server drops them when
the session ends, and notices within 30 seconds (TCP keep-alive) that a host is gone. A connection pooler in
transaction mode cannot hold such a session: connect to the server itself.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeVar

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sellerport.errors import InputError, Unavailable
from sellerport.store.address import Address
from sellerport.store.names import lock_number
from sellerport.store.schema import prepare

T = TypeVar("T")

PATIENCE = 30.0  # seconds for a connection, and for a sign of life of the session that holds the locks
CONNECTIONS = 5  # one of them for the locks
#: A dead host is noticed after ten quiet seconds and two probes ten seconds apart.
KEEP_ALIVE: Final = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "2",
    "application_name": "sellerport",
}
#: Refusals that pass by themselves: starting up, shutting down, too many connections.
PASSING = (asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError, asyncpg.TooManyConnectionsError)


class Postgresql:
    """A database on a server, with a few connections and, once a lock is asked for, the session that holds locks."""

    server_time = True

    def __init__(self, address: Address, engine: AsyncEngine) -> None:
        self._shown = address.shown
        self._engine = engine
        self._pid = os.getpid()
        self._session: AsyncConnection | None = None
        self._asking = asyncio.Lock()
        self._held: dict[str, tuple[AsyncConnection, object]] = {}

    @classmethod
    async def opened(cls, address: Address) -> "Postgresql":
        """The database, with its tables."""
        engine = create_async_engine(
            _url(address),
            hide_parameters=True,  # values are buyers' data: not for error texts
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=PATIENCE,
            connect_args={"server_settings": dict(KEEP_ALIVE), "timeout": PATIENCE},
        )
        store = cls(address, engine)
        try:
            async with store._reached(), engine.connect() as connection:
                await connection.run_sync(prepare)
        except BaseException as error:
            await engine.dispose()
            if isinstance(error, DBAPIError | TypeError):  # TypeError: a parameter that the driver does not know
                raise InputError(f"SELLERPORT_STORE: {address.shown}: {_words(error)}") from error
            raise
        return store

    async def transact(self, work: Callable[[Connection], T], *, durable: bool) -> T:
        async with self._reached():
            return await self._transaction(work, again=True)

    async def _transaction(self, work: Callable[[Connection], T], *, again: bool) -> T:
        async with self._engine.connect() as connection:
            try:
                value = await connection.run_sync(work)
            except DBAPIError as error:
                if not (error.connection_invalidated and again):
                    raise
            else:
                await connection.commit()
                return value
        # The server had closed an idle connection. Nothing was committed, so that the work is done anew.
        return await self._transaction(work, again=False)

    async def try_lock(self, name: str) -> object | None:
        async with self._asking, self._reached():
            session = await self._locking()
            if name in self._held and self._held[name][0] is session:
                return None
            if not await self._asked(session, _TRY, name):
                return None
            hold = object()
            self._held[name] = (session, hold)
            return hold

    async def holds(self, name: str, hold: object) -> bool:
        async with self._asking:
            session, known = self._held.get(name, (None, None))
            return known is hold and session is not None and session is self._session and await self._lives(session)

    async def unlock(self, name: str, hold: object) -> None:
        async with self._asking:
            session, known = self._held.get(name, (None, None))
            if known is not hold or session is None:
                return
            del self._held[name]
            if session is not self._session:
                return  # that session was lost, and its locks with it
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._asked(session, _UNLOCK, name)
            except _LOST:
                return

    async def close(self) -> None:
        if self._session is not None:
            await self._lose(self._session)
        self._held.clear()
        await self._engine.dispose()

    async def _locking(self) -> AsyncConnection:
        if self._session is not None and not await self._lives(self._session):
            self._session = None
        if self._session is None:
            session = await self._engine.connect()
            self._session = await session.execution_options(isolation_level="AUTOCOMMIT")
        return self._session

    async def _lives(self, session: AsyncConnection) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._asked(session, _SIGN_OF_LIFE)
        except _LOST:
            return False
        return True

    async def _asked(self, session: AsyncConnection, statement: TextClause, name: str = "") -> Any:
        """What the session answers. One that was interrupted in whatever way is of no use any more: its locks are gone."""
        try:
            return (await session.execute(statement, {"number": lock_number(name)} if name else None)).scalar_one()
        except BaseException:
            await asyncio.shield(self._lose(session))
            raise

    async def _lose(self, session: AsyncConnection) -> None:
        if session is self._session:
            self._session = None
        with suppress(Exception):  # it is gone or going: what it says about that is nobody's news
            await session.invalidate()
            await session.close()

    @asynccontextmanager
    async def _reached(self) -> AsyncIterator[None]:
        if os.getpid() != self._pid:
            raise RuntimeError("a store does not survive a fork: open one in the child")
        try:
            yield
        except (OSError, NoneFree) as error:
            raise Unavailable(f"SELLERPORT_STORE: {self._shown} does not answer: {error}") from error
        except DBAPIError as error:
            if not (error.connection_invalidated or isinstance(_cause(error), PASSING)):
                raise
            raise Unavailable(f"SELLERPORT_STORE: {self._shown}: the connection was lost: {_words(error)}") from error


_LOST = (OSError, DBAPIError)
_SIGN_OF_LIFE: Final = text("SELECT 1")
_TRY: Final = text("SELECT pg_try_advisory_lock(:number)")
_UNLOCK: Final = text("SELECT pg_advisory_unlock(:number)")


def _cause(error: BaseException) -> BaseException:
    """The driver's own error."""
    own = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return own.__cause__ or own


def _words(error: BaseException) -> str:
    return str(_cause(error)).partition("\n")[0]


def _url(address: Address) -> URL:
    """SQLAlchemy's URL; libpq's `sslmode` is asyncpg's `ssl`."""
    try:
        url = make_url(address.url).set(drivername="postgresql+asyncpg")
    except ArgumentError as error:
        raise InputError(f"SELLERPORT_STORE: {address.shown}: not a URL") from error
    query: dict[str, Any] = dict(url.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return url.set(query=query)
