"""A listing's attributes: how patches change them, and what getListingsItem shows of them.

Attributes are arrays of instances; an instance is known by the values of its selectors. `replace` and `add` put a whole
instance in the place of its namesake and leave the others (sources disagree about the others; here they stay). `merge`
changes the named sub-fields only, a null removes one, and an instance that is not there yet is added.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from .clock import iso
from .records import Listing

Instance = Mapping[str, Any]
Attributes = Mapping[str, Sequence[Instance]]

STOCK: Final = "fulfillment_availability"
OFFER: Final = "purchasable_offer"
#: Attributes that do not tell their instances apart by marketplace and language alone.
SELECTORS: Final[Mapping[str, tuple[str, ...]]] = {
    STOCK: ("fulfillment_channel_code",),
    OFFER: ("marketplace_id", "currency", "audience"),
    "list_price": ("marketplace_id", "currency"),
    "externally_assigned_product_identifier": ("marketplace_id", "type"),
}
BY_PLACE: Final = ("marketplace_id", "language_tag")
LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def selectors(name: str) -> tuple[str, ...]:
    """What tells the instances of an attribute apart."""
    return SELECTORS.get(name, BY_PLACE)


def key(name: str, instance: Instance) -> tuple[str, ...]:
    """The values of an instance's selectors; no audience means everybody."""
    found = (instance.get(selector) for selector in selectors(name))
    return tuple("'ALL'" if value is None and name == OFFER else repr(value) for value in found)


def replaced(name: str, old: Sequence[Instance], new: Sequence[Instance]) -> list[Instance]:
    """`add` and `replace`: the new instances, in the place of those with the same selectors."""
    keys = {key(name, instance) for instance in new}
    return [*(instance for instance in old if key(name, instance) not in keys), *new]


def merged(name: str, old: Sequence[Instance], new: Sequence[Instance]) -> list[Instance]:
    """`merge`: the named sub-fields of each instance, the rest as it was."""
    found = {key(name, instance): dict(instance) for instance in old}
    if len(found) < len(old):  # several instances of one key cannot be merged: they are replaced
        return replaced(name, old, new)
    for instance in new:
        place = found.setdefault(key(name, instance), {})
        for field, value in instance.items():
            if value is None:
                place.pop(field, None)
            else:
                place[field] = value
    return list(found.values())


def without(name: str, old: Sequence[Instance], gone: Sequence[Instance]) -> list[Instance]:
    """`delete`: without the instances that carry the given selectors; without all of them where none are given."""
    if not gone:
        return []
    named = [{field: value for field, value in one.items() if field in selectors(name)} for one in gone]
    return [instance for instance in old if not any(one.items() <= instance.items() for one in named)]


# ----------------------------------------------------------------------------------------------------- what is derived


def asin(sku: str, attributes: Attributes) -> str:
    """The ASIN that a new listing gets: the one that the seller suggests, else one of its own."""
    suggested = attributes.get("merchant_suggested_asin")
    if suggested:
        return str(suggested[0].get("value", ""))
    digest = hashlib.sha256(sku.encode()).digest()
    return "B0" + "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:8])


def is_parent(attributes: Attributes) -> bool:
    """A variation parent: it is shown and not sold."""
    return any(one.get("value") == "parent" for one in attributes.get("parentage_level", ()))


def parent_of(attributes: Attributes) -> str:
    """The SKU of the parent; "" where there is none."""
    return next((str(one.get("parent_sku", "")) for one in attributes.get("child_parent_sku_relationship", ())), "")


def themes(attributes: Attributes) -> frozenset[str]:
    """The variation themes that a listing names."""
    return frozenset(str(one.get("name", "")) for one in attributes.get("variation_theme", ()))


def price(instance: Instance, name: str = "our_price") -> float | None:
    """The amount of a price of an offer instance."""
    try:
        found = instance[name][0]["schedule"][0]["value_with_tax"]
    except (KeyError, IndexError, TypeError):
        return None
    return found if isinstance(found, (int, float)) else None


def status(attributes: Attributes) -> tuple[str, ...]:
    """BUYABLE with a price and stock, DISCOVERABLE with a title."""
    stocked = any(
        one.get("quantity") or one.get("is_inventory_available") or one["fulfillment_channel_code"] != "DEFAULT"
        for one in attributes.get(STOCK, ())
    )
    priced = any(price(one) is not None for one in attributes.get(OFFER, ()))
    buyable = stocked and priced and not is_parent(attributes)
    shown = "item_name" in attributes
    return (*(("BUYABLE",) if buyable else ()), *(("DISCOVERABLE",) if shown else ()))


