"""The buckets of one scope as rows of the store's table `quota`: loaded only where a store is opened."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from sellerport.store.tables import quota
from sellerport.store.upsert import insert

_ROW: dict[str, Any] = {column.name: bindparam(f"of_{column.name}") for column in quota.primary_key}
_THEIRS = [quota.c[name] == value for name, value in _ROW.items()]
_LOOK = select(quota.c.state).where(*_THEIRS)
#: The row is ours until the transaction ends; the server's clock is everybody's.
_LOOK_LOCKING = select(quota.c.state, func.extract("epoch", func.clock_timestamp())).where(*_THEIRS).with_for_update()


class Rows:
    """Reads and writes states as text. With `now` the clock is the caller's, without it the server's."""

    def __init__(self, scope: tuple[str, str, str], now: Callable[[], float] | None) -> None:
        self._key = dict(zip(("of_endpoint", "of_application", "of_seller"), scope, strict=True))
        self._now = now
        dialect = "postgresql" if now is None else "sqlite"
        self._new = insert(dialect, quota).values(**_ROW, state="").on_conflict_do_nothing()
        put = insert(dialect, quota).values(**_ROW, state=bindparam("new"))
        self._put = put.on_conflict_do_update(
            index_elements=list(quota.primary_key), set_={"state": put.excluded.state}
        )

    def read(self, connection: Connection, names: Sequence[str]) -> tuple[list[str | None], float]:
        """The texts of these rows, which nobody else changes until the transaction ends, and the time."""
        if self._now is not None:
            rows = [connection.execute(_LOOK, self._of(name)).scalar() for name in names]
            return rows, self._now()
        found = {name: self._locked(connection, name) for name in sorted(names)}
        return [found[name][0] for name in names], max(time for _, time in found.values())

    def write(self, connection: Connection, name: str, state: str) -> None:
        """Put the text into that row."""
        connection.execute(self._put, {**self._of(name), "new": state})

    def _locked(self, connection: Connection, name: str) -> tuple[str, float]:
        row = connection.execute(_LOOK_LOCKING, self._of(name)).first()
        if row is None:
            connection.execute(self._new, self._of(name))
            row = connection.execute(_LOOK_LOCKING, self._of(name)).one()
        return row[0], float(row[1])

    def _of(self, name: str) -> dict[str, str]:
        return {**self._key, "of_operation": name}
