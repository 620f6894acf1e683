"""Product Type Definitions: the schema of a product type, verified and kept for a day, and the search for product types.

Facts: Amazon's model `definitionsProductTypes_2020-09-01`; a schema is linked with the Base64 of its MD5, the link lives
seven days, and Amazon asks to fetch definitions anew daily, since enumerations change.
"""

import base64
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import structlog

from sellerport.amazon.http import MEGABYTE, Answer, Request
from sellerport.amazon.products.definition import definition as read
from sellerport.amazon.spapi.adapter import SpApi
from sellerport.amazon.spapi.documents import storage
from sellerport.amazon.spapi.refusal import json_of
from sellerport.errors import Rejected, Retriable, Unavailable

log = structlog.get_logger()

TYPES = "/definitions/2020-09-01/productTypes"
A_DAY = 86400.0
SCHEMA_LIMIT = 16 * MEGABYTE
LOCALES = frozenset(
    f"{language}{place}"
    for language, places in {
        "ar": ("", "_AE"),
        "de": ("", "_DE"),
        "en": ("", "_AE", "_AU", "_CA", "_GB", "_IN", "_SG", "_US"),
        "es": ("", "_ES", "_MX", "_US"),
        "fr": ("", "_CA", "_FR"),
        "it": ("", "_IT"),
        "ja": ("", "_JP"),
        "nl": ("", "_NL"),
        "pl": ("", "_PL"),
        "pt": ("", "_BR", "_PT"),
        "sv": ("", "_SE"),
        "tr": ("", "_TR"),
        "zh": ("", "_CN", "_TW"),
    }.items()
    for place in places
)
"""The locales that the API knows beside DEFAULT, which is the marketplace's own."""


async def definition(api: SpApi, product_type: str, *, requirements: str, enforced: bool) -> bytes:
    """The product type's JSON Schema; a kept one where it is not a day old, or where Amazon cannot be reached now."""
    locale = api.marketplace.locale if api.marketplace.locale in LOCALES else "DEFAULT"
    query = {
        "sellerId": api.account.seller_id,
        "marketplaceIds": api.marketplace.id,
        "requirements": requirements,
        "requirementsEnforced": "ENFORCED" if enforced else "NOT_ENFORCED",
        "locale": locale,
    }
    name = " ".join(("definition", api.account.endpoint, product_type, *query.values()))
    kept = await api.shelf.kept(name)
    old = None if kept is None else _unpacked(kept.value)
    if kept is not None and old is not None and api.clock.now() - kept.at < A_DAY:
        return old
    try:
        schema = await _fetched(api, product_type, query)
    except Retriable as error:
        if kept is None or old is None:
            raise
        log.warning("definition.old", product_type=product_type, days=int((api.clock.now() - kept.at) / A_DAY))
        log.debug("definition.unreachable", error=str(error))
        return old
    read(product_type, schema)  # what cannot be read is not kept
    await api.shelf.keep(name, zlib.compress(schema))
    return schema


def _unpacked(value: bytes) -> bytes | None:
    """What was kept; None where it was damaged."""
    try:
        return zlib.decompress(value)
    except zlib.error:
        return None


async def _fetched(api: SpApi, product_type: str, query: Mapping[str, str]) -> bytes:
    path = f"{TYPES}/{quote(product_type, safe='')}"
    address, checksum = await api.ask("getDefinitionsProductType", "GET", path, query, read=_link)

    async def make() -> Request:
        return Request("GET", address)

    def whole(answer: Answer) -> bytes:
        if base64.b64encode(hashlib.md5(answer.body, usedforsecurity=False).digest()).decode() != checksum:
            raise Unavailable(f"the schema of {product_type} arrived with another checksum than Amazon's {checksum}")
        return answer.body

    return await storage(api).send("schema", make, whole, limit=SCHEMA_LIMIT)


def _link(answer: Answer) -> tuple[str, str]:
    schema = json_of(answer).get("schema")
    link = schema.get("link") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(link, dict):
        raise Rejected("the answer holds no link to a schema")
    address, checksum = link.get("resource"), schema.get("checksum")
    if not isinstance(address, str) or not isinstance(checksum, str):
        raise Rejected("the answer holds no link to a schema with its checksum")
    return address, checksum


async def product_types(api: SpApi, keywords: Sequence[str]) -> dict[str, str]:
    """The product types that Amazon finds by keywords, all of the marketplace without any: name -> name for people."""
    query = {"keywords": ",".join(keywords), "marketplaceIds": api.marketplace.id}

    def read(answer: Answer) -> dict[str, str]:
        listed = json_of(answer).get("productTypes")
        if not isinstance(listed, list):
            raise Rejected("the answer holds no list of product types")
        known = [entry for entry in listed if isinstance(entry, dict) and isinstance(entry.get("name"), str)]
        return {entry["name"]: str(entry.get("displayName") or entry["name"]) for entry in known}

    return await api.ask("searchDefinitionsProductTypes", "GET", TYPES, query, read=read)
