"""Relationship messages: which SKUs belong to a parent.

A variation child names its parent in its own attributes; other relations (accessories and the like) are kept with the
parent. An Update sets the parent's whole list: children that it does not name are released (by the general meaning of
the operations; no source tells it for this feed). Delete releases the children that it names.
"""

from collections.abc import Sequence
from typing import Any

from sellersim import listings
from sellersim.world import Listing

from .issues import ERROR, Issue, issue
from .job import Job, Message
from .read import Element

RELATION = "child_parent_sku_relationship"


def judge(job: Job, message: Message) -> list[Issue]:
    """Judge one Relationship message; without errors its relations hold afterwards."""
    body = message.body
    parent_sku = body.sku("ParentSKU")
    parent = job.listing(parent_sku)
    if parent is None:
        return [issue("unknown-parent", parent=parent_sku, about={"sku": parent_sku})]
    relations = body.named("Relation")
    variations = [one for one in relations if one.value("Type") == "Variation"]
    if variations and not listings.is_parent(parent.attributes):
        return [issue("no-parent", parent=parent_sku, about={"sku": parent_sku})]
    found = [one for relation in relations for one in _relation(job, parent, relation, message.operation)]
    if any(one.severity == ERROR for one in found):
        return found
    skus = [one.sku() for one in variations]
    others = [relation for relation in relations if relation not in variations]
    if message.operation == "Delete":
        _release(job, parent_sku, skus)
    else:
        _release(job, parent_sku, [sku for sku in _children(job, parent_sku) if sku not in skus])
        for sku in skus:
            _bind(job, parent, sku)
    _others(job, parent_sku, others, delete=message.operation == "Delete")
    return found


def _relation(job: Job, parent: Listing, relation: Element, operation: str) -> list[Issue]:
    """What is wrong with one relation."""
    sku = relation.sku()
    about = {"sku": sku}
    child = job.listing(sku)
    if child is None:
        return [issue("unknown-sku", sku=sku, about=about)]
    if relation.value("Type") != "Variation":
        return []
    other = listings.parent_of(child.attributes)
    if operation == "Delete":
        return [] if other == parent.sku else [issue("no-relation", sku=sku, parent=parent.sku, about=about)]
    if other and other != parent.sku:
        return [issue("other-parent", sku=sku, parent=other, about=about)]
    why = ""
    if sku == parent.sku or listings.is_parent(child.attributes):
        why = "a parent cannot be a child"
    elif child.product_type != parent.product_type:
        why = f"its product type is {child.product_type}, the parent's {parent.product_type}"
    elif listings.themes(child.attributes) not in (frozenset(), listings.themes(parent.attributes)):
        why = "its variation theme is not the parent's"
    return [issue("variation-data", sku=sku, why=why, about=about)] if why else []


def _children(job: Job, parent_sku: str) -> list[str]:
    return [one.sku for one in job.world.listings.values() if listings.parent_of(one.attributes) == parent_sku]


def _bind(job: Job, parent: Listing, sku: str) -> None:
    child = job.world.listings[sku]
    relation = {"child_relationship_type": "variation", "parent_sku": parent.sku}
    level = [{"value": "child", "marketplace_id": place} for place in job.marketplaces]
    bound: dict[str, Any] = {
        RELATION: [{**relation, "marketplace_id": place} for place in job.marketplaces],
        "parentage_level": level,
        "variation_theme": parent.attributes.get("variation_theme", ()),
    }
    job.write(child, bound)


def _release(job: Job, parent_sku: str, skus: Sequence[str]) -> None:
    for sku in skus:
        child = job.listing(sku)
        if child and listings.parent_of(child.attributes) == parent_sku:
            job.write(child, {RELATION: []})


def _others(job: Job, parent_sku: str, relations: Sequence[Element], *, delete: bool) -> None:
    """Relations that are no variations: kept as told, an Update in the place of all before."""
    parent = job.world.listings[parent_sku]
    told = [{part.name: part.text.strip() for part in relation.children} for relation in relations]
    before = parent.legacy.get("Relationship", [])
    if delete:
        told = [one for one in before if one not in told]
    if told or before:
        job.write(parent, {}, legacy={**parent.legacy, "Relationship": told})


def purge(job: Job, named: set[str]) -> None:
    """PurgeAndReplace: parents that the feed does not name have no children any more."""
    for listing in list(job.world.listings.values()):
        parent = listings.parent_of(listing.attributes)
        if parent and parent not in named:
            _release(job, parent, [listing.sku])
