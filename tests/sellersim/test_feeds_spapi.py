"""SP-API Feeds: documents, life, search and report of feeds."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from feed_callers import START, Caller, envelope, listings_feed, world
from sim_models import disagreements

pytestmark = pytest.mark.anyio

API = "feeds_2021-06-30"
DOCUMENTS, FEEDS = "/feeds/2021-06-30/documents", "/feeds/2021-06-30/feeds"
JSON = "application/json; charset=UTF-8"
MUG = "MUG-BLUE-11OZ"
US = "ATVPDKIKX0DER"


def stock(sku: str, quantity: Any, op: str = "merge") -> dict[str, Any]:
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": quantity}]
    patch = {"op": op, "path": "/attributes/fulfillment_availability", "value": value}
    return {"sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": [patch]}


@pytest.fixture
def caller() -> Caller:
    return Caller(world())


@pytest.fixture
def content(caller: Caller) -> bytes:
    return listings_feed(caller.world.seller.id, stock(MUG, 7))


async def report(caller: Caller, feed_id: str) -> Any:
    feed = await caller.ended(feed_id)
    return (await caller.document(feed["resultFeedDocumentId"])).json()


async def test_a_patch_feed_sets_the_stock_and_reports_the_unknown_sku(caller: Caller) -> None:
    seller = caller.world.seller.id
    told = await report(caller, await caller.feed(listings_feed(seller, stock(MUG, 7), stock("NO-SUCH-SKU", 1))))
    assert told["summary"] == {
        "errors": 1,
        "warnings": 0,
        "messagesProcessed": 2,
        "messagesAccepted": 1,
        "messagesInvalid": 1,
    }
    assert [(i["messageId"], i["sku"], i["code"]) for i in told["issues"]] == [(2, "NO-SUCH-SKU", "13013")]
    assert (await caller.item(MUG))["attributes"]["fulfillment_availability"] == [
        {"fulfillment_channel_code": "DEFAULT", "quantity": 7}
    ]


# ----------------------------------------------------------------------------------------------------------- documents


async def announced(caller: Caller, kind: str = JSON) -> dict[str, str]:
    got = await caller.sp("POST", DOCUMENTS, {"contentType": kind})
    assert got.status_code == 201
    assert not disagreements(API, "createFeedDocument", 201, got.json())
    return dict(got.json())


async def test_a_document_is_put_at_an_address_of_the_host_asked(caller: Caller) -> None:
    told = await announced(caller)
    assert told["url"].startswith("http://sim.example:8080/_documents/")


async def test_the_address_does_not_bind_the_host(caller: Caller) -> None:
    url = (await announced(caller))["url"].replace("sim.example:8080", "127.0.0.1:9")
    got = await caller.raw("PUT", url, content=b"{}", headers={"content-type": JSON})
    assert got.status_code == 200


async def test_another_content_type_is_another_signature(caller: Caller) -> None:
    url = (await announced(caller))["url"]
    got = await caller.raw("PUT", url, content=b"{}", headers={"content-type": "application/json;charset=UTF-8"})
    assert got.status_code == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in got.text
    assert got.headers["content-type"] == "application/xml"


async def test_a_changed_address_is_another_signature(caller: Caller) -> None:
    url = (await announced(caller))["url"].replace("X-Amz-Expires=300", "X-Amz-Expires=999999")
    got = await caller.raw("PUT", url, content=b"{}", headers={"content-type": JSON})
    assert (got.status_code, "SignatureDoesNotMatch" in got.text) == (403, True)


async def test_an_address_dies_after_five_minutes_of_real_time(caller: Caller) -> None:
    url, real = (await announced(caller))["url"], caller.world.clock.real
    caller.world.clock.advance(86_400)
    assert (await caller.raw("PUT", url, content=b"", headers={"content-type": JSON})).status_code == 200
    caller.world.clock.real = lambda: real() + 301
    got = await caller.raw("PUT", url, content=b"", headers={"content-type": JSON})
    assert (got.status_code, "Request has expired" in got.text) == (403, True)


async def test_a_chunked_upload_is_refused_as_s3_does(caller: Caller) -> None:
    async def chunks() -> Any:
        yield b"{}"

    got = await caller.raw("PUT", (await announced(caller))["url"], content=chunks(), headers={"content-type": JSON})
    assert (got.status_code, "<Code>NotImplemented</Code>" in got.text) == (501, True)


async def test_an_upload_with_the_access_token_is_refused_as_s3_does(caller: Caller) -> None:
    headers = {"content-type": JSON, "x-amz-access-token": "Atza|secret"}
    got = await caller.raw("PUT", (await announced(caller))["url"], content=b"{}", headers=headers)
    assert (got.status_code, "AccessDenied" in got.text, "secret" in got.text) == (403, True, False)


@pytest.mark.parametrize("body", [{}, {"contentType": "json"}, {"contentType": 7}])
async def test_a_document_of_no_content_type_is_refused(caller: Caller, body: Any) -> None:
    got = await caller.sp("POST", DOCUMENTS, body)
    assert (got.status_code, got.json()["errors"][0]["code"]) == (400, "InvalidInput")


async def test_a_large_report_is_packed_and_says_so(caller: Caller) -> None:
    seller = caller.world.seller.id
    feed = await caller.ended(await caller.feed(listings_feed(seller, *(stock(f"NO-{n}", 1) for n in range(60)))))
    told = (await caller.sp("GET", f"{DOCUMENTS}/{feed['resultFeedDocumentId']}")).json()
    assert not disagreements(API, "getFeedDocument", 200, told)
    got = await caller.raw("GET", told["url"])
    assert told["compressionAlgorithm"] == "GZIP"
    assert "content-encoding" not in got.headers
    assert len(json.loads(gzip.decompress(got.content))["issues"]) == 60


async def test_a_packed_report_unpacks_by_itself_where_that_was_asked(caller: Caller) -> None:
    seller = caller.world.seller.id
    feed = await caller.ended(await caller.feed(listings_feed(seller, *(stock(f"NO-{n}", 1) for n in range(60)))))
    got = await caller.document(feed["resultFeedDocumentId"], enableContentEncodingUrlHeader="true")
    assert got.headers["content-encoding"] == "gzip"
    assert len(got.json()["issues"]) == 60


async def test_a_small_report_is_plain(caller: Caller, content: bytes) -> None:
    feed = await caller.ended(await caller.feed(content))
    told = (await caller.sp("GET", f"{DOCUMENTS}/{feed['resultFeedDocumentId']}")).json()
    assert "compressionAlgorithm" not in told


async def test_an_unknown_document_is_not_found(caller: Caller) -> None:
    got = await caller.sp("GET", f"{DOCUMENTS}/amzn1.tortuga.4.na.nothing")
    assert (got.status_code, got.json()["errors"][0]["code"]) == (404, "NotFound")


# ---------------------------------------------------------------------------------------------------------------- life


async def test_a_feed_goes_from_queue_over_progress_to_done(caller: Caller, content: bytes) -> None:
    feed_id = await caller.feed(content)
    seen = []
    for _ in range(90):
        got = await caller.sp("GET", f"{FEEDS}/{feed_id}")
        assert not disagreements(API, "getFeed", 200, got.json())
        seen.append(got.json()["processingStatus"])
        caller.world.clock.advance(1)
    assert list(dict.fromkeys(seen)) == ["IN_QUEUE", "IN_PROGRESS", "DONE"]


async def test_a_feed_in_its_queue_has_no_times_but_its_creation(caller: Caller, content: bytes) -> None:
    got = (await caller.sp("GET", f"{FEEDS}/{await caller.feed(content)}")).json()
    assert set(got) == {"feedId", "feedType", "marketplaceIds", "createdTime", "processingStatus"}
    assert got["createdTime"] == "2026-11-20T10:00:00.000Z"


async def test_a_feed_twice_is_two_feeds(caller: Caller, content: bytes) -> None:
    document = await caller.upload(content)
    asked = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [US], "inputFeedDocumentId": document}
    got = [(await caller.sp("POST", FEEDS, asked)).json()["feedId"] for _ in range(2)]
    assert len(set(got)) == 2


async def test_an_order_feed_is_reported_in_xml(caller: Caller) -> None:
    inner = "<AmazonOrderID>111-0000000-0000000</AmazonOrderID><StatusCode>Success</StatusCode>"
    order = f"<OrderAcknowledgement>{inner}</OrderAcknowledgement>"
    body = envelope(caller.world.seller.id, "OrderAcknowledgement", order)
    feed = await caller.ended(await caller.feed(body, "POST_ORDER_ACKNOWLEDGEMENT_DATA"))
    got = await caller.document(feed["resultFeedDocumentId"])
    assert got.headers["content-type"] == "text/xml;charset=UTF-8"
    assert "<ResultMessageCode>18028</ResultMessageCode>" in got.text


@pytest.mark.parametrize("kind", ["POST_INVENTORY_AVAILABILITY_DATA", "POST_PRODUCT_DATA", "POST_UIEE_BOOKLOADER_DATA"])
async def test_the_old_listing_feeds_are_taken_and_end_fatal_without_report(caller: Caller, kind: str) -> None:
    feed = await caller.ended(await caller.feed(b"<x/>", kind))
    assert feed["processingStatus"] == "FATAL"
    assert "resultFeedDocumentId" not in feed


@pytest.mark.parametrize(
    "change",
    [
        {"feedType": "POST_NOTHING"},
        {"marketplaceIds": []},
        {"marketplaceIds": [US] * 26},
        {"inputFeedDocumentId": "amzn1.tortuga.4.na.nothing"},
        {"feedOptions": {"a": 1}},
    ],
)
async def test_a_wrong_feed_is_refused(caller: Caller, content: bytes, change: dict[str, Any]) -> None:
    document = await caller.upload(content)
    asked = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [US], "inputFeedDocumentId": document, **change}
    got = await caller.sp("POST", FEEDS, asked)
    assert (got.status_code, got.json()["errors"][0]["code"]) == (400, "InvalidInput")
    assert not caller.world.feeds


async def test_a_feed_of_a_document_without_content_is_refused(caller: Caller) -> None:
    document = (await announced(caller))["feedDocumentId"]
    asked = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [US], "inputFeedDocumentId": document}
    assert (await caller.sp("POST", FEEDS, asked)).status_code == 400


async def test_a_document_can_be_used_for_two_days(caller: Caller, content: bytes) -> None:
    document = await caller.upload(content)
    caller.world.clock.advance(2 * 86_400 + 1)
    asked = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [US], "inputFeedDocumentId": document}
    assert (await caller.sp("POST", FEEDS, asked)).status_code == 400


async def test_a_feed_for_a_marketplace_of_another_region_is_denied(caller: Caller, content: bytes) -> None:
    document = await caller.upload(content)
    asked = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": ["A1PA6795UKMFR9"], "inputFeedDocumentId": document}
    assert (await caller.sp("POST", FEEDS, asked)).status_code == 403


async def test_a_feed_is_cancelled_while_it_is_in_its_queue(caller: Caller, content: bytes) -> None:
    feed_id = await caller.feed(content)
    got = await caller.sp("DELETE", f"{FEEDS}/{feed_id}")
    assert (got.status_code, got.content) == (200, b"")
    assert (await caller.ended(feed_id))["processingStatus"] == "CANCELLED"


async def test_a_feed_that_has_begun_is_not_cancelled(caller: Caller, content: bytes) -> None:
    feed_id = await caller.feed(content)
    caller.world.clock.advance(12)
    assert (await caller.sp("DELETE", f"{FEEDS}/{feed_id}")).status_code == 400


async def test_an_unknown_feed_is_not_found(caller: Caller) -> None:
    for method in ("GET", "DELETE"):
        got = await caller.sp(method, f"{FEEDS}/1020777")
        assert (got.status_code, got.json()["errors"][0]["code"]) == (404, "NotFound")


async def test_a_feed_is_forgotten_after_90_days(caller: Caller, content: bytes) -> None:
    feed_id = await caller.feed(content)
    caller.world.clock.advance(91 * 86_400)
    caller.token = ""
    assert (await caller.sp("GET", f"{FEEDS}/{feed_id}")).status_code == 404


async def test_the_sixth_listings_feed_in_five_minutes_is_throttled(content: bytes) -> None:
    caller = Caller(world(quota=True))
    content = listings_feed(caller.world.seller.id, stock(MUG, 7))
    document = await caller.upload(content)
    asked = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [US], "inputFeedDocumentId": document}
    got = [await caller.sp("POST", FEEDS, asked) for _ in range(6)]
    assert [one.status_code for one in got] == [202] * 5 + [429]
    assert got[-1].json()["errors"][0]["code"] == "QuotaExceeded"
    caller.world.clock.advance(60)
    assert (await caller.sp("POST", FEEDS, asked)).status_code == 202


# -------------------------------------------------------------------------------------------------------------- search


async def many(caller: Caller, content: bytes, count: int) -> list[str]:
    ids = []
    for _ in range(count):
        ids.append(await caller.feed(content))
        caller.world.clock.advance(1)
    return ids


async def test_the_search_shows_the_newest_first_and_pages_by_the_token_alone(caller: Caller, content: bytes) -> None:
    ids = await many(caller, content, 25)
    got = (await caller.sp("GET", FEEDS, feedTypes="JSON_LISTINGS_FEED")).json()
    seen = got["feeds"]
    while "nextToken" in got:
        answer = await caller.sp("GET", FEEDS, nextToken=got["nextToken"])
        got = answer.json()
        assert not disagreements(API, "getFeeds", 200, got)
        seen += got["feeds"]
    assert [feed["feedId"] for feed in seen] == ids[::-1]


async def test_a_token_with_another_parameter_is_refused(caller: Caller, content: bytes) -> None:
    await many(caller, content, 2)
    got = (await caller.sp("GET", FEEDS, feedTypes="JSON_LISTINGS_FEED", pageSize="1")).json()
    both = {"nextToken": got["nextToken"], "feedTypes": "JSON_LISTINGS_FEED"}
    assert (await caller.sp("GET", FEEDS, **both)).status_code == 400


async def test_the_search_is_filtered_by_creation_and_status(caller: Caller, content: bytes) -> None:
    ids = await many(caller, content, 4)
    since = (START + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    until = (START + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {"feedTypes": "JSON_LISTINGS_FEED", "createdSince": since, "createdUntil": until}
    got = (await caller.sp("GET", FEEDS, **asked, processingStatuses="IN_QUEUE,IN_PROGRESS")).json()
    assert [feed["feedId"] for feed in got["feeds"]] == [ids[2], ids[1]]
    assert (await caller.sp("GET", FEEDS, **asked, processingStatuses="DONE")).json() == {"feeds": []}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"feedTypes": "A", "pageSize": "0"},
        {"feedTypes": "A", "pageSize": "101"},
        {"feedTypes": "A", "processingStatuses": "ODD"},
        {"feedTypes": "A", "createdSince": "yesterday"},
        {"feedTypes": ",".join("ABCDEFGHIJK")},
        {"nextToken": "nonsense"},
    ],
)
async def test_a_wrong_search_is_refused(caller: Caller, asked: dict[str, str]) -> None:
    got = await caller.sp("GET", FEEDS, **asked)
    assert (got.status_code, got.json()["errors"][0]["code"]) == (400, "InvalidInput")


async def test_feeds_of_the_other_face_are_not_found(caller: Caller) -> None:
    body = envelope(
        caller.world.seller.id, "Inventory", f"<Inventory><SKU>{MUG}</SKU><Quantity>1</Quantity></Inventory>"
    )
    id_ = await caller.submit("_POST_INVENTORY_AVAILABILITY_DATA_", body)
    assert (await caller.sp("GET", f"{FEEDS}/{id_}")).status_code == 404
