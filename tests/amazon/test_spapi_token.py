"""Login with Amazon: one exchange for whoever needs it, one more after a refusal, none that a secret leaks from."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from sellerport.amazon.http import Answer
from sellerport.amazon.spapi.token import Login, Token, Tokens, token
from sellerport.errors import Denied, Rejected, Unavailable
from support import TRIGGER, Asked, Forward, bench, ids, patient, reply

pytestmark = pytest.mark.anyio

LOGIN = Login("http://amazon/auth/o2/token", "amzn1.application-oa2-client.x", "SECRET", "Atzr|REFRESH")
NOW = 1_000_000.0


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    with patient():
        yield


class Endpoint:
    """Exchanges when it is let to; counts how often it was asked."""

    def __init__(self, *, fails: BaseException | None = None) -> None:
        self.asked = 0
        self.fails = fails
        self.open = threading.Event()
        self.open.set()

    async def exchange(self, login: Login) -> Token:
        self.asked += 1
        mine = self.asked
        while not self.open.is_set():  # noqa: ASYNC110 - it is opened from another thread
            await asyncio.sleep(0)
        if self.fails:
            raise self.fails
        return Token(f"Atza|{mine}", NOW + 3480)


async def test_a_token_is_exchanged_once_and_kept() -> None:
    tokens, endpoint = Tokens(), Endpoint()
    assert [await tokens.get(LOGIN, NOW, endpoint.exchange) for _ in range(3)] == ["Atza|1"] * 3
    assert endpoint.asked == 1


async def test_any_number_of_tasks_make_one_exchange() -> None:
    tokens, endpoint = Tokens(), Endpoint()
    found = await asyncio.gather(*(tokens.get(LOGIN, NOW, endpoint.exchange) for _ in range(50)))
    assert (set(found), endpoint.asked) == ({"Atza|1"}, 1)


def test_any_number_of_threads_make_one_exchange() -> None:
    tokens, endpoint, ready = Tokens(), Endpoint(), threading.Barrier(16)
    endpoint.open.clear()

    def work(number: int) -> str:
        async def get() -> str:
            ready.wait()
            if number == 0:
                asyncio.get_running_loop().call_soon(endpoint.open.set)
            return await tokens.get(LOGIN, NOW, endpoint.exchange)

        return asyncio.run(get())

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(work, range(16)))
    assert (set(found), endpoint.asked) == ({"Atza|1"}, 1)


async def test_another_login_is_another_token() -> None:
    tokens, endpoint = Tokens(), Endpoint()
    changed = [replace(LOGIN, **{name: "x"}) for name in ("url", "client_id", "client_secret", "refresh_token")]
    assert len({await tokens.get(login, NOW, endpoint.exchange) for login in (LOGIN, *changed)}) == 5


async def test_a_token_is_not_used_in_its_last_two_minutes() -> None:
    tokens, endpoint = Tokens(), Endpoint()
    await tokens.get(LOGIN, NOW, endpoint.exchange)
    assert await tokens.get(LOGIN, NOW + 3479, endpoint.exchange) == "Atza|1"
    assert await tokens.get(LOGIN, NOW + 3480, endpoint.exchange) == "Atza|2"


@pytest.mark.parametrize(("lives", "used"), [(3600, 3480), (200, 100), (10, 30), (0, 30), (-5, 30)])
def test_how_long_a_token_is_used(lives: int, used: float) -> None:
    body = f'{{"access_token": "Atza|x", "expires_in": {lives}}}'.encode()
    assert token(Answer(200, {}, body), NOW).until == NOW + used


def test_a_token_without_a_lifetime_lives_an_hour() -> None:
    assert token(Answer(200, {}, b'{"access_token": "Atza|x"}'), NOW).until == NOW + 3480


async def test_a_failed_exchange_fails_all_who_wait_and_the_next_one_tries_anew() -> None:
    tokens, endpoint = Tokens(), Endpoint(fails=Unavailable("down"))
    endpoint.open.clear()
    waiting = [asyncio.ensure_future(tokens.get(LOGIN, NOW, endpoint.exchange)) for _ in range(5)]
    await asyncio.sleep(0)
    endpoint.open.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(error) for error in found} == {Unavailable}
    assert endpoint.asked == 1
    endpoint.fails = None
    assert await tokens.get(LOGIN, NOW, endpoint.exchange) == "Atza|2"


async def test_who_is_cancelled_while_he_exchanges_leaves_it_to_the_next() -> None:
    tokens, endpoint = Tokens(), Endpoint()
    endpoint.open.clear()
    first = asyncio.ensure_future(tokens.get(LOGIN, NOW, endpoint.exchange))
    second = asyncio.ensure_future(tokens.get(LOGIN, NOW, endpoint.exchange))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    endpoint.open.set()
    assert await second == "Atza|2"


async def test_who_is_cancelled_while_he_waits_takes_it_from_nobody() -> None:
    tokens, endpoint = Tokens(), Endpoint()
    endpoint.open.clear()
    first = asyncio.ensure_future(tokens.get(LOGIN, NOW, endpoint.exchange))
    second = asyncio.ensure_future(tokens.get(LOGIN, NOW, endpoint.exchange))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    endpoint.open.set()
    assert await first == "Atza|1"
    assert endpoint.asked == 1


async def test_an_old_refusal_does_not_forget_a_newer_token() -> None:
    tokens, endpoint = Tokens(), Endpoint()
    old = await tokens.get(LOGIN, NOW, endpoint.exchange)
    tokens.refused(LOGIN, old)
    new = await tokens.get(LOGIN, NOW, endpoint.exchange)
    tokens.refused(LOGIN, old)
    assert await tokens.get(LOGIN, NOW, endpoint.exchange) == new
    assert endpoint.asked == 2


def test_neither_login_nor_token_shows_a_secret() -> None:
    assert "SECRET" not in repr(LOGIN)
    assert "REFRESH" not in repr(LOGIN)
    assert "SECRET" not in LOGIN.key()
    assert "Atza" not in repr(Token("Atza|x", 0))


async def test_the_exchange_is_a_form_with_the_three_secrets_and_no_more() -> None:
    async with bench(orders=3) as b:
        await b.verify(b.cfg("SP-API"))
        asked, seller = b.wire.seen[0], b.world.seller
        assert asked.name == "token"
        assert asked.params == {
            "grant_type": "refresh_token",
            "refresh_token": seller.refresh_token,
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
        }
        assert asked.headers["content-type"].startswith("application/x-www-form-urlencoded")


async def test_runs_of_a_process_share_the_token() -> None:
    async with bench(orders=3) as b:
        for _ in range(3):
            await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))
        assert b.wire.counts["token"] == 1


async def test_an_hour_later_it_is_exchanged_anew_before_amazon_refuses_it() -> None:
    async with bench(orders=3) as b:
        await b.verify(b.cfg("SP-API"))
        b.time.at += 3500
        await b.verify(b.cfg("SP-API"))
        assert b.wire.counts["token"] == 2
        assert not b.world.counted("getMarketplaceParticipations").refused


async def test_a_token_that_died_early_is_renewed_once_however_many_requests_it_took_along() -> None:
    async with bench() as b:
        shipped = b.ids("Shipped")[:12]
        await b.verify(b.cfg("SP-API"))
        b.world.faults.order("getOrder", "expired-token")
        (found,) = await b.run("getOrder", b.cfg("SP-API"), {"amazonOrderIds": shipped})
        assert [order["amazonOrderId"] for order in found.body["orders"]] == shipped
        assert b.wire.counts["token"] == 2
        refused = b.world.counted("getOrder").refused["Unauthorized"]
        assert 1 <= refused <= 8
        assert b.wire.counts["getOrder"] == len(shipped) + refused


@pytest.mark.parametrize("status", [401, 403])
async def test_a_role_that_is_missing_costs_one_exchange_and_one_more_request(status: int) -> None:
    async with bench(orders=3) as b:
        b.wire.answering("searchOrders", status=status, body=b'{"errors": [{"code": "Unauthorized", "message": "no"}]}')
        with pytest.raises(Denied, match="role"):
            await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))
        assert (b.wire.counts["token"], b.wire.counts["searchOrders"]) == (2, 2)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("clientSecret", "amzn1.oa2-cs.v1.wrong", "invalid_client"), ("refreshToken", "Atzr|wrong", "invalid_grant"),
     ("clientId", "amzn1.application-oa2-client.wrong", "invalid_client")],
)  # fmt: skip
async def test_a_wrong_credential_is_denied_with_what_to_do_and_not_repeated(field: str, value: str, code: str) -> None:
    async with bench(orders=3) as b:
        with pytest.raises(Denied) as raised:
            await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped", **{field: value}))
        assert (raised.value.code, raised.value.exit_code) == (code, 77)
        assert raised.value.hint
        assert value not in str(raised.value)
        assert b.wire.counts == {"token": 1}


@pytest.mark.parametrize("kind", ["500", "503", "reset", "lost-reply", "html"])
async def test_four_faults_of_the_token_endpoint_are_ridden_out(kind: str) -> None:
    async with bench() as b:
        b.world.faults.order("token", kind, count=4)
        assert ids(await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))) == b.ids("Shipped")
        assert b.wire.counts["token"] == 5


async def test_a_token_endpoint_that_is_down_is_asked_five_times_in_all() -> None:
    async with bench(orders=3) as b:
        b.wire.answering("token", status=500, body=b"{}")
        with pytest.raises(Unavailable):
            await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))
        assert b.wire.counts == {"token": 5}


async def test_a_throttled_token_endpoint_is_waited_out() -> None:
    async with bench() as b:
        b.world.faults.order("token", "throttle", count=3)
        assert ids(await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))) == b.ids("Shipped")
        assert b.time.slept == [1, 2, 4]


async def test_a_sample_asks_the_token_endpoint_once() -> None:
    for kind, error in (("500", Unavailable), ("throttle", Exception)):
        async with bench(orders=3) as b:
            b.world.faults.order("token", kind)
            with pytest.raises(error):
                await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"), sample="cli")
            assert b.wire.counts == {"token": 1}


async def test_the_token_goes_in_its_header_and_nowhere_else() -> None:
    async with bench() as b:
        await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))
        asked = b.wire.seen[-1]
        value = asked.headers["x-amz-access-token"]
        assert value.startswith("Atza|")
        assert value not in asked.url
        assert "authorization" not in asked.headers
        assert b.wire.seen[-1].headers["x-amz-date"] == "20261120T100000Z"


async def test_a_token_that_is_no_header_value_is_rejected() -> None:
    async def spoil(asked: Asked, forward: Forward) -> Any:
        return reply(200, '{"access_token": "Atza|ä\\r\\nx"}'.encode()) if asked.name == "token" else None

    async with bench(orders=3) as b:
        b.wire.spoil = spoil
        with pytest.raises(Rejected, match="no token"):
            await b.verify(b.cfg("SP-API"))
