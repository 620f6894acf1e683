"""The life of a feed: submitted, waiting for its predecessors of the same type, in progress, at its end.

Feeds of one type run one after the other, feeds of different types side by side. Each begins some seconds after its
submission and ends within about a minute, by the world's quota clock, so that its scale makes feeds ripen faster. Steps
carry the time at which they were due, however late somebody looks.
"""

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import inf
from typing import Any, Final

from .clock import iso
from .documents import PREFIX
from .faults import PROCESSING
from .processing.issues import Tally
from .processing.run import Outcome, run
from .world import Document, Feed, World

FIRST_SUBMISSION: Final = 50000
DAY: Final = 86400
#: Reports longer than this are compressed where they are documents.
LARGE: Final = 4096
ENDED: Final = frozenset({"DONE", "CANCELLED", "FATAL"})


def submit(
    world: World,
    *,
    face: str,
    type: str,
    marketplaces: Sequence[str],
    content: bytes,
    content_type: str,
    options: Mapping[str, Any] | None = None,
) -> Feed:
    """A new feed in its queue. Its id is a running number and the six-digit day (reference 4.4)."""
    world.submissions += 1
    number = FIRST_SUBMISSION + world.submissions
    feed = Feed(
        id=f"{number}{int(world.clock.timestamp() // DAY):06d}",
        type=type,
        marketplaces=tuple(marketplaces),
        created=world.clock.now(),
        ripe=world.clock.ticks() + 3 + number * 7 % 7,
        face=face,
        content=content,
        content_type=content_type,
        options=options or {},
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
    world.feeds[feed.id] = feed
    world.queues.setdefault(type, []).append(feed.id)
    return feed


def cancel(world: World, feed: Feed) -> bool:
    """Cancel a feed that has not begun; False where it has."""
    if feed.status != "IN_QUEUE":
        return False
    _leave(world, feed)
    world.feeds[feed.id] = replace(feed, status="CANCELLED", content=b"")
    return True


def ripen(world: World) -> None:
    """Let every feed take the steps that are due by now, in the order in which they are."""
    if not world.queues:
        return
    now = world.clock.ticks()
    while True:
        heads = [world.feeds[queue[0]] for queue in world.queues.values()]
        feed = min(heads, key=lambda head: head.ripe, default=None)
        if feed is None or feed.ripe > now:
            return
        _step(world, feed)


def _step(world: World, feed: Feed) -> None:
    at = _moment(world, feed.ripe)
    if feed.status == "IN_QUEUE":
        fault = world.faults.take("processing", PROCESSING)
        fate = fault.kind if fault else ""
        wants_report = bool(fault and fault.options.get("report"))
        if fate == "cancelled":
            _end(world, feed, run(world, feed, fate, report=wants_report))
            return
        until = inf if fate == "stuck" else feed.ripe + 15 + int(feed.id) * 13 % 37
        shown = str(fault.options.get("status", "")) if fault else ""
        options = {**feed.options, "fate": (fate, wants_report), "shown": shown}
        world.feeds[feed.id] = replace(feed, status="IN_PROGRESS", started=at, ripe=until, options=options)
        return
    fate, wants_report = feed.options["fate"]
    done = replace(feed, status="DONE", completed=at)
    try:
        outcome = run(world, done, fate, report=wants_report)
    except Exception:  # a mistake of ours: it shows once, and the feeds behind it go on
        _end(world, done, Outcome(Tally(), status="FATAL"))
        raise
    _end(world, done, outcome)


def _end(world: World, feed: Feed, outcome: Outcome) -> None:
    """Keep the feed at its end, with its report, without its content; the next of its type may begin."""
    _leave(world, feed)
    document = _document(world, feed, outcome) if outcome.report is not None and feed.face == "spapi" else None
    world.feeds[feed.id] = replace(
        feed,
        status=outcome.status or feed.status,
        content=b"",
        report=outcome.report if feed.face == "mws" else None,
        report_type=outcome.content_type,
        report_document=document.id if document else None,
        processed=outcome.tally.processed,
        successful=outcome.tally.successful,
    )


def _document(world: World, feed: Feed, outcome: Outcome) -> Document:
    report = outcome.report or b""
    packed = len(report) > LARGE
    document = Document(
        id=f"{PREFIX}4.{world.seller.region.lower()}.{world.uuid()}",
        content_type=outcome.content_type,
        created=feed.completed or feed.created,
        expires=0.0,
        content=gzip.compress(report, mtime=0) if packed else report,
        compression="GZIP" if packed else None,
        feed=feed.id,
    )
    world.documents[document.id] = document
    return document


def _leave(world: World, feed: Feed) -> None:
    """Take a feed out of its queue; the one behind it begins no earlier than this one ended."""
    queue = world.queues[feed.type]
    queue.remove(feed.id)
    if not queue:
        del world.queues[feed.type]
    elif feed.status != "IN_QUEUE":
        behind = world.feeds[queue[0]]
        world.feeds[behind.id] = replace(behind, ripe=max(behind.ripe, feed.ripe))


def _moment(world: World, tick: float) -> datetime:
    """The world's time at a tick of its quota clock."""
    clock = world.clock
    return clock.at(clock.timestamp() - (clock.ticks() - tick) / clock.scale)


def account(world: World) -> list[dict[str, Any]]:
    """Every feed for the control plane, oldest first: what it was and what it did."""
    return [
        {
            "id": feed.id,
            "type": feed.type,
            "face": feed.face,
            "status": feed.status,
            "sha256": feed.sha256,
            "size": feed.size,
            "messages": feed.processed,
            "successful": feed.successful,
            "worked": feed.successful > 0,
            "created": iso(feed.created),
            "started": iso(feed.started) if feed.started else None,
            "completed": iso(feed.completed) if feed.completed else None,
        }
        for feed in world.feeds.values()
    ]
