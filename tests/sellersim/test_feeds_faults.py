"""Feeds under faults on order, and the account of feeds that did work."""

import gzip
import hashlib
from typing import Any

import pytest
from feed_callers import Caller, Report, envelope, listings_feed, md5, texts, world

pytestmark = pytest.mark.anyio

INVENTORY = "_POST_INVENTORY_AVAILABILITY_DATA_"
MUG = "MUG-BLUE-11OZ"
PATH = "/attributes/fulfillment_availability"


@pytest.fixture
def caller() -> Caller:
    return Caller(world())


def xml(caller: Caller, *skus: str) -> bytes:
    bodies = (f"<Inventory><SKU>{sku}</SKU><Quantity>7</Quantity></Inventory>" for sku in skus or (MUG,))
    return envelope(caller.world.seller.id, "Inventory", *bodies)


def patches(caller: Caller, *skus: str) -> bytes:
    patch = {"op": "merge", "path": PATH, "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 7}]}
    rows = (
        {"sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": [patch]} for sku in skus or (MUG,)
    )
    return listings_feed(caller.world.seller.id, *rows)


async def settled(caller: Caller) -> None:
    assert caller.world.faults.owed() == []


async def test_a_fatal_feed_does_no_work_and_has_no_report(caller: Caller) -> None:
    before = caller.world.listings[MUG]
    caller.world.faults.order("processing", "fatal")
    feed = await caller.ended(await caller.feed(patches(caller)))
    assert feed["processingStatus"] == "FATAL"
    assert "resultFeedDocumentId" not in feed
    assert caller.world.listings[MUG] == before
    await settled(caller)


async def test_a_fatal_feed_has_a_report_where_that_is_ordered(caller: Caller) -> None:
    caller.world.faults.order("processing", "fatal", report=True)
    feed = await caller.ended(await caller.feed(patches(caller)))
    told = (await caller.document(feed["resultFeedDocumentId"])).json()
    assert feed["processingStatus"] == "FATAL"
    assert [issue["code"] for issue in told["issues"]] == ["90215"]
    assert "messageId" not in told["issues"][0]


async def test_a_cancelled_feed_never_starts(caller: Caller) -> None:
    caller.world.faults.order("processing", "cancelled")
    feed = await caller.ended(await caller.feed(patches(caller)))
    assert feed["processingStatus"] == "CANCELLED"
    assert "processingStartTime" not in feed


async def test_mws_shows_a_fatal_feed_without_report_as_cancelled(caller: Caller) -> None:
    caller.world.faults.order("processing", "fatal")
    id_ = await caller.submit(INVENTORY, xml(caller))
    caller.world.clock.advance(600)
    got = await caller.mws("GetFeedSubmissionList", FeedSubmissionIdList_Id_1=id_)
    assert texts(got, "FeedProcessingStatus") == ["_CANCELLED_"]
    got = await caller.mws("GetFeedSubmissionResult", FeedSubmissionId=id_)
    assert texts(got, "Code") == ["FeedCanceled"]


async def test_mws_shows_a_fatal_feed_with_report_as_done(caller: Caller) -> None:
    caller.world.faults.order("processing", "fatal", report=True)
    report = await caller.report(await caller.submit(INVENTORY, xml(caller)))
    assert report.results == [(0, "90215", "Error")]


async def test_a_stuck_feed_holds_up_those_behind_it(caller: Caller) -> None:
    caller.world.faults.order("processing", "stuck")
    ids = [await caller.feed(patches(caller)) for _ in range(2)]
    states = [(await caller.ended(id_))["processingStatus"] for id_ in ids]
    assert states == ["IN_PROGRESS", "IN_QUEUE"]


async def test_a_report_comes_in_another_charset(caller: Caller) -> None:
    caller.world.faults.order("processing", "charset")
    id_ = await caller.submit(INVENTORY, xml(caller, "NO-SUCH-SKU"))
    caller.world.clock.advance(600)
    got = await caller.mws("GetFeedSubmissionResult", FeedSubmissionId=id_)
    assert got.headers["content-type"] == "text/xml;charset=windows-1252"
    assert "– geprüft" in got.content.decode("cp1252")
    assert Report(got.content).words[0].endswith("– geprüft")


async def test_a_report_comes_in_a_japanese_charset(caller: Caller) -> None:
    caller.world.faults.order("processing", "charset", charset="windows-31j")
    feed = await caller.ended(await caller.feed(patches(caller, "NO-SUCH-SKU")))
    got = await caller.document(feed["resultFeedDocumentId"])
    assert got.headers["content-type"] == "application/json;charset=windows-31j"
    assert "確認済み" in got.content.decode("cp932")


async def test_a_report_comes_tab_separated(caller: Caller) -> None:
    caller.world.faults.order("processing", "tab-separated")
    feed = await caller.ended(await caller.feed(patches(caller, MUG, "NO-SUCH-SKU")))
    got = await caller.document(feed["resultFeedDocumentId"])
    rows = [line.split("\t") for line in got.text.splitlines()]
    assert rows[1] == ["", "Number of records processed", "", "2"]
    assert rows[-1][:4] == ["2", "NO-SUCH-SKU", "13013", "Error"]


async def document(caller: Caller, *skus: str) -> tuple[dict[str, Any], bytes]:
    feed = await caller.ended(await caller.feed(patches(caller, *skus)))
    told = (await caller.sp("GET", f"/feeds/2021-06-30/documents/{feed['resultFeedDocumentId']}")).json()
    return told, (await caller.raw("GET", told["url"])).content


async def test_the_gzip_flag_lies_about_plain_bytes(caller: Caller) -> None:
    caller.world.faults.order("getFeedDocument", "gzip-flag")
    told, content = await document(caller)
    assert told["compressionAlgorithm"] == "GZIP"
    assert content.startswith(b"{")


async def test_packed_bytes_come_without_the_flag(caller: Caller) -> None:
    caller.world.faults.order("getFeedDocument", "gzip-bytes")
    told, content = await document(caller)
    assert "compressionAlgorithm" not in told
    assert gzip.decompress(content).startswith(b"{")


async def test_an_address_has_expired_when_it_comes(caller: Caller) -> None:
    caller.world.faults.order("createFeedDocument", "expired-url")
    kind = "application/json; charset=UTF-8"
    url = (await caller.sp("POST", "/feeds/2021-06-30/documents", {"contentType": kind})).json()["url"]
    assert (await caller.raw("PUT", url, content=b"{}", headers={"content-type": kind})).status_code == 403


async def test_the_md5_of_a_report_is_wrong_once(caller: Caller) -> None:
    id_ = await caller.submit(INVENTORY, xml(caller))
    caller.world.faults.order("GetFeedSubmissionResult", "wrong-md5")
    caller.world.clock.advance(600)
    got = [await caller.mws("GetFeedSubmissionResult", FeedSubmissionId=id_) for _ in range(2)]
    assert [one.headers["content-md5"] == md5(one.content) for one in got] == [False, True]


async def test_a_lost_reply_leaves_a_feed_behind(caller: Caller) -> None:
    document_id = await caller.upload(patches(caller))
    caller.world.faults.order("createFeed", "lost-reply")
    place = caller.world.seller.marketplace
    asked = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [place], "inputFeedDocumentId": document_id}
    with pytest.raises(ConnectionResetError):
        await caller.sp("POST", "/feeds/2021-06-30/feeds", asked)
    caller.world.clock.advance(1)
    got = (await caller.sp("GET", "/feeds/2021-06-30/feeds", feedTypes="JSON_LISTINGS_FEED")).json()
    assert len(got["feeds"]) == 1


async def test_the_account_tells_which_contents_did_work(caller: Caller) -> None:
    good, bad = xml(caller), xml(caller, "NO-SUCH-SKU")
    for content in (good, bad, good):
        await caller.submit(INVENTORY, content)
    caller.world.clock.advance(600)
    rows = (await caller.raw("GET", "/_sim/feeds")).json()["feeds"]
    hashes = [hashlib.sha256(content).hexdigest() for content in (good, bad, good)]
    assert [row["sha256"] for row in rows] == hashes
    assert [(row["status"], row["messages"], row["worked"]) for row in rows] == [
        ("DONE", 1, True),
        ("DONE", 1, False),
        ("DONE", 1, True),
    ]
