"""Product type definitions: fetched, verified, kept for a day."""

import base64
import hashlib
import json
from contextlib import asynccontextmanager

import pytest

from sellerport.amazon.account import Credentials
from sellerport.amazon.connect import Surroundings
from sellerport.amazon.shelf import Shelf
from sellerport.errors import AmazonError, InvalidParameters, Rejected, Unavailable
from sellerport.reading import read_form
from support import bench, reply

pytestmark = pytest.mark.anyio

PATH = "/definitions/2020-09-01/productTypes/SHIRT"


@asynccontextmanager
async def seller(marketplace="ATVPDKIKX0DER"):
    """A bench and the seller's port."""
    async with bench(orders=0, marketplace=marketplace) as b:
        credentials = read_form(Credentials, b.cfg("SP-API"), [])
        async with b.connector.connect(credentials, Surroundings({})) as port:
            yield b, port


def asked(b):
    """The requests for a definition, and those for a schema."""
    paths = [one.path for one in b.wire.seen]
    return paths.count(PATH), len([path for path in paths if path.startswith("/_documents/schema")])


async def test_a_definition_is_fetched_once_a_day():
    async with seller() as (b, port):
        first = await port.definition("SHIRT")
        assert json.loads(first)["properties"]["item_name"]
        b.time.at += 86_399
        assert await port.definition("SHIRT") == first
        assert asked(b) == (1, 1)
        b.time.at += 2
        assert await port.definition("SHIRT") == first
        assert asked(b) == (2, 2)


async def test_definitions_of_other_requirements_are_others():
    async with seller() as (b, port):
        whole = await port.definition("SHIRT")
        partial = await port.definition("SHIRT", enforced=False)
        offer = await port.definition("SHIRT", requirements="LISTING_OFFER_ONLY")
        assert len({whole, partial, offer}) == 3
        asked_for = [one.params for one in b.wire.seen if one.path == PATH]
        assert [one["requirementsEnforced"] for one in asked_for] == ["ENFORCED", "NOT_ENFORCED", "ENFORCED"]
        assert [one["requirements"] for one in asked_for] == ["LISTING", "LISTING", "LISTING_OFFER_ONLY"]


@pytest.mark.parametrize(
    ("marketplace", "locale"), [("ATVPDKIKX0DER", "en_US"), ("A1F83G8C2ARO7P", "en_GB"), ("AE08WJ6YKNBMC", "DEFAULT")]
)
async def test_the_locale_is_the_marketplaces_where_amazon_has_it(marketplace, locale):
    async with seller(marketplace) as (b, port):
        await port.definition("SHIRT")
        assert [one.params["locale"] for one in b.wire.seen if one.path == PATH] == [locale]


async def test_a_schema_that_arrives_spoiled_is_fetched_again_and_never_used():
    async with seller() as (b, port):
        spoiled = []

        async def spoil(request, forward):
            if not request.path.startswith("/_documents/schema") or len(spoiled) == 2:
                return None
            spoiled.append(request)
            answer = await forward()
            return reply(200, (await answer.aread())[:-1] + b" ")

        b.wire.spoil = spoil
        assert json.loads(await port.definition("SHIRT"))
        assert len(spoiled) == 2


async def test_a_schema_that_always_arrives_spoiled_is_an_outage():
    async with seller() as (b, port):

        async def spoil(request, forward):
            return reply(200, b"{}") if request.path.startswith("/_documents/schema") else None

        b.wire.spoil = spoil
        with pytest.raises(Unavailable, match="another checksum"):
            await port.definition("SHIRT")


async def test_a_schema_that_cannot_be_read_is_not_kept():
    async with seller() as (b, port):

        async def spoil(request, forward):
            if request.path == PATH:
                body = json.loads(await (await forward()).aread())
                body["schema"]["checksum"] = base64.b64encode(hashlib.md5(b"no JSON").digest()).decode()
                return reply(200, json.dumps(body).encode())
            return reply(200, b"no JSON") if request.path.startswith("/_documents/schema") else None

        b.wire.spoil = spoil
        with pytest.raises(Rejected, match="the definition of product type SHIRT cannot be read"):
            await port.definition("SHIRT")
        b.wire.spoil = None
        assert json.loads(await port.definition("SHIRT"))["properties"]["item_name"]


async def test_a_kept_definition_that_was_damaged_is_fetched_anew(monkeypatch):
    keep = Shelf.keep

    async def damaged(self, name, value):
        await keep(self, name, value[:20])

    async with seller() as (b, port):
        monkeypatch.setattr(Shelf, "keep", damaged)
        first = await port.definition("SHIRT")
        assert await port.definition("SHIRT") == first
        assert asked(b) == (2, 2)


async def test_an_old_definition_serves_while_amazon_is_down():
    async with seller() as (b, port):
        first = await port.definition("SHIRT")
        b.time.at += 2 * 86_400
        b.wire.answering(f"GET {PATH}", status=503)
        assert await port.definition("SHIRT") == first


async def test_without_an_old_definition_an_outage_is_told():
    async with seller() as (b, port):
        b.wire.answering(f"GET {PATH}", status=503)
        with pytest.raises(Unavailable):
            await port.definition("SHIRT")


async def test_a_product_type_that_amazon_does_not_know_is_its_refusal():
    async with seller() as (_, port):
        with pytest.raises((InvalidParameters, AmazonError)) as refused:
            await port.definition("NO_SUCH_TYPE")
        assert refused.value.status in (400, 404)


@pytest.mark.parametrize("body", [b"{}", b'{"schema": 5}', b'{"schema": {"link": {}}}', b"<html>"])
async def test_an_answer_without_a_link_is_rejected(body):
    async with seller() as (b, port):
        b.wire.answering(f"GET {PATH}", status=200, body=body, headers={"content-type": "application/json"})
        with pytest.raises(AmazonError):
            await port.definition("SHIRT")


async def test_product_types_are_found_by_keywords():
    async with seller() as (_, port):
        found = await port.product_types(("clothing", "luggage"))
        assert set(found) == {"SHIRT", "LUGGAGE"}
        assert len(await port.product_types(())) > 30
