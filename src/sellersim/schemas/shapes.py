"""The shapes that attributes of a product type come in, as JSON Schema with the keywords of Amazon's vocabulary.

Every attribute is an array of instances; `selectors` name what tells instances apart, `maxUniqueItems` how many there
may be of each combination. These schemas are the simulator's own: shaped like Amazon's, not copied from them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

Schema = dict[str, Any]

MARKETPLACE: Final = {"$ref": "#/$defs/marketplace_id"}
LANGUAGE: Final = {"$ref": "#/$defs/language_tag"}
CURRENCY: Final = {"$ref": "#/$defs/currency"}

LENGTHS: Final = (
    "angstrom", "centimeters", "decimeters", "feet", "hundredths_inches", "inches", "meters", "micrometers", "miles",
    "millimeters", "mils", "nanometers", "picometers", "yards",
)  # fmt: skip
WEIGHTS: Final = ("grams", "hundredths_pounds", "kilograms", "milligrams", "ounces", "pounds", "tons")
VOLUMES: Final = (
    "cubic_centimeters", "cubic_feet", "cubic_inches", "cubic_meters", "cubic_yards", "cups", "deciliters", "centiliters",
    "fluid_ounces", "gallons", "liters", "milliliters", "microliters", "ounces", "pints", "quarts",
)  # fmt: skip
TIMES: Final = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
POWERS: Final = ("watts", "kilowatts", "horsepower")
VOLTAGES: Final = ("volts", "millivolts", "kilovolts")
MEMORIES: Final = ("KB", "MB", "GB", "TB")
FREQUENCIES: Final = ("hertz", "Hz", "KHz", "MHz", "GHz")
PRESSURES: Final = ("pascal", "bars", "psi", "pounds_per_square_inch")
ENERGIES: Final = ("milliamp_hours", "amp_hours", "volt_amperes", "watt_hours", "kilowatt_hours")


def title(name: str) -> str:
    """`item_name` -> `Item Name`."""
    return " ".join(word.capitalize() for word in name.split("_"))


def label(value: str) -> str:
    """An enumeration's value for people."""
    return title(value) if value.islower() else value


def choice(values: Sequence[str]) -> Schema:
    """A text that is one of these."""
    return {"type": "string", "enum": list(values), "enumNames": [label(value) for value in values]}


def open_choice(values: Sequence[str]) -> Schema:
    """A text, with some values that Amazon knows."""
    return {"type": "string", "anyOf": [{"type": "string"}, choice(values)]}


def instances(
    name: str,
    properties: Mapping[str, Schema],
    *,
    required: Sequence[str],
    selectors: Sequence[str] = ("marketplace_id",),
    many: int = 1,
    editable: bool = True,
) -> Schema:
    """An attribute: an array of objects with these properties."""
    named: dict[str, Any] = {}
    for inner, schema in properties.items():
        plain = schema if "$ref" in schema else {"title": title(inner), "editable": editable, "hidden": False, **schema}
        named[inner] = plain
    return {
        "title": title(name),
        "type": "array",
        "minItems": 1,
        "minUniqueItems": 1,
        "maxUniqueItems": many,
        "selectors": list(selectors),
        "items": {
            "type": "object",
            "required": list(required),
            "properties": named,
            "additionalProperties": False,
        },
    }


def value(name: str, schema: Schema, **more: Any) -> Schema:
    """An attribute of one value for each marketplace."""
    return instances(name, {"value": schema, "marketplace_id": MARKETPLACE}, required=("value",), **more)


def text(name: str, *, longest: int = 500, many: int = 1, values: Sequence[str] = ()) -> Schema:
    """A text for each language; `values` are those that Amazon knows, others are taken too."""
    schema = open_choice(values) if values else {"type": "string"}
    return instances(
        name,
        {
            "value": {**schema, "minLength": 1, "maxLength": longest},
            "language_tag": LANGUAGE,
            "marketplace_id": MARKETPLACE,
        },
        required=("value",),
        selectors=("marketplace_id", "language_tag"),
        many=many,
    )


def octets(name: str, *, most: int, many: int = 1) -> Schema:
    """A text for each language whose length counts in bytes of UTF-8."""
    schema = text(name, longest=most, many=many)
    schema["items"]["properties"]["value"] = {
        "title": title(name),
        "editable": True,
        "hidden": False,
        "type": "string",
        "minLength": 1,
        "maxUtf8ByteLength": most,
    }
    return schema


def enum(name: str, values: Sequence[str], **more: Any) -> Schema:
    """One of these values."""
    return value(name, choice(values), **more)


def whole(name: str, *, least: int = 0, most: int = 10**9, many: int = 1) -> Schema:
    """A whole number."""
    return value(name, {"type": "integer", "minimum": least, "maximum": most}, many=many)


def number(name: str, *, least: float = 0) -> Schema:
    """A number."""
    return value(name, {"type": "number", "minimum": least})


def truth(name: str) -> Schema:
    """Yes or no."""
    return value(name, {"type": "boolean", "enum": [False, True], "enumNames": ["No", "Yes"]})


def moment(name: str) -> Schema:
    """A day or a time in ISO 8601."""
    return value(
        name, {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$"}
    )


def measure(name: str, units: Sequence[str]) -> Schema:
    """A number with its unit."""
    number_ = {"type": "number", "minimum": 0}
    return instances(
        name, {"value": number_, "unit": choice(units), "marketplace_id": MARKETPLACE}, required=("value", "unit")
    )


def measures(name: str, parts: Mapping[str, Sequence[str]], required: Sequence[str] = ()) -> Schema:
    """Several numbers with their units, such as length, width and height."""
    inner = {
        part: {
            "type": "object",
            "required": ["value", "unit"],
            "properties": {"value": {"type": "number", "minimum": 0}, "unit": choice(units)},
            "additionalProperties": False,
        }
        for part, units in parts.items()
    }
    return instances(name, {**inner, "marketplace_id": MARKETPLACE}, required=required)


def image(name: str) -> Schema:
    """The address of a picture."""
    location = {"type": "string", "minLength": 1, "maxLength": 2000}
    return instances(name, {"media_location": location, "marketplace_id": MARKETPLACE}, required=("media_location",))


#: What stands behind a name in the tables of product types: a shape without arguments of its own.
KINDS: Final[Mapping[str, Callable[[str], Schema]]] = {
    "text": text,
    "texts": lambda name: text(name, many=5),
    "long": lambda name: text(name, longest=2000),
    "whole": whole,
    "wholes": lambda name: whole(name, many=5),
    "number": number,
    "truth": truth,
    "moment": moment,
    "length": lambda name: measure(name, LENGTHS),
    "weight": lambda name: measure(name, WEIGHTS),
    "volume": lambda name: measure(name, VOLUMES),
    "time": lambda name: measure(name, TIMES),
    "power": lambda name: measure(name, POWERS),
    "voltage": lambda name: measure(name, VOLTAGES),
    "memory": lambda name: measure(name, MEMORIES),
    "frequency": lambda name: measure(name, FREQUENCIES),
    "energy": lambda name: measure(name, ENERGIES),
    "pressure": lambda name: measure(name, PRESSURES),
}
