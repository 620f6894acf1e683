"""One process's way to Amazon: what runs share, what keeps them apart, and what is closed."""

import asyncio
from typing import Any

import pytest

from sellerport.amazon.account import Credentials
from sellerport.amazon.connect import Surroundings, scope_of
from sellerport.amazon.mws.adapter import Mws
from sellerport.amazon.spapi.adapter import SpApi
from sellerport.errors import InputError, Stopped
from support import APIS, TRIGGER, Bench, bench, ids

pytestmark = pytest.mark.anyio


def credentials(b: Bench, api: str, **changes: str) -> Credentials:
    said = {**b.cfg(api), **changes}
    names = {f.encode_name: f.name for f in __import__("msgspec").structs.fields(Credentials)}
    return Credentials(**{names[name]: str(value) for name, value in said.items() if name in names})


@pytest.mark.parametrize(("api", "kind"), [("SP-API", SpApi), ("MWS", Mws)])
async def test_the_api_picks_the_adapter(api: str, kind: type[Any]) -> None:
    async with bench(orders=1) as b, b.connector.connect(credentials(b, api), Surroundings()) as port:
        assert isinstance(port, kind)
        assert (port.api, port.marketplace.id) == (api, "ATVPDKIKX0DER")
        assert not any(secret in repr(port) for secret in credentials(b, api).secrets())


@pytest.mark.parametrize("api", APIS)
async def test_runs_of_one_process_share_their_quota(api: str) -> None:
    async with bench(quota=True) as b:
        cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage="10")
        runs = [b.run(TRIGGER, cfg) for _ in range(4)]
        for found in await asyncio.gather(*runs):
            assert ids(found) == b.ids("Shipped")
        assert sum(sum(count.refused.values()) for count in b.world.counts.values()) == 0


async def test_a_quota_is_counted_by_endpoint_application_and_seller() -> None:
    async with bench(orders=1) as b:
        scopes = []
        for api, change in (
            ("SP-API", {}),
            ("MWS", {}),
            ("SP-API", {"sellerId": "A2"}),
            ("SP-API", {"endpoint": "http://elsewhere"}),
            ("SP-API", {"clientId": "amzn1.other"}),
        ):
            own = credentials(b, api, **change)
            async with b.connector.connect(own, Surroundings()) as port:
                scopes.append(scope_of(own, port.account))
        assert len(set(scopes)) == 5
        assert not any(secret in str(scopes) for secret in credentials(b, "SP-API").secrets()[:2])


async def test_a_lock_lets_one_run_at_a_time() -> None:
    async with bench(orders=1) as b:
        inside, most = 0, 0

        async def run() -> None:
            nonlocal inside, most
            async with b.connector.connect(credentials(b, "MWS"), Surroundings(lock="orders:flow:step")):
                inside += 1
                most = max(most, inside)
                for _ in range(20):
                    await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*(run() for _ in range(5)))
        assert most == 1


async def test_who_waits_for_a_lock_ends_when_he_is_told_to() -> None:
    async with bench(orders=1) as b:
        stop = asyncio.Event()
        own = credentials(b, "MWS")
        async with b.connector.connect(own, Surroundings(lock="orders:flow:step")):
            stop.set()
            with pytest.raises(Stopped):
                async with b.connector.connect(own, Surroundings(lock="orders:flow:step", stop=stop)):
                    raise AssertionError("two hold one lock")


async def test_a_lock_is_let_go_by_a_run_that_fails() -> None:
    async with bench(orders=1) as b:
        own, given = credentials(b, "MWS"), Surroundings(lock="orders:flow:step")
        with pytest.raises(ZeroDivisionError):
            async with b.connector.connect(own, given):
                raise ZeroDivisionError
        async with b.connector.connect(own, given):
            pass


async def test_a_store_that_cannot_be_opened_is_an_input_error_and_is_tried_anew() -> None:
    async with bench(orders=1, quota=True) as b:
        for _ in range(2):
            with pytest.raises(InputError):
                await b.run(TRIGGER, b.cfg("MWS", orderStatus="Shipped"), env={"SELLERPORT_STORE": "nonsense"})
        assert b.wire.seen == []


async def test_without_pacing_no_store_is_opened() -> None:
    async with bench(orders=1) as b:
        await b.run(TRIGGER, b.cfg("MWS", orderStatus="Shipped"), env={"SELLERPORT_STORE": "nonsense"})
        assert b.wire.seen


async def test_one_connector_serves_several_loops() -> None:
    async with bench(orders=9) as b:
        await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))

        def other() -> list[str]:
            async def run() -> list[str]:
                try:
                    return ids(await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped")))
                finally:
                    await b.component.close()

            return asyncio.run(run())

        assert await asyncio.to_thread(other) == b.ids("Shipped")
        assert b.wire.counts["token"] == 1
