"""Credentials verified with a real call: which field is wrong, and what to do."""

import json
from typing import Any

import httpx2
import pytest

from sellerport.errors import Denied, InputError, SellerportError, Throttled, Unavailable
from support import APIS, START, Asked, Bench, Forward, bench, reply

pytestmark = pytest.mark.anyio
OPERATION = {"SP-API": "getMarketplaceParticipations", "MWS": "ListMarketplaceParticipations"}


async def error_of(b: Bench, cfg: dict[str, Any]) -> Any:
    with pytest.raises(SellerportError) as raised:
        await b.verify(cfg)
    for name in ("clientSecret", "refreshToken", "mwsSecretKey", "mwsAuthToken", "mwsAccessKey"):
        assert str(cfg[name]) not in str(raised.value)
    return raised.value


@pytest.mark.parametrize("api", APIS)
async def test_right_credentials_are_verified_with_a_cheap_call(api: str) -> None:
    async with bench() as b:
        assert await b.verify(b.cfg(api)) == []
        assert b.wire.counts[OPERATION[api]] == 1
        assert set(b.wire.counts) <= {OPERATION[api], "token", "searchOrders"}


@pytest.mark.parametrize(
    ("api", "change", "field"),
    [("SP-API", {"clientId": "amzn1.application-oa2-client.wrong"}, "clientId"),
     ("SP-API", {"clientSecret": "amzn1.oa2-cs.v1.wrong"}, "clientSecret"),
     ("SP-API", {"refreshToken": "Atzr|wrong"}, "refreshToken"),
     ("SP-API", {"marketplaceId": "A1VC38T7YXB528"}, "marketplaceId"),
     ("SP-API", {"marketplaceId": "A2Q3Y263D00KWC"}, "marketplaceId"),
     ("MWS", {"mwsAccessKey": "AKIAWRONGWRONGWRONG1"}, "mwsAccessKey"),
     ("MWS", {"mwsSecretKey": "w" * 40}, "mwsSecretKey"),
     ("MWS", {"mwsAuthToken": "amzn.mws.wrong-wrong"}, "mwsAuthToken"),
     ("MWS", {"sellerId": "A1SOMEBODYELSE"}, "sellerId"),
     ("MWS", {"marketplaceId": "A1VC38T7YXB528"}, "marketplaceId")],
    ids=str,
)  # fmt: skip
async def test_a_wrong_field_is_named_with_what_to_do(api: str, change: dict[str, str], field: str) -> None:
    async with bench(orders=3) as b:
        error = await error_of(b, b.cfg(api, **change))
        assert isinstance(error, Denied)
        assert error.exit_code == 77
        assert field in str(error)


async def test_a_marketplace_of_another_region_and_one_of_nobody_are_told_apart() -> None:
    async with bench(orders=3) as b:
        elsewhere = await error_of(b, b.cfg("SP-API", marketplaceId="A1VC38T7YXB528"))
        assert "another region (FE)" in str(elsewhere)
        absent = await error_of(b, b.cfg("SP-API", marketplaceId="A2Q3Y263D00KWC"))
        assert "does not take part in BR" in str(absent)


async def test_mws_keys_that_look_swapped_are_told() -> None:
    async with bench(orders=3) as b:
        right = b.cfg("MWS")
        swapped = {**right, "mwsAccessKey": right["mwsSecretKey"], "mwsSecretKey": right["mwsAccessKey"]}
        assert "swapped" in str(await error_of(b, swapped))


async def test_an_application_id_of_another_form_is_told_without_a_call() -> None:
    async with bench(orders=3) as b:
        with pytest.raises(InputError, match="clientId"):
            await b.verify(b.cfg("SP-API", clientId="wrong"))
        assert b.wire.seen == []


async def test_every_field_that_is_missing_is_told_at_once() -> None:
    async with bench(orders=3) as b:
        with pytest.raises(InputError) as raised:
            await b.verify({"api": "MWS"})
        for name in ("sellerId", "marketplaceId", "mwsAccessKey", "mwsSecretKey"):
            assert f"$.{name}" in str(raised.value)


