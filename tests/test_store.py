import asyncio
import gc
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from sellerport.errors import InputError, Unavailable
from sellerport.store import Kept, Store, default_url
from sellerport.store.tables import kept
from store_server import postgres_server, postgres_url, shared_url, sqlite_url, store_url

__all__ = ["postgres_server", "postgres_url", "shared_url", "sqlite_url", "store_url"]

pytestmark = pytest.mark.anyio

ROW = insert(kept).values(key="a", value=b"1", at=1.0)
READY = "print('ready', flush=True); await asyncio.sleep(3600)"


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with Store.open(store_url) as opened:
        yield opened


async def process(url: str, body: str) -> asyncio.subprocess.Process:
    """A Python process that has a store open and runs the body in it; it has said that it is ready."""
    program = (
        "import asyncio, sys, time\nfrom sqlalchemy import text\nfrom sellerport.store import Store\n"
        f"async def main():\n    async with Store.open(sys.argv[1]) as store:\n        {body}\nasyncio.run(main())\n"
    )
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, url, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert started.stdout
    assert started.stderr
    line = await started.stdout.readline()
    assert line.strip() == b"ready", (await started.stderr.read()).decode()
    return started


async def killed(victim: asyncio.subprocess.Process) -> None:
    victim.send_signal(signal.SIGKILL)
    await victim.wait()


async def modules(program: str) -> set[str]:
    """What a fresh interpreter has loaded after the program."""
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"{program}\nimport sys; print(*sys.modules)", stdout=asyncio.subprocess.PIPE
    )
    return set((await done.communicate())[0].decode().split())


# Transactions


async def test_a_transaction_is_kept_whole(store: Store) -> None:
    await store.transact(lambda connection: connection.execute(ROW))
    assert await store.kept("a") == Kept(b"1", 1.0)


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def work(connection: Any) -> None:
        connection.execute(ROW)
        raise ValueError

    with pytest.raises(ValueError):
        await store.transact(work)
    assert await store.kept("a") is None


async def test_a_caller_who_is_cancelled_leaves_all_or_nothing_and_blocks_nobody(store: Store) -> None:
    def work(connection: Any) -> None:
        connection.execute(ROW)
        connection.execute(ROW.values(key="b"))

    for steps in range(12):
        task = asyncio.create_task(store.transact(work))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (await store.kept("a") is None) == (await store.kept("b") is None)
        await store.forget_before(2.0)
    await store.keep("b", b"2", 2.0)
    assert await store.kept("b") == Kept(b"2", 2.0)


async def test_compare_and_set_tells_who_was_first(store: Store) -> None:
    await store.keep("owner", b"1", 1.0)
    claim = update(kept).where(kept.c.key == "owner", kept.c.value == b"1").values(value=b"2")

    claims = (store.transact(lambda connection: connection.execute(claim).rowcount) for _ in range(4))
    assert sorted(await asyncio.gather(*claims)) == [0, 0, 0, 1]


async def test_stores_of_several_processes_lose_no_update(shared_url: str) -> None:
    count = "for _ in range(50): await store.number()"
    counters = [await process(shared_url, f"print('ready', flush=True)\n        {count}") for _ in range(4)]
    for counter in counters:
        assert await counter.wait() == 0
    async with Store.open(shared_url) as store:
        assert await store.number() == 201


async def test_a_process_killed_in_a_transaction_blocks_nobody(shared_url: str) -> None:
    row = "connection.execute(text(\"INSERT INTO kept VALUES ('a', '1', 1)\"))"
    body = f"await store.transact(lambda connection: ({row}, print('ready', flush=True), time.sleep(3600)))"
    victim = await process(shared_url, body)
    await killed(victim)
    async with Store.open(shared_url) as store:
        await store.keep("b", b"2", 2.0)
        assert await store.kept("a") is None


async def test_what_must_last_is_flushed_and_what_need_not_is_not(sqlite_url: str) -> None:
    async with Store.open(sqlite_url) as store:
        how = [
            await store.transact(lambda c: c.execute(text("PRAGMA synchronous")).scalar(), durable=durable)
            for durable in (True, False, True)
        ]
    assert how == [2, 1, 2]  # FULL, NORMAL, FULL


async def test_the_server_closing_an_idle_connection_is_not_noticed(postgres_url: str) -> None:
    async with Store.open(postgres_url) as store, Store.open(postgres_url) as other:
        await store.number()
        await _sever(other)
        assert await store.number() == 2
        await _sever(other)
        assert await store.number() == 3


async def test_a_connection_that_is_lost_again_and_again_is_unavailable(postgres_url: str) -> None:
    lose = text("SELECT pg_terminate_backend(pg_backend_pid())")
    async with Store.open(postgres_url) as store:
        with pytest.raises(Unavailable, match="connection was lost"):
            await store.transact(lambda connection: (connection.execute(lose), connection.execute(ROW)))
        assert await store.number() == 1
        assert await store.kept("a") is None


