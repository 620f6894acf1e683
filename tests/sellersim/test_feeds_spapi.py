"""SP-API Feeds: documents, life, search and report of a JSON listings feed."""

from typing import Any

import pytest
from feed_callers import Caller, listings_feed, world

pytestmark = pytest.mark.anyio

MUG = "MUG-BLUE-11OZ"


def stock(sku: str, quantity: Any, op: str = "merge") -> dict[str, Any]:
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": quantity}]
    patch = {"op": op, "path": "/attributes/fulfillment_availability", "value": value}
    return {"sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": [patch]}


@pytest.fixture
def caller() -> Caller:
    return Caller(world())


async def test_a_patch_feed_sets_the_stock_and_reports_the_unknown_sku(caller: Caller) -> None:
    seller = caller.world.seller.id
    feed_id = await caller.feed(listings_feed(seller, stock(MUG, 7), stock("NO-SUCH-SKU", 1)))
    feed = await caller.ended(feed_id)
    assert feed["processingStatus"] == "DONE"
    report = (await caller.document(feed["resultFeedDocumentId"])).json()
    assert report["summary"] == {
        "errors": 1,
        "warnings": 0,
        "messagesProcessed": 2,
        "messagesAccepted": 1,
        "messagesInvalid": 1,
    }
    assert [(i["messageId"], i["sku"], i["code"]) for i in report["issues"]] == [(2, "NO-SUCH-SKU", "13013")]
    assert (await caller.item(MUG))["attributes"]["fulfillment_availability"] == [
        {"fulfillment_channel_code": "DEFAULT", "quantity": 7}
    ]
