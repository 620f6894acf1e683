"""Every request for orders and participations, parameter by parameter, against Amazon's models and MWS's tables."""

import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import faults
from support import ENDPOINT, TRIGGER, Asked, Bench, bench

pytestmark = pytest.mark.anyio
ID = "114-3808039-1650643"
STATUSES = ("Pending", "Shipped", "Unshipped", "PartiallyShipped", "Canceled", "Unfulfillable", "PendingAvailability")
SETS = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
)
#: Path and version of each action, and the parameters it knows, as patterns of their values. Facts: MWS's pages of each.
WHEN = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z"
MWS: dict[str, tuple[str, dict[str, str]]] = {
    "ListOrders": ("/Orders/2013-09-01", {
        "LastUpdatedAfter": WHEN, "LastUpdatedBefore": WHEN, "MaxResultsPerPage": r"[1-9]\d?|100",
        "OrderStatus.Status.1": "|".join((*STATUSES, "InvoiceUnconfirmed")), "OrderStatus.Status.2": "PartiallyShipped",
        "MarketplaceId.Id.1": "[A-Z0-9]+",
    }),
    "ListOrdersByNextToken": ("/Orders/2013-09-01", {"NextToken": ".+"}),
    "GetOrder": ("/Orders/2013-09-01", {f"AmazonOrderId.Id.{n}": r"\w{3}-\d{7}-\d{7}" for n in range(1, 51)}),
    "ListOrderItems": ("/Orders/2013-09-01", {"AmazonOrderId": r"\w{3}-\d{7}-\d{7}"}),
    "ListOrderItemsByNextToken": ("/Orders/2013-09-01", {"NextToken": ".+"}),
    "ListMarketplaceParticipations": ("/Sellers/2011-07-01", {}),
}  # fmt: skip
REQUIRED = {
    "ListOrders": {"LastUpdatedAfter", "MarketplaceId.Id.1"},
    "ListOrdersByNextToken": {"NextToken"},
    "GetOrder": {"AmazonOrderId.Id.1"},
    "ListOrderItems": {"AmazonOrderId"},
    "ListOrderItemsByNextToken": {"NextToken"},
    "ListMarketplaceParticipations": set(),
}
COMMON = {"AWSAccessKeyId": r"\w{20}", "MWSAuthToken": "amzn.mws.[0-9a-f-]{36}", "SellerId": r"A\w+", "SignatureVersion": "2",
          "SignatureMethod": "HmacSHA256", "Signature": r"[A-Za-z0-9+/]{43}=", "Timestamp": WHEN}  # fmt: skip


def mws_faults(asked: Asked) -> list[str]:
    """What MWS's tables say against a request."""
    said = dict(asked.params)
    path, own = MWS[said.pop("Action")]
    known = {**own, **COMMON, "Version": path.rpartition("/")[2]}
    wrong = [] if asked.path == path else [f"path {asked.path}"]
    wrong += [f"{name} is missing" for name in (REQUIRED[asked.name] | set(COMMON)) - set(said)]
    wrong += [f"{name} is unknown" for name in set(said) - set(known)]
    return wrong + [f"{n}={v}" for n, v in said.items() if n in known and not re.fullmatch(known[n], v)]


def judged(b: Bench) -> list[str]:
    """What is wrong with all that was asked."""
    found = []
    for asked in b.wire.seen:
        assert asked.url.startswith(ENDPOINT)
        if asked.name != "token":
            found += mws_faults(asked) if asked.path[1].isupper() else faults(asked)
    return found


