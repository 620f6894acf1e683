"""The program itself, killed with SIGKILL at its calls to a simulator on a socket: every wish is one feed all the same."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

MUG = "MUG-BLUE-11OZ"
CALLS = {
    "spapi": ["createFeedDocument", "upload", "createFeed", "getFeed", "getFeedDocument"],
    "mws": ["ping", "SubmitFeed", "GetFeedSubmissionList", "GetFeedSubmissionResult"],
}
ANSWER_LOST = {"spapi": "createFeed", "mws": "SubmitFeed"}


class Amazon:
    """A simulator as a program of its own."""

    def __init__(self, folder: Path) -> None:
        words = ["serve", "--port", "0", "--cfg-dir", str(folder), "--orders", "5", "--no-quota", "--time-scale", "600"]
        command = [sys.executable, "-m", "sellersim", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self.line = httpx2.Client(base_url=self.url)

    def asked(self, call: str) -> int:
        return int(self.line.get("/_sim/counts").json().get(call, {"requests": 0})["requests"])

    def feeds(self) -> list[Any]:
        return list(self.line.get("/_sim/feeds").json()["feeds"])

    def stop(self) -> None:
        self.line.close()
        self.process.terminate()
        self.process.communicate()


@pytest.fixture
def amazon(tmp_path: Path) -> Iterator[Amazon]:
    made = Amazon(tmp_path)
    yield made
    made.stop()


def started(folder: Path, api: str, quantity: int) -> "subprocess.Popen[bytes]":
    """`sellerport run updateItem` under a key of its own."""
    message = folder / "message.json"
    message.write_text(json.dumps({"SKU": MUG, "Quantity": quantity}))
    words = [
        "run",
        "updateItem",
        "--cfg",
        str(folder / f"{api}.json"),
        "--message",
        str(message),
        "--key",
        f"k{quantity}",
    ]
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "RESPONSE_CHECK_DELAY": "100"}
    return subprocess.Popen(
        [sys.executable, "-m", "sellerport", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    )


@pytest.mark.parametrize("api", CALLS)
def test_a_program_killed_at_any_call_submits_once(amazon: Amazon, tmp_path: Path, api: str) -> None:
    killed = 0
    for wish, call in enumerate(CALLS[api], 1):
        before = amazon.asked(call)
        program = started(tmp_path, api, wish)
        while amazon.asked(call) == before and program.poll() is None:
            pass
        killed += program.poll() is None
        program.send_signal(signal.SIGKILL)
        program.communicate()
        out, err = started(tmp_path, api, wish).communicate()
        assert json.loads(out)["summary"]["successful"] == 1, err
        assert len(amazon.feeds()) == wish
    assert killed >= 2


@pytest.mark.parametrize("api", CALLS)
def test_two_programs_with_one_key_submit_once_though_the_answer_is_lost(
    amazon: Amazon, tmp_path: Path, api: str
) -> None:
    fault = {"operation": ANSWER_LOST[api], "kind": "lost-reply", "count": 1}
    amazon.line.post("/_sim/faults", json=fault).raise_for_status()
    programs = [started(tmp_path, api, 7) for _ in range(2)]
    answers = [json.loads(program.communicate()[0]) for program in programs]
    assert answers[0] == answers[1]
    assert len(amazon.feeds()) == 1
    assert amazon.line.get("/_sim/faults").json()["owed"] == []
