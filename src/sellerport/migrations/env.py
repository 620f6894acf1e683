"""Alembic's way in: the connection, already in its transaction, is handed over by `sellerport.store.schema`."""

from alembic import context

from sellerport.store.tables import TABLES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
