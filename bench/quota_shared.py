"""How much of a quota four processes reach together that share one store and one seller, and how often they are refused.

    .venv/bin/python bench/quota_shared.py [--store sqlite|postgresql] [--api SP-API|MWS] [--scale N] [--seconds N]
                                           [--processes N] [--kill]

It starts `sellersim serve` with quotas on and time scaled, and processes that look up orders as fast as the quota lets
them. What is allowed is the burst and the refill from the first request to the last look at the simulator's count.
With --kill one of them is killed (SIGKILL) every two seconds, and another takes its place. PostgreSQL is a throw-away
server (scripts/postgres.sh). Exits 1 with a refusal, and without --kill also below 97 %.
"""

import argparse
import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from amazon_wire.quotas import MWS, SPAPI

HERE = Path(__file__).resolve()
ASKED = {"SP-API": ("getOrder", SPAPI["getOrder"], 20, 60.0), "MWS": ("GetOrder", MWS["GetOrder"], 1, 300.0)}
ENOUGH = 0.97


def main() -> int:
    given = arguments()
    if given.worker:
        asyncio.run(work(json.loads(Path(given.worker).read_text()), given.url, given.api))
        return 0
    if given.store == "postgresql" and "SELLERPORT_TEST_POSTGRES" not in os.environ:
        script = HERE.parent.parent / "scripts" / "postgres.sh"
        return subprocess.run([script, sys.executable, *sys.argv], check=False).returncode
    with tempfile.TemporaryDirectory() as folder:
        return measure(given, Path(folder))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Share of a quota that processes reach together.")
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--api", choices=list(ASKED), default="SP-API")
    parser.add_argument("--scale", type=float)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    return parser.parse_args()


def measure(given: argparse.Namespace, folder: Path) -> int:
    operation, quota, _, scale = ASKED[given.api]
    scale = given.scale or scale
    url = os.environ["SELLERPORT_TEST_POSTGRES"] if given.store == "postgresql" else f"sqlite:///{folder}/store.db"
    with simulator(folder, scale) as endpoint, workers(given, folder, url) as processes:
        began = first_request(endpoint, operation)
        killed = pass_time(given, processes)
        counts = told(endpoint, "counts")[operation]
        lasted = time.monotonic() - began
    allowed = quota.burst + quota.rate * scale * lasted
    refused = sum(counts["refused"].values())
    share = (counts["requests"] - refused) / allowed
    print(
        f"{given.store}, {given.api} {operation} at {quota.rate * scale:.4g}/s, burst {quota.burst}: "
        f"{given.processes} processes made {counts['requests'] - refused} of {allowed:.1f} requests that the quota "
        f"allowed in {lasted:.1f} s = {share:.1%}; refused {refused}" + (f"; killed {killed}" if killed else "")
    )
    return 0 if not refused and (killed or share >= ENOUGH) else 1


@contextmanager
def simulator(folder: Path, scale: float) -> Iterator[str]:
    command = [sys.executable, "-m", "sellersim", "serve", "--port", "0", "--orders", "200", "--seed", "7"]
    command += ["--time-scale", str(scale), "--cfg-dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait()


@contextmanager
def workers(given: argparse.Namespace, folder: Path, url: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    cfg = folder / ("mws.json" if given.api == "MWS" else "spapi.json")
    command = [sys.executable, str(HERE), "--worker", str(cfg), "--url", url, "--api", given.api]
    processes = [subprocess.Popen(command) for _ in range(given.processes)]
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def pass_time(given: argparse.Namespace, processes: list[subprocess.Popen[bytes]]) -> int:
    """Let the time of the measurement pass; how many were killed meanwhile."""
    if not given.kill:
        time.sleep(given.seconds)
        return 0
    kills = int(given.seconds / 2)
    for kill in range(kills):
        time.sleep(2)
        victim = processes[kill % len(processes)]
        victim.kill()
        victim.wait()
        processes[kill % len(processes)] = subprocess.Popen(victim.args)
    return kills


def told(endpoint: str, what: str) -> Any:
    with urllib.request.urlopen(f"{endpoint}/_sim/{what}") as answer:
        return json.load(answer)


def first_request(endpoint: str, operation: str) -> float:
    while operation not in told(endpoint, "counts"):
        time.sleep(0.005)
    return time.monotonic()


async def work(facts: dict[str, Any], url: str, api: str) -> None:
    """Look up orders until told to end."""
    from sellerport.amazon.account import Credentials
    from sellerport.amazon.connect import Connector, Surroundings
    from sellerport.errors import Retriable, Stopped
    from sellerport.reading import read_form

    ids = [order["id"] for order in told(facts["endpoint"], "orders")["orders"]][: ASKED[api][2]]
    credentials = read_form(Credentials, facts, [])
    assert credentials
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    connector = Connector("bench")
    try:
        async with connector.connect(credentials, Surroundings({"SELLERPORT_STORE": url}, stop=stop)) as amazon:
            while not stop.is_set():
                await amazon.orders_of(ids)
    except (Stopped, Retriable):
        if not stop.is_set():
            raise
    finally:
        await connector.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"  worker: {used.ru_maxrss / 1024:.0f} MB, {used.ru_utime + used.ru_stime:.2f} s CPU", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
