"""The tables of a database: made where it is new, brought up to date by alembic where it is older.

A new database is made from the tables as they are declared, so that alembic (half a second, twenty megabytes) is
loaded only where there is something to bring up. Several processes may come at once: one does it, the others wait.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from sellerport.errors import InputError
from sellerport.store.names import lock_number
from sellerport.store.tables import TABLES

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def newest() -> str:
    """The version that this program's tables have: the number of the last migration."""
    return max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def prepare(connection: Connection) -> None:
    """Give the database the tables of today, in one transaction; InputError where a newer program wrote it."""
    wanted = newest()
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": lock_number("schema")})
        found = version(connection)
        if found is None:
            _make(connection, wanted)
        elif found > wanted:
            raise InputError(
                f"SELLERPORT_STORE: a newer Sellerport wrote it (version {found}, this one knows {wanted})"
            )
        elif found < wanted:
            _bring_up(connection)


def version(connection: Connection) -> str | None:
    """The version of the tables in the database, None where it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _make(connection: Connection, wanted: str) -> None:
    TABLES.create_all(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": wanted})


def _bring_up(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(config, "head")
