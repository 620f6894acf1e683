"""Feeds over SP-API: createFeedDocument, upload, createFeed, getFeed, getFeeds, getFeedDocument.

Facts: Amazon's model `feeds_2021-06-30`. createFeed is not idempotent: a repeat makes a second feed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

import msgspec
from msgspec import Struct

from sellerport.amazon.clock import iso
from sellerport.amazon.feeds import FeedState, ListingsFeed, Status, XmlFeed
from sellerport.amazon.http import Answer, Request
from sellerport.amazon.paging import all_pages
from sellerport.amazon.servertime import date
from sellerport.amazon.spapi.adapter import SpApi
from sellerport.amazon.spapi.documents import anew, created, fetched, upload
from sellerport.amazon.spapi.listings import SpListings
from sellerport.amazon.spapi.refusal import json_of, shaped
from sellerport.amazon.submission.courier import Document, Gate, Guarded, Prepared
from sellerport.amazon.submission.documents import JSON, Frame, listings_frame, xml_frame
from sellerport.amazon.submission.feeding import Feeds
from sellerport.errors import InvalidParameters, Rejected, turned

FEEDS = "/feeds/2021-06-30/feeds"
STATUSES: dict[str, Status] = {
    "IN_QUEUE": "IN_QUEUE",
    "IN_PROGRESS": "IN_PROGRESS",
    "DONE": "DONE",
    "CANCELLED": "CANCELLED",
    "FATAL": "FATAL",
}


@dataclass(frozen=True, slots=True)
class SpFeeds:
    """The courier over SP-API."""

    api: SpApi

    def feed_type(self, feed: XmlFeed | ListingsFeed) -> str:
        return feed.feed_type.strip("_")

    def frame(self, feed: XmlFeed | ListingsFeed) -> Frame:
        if isinstance(feed, ListingsFeed):
            return listings_frame(self.api.account.seller_id, self.api.marketplace.locale)
        return xml_frame(self.api.account.seller_id, feed.message_type)

    async def time(self) -> float:
        """The Date of an answer; a document is created for it that nobody will use."""
        address = await created(self.api, JSON)
        if address.at is None:
            raise Rejected("the answer to createFeedDocument has no Date")
        return address.at

    async def prepare(self, document: Document) -> Prepared:
        async def once() -> Prepared:
            address = await created(self.api, document.content_type)
            await upload(self.api, address, document.content_type, document.body)
            return Prepared(address.id, address.at)

        return await anew(once)

    async def submit(self, document: Document, prepared: Prepared, gate: Gate) -> FeedState:
        said = {
            "feedType": document.feed_type,
            "marketplaceIds": [self.api.marketplace.id],
            "inputFeedDocumentId": prepared.handle,
        }
        exchange = self.api.exchange
        line = Guarded(exchange.transport, gate, submits=_submits, refusal=exchange.refusal)
        api = replace(self.api, exchange=replace(exchange, transport=line))

        def read(answer: Answer) -> FeedState:
            number = json_of(answer).get("feedId")
            if not isinstance(number, str) or not number:
                raise Rejected("the answer to createFeed names no feed")
            told = date(answer)
            submitted = None if told is None else iso(told, milliseconds=False)
            return FeedState(number, document.feed_type, "IN_QUEUE", "IN_QUEUE", submitted)

        turn = f"createFeed:{document.feed_type}"
        content = msgspec.json.encode(said)
        return await api.ask("createFeed", "POST", FEEDS, {}, read=read, content=content, safe=False, turn=turn)

    async def states(self, ids: Sequence[str]) -> dict[str, FeedState]:
        found: dict[str, FeedState] = {}
        for number in ids:
            state = await self._state(number)
            if state is not None:
                found[number] = state
        return found

    async def _state(self, number: str) -> FeedState | None:
        try:
            return await self.api.ask("getFeed", "GET", f"{FEEDS}/{quote(number, safe='')}", {}, read=_one)
        except Rejected as error:
            if error.status == 404:
                return None
            raise
        except InvalidParameters as error:
            raise turned(error, Rejected) from None

    async def report(self, state: FeedState) -> Answer | None:
        return await fetched(self.api, state.document) if state.document else None

    async def since(self, feed_type: str, at: float) -> list[FeedState]:
        query = {"feedTypes": feed_type, "createdSince": iso(int(at), milliseconds=False), "pageSize": "100"}

        async def ask(token: str | None) -> tuple[list[FeedState], str | None]:
            said = query if token is None else {"nextToken": token}
            return await self.api.ask("getFeeds", "GET", FEEDS, said, read=_page)

        here, found = self.api.marketplace.id, await all_pages(ask, "the feeds")
        return [state for state in found if state.feed_type == feed_type and here in (state.marketplaces or (here,))]


def _submits(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith(FEEDS)


class _Feed(Struct, rename="camel"):
    """What of Amazon's model of a feed is needed."""

    feed_id: str
    feed_type: str | None = None
    processing_status: str | None = None
    created_time: str | None = None
    result_feed_document_id: str | None = None
    marketplace_ids: list[str] | None = None


class _Feeds(Struct, rename="camel"):
    feeds: list[_Feed]
    next_token: str | None = None


def _one(answer: Answer) -> FeedState:
    return _state(shaped(answer, _Feed))


def _page(answer: Answer) -> tuple[list[FeedState], str | None]:
    said = shaped(answer, _Feeds)
    return [_state(feed) for feed in said.feeds], said.next_token or None


def _state(said: _Feed) -> FeedState:
    word = said.processing_status or ""
    return FeedState(
        said.feed_id,
        said.feed_type or "",
        STATUSES.get(word, "IN_PROGRESS"),
        word,
        said.created_time,
        said.result_feed_document_id,
        tuple(said.marketplace_ids or ()),
    )


def feeds_of(api: SpApi) -> Feeds:
    """The seller's feeds and listings over SP-API."""
    return Feeds(api.api, api.account, api.marketplace, api.patience, api.shelf, SpFeeds(api), SpListings(api))
