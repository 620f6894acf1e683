"""Establish Product Relationships: which SKUs are variations of, or belong to, a parent.

On MWS a Relationship message a parent; on SP-API each child names its parent.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.actions._feed import feed_action
from sellerport.actions._rows import Count, ProductType, Sku, Text50, given
from sellerport.amazon.feeds import (
    Context,
    Element,
    Feed,
    ListingMessage,
    ListingsFeed,
    Marketplace,
    Patch,
    Rows,
    Said,
    Wrong,
    XmlFeed,
    XmlMessage,
    el,
    patch,
)

RelationType = Literal[
    "Variation", "DisplaySet", "Collection", "Accessory", "Customized", "Part", "Complements", "Piece", "Necessary",
    "ReplacementPart", "Similar", "Episode", "Season", "MerchantTitleAuthority", "Component",
]  # fmt: skip


class Relation(Struct, frozen=True, forbid_unknown_fields=True):
    """One child and how it belongs to the parent."""

    sku: Sku
    type: Annotated[RelationType, Meta(title="Type")]
    sort_heuristic: Annotated[Count | UnsetType, Meta(title="Sort Heuristic")] = field(
        name="sortHeuristic", default=UNSET
    )
    quantity: Annotated[Count | UnsetType, Meta(title="Quantity")] = UNSET
    component_number: Annotated[Count | UnsetType, Meta(title="Component Number")] = field(
        name="componentNumber", default=UNSET
    )
    child_detail_page_display: Annotated[
        Literal["independently_displayable", "display_only_on_parent"] | UnsetType,
        Meta(title="Child Detail Page Display"),
    ] = field(name="childDetailPageDisplay", default=UNSET)


class Family(Struct, frozen=True, forbid_unknown_fields=True):
    """A parent and its children."""

    parent_sku: Annotated[Sku, Meta(title="Parent SKU")] = field(name="parentSKU")
    relation: Annotated[list[Relation], Meta(title="Relation", min_length=1)]
    variation_theme: Annotated[
        Text50 | UnsetType,
        Meta(title="Variation Theme", description="SP-API: such as SIZE/COLOR; else the parent's own. MWS has none."),
    ] = field(name="variationTheme", default=UNSET)
    product_type: ProductType | UnsetType = field(name="productType", default=UNSET)


_OPTIONS = {
    "sort_heuristic": "sortHeuristic",
    "quantity": "quantity",
    "component_number": "componentNumber",
    "child_detail_page_display": "childDetailPageDisplay",
}


def wrong(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """A child belongs to a parent once, nobody to himself, and a parent has one theme."""
    seen: dict[tuple[str, str], int] = {}
    themes: dict[str, tuple[int, str]] = {}
    for index, row in rows:
        for n, relation in enumerate(row.relation):
            path = f"relation[{n}].sku"
            if relation.sku == row.parent_sku:
                yield Wrong(index, path, f"Expected another SKU than the parent's, got {relation.sku!r}")
            if (row.parent_sku, relation.sku) in seen:
                first = seen[row.parent_sku, relation.sku]
                text = f"Expected each child of a parent once, got {relation.sku!r} of row {first} again"
                yield Wrong(index, path, text)
            seen.setdefault((row.parent_sku, relation.sku), index)
        if isinstance(row.variation_theme, str):
            first, theme = themes.setdefault(row.parent_sku, (index, row.variation_theme))
            if theme != row.variation_theme:
                text = f"Expected {theme!r}, as row {first} has it for {row.parent_sku!r}, got {row.variation_theme!r}"
                yield Wrong(index, "variationTheme", text)


def relationships(rows: Rows, context: Context) -> Iterator[Said]:
    """One Relationship message a parent, since each replaces the parent's list of relations."""
    for parent, families in _by_parent(rows).items():
        relations = (relation for _, row in families for relation in row.relation)
        body = el("Relationship", el("ParentSKU", parent), *map(_relation, relations))
        yield Said(XmlMessage(body), tuple(index for index, _ in families))


def _by_parent(rows: Rows) -> dict[str, list[tuple[int, Family]]]:
    families: dict[str, list[tuple[int, Family]]] = {}
    for index, row in rows:
        families.setdefault(row.parent_sku, []).append((index, row))
    return families


def _relation(relation: Relation) -> Element:
    return el(
        "Relation",
        el("SKU", relation.sku),
        *(
            el(name[0].upper() + name[1:], getattr(relation, attribute))
            for attribute, name in _OPTIONS.items()
            if given(getattr(relation, attribute))
        ),
        el("Type", relation.type),
    )


def refused(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """SP-API knows variations only, without the old options."""
    for index, row in rows:
        for n, relation in enumerate(row.relation):
            if relation.type != "Variation":
                text = f"Expected Variation: SP-API has no counterpart of {relation.type}"
                yield Wrong(index, f"relation[{n}].type", text)
            for attribute, name in _OPTIONS.items():
                if given(getattr(relation, attribute)):
                    yield Wrong(index, f"relation[{n}].{name}", f"Expected no {name}: SP-API has no counterpart")


def look_up(rows: Rows, context: Context) -> Iterator[tuple[int, str]]:
    """SKUs whose product type nobody gave, and the parent whose theme nobody gave."""
    for index, row in rows:
        unknown = context.type_of("", row.product_type) is None
        if unknown or not given(row.variation_theme):
            yield index, row.parent_sku
        if unknown:
            yield from ((index, relation.sku) for relation in row.relation)


def variations(rows: Rows, context: Context) -> Iterator[Said]:
    """A parent that is given its theme, then each of its children with its parent."""
    for parent, families in _by_parent(rows).items():
        given_theme = next((row.variation_theme for _, row in families if isinstance(row.variation_theme, str)), None)
        theme = given_theme or context.themes.get(parent)
        if given_theme:
            kind = next((kind for _, row in families if (kind := context.type_of(parent, row.product_type))), None)
            message = ListingMessage(parent, "PATCH", kind, _level("parent", given_theme, context))
            yield Said(message, tuple(index for index, _ in families))
        for index, row in families:
            for relation in row.relation:
                kind = context.type_of(relation.sku, row.product_type)
                patches = (*_level("child", theme, context), _parent(parent, context))
                yield Said(ListingMessage(relation.sku, "PATCH", kind, patches), (index,))


def _level(level: str, theme: str | None, context: Context) -> tuple[Patch, ...]:
    said = patch("parentage_level", {"value": level, "marketplace_id": context.marketplace.id}, op="replace")
    return (said, patch("variation_theme", {"name": theme}, op="replace")) if theme else (said,)


def _parent(sku: str, context: Context) -> Patch:
    return patch(
        "child_parent_sku_relationship",
        {"child_relationship_type": "variation", "parent_sku": sku, "marketplace_id": context.marketplace.id},
        op="replace",
    )


ROW = Family
FEED = Feed(
    mws=XmlFeed("_POST_PRODUCT_RELATIONSHIP_DATA_", "Relationship", relationships),
    sp=ListingsFeed(variations, look_up=look_up, refuse=refused, themes=True),
)
ACTION = feed_action(
    title="Establish Product Relationships",
    order=45,
    help="Say which SKUs are variations of a parent. On MWS the list replaces the parent's, and other kinds of relations "
    "can be said too; on SP-API the children that you do not name stay as they are.",
    row=ROW,
    feed=FEED,
    check=wrong,
    example={
        "parentSKU": "SHIRT",
        "relation": [{"sku": "SHIRT-S-RED", "type": "Variation"}, {"sku": "SHIRT-M-RED", "type": "Variation"}],
    },
)
