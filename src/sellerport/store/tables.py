"""Every table of the store, as it is today. `sellerport.migrations` brings an older database to this."""

from sqlalchemy import Column, Double, Integer, LargeBinary, MetaData, Table, Text

from sellerport.store.journal_tables import journal_tables

TABLES = MetaData()

#: One token bucket each: what is left of the quota of an operation. `state` is JSON that only `amazon/pace/` reads.
quota = Table(
    "quota",
    TABLES,
    Column("endpoint", Text, primary_key=True),
    Column("application", Text, primary_key=True),
    Column("seller", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("state", Text, nullable=False),
)

#: Values kept by name: borders too long for a snapshot, the snapshot that was emitted last.
kept = Table(
    "kept",
    TABLES,
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("at", Double, nullable=False),
)

#: One row: the last number given out. A number tells one owner of a thing from the next.
numbers = Table(
    "numbers",
    TABLES,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

submissions, parts = journal_tables(TABLES)
