"""A URL becomes a store: transactions, locks that die with their process, and small values kept by name.

Quota and journal stand in it. SQLite is the default, so that all runs on a machine share one quota; PostgreSQL serves
many machines; `memory:` serves one process. This module knows neither quota nor journal, and loads SQLAlchemy only
when a store is opened.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sellerport.store.address import Address, address_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sellerport.store.backend import Backend

__all__ = ["Kept", "Lock", "Store", "default_url"]

T = TypeVar("T")
Pause = Callable[[float], Awaitable[object]]

FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.25  # seconds between two looks at a lock that another holds


class Kept(NamedTuple):
    """A value kept by name, and the epoch second that its keeper gave it."""

    value: bytes
    at: float


def default_url(environ: Mapping[str, str]) -> str:
    """The SQLite file in the user's state folder, which all his runs on this machine share."""
    home = environ.get("XDG_STATE_HOME") or f"{environ.get('HOME') or Path.home()}/.local/state"
    return f"sqlite:///{home}/sellerport/store.db"


class Lock:
    """A lock of that name: it excludes other processes, other stores and other tasks, and falls when its holder dies.

    An operating-system lock beside a SQLite file, an advisory lock of a session on PostgreSQL: nothing has to run out.
    """

    def __init__(self, backend: "Backend", name: str) -> None:
        self.name = name
        self._backend = backend
        self._hold: object | None = None

    async def try_acquire(self) -> bool:
        """Take it if nobody holds it."""
        self._hold = await self._backend.try_lock(self.name)
        return self._hold is not None

    async def acquire(self, pause: Pause = asyncio.sleep) -> None:
        """Take it as soon as nobody holds it; `pause(seconds)` lets the time between two looks pass, or raises."""
        seconds = FIRST_PAUSE
        while not await self.try_acquire():
            await pause(seconds)
            seconds = min(seconds * 2, LONGEST_PAUSE)

    async def alive(self) -> bool:
        """Whether it is still held: false once released, and where the PostgreSQL session that held it was lost."""
        return self._hold is not None and await self._backend.holds(self.name, self._hold)

    async def release(self) -> None:
        """Let others have it. Does nothing where it is not held."""
        if self._hold is not None:
            hold, self._hold = self._hold, None
            await self._backend.unlock(self.name, hold)

    async def __aenter__(self) -> "Lock":
        await self.acquire()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.release()


class Store:
    """An open store. It belongs to the event loop and the process that opened it; other processes open their own."""

    def __init__(self, backend: "Backend", address: Address) -> None:
        self._backend = backend
        self.address = address
        #: What pieces of this process share by way of the store, by name; nothing in it outlives the process.
        self.shared: dict[Any, Any] = {}

    def __repr__(self) -> str:
        return f"Store({self.address.shown})"

    @staticmethod
    def open(url: str) -> "Opening":
        """Open `sqlite:///path`, `postgresql://user@host/database` or `memory:`.

        `async with Store.open(url) as store` closes it at the end; after `store = await Store.open(url)` that is the
        caller's. A new database gets its tables, an older one is brought up to date. InputError for a URL or a path
        that cannot be one, Unavailable for a server that does not answer.
        """
        return Opening(url)

    async def close(self) -> None:
        """Close its connections and drop its locks."""
        await self._backend.close()

    @property
    def server_time(self) -> bool:
        """Whether several hosts share this store, so that only its own clock is everybody's."""
        return self._backend.server_time

    async def transact(self, work: "Callable[[Connection], T]", *, durable: bool = True) -> T:
        """Run `work(connection)` as one transaction and return its value; its exception rolls everything back.

        It starts with the write lock (BEGIN IMMEDIATE) on SQLite, where it runs in the store's own thread: it touches
        nothing but the connection and its own values. With `durable` it is on the disk when this returns.
        """
        return await self._backend.transact(work, durable=durable)

    def lock(self, name: str) -> Lock:
        """The lock of that name, not yet held."""
        return Lock(self._backend, name)

    async def number(self) -> int:
        """A number that this store never gave before: it tells one owner of a thing from the next."""
        from sellerport.store.values import next_number

        return await self.transact(next_number)

    async def keep(self, key: str, value: bytes, at: float) -> None:
        """Keep a value by name in place of the one before; `at` is the epoch second it is of."""
        from sellerport.store.values import keep

        await self.transact(lambda connection: keep(connection, key, value, at=at))

    async def kept(self, key: str) -> Kept | None:
        """The value of that name."""
        from sellerport.store.values import kept

        found = await self.transact(lambda connection: kept(connection, key))
        return None if found is None else Kept(*found)

    async def forget_before(self, at: float) -> None:
        """Drop all kept values that are older than this epoch second."""
        from sellerport.store.values import forget_before

        await self.transact(lambda connection: forget_before(connection, at))


class Opening:
    """A store about to be opened: awaited, or entered."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._store: Store | None = None

    def __await__(self) -> Generator[Any, None, Store]:
        return self._opened().__await__()

    async def __aenter__(self) -> Store:
        self._store = await self._opened()
        return self._store

    async def __aexit__(self, *_: object) -> None:
        if self._store is not None:
            await self._store.close()

    async def _opened(self) -> Store:
        from sellerport.store.backend import opened

        address = address_of(self._url)
        return Store(await opened(address), address)
