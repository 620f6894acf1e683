"""Amazon's API models as bare tables: judge a request by them, and make answers that fill or vary their types."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from support import VECTORS, Asked

Json = dict[str, Any]
MODELS: dict[str, Json] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (VECTORS / "models").glob("*.json")
}
ORDERS = MODELS["orders_2026-01-01"]


def faults(asked: Asked) -> list[str]:
    """What the models say against a request: unknown operation or parameter, a missing one, a value that does not fit."""
    found = _operation(asked)
    if found is None:
        return [f"{asked.method} {asked.path} is no operation"]
    declared = {p["name"]: p for p in found["parameters"] if p["in"] == "query"}
    wrong = [f"{name} is not in the model" for name in asked.params if name not in declared]
    wrong += [f"{name} is missing" for name, p in declared.items() if p["required"] and name not in asked.params]
    for name, value in asked.params.items():
        wrong += [f"{name}: {text}" for text in _value_faults(declared.get(name, {}), value)]
    return wrong


def _operation(asked: Asked) -> Json | None:
    for model in MODELS.values():
        for operation in model["operations"].values():
            shape = re.sub(r"\{\w+\}", "[^/]+", operation["path"])
            if operation["method"] == asked.method and re.fullmatch(shape, asked.path):
                return dict(operation)
    return None


def _value_faults(declared: Json, value: str) -> Iterator[str]:
    if declared.get("type") == "array":
        members = value.split(",")
        if len(members) > declared.get("maxItems", len(members)):
            yield f"{len(members)} members"
        for member in members:
            yield from _value_faults(declared["items"], member)
        return
    if not value:
        yield "empty"
    if "enum" in declared and value not in declared["enum"]:
        yield f"{value!r} is not in the enumeration"
    if declared.get("type") == "integer" and not value.isdigit():
        yield f"{value!r} is no integer"
    if declared.get("format") == "date-time":
        if not value.endswith("Z"):
            yield f"{value!r} is not UTC"
        datetime.fromisoformat(value)


def filled(type_: str, enum: int = 0, *, many: int = 2) -> Any:
    """A value of the type with every member there and each leaf unlike the others: arrays of `many`, enumerations by number."""
    return _filled({"$ref": f"#/definitions/{type_}"}, iter(range(1000, 100_000)), enum, many)


def _filled(type_: Json, numbers: Iterator[int], enum: int, many: int) -> Any:
    if "$ref" in type_:
        return _filled(ORDERS["definitions"][type_["$ref"].rpartition("/")[2]], numbers, enum, many)
    if "enum" in type_:
        return type_["enum"][enum % len(type_["enum"])]
    kind = type_.get("type", "object")
    if kind == "array":
        return [_filled(type_["items"], numbers, enum + n, many) for n in range(many)]
    if kind == "object":
        return {name: _filled(inner, numbers, enum, many) for name, inner in type_.get("properties", {}).items()}
    if kind == "boolean":
        return True
    number = next(numbers)
    if kind in ("integer", "number"):
        return number
    if type_.get("format") == "date-time":
        return f"2026-11-{number % 28 + 1:02}T10:{number // 100 % 60:02}:{number % 60:02}.{number % 1000:03}Z"
    return f"text {number}"


def varied(type_: str) -> st.SearchStrategy[Any]:
    """Values of the type: members there or not, enumerations with words that nobody knows yet, unknown members too."""
    return _varied({"$ref": f"#/definitions/{type_}"})


#: A word that tells itself apart from every other leaf.
WORDS = st.integers(0, 10**9).map("w{}".format)


def _varied(type_: Json) -> st.SearchStrategy[Any]:
    if "$ref" in type_:
        return st.deferred(lambda: _varied(ORDERS["definitions"][type_["$ref"].rpartition("/")[2]]))
    if "enum" in type_:
        return st.sampled_from(type_["enum"]) | WORDS
    kind = type_.get("type", "object")
    if kind == "array":
        return st.lists(_varied(type_["items"]), max_size=2)
    if kind == "object":
        members = {name: _varied(inner) for name, inner in type_.get("properties", {}).items()}
        known = st.fixed_dictionaries({}, optional=members)
        return st.builds(lambda said, more: {**more, **said}, known, st.dictionaries(st.just("novelty"), WORDS))
    if kind == "boolean":
        return st.booleans()
    return st.integers(0, 10**9) if kind in ("integer", "number") else WORDS
