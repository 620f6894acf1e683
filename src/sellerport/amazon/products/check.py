"""Checks product records against the tables: names in any case, every limit, every choice, all errors by their path.

A record is `{"sku": …, "descriptionData": …, "productData": {"books": {"productType": {"booksMisc": {…}}}}}`. Product and
the category's content are checked apart, so that one compiled schema of each serves all products of a kind.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import jsonschema_rs
import msgspec

from sellerport.amazon.feeds import Operation
from sellerport.amazon.names import json_name
from sellerport.amazon.products import table
from sellerport.amazon.products.form import Schema
from sellerport.amazon.products.record import content_schema, product_schema
from sellerport.amazon.products.spell import spelled
from sellerport.amazon.products.words import WORDS
from sellerport.errors import Problem
from sellerport.reading import json_path, shown, told

Path = tuple[str | int, ...]
_ESCAPED = re.compile(rb"\\u00[01]|\xef\xbf[\xbe\xbf]")  # msgspec writes control characters so; XML cannot say them
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a product record has to be: for which operation, and of which category elements (empty: any)."""

    operation: Operation
    elements: tuple[str, ...] = ()


def checked(record: Any, rules: Rules, path: Path = ()) -> tuple[dict[str, Any], list[Problem]]:
    """The record with all names spelled as the tables have them, and everything that is wrong with it.

    Delete looks at the SKU alone and keeps nothing else. The record given is not changed.
    """
    try:
        return _checked(record, rules, path)
    except RecursionError:
        return {}, [Problem("body", json_path(list(path)), "Expected a record that is not nested this deep")]


def _checked(record: Any, rules: Rules, path: Path) -> tuple[dict[str, Any], list[Problem]]:
    if rules.operation == "Delete":
        record = _sku_alone(record)
    if not _clean(record) or not _holds(record, rules):
        record = spelled(record, whole())
        problems = [Problem("body", where, text) for where, text in _problems(record, rules, path)]
        return record, problems
    return record, []


def _sku_alone(record: Any) -> Any:
    if not isinstance(record, dict):
        return record
    return {name: value for name, value in record.items() if isinstance(name, str) and name.lower() == "sku"}


def _holds(record: Any, rules: Rules) -> bool:
    """Whether the record is right as it stands; the quick way, for most records."""
    if not isinstance(record, dict) or not _product(_needed(record, rules)).validator.is_valid(record):
        return False
    if (data := record.get("productData")) is None:
        return "productData" not in record
    if not isinstance(data, dict) or len(data) != 1:
        return False
    ((name, content),) = data.items()
    if (element := elements().get(name)) is None or (rules.elements and element not in rules.elements):
        return False
    if (kind := _chosen(element, content)) is None:
        return False
    return bool(_content(element, kind).validator.is_valid(content))


def _chosen(element: str, content: Any) -> str | None:
    """The product type below a category's content; "" where the category has no such choice; None where it is unclear."""
    types = table.product_types(table.category(element))
    if types is None:
        return ""
    given = content.get("productType") if isinstance(content, dict) else None
    if isinstance(given, dict) and len(given) == 1 and (name := next(iter(given))) in types.at:
        return str(name)
    return None


def _needed(record: Mapping[str, Any], rules: Rules) -> tuple[str, ...]:
    """Members without which the record is not complete: a listing's own attributes may stand for the description."""
    if rules.operation == "Update" and "attributes" not in record:
        return ("sku", "descriptionData")
    return ("sku",)


@lru_cache(maxsize=1)
def elements() -> Mapping[str, str]:
    """Category elements by their JSON names."""
    return {json_name(element): element for element in table.categories()}


@lru_cache(maxsize=1)
def whole() -> table.Group:
    """Product with every category, and what stands beside the SKU for listings: `productType` and `attributes`."""
    ours = [
        table.Member("ProductType", "productType", table.Simple("string", min_length=1), 0, 1),
        table.Member("Attributes", "attributes", table.Simple("any"), 0, 1),
    ]
    members = [
        table.Member(m.name, m.json, _categories(), m.least, m.most) if m.json == "productData" else m
        for m in table.product().members
    ]
    return table.group([members[0], *ours, *members[1:]], [])


def _categories() -> table.Kind:
    return table.Simple("categories")


class _Judge(NamedTuple):
    """A schema and its validator."""

    validator: Any
    schema: Schema


