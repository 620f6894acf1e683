"""The attributes that every product type has, those of the offer apart from those of the product."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import shapes
from .shapes import CURRENCY, LANGUAGE, LENGTHS, MARKETPLACE, WEIGHTS, Schema, choice, instances

CONDITIONS: Final = (
    "new_new",
    "new_open_box",
    "new_oem",
    "refurbished_refurbished",
    "used_like_new",
    "used_very_good",
    "used_good",
    "used_acceptable",
    "collectible_like_new",
    "collectible_very_good",
    "collectible_good",
    "collectible_acceptable",
    "club_club",
)
AUDIENCES: Final = ("ALL", "B2B")
CHANNELS: Final = ("DEFAULT", "AMAZON_NA", "AMAZON_EU", "AMAZON_JP")
IDENTIFIERS: Final = ("upc", "ean", "gtin", "isbn", "gcid", "pzn", "jan")
BOX: Final[Mapping[str, Any]] = {"length": LENGTHS, "width": LENGTHS, "height": LENGTHS}
SHIPPING_GROUPS: Final = ("legacy-template-id", "standard-template", "express-template")

IMAGES: Final = (
    "main_product_image_locator",
    "swatch_product_image_locator",
    *(f"other_product_image_locator_{n}" for n in range(1, 9)),
    "main_offer_image_locator",
    *(f"other_offer_image_locator_{n}" for n in range(1, 6)),
    *(f"image_locator_{which}" for which in ("pfuk", "pfde", "pffr", "pfit", "pfes", "eegl", "elfl")),
)
OFFER_IMAGES: Final = ("main_offer_image_locator", *(f"other_offer_image_locator_{n}" for n in range(1, 6)))


def _schedule(*required: str, **properties: Schema) -> Schema:
    """What is valid for a time: an array of one object inside an array of one object."""
    inner = {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }
    outer = {
        "type": "object",
        "required": ["schedule"],
        "properties": {"schedule": {"type": "array", "minItems": 1, "maxItems": 1, "items": inner}},
        "additionalProperties": False,
    }
    return {"type": "array", "minItems": 1, "maxItems": 1, "items": outer}


_AMOUNT: Final = {"type": "number", "minimum": 0, "maximum": 1_000_000_000}
_AT: Final = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$"}
_PRICE: Final = _schedule("value_with_tax", value_with_tax=_AMOUNT)
_SALE: Final = _schedule("start_at", "end_at", "value_with_tax", start_at=_AT, end_at=_AT, value_with_tax=_AMOUNT)
_LEVEL: Final = {
    "type": "object",
    "required": ["lower_bound", "value"],
    "properties": {"lower_bound": {"type": "integer", "minimum": 2}, "value": _AMOUNT},
    "additionalProperties": False,
}
_LEVELS: Final = _schedule(
    "discount_type",
    "levels",
    discount_type=choice(("fixed", "percent")),
    levels={"type": "array", "minItems": 1, "maxItems": 5, "items": _LEVEL},
)


def offer(audiences: Sequence[str] = AUDIENCES) -> Schema:
    """`purchasable_offer`: one instance for each marketplace, currency and audience."""
    properties: dict[str, Schema] = {
        "currency": CURRENCY,
        "audience": choice(audiences),
        "our_price": _PRICE,
        "discounted_price": _SALE,
        "minimum_seller_allowed_price": _PRICE,
        "maximum_seller_allowed_price": _PRICE,
        "map_price": _PRICE,
        "quantity_discount_plan": _LEVELS,
        "start_at": {
            "type": "object",
            "required": ["value"],
            "properties": {"value": _AT},
            "additionalProperties": False,
        },
        "end_at": {"type": "object", "properties": {"value": _AT}, "additionalProperties": False},
        "marketplace_id": MARKETPLACE,
    }
    selectors = ("marketplace_id", "currency", "audience")
    return instances("purchasable_offer", properties, required=("currency",), selectors=selectors)


def _availability() -> Schema:
    """`fulfillment_availability`: one instance for each channel."""
    properties: dict[str, Schema] = {
        "fulfillment_channel_code": choice(CHANNELS),
        "quantity": {"type": "integer", "minimum": 0, "maximum": 99_999_999},
        "is_inventory_available": {"type": "boolean"},
        "restock_date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}"},
        "lead_time_to_ship_max_days": {"type": "integer", "minimum": 1, "maximum": 30},
        "marketplace_id": MARKETPLACE,
    }
    required = ("fulfillment_channel_code",)
    return instances("fulfillment_availability", properties, required=required, selectors=required, many=1)


def _identifier() -> Schema:
    properties: dict[str, Schema] = {
        "type": choice(IDENTIFIERS),
        "value": {"type": "string", "minLength": 8, "maxLength": 16},
        "marketplace_id": MARKETPLACE,
    }
    name, selectors = "externally_assigned_product_identifier", ("marketplace_id", "type", "value")
    return instances(name, properties, required=("type", "value"), selectors=selectors)


def _relation() -> Schema:
    properties: dict[str, Schema] = {
        "child_relationship_type": choice(("variation",)),
        "parent_sku": {"type": "string", "minLength": 1, "maxLength": 40},
        "marketplace_id": MARKETPLACE,
    }
    required = ("child_relationship_type", "parent_sku")
    return instances("child_parent_sku_relationship", properties, required=required)


def _money(name: str) -> Schema:
    properties: dict[str, Schema] = {
        "value": _AMOUNT,
        "value_with_tax": _AMOUNT,
        "currency": CURRENCY,
        "marketplace_id": MARKETPLACE,
    }
    selectors = ("marketplace_id", "currency")
    return instances(name, properties, required=("currency",), selectors=selectors)


def _gifts() -> Schema:
    properties: dict[str, Schema] = {
        "can_be_messaged": {"type": "boolean"},
        "can_be_wrapped": {"type": "boolean"},
        "marketplace_id": MARKETPLACE,
    }
    return instances("gift_options", properties, required=())


#: What belongs to the seller's offer: may be patched under the product type PRODUCT.
OFFER: Final[Mapping[str, Schema]] = {
    "condition_type": shapes.enum("condition_type", CONDITIONS),
    "condition_note": shapes.text("condition_note", longest=2000),
    "purchasable_offer": offer(),
    "fulfillment_availability": _availability(),
    "merchant_shipping_group": shapes.enum("merchant_shipping_group", SHIPPING_GROUPS),
    "max_order_quantity": shapes.whole("max_order_quantity", least=1),
    "gift_options": _gifts(),
    "product_tax_code": shapes.text("product_tax_code", longest=50),
    "list_price": _money("list_price"),
    "merchant_release_date": shapes.moment("merchant_release_date"),
    "merchant_suggested_asin": shapes.value("merchant_suggested_asin", {"type": "string", "pattern": "^[A-Z0-9]{10}$"}),
    **{name: shapes.image(name) for name in OFFER_IMAGES},
}

#: What belongs to the product.
PRODUCT: Final[Mapping[str, Schema]] = {
    "item_name": shapes.text("item_name", longest=200),
    "brand": shapes.octets("brand", most=100),
    "manufacturer": shapes.text("manufacturer", longest=100),
    "bullet_point": shapes.text("bullet_point", longest=500, many=5),
    "product_description": shapes.text("product_description", longest=2000),
    "generic_keyword": shapes.octets("generic_keyword", most=500, many=5),
    "externally_assigned_product_identifier": _identifier(),
    "supplier_declared_has_product_identifier_exemption": shapes.truth(
        "supplier_declared_has_product_identifier_exemption"
    ),
    "part_number": shapes.value("part_number", {"type": "string", "minLength": 1, "maxLength": 40}),
    "model_name": shapes.text("model_name", longest=120),
    "model_number": shapes.value("model_number", {"type": "string", "minLength": 1, "maxLength": 120}),
    "item_dimensions": shapes.measures("item_dimensions", BOX),
    "item_package_dimensions": shapes.measures("item_package_dimensions", BOX, tuple(BOX)),
    "item_weight": shapes.measure("item_weight", WEIGHTS),
    "item_package_weight": shapes.measure("item_package_weight", WEIGHTS),
    "website_shipping_weight": shapes.measure("website_shipping_weight", WEIGHTS),
    "number_of_items": shapes.whole("number_of_items", least=1),
    "item_package_quantity": shapes.whole("item_package_quantity", least=1),
    "country_of_origin": shapes.value("country_of_origin", {"type": "string", "pattern": "^[A-Z]{2}$"}),
    "item_type_keyword": shapes.value("item_type_keyword", {"type": "string", "minLength": 1, "maxLength": 500}),
    "item_type_name": shapes.text("item_type_name"),
    "recommended_browse_nodes": shapes.value(
        "recommended_browse_nodes", {"type": "string", "pattern": r"^\d+$"}, many=2
    ),
    "product_site_launch_date": shapes.moment("product_site_launch_date"),
    "color": shapes.text("color", longest=100),
    "size": shapes.text("size", longest=100),
    "material": shapes.text("material", longest=100, many=3),
    "style": shapes.text("style", longest=100),
    "parentage_level": shapes.enum("parentage_level", ("parent", "child")),
    "child_parent_sku_relationship": _relation(),
    **{name: shapes.image(name) for name in IMAGES if name not in OFFER_IMAGES},
}


def theme(themes: tuple[str, ...]) -> Schema:
    """`variation_theme` of a product type that has these themes."""
    properties = {"name": choice(themes), "marketplace_id": MARKETPLACE}
    return instances("variation_theme", properties, required=("name",))


__all__ = ["CONDITIONS", "CURRENCY", "IMAGES", "LANGUAGE", "OFFER", "PRODUCT", "offer", "theme"]
