"""The journal: submissions and their parts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("lock", sa.Text, nullable=False),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("seller", sa.Text, nullable=False),
        sa.Column("marketplace", sa.Text, nullable=False),
        sa.Column("function", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("feed_type", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("made", sa.Double, nullable=False),
        sa.Column("owner", sa.BigInteger, nullable=False),
        sa.Column("finished", sa.Double),
        sa.Column("error", sa.LargeBinary),
        sa.Column("intent", sa.LargeBinary, nullable=False),
    )
    scope = ["endpoint", "seller", "marketplace", "function"]
    op.create_index("submissions_by_key", "submissions", [*scope, "key"])
    op.create_index("submissions_by_content", "submissions", [*scope, "content"])
    op.create_index("submissions_by_time", "submissions", ["made"])
    op.create_table(
        "parts",
        sa.Column("submission", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("seller", sa.Text, nullable=False),
        sa.Column("feed_type", sa.Text, nullable=False),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("rows", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("since", sa.Double),
        sa.Column("feed", sa.Text),
        sa.Column("presumed", sa.Integer, nullable=False),
        sa.Column("submitted", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("report", sa.LargeBinary),
    )
    op.create_index("parts_by_state", "parts", ["endpoint", "seller", "feed_type", "state"])
    op.create_index("parts_by_feed", "parts", ["endpoint", "seller", "feed"])


def downgrade() -> None:
    for table in ("parts", "submissions"):
        op.drop_table(table)
