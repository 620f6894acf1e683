"""Where the buckets stand: in the store, for all who share it, or in this process alone.

A keeper changes the states of a few buckets in one step. `step(states, now)` is pure and gives the new states with a
value; it may be called in the store's thread.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from sellerport.amazon.clock import Clock
from sellerport.amazon.pace.bucket import State
from sellerport.amazon.pace.line import Line
from sellerport.amazon.pace.turns import States

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sellerport.store import Store

T = TypeVar("T")
Scope = tuple[str, str, str]
Step = Callable[[States, float], tuple[States, T]]


class Keeper(Protocol):
    """Keeps the buckets of one endpoint, application and seller."""

    async def change(self, names: Sequence[str], step: Step[T]) -> tuple[States, T]:
        """The states that the step makes of those of that name, kept, and its value."""
        ...

    def line(self, name: str) -> Line:
        """The line of this process before a bucket."""
        ...


class StoreKeeper:
    """Keeps them in a store, by its clock where hosts share it. Not durably: a lost second of quota is no harm."""

    def __init__(self, store: "Store", clock: Clock, scope: Scope) -> None:
        from sellerport.amazon.pace.rows import Rows

        self._store = store
        self._rows = Rows(scope, None if store.server_time else clock.now)
        self._scope = scope

    async def change(self, names: Sequence[str], step: Step[T]) -> tuple[States, T]:
        def work(connection: "Connection") -> tuple[States, T]:
            rows, now = self._rows.read(connection, names)
            before = tuple(_state(row) for row in rows)
            after, value = step(before, now)
            for name, old, new in zip(names, before, after, strict=True):
                if new is not old:
                    self._rows.write(connection, name, msgspec.json.encode(new).decode())
            return after, value

        return await self._store.transact(work, durable=False)

    def line(self, name: str) -> Line:
        line: Line = self._store.shared.setdefault(("line", *self._scope, name), Line())
        return line


def _state(text: str | None) -> State:
    """A kept state; one that cannot be read is of another program and counts as none."""
    try:
        return msgspec.json.decode(text, type=State) if text else State()
    except msgspec.MsgspecError:
        return State()
