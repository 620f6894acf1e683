"""`sellersim serve` as a program on a real socket."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

FOLDER = Path(__file__).parents[1] / "vectors" / "sellersim" / "replay"


class Served:
    """A running simulator: its address, cfg objects and process."""

    def __init__(self, folder: Path, *words: str) -> None:
        command = [sys.executable, "-m", "sellersim", "serve", "--port", "0", "--cfg-dir", str(folder), *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.first = self.process.stdout.readline()
        self.url = self.first.split()[-1]
        self.cfg: dict[str, Any] = {n: json.loads((folder / f"{n}.json").read_text()) for n in ("spapi", "mws")}

    def stop(self) -> tuple[int, str, str]:
        """End it: exit code, the rest of stdout, stderr."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err

    def bearer(self) -> str:
        """An access token."""
        cfg = self.cfg["spapi"]
        form = {
            "grant_type": "refresh_token",
            "refresh_token": cfg["refreshToken"],
            "client_id": cfg["clientId"],
            "client_secret": cfg["clientSecret"],
        }
        return str(httpx2.post(f"{self.url}/auth/o2/token", data=form).json()["access_token"])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path, "--orders", "30", "--seed", "4", "--time-scale", "600")
    yield served
    if served.process.poll() is None:
        served.stop()


def test_the_first_line_tells_the_address_and_nothing_follows_on_stdout(served: Served) -> None:
    httpx2.get(f"{served.url}/nowhere")
    assert served.first == f"sellersim listening on {served.url}\n"
    assert served.stop() == (0, "", "")


def test_both_cfg_files_are_of_one_seller_and_hold_the_scale(served: Served) -> None:
    spapi, mws = served.cfg["spapi"], served.cfg["mws"]
    assert (spapi["api"], mws["api"]) == ("SP-API", "MWS")
    assert spapi["sellerId"] == mws["sellerId"]
    assert (spapi["quotaScale"], spapi["endpoint"], spapi["marketplaceId"]) == (600, served.url, "ATVPDKIKX0DER")
    assert {"clientId", "clientSecret", "refreshToken", "mwsAccessKey", "mwsSecretKey", "mwsAuthToken"} <= set(mws)


def test_the_cfg_files_are_the_owners_alone(served: Served, tmp_path: Path) -> None:
    assert {path.name: path.stat().st_mode & 0o77 for path in tmp_path.iterdir()} == {"spapi.json": 0, "mws.json": 0}


def test_orders_come_over_the_wire(served: Served) -> None:
    got = httpx2.get(
        f"{served.url}/orders/2026-01-01/orders",
        params={"lastUpdatedAfter": "1970-01-01T00:00:00Z"},
        headers={"x-amz-access-token": served.bearer()},
    )
    assert len(got.json()["orders"]) == 29
    assert got.headers.get_list("date") == [got.headers["date"]]
    assert "uvicorn" not in got.headers.get("server", "")


@pytest.mark.parametrize("kind", ["reset", "lost-reply"])
def test_a_cut_connection_is_cut(served: Served, kind: str) -> None:
    httpx2.post(f"{served.url}/_sim/faults", json={"operation": "ping", "kind": kind})
    with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
        httpx2.get(served.url)
    assert httpx2.get(served.url).status_code == 200
    assert httpx2.get(f"{served.url}/_sim/faults").json() == {"owed": []}


def test_without_quotas_the_cfg_says_none(tmp_path: Path) -> None:
    served = Served(tmp_path, "--no-quota", "--orders", "0")
    served.stop()
    assert served.cfg["mws"]["quotaScale"] == "none"


def test_recordings_are_served(tmp_path: Path) -> None:
    served = Served(tmp_path, "--replay", str(FOLDER))
    path = f"{served.url}/orders/2026-01-01/orders/171-0000000-0000004"
    got = httpx2.get(path, headers={"x-amz-access-token": served.bearer()})
    served.stop()
    assert got.json() == {"order": {"orderId": "171-0000000-0000004"}}


@pytest.mark.parametrize("words", [["--orders", "-1"], ["--time-scale", "0"], ["--marketplace", "X"]])
def test_a_wrong_command_line_is_told(words: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sellersim", "serve", "--port", "0", "--cfg-dir", str(tmp_path), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode != 0, done.stdout, words[0] in done.stderr) == (True, "", True)
