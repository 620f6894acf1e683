"""Product messages: what a SKU is. Update says all of it, PartialUpdate a part, Delete takes the SKU away.

A product becomes a listing with SP-API's attributes: the common elements by the table of the reference (3.4.1), every
other one under its name in snake case, so that it can be read back on either face. An Update keeps the offer, the stock,
the pictures and the parent, which other feeds set, and erases every other attribute that it does not name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from amazon_wire.marketplaces import MARKETPLACES
from sellersim import listings
from sellersim.listings import OFFER, STOCK
from sellersim.schemas import common
from sellersim.schemas.types import BY_ELEMENT, TYPES
from sellersim.world import Listing

from . import product_words as words
from .issues import Issue, issue
from .job import Job, Message
from .price import plain
from .read import Element

#: What other feeds set and an Update of the product leaves alone.
KEPT: Final = frozenset({OFFER, STOCK, "child_parent_sku_relationship", *common.IMAGES})
#: What a new product gets whose category has no product type here.
OTHER: Final = "MISC_PRODUCT"


def judge(job: Job, message: Message) -> list[Issue]:
    """Judge one Product message; without errors the listing is what it says."""
    body = message.body
    sku = body.sku()
    about = {"sku": sku}
    old = job.listing(sku)
    if message.operation == "Delete":
        if old is None:
            return [issue("unknown-sku", sku=sku, about=about)]
        del job.world.listings[sku]
        return []
    if old is None and message.operation == "PartialUpdate":
        return [issue("unknown-sku", sku=sku, about=about)]
    found = _faults(body, old, message.operation, about)
    if not found:
        _apply(job, body, old, whole=message.operation == "Update")
    return found


def _faults(body: Element, old: Listing | None, operation: str, about: Mapping[str, str]) -> list[Issue]:
    if operation == "Update" and body.child("DescriptionData") is None:
        return [issue("missing", what="DescriptionData", about=about)]
    if old is None and not _creatable(body):
        what = "a product id, a brand or a manufacturer"
        return [issue("cannot-create", sku=about["sku"], what=what, about=about)]
    return []


def _creatable(body: Element) -> bool:
    described = any(body.value("DescriptionData", name) for name in ("Brand", "Manufacturer"))
    return described or any(body.child(name) for name in ("StandardProductID", "RegisteredParameter"))


def _apply(job: Job, body: Element, old: Listing | None, *, whole: bool) -> None:
    sku, category = body.sku(), _category(body)
    told = attributes(job, body)
    kind = BY_ELEMENT.get(category.name, OTHER) if category else ""
    legacy = {"Product": {part.name: plain(part) for part in body.children}}
    if old is None:
        made = Listing(
            sku=sku,
            product_type=kind or OTHER,
            attributes=told,
            asin=listings.asin(sku, told),
            created=job.now,
            updated=job.now,
            status=listings.status(told),
            legacy=legacy,
        )
        job.world.listings[sku] = made
        return
    gone = {name: () for name in old.attributes if name not in KEPT} if whole else {}
    known = kind if kind and old.product_type not in _family(kind) else old.product_type
    merged = legacy if whole else {"Product": {**old.legacy.get("Product", {}), **legacy["Product"]}}
    job.write(replace(old, product_type=known), {**gone, **told}, legacy={**old.legacy, **merged})


def _family(kind: str) -> frozenset[str]:
    """The product types that a category's product may keep: those whose names are not any other category's."""
    return frozenset({kind, *(name for name, type_ in TYPES.items() if not type_.elements)})


def _category(body: Element) -> Element | None:
    data = body.child("ProductData")
    return data.children[0] if data and data.children else None


# -------------------------------------------------------------------------------------------------------- as attributes


def attributes(job: Job, body: Element) -> dict[str, list[dict[str, Any]]]:
    """The attributes that a Product says, in each of the feed's marketplaces."""
    told: dict[str, list[dict[str, Any]]] = {}
    for place in job.marketplaces:
        for name, value in _said(body, job.currency):
            instance = dict(value)
            if instance.pop("_language", False):
                instance["language_tag"] = MARKETPLACES[place].locale
            told.setdefault(name, []).append({**instance, "marketplace_id": place})
    return told


def _said(body: Element, currency: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in body.children:
        if part.name == "DescriptionData":
            yield from _described(part, currency)
        elif part.name == "ProductData":
            yield from _category_data(part)
        elif part.name == "StandardProductID":
            yield _identifier(part)
        elif part.name == "Condition":
            yield from _condition(part)
        elif part.name != "SKU":
            yield from words.leaves(part, currency)


def _identifier(part: Element) -> tuple[str, dict[str, Any]]:
    kind, value = part.value("Type") or "", part.value("Value") or ""
    if kind == "ASIN":
        return "merchant_suggested_asin", {"value": value}
    return "externally_assigned_product_identifier", {"type": kind.lower(), "value": value}


def _condition(part: Element) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "condition_type", {"value": words.CONDITIONS.get(part.value("ConditionType") or "", "new_new")}
    if part.value("ConditionNote"):
        yield "condition_note", {"value": part.value("ConditionNote"), "_language": True}


def _described(part: Element, currency: str) -> Iterator[tuple[str, dict[str, Any]]]:
    gifts = {
        field: (part.value(name) or "") in ("true", "1")
        for name, field in (("IsGiftWrapAvailable", "can_be_wrapped"), ("IsGiftMessageAvailable", "can_be_messaged"))
        if part.value(name)
    }
    if gifts:
        yield "gift_options", gifts
    for child in part.children:
        if child.name not in ("IsGiftWrapAvailable", "IsGiftMessageAvailable"):
            yield from words.leaves(child, currency)


def _category_data(part: Element) -> Iterator[tuple[str, dict[str, Any]]]:
    """The leaves of a category; the elements that only hold others leave no trace."""
    category = part.children[0] if part.children else part
    own = TYPES[BY_ELEMENT.get(category.name, OTHER)]
    for leaf in _leaves(category):
        if leaf.name == "ProductType":  # a category's own kind of product: kept with the words of the feed
            continue
        if leaf.name == "Parentage":
            yield "parentage_level", {"value": leaf.text.strip().lower().replace("base-", "")}
        elif leaf.name == "VariationTheme":
            yield "variation_theme", {"name": words.theme(leaf.text.strip(), own.themes)}
        else:
            yield from words.leaves(leaf, "", shapes=own.own)


def _leaves(found: Element) -> Iterator[Element]:
    for child in found.children:
        if child.children:
            yield from _leaves(child)
        elif child.text.strip() or child.attributes:
            yield child


def purge(job: Job, named: set[str]) -> None:
    """PurgeAndReplace: every SKU that the feed does not name is gone."""
    for sku in [sku for sku in job.world.listings if sku not in named]:
        del job.world.listings[sku]
