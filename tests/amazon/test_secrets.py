"""What a run says of itself: no secret, no token, no buyer in any log line, announcement or error, whatever happens."""

import logging
from typing import Any

import pytest
import structlog

from support import APIS, TRIGGER, Bench, bench, orders

pytestmark = pytest.mark.anyio


def hidden(b: Bench, found: list[dict[str, Any]]) -> set[str]:
    """What no line may hold: the seller's secrets, every access token, the buyers."""
    seller = b.world.seller
    words = {seller.client_secret, seller.refresh_token, seller.secret_key, seller.auth_token, seller.access_key}
    words |= {asked.headers["x-amz-access-token"] for asked in b.wire.seen if "x-amz-access-token" in asked.headers}
    for order in found:
        address = order.get("shippingAddress", {})
        words |= {
            order.get("buyerEmail", ""),
            order.get("buyerName", ""),
            address.get("name", ""),
            address.get("phone", ""),
        }
    return {word for word in words if len(word) > 3}


@pytest.mark.parametrize("api", APIS)
async def test_nothing_that_is_said_holds_a_secret_or_a_buyer(api: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    names = {
        "SP-API": ("token", "searchOrders", "getOrder"),
        "MWS": ("ListOrders", "ListOrdersByNextToken", "ListOrderItems"),
    }
    async with bench() as b:
        with structlog.testing.capture_logs() as logs:
            found = orders(await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", includeItems="yes")))
            errors = []
            for kind in (
                "throttle",
                "500",
                "html",
                "reset",
                "garbage",
                "truncated",
                "denied",
                "expired-token",
                "wrong-clock",
            ):
                for name in names[api]:
                    b.world.faults.order(name, kind)
                    cfg = b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=20, includeItems="yes")
                    errors.append((await b.ended(TRIGGER, cfg))[1])
                    body = {"amazonOrderIds": b.ids("Shipped")[:2]}
                    errors.append((await b.ended("getOrder", b.cfg(api), body, sample="cli"))[1])
                    b.world.faults.clear()
        said = "\n".join([*map(str, logs), caplog.text, *map(repr, errors), *map(str, errors), *map(str, b.progress)])
    assert len(found) > 30
    assert any(errors)
    assert said.count("\n") > 30
    assert [word for word in hidden(b, found) if word in said] == []
