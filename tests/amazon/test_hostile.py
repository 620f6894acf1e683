"""Answers that are none of Amazon's: each ends in a clear error, asked once, and none hangs, fills memory or tells a secret."""

import contextlib
import gzip
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from sellerport.amazon.http import ANSWER_LIMIT, MEGABYTE
from sellerport.errors import Denied, Rejected, Unavailable
from support import APIS, TRIGGER, Asked, Bench, Forward, bench, reply

pytestmark = pytest.mark.anyio

ID = "114-3808039-1650643"
#: What is asked: protocol, operation, and the run that asks it.
Run = Callable[[Bench, str], Any]
ASKED: dict[str, tuple[str, Run]] = {
    "searchOrders": ("SP-API", lambda b, api: b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"))),
    "getOrder": ("SP-API", lambda b, api: b.run("getOrder", b.cfg(api), {"amazonOrderIds": [ID]})),
    "getMarketplaceParticipations": ("SP-API", lambda b, api: b.verify(b.cfg(api))),
    "token": ("SP-API", lambda b, api: b.verify(b.cfg(api))),
    "ListOrders": ("MWS", lambda b, api: b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"))),
    "GetOrder": ("MWS", lambda b, api: b.run("getOrder", b.cfg(api), {"amazonOrderIds": [ID]})),
    "ListOrderItems": ("MWS", lambda b, api: b.run("listOrderItems", b.cfg(api), {"amazonOrderId": ID})),
    "ListMarketplaceParticipations": ("MWS", lambda b, api: b.verify(b.cfg(api))),
}
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 30))
PASSWD = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
HOSTILE = {
    "nothing": b"",
    "blanks": b" \n\t ",
    "an HTML page": b"<html><body>We are sorry<br></body></html>",
    "an XHTML page": b"<html><body>We are sorry</body></html>",
    "a DOCTYPE": b'<?xml version="1.0"?><!DOCTYPE a><ListOrdersResponse><ListOrdersResult/></ListOrdersResponse>',
    "an entity bomb": f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">{ENTITIES}]><a>&e29;</a>'.encode(),
    "an attribute bomb": f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">{ENTITIES}]><a b="&e29;"/>'.encode(),
    "a foreign entity": PASSWD.encode(),
    "deep XML": b"<a>" * 100_000 + b"</a>" * 100_000,
    "deep JSON": b'{"orders":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep JSON objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "invalid UTF-8 in JSON": b'{"orders":[{"orderId":"\xff\xfe"}]}',
    "invalid UTF-8 in XML": b'<?xml version="1.0" encoding="UTF-8"?><a>\xff\xfe</a>',
    "zeros": b"\x00" * 1000,
    "half a JSON": b'{"orders": [{"orderId": "1',
    "half an XML": b"<ListOrdersResponse><ListOrdersResult><Orders><Order>",
    "a JSON array": b"[]",
    "a JSON text": b'"orders"',
    "JSON with more behind it": b'{"orders": []} {"orders": []}',
    "JSON that is no number": b'{"orders": NaN}',
    "an empty JSON object": b"{}",
    "JSON nulls": b'{"orders": null, "order": null, "payload": null, "access_token": null}',
    "other types in JSON": b'{"orders": {"a": 1}, "order": [1], "payload": "x", "access_token": 7}',
    "an XML without a result": b"<ListOrdersResponse><ResponseMetadata/></ListOrdersResponse>",
    "an XML with an empty result": b"<ListOrdersResponse><ListOrdersResult/></ListOrdersResponse>",
    "an XML error with status 200": b"<ErrorResponse><Error><Code>X</Code></Error></ErrorResponse>",
    "a text in the place of a list": (
        b"<R><GResult><Orders>FILTERED</Orders><OrderItems>F</OrderItems>"
        b"<ListParticipations>F</ListParticipations></GResult></R>"
    ),
}


