"""Reads what users typed: a step's form, an account's form, a message's body. Every problem is found, not only the first.

msgspec reads; where it refuses, jsonschema-rs lists all that is wrong, by JSON path. Member names are taken in any case
(`sku` for `SKU`). Pure; knows no platform and no protocol.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import jsonschema_rs
import msgspec

from sellerport.errors import InputError, Problem

T = TypeVar("T")
_TRUE, _FALSE = {"on", "true", "yes", "1"}, {"off", "false", "no", "0"}


def json_in(body: msgspec.Raw, kind: Any = Any, *, where: str = "body", path: str = "$") -> Any:
    """The JSON in the bytes; an InputError where there is none, msgspec.ValidationError where it is of another kind."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if kind is not Any and isinstance(error, msgspec.ValidationError):
            raise
        raise InputError([Problem(where, path, f"Expected JSON: {error}")]) from None
    except RecursionError:
        raise InputError([Problem(where, path, "Expected JSON that is not nested this deep")]) from None


def read_body(kind: type[T], body: Any, where: str = "body") -> T:
    """The body as a `kind`; an InputError names each wrong member by its path, with its value and what was expected."""
    try:
        if isinstance(body, msgspec.Raw):
            return msgspec.json.decode(body, type=kind)
        return msgspec.convert(body, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return _second_reading(kind, json_in(body, where=where) if isinstance(body, msgspec.Raw) else body, where)
    except RecursionError:
        raise InputError([Problem(where, "$", "Expected JSON that is not nested this deep")]) from None


def _second_reading(kind: type[T], body: Any, where: str) -> T:
    """Read again with the names spelled as declared; what is still wrong is listed."""
    value = respelled(body, schema_of(kind))
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        found = [Problem(where, path, text) for path, text in problems_of(validator_of(kind), value)]
        raise InputError(found or [_problem(where, str(error))]) from None


def _problem(where: str, text: str) -> Problem:
    said, _, path = text.partition(" - at `")
    return Problem(where, path.rstrip("`") or "$", said)


def read_form(kind: type[msgspec.Struct] | None, cfg: Mapping[str, Any], problems: list[Problem]) -> Any:
    """The members of a flat cfg that the form declares, or None where it has problems (they are added to the list).

    The platform sends numbers as text, ticked boxes as `on`, and empty fields as `""` or null.
    """
    if kind is None:
        return None
    declared = schema_of(kind)["properties"]
    given = {name: _plain(cfg[name], facts) for name, facts in declared.items() if not _absent(cfg.get(name), facts)}
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        secret = {name for name, facts in declared.items() if facts.get("secret")}
        found = [Problem("cfg", path, text) for path, text in problems_of(validator_of(kind), given, hidden=secret)]
        problems += found or [_problem("cfg", str(error))]
        return None


def _absent(value: Any, facts: Mapping[str, Any]) -> bool:
    return value is None or value == "" or (value == [] and facts.get("type") == "array")


def _plain(value: Any, facts: Mapping[str, Any]) -> Any:
    """A form's value as JSON: text that is a number or a truth becomes one where the form wants one."""
    kind = facts.get("type")
    if isinstance(value, str):
        value = value.strip()
        if kind == "boolean" and value.lower() in _TRUE | _FALSE:
            return value.lower() in _TRUE
        if kind in ("integer", "number"):
            return _number(value)
        if kind == "array":
            return [part.strip() for part in value.split(",")]
    if isinstance(value, bool) and set(facts.get("enum", ())) == {"yes", "no"}:
        return "yes" if value else "no"
    if isinstance(value, str) and set(facts.get("enum", ())) == {"yes", "no"} and value.lower() in _TRUE | _FALSE:
        return "yes" if value.lower() in _TRUE else "no"
    if isinstance(value, int | float) and not isinstance(value, bool) and kind == "string":
        return str(value)
    return value


def _number(value: str) -> Any:
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number


def problems_of(validator: Any, value: Any, *, hidden: set[str] | None = None) -> Iterator[tuple[str, str]]:
    """Path and text of everything in the value that the schema does not allow; values of `hidden` members are not told."""
    try:
        errors = list(validator.iter_errors(value))
    except ValueError:  # what jsonschema-rs says where its recursion ends
        yield "$", "Expected JSON that is not nested this deep"
        return
    for error in errors:
        yield from told(error, hidden or set())


def told(error: Any, hidden: set[str]) -> Iterator[tuple[str, str]]:
    """Path and text of one of jsonschema-rs's errors; a keyword of our own says itself what it expects."""
    path, kind = list(error.instance_path), error.kind
    if kind.name == "required":
        yield json_path([*path, kind.property]), "Expected a value, got none"
    elif kind.name == "additionalProperties":
        for name in kind.unexpected:
            yield json_path([*path, name]), f"Expected no such member{_near(name, error)}"
    else:
        got = "another value" if path and path[0] in hidden else shown(error.instance)
        yield json_path(path), f"Expected {_expected(kind, error)}, got {got}"


def _near(name: str, error: Any) -> str:
    import difflib

    known = [str(k) for k in error.instance if k not in error.kind.unexpected]
    near = difflib.get_close_matches(name, known, 1)
    return f"; did you mean {near[0]!r}" if near else ""


def _expected(kind: Any, error: Any) -> str:
    facts = kind.as_dict() if hasattr(kind, "as_dict") else {}
    if "keyword" in facts:
        return str(facts["message"])
    limit = facts.get("limit")
    match kind.name:
        case "type":
            return " or ".join(facts["types"])
        case "enum":
            return _one_of(facts.get("options") or error.schema_value)
        case "minLength":
            return f"text of at least {limit} characters"
        case "maxLength":
            return f"text of at most {limit} characters"
        case "minItems":
            return f"at least {limit} entries"
        case "maxItems":
            return f"at most {limit} entries"
        case "minimum":
            return f"a number >= {limit}"
        case "maximum":
            return f"a number <= {limit}"
        case "exclusiveMinimum":
            return f"a number > {limit}"
        case "anyOf":
            return " or ".join(_expected(e.kind, e) for choice in facts["context"] for e in choice)
        case "pattern":
            return f"text like {facts.get('pattern', '')}"
    return "another value: " + error.message if len(error.message) < 200 else "another value"


def _one_of(options: Any) -> str:
    words = [str(o) for o in options] if isinstance(options, list) else [str(options)]
    return "one of " + ", ".join(words[:40]) + (" …" if len(words) > 40 else "")


def shown(value: Any) -> str:
    """A value as an error may show it: JSON, at most 80 characters."""
    if isinstance(value, dict):
        return "an object"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "…"


def json_path(parts: list[Any]) -> str:
    """`$.messages[0].sku` for ["messages", 0, "sku"]."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def schema_of(kind: Any) -> dict[str, Any]:
    """The type's JSON Schema without references."""
    return _schema(kind)


@lru_cache(maxsize=64)
def _schema(kind: Any) -> dict[str, Any]:
    schema = msgspec.json.schema(kind)
    whole: dict[str, Any] = _resolved(schema, schema.get("$defs", {}))
    return whole


def _resolved(value: Any, named: Mapping[str, Any]) -> Any:
    """The schema with each reference replaced by what it names, members in the order of their declaration."""
    if isinstance(value, list):
        return [_resolved(item, named) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        value = named[value["$ref"].rpartition("/")[2]] | {name: item for name, item in value.items() if name != "$ref"}
    return {name: _resolved(item, named) for name, item in value.items() if name != "$defs"}


def validator_of(kind: Any) -> Any:
    """A validator of the type's JSON Schema that lists every error."""
    return _validator(kind)


@lru_cache(maxsize=64)
def _validator(kind: Any) -> Any:
    return jsonschema_rs.validator_for(_schema(kind))


def respelled(value: Any, schema: Mapping[str, Any]) -> Any:
    """The value with member names spelled as the schema spells them, whatever their case, and 2.0 as 2 where it wants 2."""
    if isinstance(value, float) and schema.get("type") == "integer" and value.is_integer():
        return int(value)
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [respelled(item, schema["items"]) for item in value]
    known = _properties(schema)
    if not isinstance(value, dict) or not known:
        return value
    by_lower = {name.lower(): name for name in known}
    spelled = {name if name in known else by_lower.get(name.lower(), name): item for name, item in value.items()}
    return {name: respelled(item, known[name]) if name in known else item for name, item in spelled.items()}


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = dict(schema.get("properties", {}))
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        known |= choice.get("properties", {})
    return known
