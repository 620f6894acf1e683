"""What a database must do for a store, and which database an address means."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from sellerport.store.address import Address

T = TypeVar("T")


class Backend(Protocol):
    """A database that holds a store. A hold is what `try_lock` gave: it tells one holding of a lock from the next."""

    @property
    def server_time(self) -> bool:
        """Whether hosts share it, so that its own clock counts."""
        ...

    async def transact(self, work: Callable[[Connection], T], *, durable: bool) -> T:
        """Run the work as one transaction."""
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


async def opened(address: Address) -> Backend:
    """The database of that address, with its tables ready."""
    if address.kind == "postgresql":
        from sellerport.store.postgresql import Postgresql

        return await Postgresql.opened(address)
    from sellerport.store.sqlite import Sqlite

    return await Sqlite.opened(address)
