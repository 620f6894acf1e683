"""Words of the product feed in SP-API's language: names of attributes, units, conditions, variation themes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sellersim.schemas import common

from .read import Element

#: Element -> attribute, where the name is not the element's own in snake case (reference 3.4.1).
NAMES: Final[Mapping[str, str]] = {
    "Title": "item_name",
    "Description": "product_description",
    "MfrPartNumber": "part_number",
    "SearchTerms": "generic_keyword",
    "MSRP": "list_price",
    "MSRPWithTax": "list_price",
    "PackageDimensions": "item_package_dimensions",
    "PackageWeight": "item_package_weight",
    "ShippingWeight": "website_shipping_weight",
    "ItemType": "item_type_keyword",
    "RecommendedBrowseNode": "recommended_browse_nodes",
    "MerchantShippingGroupName": "merchant_shipping_group",
    "LaunchDate": "product_site_launch_date",
    "ReleaseDate": "merchant_release_date",
    "GtinExemptionReason": "supplier_declared_has_product_identifier_exemption",
}
#: Groups of dimensions -> the attribute that their weight is.
WEIGHTS: Final = {"item_dimensions": "item_weight", "item_package_dimensions": "item_package_weight"}
CONDITIONS: Final[Mapping[str, str]] = {
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
#: The product feed's units -> full names; units that are not here are full names already.
UNITS: Final[Mapping[str, str]] = {
    "MM": "millimeters",
    "CM": "centimeters",
    "M": "meters",
    "IN": "inches",
    "FT": "feet",
    "MG": "milligrams",
    "GR": "grams",
    "KG": "kilograms",
    "OZ": "ounces",
    "LB": "pounds",
    "sec": "seconds",
    "min": "minutes",
    "hr": "hours",
    "W": "watts",
    "KW": "kilowatts",
    "cubic-cm": "cubic_centimeters",
    "cubic-ft": "cubic_feet",
    "cubic-in": "cubic_inches",
    "cubic-m": "cubic_meters",
    "cubic-yd": "cubic_yards",
    "cup": "cups",
    "fluid-oz": "fluid_ounces",
    "gallon": "gallons",
    "liter": "liters",
    "milliliter": "milliliters",
    "ounce": "ounces",
    "pint": "pints",
    "quart": "quarts",
}
_BORDER: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
#: Kinds of attribute whose value is a number or a truth, not a text.
_NUMERIC: Final = frozenset({"whole", "wholes", "number"})


def snake(name: str) -> str:
    """`CPSIAWarning` -> `cpsia_warning`."""
    return _BORDER.sub("_", name.replace("-", "_")).replace("__", "_").lower()


def theme(said: str, known: Sequence[str]) -> str:
    """The product type's theme for `SizeColor` or `Size-Color`: same words, whatever their order."""
    names = snake(said).upper().replace("-", "_").split("_")
    return next((one for one in known if sorted(one.replace("_", "/").split("/")) == sorted(names)), "/".join(names))


def number(text: str) -> float | int | str:
    """A number as JSON has it; what is none stays a text."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def leaves(
    found: Element, currency: str, *, shapes: Mapping[str, str] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The attribute of one element: a group of measures, an amount, a measure, or a value of its kind."""
    name = NAMES.get(found.name) or snake(found.name)
    text = " ".join(found.text.split())
    if found.children:
        group = {snake(child.name): _measure(child) for child in found.children if "unitOfMeasure" in child.attributes}
        if name in WEIGHTS and "weight" in group:
            yield WEIGHTS[name], group.pop("weight")
        if group:
            yield name, group
        for child in found.children:
            if "unitOfMeasure" not in child.attributes:
                yield from leaves(child, currency, shapes=shapes)
    elif name == "list_price":
        yield name, {"value": number(text), "currency": found.attributes.get("currency") or currency}
    elif "unitOfMeasure" in found.attributes:
        yield name, _measure(found)
    elif name == "supplier_declared_has_product_identifier_exemption":
        yield name, {"value": True}
    else:
        yield name, _value(name, text, (shapes or {}).get(name, ""))


def _measure(found: Element) -> dict[str, Any]:
    unit = found.attributes["unitOfMeasure"]
    return {"value": number(found.text.strip()), "unit": UNITS.get(unit, unit)}


def _value(name: str, text: str, kind: str) -> dict[str, Any]:
    """A text with its language, unless the attribute is known to be something else or the text is plainly so."""
    schema = {**common.PRODUCT, **common.OFFER}.get(name)
    inner = schema["items"]["properties"].get("value", {}) if schema else {}
    if inner.get("type") in ("integer", "number") or kind in _NUMERIC:
        return {"value": number(text)}
    if inner.get("type") == "boolean" or kind == "truth" or (not schema and not kind and text in ("true", "false")):
        return {"value": text in ("true", "1")}
    if kind == "moment" or (schema and "language_tag" not in schema["selectors"]):
        return {"value": text}
    if not schema and not kind and _NUMBER.fullmatch(text):
        return {"value": number(text)}
    return {"value": text, "_language": True}
