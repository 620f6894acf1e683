"""Where the old feed's common elements went: element -> attribute, by the record's path.

Sources: Amazon's guide *Mapping product attributes* for list price, shipping group, units and variation themes; the
other names are those that published product type schemas use. The product type's own schema has the last word: an
attribute that it lacks is not filled.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sellerport.amazon.names import words
from sellerport.amazon.products.shapes import Schema, words_allowed


@dataclass(frozen=True, slots=True)
class Rule:
    """The attributes that an element may become, the best first; `part` is where its value stands in an instance.

    `value(given, schema of the part)` says the value in the new words.
    """

    attributes: tuple[str, ...]
    part: str | None = None
    value: Callable[[Any, Schema], Any] | None = None


def to(*attributes: str, part: str | None = None, value: Callable[[Any, Schema], Any] | None = None) -> Rule:
    """The rule for an element that becomes one of those attributes: the first that the product type has."""
    return Rule(attributes, part, value)


CONDITIONS = {
    "New": "new_new",
    "NewOpenBox": "new_open_box",
    "NewOem": "new_oem",
    "Refurbished": "refurbished_refurbished",
    "UsedLikeNew": "used_like_new",
    "UsedVeryGood": "used_very_good",
    "UsedGood": "used_good",
    "UsedAcceptable": "used_acceptable",
    "CollectibleLikeNew": "collectible_like_new",
    "CollectibleVeryGood": "collectible_very_good",
    "CollectibleGood": "collectible_good",
    "CollectibleAcceptable": "collectible_acceptable",
    "Club": "club_club",
}


def condition(given: Any, schema: Schema) -> Any:
    """The condition in the new words."""
    return CONDITIONS.get(given, given)


def theme(given: Any, schema: Schema) -> Any:
    """A variation theme: of those that the product type lists the one with the same words, else `SIZE/COLOR`."""
    wanted = _theme_words(given)
    for listed in words_allowed(schema)[0]:
        if sorted(_theme_words(listed)) == sorted(wanted):
            return listed
    return "/".join(wanted)


def _theme_words(text: str) -> list[str]:
    found = [word.upper() for part in re.split(r"[^A-Za-z0-9]+", text) for word in words(part)]
    return [word for word in found if word != "NAME"] or found


def day(given: Any, schema: Schema) -> Any:
    """A time as the attribute takes it: a day alone where it takes no time."""
    formats = {schema.get("format"), *(way.get("format") for way in schema.get("oneOf", schema.get("anyOf", ())))}
    return given[:10] if isinstance(given, str) and "date-time" not in formats else given


def always_true(given: Any, schema: Schema) -> Any:
    """Any reason means yes."""
    return True


COMMON: Mapping[str, Rule] = {
    "productTaxCode": to("product_tax_code"),
    "launchDate": to("product_site_launch_date", value=day),
    "releaseDate": to("merchant_release_date", value=day),
    "gtinExemptionReason": to("supplier_declared_has_product_identifier_exemption", value=always_true),
    "condition.conditionType": to("condition_type", value=condition),
    "condition.conditionNote": to("condition_note"),
    "descriptionData.title": to("item_name"),
    "descriptionData.description": to("product_description"),
    "descriptionData.mfrPartNumber": to("part_number"),
    "descriptionData.searchTerms": to("generic_keyword"),
    "descriptionData.msrp": to("list_price"),
    "descriptionData.msrpWithTax": to("list_price", part="value_with_tax"),
    "descriptionData.itemDimensions": to("item_dimensions", "item_length_width_height"),
    "descriptionData.itemDimensions.weight": to("item_weight"),
    "descriptionData.packageDimensions": to("item_package_dimensions"),
    "descriptionData.packageDimensions.weight": to("item_package_weight"),
    "descriptionData.packageWeight": to("item_package_weight"),
    "descriptionData.shippingWeight": to("website_shipping_weight"),
    "descriptionData.itemType": to("item_type_keyword"),
    "descriptionData.recommendedBrowseNode": to("recommended_browse_nodes"),
    "descriptionData.merchantShippingGroupName": to("merchant_shipping_group"),
    "descriptionData.isGiftWrapAvailable": to("gift_options", part="can_be_wrapped"),
    "descriptionData.isGiftMessageAvailable": to("gift_options", part="can_be_messaged"),
}
"""Elements whose attribute has another name, by their path in the record. The others go by their own name."""

ANYWHERE: Mapping[str, Rule] = {
    "parentage": to("parentage_level"),
    "variationTheme": to("variation_theme", part="name", value=theme),
}
"""Elements that stand in different places of different categories, by their JSON name."""

SAID_BY_PRODUCT_TYPE = frozenset({"productType", "clothingType"})
"""Texts that name the kind of product, as the listing's product type does now; they need no attribute of their own."""

CONTAINERS = frozenset(
    {"descriptionData", "condition", "productData", "productType", "variationData", "classificationData"}
)
"""Groups whose members are attributes of their own."""
