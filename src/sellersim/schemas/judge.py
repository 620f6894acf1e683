"""Does a listing fit the schema of its product type? Findings in the words and codes that Amazon's answers have.

A small reader of the keywords that our schemas use. Amazon's own keywords count as its sample validators do: each
combination of selector values may occur `maxUniqueItems` times.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

Schema = Mapping[str, Any]


class Fault(NamedTuple):
    """What is wrong with an attribute: a name of the table of codes, and why."""

    attribute: str
    name: str
    why: str = ""


def faults(attributes: Mapping[str, Any], schema: Schema) -> list[Fault]:
    """Everything wrong with a whole listing."""
    found = [fault for name, value in attributes.items() for fault in attribute_faults(name, value, schema)]
    missing = [name for name in schema["required"] if name not in attributes]
    for rule in schema.get("allOf", ()):
        chosen = rule.get("then" if holds(attributes, rule["if"], schema) else "else", {})
        missing += [name for name in chosen.get("required", ()) if name not in attributes]
        if "anyOf" in chosen and not holds(attributes, chosen, schema):
            missing.append(chosen["anyOf"][0]["required"][0])
    return found + [Fault(name, "required") for name in dict.fromkeys(missing)]


def attribute_faults(name: str, value: Any, schema: Schema) -> list[Fault]:
    """Everything wrong with one attribute."""
    if name not in schema["properties"]:
        return [Fault(name, "not-valid-here")]
    attribute = schema["properties"][name]
    found = [Fault(name, fault, why) for fault, why in _wrong(value, attribute, schema, name)]
    if isinstance(value, list) and not found:
        found += [Fault(name, fault, why) for fault, why in _counted(value, attribute)]
    return found


def _counted(value: Sequence[Any], attribute: Schema) -> Iterator[tuple[str, str]]:
    selectors = attribute.get("selectors", ())
    counts = Counter(
        tuple((name, repr(member)) for name, member in sorted(item.items()) if not selectors or name in selectors)
        for item in value
    )
    most, least = attribute.get("maxUniqueItems"), attribute.get("minUniqueItems", 0)
    for combination, count in counts.items():
        if most is not None and count > most:
            told = ", ".join(f"{name} {member}" for name, member in combination)
            yield "too-many", f"at most {most} for {told or 'all'}"
    if least and not value:
        yield "too-few", f"at least {least}"


def _resolved(part: Schema, root: Schema) -> Schema:
    if "$ref" in part:
        target: Schema = root["$defs"][part["$ref"].rpartition("/")[2]]
        return target
    return part


_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}


def _wrong(value: Any, part: Schema, root: Schema, path: str) -> Iterator[tuple[str, str]]:
    """Names of the table of codes, and why, for one place of an attribute."""
    part = _resolved(part, root)
    kind = part.get("type")
    if kind and not _TYPES[kind](value):
        yield "invalid-value", f"{path}: expected {kind}, found {value!r}"
        return
    if "enum" in part and value not in part["enum"]:
        yield "invalid-value", f"{path}: {value!r} is none of {', '.join(map(str, part['enum'][:20]))}"
    if isinstance(value, dict):
        yield from _wrong_object(value, part, root, path)
    elif isinstance(value, list):
        yield from _wrong_array(value, part, root, path)
    elif isinstance(value, str):
        yield from _wrong_text(value, part, path)
    elif kind in ("integer", "number"):
        yield from _wrong_number(value, part, path)


def _wrong_object(value: Mapping[str, Any], part: Schema, root: Schema, path: str) -> Iterator[tuple[str, str]]:
    properties: Schema = part.get("properties", {})
    for name in part.get("required", ()):
        if name not in value:
            yield "invalid-value", f"{path}.{name} is required"
    for name, member in value.items():
        if name in properties:
            yield from _wrong(member, properties[name], root, f"{path}.{name}")
        elif part.get("additionalProperties") is False:
            yield "invalid-value", f"{path}.{name} is not known"


def _wrong_array(value: Sequence[Any], part: Schema, root: Schema, path: str) -> Iterator[tuple[str, str]]:
    if len(value) < part.get("minItems", 0):
        yield "too-few", f"{path}: at least {part['minItems']}"
    if "maxItems" in part and len(value) > part["maxItems"]:
        yield "too-many", f"{path}: at most {part['maxItems']}"
    for number, item in enumerate(value):
        yield from _wrong(item, part.get("items", {}), root, f"{path}[{number}]")


def _wrong_text(value: str, part: Schema, path: str) -> Iterator[tuple[str, str]]:
    octets = len(value.encode("utf-8", "surrogatepass"))
    if len(value) > part.get("maxLength", len(value)):
        yield "too-long", str(part["maxLength"])
    elif octets > part.get("maxUtf8ByteLength", octets):
        yield "too-long", f"{part['maxUtf8ByteLength']} bytes"
    elif len(value) < part.get("minLength", 0):
        yield "invalid-value", f"{path}: at least {part['minLength']} characters"
    elif "pattern" in part and not re.search(part["pattern"], value):
        yield "invalid-value", f"{path}: {value!r} does not have the form {part['pattern']}"


def _wrong_number(value: float, part: Schema, path: str) -> Iterator[tuple[str, str]]:
    if value < part.get("minimum", value):
        yield "invalid-value", f"{path}: {value} is less than {part['minimum']}"
    if value > part.get("maximum", value):
        yield "invalid-value", f"{path}: {value} is more than {part['maximum']}"


def holds(value: Any, condition: Schema, root: Schema) -> bool:
    """Is a condition of `if`, `anyOf` or `contains` true of `value`?"""
    if "const" in condition and value != condition["const"]:
        return False
    if "contains" in condition and isinstance(value, list):
        return any(holds(item, condition["contains"], root) for item in value)
    if "anyOf" in condition and not any(holds(value, one, root) for one in condition["anyOf"]):
        return False
    if not isinstance(value, dict):
        return True
    if any(name not in value for name in condition.get("required", ())):
        return False
    inner: Schema = condition.get("properties", {})
    return all(holds(value[name], part, root) for name, part in inner.items() if name in value)