class Pouring(httpx2.AsyncByteStream):
    """A hundred megabytes, and how many of them were taken."""

    def __init__(self) -> None:
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(100):
            self.taken += 1
            yield b"<a>" + b"x" * (MEGABYTE - 3)


def secrets(b: Bench) -> tuple[str, ...]:
    seller = b.world.seller
    return (seller.client_secret, seller.refresh_token, seller.secret_key, seller.auth_token)


async def refused(b: Bench, operation: str, make: Callable[[], httpx2.Response]) -> Rejected:
    """How a run ends whose operation is answered like that."""
    api, run = ASKED[operation]

    async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
        return make() if asked.name == operation else None

    b.wire.spoil = spoil
    with pytest.raises(Rejected) as raised:
        await run(b, api)
    assert b.wire.counts[operation] == 1, "it was asked again"
    told = f"{raised.value} {raised.value!r}"
    assert not any(secret in told for secret in secrets(b))
    assert "root:" not in told
    assert len(told) < 1000
    return raised.value


@pytest.mark.parametrize("operation", ASKED)
@pytest.mark.parametrize("what", HOSTILE)
async def test_an_answer_that_cannot_be_read_is_rejected(what: str, operation: str) -> None:
    headers = {"x-amzn-RequestId": "req-7", "content-type": "text/html"}
    async with bench(orders=3) as b:
        error = await refused(b, operation, lambda: reply(200, HOSTILE[what], headers))
    assert (error.exit_code, error.status, error.request_id) == (69, 200, "req-7")
    assert "req-7" in str(error)
    assert "200" in str(error)


@pytest.mark.parametrize("operation", ASKED)
async def test_a_hundred_megabytes_are_not_read(operation: str) -> None:
    pouring = Pouring()
    async with bench(orders=3) as b:
        error = await refused(b, operation, lambda: httpx2.Response(200, stream=pouring))
    assert "larger than" in str(error)
    assert pouring.taken <= ANSWER_LIMIT // MEGABYTE + 1


@pytest.mark.parametrize("operation", ASKED)
@pytest.mark.parametrize("cut", [1, 12, 40])
async def test_half_a_gzip_is_rejected(operation: str, cut: int) -> None:
    packed = gzip.compress(json.dumps({"orders": [{"orderId": str(n)} for n in range(99)]}).encode())[:-cut]
    async with bench(orders=3) as b:
        await refused(b, operation, lambda: reply(200, packed, {"content-encoding": "gzip"}))


async def test_an_answer_that_is_right_but_for_its_doctype_is_rejected() -> None:
    async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
        body = await (await forward()).aread()
        return reply(200, body.replace(b"?>", b"?><!DOCTYPE ListOrdersResponse>", 1))

    async with bench() as b:
        b.wire.spoil = spoil
        with pytest.raises(Rejected, match="DOCTYPE"):
            await b.run(TRIGGER, b.cfg("MWS", orderStatus="Shipped"))


BEGINS = ("an HTML page", "a DOCTYPE", "half a JSON", "an empty JSON object", "a JSON array")


@pytest.mark.parametrize("operation", [name for name in ASKED if name != "token"])
@pytest.mark.parametrize("what", BEGINS)
async def test_the_error_shows_how_the_answer_begins(what: str, operation: str) -> None:
    async with bench(orders=3) as b:
        error = await refused(b, operation, lambda: reply(200, HOSTILE[what]))
    assert HOSTILE[what][:10].decode() in str(error)


async def test_a_token_that_cannot_be_read_is_not_shown() -> None:
    for body in (
        b'{"access_token": "Atza|SECRETSECRET',
        b'{"access_token": "Atza|SECRET\\nSECRET", "expires_in": 3600}',
    ):
        async with bench(orders=3) as b:
            error = await refused(b, "token", lambda body=body: reply(200, body))
        assert "SECRET" not in f"{error} {error!r}"