def _judge(schema: Schema) -> _Judge:
    return _Judge(jsonschema_rs.Draft202012Validator(schema, keywords=WORDS), schema)


@lru_cache(maxsize=4)
def _product(required: tuple[str, ...]) -> _Judge:
    return _judge(product_schema(required))


@lru_cache(maxsize=64)
def _content(element: str, kind: str) -> _Judge:
    return _judge(content_schema(element, kind))


def _problems(record: Any, rules: Rules, path: Path) -> Iterator[tuple[str, str]]:
    """Path and text of everything that is wrong with a record whose names are spelled."""
    if not isinstance(record, dict):
        yield json_path(list(path)), f"Expected object, got {shown(record)}"
        return
    yield from _told(_product(_needed(record, rules)), record, path)
    yield from unspeakable(record, path)
    if isinstance(data := record.get("productData"), dict):
        yield from _category_problems(data, rules, (*path, "productData"))


def _category_problems(data: Mapping[str, Any], rules: Rules, path: Path) -> Iterator[tuple[str, str]]:
    known = [json_name(element) for element in rules.elements] or list(elements())
    if len(data) != 1:
        yield json_path(list(path)), f"Expected exactly one category, got {', '.join(data) or 'none'}"
    for name, content in data.items():
        if name not in known:
            wanted = f"Expected {' or '.join(known)}" if rules.elements else "Expected a category"
            yield json_path([*path, name]), f"{wanted}, got {name}{near(name, known)}"
        elif len(data) == 1:
            yield from _content_problems(elements()[name], content, (*path, name))


def _content_problems(element: str, content: Any, path: Path) -> Iterator[tuple[str, str]]:
    kind = _chosen(element, content)
    if kind is None:
        kind = "?"
        yield from _type_problems(element, content, path)
    yield from _told(_content(element, kind), content, path)


def _type_problems(element: str, content: Any, path: Path) -> Iterator[tuple[str, str]]:
    """Why the product type is unclear, where there is one."""
    given = content.get("productType") if isinstance(content, dict) else None
    if not isinstance(given, dict):
        return
    types = table.product_types(table.category(element))
    known = list(types.at) if types else []
    if len(given) != 1:
        yield json_path([*path, "productType"]), f"Expected exactly one product type, got {', '.join(given) or 'none'}"
    for name in given:
        if name not in known:
            where = json_path([*path, "productType", name])
            yield where, f"Expected a product type of {element}, got {name}{near(name, known)}"


def _told(judge: _Judge, value: Any, path: Path) -> Iterator[tuple[str, str]]:
    start = json_path(list(path))
    for error in judge.validator.iter_errors(value):
        where = json_path([*path, *error.instance_path])
        if error.kind.name == "oneOf":
            names = [choice["required"][0] for choice in _at(judge.schema, error.schema_path) if "required" in choice]
            given = [name for name in names if name in error.instance]
            yield where, f"Expected {'exactly' if not given else 'only'} one of {', '.join(names)}{_got(given)}"
        elif error.kind.name == "additionalProperties":
            known = list(_at(judge.schema, error.schema_path[:-1])["properties"])
            for name in error.kind.unexpected:
                twice = next(
                    (f"Expected {right} once, got {name} too" for right in known if right.lower() == name.lower()), ""
                )
                text = twice or f"Expected no such member{near(name, known)}"
                yield json_path([*path, *error.instance_path, name]), text
        else:
            yield from ((start + where[1:], text) for where, text in told(error, set()))


def _got(names: list[str]) -> str:
    return f", got {', '.join(names) or 'none'}"


def _at(schema: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        schema = schema[part]
    return schema


def near(name: str, known: Sequence[str]) -> str:
    """`; did you mean 'author'?`, where a known name is close."""
    by_lower = {right.lower(): right for right in known}
    found = difflib.get_close_matches(name.lower(), by_lower, 1)
    return f"; did you mean {by_lower[found[0]]!r}?" if found else ""


def _clean(record: Any) -> bool:
    try:
        return not _ESCAPED.search(msgspec.json.encode(record))
    except (TypeError, ValueError, UnicodeEncodeError):
        return False


def unspeakable(value: Any, path: Path) -> Iterator[tuple[str, str]]:
    """Texts with characters that no XML document can hold."""
    if isinstance(value, str) and _UNSPEAKABLE.search(value):
        yield json_path(list(path)), f"Expected text without control characters, got {shown(value)}"
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from unspeakable(part, (*path, name))
