"""Messages a second and CPU a message of a toy step: this runtime beside the platform's original, on one broker.

    python bench/sailor_throughput.py [--rounds 5] [--prefetch 1 100] [--messages 3000 20000]

Runs are interleaved; what counts is the ratio. Needs RabbitMQ (scripts/rabbitmq.sh) and Node.js (scripts/witness.sh).
Both get ELASTICIO_DATA_RATE_LIMIT=1000000; with the platform's default both give a hundred messages a second.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/runtimes/sailor"))

from sailor_flow import Flow, Platform, Rabbit, broker_uri, encrypted  # noqa: E402

TOY = ROOT / "tests/runtimes/sailor/witness"
TICK = os.sysconf("SC_CLK_TCK")


class Figure(NamedTuple):
    """One run."""

    rate: float
    cpu: float
    memory: float


def command(runtime: str, witness: str) -> list[str]:
    """How the runtime is started."""
    if runtime == "node":
        return ["node", f"{witness}/node_modules/elasticio-sailor-nodejs/run.js"]
    return [sys.executable, "-c", START, "--component", str(TOY / "toy.py")]


START = """import os, sys
from sellerport.runtimes.sailor import main
sys.exit(main(sys.argv[1:], dict(os.environ), lambda: None))"""


def run(runtime: str, *, prefetch: int, messages: int, witness: str, size: int, version: int) -> Figure:
    """Lets the runtime work off so many messages that wait in its queue."""
    uri = broker_uri()
    rabbit, platform = Rabbit(uri), Platform()
    flow = Flow(uri, rabbit, platform)
    content = encrypted({"body": {"text": "x" * size, "n": 1}, "headers": {}})
    for n in range(messages):
        headers = {"messageId": f"m{n}", "threadId": "t", "stepId": "step_0", "protocolVersion": 2}
        rabbit.put(content, headers, {}, version=2)
    env = flow.environment(
        RABBITMQ_PREFETCH_SAILOR=str(prefetch),
        DATA_RATE_LIMIT="1000000",
        PROTOCOL_VERSION=str(version),
        COMPONENT_PATH=os.path.relpath(TOY, ROOT),
    )
    process = subprocess.Popen(
        command(runtime, witness), cwd=ROOT, env={**env, "PATH": os.environ["PATH"]}, stdout=subprocess.DEVNULL
    )
    try:
        warm = messages // 10
        at, done, cpu = _reached(rabbit, process.pid, warm)
        end, total, spent = _reached(rabbit, process.pid, messages)
        memory = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * 4096 / 2**20
        return Figure((total - done) / (end - at), (spent - cpu) / (total - done) * 1e6, memory)
    finally:
        process.terminate()
        process.wait(20)
        rabbit.close()
        platform.close()


def _reached(rabbit: Rabbit, pid: int, count: int) -> tuple[float, int, float]:
    """When the output queue holds so many: the time, the number, the process's CPU seconds."""
    while True:
        done = rabbit.waiting(rabbit.output)
        if done >= count:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return time.perf_counter(), done, (int(fields[11]) + int(fields[12])) / TICK
        time.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--prefetch", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--messages", type=int, nargs="+", default=[3000, 20000])
    parser.add_argument("--size", type=int, default=500, help="bytes of text in a body")
    parser.add_argument("--version", type=int, default=2, help="protocol version")
    parser.add_argument("--only", choices=["node", "ours"])
    asked = parser.parse_args()
    if len(asked.prefetch) != len(asked.messages):
        parser.error("--prefetch and --messages take as many numbers, one of each for a measurement")
    witness = subprocess.run(
        ["bash", ROOT / "scripts/witness.sh"], check=True, capture_output=True, text=True
    ).stdout.strip()
    runtimes = [asked.only] if asked.only else ["node", "ours"]
    for prefetch, messages in zip(asked.prefetch, asked.messages, strict=True):
        figures: dict[str, list[Figure]] = {runtime: [] for runtime in runtimes}
        for _ in range(asked.rounds):
            for runtime in runtimes:
                figure = run(
                    runtime,
                    prefetch=prefetch,
                    messages=messages,
                    witness=witness,
                    size=asked.size,
                    version=asked.version,
                )
                figures[runtime].append(figure)
                print(
                    f"prefetch {prefetch:>3} {runtime:<4} {figure.rate:7.0f}/s {figure.cpu:6.0f} µs {figure.memory:5.0f} MB"
                )
        if len(runtimes) == 2:
            pairs = list(zip(figures["ours"], figures["node"], strict=True))
            rate = statistics.median(ours.rate / node.rate for ours, node in pairs)
            cpu = statistics.median(ours.cpu / node.cpu for ours, node in pairs)
            print(f"prefetch {prefetch:>3}: {rate:.2f} times the messages a second, {cpu:.2f} of the CPU a message")


if __name__ == "__main__":
    main()
