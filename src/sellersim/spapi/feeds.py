"""Feeds 2021-06-30: create, find and cancel feeds. Feeds of this face only; MWS's have a list of their own."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from amazon_wire.quotas import FEEDS_A_WINDOW, Quota
from sellersim import documents, feeds, tokens
from sellersim.clock import iso
from sellersim.exchange import Answer, Ask, Refusal
from sellersim.processing.run import DEAD, LISTINGS
from sellersim.processing.xml_feed import FAMILIES
from sellersim.world import Feed, World

from . import write
from .body import read
from .params import csv, integer, invalid, moment
from .region import marketplaces
from .write import json_answer, without_nothing

STATUSES: Final = ("CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE")
KEPT: Final = timedelta(days=90)
MOST_MARKETPLACES: Final = 25
KIND: Final = "getFeeds"


class Specification(msgspec.Struct, rename="camel"):
    """Model type CreateFeedSpecification."""

    feed_type: str
    marketplace_ids: list[str]
    input_feed_document_id: str
    feed_options: dict[str, str] = {}


def processed(feed_type: str) -> bool:
    """Is this feed type taken? Dead ones are, and end FATAL."""
    return feed_type in (LISTINGS, *DEAD) or feed_type in FAMILIES


def create(world: World, ask: Ask) -> Answer:
    """createFeed: not idempotent, a repeat makes a second feed."""
    asked = read(ask, Specification)
    if not processed(asked.feed_type):
        raise invalid(f"Value '{asked.feed_type}' for feedType is not a feed type that is processed.")
    if not 1 <= len(asked.marketplace_ids) <= MOST_MARKETPLACES:
        raise invalid(f"marketplaceIds takes 1 to {MOST_MARKETPLACES} values.")
    places = marketplaces(world, ask.region, asked.marketplace_ids)
    document = documents.known(world, asked.input_feed_document_id)
    if document is None or document.feed:
        raise invalid("The inputFeedDocumentId is not that of a feed document.")
    if document.content is None:
        raise invalid("Nothing was uploaded to the feed document.")
    _spend(world, ask, asked.feed_type)
    feed = feeds.submit(
        world,
        face="spapi",
        type=asked.feed_type,
        marketplaces=places,
        content=document.content,
        content_type=document.content_type,
        options=asked.feed_options,
    )
    return json_answer(202, {"feedId": feed.id})


def _spend(world: World, ask: Ask, feed_type: str) -> None:
    """The narrower quota that some feed types have."""
    if feed_type not in FEEDS_A_WINDOW:
        return
    count, seconds = FEEDS_A_WINDOW[feed_type]
    verdict = world.quotas.spend(("spapi", f"createFeed.{feed_type}", ask.seller), Quota(count / seconds, count))
    if verdict and verdict.refused:
        throttle = write.FAULTS["throttle"]
        raise Refusal(throttle.status, throttle.code, throttle.message)


def _known(world: World, ask: Ask) -> Feed:
    feed = world.feeds.get(ask.path["feedId"])
    if feed is None or feed.face != "spapi" or world.clock.now() - feed.created > KEPT:
        raise Refusal(404, "NotFound", f"The feed {ask.path['feedId']} does not exist.")
    return feed


def _told(feed: Feed) -> dict[str, Any]:
    return without_nothing(
        {
            "feedId": feed.id,
            "feedType": feed.type,
            "marketplaceIds": list(feed.marketplaces),
            "createdTime": iso(feed.created),
            "processingStatus": feed.status,
            "processingStartTime": iso(feed.started) if feed.started else None,
            "processingEndTime": iso(feed.completed) if feed.completed else None,
            "resultFeedDocumentId": feed.report_document,
        }
    )


def get(world: World, ask: Ask) -> Answer:
    """getFeed."""
    return json_answer(200, _told(_known(world, ask)))


def cancel(world: World, ask: Ask) -> Answer:
    """cancelFeed: only a feed in its queue."""
    feed = _known(world, ask)
    if not feeds.cancel(world, feed):
        raise invalid(f"The feed {feed.id} is {feed.status} and cannot be cancelled.")
    return Answer(200)


def search(world: World, ask: Ask) -> Answer:
    """getFeeds: by feed types and what narrows them, or by a next token alone."""
    token = ask.params.get("nextToken")
    if token:
        if len(ask.params) > 1:
            raise invalid("nextToken cannot be combined with other parameters.")
        try:
            held = tokens.unseal(world, KIND, token)
        except (tokens.Corrupted, tokens.Expired) as error:
            raise invalid("The nextToken is invalid or has expired.") from error
        return _page(world, held["filters"], held["most"], after=held["after"])
    types = csv(ask, "feedTypes", most=10)
    if not types:
        raise invalid("Either feedTypes or nextToken is required.")
    if len(ask.marketplaces) > 10:
        raise invalid("Parameter 'marketplaceIds' takes at most 10 values.")
    now = world.clock.now()
    filters = {
        "types": list(types),
        "marketplaces": list(ask.marketplaces),
        "statuses": list(csv(ask, "processingStatuses", allowed=STATUSES)),
        "since": (moment(ask, "createdSince") or now - KEPT).timestamp(),
        "until": (moment(ask, "createdUntil") or now).timestamp(),
    }
    return _page(world, filters, integer(ask, "pageSize", 1, 100, default=10))


def _chosen(world: World, filters: Mapping[str, Any]) -> Iterator[Feed]:
    """The feeds that the filters let through, newest first."""
    oldest = (world.clock.now() - KEPT).timestamp()
    for feed in reversed(world.feeds.values()):
        if (
            feed.face == "spapi"
            and feed.type in filters["types"]
            and max(filters["since"], oldest) <= feed.created.timestamp() <= filters["until"]
            and (not filters["statuses"] or feed.status in filters["statuses"])
            and (not filters["marketplaces"] or set(feed.marketplaces) & set(filters["marketplaces"]))
        ):
            yield feed


def _page(world: World, filters: Mapping[str, Any], most: int, *, after: str = "") -> Answer:
    page: list[Feed] = []
    begun = not after
    for feed in _chosen(world, filters):
        if begun:
            page.append(feed)
        begun = begun or feed.id == after
        if len(page) > most:
            break
    answer: dict[str, Any] = {"feeds": [_told(feed) for feed in page[:most]]}
    if len(page) > most:
        held = {"filters": dict(filters), "most": most, "after": page[most - 1].id}
        answer["nextToken"] = tokens.seal(world, KIND, held)
    return json_answer(200, answer)
