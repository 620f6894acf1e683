"""The step as a process of its own: its start, its log, its signals, its size."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sailor_flow import Flow

pytestmark = pytest.mark.anyio

TOY = Path(__file__).parent / "witness/toy.py"
BELOW = "/" + os.path.relpath(TOY.parent)
START = """import os, sys
from sellerport.runtimes.sailor import main
sys.exit(main(sys.argv[1:], dict(os.environ), lambda: exit("the default component is not asked for")))"""


class Worker:
    """A running process; its lines are read as they come."""

    def __init__(self, process: "asyncio.subprocess.Process") -> None:
        self.process, self.lines = process, []  # type: ignore[var-annotated]
        self.reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(json.loads(line))

    async def said(self, text: str) -> dict[str, Any]:
        async with asyncio.timeout(15):
            while True:
                for line in self.lines:
                    if text in line["msg"]:
                        return line
                await asyncio.sleep(0.002)

    async def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.code()

    async def code(self) -> int:
        code = await asyncio.wait_for(self.process.wait(), 15)
        await self.reading
        return code


@asynccontextmanager
async def worker(flow: Flow, *argv: str, **env: str) -> AsyncIterator[Worker]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START, *(argv or ("--component", str(TOY)))),
        env={**flow.environment(**env), "PATH": os.environ["PATH"], **LOUD},
        stdout=subprocess.PIPE,
    )
    running = Worker(process)
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await running.reading


LOUD = {"PYTHONWARNINGS": "default"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_idle_worker_ends_with_0(flow: Flow, number: int) -> None:
    async with worker(flow) as running:
        await running.said("Fully initialized")
        assert await running.end(number) == 0
    assert [line["msg"] for line in running.lines][-3:] == [
        f"Received {signal.Signals(number).name}",
        "Disconnecting...",
        "Successfully disconnected",
    ]


async def test_a_worker_that_is_told_to_end_while_it_starts_ends_with_0(flow: Flow) -> None:
    async with worker(flow) as running:
        while not flow.platform.asked:
            await flow.left()
        assert await running.end() == 0


async def test_a_worker_that_is_told_to_end_before_it_can_hear_ends(flow: Flow) -> None:
    async with worker(flow) as running:
        assert await running.end() in (0, -signal.SIGTERM)


async def test_a_second_signal_is_harmless_and_running_work_is_finished(flow: Flow) -> None:
    async with worker(flow, FUNCTION="slow") as running:
        await running.said("Fully initialized")
        await flow.put(1)
        while await flow.left():
            pass
        running.process.send_signal(signal.SIGTERM)
        await running.said("Received SIGTERM")
        assert await running.end() == 0
    assert (await flow.get("data")).message["body"] == 1
    assert await flow.left() == 0


async def test_a_worker_that_is_killed_leaves_its_message_in_the_queue(flow: Flow) -> None:
    async with worker(flow, FUNCTION="slow") as running:
        await running.said("Fully initialized")
        await flow.put(1)
        while await flow.left():
            pass
        await running.end(signal.SIGKILL)
    assert await flow.holds(1)


async def test_a_missing_variable_is_named_and_ends_the_process_with_1(flow: Flow) -> None:
    async with worker(flow, FLOW_ID="") as running:
        assert await running.code() == 1
    (line,) = running.lines
    assert (line["level"], line["msg"]) == (60, "ELASTICIO_FLOW_ID is missing")
    assert line["err"]["message"] == "ELASTICIO_FLOW_ID is missing"


@pytest.mark.parametrize("argv", [("--component",), ("--other",), ("words",), ("service", "a", "b")])
async def test_a_wrong_command_line_is_told(flow: Flow, argv: tuple[str, ...]) -> None:
    async with worker(flow, *argv) as running:
        assert await running.code() == 64
    assert running.lines[-1]["msg"].startswith("usage: sellerport sailor")


async def test_a_line_of_the_log_has_the_platforms_fields(flow: Flow) -> None:
    async with worker(flow, COMP_NAME="toys", TENANT_ID="tenant") as running:
        line = await running.said("Fully initialized")
    assert time.strptime(line.pop("time"), "%Y-%m-%dT%H:%M:%S.%fZ")
    assert line.pop("hostname")
    assert line.pop("pid") == running.process.pid
    assert line == {
        "name": "sailor",
        "tag": "5559edd38968ec0736000003",
        "level": 30,
        "msg": "Fully initialized and waiting for messages",
        "v": 0,
        "ELASTICIO_API_USERNAME": "test@test.com",
        "ELASTICIO_COMP_ID": "comp-1",
        "ELASTICIO_COMP_NAME": "toys",
        "ELASTICIO_CONTAINER_ID": "container-1",
        "ELASTICIO_EXEC_ID": "some-exec-id",
        "ELASTICIO_FLOW_ID": "5559edd38968ec0736000003",
        "ELASTICIO_FUNCTION": "toy",
        "ELASTICIO_STEP_ID": "step_1",
        "ELASTICIO_TENANT_ID": "tenant",
        "ELASTICIO_USER_ID": "user-1",
        "ELASTICIO_WORKSPACE_ID": "workspace-1",
    }


NOISY = """import logging, sys, warnings
from collections.abc import AsyncIterator
from sellerport.contract import Action, Component, Data, Emission

