"""The control plane."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sim_caller import EVER, SEARCH, Sim

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    sim = Sim()
    yield sim
    await sim.close()


async def told(sim: Sim, path: str, body: Any = None, method: str = "", status: int = 200) -> Any:
    got = await sim.http.request(method or ("GET" if body is None else "POST"), f"/_sim{path}", json=body)
    assert got.status_code == status, got.text
    return got.json()


async def test_the_world_in_figures(sim: Sim) -> None:
    said = await told(sim, "/world")
    assert (said["time"], said["orders"], said["marketplaceId"]) == ("2026-11-20T10:00:00.000Z", 60, "ATVPDKIKX0DER")
    assert sum(said["statuses"].values()) == 60


async def test_the_clock_is_moved(sim: Sim) -> None:
    said = await told(sim, "/clock", {"advance": 90})
    assert said == {"time": "2026-11-20T10:01:30.000Z", "frozen": True}


async def test_the_clock_is_not_moved_back(sim: Sim) -> None:
    assert "does not run back" in (await told(sim, "/clock", {"advance": -1}, status=400))["error"]


async def test_orders_are_listed_by_status(sim: Sim) -> None:
    said = await told(sim, "/orders?status=Canceled")
    assert {row["status"] for row in said["orders"]} == {"Canceled"}


async def test_a_changed_status_is_seen_with_its_time(sim: Sim) -> None:
    id_ = (await told(sim, "/orders?status=Unshipped"))["orders"][0]["id"]
    await told(sim, "/clock", {"advance": 60})
    said = await told(sim, f"/orders/{id_}", {"status": "Shipped", "sellerOrderId": "7"})
    assert (said["status"], said["updated"], said["sellerOrderId"]) == ("Shipped", "2026-11-20T10:01:00.000Z", "7")
    assert await told(sim, f"/orders/{id_}") == said


async def test_added_orders_are_found_two_minutes_later(sim: Sim) -> None:
    added = await told(sim, "/orders", {"count": 2, "status": "Pending", "lines": 3})
    await told(sim, "/clock", {"advance": 121})
    got = (await sim.sp(SEARCH, **{**EVER, "lastUpdatedAfter": "2026-11-20T10:00:00Z"})).json()
    assert {o["orderId"] for o in got["orders"]} == {o["id"] for o in added["orders"]}
    assert [len(o["items"]) for o in added["orders"]] == [3, 3]


@pytest.mark.parametrize("path", ["/orders/111-0000000-0000000", "/listings/NOTHING"])
async def test_what_is_not_there_is_told(sim: Sim, path: str) -> None:
    assert path.rpartition("/")[2] in (await told(sim, path, status=400))["error"]


async def test_a_listing_is_read_with_its_attributes(sim: Sim) -> None:
    said = await told(sim, "/listings/CABLE%2FUSB-C%201M")
    assert said["attributes"]["brand"][0]["value"] == "Harbour Lane"
    assert len((await told(sim, "/listings"))["listings"]) == len(sim.world.listings)


async def test_faults_are_ordered_owed_and_forgiven(sim: Sim) -> None:
    order = {"operation": "searchOrders", "kind": "slow", "count": 2, "seconds": 0}
    assert (await told(sim, "/faults", order))["owed"] == [order]
    await sim.sp(SEARCH, **EVER)
    assert (await told(sim, "/faults"))["owed"] == [{**order, "count": 1}]
    assert (await told(sim, "/faults", method="DELETE"))["owed"] == []


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("/faults", {"kind": "sulk"}, "kind"),
        ("/faults", {}, "kind"),
        ("/faults", {"kind": "503", "count": 0}, "count"),
        ("/faults", {"kind": "503", "count": "many"}, "count"),
        ("/faults", {"kind": "503", "operation": "doMagic"}, "operation"),
        ("/faults", {"kind": "slow", "seconds": "long"}, "seconds"),
        ("/faults", {"kind": "503", "mood": 1}, "mood"),
        ("/faults", [1], "object"),
        ("/clock", {"advance": "far"}, "advance"),
        ("/clock", {"advance": None}, "advance"),
        ("/clock", {"advance": 1e300}, "year 3000"),
        ("/clock", {"advance": 2.6e11}, "year 3000"),
        ("/clock", {"freeze": "no"}, "freeze"),
        ("/orders", {"count": 1_000_000_000}, "count"),
        ("/faults", {"kind": "charset", "operation": "processing", "charset": "nope-8"}, "charset"),
        ("/faults", {"kind": "charset", "operation": "processing", "charset": "base64"}, "charset"),
        ("/faults", {"kind": "wrong-clock", "seconds": 1e18}, "seconds"),
        ("/faults", {"kind": "slow", "seconds": 10**400}, "seconds"),
        ("/clock", {"advance": 10**400}, "advance"),
        ("/faults", {"kind": "stuck", "operation": "processing", "status": "NOPE"}, "status"),
        ("/faults", {"kind": "slow", "seconds": -5}, "seconds"),
        ("/faults", {"kind": "fatal", "operation": "SubmitFeed"}, "operation"),
        ("/faults", {"kind": "slow", "operation": "processing"}, "operation"),
        ("/faults", {"kind": "gzip-flag", "operation": "ListOrders"}, "operation"),
        ("/orders", {"status": "Paid"}, "status"),
        ("/orders", {"count": 1.5}, "count"),
        ("/drain", {}, "operation"),
        ("/drain", {"operation": "doMagic"}, "operation"),
        ("/plan", {"operation": "searchOrders", "burst": 1}, "rate"),
        ("/plan", {"operation": "searchOrders", "burst": 1, "rate": 0}, "rate"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_its_name(sim: Sim, path: str, body: Any, name: str) -> None:
    assert name in (await told(sim, path, body, status=400))["error"]
    assert (await told(sim, "/world"))["time"] == "2026-11-20T10:00:00.000Z"


async def test_a_number_may_be_text(sim: Sim) -> None:
    (fault,) = (await told(sim, "/faults", {"kind": "slow", "seconds": "0.1"}))["owed"]
    assert fault["seconds"] == 0.1


async def test_a_status_that_there_is_not_lists_no_orders(sim: Sim) -> None:
    assert "Unshipped" in (await told(sim, "/orders?status=Paid", status=400))["error"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nope"), ("DELETE", "/orders"), ("POST", "/world"), ("GET", "/")]
)
async def test_what_the_control_plane_has_not_is_told_with_what_it_has(sim: Sim, method: str, path: str) -> None:
    assert "POST /faults" in (await told(sim, path, method=method, status=404))["error"]


async def test_requests_are_counted_and_the_control_plane_is_not(sim: Sim) -> None:
    await sim.sp(SEARCH)
    said = await told(sim, "/counts")
    assert said == {
        "token": {"requests": 1, "refused": {}},
        "searchOrders": {"requests": 1, "refused": {"InvalidInput": 1}},
    }


async def test_a_drained_bucket_throttles() -> None:
    sim = Sim(quota=True)
    await told(sim, "/drain", {"operation": "searchOrders"})
    got = await sim.sp(SEARCH, **EVER)
    await sim.close()
    assert got.status_code == 429


async def test_a_plan_replaces_the_published_quota_and_is_told_in_the_rate() -> None:
    sim = Sim(quota=True, scale=2)
    await sim.sp(SEARCH, **EVER)
    await told(sim, "/plan", {"operation": "searchOrders", "rate": 1, "burst": 2})
    got = [await sim.sp(SEARCH, **EVER) for _ in range(3)]
    await sim.close()
    assert [g.status_code for g in got] == [200, 200, 429]
    assert got[0].headers["x-amzn-ratelimit-limit"] == "2"


async def test_a_plan_for_an_unknown_operation_is_refused(sim: Sim) -> None:
    body = {"operation": "doMagic", "rate": 1, "burst": 2}
    assert "doMagic" in (await told(sim, "/plan", body, status=400))["error"]


async def test_a_reset_world_has_forgotten_everything(sim: Sim) -> None:
    await told(sim, "/orders", {"count": 5})
    await sim.sp(SEARCH, **EVER)
    assert (await told(sim, "/reset", {}))["orders"] == 60
    assert await told(sim, "/counts") == {}
    assert (await told(sim, "/feeds"))["feeds"] == []