async def _sever(store: Store) -> None:
    """End every other session of the database."""
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await store.transact(lambda connection: connection.execute(text(others)).all())


# Values and numbers


async def test_a_kept_value_replaces_the_one_before(store: Store) -> None:
    await store.keep("a", b"1", 1.0)
    await store.keep("a", b"2", 2.0)
    assert await store.kept("a") == Kept(b"2", 2.0)


async def test_old_values_are_forgotten_together(store: Store) -> None:
    for name, at in (("old", 1.0), ("older", 0.0), ("new", 3.0)):
        await store.keep(name, b"", at)
    await store.forget_before(2.0)
    assert [await store.kept(name) is None for name in ("old", "older", "new")] == [True, True, False]


async def test_a_number_is_given_once(store: Store) -> None:
    numbers = await asyncio.gather(*(store.number() for _ in range(20)))
    assert len(set(numbers)) == 20


# Locks


async def test_a_lock_excludes_other_tasks_until_it_is_released(store: Store) -> None:
    mine, other = store.lock("a"), store.lock("a")
    assert await mine.try_acquire()
    assert not await other.try_acquire()
    await mine.release()
    assert await other.try_acquire()


async def test_locks_of_different_names_do_not_meet(store: Store) -> None:
    assert await store.lock("a").try_acquire()
    assert await store.lock("b").try_acquire()


async def test_a_lock_is_alive_while_it_is_held(store: Store) -> None:
    lock = store.lock("a")
    assert not await lock.alive()
    async with lock:
        assert await lock.alive()
    assert not await lock.alive()


async def test_releasing_what_is_not_held_takes_it_from_nobody(store: Store) -> None:
    mine, other = store.lock("a"), store.lock("a")
    assert await mine.try_acquire()
    await other.release()
    assert await mine.alive()
    assert not await other.try_acquire()


async def test_acquire_asks_again_with_growing_pauses(store: Store) -> None:
    pauses: list[float] = []
    mine, other = store.lock("a"), store.lock("a")
    await mine.try_acquire()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 8:
            await mine.release()

    await other.acquire(pause)
    assert pauses == [0.01, 0.02, 0.04, 0.08, 0.16, 0.25, 0.25, 0.25]
    assert await other.alive()


async def test_a_lock_excludes_other_stores_of_the_same_process(shared_url: str) -> None:
    async with Store.open(shared_url) as store, Store.open(shared_url) as other:
        async with store.lock("a"):
            assert not await other.lock("a").try_acquire()
        assert await other.lock("a").try_acquire()


async def test_closing_a_store_drops_its_locks(shared_url: str) -> None:
    async with Store.open(shared_url) as store:
        other = await Store.open(shared_url)
        await other.lock("a").acquire()
        await other.close()
        assert await store.lock("a").try_acquire()


async def test_a_lock_falls_when_its_process_is_killed(shared_url: str) -> None:
    victim = await process(shared_url, f"await store.lock('a').acquire(); {READY}")
    async with Store.open(shared_url) as store:
        lock = store.lock("a")
        assert not await lock.try_acquire()
        await killed(victim)
        async with asyncio.timeout(10):
            await lock.acquire()


async def test_a_lock_whose_session_was_lost_is_not_alive(postgres_url: str) -> None:
    async with Store.open(postgres_url) as store, Store.open(postgres_url) as other:
        lock = store.lock("a")
        await lock.acquire()
        await _sever(other)
        assert await other.lock("a").try_acquire()
        assert not await lock.alive()
        assert not await lock.try_acquire()
        assert await store.lock("b").try_acquire()


async def test_a_request_for_a_lock_that_is_cancelled_loses_the_session_and_no_more(postgres_url: str) -> None:
    async with Store.open(postgres_url) as store, Store.open(postgres_url) as other:
        held = store.lock("held")
        assert await held.try_acquire()
        assert await other.lock("wanted").try_acquire()
        asking = asyncio.create_task(store.lock("wanted").try_acquire())
        while not store._backend._asking.locked():  # type: ignore[attr-defined]  # noqa: ASYNC110
            await asyncio.sleep(0)
        for _ in range(3):
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await store.lock("another").try_acquire()
        assert not await held.alive()
        await held.release()
        assert await other.lock("held").try_acquire()


async def test_a_lock_that_was_lost_and_taken_anew_is_not_the_first_holders(postgres_url: str) -> None:
    async with Store.open(postgres_url) as store, Store.open(postgres_url) as other:
        first, second = store.lock("a"), store.lock("a")
        await first.acquire()
        await _sever(other)
        assert await second.try_acquire()
        await first.release()
        assert not await first.alive()
        assert await second.alive()
        assert not await other.lock("a").try_acquire()


