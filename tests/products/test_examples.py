"""The example product of each category goes to the simulator on both protocols and can be read back."""

import json
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
import table_reader

from sellerport.amazon.account import Credentials
from sellerport.amazon.connect import Surroundings
from sellerport.amazon.products import table
from sellerport.amazon.products.check import Rules, checked
from sellerport.amazon.products.labels import elements_of
from sellerport.amazon.products.xml import product
from support import APIS, bench, bodies

pytestmark = pytest.mark.anyio

EXAMPLES = json.loads((Path(__file__).parents[2] / "docs" / "examples" / "products.json").read_text())


def test_there_is_an_example_of_every_category():
    assert list(EXAMPLES) == list(table.labels())


@pytest.mark.parametrize("label", EXAMPLES)
def test_an_example_agrees_with_the_table(label):
    record, problems = checked(EXAMPLES[label], Rules("Update", elements_of(label)))
    assert problems == []
    reader = table_reader.Reader()
    reader.product(product(record))
    assert reader.faults == []


async def read_back(b, sku):
    """What getListingsItem says of the SKU."""
    credentials = msgspec.convert(b.cfg("SP-API"), Credentials, strict=False)
    async with b.connector.connect(credentials, Surroundings({})) as port:
        path = f"/listings/2021-08-01/items/{quote(credentials.seller_id)}/{quote(sku)}"
        query = {"marketplaceIds": port.marketplace.id, "includedData": "summaries,attributes"}
        return await port.ask("getListingsItem", "GET", path, query, read=lambda answer: json.loads(answer.body))


@pytest.mark.parametrize("api", APIS)
async def test_every_example_is_listed_and_can_be_read_back(api):
    async with bench(scale=60, orders=0) as b:
        for label, record in EXAMPLES.items():
            cfg = b.cfg(api, operation="Upsert", category=label, waitForResult="yes")
            (answer,) = bodies(await b.run("submitProduct", cfg, record))
            assert answer["issues"] == [], label
            assert answer["summary"]["successful"] == 1
            listing = await read_back(b, record["sku"])
            assert listing["summaries"][0]["itemName"] == record["descriptionData"]["title"]


@pytest.mark.parametrize("api", APIS)
async def test_all_examples_go_in_one_feed_each_with_its_own_category(api):
    async with bench(scale=60, orders=0) as b:
        cfg = b.cfg(api, operation="Upsert", waitForResult="yes")
        body = {"messages": list(EXAMPLES.values())}
        (answer,) = bodies(await b.run("submitProductCategoryFromPayload", cfg, body))
        assert answer["summary"] == {"processed": 30, "successful": 30, "withError": 0, "withWarning": 0}
