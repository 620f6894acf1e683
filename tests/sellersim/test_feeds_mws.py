"""MWS Feeds: submission, life, list, cancellation and report."""

import pytest

from feed_callers import START, Caller, envelope, md5, texts, world

pytestmark = pytest.mark.anyio

INVENTORY = "_POST_INVENTORY_AVAILABILITY_DATA_"
MUG = "MUG-BLUE-11OZ"


def stock(seller: str, *rows: tuple[str, int]) -> bytes:
    bodies = (f"<Inventory><SKU>{sku}</SKU><Quantity>{n}</Quantity></Inventory>" for sku, n in rows)
    return envelope(seller, "Inventory", *bodies)


@pytest.fixture
def caller() -> Caller:
    return Caller(world())


async def test_a_stock_feed_sets_the_quantity_and_reports_the_unknown_sku(caller: Caller) -> None:
    id_ = await caller.submit(INVENTORY, stock(caller.world.seller.id, (MUG, 7), ("NO-SUCH-SKU", 1)))
    report = await caller.report(id_)
    assert report.counts == (2, 1, 1, 0)
    assert report.results == [(2, "13013", "Error")]
    assert report.about == [[("SKU", "NO-SUCH-SKU")]]
    assert caller.world.listings[MUG].attributes["fulfillment_availability"] == [
        {"fulfillment_channel_code": "DEFAULT", "quantity": 7}
    ]
