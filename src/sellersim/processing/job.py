"""What a judge has at hand: the world, the feed, where it applies, and the readers and writers of listings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from amazon_wire.marketplaces import MARKETPLACES
from sellersim.world import Feed, Listing, World

from .issues import Issue
from .read import Element

Instance = Mapping[str, Any]
Attributes = Mapping[str, Sequence[Instance]]

STOCK: Final = "fulfillment_availability"
OFFER: Final = "purchasable_offer"


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
        changed = replace(listing, attributes=kept, updated=self.now, **changes)
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
    """Where a feed applies: its own marketplaces, or all that share the language of the seller's home."""
    if feed.marketplaces:
        return feed.marketplaces
    language = MARKETPLACES[world.seller.marketplace].locale
    rest = (id_ for id_ in world.seller.participates if id_ != world.seller.marketplace)
    return (world.seller.marketplace, *(id_ for id_ in rest if MARKETPLACES[id_].locale == language))