async def test_a_dead_host_is_noticed_within_thirty_seconds(postgres_url: str) -> None:
    async with Store.open(postgres_url) as store:
        names = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count")
        idle, interval, count = [
            int(await store.transact(lambda c, name=name: c.execute(text(f"SHOW {name}")).scalar_one()))
            for name in names
        ]
    assert idle + interval * count <= 30


# Opening


@pytest.mark.parametrize("url", ["", "store.db", "sqlite://store.db", "sqlite:///", "mysql://u:secret@h/d", "sqlite:"])
async def test_a_url_that_is_none_is_the_callers_error(url: str) -> None:
    with pytest.raises(InputError, match="SELLERPORT_STORE: Expected") as raised:
        await Store.open(url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["postgresql://u:secret@127.0.0.1:1/d", "postgres://u@127.0.0.1:1/d?password=secret"])
async def test_a_server_out_of_reach_is_unavailable_and_tells_no_password(url: str) -> None:
    with pytest.raises(Unavailable, match=r"postgresql://u@127\.0\.0\.1:1/d") as raised:
        await Store.open(url)
    assert "secret" not in str(raised.value)


async def test_a_parameter_that_the_driver_does_not_know_is_the_callers_error() -> None:
    with pytest.raises(InputError, match="unexpected keyword argument 'colour'"):
        await Store.open("postgresql://u@127.0.0.1:1/d?colour=red")


async def test_an_error_shows_no_values(store: Store) -> None:
    await store.keep("a", b"", 1.0)
    with pytest.raises(IntegrityError) as raised:
        await store.transact(lambda connection: connection.execute(ROW.values(value=b"secret")))
    assert "secret" not in str(raised.value)


async def test_a_database_that_is_not_there_is_the_callers_error(postgres_server: str) -> None:
    with pytest.raises(InputError, match='database "nowhere" does not exist'):
        await Store.open(f"{postgres_server.rpartition('/')[0]}/nowhere")


async def test_a_path_that_cannot_be_is_the_callers_error() -> None:
    with pytest.raises(InputError, match="/proc/nowhere"):
        await Store.open("sqlite:////proc/nowhere/store.db")


async def test_a_file_that_is_no_database_is_the_callers_error(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("a letter to a friend\n" * 100)
    with pytest.raises(InputError, match="not a database"):
        await Store.open(f"sqlite:///{tmp_path}/store.db")


async def test_the_files_are_their_owners_alone(sqlite_url: str, tmp_path: Path) -> None:
    async with Store.open(sqlite_url):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    assert set(modes.values()) == {0o600}


async def test_a_store_opened_by_hand_stays_open_until_it_is_closed(store_url: str) -> None:
    store = await Store.open(store_url)
    gc.collect()
    await asyncio.sleep(0)
    assert await store.number() == 1
    await store.close()


async def test_a_store_is_shown_without_its_password() -> None:
    async with Store.open("memory:") as store:
        assert repr(store) == "Store(memory:)"


async def test_stores_in_memory_have_nothing_to_do_with_one_another() -> None:
    async with Store.open("memory:") as store, Store.open("memory:") as other:
        await store.keep("a", b"", 1.0)
        assert await other.kept("a") is None
        assert await store.lock("a").try_acquire()
        assert await other.lock("a").try_acquire()


async def test_a_store_does_not_survive_a_fork(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Store.open(sqlite_url) as store:
        await (lock := store.lock("a")).acquire()
        with monkeypatch.context() as child:
            child.setattr(os, "getpid", lambda: 1)
            for use in (store.number, store.lock("b").try_acquire):
                with pytest.raises(RuntimeError, match="fork"):
                    await use()
            assert not await lock.alive()
        assert await lock.alive()


async def test_asking_for_stores_loads_no_database_library() -> None:
    loaded = await modules("import sellerport.store, sellerport.amazon.pace")
    assert not {"sqlalchemy", "aiosqlite", "asyncpg", "alembic", "sqlite3"} & loaded


async def test_a_file_needs_neither_migrations_nor_an_asynchronous_driver(sqlite_url: str) -> None:
    loaded = await modules(
        "import asyncio\nfrom sellerport.store import Store\n"
        f"async def main():\n    async with Store.open({sqlite_url!r}) as store: await store.number()\n"
        "asyncio.run(main())"
    )
    assert "sqlalchemy" in loaded
    assert not {"alembic", "asyncpg", "greenlet", "sqlalchemy.orm"} & loaded


def test_the_default_is_a_file_in_the_users_state_folder() -> None:
    assert default_url({"XDG_STATE_HOME": "/state", "HOME": "/home/u"}) == "sqlite:////state/sellerport/store.db"
    assert default_url({"HOME": "/home/u"}) == "sqlite:////home/u/.local/state/sellerport/store.db"
