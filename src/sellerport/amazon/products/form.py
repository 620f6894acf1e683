"""The tables as JSON Schema (2020-12): the form of a category, and what a message is checked against.

Limits that JSON Schema has no word for are said in two words of our own, `digits` and `moment`, which other readers may
ignore; `sellerport.amazon.products.check` enforces them.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from amazon_wire.marketplaces import MARKETPLACES
from sellerport.amazon.names import title
from sellerport.amazon.products.table import Choice, Group, Kind, Member, Simple, Valued

Schema = dict[str, Any]
_WHOLE = {"positiveInteger": 1, "nonNegativeInteger": 0, "integer": None}


def schema(kind: Kind) -> Schema:
    """What a message may hold for an element of this type."""
    if isinstance(kind, Group):
        return group_schema(kind)
    return valued_schema(kind) if isinstance(kind, Valued) else simple_schema(kind)


def group_schema(group: Group) -> Schema:
    """An object with the group's members, all titled; required ones and choices as the table has them."""
    made: Schema = {
        "type": "object",
        "properties": {member.json: member_schema(member) for member in group.members},
        "additionalProperties": False,
    }
    if required := group.required():
        made["required"] = required
    if choices := [choice_schema(choice) for choice in group.choices]:
        made |= choices[0] if len(choices) == 1 else {"allOf": choices}
    return made


def choice_schema(choice: Choice) -> Schema:
    """Exactly one of the names, or none where the choice is optional."""
    each: list[Schema] = [{"required": [name]} for name in choice.names]
    if not choice.least:
        each.append({"not": {"anyOf": list(each)}})
    return {"oneOf": each}


def member_schema(member: Member) -> Schema:
    """The member's schema with its title, a list where it may stand more than once."""
    one = schema(member.kind)
    if not member.repeated:
        return {"title": title(member.name), **one}
    made: Schema = {"title": title(member.name), "type": "array", "items": one}
    if member.least:
        made["minItems"] = member.least
    if member.most is not None:
        made["maxItems"] = member.most
    return made


def valued_schema(kind: Valued) -> Schema:
    """`{"value": …}` with the attributes beside it."""
    properties: Schema = {"value": {"title": "Value", **simple_schema(kind.text)}}
    for attribute in kind.attributes:
        allowed = _any_currency(attribute.kind) if attribute.name == "currency" else attribute.kind
        properties[attribute.json] = {"title": title(attribute.name), **simple_schema(allowed)}
    required = ["value", *(attribute.json for attribute in kind.attributes if attribute.required)]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _any_currency(kind: Simple) -> Simple:
    """The table's currencies and those of marketplaces that are younger than the table."""
    return replace(kind, enum=tuple(dict.fromkeys([*kind.enum, *(m.currency for m in MARKETPLACES.values())])))


def simple_schema(kind: Simple) -> Schema:
    """A text, number, integer or boolean with its limits."""
    if kind.base == "boolean":
        return {"type": "boolean"}
    if kind.base in _WHOLE or kind.base == "decimal":
        return _number(kind)
    made: Schema = {"type": "string"}
    if kind.base in ("dateTime", "date"):
        made |= {"format": "date-time" if kind.base == "dateTime" else "date", "moment": kind.base}
    if kind.enum:
        return {**made, "enum": list(kind.enum)}
    facts: Mapping[str, Any] = {
        "minLength": kind.min_length or None,
        "maxLength": kind.max_length,
        "pattern": f"^(?:{kind.pattern})$" if kind.pattern else None,
    }
    return made | {name: limit for name, limit in facts.items() if limit is not None}


def _number(kind: Simple) -> Schema:
    made: Schema = {"type": "number" if kind.base == "decimal" else "integer"}
    if kind.enum:
        return {**made, "enum": [plain(Decimal(word)) for word in kind.enum]}
    floor = _WHOLE.get(kind.base)
    least = max((limit for limit in (kind.least, floor) if limit is not None), default=None)
    facts = {"minimum": least, "exclusiveMinimum": kind.above, "maximum": kind.most}
    made |= {name: plain(Decimal(limit)) for name, limit in facts.items() if limit is not None}
    if kind.total_digits is not None or kind.fraction_digits is not None:
        made["digits"] = [kind.total_digits, kind.fraction_digits]
    return made


def plain(number: Decimal) -> int | float:
    """A limit as JSON has it: 2500, 0.01."""
    return int(number) if number == number.to_integral_value() else float(number)
