"""How near the trigger comes to the ideal time when pages of orders and items of orders have a quota each.

    .venv/bin/python bench/orders_overlap.py [--orders 10000] [--matching 1000]

The plan is accelerated: order pages 1/s with a burst of 20, items 10/s with a burst of 30. The shop's orders are
Unshipped but for the matching ones, spread evenly, which are PartiallyShipped: MWS sends both, the trigger keeps the
matching ones and fetches their items. Ideal is the longer of both quotas, that is pages and items overlapped.
Exits 1 above 103 % of the ideal.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from amazon_wire import quotas
from amazon_wire.quotas import Quota

HERE = Path(__file__).resolve()
PAGES, ITEMS = Quota(1, 20), Quota(10, 30)
PAGE = 100
MOST = 1.03


def main() -> int:
    given = arguments()
    quotas.MWS["ListOrders"], quotas.MWS["ListOrderItems"] = PAGES, ITEMS
    if given.simulator:
        return simulate(given)
    if given.client:
        from sellerport.__main__ import main as sellerport

        cfg = f"{given.client}/mws.json"
        sys.argv = [
            "sellerport",
            "run",
            "getNewAndUpdatedOrders",
            "--cfg",
            cfg,
            "--set",
            "orderStatus=PartiallyShipped",
        ]
        sys.argv += ["--set", "includeItems=yes", "--set", "emitBehavior=emitIndividually"]
        return sellerport()
    with tempfile.TemporaryDirectory() as folder:
        return measure(given, folder)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pages and items of orders, overlapped.")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--matching", type=int, default=1_000)
    parser.add_argument("--simulator", help=argparse.SUPPRESS)
    parser.add_argument("--client", help=argparse.SUPPRESS)
    return parser.parse_args()


def simulate(given: argparse.Namespace) -> int:
    from sellersim import Clock, World
    from sellersim.serve import serve

    world = World(clock=Clock(), orders=1, seed=7)
    step = given.orders // given.matching
    for number in range(given.orders):
        world.add_orders(1, status="PartiallyShipped" if number % step == 0 else "Unshipped", lines=2)
    world.clock.advance(600)
    serve(world, port=0, cfg_dir=Path(given.simulator))
    return 0


def measure(given: argparse.Namespace, folder: str) -> int:
    size = ["--orders", str(given.orders), "--matching", str(given.matching)]
    simulator = subprocess.Popen(
        [sys.executable, HERE, "--simulator", folder, *size], stdout=subprocess.PIPE, text=True
    )
    try:
        assert simulator.stdout
        simulator.stdout.readline()
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, HERE, "--client", folder],
            capture_output=True,
            env={**os.environ, "SELLERPORT_STORE": "memory:"},
        )
        took = time.monotonic() - began
    finally:
        simulator.terminate()
        simulator.wait()
    orders = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(orders) != given.matching or not all(order["orderItems"] for order in orders):
        print(f"exit {done.returncode}, {len(orders)} orders: {done.stderr.decode()[-300:]}")
        return 1
    pages = max(0, -(-given.orders // PAGE) - PAGES.burst) / PAGES.rate
    items = max(0, given.matching - ITEMS.burst) / ITEMS.rate
    ideal = max(pages, items)
    print(
        f"{given.orders} orders, the items of {given.matching}: {took:.1f} s; ideal {ideal:.1f} s "
        f"(pages alone {pages:.1f} s, items alone {items:.1f} s) = {took / ideal:.1%} of it"
    )
    return 0 if took / ideal <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
