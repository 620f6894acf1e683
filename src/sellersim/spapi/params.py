"""Readers of SP-API's query parameters; what does not fit is a 400 InvalidInput that names the parameter."""

import re
from collections.abc import Collection
from datetime import UTC, datetime

from sellersim.exchange import Ask, Refusal

MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z)?")


def invalid(message: str, details: str = "") -> Refusal:
    """400 InvalidInput."""
    return Refusal(400, "InvalidInput", message, details=details)


def csv(ask: Ask, name: str, *, allowed: Collection[str] | None = None, most: int = 0) -> tuple[str, ...]:
    """A comma-joined list; each member one of `allowed`, at most `most` of them."""
    members = tuple(ask.params[name].split(",")) if ask.params.get(name) else ()
    if allowed is not None:
        for member in members:
            if member not in allowed:
                raise invalid(f"Value '{member}' for parameter '{name}' is not valid.")
    if most and len(members) > most:
        raise invalid(f"Parameter '{name}' takes at most {most} values.")
    return members


def integer(ask: Ask, name: str, low: int, high: int, *, default: int) -> int:
    """A whole number between `low` and `high`."""
    text = ask.params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
        raise invalid(f"Value '{text}' for parameter '{name}' is not between {low} and {high}.")
    return int(text)


def moment(ask: Ask, name: str) -> datetime | None:
    """A time in ISO 8601, UTC with `Z`; offsets are refused, as the real service does."""
    text = ask.params.get(name)
    if text is None:
        return None
    if not MOMENT.fullmatch(text):
        raise invalid(f"Value '{text}' for parameter '{name}' is not a UTC time in ISO 8601.")
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=UTC)
    except ValueError as error:
        raise invalid(f"Value '{text}' for parameter '{name}' is no date.") from error
