"""Listings Items 2021-08-01: read, search, put, patch and delete listings; writes can be tried without effect.

A write that finds no error is in the world at once, where Amazon takes minutes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from amazon_wire.quotas import SPAPI, SPAPI_PREVIEW, Quota
from sellersim import listings, tokens
from sellersim.exchange import Answer, Ask, Refusal
from sellersim.processing import writes
from sellersim.processing.issues import Issue
from sellersim.processing.writes import Verdict, Write
from sellersim.records import Listing
from sellersim.world import World

from .body import read
from .params import csv, integer, invalid, moment
from .write import json_answer

PATH: Final = "/listings/2021-08-01/items/{sellerId}/{sku}"
PREVIEW: Final = "VALIDATION_PREVIEW"
IDENTIFIERS: Final = ("ASIN", "EAN", "FNSKU", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
STATUSES: Final = ("BUYABLE", "DISCOVERABLE")
MOST_IDENTIFIERS: Final = 20
MOST_RESULTS: Final = 1000
KIND: Final = "searchListingsItems"
#: Code of an issue -> the category that Listings Items gives it.
CATEGORIES: Final = {
    "90220": "MISSING_ATTRIBUTE",
    "99022": "MISSING_ATTRIBUTE",
    "18027": "INVALID_IMAGE",
    "20000": "INVALID_IMAGE",
    "18155": "INVALID_PRICE",
}


class Put(msgspec.Struct, rename="camel"):
    """Model type ListingsItemPutRequest."""

    product_type: str
    attributes: dict[str, Any]
    requirements: str = "LISTING"


class Operation(msgspec.Struct):
    """Model type PatchOperation."""

    op: str
    path: str
    value: list[dict[str, Any]] = []


class Patch(msgspec.Struct, rename="camel"):
    """Model type ListingsItemPatchRequest."""

    product_type: str
    patches: list[Operation]


def _bucket(name: str) -> Callable[[Ask], tuple[str, Quota]]:
    def bucket(ask: Ask) -> tuple[str, Quota]:
        preview = ask.params.get("mode") == PREVIEW
        return (f"{name}.preview", SPAPI_PREVIEW) if preview else (name, SPAPI[name])

    return bucket


put_bucket: Final = _bucket("putListingsItem")
patch_bucket: Final = _bucket("patchListingsItem")


def _places(world: World, ask: Ask, most: int = 0) -> tuple[str, ...]:
    if ask.path["sellerId"] != world.seller.id:
        raise Refusal(403, "Unauthorized", "Access to requested resource is denied.")
    if not ask.marketplaces:
        raise invalid("Parameter 'marketplaceIds' is required.")
    if most and len(ask.marketplaces) > most:
        raise invalid(f"Parameter 'marketplaceIds' takes at most {most} values.")
    return ask.marketplaces


# ------------------------------------------------------------------------------------------------------------- reading


def get(world: World, ask: Ask) -> Answer:
    """getListingsItem."""
    places = _places(world, ask)
    included = csv(ask, "includedData", allowed=listings.INCLUDED) or ("summaries",)
    listing = world.listings.get(ask.path["sku"])
    if listing is None:
        raise Refusal(404, "NotFound", f"SKU '{ask.path['sku']}' not found in marketplace {', '.join(places)}.")
    return json_answer(200, listings.item(listing, world.listings, marketplaces=places, included=included))


def search(world: World, ask: Ask) -> Answer:
    """searchListingsItems."""
    places = _places(world, ask)
    included = csv(ask, "includedData", allowed=listings.INCLUDED) or ("summaries",)
    size = integer(ask, "pageSize", 1, 20, default=10)
    rows = _named_ones(world, ask) if _named(ask) else list(world.listings.values())
    found = [listing for listing in rows if _fits(ask, listing)]
    order = ask.params.get("sortBy", "lastUpdatedDate")
    if order not in _ORDERS or ask.params.get("sortOrder", "DESC") not in ("ASC", "DESC"):
        raise invalid("Parameters 'sortBy' and 'sortOrder' are not valid.")
    found.sort(key=lambda listing: (_ORDERS[order](listing), listing.sku), reverse=ask.params.get("sortOrder") != "ASC")
    start = _start(world, ask)
    page = found[start : start + size]
    pagination = {}
    if start + size < min(len(found), MOST_RESULTS):
        pagination["nextToken"] = _token(world, ask, start + size)
    if start:
        pagination["previousToken"] = _token(world, ask, max(0, start - size))
    items = [listings.item(one, world.listings, marketplaces=places, included=included) for one in page]
    answer: dict[str, Any] = {"numberOfResults": len(found), "items": items}
    return json_answer(200, {**answer, "pagination": pagination} if pagination else answer)


_ORDERS: Final[dict[str, Callable[[Listing], Any]]] = {
    "sku": lambda listing: listing.sku,
    "createdDate": lambda listing: listing.created,
    "lastUpdatedDate": lambda listing: listing.updated,
}


def _named(ask: Ask) -> tuple[str, ...]:
    names = csv(ask, "identifiers", most=MOST_IDENTIFIERS)
    kind = ask.params.get("identifiersType")
    if bool(names) != bool(kind):
        raise invalid("Parameters 'identifiers' and 'identifiersType' are given together.")
    if kind and kind not in IDENTIFIERS:
        raise invalid(f"Value '{kind}' for parameter 'identifiersType' is not valid.")
    others = [name for name in ("variationParentSku", "packageHierarchySku") if name in ask.params]
    if len(others) + bool(names) > 1:
        raise invalid("Only one of 'identifiers', 'variationParentSku' and 'packageHierarchySku' can be given.")
    return names


def _named_ones(world: World, ask: Ask) -> list[Listing]:
    names, kind = _named(ask), ask.params["identifiersType"]
    if kind == "SKU":
        return [world.listings[name] for name in dict.fromkeys(names) if name in world.listings]
    return [listing for listing in world.listings.values() if _identifier(listing, kind) in names]


def _identifier(listing: Listing, kind: str) -> str:
    if kind == "ASIN":
        return listing.asin
    told = listing.attributes.get("externally_assigned_product_identifier", ())
    return next((str(one["value"]) for one in told if str(one.get("type", "")).upper() == kind), "")


def _fits(ask: Ask, listing: Listing) -> bool:
    """Does the listing pass the filters?"""
    shown = set(listing.status)
    severities = {one["severity"] for one in listing.issues}
    parent = ask.params.get("variationParentSku")
    with_, without = csv(ask, "withStatus", allowed=STATUSES), csv(ask, "withoutStatus", allowed=STATUSES)
    wanted = csv(ask, "withIssueSeverity", allowed=("WARNING", "ERROR"))
    return (
        (parent is None or listings.parent_of(listing.attributes) == parent)
        and "packageHierarchySku" not in ask.params
        and (not with_ or bool(shown & set(with_)))
        and not shown & set(without)
        and (not wanted or bool(severities & set(wanted)))
        and _within(ask, listing.created, "created")
        and _within(ask, listing.updated, "lastUpdated")
    )


def _within(ask: Ask, at: datetime, name: str) -> bool:
    after, before = moment(ask, f"{name}After"), moment(ask, f"{name}Before")
    return (after is None or at >= after) and (before is None or at <= before)


def _filters(ask: Ask) -> dict[str, str]:
    return {name: value for name, value in ask.params.items() if name != "pageToken"}


def _start(world: World, ask: Ask) -> int:
    token = ask.params.get("pageToken")
    if not token:
        return 0
    try:
        held = tokens.unseal(world, KIND, token)
    except (tokens.Corrupted, tokens.Expired) as error:
        raise invalid("The pageToken is invalid or has expired.") from error
    if held["filters"] != _filters(ask):
        raise invalid("The pageToken does not fit the other parameters.")
    return int(held["start"])


def _token(world: World, ask: Ask, start: int) -> str:
    return tokens.seal(world, KIND, {"filters": _filters(ask), "start": start})


# ------------------------------------------------------------------------------------------------------------- writing


def put(world: World, ask: Ask) -> Answer:
    """putListingsItem: the listing holds these attributes and no others."""
    places, asked = _places(world, ask, 1), read(ask, Put)
    if asked.requirements not in ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY"):
        raise invalid(f"Value '{asked.requirements}' for requirements is not valid.")
    verdict = writes.put(
        _write(world, places),
        ask.path["sku"],
        product_type=asked.product_type,
        attributes=asked.attributes,
        requirements=asked.requirements,
    )
    return _submitted(world, ask, verdict)


def patch(world: World, ask: Ask) -> Answer:
    """patchListingsItem: operations on single attributes."""
    places, asked = _places(world, ask), read(ask, Patch)
    if not asked.patches:
        raise invalid("patches is empty.")
    steps = [{"op": one.op, "path": one.path, "value": one.value} for one in asked.patches]
    verdict = writes.patch(_write(world, places), ask.path["sku"], product_type=asked.product_type, patches=steps)
    return _submitted(world, ask, verdict)


def delete(world: World, ask: Ask) -> Answer:
    """deleteListingsItem."""
    places = _places(world, ask, 1)
    return _submitted(world, ask, writes.delete(_write(world, places), ask.path["sku"]))


def _write(world: World, places: Sequence[str]) -> Write:
    return Write(world=world, marketplaces=tuple(places), now=world.clock.now())


def _submitted(world: World, ask: Ask, verdict: Verdict) -> Answer:
    """The answer to a write, done unless it is a preview or was found wrong (status 200 either way)."""
    mode, sku = ask.params.get("mode"), ask.path["sku"]
    if mode not in (None, PREVIEW):
        raise invalid(f"Value '{mode}' for parameter 'mode' is not valid.")
    included = csv(ask, "includedData", allowed=("identifiers", "issues")) or ("issues",)
    status = "INVALID"
    if verdict.accepted:
        status = "VALID" if mode else "ACCEPTED"
        if not mode:
            writes.keep(world, sku, verdict)
    answer: dict[str, Any] = {"sku": sku, "status": status, "submissionId": world.uuid().replace("-", "")}
    if "issues" in included:
        answer["issues"] = [_told(one, ask.marketplaces) for one in verdict.issues]
    if "identifiers" in included and verdict.listing:
        answer["identifiers"] = [{"marketplaceId": place, "asin": verdict.listing.asin} for place in ask.marketplaces]
    return json_answer(200, answer)


def _told(one: Issue, places: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": one.code,
        "message": one.message,
        "severity": one.severity,
        "categories": [CATEGORIES.get(one.code, "INVALID_ATTRIBUTE")],
        "marketplaceIds": list(places),
    }
    return {**told, "attributeNames": list(one.attributes)} if one.attributes else told
