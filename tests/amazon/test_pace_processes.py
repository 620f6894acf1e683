import asyncio
import signal
import sys

import pytest

from amazon_wire.quotas import Quota
from sellerport.amazon.clock import SystemClock
from sellerport.amazon.pace import Pace, pace_of
from sellerport.amazon.patience import Patience
from sellerport.errors import Throttled
from sellerport.store import Store
from store_server import postgres_server, postgres_url, shared_url, sqlite_url, store_url

__all__ = ["postgres_server", "postgres_url", "shared_url", "sqlite_url", "store_url"]

pytestmark = pytest.mark.anyio

SCOPE = ("http://127.0.0.1", "application", "seller")
QUOTAS = {"fast": Quota(100, 20), "slow": Quota(1 / 1000, 2)}
PROGRAM = """
import asyncio, sys, time
from amazon_wire.quotas import Quota
from sellerport.amazon.clock import SystemClock
from sellerport.amazon.pace import pace_of
from sellerport.amazon.patience import Patience
from sellerport.store import Store
async def main():
    async with Store.open(sys.argv[1]) as store:
        clock = SystemClock()
        told = Patience(clock, announce=lambda event, facts: print(event, flush=True))
        pace = pace_of(store, clock, scope={scope!r}, quotas={quotas!r}, patience=told)
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range({count}):
            await pace.turn({operation!r})
            print(time.time(), flush=True)
asyncio.run(main())
"""


async def process(url: str, operation: str, count: int) -> asyncio.subprocess.Process:
    """A process that takes so many turns once it is told to, and says when each came."""
    program = PROGRAM.format(scope=SCOPE, quotas=QUOTAS, count=count, operation=operation)
    pipe = asyncio.subprocess.PIPE
    started = await asyncio.create_subprocess_exec(sys.executable, "-c", program, url, stdin=pipe, stdout=pipe)
    assert started.stdout
    assert await started.stdout.readline() == b"ready\n"
    return started


def pace(store: Store, *, limit: float | None = None, waits: asyncio.Event | None = None) -> Pace:
    clock = SystemClock()
    patience = Patience(clock, limit=limit, announce=lambda event, facts: waits.set() if waits else None)
    run = pace_of(store, clock, scope=SCOPE, quotas=QUOTAS, patience=patience)
    assert isinstance(run, Pace)
    return run


async def refills_until_the_next_turn(store: Store) -> float:
    with pytest.raises(Throttled) as raised:
        await pace(store, limit=0.001).turn("slow")
    return raised.value.wait / 1000


async def test_processes_together_get_no_more_than_the_quota(shared_url: str) -> None:
    processes = [await process(shared_url, "fast", 40) for _ in range(4)]
    said = await asyncio.gather(*(one.communicate(b"go\n") for one in processes))
    times = sorted(float(line) for out, _ in said for line in out.split())
    assert len(times) == 160
    assert (
        times[-1] - times[0] >= (160 - 20) / 100 / 2
    )  # each for himself: a quarter of a second; a busy machine is late


async def test_a_process_killed_while_it_waits_costs_the_others_one_turn(shared_url: str) -> None:
    victim = await process(shared_url, "slow", 3)
    assert victim.stdin
    assert victim.stdout
    victim.stdin.write(b"go\n")
    said = [(await victim.stdout.readline()).split()[0] for _ in range(3)]
    assert said[-1] == b"wait"  # the third turn is reserved, and slept towards
    victim.send_signal(signal.SIGKILL)
    await victim.wait()
    async with Store.open(shared_url) as store:
        assert await refills_until_the_next_turn(store) == pytest.approx(2, abs=0.3)


async def test_a_turn_that_is_too_long_to_wait_for_is_not_reserved(store_url: str) -> None:
    async with Store.open(store_url) as store:
        for _ in range(3):
            await pace(store, limit=0).turn("slow")
        first = await refills_until_the_next_turn(store)
        assert first == pytest.approx(await refills_until_the_next_turn(store), abs=0.1)


async def test_runs_of_one_process_stand_in_one_line_and_reserve_one_turn(store_url: str) -> None:
    waits = asyncio.Event()
    async with Store.open(store_url) as store:
        for _ in range(2):
            await pace(store, limit=0).turn("slow")
        waiting = [asyncio.create_task(pace(store, waits=waits).turn("slow")) for _ in range(10)]
        await waits.wait()
        run = pace(store, limit=0)
        await run.turn("slow")
        assert run._known["slow"].used == pytest.approx(2 + 1 + 1, abs=0.1)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_cannot_be_read_in_the_store_counts_as_a_full_bucket(store_url: str) -> None:
    from sqlalchemy import text

    async with Store.open(store_url) as store:
        await pace(store).turn("fast")
        await store.transact(lambda connection: connection.execute(text("UPDATE quota SET state = 'old'")))
        run = pace(store)
        await run.turn("fast")
        assert run._known["fast"].used == 1


async def test_sellers_and_applications_have_quotas_of_their_own(store_url: str) -> None:
    clock = SystemClock()
    async with Store.open(store_url) as store:
        for scope in (SCOPE, ("other", *SCOPE[1:]), (SCOPE[0], "other", SCOPE[2]), (*SCOPE[:2], "other")):
            run = pace_of(store, clock, scope=scope, quotas=QUOTAS, patience=Patience(clock, limit=0.001))
            await run.turn("slow")
