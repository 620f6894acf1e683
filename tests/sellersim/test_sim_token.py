"""The token endpoint, and what becomes of its tokens."""

from collections.abc import AsyncIterator

import pytest
from sim_caller import EVER, SEARCH, Sim, code

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    sim = Sim()
    yield sim
    await sim.close()


async def test_a_refresh_token_is_exchanged_for_an_hour(sim: Sim) -> None:
    got = await sim.exchange()
    assert got.status_code == 200
    assert set(got.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (got.json()["refresh_token"], got.json()["expires_in"]) == (sim.world.seller.refresh_token, 3600)


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"refresh_token": "Atzr|wrong"}, 400, "invalid_grant"),
        ({"grant_type": "client_credentials"}, 400, "invalid_scope"),
        ({"grant_type": "authorization_code"}, 400, "invalid_grant"),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
async def test_a_wrong_field_is_told(sim: Sim, changes: dict[str, str], status: int, said: str) -> None:
    got = await sim.exchange(**changes)
    assert (got.status_code, code(got)) == (status, said)
    assert {"error_description", "error_index", "request_id"} <= set(got.json())


async def test_client_credentials_bring_no_refresh_token(sim: Sim) -> None:
    got = await sim.exchange(grant_type="client_credentials", scope="sellingpartnerapi::notifications")
    assert got.status_code == 200
    assert "refresh_token" not in got.json()


async def test_a_token_of_no_seller_opens_nothing_of_a_sellers(sim: Sim) -> None:
    got = await sim.exchange(grant_type="client_credentials", scope="sellingpartnerapi::notifications")
    bearer = {"x-amz-access-token": got.json()["access_token"]}
    answer = await sim.http.get(SEARCH, params=EVER, headers=bearer)
    assert (answer.status_code, code(answer)) == (403, "Unauthorized")


async def test_a_json_body_is_no_form(sim: Sim) -> None:
    got = await sim.http.post("/auth/o2/token", json={"grant_type": "refresh_token"})
    assert (got.status_code, code(got)) == (400, "invalid_request")


async def test_a_token_dies_after_an_hour_of_real_time(sim: Sim) -> None:
    assert (await sim.sp(SEARCH, **EVER)).status_code == 200
    sim.real += 3599
    assert (await sim.sp(SEARCH, **EVER)).status_code == 200
    sim.real += 1
    got = await sim.sp(SEARCH, **EVER)
    assert (got.status_code, got.json()["errors"][0]["details"]) == (403, "The access token you provided has expired.")


async def test_the_worlds_clock_leaves_tokens_alone(sim: Sim) -> None:
    await sim.sp(SEARCH, **EVER)
    sim.world.clock.advance(7200)
    assert (await sim.sp(SEARCH, **EVER)).status_code == 200


@pytest.mark.parametrize("bearer", ["nonsense", "Atza|a.1.b", "Atza|", "Atza|x.99999999999.", "ä"])
async def test_a_strange_token_is_denied(sim: Sim, bearer: str) -> None:
    got = await sim.http.get(SEARCH, params=EVER, headers={"x-amz-access-token": bearer.encode()})
    assert (got.status_code, code(got)) == (403, "Unauthorized")


async def test_a_missing_token_is_denied(sim: Sim) -> None:
    got = await sim.http.get(SEARCH, params=EVER)
    assert (got.status_code, code(got)) == (403, "Unauthorized")


async def test_a_token_that_a_fault_let_die_stays_dead_and_a_new_one_works(sim: Sim) -> None:
    await sim.sp(SEARCH, **EVER)
    sim.world.faults.order("searchOrders", "expired-token")
    assert [(await sim.sp(SEARCH, **EVER)).status_code for _ in range(2)] == [403, 403]
    sim.bearer = ""
    assert (await sim.sp(SEARCH, **EVER)).status_code == 200
    assert sim.world.faults.owed() == []
