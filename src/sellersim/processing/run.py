"""One feed from its document to its report, in the form that its type and the faults on order ask for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from sellersim import reports
from sellersim.faults import REPORTING
from sellersim.world import Feed, World

from . import json_feed, xml_feed
from .issues import Issue, Tally, issue
from .job import Job, home

LISTINGS: Final = "JSON_LISTINGS_FEED"
#: Feed types that SP-API takes and no longer processes (reference 1.2).
DEAD: Final = frozenset(
    {
        "POST_PRODUCT_DATA",
        "POST_PRODUCT_OVERRIDES_DATA",
        "POST_INVENTORY_AVAILABILITY_DATA",
        "POST_PRODUCT_PRICING_DATA",
        "POST_PRODUCT_IMAGE_DATA",
        "POST_PRODUCT_RELATIONSHIP_DATA",
        "POST_FLAT_FILE_INVLOADER_DATA",
        "POST_FLAT_FILE_LISTINGS_DATA",
        "POST_FLAT_FILE_BOOKLOADER_DATA",
        "POST_FLAT_FILE_CONVERGENCE_LISTINGS_DATA",
        "POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA",
        "POST_UIEE_BOOKLOADER_DATA",
    }
)
#: What a report in another charset than UTF-8 gets behind each text, so that the charset can be seen.
FOREIGN: Final = {"windows-1252": " \u2013 gepr\u00fcft", "windows-31j": " \u2013 \u78ba\u8a8d\u6e08\u307f"}
CODECS: Final = {"windows-31j": "cp932"}


def is_charset(name: str) -> bool:
    """Whether a report can be written in it."""
    try:
        return "<a>".encode(CODECS.get(name.lower(), name)).strip(b"\x00\xff\xfe") != b""
    except (LookupError, ValueError, TypeError):
        return False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a feed: its account, its report if it has one, and a status where that differs from DONE."""

    tally: Tally
    report: bytes | None = None
    content_type: str = ""
    status: str = ""


def run(world: World, feed: Feed, fate: str = "", *, report: bool = True) -> Outcome:
    """Process `feed`. `fate` is a fault on order: `fatal` and `cancelled` do no work and report only if asked."""
    if fate in ("fatal", "cancelled"):
        return _failed(world, feed, issue("feed-failed"), "FATAL" if fate == "fatal" else "CANCELLED", report=report)
    if feed.face == "spapi" and feed.type in DEAD:
        return _failed(world, feed, issue("feed-type", type=feed.type), "FATAL", report=False)
    job = Job(world=world, feed=feed, marketplaces=home(world, feed), now=feed.completed or world.clock.now())
    if feed.type != LISTINGS:
        return _reported(world, feed, xml_feed.process(job, xml_feed.FAMILIES[feed.type]))
    try:
        tally, asked, items = json_feed.process(job)
    except json_feed.Failed as failed:
        return _failed(world, feed, failed.issue, "FATAL", report=True)
    told = {"includedData": asked.included_data, "apiVersion": asked.api_version} if asked else None
    return _reported(world, feed, tally, asked=told, items=items)


def _failed(world: World, feed: Feed, found: Issue, status: str, *, report: bool) -> Outcome:
    tally = Tally()
    tally.fail(found)
    made = _reported(world, feed, tally) if report else Outcome(tally)
    return Outcome(tally, made.report, made.content_type, status)


def _reported(world: World, feed: Feed, tally: Tally, **more: Any) -> Outcome:
    """The account with its report, bent by what is on order: another charset, tab-separated text."""
    fault = world.faults.take("processing", REPORTING)
    charset = "UTF-8"
    if fault and fault.kind == "charset":
        charset = str(fault.options.get("charset", "windows-1252"))
        foreign = FOREIGN.get(charset.lower(), "")
        tally.issues = [_with_words(one, foreign) for one in tally.issues]
    seller, codec = world.seller.id, CODECS.get(charset.lower(), charset)
    if fault and fault.kind == "tab-separated":
        return Outcome(tally, reports.tab_separated(tally), reports.TAB_TYPE.format(charset=charset))
    write: Callable[..., bytes] = reports.json if feed.type == LISTINGS else reports.xml
    kind = reports.JSON_TYPE if feed.type == LISTINGS else reports.XML_TYPE
    content = write(tally, feed_id=feed.id, seller=seller, charset=charset, codec=codec, **more)
    return Outcome(tally, content, kind.format(charset=charset))


def _with_words(one: Issue, words: str) -> Issue:
    return replace(one, message=one.message + words)
