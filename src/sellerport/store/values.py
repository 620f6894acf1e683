"""Values kept by name, and numbers that are given once: the work of single transactions."""

from sqlalchemy import Connection, delete, select

from sellerport.store.tables import kept as kept_table
from sellerport.store.tables import numbers
from sellerport.store.upsert import insert


def keep(connection: Connection, key: str, value: bytes, *, at: float) -> None:
    """Keep a value by name in place of the one before."""
    new = insert(connection.dialect.name, kept_table).values(key=key, value=value, at=at)
    connection.execute(new.on_conflict_do_update(index_elements=["key"], set_={"value": value, "at": at}))


def kept(connection: Connection, key: str) -> tuple[bytes, float] | None:
    """The value of that name and its time."""
    row = connection.execute(select(kept_table.c.value, kept_table.c.at).where(kept_table.c.key == key)).first()
    return None if row is None else (bytes(row[0]), float(row[1]))


def forget_before(connection: Connection, at: float) -> None:
    """Drop all values that are older."""
    connection.execute(delete(kept_table).where(kept_table.c.at < at))


def next_number(connection: Connection) -> int:
    """A number that was never given before."""
    first = insert(connection.dialect.name, numbers).values(id=1, last=1)
    given = first.on_conflict_do_update(index_elements=["id"], set_={"last": numbers.c.last + 1})
    return int(connection.execute(given.returning(numbers.c.last)).scalar_one())
