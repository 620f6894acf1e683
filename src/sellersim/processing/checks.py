"""What no schema tells about a listing: pictures that cannot be fetched, prices that contradict, parents that are none."""

from collections.abc import Mapping, Sequence
from typing import Any

from sellersim import listings
from sellersim.schemas import common
from sellersim.world import World

from .issues import Issue, issue


def checks(world: World, sku: str, attributes: Mapping[str, Any], touched: Mapping[str, Any]) -> list[Issue]:
    """What no schema tells: images that cannot be fetched, prices that contradict, parents that are none."""
    found: list[Issue] = []
    for name, value in touched.items():
        if name in common.IMAGES:
            found += [one for instance in value for one in _image(name, str(instance.get("media_location", "")))]
    if listings.OFFER in touched:
        found += [one for instance in touched[listings.OFFER] for one in _prices(instance)]
    if listings.parent_of(touched) or "parentage_level" in touched or "variation_theme" in touched:
        found += _family(world, sku, attributes)
    return found


def image_fault(url: str, *, schemes: Sequence[str]) -> str:
    """Which code an image address deserves: `image-url` where its form is wrong, `image-unreachable` for `.invalid`."""
    scheme, found, rest = url.partition("://")
    host = rest.partition("/")[0].partition(":")[0].lower()
    if not found or scheme.lower() not in schemes or not host:
        return "image-url"
    return "image-unreachable" if host.endswith(".invalid") else ""


def _image(name: str, url: str) -> list[Issue]:
    wrong = image_fault(url, schemes=("http", "https", "s3"))
    code = {"image-url": "image-rule"}.get(wrong, wrong)
    return [issue(code, url=url, attributes=(name,))] if code else []


def _prices(offer: Mapping[str, Any]) -> list[Issue]:
    """The lowest, the price and the highest in their order; a sale that ends after it began."""
    low, ours, high = (
        listings.price(offer, name)
        for name in ("minimum_seller_allowed_price", "our_price", "maximum_seller_allowed_price")
    )
    why = ""
    if ours is not None and ours == 0:
        why = "a price of 0 is not allowed"
    elif low is not None and ours is not None and ours < low:
        why = f"{ours} is below the minimum of {low}"
    elif high is not None and ours is not None and ours > high:
        why = f"{ours} is above the maximum of {high}"
    elif low is not None and high is not None and low > high:
        why = f"the minimum of {low} is above the maximum of {high}"
    sale = offer.get("discounted_price")
    if sale and not why:
        schedule = sale[0]["schedule"][0]
        if str(schedule["start_at"]) >= str(schedule["end_at"]):
            why = "the sale ends before it begins"
    return [issue("price-rule", why=why, attributes=(listings.OFFER,))] if why else []


def _family(world: World, sku: str, attributes: Mapping[str, Any]) -> list[Issue]:
    parent_sku = listings.parent_of(attributes)
    if not parent_sku:
        return []
    named = ("child_parent_sku_relationship",)
    parent = world.listings.get(parent_sku)
    if parent is None:
        return [issue("unknown-parent", parent=parent_sku, attributes=named)]
    if not listings.is_parent(parent.attributes) or parent_sku == sku:
        return [issue("no-parent", parent=parent_sku, attributes=named)]
    why = ""
    mine = world.listings.get(sku)
    if listings.is_parent(attributes):
        why = "a parent cannot be a child"
    elif mine is not None and mine.product_type != parent.product_type:
        why = f"its product type is {mine.product_type}, the parent's {parent.product_type}"
    elif not any(one.get("value") == "child" for one in attributes.get("parentage_level", ())):
        why = "its parentage level is not child"
    elif listings.themes(attributes) != listings.themes(parent.attributes):
        why = "its variation theme is not the parent's"
    return [issue("variation-data", sku=sku, why=why, attributes=named)] if why else []
