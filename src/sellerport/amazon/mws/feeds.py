"""Feeds over MWS: SubmitFeed, GetFeedSubmissionList, GetFeedSubmissionResult.

Facts: the pages of Feeds 2009-01-01 and recorded exchanges: all parameters of SubmitFeed in the query, the document in the
body with its MD5; the report is the bare body with its MD5 in a header.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sellerport.amazon.clock import iso
from sellerport.amazon.feeds import FeedState, ListingsFeed, Status, XmlFeed
from sellerport.amazon.http import MEGABYTE, Answer, Request
from sellerport.amazon.mws.adapter import FORM, Mws, numbered, result
from sellerport.amazon.paging import all_pages
from sellerport.amazon.servertime import date
from sellerport.amazon.submission.courier import Document, Gate, Guarded, Prepared
from sellerport.amazon.submission.documents import Frame, xml_frame
from sellerport.amazon.submission.feeding import Feeds
from sellerport.amazon.submission.sentence import NoListings
from sellerport.amazon.xml import Node, children, local, parse, text
from sellerport.errors import InvalidParameters, Rejected, Unavailable, turned

FEEDS = ("/Feeds/2009-01-01", "2009-01-01")
IDS_A_REQUEST = 100
REPORT_LIMIT = 128 * MEGABYTE
STATUSES: dict[str, Status] = {
    "_SUBMITTED_": "IN_QUEUE",
    "_UNCONFIRMED_": "IN_QUEUE",
    "_IN_PROGRESS_": "IN_PROGRESS",
    "_AWAITING_ASYNCHRONOUS_REPLY_": "IN_PROGRESS",
    "_IN_SAFETY_NET_": "IN_PROGRESS",
    "_DONE_": "DONE",
    "_CANCELLED_": "CANCELLED",
}
_WITHOUT = {"FeedProcessingResultNotReady", "FeedCanceled", "FeedProcessingResultNoLongerAvailable"}


@dataclass(frozen=True, slots=True)
class MwsFeeds:
    """The courier over MWS."""

    mws: Mws

    def feed_type(self, feed: XmlFeed | ListingsFeed) -> str:
        return feed.feed_type

    def frame(self, feed: XmlFeed | ListingsFeed) -> Frame:
        assert isinstance(feed, XmlFeed)
        return xml_frame(self.mws.account.seller_id, feed.message_type)

    async def time(self) -> float:
        """The timestamp of a ping, to the millisecond where it has them."""

        async def make() -> Request:
            return Request("GET", f"{self.mws.account.endpoint}/", {"User-Agent": self.mws.account.user_agent})

        return await self.mws.exchange.send("ping", make, _ping)

    async def prepare(self, document: Document) -> Prepared:
        return Prepared("", None)

    async def submit(self, document: Document, prepared: Prepared, gate: Gate) -> FeedState:
        said = {
            "FeedType": document.feed_type,
            "MarketplaceIdList.Id.1": self.mws.marketplace.id,
            "PurgeAndReplace": "false",
            "ContentMD5Value": md5(document.body),
        }

        async def make() -> Request:
            url = f"{self.mws.account.endpoint}{FEEDS[0]}?{self.mws.signed(FEEDS, 'SubmitFeed', said)}"
            return Request("POST", url, self.mws.headers(document.content_type), document.body)

        exchange = self.mws.exchange
        line = Guarded(exchange.transport, gate, submits=_submits, refusal=exchange.refusal)
        exchange = replace(exchange, transport=line)
        return await exchange.send("SubmitFeed", make, _submitted, safe=False)

    async def states(self, ids: Sequence[str]) -> dict[str, FeedState]:
        found: dict[str, FeedState] = {}
        for start in range(0, len(ids), IDS_A_REQUEST):
            batch = ids[start : start + IDS_A_REQUEST]
            said = {**numbered("FeedSubmissionIdList.Id", batch), "MaxCount": str(IDS_A_REQUEST)}
            try:
                page, _ = await self.mws.ask(FEEDS, "GetFeedSubmissionList", said, read=_page)
            except InvalidParameters as error:
                if len(ids) > 1:
                    raise
                raise turned(error, Rejected) from None
            found |= {state.id: state for state in page}
        return found

    async def report(self, state: FeedState) -> Answer | None:
        if state.status == "CANCELLED":
            return None
        for _ in range(3):
            try:
                answer = await self._result(state.id)
            except Rejected as error:
                if error.code in _WITHOUT:
                    return None
                raise
            if answer.headers.get("content-md5", md5(answer.body)) == md5(answer.body):
                return answer
        raise Unavailable(f"the report on feed {state.id} came damaged three times: its MD5 differs")

    async def _result(self, number: str) -> Answer:
        async def make() -> Request:
            said = self.mws.signed(FEEDS, "GetFeedSubmissionResult", {"FeedSubmissionId": number})
            return Request("POST", f"{self.mws.account.endpoint}{FEEDS[0]}", self.mws.headers(FORM), said.encode())

        return await self.mws.exchange.send("GetFeedSubmissionResult", make, lambda answer: answer, limit=REPORT_LIMIT)

    async def since(self, feed_type: str, at: float) -> list[FeedState]:
        said = {
            **numbered("FeedTypeList.Type", [feed_type]),
            "SubmittedFromDate": iso(int(at), milliseconds=False),
            "MaxCount": "100",
        }

        async def ask(token: str | None) -> tuple[list[FeedState], str | None]:
            if token is None:
                return await self.mws.ask(FEEDS, "GetFeedSubmissionList", said, read=_page)
            more = {"NextToken": token}
            return await self.mws.ask(FEEDS, "GetFeedSubmissionListByNextToken", more, read=_page)

        return [state for state in await all_pages(ask, "the feeds") if state.feed_type == feed_type]


def _submits(request: Request) -> bool:
    return "Action=SubmitFeed" in request.url


def md5(body: bytes) -> str:
    """Base64 of the MD5, as MWS compares it."""
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def _ping(answer: Answer) -> float:
    stamp = next((node.get("timestamp") for node in parse(answer.body).iter() if local(node) == "Timestamp"), None)
    try:
        return datetime.fromisoformat((stamp or "").replace("Z", "+00:00")).timestamp()
    except ValueError:
        told = date(answer)
        if told is None:
            raise Rejected(f"the ping tells no time: {stamp!r}") from None
        return told


def _submitted(answer: Answer) -> FeedState:
    infos = list(children(result(answer), "FeedSubmissionInfo"))
    if not infos:
        raise Rejected("the answer to SubmitFeed holds no submission")
    return _state(infos[0])


def _page(answer: Answer) -> tuple[list[FeedState], str | None]:
    found = result(answer)
    more = text(found, "NextToken") if text(found, "HasNext") != "false" else None
    return [_state(node) for node in children(found, "FeedSubmissionInfo")], more or None


def _state(node: Node) -> FeedState:
    word, number = text(node, "FeedProcessingStatus") or "", text(node, "FeedSubmissionId")
    if not number:
        raise Rejected("the answer names a submission without its id")
    return FeedState(
        number, text(node, "FeedType") or "", STATUSES.get(word, "IN_PROGRESS"), word, text(node, "SubmittedDate")
    )


def feeds_of(mws: Mws) -> Feeds:
    """The seller's feeds over MWS."""
    return Feeds(mws.api, mws.account, mws.marketplace, mws.patience, mws.shelf, MwsFeeds(mws), NoListings())
