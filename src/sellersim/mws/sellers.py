"""Sellers 2011-07-01: the marketplaces the seller takes part in, and the service's status."""

from collections.abc import Mapping
from typing import Final

from amazon_wire.marketplaces import MARKETPLACES, Marketplace
from sellersim.clock import iso
from sellersim.exchange import Answer, Ask, Handler, Refusal
from sellersim.world import World

from . import write
from .write import Tree


def _places(world: World) -> list[Marketplace]:
    return [MARKETPLACES[id_] for id_ in world.seller.participates if MARKETPLACES[id_].mws_host]


def _participation(world: World, place: Marketplace) -> Tree:
    return (
        "Participation",
        ("MarketplaceId", place.id),
        ("SellerId", world.seller.id),
        ("HasSellerSuspendedListings", "No"),
    )


def _marketplace(place: Marketplace) -> Tree:
    return (
        "Marketplace",
        ("MarketplaceId", place.id),
        ("DefaultCountryCode", place.country),
        ("DomainName", place.domain),
        ("Name", place.domain.removeprefix("www.").capitalize()),
        ("DefaultCurrencyCode", place.currency),
        ("DefaultLanguageCode", place.locale),
    )


def list_participations(world: World, ask: Ask) -> Answer:
    """Every participation on one page, as real accounts of this size have it."""
    places = _places(world)
    return write.result(
        world,
        ask,
        ("ListParticipations", *(_participation(world, place) for place in places)),
        ("ListMarketplaces", *(_marketplace(place) for place in places)),
    )


def next_participations(world: World, ask: Ask) -> Answer:
    """There is never a second page, so no token is right."""
    raise Refusal(400, "NextTokenCorrupted", "The NextToken you provided is not valid.")


def service_status(world: World, ask: Ask) -> Answer:
    """GREEN, at the world's time."""
    return write.result(world, ask, ("Status", "GREEN"), ("Timestamp", iso(world.clock.now())))


ACTIONS: Final[Mapping[str, Handler]] = {
    "ListMarketplaceParticipations": list_participations,
    "ListMarketplaceParticipationsByNextToken": next_participations,
    "GetServiceStatus": service_status,
}
