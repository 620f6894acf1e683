"""A store in a SQLite file, or in memory.

One connection in one thread of its own: a transaction is one hop to that thread and back. Transactions begin IMMEDIATE,
for SQLite's default (first SELECT, then UPDATE) lets another writer in between. The journal's transactions are durable
(synchronous FULL); those of the quota are not, and cost no flush: after a power failure a bucket may be too full.
Locks are open-file-description locks, each on one byte of a file beside the database: the kernel drops them when the
process dies, whatever killed it, and they also tell two stores of one process apart.
"""

import asyncio
import fcntl
import os
import sqlite3
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import StaticPool

from sellerport.errors import InputError, Unavailable
from sellerport.store.address import Address
from sellerport.store.names import lock_number
from sellerport.store.schema import prepare

T = TypeVar("T")

BUSY = 30.0  # seconds that a transaction waits for the others
#: What may be over by the next try: the file is locked, the disk is full or ill.
PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
_FLOCK = "hhqqi4x"  # struct flock of 64-bit Linux: type, whence, start, length, pid (0 for these locks)


class Sqlite:
    """A SQLite file with its lock file, or a database in memory."""

    server_time = False

    def __init__(self, address: Address) -> None:
        self._path = address.path
        self._shown = address.shown
        self._pid = os.getpid()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._held: dict[str, object] = {}
        self._locks = -1
        self._durable: bool | None = None
        self._connection: Connection

    @classmethod
    async def opened(cls, address: Address) -> "Sqlite":
        """The file, made where it is missing, with its tables."""
        store = cls(address)
        try:
            await store._in_thread(store._open)
        except BaseException:
            await store.close()
            raise
        return store

    async def transact(self, work: Callable[[Connection], T], *, durable: bool) -> T:
        return await self._in_thread(self._transaction, work, durable)

    async def try_lock(self, name: str) -> object | None:
        self._check_process()
        if name in self._held or not self._locked(name, fcntl.F_WRLCK):
            return None
        return self._held.setdefault(name, object())

    async def holds(self, name: str, hold: object) -> bool:
        return self._held.get(name) is hold and os.getpid() == self._pid

    async def unlock(self, name: str, hold: object) -> None:
        if await self.holds(name, hold):
            del self._held[name]
            self._locked(name, fcntl.F_UNLCK)

    async def close(self) -> None:
        await self._in_thread(self._close)
        self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[..., T], *arguments: Any) -> T:
        self._check_process()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)
        except OperationalError as error:
            if not getattr(error.orig, "sqlite_errorname", "").startswith(PASSING):
                raise
            raise Unavailable(f"SELLERPORT_STORE: {self._shown}: {error.orig}") from error

    def _check_process(self) -> None:
        if os.getpid() != self._pid:
            raise RuntimeError("a store does not survive a fork: open one in the child")

    def _open(self) -> None:
        try:
            if self._path:
                Path(self._path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._locks = os.open(f"{self._path}.lock", flags, 0o600)
                os.close(os.open(self._path, flags, 0o600))
            how = {"poolclass": StaticPool, "hide_parameters": True}  # values are buyers' data: not for error texts
            engine = create_engine("sqlite://", creator=self._connected, **how)
            event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
            self._connection = engine.connect()
            prepare(self._connection)
        except OSError as error:
            raise InputError(f"SELLERPORT_STORE: {error.filename or self._path}: {error.strerror}") from error
        except DatabaseError as error:
            if isinstance(error, OperationalError):
                raise
            raise InputError(f"SELLERPORT_STORE: {self._path}: {error.orig}") from error

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path or ":memory:", timeout=BUSY, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        if self._path:
            _write_ahead(connection, self._path)
        return connection

    def _close(self) -> None:
        if hasattr(self, "_connection"):
            self._connection.close()
            self._connection.engine.dispose()
        if self._locks >= 0:
            os.close(self._locks)
            self._locks = -1
        self._held.clear()

    def _start(self, durable: bool) -> None:
        if self._path and durable is not self._durable:
            driver = self._connection.connection.driver_connection
            assert driver is not None
            driver.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable
        self._connection.begin()

    def _transaction(self, work: Callable[[Connection], T], durable: bool) -> T:
        try:
            self._start(durable)
            value = work(self._connection)
            self._connection.commit()
        except BaseException:
            self._abandon()
            raise
        return value

    def _abandon(self) -> None:
        if self._connection.in_transaction():
            self._connection.rollback()

    def _locked(self, name: str, kind: int) -> bool:
        if self._locks < 0:
            return True
        wish = struct.pack(_FLOCK, kind, os.SEEK_SET, lock_number(name), 1, 0)
        try:
            fcntl.fcntl(self._locks, fcntl.F_OFD_SETLK, wish)
        except (BlockingIOError, PermissionError):
            return False
        return True


def _write_ahead(connection: sqlite3.Connection, path: str) -> None:
    """Readers and writers apart, and no flush for what need not be durable.

    The change of mode needs the file for itself and does not wait for it: processes that open it first at once take
    turns by a lock on its own file.
    """
    with open(f"{path}.lock", "rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        connection.execute("PRAGMA journal_mode = WAL")
