"""Workers on one queue whose connections the broker closes again and again, and which are killed at random.

What must hold afterwards: nothing is lost, no process has worked on one message twice, and every worker ends when told.
"""

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pika
from pika.exceptions import AMQPError
from sailor_flow import Flow, Platform, Rabbit, decrypted, encrypted

ROOT = Path(__file__).resolve().parents[3]
TOY = ROOT / "tests/runtimes/sailor/witness/toy.py"
START = """import os, sys
from sellerport.runtimes.sailor import main
sys.exit(main(sys.argv[1:], dict(os.environ), lambda: None))"""


@dataclass
class Report:
    """What came of it. `by` maps (process, message) to the ids of what left that process for that message."""

    messages: int
    closed: int = 0
    killed: int = 0
    left: int = 0
    codes: list[int] = field(default_factory=list)
    slowest_end: float = 0.0
    by: dict[tuple[int, int], set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def lost(self) -> set[int]:
        """The messages of which nothing left."""
        return set(range(self.messages)) - {n for _, n in self.by}

    @property
    def doubled(self) -> dict[tuple[int, int], set[str]]:
        """The messages on which one process worked twice."""
        return {who: ids for who, ids in self.by.items() if len(ids) > 1}

    @property
    def repeated(self) -> int:
        """How many messages a second process worked on, as it must when the first was killed."""
        return len(self.by) - len({n for _, n in self.by})

    def __str__(self) -> str:
        return (
            f"{self.messages} messages, connections closed {self.closed} times, {self.killed} workers killed: "
            f"{len(self.lost)} lost, {len(self.doubled)} worked on twice by one process, "
            f"{self.repeated} by a second one; {self.left} left in the queue; "
            f"ends {sorted(set(self.codes))}, the slowest after {self.slowest_end:.1f} s"
        )


def control(*words: str) -> str:
    """rabbitmqctl on the tests' own broker."""
    done = subprocess.run(["bash", ROOT / "scripts/rabbitmq.sh", "ctl", "-q", *words], capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"rabbitmqctl {words[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


@contextmanager
def own_host(uri: str) -> Iterator[tuple[str, str]]:
    """A virtual host of our own, so that nobody else's connections are closed: its URI and its name."""
    name = f"chaos-{uuid.uuid4().hex[:8]}"
    control("add_vhost", name)
    try:
        control("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
        yield uri.rstrip("/") + "/" + name, name
    finally:
        control("delete_vhost", name)


def chaos(uri: str, *, messages: int, workers: int, seed: int, prefetch: int = 3) -> Report:
    """Lets the workers work off so many messages under fire."""
    report, chance = Report(messages), random.Random(seed)
    with own_host(uri) as (own_uri, host):
        rabbit, platform = Rabbit(own_uri), Platform()
        for n in range(messages):
            content = encrypted({"body": n, "headers": {}})
            rabbit.put(content, {"messageId": str(uuid.uuid4()), "protocolVersion": 2}, {}, version=2)
        rabbit.connection.close()  # the fire would hit it too
        flow = Flow(own_uri, rabbit, platform)
        env = flow.environment(
            FUNCTION="who", RABBITMQ_PREFETCH_SAILOR=str(prefetch), DATA_RATE_LIMIT="100000", PROTOCOL_VERSION="2"
        )
        running = [_worker(env) for _ in range(workers)]
        try:
            _under_fire(report, chance, running, env=env, uri=own_uri, rabbit=rabbit, host=host)
            _ended(report, running)
            report.left = _drained(report, own_uri, rabbit)
        finally:
            for process in running:
                process.kill()
                process.wait()
            platform.close()
    return report


def _worker(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", START, "--component", str(TOY)]
    return subprocess.Popen(command, env={**env, "PATH": os.environ["PATH"]}, stdout=subprocess.DEVNULL)


def _under_fire(
    report: Report,
    chance: random.Random,
    running: "list[subprocess.Popen[bytes]]",
    *,
    env: dict[str, str],
    uri: str,
    rabbit: Rabbit,
    host: str,
) -> None:
    """Closes and kills until everything has left, for five minutes at most."""
    end = time.monotonic() + 300
    while report.lost and time.monotonic() < end:
        time.sleep(chance.uniform(0.05, 0.3))
        if chance.random() < 0.75:
            control("close_all_connections", "--vhost", host, "chaos")
            report.closed += 1
        else:
            place = chance.randrange(len(running))
            running[place].kill()
            running[place].wait()
            running[place] = _worker(env)
            report.killed += 1
        _drained(report, uri, rabbit)


def _drained(report: Report, uri: str, rabbit: Rabbit) -> int:
    """Counts what has left the workers; how many inputs are left in the queue."""
    connection = pika.BlockingConnection(pika.URLParameters(uri))
    try:
        channel = connection.channel()
        while True:
            method, properties, content = channel.basic_get(rabbit.output)
            if method is None:
                return int(channel.queue_declare(rabbit.input, passive=True).method.message_count)
            body = decrypted(content)["body"]
            report.by[body["pid"], body["n"]].add(properties.headers["messageId"])
            channel.basic_ack(method.delivery_tag)
    except AMQPError:
        return -1
    finally:
        if connection.is_open:
            connection.close()


def _ended(report: Report, running: "list[subprocess.Popen[bytes]]") -> None:
    began = time.monotonic()
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        report.codes.append(process.wait(30))
    report.slowest_end = time.monotonic() - began