STRANGE = ([], {}, 7, "FILTERED", None, True, ["x"], {"x": "x"}, [[]])


@pytest.mark.parametrize("strange", STRANGE, ids=str)
@pytest.mark.parametrize(
    "shape",
    [{"orders": "?"}, {"orders": ["?"]}, {"orders": [{"orderId": "?"}]}, {"orders": [], "pagination": "?"},
     {"orders": [], "pagination": {"nextToken": "?"}}, {"orders": [], "lastUpdatedBefore": "?"},
     {"orders": [{"orderId": "1", "lastUpdatedTime": "?", "fulfillment": {"fulfillmentStatus": "SHIPPED"}}]},
     {"orders": [{"orderId": "1", "fulfillment": "?"}]}, {"orders": [{"orderId": "1", "orderItems": "?"}]}],
    ids=str,
)  # fmt: skip
async def test_a_page_of_another_shape_is_read_or_rejected_and_never_a_bug(shape: Any, strange: Any) -> None:
    body = json.dumps(shape).replace('"?"', json.dumps(strange)).encode()
    async with bench(orders=3) as b:
        b.wire.answering("searchOrders", status=200, body=body)
        with contextlib.suppress(Rejected):
            await b.run(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))


@pytest.mark.parametrize("strange", STRANGE, ids=str)
@pytest.mark.parametrize(
    "shape",
    [{"payload": "?"}, {"payload": ["?"]}, {"payload": [{"marketplace": "?"}]}, {"payload": [{"marketplace": {"id": "?"}}]},
     {"payload": [{"marketplace": {"id": "ATVPDKIKX0DER"}, "participation": "?"}]},
     {"payload": [{"marketplace": {"id": "ATVPDKIKX0DER"}, "participation": {"isParticipating": "?"}}]}],
    ids=str,
)  # fmt: skip
async def test_participations_of_another_shape_are_read_or_rejected_and_never_a_bug(shape: Any, strange: Any) -> None:
    body = json.dumps(shape).replace('"?"', json.dumps(strange)).encode()
    async with bench(orders=3) as b:
        b.wire.answering("getMarketplaceParticipations", status=200, body=body)
        with contextlib.suppress(Rejected, Denied):
            await b.verify(b.cfg("SP-API"))


