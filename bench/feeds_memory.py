"""The largest memory of a run that submits 100,000 rows of stock and joins the reports to them.

    .venv/bin/python bench/feeds_memory.py [ROWS]

`sellerport run submitInventory` against a simulator on loopback, over both protocols, with every member filled and with
SKUs that the shop does not have: every row is an issue, which is what takes most memory. The limit is 150 MB; the exit
code is 1 above it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LIMIT = 150
WATCH = """import json, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
json.dump([code, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime], open(sys.argv[1], "w"))"""


def stock(rows: int) -> dict[str, Any]:
    """So many rows."""
    rest = {"fulfillmentCenterID": "DEFAULT", "restockDate": "2026-12-24", "fulfillmentLatency": 2}
    return {"messages": [{"sku": f"SKU-{n:06d}-{'X' * 29}", "quantity": n % 900, **rest} for n in range(rows)]}


def measured(folder: Path, api: str, message: Path) -> tuple[float, float, float, dict[str, Any]]:
    """Largest memory in MB, seconds of CPU and of the clock, and the answer without its issues."""
    words = ["-m", "sellerport", "run", "submitInventory", "--cfg", folder / f"{api}.json", "--message", message]
    words += ["--set", "waitForResult=yes"]
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "RESPONSE_CHECK_DELAY": "500"}
    began = time.perf_counter()
    with (folder / "answer").open("wb") as out:
        watching = [sys.executable, "-c", WATCH, folder / "note", sys.executable, *words]
        subprocess.run(list(map(str, watching)), stdout=out, env=env, check=True)
    code, memory, cpu = json.loads((folder / "note").read_text())
    assert code == 0
    answer = json.loads((folder / "answer").read_bytes())
    answer["issues"] = [issue["row"] for issue in answer["issues"] if issue["severity"] == "ERROR"]
    return memory, cpu, time.perf_counter() - began, answer


def main() -> int:
    """Measure both protocols; 1 where one is above the limit."""
    rows, worst = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, 0.0
    folder = Path(tempfile.mkdtemp())
    serve = [sys.executable, "-m", "sellersim", "serve", "--port", "0", "--cfg-dir", str(folder), "--no-quota"]
    message = folder / "message.json"
    message.write_text(json.dumps(stock(rows)))
    simulator = subprocess.Popen([*serve, "--time-scale", "600"], stdout=subprocess.PIPE, text=True)
    assert simulator.stdout
    simulator.stdout.readline()
    try:
        for api in ("spapi", "mws"):
            memory, cpu, seconds, answer = measured(folder, api, message)
            assert answer["summary"]["withError"] == rows, answer["summary"]
            assert answer["issues"] == list(range(rows))
            feeds = len(answer.get("feedSubmissionIds", [1]))
            print(f"{api:5}  {rows} rows in {feeds} feeds: {memory:.0f} MB, {cpu:.1f} s CPU, {seconds:.1f} s in all")
            worst = max(worst, memory)
    finally:
        simulator.terminate()
        simulator.communicate()
    print(f"{'within' if worst < LIMIT else 'ABOVE'} the limit of {LIMIT} MB")
    return int(worst >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
