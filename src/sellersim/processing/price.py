"""Price messages: what a SKU costs, for everybody and for business buyers.

An Update replaces the whole price record in each of the feed's marketplaces: a sale, a limit or a business price that it
does not name is gone afterwards. What SP-API has no attribute for is kept in the listing's `legacy` part.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from amazon_wire.marketplaces import MARKETPLACES
from sellersim.listings import OFFER
from sellersim.world import Listing

from .issues import Issue, issue
from .job import Instance, Job, Message
from .read import Element

#: Element -> sub-field of the offer.
PRICES: Final[Mapping[str, str]] = {
    "StandardPrice": "our_price",
    "MinimumSellerAllowedPrice": "minimum_seller_allowed_price",
    "MaximumSellerAllowedPrice": "maximum_seller_allowed_price",
    "MAP": "map_price",
}
AMOUNT: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
BUSINESS: Final = ("BusinessPrice", "QuantityPriceType", "QuantityPrice", "PricingAction")


def judge(job: Job, message: Message) -> list[Issue]:
    """Judge one Price message; without errors the listing has these prices afterwards."""
    body = message.body
    sku = body.sku()
    listing = job.listing(sku)
    if listing is None:
        return [issue("unknown-sku", sku=sku, about={"sku": sku})]
    found = _currencies(job, body, sku) or _contradictions(body, sku)
    if not found:
        offers = [offer for place in job.marketplaces for offer in _offers(body, place)]
        kept = [one for one in listing.attributes.get(OFFER, ()) if one.get("marketplace_id") not in job.marketplaces]
        job.write(listing, {OFFER: [*kept, *offers]}, legacy=_legacy(listing, body))
    return found


def _currencies(job: Job, body: Element, sku: str) -> list[Issue]:
    """Every amount is in the currency of the marketplace, or says DEFAULT."""
    for one in _amounts(body):
        named = one.attributes.get("currency", "DEFAULT")
        if named not in ("DEFAULT", job.currency):
            return [issue("currency", currency=named, expected=job.currency, about={"sku": sku})]
    return []


def _amounts(body: Element) -> list[Element]:
    inner = [child for part in body.children for child in part.children]
    return [one for one in [*body.children, *inner] if "currency" in one.attributes]


def _number(body: Element, *path: str) -> float | None:
    """The amount at a path; None where there is none (limits may hold any text, an empty one among them)."""
    text = body.value(*path) or ""
    return float(text) if AMOUNT.fullmatch(text) else None


def _contradictions(body: Element, sku: str) -> list[Issue]:
    standard, low, high = (
        _number(body, name) for name in ("StandardPrice", "MinimumSellerAllowedPrice", "MaximumSellerAllowedPrice")
    )
    why = _levels_fault(body)
    odd = [name for name in PRICES if body.value(name) and _number(body, name) is None]
    if odd:
        why = f"{odd[0]} holds no amount"
    elif standard is not None and standard <= 0:
        why = "the standard price is not above 0"
    elif standard is not None and low is not None and standard < low:
        why = f"the standard price {standard} is below the minimum of {low}"
    elif standard is not None and high is not None and standard > high:
        why = f"the standard price {standard} is above the maximum of {high}"
    elif low is not None and high is not None and low > high:
        why = f"the minimum of {low} is above the maximum of {high}"
    elif body.child("Sale") and (body.value("Sale", "StartDate") or "") >= (body.value("Sale", "EndDate") or ""):
        why = "the sale ends before it begins"
    return [issue("price-order", why=why, about={"sku": sku})] if why else []


def _levels(body: Element) -> list[tuple[int, float]]:
    group = body.child("QuantityPrice")
    pairs = (
        ((group.value(f"QuantityLowerBound{n}"), group.value(f"QuantityPrice{n}")) for n in range(1, 6))
        if group
        else ()
    )
    return [(int(bound or 0), float(price or 0)) for bound, price in pairs if bound or price]


def _levels_fault(body: Element) -> str:
    levels = _levels(body)
    if not levels:
        return ""
    bounds = [bound for bound, _ in levels]
    if body.value("BusinessPrice") is None:
        return "quantity prices need a business price"
    if body.value("QuantityPriceType") is None:
        return "quantity prices need a type"
    if any(not bound or not price for bound, price in levels):
        return "a quantity price and its lower bound are given together"
    return "" if bounds == sorted(set(bounds)) else "the lower bounds of the quantity prices do not rise"


# -------------------------------------------------------------------------------------------------------- as attributes


def _scheduled(**fields: Any) -> list[Instance]:
    return [{"schedule": [fields]}]


def _offers(body: Element, place: str) -> list[Instance]:
    named = {"marketplace_id": place, "currency": MARKETPLACES[place].currency}
    public: dict[str, Any] = {**named, "audience": "ALL"}
    for element, field in PRICES.items():
        if (amount := _number(body, element)) is not None:
            public[field] = _scheduled(value_with_tax=amount)
    if body.child("Sale"):
        public["discounted_price"] = _scheduled(
            start_at=body.value("Sale", "StartDate"),
            end_at=body.value("Sale", "EndDate"),
            value_with_tax=_number(body, "Sale", "SalePrice"),
        )
    return [one for one in (public, _business(body, named)) if one and len(one) > len(named) + 1]


def _business(body: Element, named: Instance) -> Instance | None:
    amount = _number(body, "BusinessPrice")
    if amount is None or body.value("PricingAction"):
        return None
    offer: dict[str, Any] = {**named, "audience": "B2B", "our_price": _scheduled(value_with_tax=amount)}
    levels = [{"lower_bound": bound, "value": price} for bound, price in _levels(body)]
    if levels:
        type_ = body.value("QuantityPriceType")
        offer["quantity_discount_plan"] = _scheduled(discount_type=type_, levels=levels)
    return offer


def _legacy(listing: Listing, body: Element) -> Mapping[str, Any]:
    told = {"SKU", "Sale", *PRICES, *BUSINESS}
    rest = {part.name: plain(part) for part in body.children if part.name not in told}
    return {**listing.legacy, "Price": rest}


def plain(found: Element) -> Any:
    """An element as JSON: children by name, an array where one repeats; a text with attributes is an object."""
    if found.children:
        told: dict[str, Any] = {}
        for child in found.children:
            before, value = told.get(child.name), plain(child)
            told[child.name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
        return told
    text = found.text.strip()
    return {"value": text, **found.attributes} if found.attributes else text


def purge(job: Job, named: set[str]) -> None:
    """PurgeAndReplace: the prices of every SKU that the feed does not name are gone."""
    for sku, listing in list(job.world.listings.items()):
        if sku not in named and OFFER in listing.attributes:
            job.write(listing, {OFFER: []})
