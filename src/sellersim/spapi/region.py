"""Regions: which marketplaces a host serves and this seller takes part in."""

from collections.abc import Sequence
from typing import Final

from amazon_wire.marketplaces import MARKETPLACES, REGIONS
from sellersim.exchange import Refusal, Wire
from sellersim.world import World

DENIED: Final = "Access to requested resource is denied."
NOT_IN_REGION: Final = "The marketplaces you provided are not valid for region."


def denied(details: str = "") -> Refusal:
    """403 Unauthorized in Amazon's words."""
    return Refusal(403, "Unauthorized", DENIED, details=details)


def region_of(world: World, wire: Wire) -> str:
    """The region of the host asked; on any other host the seller's own."""
    host = wire.host.split(":")[0]
    return next((region for region, name in REGIONS.items() if name == host), world.seller.region)


def marketplaces(world: World, region: str, ids: Sequence[str]) -> tuple[str, ...]:
    """`ids`, where each is in the region and the seller takes part; 403 otherwise (seen live 2026-10)."""
    for id_ in ids:
        known = MARKETPLACES.get(id_)
        if known is None or (known.region != region and not world.replay):
            raise denied(NOT_IN_REGION)
        if id_ not in world.seller.participates:
            raise denied()
    return tuple(ids)
