"""SP-API's front door: addresses, regions, quotas, headers, error bodies."""

from collections.abc import AsyncIterator

import pytest
from sim_caller import EVER, SEARCH, Sim, code
from sim_models import disagreements

pytestmark = pytest.mark.anyio

US, CA, BR, DE = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A2Q3Y263D00KWC", "A1PA6795UKMFR9"
PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    sim = Sim()
    yield sim
    await sim.close()


@pytest.mark.parametrize("path", ["/nowhere", "/orders/2026-01-01/orders/", "/orders/2026-01-01/orders/1/2", "/x/../y"])
async def test_an_unknown_path_is_a_403(sim: Sim, path: str) -> None:
    got = await sim.sp(path)
    assert (got.status_code, code(got)) == (403, "Unauthorized")


async def test_an_unknown_method_is_a_403(sim: Sim) -> None:
    await sim.sp(PARTICIPATIONS)
    got = await sim.http.delete(SEARCH, headers={"x-amz-access-token": sim.bearer})
    assert got.status_code == 403


@pytest.mark.parametrize("place", [DE, "XXXX", "", f"{US},{DE}"])
async def test_a_marketplace_of_another_region_is_a_403_that_says_so(sim: Sim, place: str) -> None:
    got = await sim.sp(SEARCH, **EVER, marketplaceIds=place or "A0")
    assert got.status_code == 403
    assert got.json()["errors"][0]["details"] == "The marketplaces you provided are not valid for region."


async def test_a_marketplace_the_seller_does_not_take_part_in_is_a_403(sim: Sim) -> None:
    got = await sim.sp(SEARCH, **EVER, marketplaceIds=BR)
    assert (got.status_code, got.json()["errors"][0]["details"]) == (403, "")


async def test_the_participations_agree_with_the_model_and_the_door(sim: Sim) -> None:
    got = await sim.sp(PARTICIPATIONS)
    assert disagreements("sellers_v1", "getMarketplaceParticipations", 200, got.json()) == []
    taken = {row["marketplace"]["id"]: row["participation"]["isParticipating"] for row in got.json()["payload"]}
    assert (taken[US], taken[CA], taken[BR], DE in taken) == (True, True, False, False)


async def test_the_account_agrees_with_the_model(sim: Sim) -> None:
    got = await sim.sp("/sellers/v1/account")
    assert disagreements("sellers_v1", "getAccount", 200, got.json()) == []


@pytest.mark.parametrize(
    ("host", "status"),
    [("sellingpartnerapi-na.amazon.com", 200), ("sellingpartnerapi-eu.amazon.com", 403)],
)
async def test_a_host_serves_its_own_region(host: str, status: int) -> None:
    sim = Sim(host=host)
    got = await sim.sp(SEARCH, **EVER, marketplaceIds=US)
    await sim.close()
    assert got.status_code == status


async def test_repeated_parameters_are_refused(sim: Sim) -> None:
    await sim.sp(PARTICIPATIONS)
    got = await sim.http.get(
        f"{SEARCH}?lastUpdatedAfter=2026-01-01&marketplaceIds={US}&marketplaceIds={CA}",
        headers={"x-amz-access-token": sim.bearer},
    )
    assert (got.status_code, code(got)) == (400, "InvalidInput")


@pytest.mark.parametrize(("size", "kind", "status"), [(11 << 20, "application/json", 413), (2, "text/plain", 415)])
async def test_a_body_too_large_or_of_another_type_is_refused(sim: Sim, size: int, kind: str, status: int) -> None:
    await sim.sp(PARTICIPATIONS)
    headers = {"x-amz-access-token": sim.bearer, "content-type": kind}
    got = await sim.http.request("GET", PARTICIPATIONS, content=b"x" * size, headers=headers)
    assert got.status_code == status


async def test_every_answer_has_a_date_of_the_world_and_a_request_id(sim: Sim) -> None:
    sim.world.clock.advance(3600)
    for got in (await sim.sp(PARTICIPATIONS), await sim.sp("/nowhere")):
        assert got.headers["date"] == "Fri, 20 Nov 2026 11:00:00 GMT"
        assert len(got.headers["x-amzn-requestid"]) == 36


async def test_the_burst_passes_then_429_and_a_refill_lets_one_through() -> None:
    sim = Sim(quota=True)
    said = [(await sim.sp(SEARCH, **EVER)).status_code for _ in range(21)]
    sim.world.clock.advance(1 / 0.0056)
    said += [(await sim.sp(SEARCH, **EVER)).status_code for _ in range(2)]
    await sim.close()
    assert said == [200] * 20 + [429, 200, 429]


async def test_a_429_names_its_code_and_not_the_rate() -> None:
    sim = Sim(quota=True)
    sim.world.drain("searchOrders")
    got = await sim.sp(SEARCH, **EVER)
    await sim.close()
    assert (got.status_code, code(got), "x-amzn-ratelimit-limit" in got.headers) == (429, "QuotaExceeded", False)


async def test_the_rate_header_tells_what_is_enforced_with_the_scale() -> None:
    sim = Sim(quota=True, scale=10)
    rates = [
        (await sim.sp(path, **params)).headers.get("x-amzn-ratelimit-limit")
        for path, params in ((SEARCH, EVER), (SEARCH, {}), (f"{SEARCH}/111-1111111-1111111", {}), ("/nowhere", {}))
    ]
    await sim.close()
    assert rates == ["0.056", "0.056", "5", None]


async def test_without_quotas_no_rate_is_told(sim: Sim) -> None:
    assert "x-amzn-ratelimit-limit" not in (await sim.sp(SEARCH, **EVER)).headers


@pytest.mark.parametrize(("path", "status"), [(SEARCH, 400), (f"{SEARCH}/111-1111111-1111111", 404)])
async def test_error_bodies_agree_with_the_model(sim: Sim, path: str, status: int) -> None:
    got = await sim.sp(path)
    operation = "searchOrders" if path == SEARCH else "getOrder"
    assert got.status_code == status
    assert disagreements("orders_2026-01-01", operation, status, got.json()) == []


async def test_requests_and_refusals_are_counted_by_operation(sim: Sim) -> None:
    await sim.sp(SEARCH, **EVER)
    await sim.sp(SEARCH)
    count = sim.world.counted("searchOrders")
    assert (count.requests, dict(count.refused)) == (2, {"InvalidInput": 1})
