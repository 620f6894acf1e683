"""The shape of a listing attribute, as the product type's schema has it, or as it usually is where no schema is at hand.

An attribute is a list of instances; an instance holds `value`, or named parts, and the selectors that tell instances
apart (`marketplace_id`, `language_tag`). Source: Amazon's meta-schema for product type definitions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sellerport.amazon.names import attribute_name
from sellerport.amazon.products.table import Group, Kind, Simple, Valued

Schema = Mapping[str, Any]
_LANGUAGE: Schema = {"language_tag": {"type": "string"}}
_PLACE: Schema = {"marketplace_id": {"type": "string"}}
_TEXT: Schema = {"value": {"type": "string"}, **_LANGUAGE, **_PLACE}
_WORD: Schema = {"value": {"type": "string"}, **_PLACE}
_TRUTH: Schema = {"value": {"type": "boolean"}, **_PLACE}
_WHOLE: Schema = {"value": {"type": "integer"}, **_PLACE}
_MEASURE: Schema = {"value": {"type": "number"}, "unit": {"type": "string"}}
_LENGTHS: Schema = {name: {"type": "object", "properties": _MEASURE} for name in ("length", "width", "height")}
_PRICE: Schema = {"value": {"type": "number"}, "currency": {"type": "string"}, **_PLACE}
_PRICE_WITH_TAX: Schema = {"value_with_tax": {"type": "number"}, "currency": {"type": "string"}, **_PLACE}
USUAL: Mapping[str, Schema] = {
    "item_name": _TEXT,
    "brand": _TEXT,
    "manufacturer": _TEXT,
    "product_description": _TEXT,
    "bullet_point": _TEXT,
    "generic_keyword": _TEXT,
    "condition_note": _TEXT,
    "part_number": _WORD,
    "product_tax_code": _WORD,
    "item_type_keyword": _WORD,
    "recommended_browse_nodes": _WORD,
    "merchant_shipping_group": _WORD,
    "country_of_origin": _WORD,
    "condition_type": _WORD,
    "merchant_suggested_asin": _WORD,
    "product_site_launch_date": _WORD,
    "merchant_release_date": _WORD,
    "parentage_level": _WORD,
    "max_order_quantity": _WHOLE,
    "number_of_items": _WHOLE,
    "item_package_quantity": _WHOLE,
    "supplier_declared_has_product_identifier_exemption": _TRUTH,
    "externally_assigned_product_identifier": {"type": {"type": "string"}, **_WORD},
    "gift_options": {"can_be_wrapped": {"type": "boolean"}, "can_be_messaged": {"type": "boolean"}, **_PLACE},
    "variation_theme": {"name": {"type": "string"}},
    "list_price": _PRICE,
    "item_dimensions": {**_LENGTHS, **_PLACE},
    "item_package_dimensions": {**_LENGTHS, **_PLACE},
    "item_weight": {**_MEASURE, **_PLACE},
    "item_package_weight": {**_MEASURE, **_PLACE},
    "website_shipping_weight": {**_MEASURE, **_PLACE},
}
"""The properties of the common attributes' instances, as most product types have them."""
OFFER = frozenset({
    "condition_type", "condition_note", "merchant_suggested_asin", "list_price", "product_tax_code", "gift_options",
    "merchant_shipping_group", "max_order_quantity", "merchant_release_date", "purchasable_offer",
    "fulfillment_availability",
})  # fmt: skip
"""The common attributes that belong to the seller's offer and not to the product."""


class Shapes(Protocol):
    """What is known of a product type's attributes."""

    @property
    def name(self) -> str:
        """The product type."""

    def instance(self, attribute: str, kind: Kind) -> Schema | None:
        """The properties of an instance, or None where the product type has no such attribute."""

    def near(self, element: str) -> list[str]:
        """The attributes whose names come nearest to an element's."""

    def part(self, schema: Schema) -> Schema:
        """A part of the shape with its reference followed."""


@dataclass(frozen=True, slots=True)
class Guessed:
    """Shapes without a schema: the usual ones, and for other elements what their own type suggests.

    `with_tax`: list prices are told with their tax, as in Europe (amzn/selling-partner-api-models issue 3958).
    """

    name: str = "PRODUCT"
    with_tax: bool = False

    def instance(self, attribute: str, kind: Kind) -> Schema | None:
        """The usual shape, or a guess by the element's type; groups are not guessed."""
        if attribute == "list_price" and self.with_tax:
            return _PRICE_WITH_TAX
        if attribute in USUAL:
            return USUAL[attribute]
        if isinstance(kind, Group):
            return None
        if isinstance(kind, Valued):
            beside = "currency" if kind.attributes[0].name == "currency" else "unit"
            return {"value": {"type": _json_type(kind.text)}, beside: {"type": "string"}, **_PLACE}
        if _json_type(kind) == "string" and not kind.enum and kind.base not in ("date", "dateTime", "anyURI"):
            return _TEXT
        return {"value": {"type": _json_type(kind)}, **_PLACE}

    def near(self, element: str) -> list[str]:
        """The name by the rule, which is all that can be said without a schema."""
        return [attribute_name(element)]

    def part(self, schema: Schema) -> Schema:
        """Guesses hold no references."""
        return schema


def _json_type(kind: Simple) -> str:
    if kind.base == "boolean":
        return "boolean"
    if kind.base == "decimal":
        return "number"
    return "integer" if kind.base in ("integer", "positiveInteger", "nonNegativeInteger") else "string"


def words_allowed(schema: Schema) -> tuple[list[Any], bool]:
    """The values that a part lists, and whether it takes no others; alternatives are looked through."""
    if "enum" in schema:
        return list(schema["enum"]), True
    found = [word for way in _ways(schema) for word in way.get("enum", ())]
    return found, bool(found) and all("enum" in way for way in _ways(schema))


def _ways(schema: Schema) -> Iterator[Schema]:
    for key in ("anyOf", "oneOf"):
        ways: Sequence[Schema] = schema.get(key, ())
        yield from ways