FORMS = st.fixed_dictionaries(
    {"orderStatus": st.sampled_from(STATUSES), "maxOrdersPerPage": st.integers(1, 100)},
    optional={
        "startTime": st.datetimes(datetime(1970, 1, 2), datetime(2026, 11, 18)).map(str),
        "endTime": st.datetimes(datetime(2026, 11, 19), datetime(3000, 1, 1)).map(str),
        "includedData": st.lists(st.sampled_from(SETS), unique=True),
        "includeItems": st.sampled_from(["yes", "no"]),
        "emitBehavior": st.sampled_from(["emitAll", "emitPage", "emitIndividually"]),
    },
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(form=FORMS, api=st.sampled_from(["SP-API", "MWS"]), size=st.integers(1, 12))
def test_every_request_of_the_trigger_is_one_that_amazon_knows(form: dict[str, Any], api: str, size: int) -> None:
    async def run() -> None:
        async with bench(orders=30) as b:
            await b.run(TRIGGER, b.cfg(api, **{**form, "maxOrdersPerPage": size}))
            assert b.wire.pages()
            assert judged(b) == []

    import asyncio

    asyncio.run(run())


@pytest.mark.parametrize("api", ["SP-API", "MWS"])
async def test_every_request_of_the_order_actions_is_one_that_amazon_knows(api: str) -> None:
    async with bench(orders=120) as b:
        ids = [order.id for order in b.world.orders.all()]
        await b.run("getOrder", b.cfg(api), {"amazonOrderIds": [*ids, "S01-0000000-0000000"]})
        await b.run("getOrder", b.cfg(api, includedData=["BUYER"]), {"amazonOrderIds": ids[:1]})
        (order,) = b.world.add_orders(1, lines=250)
        await b.run("listOrderItems", b.cfg(api), {"amazonOrderId": order.id})
        assert b.wire.counts["ListOrderItemsByNextToken"] == (2 if api == "MWS" else 0)
        assert judged(b) == []


@pytest.mark.parametrize("api", ["SP-API", "MWS"])
async def test_the_request_of_a_verification_is_one_that_amazon_knows(api: str) -> None:
    async with bench(orders=1) as b:
        await b.verify(b.cfg(api))
        assert judged(b) == []


async def test_sp_api_gets_its_lists_joined_by_commas_and_the_same_filters_with_every_page() -> None:
    async with bench() as b:
        await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped", maxOrdersPerPage=10))
        first, *rest = (dict(asked.params) for asked in b.wire.pages())
        assert first == {
            "lastUpdatedAfter": "1970-01-01T00:00:00Z",
            "fulfillmentStatuses": "SHIPPED",
            "marketplaceIds": "ATVPDKIKX0DER",
            "maxResultsPerPage": "10",
            "includedData": ",".join(SETS),
        }
        for page in rest:
            assert page.pop("paginationToken")
            assert page == first
        assert all("%2C" in asked.url and "+" not in asked.url for asked in b.wire.pages())


async def test_an_order_id_is_encoded_in_a_path() -> None:
    async with bench(orders=1) as b:
        await b.run("getOrder", b.cfg("SP-API"), {"amazonOrderIds": [ID]})
        assert b.wire.seen[-1].path.endswith(f"/orders/{ID}")


@pytest.mark.parametrize("status", [*STATUSES, "InvoiceUnconfirmed"])
async def test_mws_is_asked_for_the_status_and_for_the_two_together(status: str) -> None:
    async with bench(orders=1) as b:
        await b.run(TRIGGER, b.cfg("MWS", orderStatus=status))
        said = [v for n, v in b.wire.pages()[0].params.items() if n.startswith("OrderStatus")]
        both = ["Unshipped", "PartiallyShipped"]
        assert said == (both if status in both else [status])


async def test_mws_gets_the_next_token_alone() -> None:
    async with bench() as b:
        await b.run(TRIGGER, b.cfg("MWS", orderStatus="Shipped", maxOrdersPerPage=20))
        assert set(b.wire.pages()[1].params) - set(COMMON) == {"Action", "Version", "NextToken"}


async def test_an_own_account_needs_no_auth_token() -> None:
    async with bench(own_developer=True) as b:
        cfg = b.cfg("MWS", orderStatus="Shipped", mwsAuthToken="")
        assert await b.run(TRIGGER, cfg)
        assert "MWSAuthToken" not in b.wire.pages()[0].params
        assert await b.run(TRIGGER, {**cfg, "mwsAuthToken": "test"})


async def test_the_headers_are_those_that_amazon_wants() -> None:
    async with bench(orders=1) as b:
        await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))
        headers = b.wire.pages()[0].headers
        assert re.fullmatch(r"Sellerport/\S+ \(Language=Python/[\d.]+; Platform=\w+\)", headers["user-agent"])
        assert re.fullmatch(r"\d{8}T\d{6}Z", headers["x-amz-date"])
        assert headers["accept"] == "application/json"
        assert "content-type" not in headers
        await b.run(TRIGGER, b.cfg("MWS", orderStatus="Shipped"))
        headers = b.wire.pages()[1].headers
        assert headers["content-type"] == "application/x-www-form-urlencoded; charset=utf-8"
