"""INSERT … ON CONFLICT of the database at hand: each dialect has its own, and only the one that is used is loaded."""

from typing import TYPE_CHECKING

from sqlalchemy import Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Upsert = sqlite.Insert | postgresql.Insert


def insert(dialect: str, table: Table) -> "Upsert":
    """An INSERT into the table that may be told `on_conflict_do_update` and `on_conflict_do_nothing`."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert

        return PostgresqlInsert(table)
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

    return SqliteInsert(table)
