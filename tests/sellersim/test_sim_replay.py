"""Answers from recordings."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sim_caller import EVER, LISTED, ORDERS, SEARCH, SELLERS, Sim, code, texts

from sellersim.replay import exchange, key, recordings

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).parents[1] / "vectors" / "sellersim" / "replay"
CA, JP, GB = "A2EUQ1WTGCTBG2", "A1VC38T7YXB528", "A1F83G8C2ARO7P"


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    sim = Sim()
    sim.world.replay_from(recordings(FOLDER))
    yield sim
    await sim.close()


async def test_an_exchange_is_found_whatever_its_window_status_and_size(sim: Sim) -> None:
    asked = {**LISTED, "MarketplaceId.Id.1": CA, "OrderStatus.Status.1": "Canceled", "MaxResultsPerPage": "100"}
    got = await sim.mws(ORDERS, "ListOrders", **asked)
    assert texts(got, "AmazonOrderId") == ["701-0000000-0000001"]
    assert got.headers["x-mws-request-id"] == "11111111-2222-4333-8444-555555555555"


async def test_a_next_token_that_leads_nowhere_is_taken_out(sim: Sim) -> None:
    got = await sim.mws(ORDERS, "ListOrders", **{**LISTED, "MarketplaceId.Id.1": CA})
    assert texts(got, "NextToken") == []
    assert texts(got, "CreatedBefore") == ["2016-01-20T18:47:18Z"]


async def test_a_recorded_second_page_is_reached_by_its_token(sim: Sim) -> None:
    first = (await sim.sp(SEARCH, **EVER, marketplaceIds=JP)).json()
    token = first["pagination"]["nextToken"]
    second = (await sim.sp(SEARCH, **EVER, marketplaceIds=JP, paginationToken=token)).json()
    assert [first["orders"][0]["orderId"][-1], second["orders"][0]["orderId"][-1]] == ["1", "2"]
    assert "pagination" not in second


async def test_a_pair_that_was_asked_with_a_token_is_found_without(sim: Sim) -> None:
    got = await sim.sp(SEARCH, **EVER, marketplaceIds=GB, includedData="FULFILLMENT")
    assert got.json() == {"orders": [{"orderId": "202-0000000-0000003"}]}


async def test_an_order_is_found_by_its_id(sim: Sim) -> None:
    got = await sim.sp(f"{SEARCH}/171-0000000-0000004", includedData="TAX")
    assert got.json()["order"]["orderId"] == "171-0000000-0000004"


async def test_a_recorded_refusal_must_be_asked_for_word_for_word(sim: Sim) -> None:
    said = [(await sim.sp(SEARCH, createdAfter=at)).json()["errors"][0]["message"] for at in ("TEST_CASE_400", "2026")]
    assert said == ["Invalid Input", "Could not match input arguments"]


async def test_no_match_is_told_in_each_faces_words(sim: Sim) -> None:
    spapi = await sim.sp(SEARCH, **EVER, marketplaceIds="ATVPDKIKX0DER")
    mws = await sim.mws(SELLERS, "ListMarketplaceParticipations")
    assert (spapi.status_code, spapi.json()["errors"][0]["message"]) == (400, "Could not match input arguments")
    assert (mws.status_code, code(mws)) == (400, "InvalidParameterValue")


async def test_the_door_is_guarded_as_ever(sim: Sim) -> None:
    unsigned = await sim.mws(ORDERS, "ListOrders", **LISTED, Signature="x")
    unknown = await sim.http.get(SEARCH, params=EVER)
    assert (unsigned.status_code, unknown.status_code) == (403, 403)


def test_ids_make_the_key_and_their_order_does_not() -> None:
    one = key("GetOrder", {"AmazonOrderId.Id.1": "a", "AmazonOrderId.Id.2": "b", "Timestamp": "x"})
    other = key("GetOrder", {"AmazonOrderId.Id.2": "a", "AmazonOrderId.Id.1": "b", "Timestamp": "y"})
    assert one == other


def test_the_checksum_fits_the_body_that_is_sent() -> None:
    text = b"POST https://x/Feeds/2009-01-01?Action=GetFeedSubmissionResult\nA: b\n\n\n--- response ---\n200\n"
    found = exchange(text + b"Content-MD5: old\nContent-Type: text/xml\n\n<a/>")
    assert (found.operation, found.status, found.body) == ("GetFeedSubmissionResult", 200, b"<a/>")
    assert found.headers["content-md5"] == "old"