@pytest.mark.parametrize(("seconds", "words"), [(3600, "slow"), (-3600, "fast"), (10, ""), (-299, "")])
async def test_a_skewed_clock_is_a_warning_on_sp_api(seconds: float, words: str) -> None:
    async with bench(orders=3) as b:
        if seconds > 0:
            b.world.faults.order(OPERATION["SP-API"], "wrong-clock", seconds=seconds)
            warnings = await b.verify(b.cfg("SP-API"))
        else:
            b.wire.spoil = earlier(seconds)
            warnings = await b.verify(b.cfg("SP-API"))
        assert [word for word in warnings if "clock" in word] == (
            [f"the clock of this machine is {abs(seconds)} s {words}"] if words else []
        )


def earlier(seconds: float) -> Any:
    """Amazon whose Date is so much earlier."""
    from email.utils import formatdate

    async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
        if asked.name != OPERATION["SP-API"]:
            return None
        answer = await forward()
        return reply(200, await answer.aread(), {"date": formatdate(START + seconds, usegmt=True)})

    return spoil


async def test_a_skewed_clock_is_what_mws_refuses() -> None:
    async with bench(orders=3) as b:
        b.world.faults.order(OPERATION["MWS"], "wrong-clock", seconds=3600)
        error = await error_of(b, b.cfg("MWS"))
        assert (error.code, isinstance(error, Denied)) == ("RequestExpired", True)
        assert "clock" in str(error)


async def test_an_own_account_may_have_any_token_or_none() -> None:
    async with bench(own_developer=True, orders=3) as b:
        for token in ("test", "", None):
            assert await b.verify(b.cfg("MWS", mwsAuthToken=token)) == []


async def test_a_missing_role_for_buyers_is_a_warning() -> None:
    async with bench(personal_data=False) as b:
        (warning,) = await b.verify(b.cfg("SP-API"))
        assert "Direct-to-Consumer" in warning


async def test_a_missing_role_for_orders_is_a_warning() -> None:
    async with bench() as b:
        b.world.faults.order("searchOrders", "denied", count=1)
        (warning,) = await b.verify(b.cfg("SP-API"))
        assert "Inventory and Order Tracking" in warning


@pytest.mark.parametrize("body", [b"{}", b'{"orders": [{"recipient": {"deliveryAddress": "FILTERED"}}]}', b"<html>"])
async def test_orders_that_cannot_be_read_are_nobodys_warning(body: bytes) -> None:
    async with bench() as b:
        b.wire.answering("searchOrders", status=200, body=body)
        assert await b.verify(b.cfg("SP-API")) == []


async def test_suspended_listings_are_a_warning_and_no_refusal() -> None:
    async with bench(orders=3) as b:

        async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
            if asked.name != OPERATION["MWS"]:
                return None
            body = await (await forward()).aread()
            return reply(200, body.replace(b"<HasSellerSuspendedListings>No", b"<HasSellerSuspendedListings>Yes"))

        b.wire.spoil = spoil
        (warning,) = await b.verify(b.cfg("MWS"))
        assert "suspended" in warning


@pytest.mark.parametrize("api", APIS)
async def test_amazon_that_is_down_or_busy_says_nothing_of_the_credentials(api: str) -> None:
    async with bench(orders=3) as b:
        b.world.faults.order(OPERATION[api], "500", count=5)
        assert isinstance(await error_of(b, b.cfg(api)), Unavailable)
        b.world.faults.order(OPERATION[api], "throttle", count=3)
        assert await b.verify(b.cfg(api)) == []


@pytest.mark.parametrize("api", APIS)
async def test_a_quota_that_is_used_up_for_long_is_told(api: str) -> None:
    async with bench(orders=3, quota=True) as b:
        b.world.drain(OPERATION[api])
        error = None
        try:
            await b.verify(b.cfg(api))
        except SellerportError as raised:
            error = raised
        assert error is None or isinstance(error, Throttled)
        assert sum(b.time.slept) <= 65


async def test_participations_without_any_are_told() -> None:
    async with bench(orders=3) as b:
        b.wire.answering(OPERATION["SP-API"], status=200, body=json.dumps({"payload": []}).encode())
        assert "none" in str(await error_of(b, b.cfg("SP-API")))
