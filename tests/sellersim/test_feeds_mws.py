"""MWS Feeds: submission, life, list, cancellation and report."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from feed_callers import START, Caller, envelope, md5, texts, world
from lxml import etree

pytestmark = pytest.mark.anyio

INVENTORY = "_POST_INVENTORY_AVAILABILITY_DATA_"
PRICE = "_POST_PRODUCT_PRICING_DATA_"
MUG = "MUG-BLUE-11OZ"
VECTORS = Path(__file__).parents[1] / "vectors" / "sellersim-feeds"
US, CA, MX = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8"


def stock(seller: str, *rows: tuple[str, int]) -> bytes:
    bodies = (f"<Inventory><SKU>{sku}</SKU><Quantity>{n}</Quantity></Inventory>" for sku, n in rows)
    return envelope(seller, "Inventory", *bodies)


def code(got: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return got.status_code, texts(got, "Code")[0]


@pytest.fixture
def caller() -> Caller:
    return Caller(world())


@pytest.fixture
def body(caller: Caller) -> bytes:
    return stock(caller.world.seller.id, (MUG, 7))


async def test_a_stock_feed_sets_the_quantity_and_reports_the_unknown_sku(caller: Caller) -> None:
    id_ = await caller.submit(INVENTORY, stock(caller.world.seller.id, (MUG, 7), ("NO-SUCH-SKU", 1)))
    report = await caller.report(id_)
    assert report.counts == (2, 1, 1, 0)
    assert report.results == [(2, "13013", "Error")]
    assert report.about == [
        [
            ("SKU", "NO-SUCH-SKU"),
        ]
    ]
    assert caller.world.listings[MUG].attributes["fulfillment_availability"] == [
        {"fulfillment_channel_code": "DEFAULT", "quantity": 7}
    ]


async def test_an_id_is_a_running_number_and_the_six_digit_day(caller: Caller, body: bytes) -> None:
    ids = [await caller.submit(INVENTORY, body) for _ in range(2)]
    assert [id_[-6:] for id_ in ids] == ["020777"] * 2
    assert int(ids[1][:-6]) == int(ids[0][:-6]) + 1


async def test_a_submission_is_answered_on_one_line_with_its_status(caller: Caller, body: bytes) -> None:
    got = await caller.mws("SubmitFeed", body, FeedType=INVENTORY, ContentMD5Value=md5(body))
    assert texts(got, "FeedProcessingStatus") == ["_SUBMITTED_"]
    assert texts(got, "SubmittedDate") == ["2026-11-20T10:00:00+00:00"]
    assert got.text.count("\n") == 1


@pytest.mark.parametrize(
    ("params", "headers", "expected"),
    [
        ({}, {}, (400, "ContentMD5Missing")),
        ({"ContentMD5Value": "AAAA"}, {}, (400, "ContentMD5DoesNotMatch")),
        ({"ContentMD5Value": "AAAA"}, {"content-md5": "BBBB"}, (400, "InvalidParameterValue")),
        ({"ContentMD5Value": "right"}, {"content-type": "application/json"}, (400, "InvalidRequest")),
        ({"ContentMD5Value": "right", "FeedType": "_POST_NOTHING_"}, {}, (400, "InvalidFeedType")),
        ({"ContentMD5Value": "right", "FeedType": ""}, {}, (400, "MissingParameter")),
    ],
)
async def test_a_wrong_submission_is_refused(
    caller: Caller, body: bytes, params: dict[str, str], headers: dict[str, str], expected: tuple[int, str]
) -> None:
    told = {"FeedType": INVENTORY, **params}
    told = {name: md5(body) if value == "right" else value for name, value in told.items()}
    assert code(await caller.mws("SubmitFeed", body, headers, **told)) == expected
    assert not caller.world.feeds


async def test_the_md5_is_taken_from_the_header_too(caller: Caller, body: bytes) -> None:
    got = await caller.mws("SubmitFeed", body, {"content-md5": md5(body)}, FeedType=INVENTORY)
    assert got.status_code == 200


async def test_a_wrong_md5_is_told_with_both_values(caller: Caller, body: bytes) -> None:
    got = await caller.mws("SubmitFeed", body, FeedType=INVENTORY, ContentMD5Value="AAAA")
    assert "(AAAA)" in texts(got, "Message")[0]
    assert f"({md5(body)})" in texts(got, "Message")[0]


async def test_marketplaces_of_a_price_feed_share_a_currency(caller: Caller) -> None:
    body = envelope(caller.world.seller.id, "Price", f"<Price><SKU>{MUG}</SKU></Price>")
    asked = {"MarketplaceIdList_Id_1": US, "MarketplaceIdList_Id_2": CA}
    got = await caller.mws("SubmitFeed", body, FeedType=PRICE, ContentMD5Value=md5(body), **asked)
    assert code(got) == (400, "InvalidParameterValue")
    assert f"[{US}], [{CA}] have different default currency codes." in texts(got, "Message")[0]


async def test_marketplaces_of_a_stock_feed_may_differ(caller: Caller, body: bytes) -> None:
    assert await caller.submit(INVENTORY, body, MarketplaceIdList_Id_1=US, MarketplaceIdList_Id_2=MX)


# ---------------------------------------------------------------------------------------------------------------- life


async def statuses(caller: Caller, id_: str) -> list[str]:
    got = await caller.mws("GetFeedSubmissionList", FeedSubmissionIdList_Id_1=id_)
    return texts(got, "FeedProcessingStatus")


async def test_a_feed_is_submitted_then_in_progress_then_done_within_90_seconds(caller: Caller, body: bytes) -> None:
    id_ = await caller.submit(INVENTORY, body)
    seen = []
    for _ in range(90):
        seen += await statuses(caller, id_)
        caller.world.clock.advance(1)
    assert list(dict.fromkeys(seen)) == ["_SUBMITTED_", "_IN_PROGRESS_", "_DONE_"]
    assert 3 <= seen.count("_SUBMITTED_") <= 60
    assert seen.index("_DONE_") >= 15


async def test_feeds_ripen_faster_by_the_scale(body: bytes) -> None:
    caller = Caller(world())
    caller.world.clock.scale = 600
    body = stock(caller.world.seller.id, (MUG, 7))
    id_ = await caller.submit(INVENTORY, body)
    caller.world.clock.advance(0.5)
    assert await statuses(caller, id_) == ["_DONE_"]


async def test_feeds_of_one_type_run_one_after_the_other(caller: Caller, body: bytes) -> None:
    first, second = [await caller.submit(INVENTORY, body) for _ in range(2)]
    for _ in range(200):
        pair = await statuses(caller, first) + await statuses(caller, second)
        assert pair in (
            ["_SUBMITTED_", "_SUBMITTED_"],
            ["_IN_PROGRESS_", "_SUBMITTED_"],
            ["_DONE_", "_SUBMITTED_"],
            ["_DONE_", "_IN_PROGRESS_"],
            ["_DONE_", "_DONE_"],
        )
        caller.world.clock.advance(1)
    assert pair == ["_DONE_", "_DONE_"]


async def test_feeds_of_different_types_run_side_by_side(caller: Caller, body: bytes) -> None:
    await caller.submit(INVENTORY, body)
    price = envelope(
        caller.world.seller.id,
        "Price",
        f'<Price><SKU>{MUG}</SKU><StandardPrice currency="USD">9</StandardPrice></Price>',
    )
    id_ = await caller.submit(PRICE, price)
    caller.world.clock.advance(12)
    assert await statuses(caller, id_) == ["_IN_PROGRESS_"]


async def test_times_are_those_at_which_steps_were_due_however_late_one_looks(caller: Caller, body: bytes) -> None:
    id_ = await caller.submit(INVENTORY, body)
    caller.world.clock.advance(3600)
    got = await caller.mws("GetFeedSubmissionList", FeedSubmissionIdList_Id_1=id_)
    feed = caller.world.feeds[id_]
    assert feed.started is not None
    assert feed.completed is not None
    assert START + timedelta(seconds=3) <= feed.started < feed.completed < START + timedelta(seconds=90)
    assert texts(got, "CompletedProcessingDate") == [feed.completed.strftime("%Y-%m-%dT%H:%M:%S+00:00")]


# ---------------------------------------------------------------------------------------------------------------- list


async def many(caller: Caller, count: int) -> list[str]:
    ids = []
    for number in range(count):
        ids.append(await caller.submit(INVENTORY, stock(caller.world.seller.id, (MUG, number))))
        caller.world.clock.advance(1)
    return ids


async def test_the_list_shows_the_newest_first_and_pages_by_tokens(caller: Caller) -> None:
    ids = await many(caller, 25)
    got = await caller.mws("GetFeedSubmissionList")
    seen = texts(got, "FeedSubmissionId")
    while texts(got, "HasNext") == ["true"]:
        got = await caller.mws("GetFeedSubmissionListByNextToken", NextToken=texts(got, "NextToken")[0])
        seen += texts(got, "FeedSubmissionId")
    assert seen == ids[::-1]
    assert texts(got, "NextToken") == []


async def test_the_list_is_filtered_by_type_status_and_date(caller: Caller) -> None:
    ids = await many(caller, 3)
    await caller.submit(PRICE, envelope(caller.world.seller.id, "Price", f"<Price><SKU>{MUG}</SKU></Price>"))
    got = await caller.mws(
        "GetFeedSubmissionList",
        FeedTypeList_Type_1=INVENTORY,
        FeedProcessingStatusList_Status_1="_SUBMITTED_",
        SubmittedFromDate="2026-11-20T10:00:01Z",
    )
    assert texts(got, "FeedSubmissionId") == ids[:0:-1]


async def test_ids_make_every_other_filter_void(caller: Caller) -> None:
    ids = await many(caller, 2)
    asked = {"FeedSubmissionIdList_Id_1": ids[0], "FeedTypeList_Type_1": PRICE}
    assert texts(await caller.mws("GetFeedSubmissionList", **asked), "FeedSubmissionId") == [ids[0]]


async def test_an_unknown_id_is_an_empty_list(caller: Caller) -> None:
    got = await caller.mws("GetFeedSubmissionList", FeedSubmissionIdList_Id_1="1020777")
    assert texts(got, "HasNext") == ["false"]
    assert texts(got, "FeedSubmissionId") == []


async def test_the_elements_of_an_info_come_in_the_recorded_order(caller: Caller, body: bytes) -> None:
    await caller.submit(INVENTORY, body)
    caller.world.clock.advance(600)
    got = await caller.mws("GetFeedSubmissionList")
    info = next(etree.fromstring(got.content).iter("{*}FeedSubmissionInfo"))
    assert [etree.QName(child).localname for child in info] == [
        "FeedProcessingStatus",
        "FeedType",
        "FeedSubmissionId",
        "StartedProcessingDate",
        "SubmittedDate",
        "CompletedProcessingDate",
    ]


async def test_a_missing_next_token_is_a_validation_error(caller: Caller) -> None:
    assert code(await caller.mws("GetFeedSubmissionListByNextToken")) == (400, "ValidationError")


async def test_a_broken_next_token_is_corrupted(caller: Caller) -> None:
    got = await caller.mws("GetFeedSubmissionListByNextToken", NextToken="bm9uc2Vuc2U=")
    assert code(got) == (400, "NextTokenCorrupted")


@pytest.mark.parametrize(
    "asked",
    [{"MaxCount": "101"}, {"FeedProcessingStatusList_Status_1": "_ODD_"}, {"SubmittedFromDate": "yesterday"}],
)
async def test_a_wrong_filter_is_refused(caller: Caller, asked: dict[str, str]) -> None:
    assert code(await caller.mws("GetFeedSubmissionList", **asked)) == (400, "InvalidParameterValue")


async def test_the_count_counts_what_the_list_shows(caller: Caller) -> None:
    await many(caller, 3)
    assert texts(await caller.mws("GetFeedSubmissionCount", FeedTypeList_Type_1=INVENTORY), "Count") == ["3"]
    assert texts(await caller.mws("GetFeedSubmissionCount", FeedTypeList_Type_1=PRICE), "Count") == ["0"]


def alike(recorded: str, got: str) -> tuple[str, str]:
    """Both texts with every value of the elements that differ between any two answers taken out."""
    names = "FeedSubmissionId|FeedType|SubmittedDate|RequestId"
    blank = re.compile(rf"<({names})>[^<]*<")
    return blank.sub(r"<\1><", recorded), blank.sub(r"<\1><", got)


async def test_answers_look_like_the_recorded_ones_byte_for_byte(caller: Caller, body: bytes) -> None:
    submitted = await caller.mws("SubmitFeed", body, FeedType=INVENTORY, ContentMD5Value=md5(body))
    await caller.mws("CancelFeedSubmissions")
    listed = await caller.mws("GetFeedSubmissionList")
    for name, got in (("submit", submitted), ("list-cancelled", listed)):
        recorded, found = alike((VECTORS / f"recorded-{name}.xml").read_text(), got.text)
        assert found == recorded


async def test_only_feeds_that_have_not_begun_are_cancelled(caller: Caller, body: bytes) -> None:
    first = await caller.submit(INVENTORY, body)
    caller.world.clock.advance(12)
    second = await caller.submit(INVENTORY, body)
    got = await caller.mws("CancelFeedSubmissions")
    assert texts(got, "Count") == ["1"]
    assert texts(got, "FeedSubmissionId") == [second]
    assert await statuses(caller, first) == ["_IN_PROGRESS_"]
    assert await statuses(caller, second) == ["_CANCELLED_"]


async def test_a_cancelled_feed_shows_no_processing_dates_and_does_nothing(caller: Caller, body: bytes) -> None:
    before = caller.world.listings[MUG]
    id_ = await caller.submit(INVENTORY, body)
    await caller.mws("CancelFeedSubmissions", FeedSubmissionIdList_Id_1=id_)
    caller.world.clock.advance(600)
    got = await caller.mws("GetFeedSubmissionList", FeedSubmissionIdList_Id_1=id_)
    assert not texts(got, "StartedProcessingDate") + texts(got, "CompletedProcessingDate")
    assert caller.world.listings[MUG] == before


# -------------------------------------------------------------------------------------------------------------- result


async def test_a_result_before_its_time_is_not_ready(caller: Caller, body: bytes) -> None:
    id_ = await caller.submit(INVENTORY, body)
    got = await caller.mws("GetFeedSubmissionResult", FeedSubmissionId=id_)
    assert code(got) == (404, "FeedProcessingResultNotReady")
    assert texts(got, "Message") == [f"Feed Submission Result is not ready for Feed Submission Id: {id_}"]
    assert texts(got, "Detail") == [""]


@pytest.mark.parametrize(
    ("id_", "expected"), [("1020777", (404, "InvalidFeedSubmissionId")), ("12x", (400, "InvalidRequest"))]
)
async def test_a_result_of_a_wrong_id_is_refused(caller: Caller, id_: str, expected: tuple[int, str]) -> None:
    assert code(await caller.mws("GetFeedSubmissionResult", FeedSubmissionId=id_)) == expected


async def test_a_result_of_a_cancelled_feed_says_so(caller: Caller, body: bytes) -> None:
    id_ = await caller.submit(INVENTORY, body)
    await caller.mws("CancelFeedSubmissions", FeedSubmissionIdList_Id_1=id_)
    assert code(await caller.mws("GetFeedSubmissionResult", FeedSubmissionId=id_)) == (404, "FeedCanceled")


async def test_a_result_is_gone_after_28_days(caller: Caller, body: bytes) -> None:
    id_ = await caller.submit(INVENTORY, body)
    await caller.report(id_)
    caller.world.clock.advance(29 * 86400)
    got = await caller.mws("GetFeedSubmissionResult", FeedSubmissionId=id_)
    assert code(got) == (404, "FeedProcessingResultNoLongerAvailable")


async def test_feeds_of_the_other_face_are_not_shown(caller: Caller) -> None:
    await caller.feed(b"{}")
    assert texts(await caller.mws("GetFeedSubmissionList"), "FeedSubmissionId") == []


# --------------------------------------------------------------------------------------------------------------- quota


async def test_sixteen_submissions_at_once_are_one_too_many(body: bytes) -> None:
    caller = Caller(world(quota=True))
    body = stock(caller.world.seller.id, (MUG, 7))
    got = [await caller.mws("SubmitFeed", body, FeedType=INVENTORY, ContentMD5Value=md5(body)) for _ in range(16)]
    assert [one.status_code for one in got] == [200] * 15 + [503]
    assert code(got[-1]) == (503, "RequestThrottled")
    assert got[0].headers["x-mws-quota-max"] == "30.0"


async def test_the_thirty_first_submission_of_an_hour_exceeds_the_quota(body: bytes) -> None:
    caller = Caller(world(quota=True))
    body = stock(caller.world.seller.id, (MUG, 7))
    for _ in range(30):
        await caller.submit(INVENTORY, body)
        caller.world.clock.advance(100)
    caller.world.clock.advance(200)
    got = await caller.mws("SubmitFeed", body, FeedType=INVENTORY, ContentMD5Value=md5(body))
    assert code(got) == (503, "QuotaExceeded")
