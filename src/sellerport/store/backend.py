"""What a database must do for a store, and which database an address means."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Row

from sellerport.store.address import Address

T = TypeVar("T")
Parameters = dict[str, Any] | list[dict[str, Any]] | None


class Answer(NamedTuple):
    """What a statement brought: `rows` where it returns any, and how many rows it `changed` (-1: not known).

    PostgreSQL does not tell the number for a list of parameters.
    """

    rows: list[Row[Any]]
    changed: int


class Transaction(Protocol):
    """An open transaction."""

    async def execute(self, statement: Executable, parameters: Parameters = None) -> Answer:
        """Run one statement."""
        ...


class Backend(Protocol):
    """A database that holds a store. A hold is what `try_lock` gave: it tells one holding of a lock from the next."""

    @property
    def server_time(self) -> bool:
        """Whether hosts share it, so that its own clock counts."""
        ...

    async def transact(self, work: Callable[[Connection], T], *, durable: bool) -> T:
        """Run the work as one transaction."""
        ...

    def begin(self, *, durable: bool) -> AbstractAsyncContextManager[Transaction]:
        """One transaction, statement by statement."""
        ...

    async def try_lock(self, name: str) -> object | None:
        """A hold on the lock, or None where another has it."""
        ...

    async def holds(self, name: str, hold: object) -> bool:
        """Whether that hold is still good."""
        ...

    async def unlock(self, name: str, hold: object) -> None:
        """Give the lock back."""
        ...

    async def close(self) -> None:
        """Close connections and drop all locks."""
        ...


def answer(connection: Connection, statement: Executable, parameters: Parameters) -> Answer:
    """Run one statement and fetch all that it brings."""
    result: CursorResult[Any] = connection.execute(statement, parameters)
    return Answer(list(result.all()) if result.returns_rows else [], result.rowcount)


async def opened(address: Address) -> Backend:
    """The database of that address, with its tables ready."""
    if address.kind == "postgresql":
        from sellerport.store.postgresql import Postgresql

        return await Postgresql.opened(address)
    from sellerport.store.sqlite import Sqlite

    return await Sqlite.opened(address)
