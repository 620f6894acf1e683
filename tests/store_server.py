"""Stores for tests: a SQLite file, memory, and a database of its own on a PostgreSQL server."""

import os
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "postgres.sh"
NOT_INSTALLED = 69


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server: SELLERPORT_TEST_POSTGRES, else one that scripts/postgres.sh starts for this session."""
    if "SELLERPORT_TEST_POSTGRES" in os.environ:
        yield os.environ["SELLERPORT_TEST_POSTGRES"]
        return
    command = [SCRIPT, "bash", "-c", "echo $SELLERPORT_TEST_POSTGRES; exec cat"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        assert server.stderr
        url = server.stdout.readline().strip()
        if not url:
            said = server.stderr.read().strip()
            if server.wait() == NOT_INSTALLED:
                pytest.skip(said)
            pytest.fail(said)
        yield url
        server.stdin.close()
        server.wait()


@pytest.fixture
async def postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """The URL of an empty database."""
    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(postgres_server)
    await connection.execute(f"CREATE DATABASE {name}")
    yield f"{postgres_server.rpartition('/')[0]}/{name}"
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a file that is not there yet."""
    return f"sqlite:///{tmp_path}/state/store.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new database that several processes can share."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new database of each kind."""
    if request.param == "memory":
        return "memory:"
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url
