"""What one turn costs, and what an open store costs in memory.

    .venv/bin/python bench/quota_turn.py

A turn is one transaction: the bucket read, reckoned and written. The time is the median of rounds of 300 turns that
have no quota to wait for; the memory is that of a fresh interpreter, with and without the store. PostgreSQL is a
throw-away server on this machine (scripts/postgres.sh).
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from amazon_wire.quotas import Quota
from sellerport.amazon.clock import SystemClock
from sellerport.amazon.pace import pace_of
from sellerport.amazon.patience import Patience
from sellerport.store import Store

HERE = Path(__file__).resolve()
ROUNDS, TURNS = 7, 300
MEMORY = """
import asyncio, resource, sys
from sellerport.store import Store
async def main():
    async with Store.open(sys.argv[1]) as store: await store.number()
if sys.argv[1]: asyncio.run(main())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


async def cost(url: str) -> float:
    """Milliseconds a turn."""
    clock, rounds = SystemClock(), []
    async with Store.open(url) as store:
        quotas = {"op": Quota(1e6, 1_000_000)}
        pace = pace_of(store, clock, scope=("e", "a", "s"), quotas=quotas, patience=Patience(clock))
        await pace.turn("op")
        for _ in range(ROUNDS):
            began = time.perf_counter()
            for _ in range(TURNS):
                await pace.turn("op")
            rounds.append((time.perf_counter() - began) / TURNS * 1000)
    return statistics.median(rounds)


def memory(url: str) -> int:
    """Megabytes of a process that has the store open."""
    done = subprocess.run([sys.executable, "-c", MEMORY, url], capture_output=True, text=True, check=True)
    return int(done.stdout)


def main() -> int:
    if "SELLERPORT_TEST_POSTGRES" not in os.environ:
        script = HERE.parent.parent / "scripts" / "postgres.sh"
        return subprocess.run([script, sys.executable, str(HERE)], check=False).returncode
    print(f"no store: {memory('')} MB")
    with tempfile.TemporaryDirectory() as folder:
        for url in ("memory:", f"sqlite:///{folder}/store.db", os.environ["SELLERPORT_TEST_POSTGRES"]):
            print(
                f"{url.partition(':')[0]}: {asyncio.run(cost(url)):.3f} ms a turn, {memory(url)} MB with the store open"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
