"""Sellers v1: the marketplaces of the seller's region and whether he takes part in them."""

from amazon_wire.marketplaces import MARKETPLACES, Marketplace
from sellersim.credentials import neighbours
from sellersim.exchange import Answer, Ask
from sellersim.world import World

from . import write


def _row(world: World, place: Marketplace) -> dict[str, object]:
    return {
        "marketplace": {
            "id": place.id,
            "name": place.domain.removeprefix("www.").capitalize(),
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


def account(world: World, ask: Ask) -> Answer:
    """getAccount: kind of business, plan and the same rows."""
    places = [MARKETPLACES[id_] for id_ in neighbours(world.seller.marketplace)]
    rows = [_row(world, place) for place in places]
    body = {"businessType": "PRIVATE_LIMITED", "sellingPlan": "PROFESSIONAL", "marketplaceParticipationList": rows}
    return write.json_answer(200, {"payload": body})
