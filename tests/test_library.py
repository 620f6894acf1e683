"""The library as its page shows it: functions are async generators that need no runtime."""

import pytest

import sellerport
from sellerport import Data, Message, Snapshot, execute
from support import bench

pytestmark = pytest.mark.anyio


def test_every_public_name_is_there() -> None:
    assert all(getattr(sellerport, name) is not None for name in sellerport.__all__)


async def test_a_trigger_and_an_action_run_without_a_runtime() -> None:
    async with bench() as b:
        cfg = b.cfg("SP-API", orderStatus="Unshipped", emitBehavior="emitPage")
        emitted = [e async for e in execute(b.component, "getNewAndUpdatedOrders", cfg=cfg, snapshot=None)]
        assert isinstance(emitted[0], Data)
        assert isinstance(emitted[-1], Snapshot)
        ids = [order["amazonOrderId"] for order in emitted[0].body["orders"]]
        found = [e async for e in execute(b.component, "getOrder", cfg=cfg, message=Message({"amazonOrderIds": ids}))]
        assert [order["amazonOrderId"] for order in found[0].body["orders"]] == ids