# ------------------------------------------------------------------------------------------------ as SP-API shows them

INCLUDED: Final = (
    "summaries",
    "attributes",
    "issues",
    "offers",
    "fulfillmentAvailability",
    "procurement",
    "relationships",
    "productTypes",
)


def item(
    listing: Listing, everything: Mapping[str, Listing], *, marketplaces: Sequence[str], included: Iterable[str]
) -> dict[str, Any]:
    """A listing as getListingsItem answers (model listings_items_2021-08-01, type Item)."""
    shown: dict[str, Any] = {"sku": listing.sku}
    for name in included:
        if name == "summaries":
            shown[name] = [_summary(listing, place) for place in marketplaces]
        elif name == "attributes":
            shown[name] = _of_places(listing.attributes, marketplaces)
        elif name == "issues":
            shown[name] = list(listing.issues)
        elif name == "offers":
            shown[name] = [offer for place in marketplaces for offer in _offers(listing, place)]
        elif name == "fulfillmentAvailability":
            shown[name] = [_stock(one) for one in listing.attributes.get(STOCK, ())]
        elif name == "relationships":
            found = _relationships(listing, everything)
            shown[name] = [{"marketplaceId": place, "relationships": found} for place in marketplaces]
        elif name == "productTypes":
            shown[name] = [{"marketplaceId": place, "productType": listing.product_type} for place in marketplaces]
        else:
            shown[name] = []
    return shown


def _of_places(attributes: Attributes, marketplaces: Sequence[str]) -> dict[str, list[Instance]]:
    shown = {
        name: [one for one in instances if one.get("marketplace_id", marketplaces[0]) in marketplaces]
        for name, instances in attributes.items()
    }
    return {name: instances for name, instances in shown.items() if instances}


def _first(attributes: Attributes, name: str, field: str, place: str) -> Any:
    found = attributes.get(name, ())
    here = [one for one in found if one.get("marketplace_id", place) == place] or list(found)
    return here[0].get(field) if here else None


def _summary(listing: Listing, place: str) -> dict[str, Any]:
    summary = {
        "marketplaceId": place,
        "asin": listing.asin,
        "productType": listing.product_type,
        "conditionType": _first(listing.attributes, "condition_type", "value", place),
        "status": list(listing.status),
        "itemName": _first(listing.attributes, "item_name", "value", place),
        "createdDate": iso(listing.created),
        "lastUpdatedDate": iso(listing.updated),
    }
    link = _first(listing.attributes, "main_product_image_locator", "media_location", place)
    if link:
        summary["mainImage"] = {"link": link, "height": 500, "width": 500}
    return {name: value for name, value in summary.items() if value is not None}


def _offers(listing: Listing, place: str) -> Iterable[dict[str, Any]]:
    for one in listing.attributes.get(OFFER, ()):
        amount = price(one)
        if amount is not None and one.get("marketplace_id", place) == place:
            audience = str(one.get("audience") or "ALL")
            yield {
                "marketplaceId": place,
                "offerType": "B2B" if audience.startswith("B2B") else "B2C",
                "price": {"currencyCode": str(one.get("currency", "")), "amount": f"{amount:.2f}"},
                "audience": {"value": audience, "displayName": "Business" if audience == "B2B" else "All"},
            }


def _stock(one: Instance) -> dict[str, Any]:
    shown = {"fulfillmentChannelCode": one["fulfillment_channel_code"]}
    return {**shown, "quantity": one["quantity"]} if "quantity" in one else shown


def _relationships(listing: Listing, everything: Mapping[str, Listing]) -> list[dict[str, Any]]:
    parent = parent_of(listing.attributes)
    found: list[dict[str, Any]] = []
    if parent:
        found.append({"type": "VARIATION", "parentSkus": [parent]})
    if is_parent(listing.attributes):
        children = [other.sku for other in everything.values() if parent_of(other.attributes) == listing.sku]
        found.append({"type": "VARIATION", "childSkus": children})
    for relation in found:
        for theme in sorted(themes(listing.attributes)):
            names = theme.lower().split("/")
            relation["variationTheme"] = {"attributes": names, "theme": theme}
    return found
