"""Sellers v1: the marketplaces of the seller's region and whether he takes part in them."""

from amazon_wire.marketplaces import MARKETPLACES, Marketplace
from sellersim.credentials import neighbours
from sellersim.exchange import Answer, Ask
from sellersim.world import World

from . import write


def _row(world: World, place: Marketplace) -> dict[str, object]:
    site = place.domain.removeprefix("www.")
    return {
        "marketplace": {
            "id": place.id,
            "name": site[0].upper() + site[1:],
            "countryCode": place.country,
            "defaultCurrencyCode": place.currency,
            "defaultLanguageCode": place.locale,
            "domainName": place.domain,
        },
        "storeName": world.seller.name,
        "participation": {
            "isParticipating": place.id in world.seller.participates,
            "hasSuspendedListings": False,
        },
    }


def participations(world: World, ask: Ask) -> Answer:
    """getMarketplaceParticipations: one row a marketplace of the region."""
    places = [MARKETPLACES[id_] for id_ in neighbours(world.seller.marketplace)]
    return write.json_answer(200, {"payload": [_row(world, place) for place in places]})
