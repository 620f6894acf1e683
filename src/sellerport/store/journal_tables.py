"""The tables of submissions: what was wished, and what became of it. `amazon/submission/journal.py` reads and writes them."""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, MetaData, Table, Text


def journal_tables(tables: MetaData) -> tuple[Table, Table]:
    """One row a submission, and one row a part of it (a feed of its own)."""
    submissions = Table(
        "submissions",
        tables,
        Column("id", BigInteger, primary_key=True, autoincrement=False),
        Column("lock", Text, nullable=False),
        Column("endpoint", Text, nullable=False),
        Column("seller", Text, nullable=False),
        Column("marketplace", Text, nullable=False),
        Column("function", Text, nullable=False),
        Column("key", Text),
        Column("content", Text, nullable=False),
        Column("feed_type", Text, nullable=False),
        Column("rows", Integer, nullable=False),
        Column("made", Double, nullable=False),
        Column("owner", BigInteger, nullable=False),
        Column("finished", Double),
        Column("error", LargeBinary),
        Column("intent", LargeBinary, nullable=False),
        Index("submissions_by_key", "endpoint", "seller", "marketplace", "function", "key"),
        Index("submissions_by_content", "endpoint", "seller", "marketplace", "function", "content"),
        Index("submissions_by_time", "made"),
    )
    parts = Table(
        "parts",
        tables,
        Column("submission", BigInteger, primary_key=True, autoincrement=False),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("endpoint", Text, nullable=False),
        Column("seller", Text, nullable=False),
        Column("feed_type", Text, nullable=False),
        Column("messages", Integer, nullable=False),
        Column("rows", LargeBinary, nullable=False),
        Column("state", Text, nullable=False),
        Column("since", Double),
        Column("feed", Text),
        Column("presumed", Integer, nullable=False),
        Column("submitted", Text),
        Column("status", Text),
        Column("report", LargeBinary),
        Index("parts_by_state", "endpoint", "seller", "feed_type", "state"),
        Index("parts_by_feed", "endpoint", "seller", "feed"),
    )
    return submissions, parts
