"""The seller component as a step, against the simulator: a whole flow with the original runtime, and workers that are killed."""

import asyncio
import itertools
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
from sailor_flow import Flow, Platform, Rabbit
from sailor_witness import original

from sellerport.component import component

pytestmark = pytest.mark.anyio


class Simulator:
    """`sellersim serve`, fast."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "sellersim", "serve", "--port", "0", "--cfg-dir", str(folder)]
        self.process = subprocess.Popen(
            [*command, "--orders", "40", "--time-scale", "2000"], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self.cfg = {api: json.loads((folder / f"{api}.json").read_text()) for api in ("spapi", "mws")}

    def ask(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def order(self, **fault: Any) -> None:
        body = json.dumps(fault).encode()
        urllib.request.urlopen(self.url + "/_sim/faults", body, timeout=10).close()

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    running = Simulator(tmp_path)
    yield running
    running.close()


@pytest.fixture
def flows(broker: str) -> Iterator[list[Flow]]:
    """Four steps in a row: what leaves one comes to the next."""
    made = [Flow(broker, Rabbit(broker), Platform()) for _ in range(4)]
    for before, after in itertools.pairwise(made):
        before.rabbit.channel.queue_bind(after.rabbit.input, before.rabbit.exchange, before.rabbit.keys["data"])
    yield made
    for flow in made:
        flow.rabbit.close()
        flow.platform.close()


FORM = {"orderStatus": "Unshipped", "maxOrdersPerPage": "50", "includeItems": "yes", "startTime": "", "endTime": None}


@pytest.mark.parametrize("api", ["spapi", "mws"])
async def test_a_flow_of_ours_and_theirs_from_order_to_stock(
    flows: list[Flow], simulator: Simulator, witness: str, tmp_path: Path, api: str
) -> None:
    orders, stock, update, last = flows
    for flow in (orders, update):
        flow.plain = {"SELLERPORT_STORE": f"sqlite:///{tmp_path}/store.db", "RESPONSE_CHECK_DELAY": "20"}
        flow.platform.step = {
            "config": {**simulator.cfg[api], **FORM, "_account": "a1", "secretId": "s1"},
            "snapshot": {},
        }
    async with (
        orders.step(component(), FUNCTION="getNewAndUpdatedOrders", STEP_ID="orders"),
        original(stock, witness, FUNCTION="stock", STEP_ID="stock"),
        update.step(component(), FUNCTION="updateItem", STEP_ID="update"),
        original(last, witness, STEP_ID="last"),
    ):
        await orders.put({})
        told = (await orders.get("data")).message["body"]
        snapshot = json.loads((await orders.get("snapshot")).content)
        rows = (await stock.get("data")).message["body"]["messages"]
        report = (await last.get("data")).message["body"]
    assert {order["orderStatus"] for order in told["orders"]} == {"Unshipped"}
    assert snapshot
    assert report["summary"]["processed"] == len(rows)
    (issue,) = [issue for issue in report["issues"] if issue["severity"] == "ERROR"]
    assert (issue["row"], issue["sku"]) == (len(rows) - 1, "NOBODY-SELLS-THIS")
    for row in rows[:-1]:
        listing = json.dumps(simulator.ask("/_sim/listings/" + urllib.request.quote(row["SKU"], safe="")))
        assert "77" in listing, listing


def worker(flow: Flow) -> "subprocess.Popen[bytes]":
    env = {**flow.environment(FUNCTION="updateItem"), "PATH": os.environ["PATH"]}
    return subprocess.Popen([sys.executable, "-m", "sellerport", "sailor"], env=env, stdout=subprocess.DEVNULL)


def answers(rabbit: Rabbit) -> set[str]:
    """The inputs to which there is an answer by now."""
    found = set()
    while True:
        method, properties, content = rabbit.channel.basic_get(rabbit.output, auto_ack=True)
        if method is None:
            return found
        assert method.routing_key == rabbit.keys["data"], content
        found.add(properties.headers["parentMessageId"])


@pytest.mark.parametrize("api", ["spapi", "mws"])
async def test_workers_that_are_killed_in_the_middle_of_feeds_submit_each_once(
    flow: Flow, simulator: Simulator, tmp_path: Path, api: str
) -> None:
    """Two workers on one queue and one store; one after the other is killed in the middle of its feeds."""
    url = os.environ.get("SELLERPORT_TEST_POSTGRES", f"sqlite:///{tmp_path}/store.db")
    flow.plain = {"SELLERPORT_STORE": url, "RESPONSE_CHECK_DELAY": "20"}
    flow.platform.step = {"config": simulator.cfg[api], "snapshot": {}}
    messages = 10
    for quantity in range(messages):
        await flow.put({"messages": [{"SKU": "MUG-BLUE-11OZ", "Quantity": 1000 + quantity}]})
    workers = [worker(flow), worker(flow)]
    answered: set[str] = set()
    killed = made = 0
    try:
        async with asyncio.timeout(120):
            while len(answered) < messages:
                if killed < 6 and len(feeds := simulator.ask("/_sim/feeds")["feeds"]) > made:
                    made = len(feeds)  # somebody has just submitted: he, or the other one, dies over it
                    workers[killed % 2].kill()
                    workers[killed % 2].wait()
                    workers[killed % 2] = worker(flow)
                    killed += 1
                answered |= await asyncio.to_thread(answers, flow.rabbit)
        for process in workers:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(20) for process in workers]
    finally:
        for process in workers:
            process.kill()
            process.wait()
    assert len(simulator.ask("/_sim/feeds")["feeds"]) == messages
    assert killed >= 3
    assert codes == [0, 0]
    assert await flow.left() == 0


def prepared(flow: Flow, simulator: Simulator, tmp_path: Path, api: str, **form: str) -> None:
    flow.plain = {"SELLERPORT_STORE": f"sqlite:///{tmp_path}/store.db", "RESPONSE_CHECK_DELAY": "20"}
    flow.platform.step = {"config": {**simulator.cfg[api], **form}, "snapshot": {}}


@pytest.mark.parametrize("api", ["spapi", "mws"])
async def test_a_wait_for_a_feed_ends_with_the_process_and_the_message_goes_back(
    flow: Flow, simulator: Simulator, tmp_path: Path, api: str
) -> None:
    prepared(flow, simulator, tmp_path, api)
    flow.plain["RESPONSE_CHECK_DELAY"] = "50000"
    running = flow.started(component(), FUNCTION="updateItem")
    await running.ready()
    sent = await flow.put({"messages": [{"SKU": "MUG-BLUE-11OZ", "Quantity": 5}]})
    await running.until(lambda: simulator.ask("/_sim/feeds")["feeds"])
    assert await running.end() == 0
    assert await flow.holds(1)
    flow.plain["RESPONSE_CHECK_DELAY"] = "20"
    async with flow.step(component(), FUNCTION="updateItem"):
        got = await flow.get("data")
    assert got.headers["parentMessageId"] == sent["messageId"]
    assert got.message["body"]["summary"]["successful"] == 1
    assert len(simulator.ask("/_sim/feeds")["feeds"]) == 1


@pytest.mark.parametrize(("api", "operation"), [("spapi", "searchOrders"), ("mws", "ListOrders")])
async def test_a_throttled_sample_is_an_error_with_amazons_words(
    flow: Flow, simulator: Simulator, tmp_path: Path, api: str, operation: str
) -> None:
    prepared(flow, simulator, tmp_path, api, orderStatus="Shipped")
    simulator.order(operation=operation, kind="throttle", count=1)
    async with flow.step(component(), FUNCTION="getNewAndUpdatedOrders", FLOW_TYPE="debug"):
        await flow.put({})
        error = (await flow.get("error")).error
        await flow.put({})
        assert (await flow.get("data")).message["body"]["orders"]
    assert error["name"] == "Throttled"
    assert "QuotaExceeded" in error["message"] or "RequestThrottled" in error["message"]


async def test_one_run_of_a_trigger_at_a_time_and_each_goes_on_where_the_last_ended(
    flow: Flow, simulator: Simulator, tmp_path: Path
) -> None:
    """The platform shows the old snapshot still: the last one emitted wins over it, and no order comes twice."""
    prepared(flow, simulator, tmp_path, "spapi", orderStatus="Shipped", emitBehavior="emitPage")
    async with flow.step(component(), FUNCTION="getNewAndUpdatedOrders", RABBITMQ_PREFETCH_SAILOR="3"):
        for _ in range(3):
            await flow.put({})
        kinds = []
        while kinds.count("snapshot") < 3:
            kinds.append((await flow.get()).key)
    assert kinds == ["data", "snapshot", "snapshot", "snapshot"]
