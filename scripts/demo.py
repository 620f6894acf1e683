"""The main job, on the simulator: a seller's orders over SP-API and over MWS, shown as a table.

Starts the simulator on a free port, runs the commands that a user would type, and leaves nothing behind.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

BIN = Path(sys.executable).parent
CONSOLE = Console(width=110)
ORDERS = 60


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="sellerport-demo-") as folder, simulator(folder):
        env = {**os.environ, "XDG_STATE_HOME": folder}
        for api, file in (("SP-API", "spapi.json"), ("MWS", "mws.json")):
            CONSOLE.rule(f"[bold]{api}")
            cfg = f"{folder}/{file}"
            CONSOLE.print(said(env, "verify", "--cfg", cfg), end="")
            words = ("run", "getNewAndUpdatedOrders", "--cfg", cfg, "--set", "orderStatus=Shipped")
            show(api, json.loads(said(env, *words))["orders"])
    CONSOLE.rule("[bold]Next")
    CONSOLE.print("Keep a simulator of your own:   .venv/bin/sellersim serve --cfg-dir my-shop")
    CONSOLE.print("See what there is to run:       .venv/bin/sellerport functions")
    CONSOLE.print("Connect a real account:         docs/connect.md")
    return 0


@contextmanager
def simulator(folder: str) -> Iterator[None]:
    """`sellersim serve`, ready to answer; its cfg files are in the folder."""
    words = [BIN / "sellersim", "serve", "--port", "0", "--orders", str(ORDERS), "--seed", "7", "--cfg-dir", folder]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        if "listening" not in line:
            raise SystemExit("the simulator did not start")
        CONSOLE.print(f"[dim]{line.strip()}, a shop of {ORDERS} orders[/dim]")
        yield
    finally:
        process.terminate()
        process.wait()


def said(env: dict[str, str], *words: str) -> str:
    """What the sellerport command prints."""
    CONSOLE.print(f"[dim]$ sellerport {shlex.join(words)}[/dim]", soft_wrap=True)
    done = subprocess.run([BIN / "sellerport", *words], env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout


def show(api: str, orders: list[dict[str, object]]) -> None:
    """The first orders as a table."""
    table = Table(title=f"{len(orders)} shipped orders over {api}, the first eight", title_justify="left")
    for heading in ("Order", "Updated", "By", "To", "Total"):
        table.add_column(heading, justify="right" if heading == "Total" else "left")
    for order in orders[:8]:
        address, total = order.get("shippingAddress") or {}, order.get("orderTotal") or {}
        assert isinstance(address, dict)
        assert isinstance(total, dict)
        table.add_row(
            str(order["amazonOrderId"]),
            str(order["lastUpdateDate"])[:19],
            str(order.get("fulfillmentChannel", "")),
            f"{address.get('city', '')} {address.get('countryCode', '')}",
            f"{total.get('amount', '')} {total.get('currencyCode', '')}",
        )
    CONSOLE.print(table)


if __name__ == "__main__":
    sys.exit(main())
