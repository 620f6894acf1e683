"""JSON as the platform's neighbours write and read it: NaN is null, lone surrogates survive."""

import json
import math
from collections.abc import Mapping
from typing import Any

import msgspec


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, int):  # of a kind of its own
        return int(value)
    raise TypeError(f"Expected a value that JSON can hold, got {type(value).__name__}")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)


def encoded(value: Any) -> bytes:
    """The value as compact UTF-8 JSON; TypeError for what JSON cannot hold."""
    try:
        return _ENCODER.encode(value)
    except UnicodeEncodeError:  # a lone surrogate: JavaScript writes it as an escape
        return json.dumps(_stated(value), separators=(",", ":"), allow_nan=False).encode()


def _stated(value: Any) -> Any:
    """The value in json's own types, with null for what is not a number."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _stated(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_stated(item) for item in value]
    if isinstance(value, msgspec.Raw):
        return json.loads(bytes(value))
    return value if isinstance(value, str | int | None) else _stated(msgspec.to_builtins(value, enc_hook=_plain))


def decoded(text: bytes | msgspec.Raw) -> Any:
    """The JSON's value; ValueError where it is none."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return leniently(bytes(text))


def leniently(text: bytes) -> Any:
    """The JSON's value as JavaScript reads it, lone surrogates and broken UTF-8 included; ValueError where it is none."""
    return json.loads(text.decode(errors="replace"), parse_constant=_refused)


def _refused(word: str) -> Any:
    raise ValueError(f"Expected JSON, got {word}")


def value_of(part: Any) -> Any:
    """The value of a part that is JSON as it came, or a value already."""
    return decoded(part) if isinstance(part, msgspec.Raw) else part
