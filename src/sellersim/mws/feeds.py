"""MWS Feeds 2009-01-01: submissions, their list, count and cancellation, and the processing report.

Feeds of this face only; SP-API's have a list of their own. MWS has no FATAL: such a feed is shown as done where it has a
report and as cancelled where it has none.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from amazon_wire.marketplaces import MARKETPLACES, Marketplace
from sellersim import feeds, tokens
from sellersim.exchange import Answer, Ask, Handler, Refusal
from sellersim.processing.xml_feed import FAMILIES
from sellersim.world import Feed, World

from . import write
from .params import integer, invalid, moment, numbered, required
from .table import APIS
from .write import Tree

STATUSES: Final = (
    "_SUBMITTED_",
    "_IN_PROGRESS_",
    "_DONE_",
    "_CANCELLED_",
    "_UNCONFIRMED_",
    "_AWAITING_ASYNCHRONOUS_REPLY_",
    "_IN_SAFETY_NET_",
)
SHOWN: Final = {"IN_QUEUE": "_SUBMITTED_", "IN_PROGRESS": "_IN_PROGRESS_", "DONE": "_DONE_", "CANCELLED": "_CANCELLED_"}
LISTED_DAYS: Final = 90
CANCELLED_DAYS: Final = 180
RESULT_DAYS: Final = 28
LARGEST: Final = 2**31 - 1
KIND: Final = "GetFeedSubmissionListByNextToken"

#: Feed type -> what all its marketplaces must share, and its name in the refusal (reference 4.4).
SHARED: Final[Mapping[str, tuple[str, Callable[[Marketplace], str]]]] = {
    "POST_PRODUCT_DATA": ("language code", lambda place: place.locale),
    "POST_PRODUCT_RELATIONSHIP_DATA": ("language code", lambda place: place.locale),
    "POST_PRODUCT_PRICING_DATA": ("currency code", lambda place: place.currency),
}


def status(feed: Feed) -> str:
    """A feed's status in MWS's words."""
    if feed.status == "IN_PROGRESS" and feed.options.get("shown"):
        return str(feed.options["shown"])
    if feed.status == "FATAL":
        return "_DONE_" if feed.report is not None else "_CANCELLED_"
    return SHOWN[feed.status]


# ---------------------------------------------------------------------------------------------------------- submission


def submit(world: World, ask: Ask) -> Answer:
    """SubmitFeed: the body is the feed."""
    type_ = _type(required(ask, "FeedType"))
    _check_body(ask)
    _check_md5(ask)
    _check_marketplaces(type_, ask.marketplaces)
    feed = feeds.submit(
        world,
        face="mws",
        type=type_,
        marketplaces=ask.marketplaces,
        content=ask.body,
        content_type=ask.headers.get("content-type", ""),
    )
    request_id = world.uuid()
    info = (
        f"<FeedSubmissionId>{feed.id}</FeedSubmissionId><FeedType>_{feed.type}_</FeedType>"
        f"<SubmittedDate>{_date(feed.created)}</SubmittedDate>"
        "<FeedProcessingStatus>_SUBMITTED_</FeedProcessingStatus>"
    )
    # Recorded answers have everything behind the declaration on one line.
    body = (
        f'<?xml version="1.0"?>\n<SubmitFeedResponse xmlns="{APIS[ask.api].namespace}"><SubmitFeedResult>'
        f"<FeedSubmissionInfo>{info}</FeedSubmissionInfo></SubmitFeedResult>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></SubmitFeedResponse>"
    )
    return Answer(200, body.encode(), {**write.XML, "x-mws-request-id": request_id, "x-amz-request-id": request_id})


def _type(named: str) -> str:
    bare = named[1:-1] if named.startswith("_") and named.endswith("_") else ""
    if bare not in FAMILIES:
        raise Refusal(400, "InvalidFeedType", f"The feed type {named} is not processed.")
    return bare


def _check_body(ask: Ask) -> None:
    kind = ask.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("text/xml", "application/xml", "application/octet-stream"):
        raise Refusal(
            400, "InvalidRequest", f"The content type {kind or '(none)'} does not fit an XML feed: text/xml does."
        )
    if not ask.body:
        raise Refusal(400, "InputDataError", "The feed is empty.")
    if len(ask.body) > LARGEST:
        raise invalid(f"The feed has {len(ask.body)} bytes; at most {LARGEST} are allowed.")


def _check_md5(ask: Ask) -> None:
    by_query, by_header = ask.params.get("ContentMD5Value"), ask.headers.get("content-md5")
    if not by_query and not by_header:
        raise Refusal(400, "ContentMD5Missing", "The Content-MD5 of the feed is missing.")
    if by_query and by_header and by_query != by_header:
        raise invalid(f"ContentMD5Value {by_query} and the header Content-MD5 {by_header} differ.")
    told, found = by_query or by_header, b64encode(hashlib.md5(ask.body).digest()).decode()  # noqa: S324 - Amazon's
    if told != found:
        raise Refusal(
            400,
            "ContentMD5DoesNotMatch",
            f"The Content-MD5 HTTP header you passed for your feed ({told}) did not match the Content-MD5 we "
            f"calculated for your feed ({found})",
        )


def _check_marketplaces(type_: str, ids: Sequence[str]) -> None:
    if type_ not in SHARED:
        return
    what, shared = SHARED[type_]
    if len({shared(MARKETPLACES[id_]) for id_ in ids}) > 1:
        named = ", ".join(f"[{id_}]" for id_ in ids)
        raise invalid(
            f"All provided marketplaces for this feed type must have the same default {what}. "
            f"{named} have different default {what}s."
        )


# --------------------------------------------------------------------------------------------------- list and count


def listing(world: World, ask: Ask) -> Answer:
    """GetFeedSubmissionList."""
    most = integer(ask, "MaxCount", 1, 100, default=10)
    ids = numbered(ask, "FeedSubmissionIdList.Id", most=100)
    if ids:
        chosen = {id_ for id_ in ids if _own(world, id_)}
        return _page(world, ask, {"ids": sorted(chosen)}, len(chosen) or 1)
    return _page(world, ask, _filters(world, ask, LISTED_DAYS), most)


def next_page(world: World, ask: Ask) -> Answer:
    """GetFeedSubmissionListByNextToken."""
    token = ask.params.get("NextToken")
    if not token:
        raise Refusal(
            400,
            "ValidationError",
            "1 validation error detected: Value null at 'nextToken' failed to satisfy constraint: "
            "Member must not be null",
        )
    try:
        held = tokens.unseal(world, KIND, token)
    except (tokens.Corrupted, tokens.Expired) as error:
        raise Refusal(400, "NextTokenCorrupted", "The next token is corrupted or has expired.") from error
    return _page(world, ask, held["filters"], held["most"], after=held["after"])


def count(world: World, ask: Ask) -> Answer:
    """GetFeedSubmissionCount."""
    found = sum(1 for _ in _chosen(world, _filters(world, ask, LISTED_DAYS)))
    return write.result(world, ask, ("Count", str(found)))


def cancel(world: World, ask: Ask) -> Answer:
    """CancelFeedSubmissions: those chosen that have not begun."""
    ids = numbered(ask, "FeedSubmissionIdList.Id", most=100)
    filters = {"ids": ids} if ids else _filters(world, ask, CANCELLED_DAYS)
    done = [feed.id for feed in list(_chosen(world, filters)) if feeds.cancel(world, feed)]
    return write.result(world, ask, ("Count", str(len(done))), *(_info(world.feeds[feed_id]) for feed_id in done[:100]))


def _own(world: World, feed_id: str) -> Feed | None:
    feed = world.feeds.get(feed_id)
    return feed if feed and feed.face == "mws" else None


def _filters(world: World, ask: Ask, days: int) -> dict[str, Any]:
    since = moment(ask, "SubmittedFromDate") or world.clock.now() - timedelta(days=days)
    until = moment(ask, "SubmittedToDate") or world.clock.now()
    return {
        "types": [name.strip("_") for name in numbered(ask, "FeedTypeList.Type")],
        "statuses": list(numbered(ask, "FeedProcessingStatusList.Status", allowed=STATUSES)),
        "since": since.timestamp(),
        "until": until.timestamp(),
    }


def _chosen(world: World, filters: Mapping[str, Any]) -> Iterator[Feed]:
    """The feeds that the filters let through, newest first."""
    if "ids" in filters:
        found = [feed for feed_id in filters["ids"] if (feed := _own(world, feed_id))]
        yield from sorted(found, key=lambda feed: feed.created, reverse=True)
        return
    for feed in reversed(world.feeds.values()):
        if (
            feed.face == "mws"
            and filters["since"] <= feed.created.timestamp() <= filters["until"]
            and (not filters["types"] or feed.type in filters["types"])
            and (not filters["statuses"] or status(feed) in filters["statuses"])
        ):
            yield feed


def _page(world: World, ask: Ask, filters: Mapping[str, Any], most: int, *, after: str = "") -> Answer:
    rest = _behind(_chosen(world, filters), after)
    page = [feed for feed, _ in zip(rest, range(most), strict=False)]
    more = len(page) == most and next(iter(_behind(_chosen(world, filters), page[-1].id)), None) is not None
    token: Tree | None = None
    if more:
        held = {"filters": dict(filters), "most": most, "after": page[-1].id}
        token = ("NextToken", tokens.seal(world, KIND, held))
    has_next = ("HasNext", "true" if more else "false")
    return write.result(world, ask, token, has_next, *(_info(feed) for feed in page))


def _behind(found: Iterable[Feed], after: str) -> Iterator[Feed]:
    """What stands behind the feed `after`; everything where that is empty."""
    rest = iter(found)
    if after:
        for feed in rest:
            if feed.id == after:
                break
    return rest


def _info(feed: Feed) -> Tree:
    return (
        "FeedSubmissionInfo",
        ("FeedProcessingStatus", status(feed)),
        ("FeedType", f"_{feed.type}_"),
        ("FeedSubmissionId", feed.id),
        ("StartedProcessingDate", _date(feed.started)) if feed.started else None,
        ("SubmittedDate", _date(feed.created)),
        ("CompletedProcessingDate", _date(feed.completed)) if feed.completed else None,
    )


def _date(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%S+00:00"))


# -------------------------------------------------------------------------------------------------------------- result


def result(world: World, ask: Ask) -> Answer:
    """GetFeedSubmissionResult: the report itself, with its MD5 in a header."""
    id_ = required(ask, "FeedSubmissionId")
    if not id_.isdigit():
        raise Refusal(400, "InvalidRequest", f"[{id_}] failed a validation check: [{id_}] is not a valid identifer.")
    feed = _own(world, id_)
    if feed is None:
        raise Refusal(404, "InvalidFeedSubmissionId", f"Failed to find feed with Feed Submission ID: {id_}")
    if feed.report is None and feed.status in feeds.ENDED:
        raise Refusal(404, "FeedCanceled", f"Feed with Feed Submission ID {id_} was cancelled.")
    if feed.report is None:
        text = f"Feed Submission Result is not ready for Feed Submission Id: {id_}"
        raise Refusal(404, "FeedProcessingResultNotReady", text)
    if (feed.completed or feed.created) < world.clock.now() - timedelta(days=RESULT_DAYS):
        text = f"The result of Feed Submission Id {id_} is no longer available."
        raise Refusal(404, "FeedProcessingResultNoLongerAvailable", text)
    wrong = world.faults.take(ask.operation, {"wrong-md5": ""})
    md5 = b64encode(hashlib.md5(b"" if wrong else feed.report).digest()).decode()  # noqa: S324 - Amazon's
    request_id = world.uuid()
    headers = {"content-type": feed.report_type, "content-md5": md5}
    return Answer(200, feed.report, {**headers, "x-mws-request-id": request_id, "x-amz-request-id": request_id})


ACTIONS: Final[Mapping[str, Handler]] = {
    "SubmitFeed": submit,
    "GetFeedSubmissionList": listing,
    "GetFeedSubmissionListByNextToken": next_page,
    "GetFeedSubmissionCount": count,
    "CancelFeedSubmissions": cancel,
    "GetFeedSubmissionResult": result,
}
