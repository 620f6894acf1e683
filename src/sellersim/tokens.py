"""Next tokens: opaque, sealed by the world, dead after 24 hours of its time.

A token holds what it stands for (filters, place, window), so that nothing has to be remembered; the seal finds a
changed one out.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import msgspec

from .world import World

LIFE = 24 * 3600.0
SEAL = 12


class Corrupted(Exception):
    """Not a token of this world and kind, or one that somebody changed."""


class Expired(Exception):
    """A token older than 24 hours."""


def _seal(world: World, kind: str, content: bytes) -> bytes:
    key = f"{world.seller.id}/{world.seed}/{kind}".encode()
    return hmac.new(key, content, hashlib.sha256).digest()[:SEAL]


def seal(world: World, kind: str, data: Mapping[str, Any]) -> str:
    """The token that stands for `data`; `kind` keeps tokens of different operations apart."""
    content = msgspec.json.encode({"at": world.clock.timestamp(), "data": data})
    return b64encode(_seal(world, kind, content) + content).decode()


def unseal(world: World, kind: str, token: str) -> Mapping[str, Any]:
    """What the token stands for; Corrupted or Expired where it is no good."""
    try:
        raw = b64decode(token, validate=True)
    except ValueError as error:
        raise Corrupted(token) from error
    mark, content = raw[:SEAL], raw[SEAL:]
    if not hmac.compare_digest(mark, _seal(world, kind, content)):
        raise Corrupted(token)
    held = msgspec.json.decode(content)
    if world.clock.timestamp() - held["at"] > LIFE:
        raise Expired(token)
    data: Mapping[str, Any] = held["data"]
    return data