async def run(call, port):
    print("printed")
    print("complained", file=sys.stderr)
    logging.getLogger("some.library").warning("logged %s", "so")
    warnings.warn("deprecated", DeprecationWarning)
    call.progress("toy.paused", {"seconds": 3})
    if call.body == "structlog":
        import structlog
        structlog.get_logger().warning("feed.submitted", rows=7)
    if call.body == "error":
        raise ValueError("two" + chr(10) + "lines")
    yield Data(1)

OTHER = Component(functions={"toy": Action(title="Toy", help="Is noisy.", run=run, input=object | None)})
"""


@asynccontextmanager
async def noisy(flow: Flow, folder: Path, *, head: str = "") -> AsyncIterator[Worker]:
    (folder / "noisy_toy.py").write_text(head + NOISY.replace("object | None", "str"))
    env = {"PYTHONPATH": str(folder)}
    environment = flow.environment
    flow.environment = lambda **more: environment(**more) | env  # type: ignore[method-assign]
    async with worker(flow, "--component", "noisy_toy:OTHER") as running:
        await running.said("Fully initialized")
        yield running


async def test_whatever_is_said_is_a_line_of_the_log(flow: Flow, tmp_path: Path) -> None:
    async with noisy(flow, tmp_path) as running:
        await flow.put("x", headers={"messageId": "m1", "parentMessageId": "p1"})
        await flow.get("data")
        found = [
            await running.said(text) for text in ("printed", "complained", "logged so", "deprecated", "toy.paused")
        ]
    assert [line["level"] for line in found] == [30, 40, 40, 40, 30]
    event = found[-1]
    assert (event["name"], event["seconds"]) == ("component", 3)
    assert (event["threadId"], event["messageId"], event["parentMessageId"]) == ("thread-1", "m1", "p1")


async def test_events_of_the_components_own_logger_are_lines(flow: Flow, tmp_path: Path) -> None:
    async with noisy(flow, tmp_path, head="import structlog\n") as running:
        await flow.put("structlog")
        await flow.get("data")
        line = await running.said("feed.submitted")
    assert (line["level"], line["rows"]) == (40, 7)


async def test_an_errors_traceback_stands_in_its_line(flow: Flow, tmp_path: Path) -> None:
    async with noisy(flow, tmp_path) as running:
        await flow.put("error")
        await flow.get("error")
        line = await running.said("Error occurred during trigger or action processing")
    assert (line["level"], line["err"]["name"], line["err"]["message"]) == (50, "ValueError", "two\nlines")
    assert "noisy_toy.py" in line["err"]["stack"]


async def test_the_level_is_the_environments(flow: Flow) -> None:
    environment = flow.environment
    flow.environment = lambda **more: environment(**more) | {"LOG_LEVEL": "error"}  # type: ignore[method-assign]
    async with worker(flow, LISTEN_MESSAGES_ON="nowhere") as running:
        assert await running.code() == 1
    assert {line["level"] for line in running.lines} == {60}


async def test_a_component_file_is_looked_for_below_the_component_path(flow: Flow) -> None:
    async with worker(flow, "--component", "toy.py", COMPONENT_PATH=BELOW) as running:
        await running.said("Fully initialized")
        assert await running.end() == 0


async def test_a_component_that_is_not_there_is_reported(flow: Flow) -> None:
    async with worker(flow, "--component", "nothing.py") as running:
        got = await flow.get("error")
        assert await running.code() == 1
    assert got.error["message"] == f"Failed to load component.json from {Path.cwd()}"


async def test_a_one_off_call_of_another_component(flow: Flow) -> None:
    env = {"POST_RESULT_URL": flow.platform.url, "CFG": "{}"}
    async with worker(flow, "service", "verifyCredentials", f"--component={TOY}", **env) as running:
        assert await running.code() == 0
    assert json.loads(flow.platform.requests("POST")[0].body)["data"] == {"verified": True}


async def test_a_worker_is_small(flow: Flow) -> None:
    async with worker(flow) as running:
        await running.said("Fully initialized")
        await flow.put(1)
        await flow.get("data")
        assert megabytes(running.process.pid) <= 60


def megabytes(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
