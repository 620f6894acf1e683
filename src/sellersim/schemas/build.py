"""From the tables to the schema of one product type: for a marketplace, a set of requirements, enforced or not."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from amazon_wire.marketplaces import MARKETPLACES

from .common import OFFER, PRODUCT, offer, theme
from .shapes import KINDS, Schema
from .types import TYPES, ProductType

META_ID: Final = "https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1"
VOCABULARY: Final = "https://schemas.amazon.com/selling-partners/definitions/product-types/vocabulary/v1"
OURS: Final = "Made by sellersim, a simulator: in the shape of Amazon's product type schemas, but not one of them."
VERSION: Final = "SIM1"
REQUIREMENTS: Final = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")
LOCALES: Final = (
    "DEFAULT", "ar", "ar_AE", "de", "de_DE", "en", "en_AE", "en_AU", "en_CA", "en_GB", "en_IN", "en_SG", "en_US", "es",
    "es_ES", "es_MX", "es_US", "fr", "fr_CA", "fr_FR", "it", "it_IT", "ja", "ja_JP", "nl", "nl_NL", "pl", "pl_PL", "pt",
    "pt_BR", "pt_PT", "sv", "sv_SE", "tr", "tr_TR", "zh", "zh_CN", "zh_TW",
)  # fmt: skip
IDENTITY: Final = (
    "externally_assigned_product_identifier",
    "merchant_suggested_asin",
    "supplier_declared_has_product_identifier_exemption",
)
GROUPS: Final = (
    ("product_details", "Product Details"),
    ("images", "Images"),
    ("offer", "Offer"),
    ("variations", "Variations"),
)
VARIATIONS: Final = ("parentage_level", "child_parent_sku_relationship", "variation_theme")


def attributes(kind: ProductType, requirements: str = "LISTING") -> dict[str, Schema]:
    """The attributes of a product type, by name: common ones first, then its own."""
    product = {**PRODUCT, "variation_theme": theme(kind.themes)}
    product |= {name: KINDS[shape](name) for name, shape in kind.own.items()}
    if requirements == "LISTING_OFFER_ONLY":
        return dict(OFFER)
    if requirements == "LISTING_PRODUCT_ONLY":
        return product
    return {**product, **OFFER}


def _level(value: str) -> Schema:
    """True of a listing whose parentage level is `value`."""
    instance = {"required": ["value"], "properties": {"value": {"const": value}}}
    return {"required": ["parentage_level"], "properties": {"parentage_level": {"contains": instance}}}


def _rules() -> list[Schema]:
    """What depends on something else: a child names its parent; what is no parent has an identifier."""
    family = ["child_parent_sku_relationship", "variation_theme"]
    named = [{"required": [name]} for name in IDENTITY]
    return [
        {"if": _level("child"), "then": {"required": family}},
        {"if": _level("parent"), "then": {"required": ["variation_theme"]}, "else": {"anyOf": named}},
    ]


def _seen(properties: dict[str, Schema], *, business: bool, level: str) -> dict[str, Schema]:
    """The attributes without those of other parentage levels and of other audiences."""
    hidden = {"NONE": VARIATIONS, "PARENT": ("child_parent_sku_relationship", *OFFER)}.get(level, ())
    seen = {name: attribute for name, attribute in properties.items() if name not in hidden}
    if not business and "purchasable_offer" in seen:
        seen["purchasable_offer"] = offer(("ALL",))
    return seen


@lru_cache(maxsize=256)
def schema(
    name: str,
    marketplace: str,
    requirements: str = "LISTING",
    *,
    enforced: bool = True,
    business: bool = True,
    level: str = "",
) -> Mapping[str, Any]:
    """The schema of the attributes object of a product type in a marketplace.

    `business`: with the audience of business buyers; `level`: for NONE, CHILD or PARENT alone.
    """
    kind, place = TYPES[name], MARKETPLACES[marketplace]
    hidden = {"type": "string", "editable": False, "hidden": True}
    required: Sequence[str] = ()
    rules: list[Schema] = []
    if enforced:
        offer_only = requirements == "LISTING_OFFER_ONLY"
        required = ("condition_type", "merchant_suggested_asin") if offer_only else kind.required
        rules = [] if offer_only else _rules()
    told = {
        "$schema": META_ID,
        "$id": f"https://sellersim.invalid/product-types/{name}/{place.country}",
        "$comment": f"{OURS} Product type {name}.",
        "$defs": {
            "marketplace_id": {**hidden, "enum": [place.id], "enumNames": [place.domain], "default": place.id},
            "language_tag": {**hidden, "enum": [place.locale], "enumNames": [place.locale], "default": place.locale},
            "currency": {**hidden, "enum": [place.currency], "enumNames": [place.currency]},
        },
        "type": "object",
        "required": list(required),
        "properties": _seen(attributes(kind, requirements), business=business, level=level),
        "additionalProperties": False,
    }
    return {**told, "allOf": rules} if rules else told


def groups(name: str, requirements: str = "LISTING") -> dict[str, Any]:
    """The property groups of a product type."""
    named: dict[str, list[str]] = {group: [] for group, _ in GROUPS}
    for attribute in attributes(TYPES[name], requirements):
        if attribute.endswith("image_locator") or "image_locator_" in attribute:
            named["images"].append(attribute)
        elif attribute in VARIATIONS:
            named["variations"].append(attribute)
        else:
            named["offer" if attribute in OFFER else "product_details"].append(attribute)
    return {
        group: {"title": title, "description": f"{title} of the listing.", "propertyNames": named[group]}
        for group, title in GROUPS
        if named[group]
    }


def meta_schema() -> Mapping[str, Any]:
    """The vocabulary that the schemas use, as a meta-schema of our own."""
    count, flag = {"type": "integer", "minimum": 0}, {"type": "boolean"}
    names = {"type": "array", "items": {"type": "string"}}
    return {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": META_ID,
        "$comment": OURS,
        "$vocabulary": {
            "https://json-schema.org/draft/2019-09/vocab/core": True,
            "https://json-schema.org/draft/2019-09/vocab/applicator": True,
            "https://json-schema.org/draft/2019-09/vocab/validation": True,
            VOCABULARY: False,
        },
        "allOf": [{"$ref": "https://json-schema.org/draft/2019-09/schema"}],
        "properties": {
            "selectors": names,
            "minUniqueItems": count,
            "maxUniqueItems": count,
            "minUtf8ByteLength": count,
            "maxUtf8ByteLength": count,
            "editable": flag,
            "hidden": flag,
            "enumNames": names,
        },
    }
