"""Does an answer agree with Amazon's model? Every field must be in it, of its type; every required one must be there."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

MODELS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "sellersim" / "spapi-answers.json").read_text(encoding="utf-8")
)
TYPES = {"string": str, "boolean": bool, "array": list, "object": dict}
FORMATS = {"date-time": datetime.fromisoformat, "date": date.fromisoformat}


def disagreements(api: str, operation: str, status: int, value: Any) -> list[str]:
    """Where the answer to `operation` with `status` is not what the model says."""
    model = MODELS[api]
    return list(_faults(model["definitions"], model["operations"][operation]["answers"][str(status)], value, "$"))


def _fits(kind: str, value: Any) -> bool:
    if kind in ("integer", "number"):
        return not isinstance(value, bool) and isinstance(value, int if kind == "integer" else (int, float))
    return isinstance(value, TYPES[kind])


def _text_faults(type_: Any, value: str, at: str) -> Any:
    if "enum" in type_ and value not in type_["enum"]:
        yield f"{at}: {value!r} is not in the enumeration"
    if "pattern" in type_ and not re.search(type_["pattern"], value):
        yield f"{at}: {value!r} does not match {type_['pattern']}"
    try:
        FORMATS.get(type_.get("format"), str)(value)
    except ValueError:
        yield f"{at}: {value!r} is no {type_['format']}"


def _faults(known: Any, type_: Any, value: Any, at: str) -> Any:
    if "$ref" in type_:
        type_ = known[type_["$ref"].rpartition("/")[2]]
        yield from _faults(known, type_, value, at)
        return
    if "type" in type_ and not _fits(type_["type"], value):
        yield f"{at}: {value!r} is no {type_['type']}"
        return
    if isinstance(value, str):
        yield from _text_faults(type_, value, at)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _faults(known, type_.get("items", {}), member, f"{at}[{number}]")
    elif isinstance(value, dict):
        yield from _member_faults(known, type_, value, at)


def _member_faults(known: Any, type_: Any, value: dict[str, Any], at: str) -> Any:
    for name in type_.get("required", ()):
        if name not in value:
            yield f"{at}: {name} is missing"
    others = type_.get("additionalProperties", not type_.get("properties"))
    for name, member in value.items():
        if name in type_.get("properties", {}):
            yield from _faults(known, type_["properties"][name], member, f"{at}.{name}")
        elif others is False:
            yield f"{at}.{name} is not in the model"
        elif isinstance(others, dict):
            yield from _faults(known, others, member, f"{at}.{name}")
