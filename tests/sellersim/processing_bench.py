"""A world and feeds that are processed at once, for the tests of judges."""

from typing import Any

from feed_callers import Report, envelope, listings_feed, world

from sellersim import World, feeds
from sellersim.processing.run import Outcome, run

US = "ATVPDKIKX0DER"


class Bench:
    """Processes feeds in its world; `attributes` reads what came of them."""

    def __init__(self, **options: Any) -> None:
        self.world: World = world(**options)
        self.seller = self.world.seller.id

    def feed(self, type_: str, content: bytes, face: str, places: tuple[str, ...] = ()) -> Outcome:
        """The outcome of a feed."""
        feed = feeds.submit(
            self.world, face=face, type=type_, marketplaces=places, content=content, content_type="text/xml"
        )
        return run(self.world, feed)

    def xml(
        self, type_: str, kind: str, *bodies: str, face: str = "mws", places: tuple[str, ...] = (), **options: Any
    ) -> Report:
        """The report of an XML feed of these bodies."""
        outcome = self.feed(type_, envelope(self.seller, kind, *bodies, **options), face, places)
        assert outcome.report is not None
        return Report(outcome.report)

    def json(self, *messages: dict[str, Any], places: tuple[str, ...] = (US,), **header: Any) -> list[tuple[Any, ...]]:
        """The issues of a JSON listings feed: message id, code, attribute."""
        outcome = self.feed("JSON_LISTINGS_FEED", listings_feed(self.seller, *messages, **header), "spapi", places)
        return [(one.message_id, one.code, *one.attributes) for one in outcome.tally.issues]

    def attributes(self, sku: str) -> Any:
        """The attributes of a listing."""
        return self.world.listings[sku].attributes

    def offer(self, sku: str, audience: str = "ALL") -> Any:
        """The offer of a listing to an audience."""
        offers = self.attributes(sku).get("purchasable_offer", ())
        return next((one for one in offers if one["audience"] == audience), None)
