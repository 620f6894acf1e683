"""Says one value in the shape of an attribute's instance: texts, numbers and truths, measures, money, named parts."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from sellerport.amazon.feeds import Marketplace, text_of
from sellerport.amazon.names import attribute_name
from sellerport.amazon.products.common import Rule
from sellerport.amazon.products.shapes import Schema, Shapes, words_allowed
from sellerport.amazon.products.table import Group, Kind, Member, Simple, Valued
from sellerport.amazon.products.units import full_name

Instance = dict[str, Any]


def instance_of(value: Any, kind: Kind, shape: Schema, rule: Rule, shapes: Shapes) -> Instance | None:
    """The value in the attribute's shape, without selectors; None where it does not fit."""
    if isinstance(kind, Group):
        return grouped(value, kind, shape, shapes)
    if isinstance(kind, Valued):
        return _valued(value, kind, shape, rule, shapes)
    part = rule.part or "value"
    if part not in shape or "unit" in shape or "currency" in shape:
        return None
    schema = shapes.part(shape[part])
    fitted = _fitted(rule.value(value, schema) if rule.value else value, schema)
    return None if fitted is None else {part: fitted}


def grouped(value: Mapping[str, Any], group: Group, shape: Schema, shapes: Shapes) -> Instance | None:
    """Named parts, each a measure or a value of its own."""
    made: Instance = {}
    for child, item in value.items():
        member = group.at[child]
        part = attribute_name(member.name)
        inner = _inner(item, member, shapes.part(shape[part]), shapes) if part in shape else None
        if inner is None:
            return None
        made[part] = inner
    return made or None


def _inner(value: Any, member: Member, schema: Schema, shapes: Shapes) -> Any:
    if schema.get("type") == "array":
        items = shapes.part(schema.get("items", {}))
        made = [_inner(one, member, items, shapes) for one in (value if member.repeated else [value])]
        return None if None in made else made
    if "properties" in schema:
        return None if member.repeated else instance_of(value, member.kind, schema["properties"], Rule(()), shapes)
    return _fitted(value, schema) if isinstance(member.kind, Simple) and not member.repeated else None


def _valued(value: Mapping[str, Any], kind: Valued, shape: Schema, rule: Rule, shapes: Shapes) -> Instance | None:
    """A measure with its unit in full, or money with its currency."""
    attribute = kind.attributes[0]
    part = rule.part or ("value" if "value" in shape else "value_with_tax")
    beside = "currency" if attribute.name == "currency" else "unit"
    if part not in shape or beside not in shape:
        return None
    number = _fitted(value.get("value"), shapes.part(shape[part]))
    if number is None:
        return None
    if beside == "currency":
        return {part: number, **({"currency": value["currency"]} if "currency" in value else {})}
    if attribute.json not in value:
        return None
    return {part: number, "unit": full_name(value[attribute.json], words_allowed(shapes.part(shape["unit"]))[0])}


def _fitted(value: Any, schema: Schema) -> Any:
    """A plain value in the JSON type that the schema asks; None where it cannot be said in it."""
    wanted = schema.get("type")
    if value is None:
        return None
    if wanted == "string":
        text = value if isinstance(value, str) else text_of(value)
        return _listed(text, schema)
    if wanted == "boolean":
        return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
    if wanted in ("number", "integer"):
        return _as_number(value, whole_only=wanted == "integer")
    return value


def _listed(text: str, schema: Schema) -> str:
    """The text, in the spelling of the value that the schema lists for it."""
    allowed, _ = words_allowed(schema)
    if not allowed or text in allowed:
        return text
    same = {_plain(str(word)): str(word) for word in allowed}
    return same.get(_plain(text), text)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _as_number(value: Any, *, whole_only: bool) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if number.is_integer():
        return int(number)
    return number if isfinite(number) and not whole_only else None


def selected(instance: Instance, shape: Schema, shapes: Shapes, place: Marketplace) -> Instance:
    """The instance with the selectors that its shape has."""
    made = dict(instance)
    if "currency" in shape and made.get("currency", "DEFAULT") == "DEFAULT":
        made["currency"] = place.currency
    if "language_tag" in shape:
        allowed, _ = words_allowed(shapes.part(shape["language_tag"]))
        made["language_tag"] = place.locale if not allowed or place.locale in allowed else allowed[0]
    if "marketplace_id" in shape:
        made["marketplace_id"] = place.id
    return made