FEED = {
    "feedId": "7",
    "feedType": "JSON_LISTINGS_FEED",
    "processingStatus": "DONE",
    "marketplaceIds": ["ATVPDKIKX0DER"],
}
PLACE = {"marketplaceId": "ATVPDKIKX0DER", "productType": "MUG"}
STOCK = ("updateItem", {"SKU": "MUG", "Quantity": 1})
IMAGE = ("changeProductImage", {"sku": "MUG", "imageType": "Main", "imageLocation": "https://example.org/a.jpg"})
#: Method, path and shape of an answer, and the run that meets it.
SHAPED: list[tuple[str, str, Any, tuple[str, Any]]] = [
    ("GET", "/feeds/2021-06-30/feeds/7", shape, ("getFeedSubmissionResult", {"submissionId": "7"}))
    for shape in ("?", {**FEED, "feedId": "?"}, {**FEED, "feedType": "?"}, {**FEED, "processingStatus": "?"},
                  {**FEED, "createdTime": "?"}, {**FEED, "marketplaceIds": "?"}, {**FEED, "marketplaceIds": ["?"]},
                  {**FEED, "resultFeedDocumentId": "?"})
] + [
    ("POST", "/feeds/2021-06-30/documents", shape, STOCK)
    for shape in ("?", {"feedDocumentId": "?", "url": "http://127.0.0.1/"}, {"feedDocumentId": "1", "url": "?"})
] + [
    ("POST", "/feeds/2021-06-30/feeds", shape, STOCK) for shape in ("?", {"feedId": "?"})
] + [
    ("GET", "/listings/2021-08-01/items/", shape, IMAGE)
    for shape in ("?", {"items": "?"}, {"items": ["?"]}, {"items": [{"sku": "?"}]}, {"items": [], "pagination": "?"},
                  {"items": [], "pagination": {"nextToken": "?"}}, {"items": [{"sku": "MUG", "summaries": "?"}]},
                  {"items": [{"sku": "MUG", "summaries": ["?"]}]},
                  {"items": [{"sku": "MUG", "summaries": [{**PLACE, "productType": "?"}]}]},
                  {"items": [{"sku": "MUG", "productTypes": "?"}]}, {"items": [{"sku": "MUG", "attributes": "?"}]},
                  {"items": [{"sku": "MUG", "relationships": [{**PLACE, "relationships": "?"}]}]})
] + [
    ("PATCH", "/listings/2021-08-01/items/", shape, ("updateItem", {"SKU": "MUG", "Quantity": 1}))
    for shape in ("?", {"status": "?"}, {"submissionId": "?", "status": "ACCEPTED"}, {"status": "ACCEPTED", "issues": "?"},
                  {"status": "ACCEPTED", "issues": ["?"]}, {"status": "INVALID", "issues": [{"code": "?"}]})
]  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE, ids=str)
@pytest.mark.parametrize(("method", "path", "shape", "asked"), SHAPED, ids=lambda value: str(value)[:60])
async def test_feeds_and_listings_of_another_shape_are_read_or_rejected_and_never_a_bug(
    method: str, path: str, shape: Any, asked: tuple[str, Any], strange: Any
) -> None:
    body = json.dumps(shape).replace('"?"', json.dumps(strange)).encode()

    async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
        return reply(200, body) if asked.method == method and asked.path.startswith(path) else None

    function, message = asked
    fields = {"submitBy": "listings"} if method == "PATCH" else {}
    async with bench(orders=1) as b:
        b.wire.spoil = spoil
        with contextlib.suppress(Rejected, Unavailable):
            await b.run(function, b.cfg("SP-API", **fields), message, env={"RESPONSE_TIME_LIMIT": "60000"})


@pytest.mark.parametrize("api", APIS)
async def test_feeds_whose_next_token_comes_twice_are_no_endless_walk(api: str) -> None:
    async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
        if "FeedSubmissionList" in asked.name:
            return reply(200, PAGE)
        if asked.method == "GET" and asked.path == "/feeds/2021-06-30/feeds":
            return reply(200, b'{"feeds": [], "nextToken": "same"}')
        if asked.params.get("Action") == "SubmitFeed" or (asked.method == "POST" and asked.path.endswith("/feeds")):
            await forward()
            raise httpx2.ReadError("cut")
        return None

    async with bench(orders=1) as b:
        b.wire.spoil = spoil
        _, error = await b.ended("updateItem", b.cfg(api), {"SKU": "MUG", "Quantity": 1})
        assert isinstance(error, Rejected)
        assert "the same next token twice" in str(error)
        assert len(b.world.feeds) == 1


PAGE = (
    b"<GetFeedSubmissionListResponse><GetFeedSubmissionListResult><NextToken>same</NextToken><HasNext>true</HasNext>"
    b"</GetFeedSubmissionListResult></GetFeedSubmissionListResponse>"
)


@pytest.mark.parametrize("lives", ["soon", None, -5, 0, 1e300, True, [], {}])
async def test_a_token_of_any_lifetime_is_used_or_rejected(lives: Any) -> None:
    async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
        if asked.name != "token":
            return None
        body = json.loads(await (await forward()).aread())
        return reply(200, json.dumps({**body, "expires_in": lives}).encode())

    async with bench(orders=3) as b:
        b.wire.spoil = spoil
        try:
            await b.verify(b.cfg("SP-API"))
        except Rejected:
            return
        assert b.wire.counts["getMarketplaceParticipations"] == 1
        assert b.wire.counts["token"] <= 2
