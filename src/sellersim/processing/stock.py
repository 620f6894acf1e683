"""Inventory messages: how many of a SKU are where, and who ships it.

An Update replaces the record of its fulfillment center whole: what it does not name is gone afterwards.
"""

from typing import Any, Final

from sellersim.listings import STOCK
from sellersim.world import Listing

from .issues import Issue, issue
from .job import Instance, Job, Message
from .read import Element

OWN: Final = "DEFAULT"
AMAZON: Final = "AMAZON_"
NETWORK: Final = {"NA": "AMAZON_NA", "EU": "AMAZON_EU", "FE": "AMAZON_JP", "CN": "AMAZON_CN"}
LONGEST_LATENCY: Final = 30


def judge(job: Job, message: Message) -> list[Issue]:
    """Judge one Inventory message; without errors the listing has the stock afterwards."""
    body = message.body
    sku = body.sku()
    listing = job.listing(sku)
    if listing is None:
        return [issue("unknown-sku", sku=sku, about={"sku": sku})]
    center = _center(job, body)
    about = {"sku": sku, "center": center}
    latency = int(body.value("FulfillmentLatency") or 1)
    if latency > LONGEST_LATENCY:
        return [issue("handling-time", days=latency, about=about)]
    if center.startswith(AMAZON) and body.child("Lookup") is None:
        return [issue("amazon-stock", center=center, about=about)]
    job.write(listing, {STOCK: _stock(listing, body, center)})
    return []


def _center(job: Job, body: Element) -> str:
    named = body.value("FulfillmentCenterID") or OWN
    to_amazon = body.child("Lookup") is not None or body.value("SwitchFulfillmentTo") == "AFN"
    return NETWORK[job.world.seller.region] if named == OWN and to_amazon else named


def _stock(listing: Listing, body: Element, center: str) -> list[Instance]:
    switch = body.value("SwitchFulfillmentTo")
    left = [one for one in listing.attributes.get(STOCK, ()) if one["fulfillment_channel_code"] != center]
    if switch == "AFN":
        left = []
    elif switch == "MFN":
        left = [one for one in left if not one["fulfillment_channel_code"].startswith(AMAZON)]
    return [*left, _record(body, center)]


def _record(body: Element, center: str) -> Instance:
    record: dict[str, Any] = {"fulfillment_channel_code": center}
    if (quantity := body.value("Quantity")) is not None:
        record["quantity"] = int(quantity)
    if (available := body.value("Available")) is not None:
        record["is_inventory_available"] = available in ("true", "1")
    if (restock := body.value("RestockDate")) is not None:
        record["restock_date"] = restock
    if (latency := body.value("FulfillmentLatency")) is not None:
        record["lead_time_to_ship_max_days"] = int(latency)
    return record


def purge(job: Job, named: set[str]) -> None:
    """PurgeAndReplace: the seller's own stock of every SKU that the feed does not name is gone."""
    for sku, listing in list(job.world.listings.items()):
        kept = [one for one in listing.attributes.get(STOCK, ()) if one["fulfillment_channel_code"] != OWN]
        if sku not in named and len(kept) != len(listing.attributes.get(STOCK, ())):
            job.write(listing, {STOCK: kept})
