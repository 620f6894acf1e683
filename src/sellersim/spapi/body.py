"""Readers of SP-API's JSON bodies; what does not fit is a 400 InvalidInput that says where."""

from typing import TypeVar

import msgspec

from sellersim.exchange import Ask

from .params import invalid

T = TypeVar("T")


def read(ask: Ask, type: type[T]) -> T:
    """The body as `type`."""
    if not ask.body:
        raise invalid("The request body is missing.")
    try:
        return msgspec.json.decode(ask.body, type=type)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise invalid(f"The request body is invalid: {error}") from error
