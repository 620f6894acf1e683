"""Faults on the wire, in process: what was ordered happens, and the account is settled."""

from collections.abc import AsyncIterator

import pytest
from sim_caller import EVER, LISTED, ORDERS, SEARCH, Sim, code, texts

from sellersim import create_app

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    sim = Sim()
    yield sim
    assert sim.world.faults.owed() == []
    await sim.close()


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("throttle", 429, "QuotaExceeded"),
        ("500", 500, "InternalFailure"),
        ("503", 503, "ServiceUnavailable"),
        ("denied", 403, "Unauthorized"),
        ("expired-token", 403, "Unauthorized"),
    ],
)
async def test_a_fault_on_spapi(sim: Sim, kind: str, status: int, said: str) -> None:
    await sim.sp(SEARCH, **EVER)
    sim.world.faults.order("searchOrders", kind)
    got = await sim.sp(SEARCH, **EVER)
    assert (got.status_code, code(got)) == (status, said)
    assert sim.world.counted("searchOrders").refused[said] == 1


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("throttle", 503, "RequestThrottled"),
        ("500", 500, "InternalError"),
        ("503", 503, "ServiceUnavailable"),
        ("denied", 401, "AccessDenied"),
        ("expired-token", 401, "AccessDenied"),
        ("wrong-clock", 400, "RequestExpired"),
    ],
)
async def test_a_fault_on_mws(sim: Sim, kind: str, status: int, said: str) -> None:
    sim.world.faults.order("ListOrders", kind)
    got = await sim.mws(ORDERS, "ListOrders", **LISTED)
    assert (got.status_code, code(got)) == (status, said)
    assert (await sim.mws(ORDERS, "ListOrders", **LISTED)).status_code == 200


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [("503", 503, "temporarily_unavailable"), ("denied", 400, "unauthorized_client"), ("500", 500, "server_error")],
)
async def test_a_fault_on_the_token_endpoint(sim: Sim, kind: str, status: int, said: str) -> None:
    sim.world.faults.order("token", kind)
    got = await sim.exchange()
    assert (got.status_code, code(got)) == (status, said)


async def test_a_wrong_clock_shows_in_the_date(sim: Sim) -> None:
    sim.world.faults.order("searchOrders", "wrong-clock", seconds=7200)
    got = await sim.sp(SEARCH, **EVER)
    assert got.headers["date"] == "Fri, 20 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(("kind", "status"), [("garbage", 200), ("html", 503)])
async def test_a_page_of_html_in_place_of_the_answer(sim: Sim, kind: str, status: int) -> None:
    sim.world.faults.order("ListOrders", kind)
    got = await sim.mws(ORDERS, "ListOrders", **LISTED)
    assert (got.status_code, got.headers["content-type"], got.text[:6]) == (status, "text/html", "<html>")


async def test_garbage_of_the_callers_own(sim: Sim) -> None:
    sim.world.faults.order("ListOrders", "garbage", body="<!DOCTYPE x>")
    assert (await sim.mws(ORDERS, "ListOrders", **LISTED)).text == "<!DOCTYPE x>"


async def test_a_truncated_answer_is_its_first_half(sim: Sim) -> None:
    whole = (await sim.sp(SEARCH, **EVER)).content
    sim.world.faults.order("searchOrders", "truncated")
    assert (await sim.sp(SEARCH, **EVER)).content == whole[: len(whole) // 2]


async def test_a_slow_answer_is_the_right_one(sim: Sim) -> None:
    sim.world.faults.order("searchOrders", "slow", seconds=0)
    assert (await sim.sp(SEARCH, **EVER)).status_code == 200


@pytest.mark.parametrize("kind", ["reset", "lost-reply"])
async def test_a_cut_connection_has_no_answer(sim: Sim, kind: str) -> None:
    await sim.sp(SEARCH, **EVER)
    sim.world.faults.order("searchOrders", kind)
    with pytest.raises(ConnectionResetError):
        await sim.sp(SEARCH, **EVER)


@pytest.mark.parametrize(("kind", "left"), [("reset", 1), ("lost-reply", 0)])
async def test_a_lost_reply_did_the_work_and_a_reset_did_not(kind: str, left: int) -> None:
    sim = Sim(quota=True)
    for _ in range(5):
        await sim.mws(ORDERS, "ListOrders", **LISTED)
    sim.world.faults.order("ListOrders", kind)
    with pytest.raises(ConnectionResetError):
        await sim.mws(ORDERS, "ListOrders", **LISTED)
    said = [(await sim.mws(ORDERS, "ListOrders", **LISTED)).status_code for _ in range(2)]
    await sim.close()
    assert said.count(200) == left


async def test_skipped_requests_pass(sim: Sim) -> None:
    sim.world.faults.order("ListOrders", "503", count=2, skip=1)
    said = [(await sim.mws(ORDERS, "ListOrders", **LISTED)).status_code for _ in range(4)]
    assert said == [200, 503, 503, 200]


async def test_a_fault_owed_is_seen(sim: Sim) -> None:
    sim.world.faults.order("GetOrder", "503", count=3)
    assert sim.world.faults.owed() == [{"operation": "GetOrder", "kind": "503", "count": 3}]
    sim.world.faults.clear()


async def test_an_unnamed_world_has_a_hundred_orders() -> None:
    assert len(create_app().state.world.orders) == 100


async def test_tokens_hold_what_breaks_when_they_are_not_encoded(sim: Sim) -> None:
    token = texts(await sim.mws(ORDERS, "ListOrders", **LISTED, MaxResultsPerPage="1"), "NextToken")[0]
    assert set(token) & set("+/=")
