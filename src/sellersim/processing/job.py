"""What a judge has at hand: the world, the feed, where it applies, and the readers and writers of listings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from amazon_wire.marketplaces import MARKETPLACES
from sellersim import listings
from sellersim.listings import Attributes, Instance
from sellersim.world import Feed, Listing, World

from .issues import Issue
from .read import Element

__all__ = ["Attributes", "Instance", "Job", "Judge", "Message", "home"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One feed while it is processed. `marketplaces` are those it applies to, never none."""

    world: World
    feed: Feed
    marketplaces: tuple[str, ...]
    now: datetime

    @property
    def currency(self) -> str:
        """The currency of the feed's marketplaces."""
        return MARKETPLACES[self.marketplaces[0]].currency

    @property
    def language(self) -> str:
        """The language of the feed's marketplaces."""
        return MARKETPLACES[self.marketplaces[0]].locale

    def listing(self, sku: str) -> Listing | None:
        """The listing of that SKU."""
        return self.world.listings.get(sku)

    def write(self, listing: Listing, attributes: Attributes, **changes: Any) -> Listing:
        """The listing with some attributes replaced (an empty one goes away), kept in the world."""
        kept = {name: value for name, value in {**listing.attributes, **attributes}.items() if value}
        status = listings.status(kept)
        changed = replace(listing, attributes=kept, updated=self.now, status=status, **changes)
        self.world.listings[listing.sku] = changed
        return changed


@dataclass(frozen=True, slots=True)
class Message:
    """One message of an XML feed: its id, operation type and body."""

    id: int
    operation: str
    body: Element


#: Judges one message and does what it asks, unless it finds an error.
Judge = Callable[[Job, Message], list[Issue]]


def home(world: World, feed: Feed) -> tuple[str, ...]:
    """Where a feed applies: its own marketplaces, or all that share the home's language (prices: its currency)."""
    if feed.marketplaces:
        return feed.marketplaces
    shared = _currency if feed.type == "POST_PRODUCT_PRICING_DATA" else _language
    mine = world.seller.marketplace
    rest = (id_ for id_ in world.seller.participates if id_ != mine)
    return (mine, *(id_ for id_ in rest if shared(id_) == shared(mine)))


def _currency(place: str) -> str:
    return MARKETPLACES[place].currency


def _language(place: str) -> str:
    return MARKETPLACES[place].locale
