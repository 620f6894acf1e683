"""One feed from its document to its report, in the form that its type and the faults on order ask for."""

from dataclasses import dataclass
from typing import Final

from sellersim import reports
from sellersim.world import Feed, World

from . import xml_feed
from .issues import Tally, issue
from .job import Job, home

#: Feed types that Amazon no longer processes over SP-API (reference 1.2).
LISTINGS: Final = "JSON_LISTINGS_FEED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a feed: its account, its report if it has one, and a status where that differs from DONE."""

    tally: Tally
    report: bytes | None = None
    content_type: str = ""
    status: str = ""


def run(world: World, feed: Feed, fate: str = "", *, report: bool = True) -> Outcome:
    """Process `feed`. `fate` is a fault on order: `fatal` and `cancelled` do no work and report only if asked."""
    if fate:
        tally = Tally()
        tally.fail(issue("feed-failed"))
        return _reported(world, feed, tally) if report else Outcome(tally)
    job = Job(world=world, feed=feed, marketplaces=home(world, feed), now=feed.completed or world.clock.now())
    family = xml_feed.FAMILIES.get(feed.type)
    if family is None:
        return Outcome(Tally(), status="FATAL")
    return _reported(world, feed, xml_feed.process(job, family))


def _reported(world: World, feed: Feed, tally: Tally) -> Outcome:
    charset = "UTF-8"
    content = reports.xml(tally, feed_id=feed.id, seller=world.seller.id, charset=charset)
    return Outcome(tally, content, reports.XML_TYPE.format(charset=charset))
