"""Product Type Definitions 2020-09-01: which product types there are, and the schema of each, at addresses of our own.

The schemas are the simulator's (see `sellersim.schemas`); their links live seven days and carry the MD5 that the
definition tells. Without a seller id the business audience is absent, as at Amazon.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from amazon_wire.marketplaces import MARKETPLACES
from sellersim import documents
from sellersim.exchange import Answer, Ask, Refusal
from sellersim.schemas.build import LOCALES, REQUIREMENTS, VERSION, groups, meta_schema, schema
from sellersim.schemas.types import TYPES, ProductType
from sellersim.world import World

from .params import csv, invalid
from .write import json_answer

LEVELS: Final = ("NONE", "CHILD", "PARENT")
VERSIONS: Final = ("LATEST", "RELEASE_CANDIDATE", VERSION)


def _one(ask: Ask, name: str, allowed: tuple[str, ...], default: str) -> str:
    value = ask.params.get(name, default)
    if value not in allowed:
        raise invalid(f"Value '{value}' for parameter '{name}' is not valid.")
    return value


def _place(ask: Ask) -> str:
    if len(ask.marketplaces) != 1:
        raise invalid("Parameter 'marketplaceIds' takes exactly one value.")
    return ask.marketplaces[0]


@lru_cache(maxsize=256)
def _encoded(name: str, place: str, requirements: str, enforced: bool, business: bool, level: str) -> bytes:
    return msgspec.json.encode(schema(name, place, requirements, enforced=enforced, business=business, level=level))


def get(world: World, ask: Ask) -> Answer:
    """getDefinitionsProductType."""
    place, name = _place(ask), ask.path["productType"]
    requirements = _one(ask, "requirements", REQUIREMENTS, "LISTING")
    enforced = _one(ask, "requirementsEnforced", ("ENFORCED", "NOT_ENFORCED"), "ENFORCED")
    level = _one(ask, "parentageLevel", LEVELS, "") if "parentageLevel" in ask.params else ""
    locale = _one(ask, "locale", LOCALES, "DEFAULT")
    _one(ask, "productTypeVersion", VERSIONS, "LATEST")
    seller = ask.params.get("sellerId")
    if seller not in (None, world.seller.id):
        raise Refusal(403, "Unauthorized", "Access to requested resource is denied.")
    if name not in TYPES:
        raise Refusal(404, "NotFound", f"The product type {name} does not exist in marketplace {place}.")
    content = _encoded(name, place, requirements, enforced == "ENFORCED", seller is not None, level)
    told: dict[str, Any] = {
        "metaSchema": _link(world, ask, msgspec.json.encode(meta_schema())),
        "schema": _link(world, ask, content),
        "requirements": requirements,
        "requirementsEnforced": enforced,
        "propertyGroups": groups(name, requirements),
        "locale": MARKETPLACES[place].locale if locale == "DEFAULT" else locale,
        "marketplaceIds": [place],
        "productType": name,
        "displayName": TYPES[name].display,
        "productTypeVersion": {"version": VERSION, "latest": True, "releaseCandidate": False},
    }
    return json_answer(200, told)


def _link(world: World, ask: Ask, content: bytes) -> Mapping[str, Any]:
    """Where the content is fetched, and its MD5."""
    document = documents.published(world, content)
    url = documents.address(world, ask.base, document, "GET", life=documents.SCHEMA_LIFE)
    checksum = b64encode(hashlib.md5(content).digest()).decode()  # noqa: S324 - Amazon's
    return {"link": {"resource": url, "verb": "GET"}, "checksum": checksum}


def search(world: World, ask: Ask) -> Answer:
    """searchDefinitionsProductTypes: by keywords, by the words of an item's name, or all."""
    place = _place(ask)
    keywords, name = csv(ask, "keywords"), ask.params.get("itemName")
    if keywords and name:
        raise invalid("Only one of 'keywords' and 'itemName' can be given.")
    _one(ask, "locale", LOCALES, "DEFAULT")
    _one(ask, "searchLocale", LOCALES, "DEFAULT")
    words = [word.strip().lower() for word in (keywords or (name or "").split()) if word.strip()]
    found = [kind for kind in TYPES.values() if not words or _fits(kind, words, by_name=name is not None)]
    types = [{"name": kind.name, "displayName": kind.display, "marketplaceIds": [place]} for kind in found]
    return json_answer(200, {"productTypes": types, "productTypeVersion": VERSION})


def _fits(kind: ProductType, words: list[str], *, by_name: bool) -> bool:
    """A word of what is said of the type begins with one of the words; of an item's name, one is a keyword."""
    if by_name:
        return any(keyword in words for keyword in kind.keywords) or kind.display.lower() in " ".join(words)
    told = " ".join((kind.name.lower().replace("_", " "), kind.display.lower(), *kind.keywords))
    return any(f" {word}" in f" {told}" for word in words)
