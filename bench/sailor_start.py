"""Seconds from start to the first message's answer, and memory after it: a toy step, and ours with its journal open.

    python bench/sailor_start.py [--rounds 5]

Limits: under a second; 60 MB after the first toy message, 90 MB with the journal open.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/runtimes/sailor"))

from sailor_flow import Flow, Platform, Rabbit, broker_uri

ROOT = Path(__file__).resolve().parents[1]
TOY = ROOT / "tests/runtimes/sailor/witness/toy.py"


def started(words: list[str], message: object, *, function: str, config: object, store: str) -> tuple[float, float]:
    """Seconds to the answer to a message that waits in the queue, and the process's megabytes then."""
    uri = broker_uri()
    rabbit, platform = Rabbit(uri), Platform()
    flow = Flow(uri, rabbit, platform, plain={"SELLERPORT_STORE": store, "RESPONSE_CHECK_DELAY": "20"})
    platform.step = {"config": config, "snapshot": {}}
    rabbit.put({"body": message, "headers": {}}, {"messageId": "m"}, {}, version=1)
    env = {**flow.environment(FUNCTION=function), "PATH": os.environ["PATH"]}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "sellerport", "sailor", *words], env=env, stdout=subprocess.DEVNULL
    )
    try:
        got = rabbit.get(30)
        seconds = time.perf_counter() - began
        if got.key != "data":
            raise SystemExit(f"{got.key}: {got.error}")
        memory = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        return seconds, memory
    finally:
        process.terminate()
        process.wait(20)
        rabbit.close()
        platform.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    folder = tempfile.mkdtemp()
    command = [sys.executable, "-m", "sellersim", "serve", "--port", "0", "--time-scale", "2000", "--cfg-dir", folder]
    simulator = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert simulator.stdout is not None
    simulator.stdout.readline()
    cfg = json.loads(Path(folder, "spapi.json").read_text())
    store = f"sqlite:///{folder}/store.db"
    stock = {"messages": [{"SKU": "MUG-BLUE-11OZ", "Quantity": 12}]}
    try:
        toy = [started(["--component", str(TOY)], 1, function="toy", config={}, store=store) for _ in range(rounds)]
        ours = [started([], stock, function="updateItem", config=cfg, store=store) for _ in range(rounds)]
    finally:
        simulator.terminate()
        simulator.wait()
    for name, figures in (("toy", toy), ("Update Item, answered by a feed", ours)):
        seconds, memory = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{name}: {seconds:.2f} s from start to first answer, {memory:.0f} MB after it")


if __name__ == "__main__":
    main()
