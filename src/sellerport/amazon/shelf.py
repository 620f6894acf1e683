"""Small values that outlive a run, kept in the store by name; the store is opened only when one is kept or asked for."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from sellerport.amazon.clock import Clock

if TYPE_CHECKING:
    from sellerport.store import Kept, Store

A_MONTH = 30 * 86400.0  # seconds after which a kept value is nobody's any more


class Shelf:
    """The store as one run sees it."""

    def __init__(self, store: Callable[[], Awaitable["Store"]], clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def store(self) -> "Store":
        """The store itself, opened."""
        return await self._store()

    async def keep(self, name: str, value: bytes) -> None:
        """Keep a value under that name, and let go of what nobody has kept anew for a month."""
        store, now = await self._store(), self._clock.now()
        await store.keep(name, value, at=now)
        await store.forget_before(now - A_MONTH)

    async def kept(self, name: str) -> "Kept | None":
        """The value that was kept under that name, with the time it was kept at."""
        return await (await self._store()).kept(name)
