"""Readers of MWS's parameters; what does not fit is a 400 in Amazon's words where they are known."""

import re
from collections.abc import Collection
from datetime import UTC, datetime

from sellersim.exchange import Ask, Refusal

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)|\d{4}-\d\d-\d\d")


def invalid(message: str) -> Refusal:
    """400 InvalidParameterValue."""
    return Refusal(400, "InvalidParameterValue", message)


def required(ask: Ask, name: str) -> str:
    """A parameter that must be there."""
    if not ask.params.get(name):
        raise Refusal(400, "MissingParameter", f"The request must contain the parameter {name}.")
    return ask.params[name]


def numbered(ask: Ask, prefix: str, *, allowed: Collection[str] | None = None, most: int = 0) -> tuple[str, ...]:
    """The values of `prefix.1`, `prefix.2` … in numeric order."""
    found: list[tuple[int, str]] = []
    for name, value in ask.params.items():
        head, _, number = name.rpartition(".")
        if head == prefix and number.isdigit():
            found.append((int(number), value))
    values = tuple(value for _, value in sorted(found))
    for value in values:
        if allowed is not None and value not in allowed:
            raise invalid(f"Value {value} for parameter {prefix} is invalid.")
    if most and len(values) > most:
        raise invalid(f"Parameter {prefix} takes at most {most} values; {len(values)} were given.")
    return values


def integer(ask: Ask, name: str, low: int, high: int, *, default: int) -> int:
    """A whole number between `low` and `high`."""
    text = ask.params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
        raise invalid(f"Value {text} for parameter {name} is invalid. Reason: Must be between {low} and {high}.")
    return int(text)


def moment(ask: Ask, name: str) -> datetime | None:
    """A time in ISO 8601."""
    text = ask.params.get(name)
    if text is None:
        return None
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError(text)
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise invalid(f"Invalid timestamp format for parameter {name}: {text}") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
