"""The `sellerport` command as a process of its own, on a simulator on a socket: pipes, signals, environment."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BIN = Path(sys.executable).parent
SELLERPORT = str(BIN / "sellerport")
LONG = 30  # seconds after which something hangs


class Shop:
    """A simulator that serves, and the environment of those who use it."""

    def __init__(self, folder: Path, orders: int = 300) -> None:
        words = ["serve", "--port", "0", "--orders", str(orders), "--seed", "3", "--no-quota", "--cfg-dir", str(folder)]
        self.process = subprocess.Popen([BIN / "sellersim", *words], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self.folder = folder
        self.env = {**os.environ, "XDG_STATE_HOME": str(folder), "RESPONSE_CHECK_DELAY": "600000"}

    def cfg(self, api: str) -> str:
        return str(self.folder / f"{api}.json")

    def fault(self, **said: Any) -> None:
        body = json.dumps(said).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_sim/faults", body), timeout=LONG).close()

    def forgive(self) -> None:
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_sim/faults", method="DELETE"), timeout=LONG).close()

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
        return subprocess.Popen([SELLERPORT, *words], env=self.env, **pipes)

    def close(self) -> None:
        self.process.terminate()
        assert self.process.wait(LONG) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("shop"))
    yield made
    made.close()


def orders(shop: Shop, api: str, *words: str) -> tuple[str, ...]:
    return ("run", "getNewAndUpdatedOrders", "--cfg", shop.cfg(api), "--set", "orderStatus=Shipped", *words)


def test_verify_verifies_and_orders_come_as_lines(shop: Shop) -> None:
    verified = shop.start("verify", "--cfg", shop.cfg("mws"))
    out, err = verified.communicate(timeout=LONG)
    assert (verified.returncode, "verified" in out, err) == (0, True, "")
    run = shop.start(*orders(shop, "spapi", "--set", "emitBehavior=emitIndividually"))
    out, err = run.communicate(timeout=LONG)
    found = [json.loads(line) for line in out.splitlines()]
    assert (run.returncode, err) == (0, "")
    assert len({order["amazonOrderId"] for order in found}) == len(found) > 150


PATIENT = """
import sys
from sellerport.contract import Component, Data, Trigger
from sellerport.errors import Stopped
from sellerport.runtimes.cli import main

async def run(call, port):
    yield Data({"first": True})
    await call.stop.wait()
    raise Stopped("stopped")

sys.exit(main(sys.argv[1:], {}, Component(functions={"tick": Trigger(title="Tick", help="Tick.", run=run)})))
"""


def test_a_line_is_out_before_the_next_emission_is_asked(tmp_path: Path) -> None:
    cfg = tmp_path / "cfg.json"
    cfg.write_text("{}")
    words = [sys.executable, "-c", PATIENT, "run", "tick", "--cfg", str(cfg)]
    run = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stdout is not None
    first = run.stdout.readline()
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=LONG)
    assert (json.loads(first), out, run.returncode) == ({"first": True}, "", 75)
    assert err == "sellerport: stopped\n"


@pytest.mark.parametrize("words", [["functions"], ["component"]])
def test_an_output_that_is_full_is_told(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run([SELLERPORT, *words], stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.returncode == 75
    assert "the output cannot be written: No space left on device" in ended.stderr


def test_a_reader_that_leaves_ends_the_run_quietly(shop: Shop) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = shop.start(*orders(shop, "mws", "--set", "emitBehavior=emitIndividually"), stdout=writing)
    os.close(writing)
    _, err = run.communicate(timeout=LONG)
    assert run.returncode == 141
    assert err == ""


@pytest.mark.parametrize(
    ("api", "operation", "number"),
    [("spapi", "searchOrders", signal.SIGTERM), ("mws", "ListOrders", signal.SIGINT)],
)
def test_a_signal_while_it_waits_ends_it_at_once_with_75(
    shop: Shop, api: str, operation: str, number: signal.Signals
) -> None:
    shop.fault(operation=operation, kind="throttle", count=50)
    run = shop.start(*orders(shop, api))
    assert run.stderr is not None
    waiting = run.stderr.readline()
    run.send_signal(number)
    out, err = run.communicate(timeout=LONG)
    shop.forgive()
    assert "waiting" in waiting
    assert operation in waiting
    assert (run.returncode, out) == (75, "")
    assert err.startswith("sellerport: stopped")


def test_a_signal_while_amazon_does_not_answer_ends_it_at_once(shop: Shop) -> None:
    shop.fault(operation="ListOrders", kind="500", count=1)
    shop.fault(operation="ListOrders", kind="slow", seconds=3600, count=1)
    run = shop.start(*orders(shop, "mws"))
    assert run.stderr is not None
    again = run.stderr.readline()  # the second try, which is not answered, is told
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=LONG)
    shop.forgive()
    assert "again" in again
    assert (run.returncode, out) == (75, "")
    assert "stopped" in err


def test_a_sample_that_is_throttled_fails_with_75_and_amazons_words(shop: Shop) -> None:
    shop.fault(operation="ListOrders", kind="throttle")
    run = shop.start(*orders(shop, "mws", "--sample"))
    out, err = run.communicate(timeout=LONG)
    assert (run.returncode, out) == (75, "")
    assert "RequestThrottled" in err
    assert "request id" in err


def test_a_simulator_that_is_gone_is_unavailable(shop: Shop, tmp_path: Path) -> None:
    cfg = tmp_path / "cfg.json"
    cfg.write_text(json.dumps({**json.loads(Path(shop.cfg("mws")).read_text()), "endpoint": "http://127.0.0.1:9"}))
    run = shop.start("run", "getNewAndUpdatedOrders", "--cfg", str(cfg), "--set", "orderStatus=Shipped", "--sample")
    out, err = run.communicate(timeout=LONG)
    assert (run.returncode, out) == (75, "")
    assert "127.0.0.1:9" in err


def test_the_store_is_a_file_in_the_users_state_folder(shop: Shop, tmp_path: Path) -> None:
    cfg = tmp_path / "cfg.json"
    cfg.write_text(json.dumps({**json.loads(Path(shop.cfg("mws")).read_text()), "quotaScale": "1000"}))
    run = shop.start("run", "getNewAndUpdatedOrders", "--cfg", str(cfg), "--set", "orderStatus=Shipped")
    run.communicate(timeout=LONG)
    assert run.returncode == 0
    assert (shop.folder / "sellerport" / "store.db").exists()


def test_without_pacing_a_run_for_orders_opens_no_store(shop: Shop, tmp_path: Path) -> None:
    env = {**shop.env, "XDG_STATE_HOME": str(tmp_path / "state")}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", SELLERPORT, *orders(shop, "mws")], env=env, capture_output=True, text=True,
        timeout=LONG, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert not (tmp_path / "state").exists()
    assert "sqlalchemy" not in done.stderr
    assert "alembic" not in done.stderr
