"""Whatever comes in, a face answers in its own words: no crash, no 500."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sim_caller import EVER, LISTED, ORDERS, SEARCH, Sim

pytestmark = pytest.mark.anyio

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PATHS = st.one_of(
    st.sampled_from(
        [SEARCH, ORDERS, "/", "/auth/o2/token", "/Feeds/2009-01-01", "/feeds/2021-06-30/feeds", "/_documents/x"]
    ),
    ANY.map(lambda text: "/" + quote(text, safe="")),
)
NAMES = st.sampled_from(
    [
        *EVER,
        *LISTED,
        "marketplaceIds",
        "includedData",
        "paginationToken",
        "createdAfter",
        "maxResultsPerPage",
        "NextToken",
        "OrderStatus.Status.1",
        "MarketplaceId.Id.x",
        "AmazonOrderId",
        "AmazonOrderId.Id.1",
        "BuyerEmail",
        "CreatedBefore",
        "MaxResultsPerPage",
    ]
)
PARAMS = st.dictionaries(NAMES, ANY, max_size=5)
SIM = Sim(orders=5)
EASY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@EASY
@given(method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]), path=PATHS, params=PARAMS, body=st.binary(max_size=60))
async def test_anything_at_the_door(method: str, path: str, params: dict[str, str], body: bytes) -> None:
    got = await SIM.http.request(method, path, params=params, content=body)
    assert got.status_code < 500


@EASY
@given(path=st.sampled_from([SEARCH, f"{SEARCH}/x"]), params=PARAMS)
async def test_any_parameters_on_spapi(path: str, params: dict[str, str]) -> None:
    assert (await SIM.sp(path, **params)).status_code in (200, 400, 403, 404)


@EASY
@given(
    action=st.sampled_from(["ListOrders", "ListOrdersByNextToken", "GetOrder", "ListOrderItems"]),
    params=PARAMS,
)
async def test_any_parameters_on_mws(action: str, params: dict[str, str]) -> None:
    assert (await SIM.mws(ORDERS, action, **params)).status_code in (200, 400)
