import asyncio
import sys
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from sellerport.errors import InputError
from sellerport.store import Store
from sellerport.store.schema import MIGRATIONS, newest, version
from sellerport.store.tables import TABLES
from store_server import postgres_server, postgres_url, shared_url, sqlite_url

__all__ = ["postgres_server", "postgres_url", "shared_url", "sqlite_url"]

pytestmark = pytest.mark.anyio

VERSIONS = sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def differences(connection: Connection) -> list[Any]:
    """What tells the database from the declared tables, indexes and types included."""
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), TABLES)


def moved(connection: Connection, *, to: str) -> None:
    """Make the database what it was at that version."""
    TABLES.drop_all(connection)
    connection.execute(text("DELETE FROM alembic_version"))
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    if to:
        command.upgrade(config, to)


async def test_a_new_database_has_the_declared_tables_and_the_newest_version(shared_url: str) -> None:
    async with Store.open(shared_url) as store:
        assert await store.transact(differences) == []
        assert await store.transact(version) == newest()


@pytest.mark.parametrize("old", ["", *VERSIONS])
async def test_an_older_database_becomes_what_a_new_one_is(shared_url: str, old: str) -> None:
    async with Store.open(shared_url) as store:
        await store.transact(lambda connection: moved(connection, to=old))
        assert await store.transact(version) == old
    async with Store.open(shared_url) as store:
        assert await store.transact(differences) == []
        assert await store.transact(version) == newest()


async def test_what_a_newer_program_wrote_is_left_alone(shared_url: str) -> None:
    async with Store.open(shared_url) as store:
        await store.transact(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(InputError, match="a newer Sellerport wrote it"):
        await Store.open(shared_url)


async def test_several_processes_may_open_a_new_database_at_once(shared_url: str) -> None:
    program = (
        "import asyncio, sys\nfrom sellerport.store import Store\n"
        "async def main():\n    async with Store.open(sys.argv[1]) as store: print(await store.number())\n"
        "sys.stdin.readline()\nasyncio.run(main())"
    )
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, shared_url, stdin=pipe, stdout=pipe)
        for _ in range(6)
    ]
    said = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert sorted(int(out) for out, _ in said) == [1, 2, 3, 4, 5, 6]
