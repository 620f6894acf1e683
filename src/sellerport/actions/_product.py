"""What the two Submit Product actions share: how products are read, and how they are said in both protocols.

A product's record is the old feed's Product element in JSON. On MWS it is written as it stands; on SP-API it becomes
attributes of the listing's product type, by that type's own schema, and what the schema refuses is told before anything
is sent. Records are kept as bytes and read one at a time, so that ten thousand of them need little memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sellerport.actions._feed import SUBMIT_BY, Batch
from sellerport.actions._rows import END, too_fine
from sellerport.amazon.feeds import (
    Context,
    Feed,
    ListingMessage,
    ListingsFeed,
    Marketplace,
    Operation,
    Rows,
    Said,
    Wrong,
    XmlFeed,
    XmlMessage,
)
from sellerport.amazon.products.attributes import Placed, attributes_of
from sellerport.amazon.products.check import Path, Rules, checked
from sellerport.amazon.products.definition import Definition, definition
from sellerport.amazon.products.labels import keywords_of
from sellerport.amazon.products.xml import product
from sellerport.errors import InputError, InvalidParameters, Problem, Rejected
from sellerport.reading import json_in, json_path, shown

OPERATIONS: Mapping[str, Operation] = {"Upsert": "Update", "Delete": "Delete", "PartialUpdate": "PartialUpdate"}
OPERATION = Annotated[
    Literal["Upsert", "Delete", "PartialUpdate"],
    Meta(
        title="Operation",
        description="Upsert creates a product or replaces it, PartialUpdate changes what is given, Delete removes it.",
    ),
]
BY = Annotated[Literal["feed", "listings"], SUBMIT_BY]


def listings_fields(*before: str) -> list[tuple[str, Any, Any]]:
    """The form fields of SP-API alone; `before` are the fields by which product types are looked up."""
    product_type = Annotated[
        str,
        Meta(
            title="Product Type",
            min_length=1,
            max_length=100,
            pattern=r"^[A-Z0-9_]+" + END,
            description="SP-API: the product type of products that do not name their own, as Amazon lists it.",
            extra_json_schema={"model": "productTypes", **({"require": list(before)} if before else {})},
        ),
    ]
    return [
        ("submit_by", BY, msgspec.field(name="submitBy", default="feed")),
        ("product_type", product_type | UnsetType, msgspec.field(name="productType", default=UNSET)),
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One product: its SKU, what to do with it, its own product type, and its record (JSON bytes, or values)."""

    sku: str
    operation: Operation
    product_type: str | None
    content: Any = field(repr=False)

    def record(self) -> dict[str, Any]:
        """The record as values."""
        found: dict[str, Any] = (
            msgspec.json.decode(self.content) if isinstance(self.content, msgspec.Raw) else self.content
        )
        return found


def read_products(rules: Rules, body: Any) -> Batch:
    """The body as rows: one record or `messages` of it; an InputError names everything that is wrong."""
    records, many = _records(body)
    problems: list[Problem] = []
    rows = [_row(record, rules, ("messages", i) if many else (), problems) for i, record in enumerate(records)]
    if problems:
        raise InputError(problems)
    return Batch(rows, many=many)


def _row(given: Any, rules: Rules, path: Path, problems: list[Problem]) -> Row:
    record = _decoded(given, path)
    right, wrong = checked(record, rules, path)
    problems += wrong
    if wrong:
        return Row("", rules.operation, None, None)
    content = given
    if right is not record:
        content = msgspec.Raw(msgspec.json.encode(right)) if isinstance(given, msgspec.Raw) else right
    return Row(right["sku"], rules.operation, right.get("productType"), content)


def _decoded(given: Any, path: Path) -> Any:
    return json_in(given, path=json_path(list(path))) if isinstance(given, msgspec.Raw) else given


def _records(body: Any) -> tuple[Sequence[Any], bool]:
    """The records of a body, unread where the body is bytes, and whether they came as `messages`."""
    members = _members(body)
    named = [name for name in members or () if str(name).lower() == "messages"] if members else []
    if members is None or not named:
        return [body], False
    listed = _listed(members[named[0]])
    problems = [
        Problem("body", json_path([name]), "Expected no such member beside messages")
        for name in members
        if name != named[0]
    ]
    if not isinstance(listed, list) or not listed:
        got = shown(listed) if not isinstance(listed, list) else "none"
        problems.append(Problem("body", "$.messages", f"Expected a list of products, got {got}"))
    if problems:
        raise InputError(problems)
    return listed, True


def _members(body: Any) -> Mapping[str, Any] | None:
    if not isinstance(body, msgspec.Raw):
        return body if isinstance(body, Mapping) else None
    try:
        members: dict[str, Any] = json_in(body, dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return None
    return members


def _listed(value: Any) -> Any:
    if not isinstance(value, msgspec.Raw):
        return value
    try:
        return json_in(value, list[msgspec.Raw], path="$.messages")
    except msgspec.ValidationError:
        return _decoded(value, ("messages",))


_PRICES = (("descriptionData", "msrp"), ("descriptionData", "msrpWithTax"), ("uvpListPrice",))


def wrong(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """Prices in another currency than the marketplace's, or finer than the currency is."""
    for index, row in rows:
        if row.operation != "Delete" and any(_mentions(row, f'"{path[-1]}"'.encode()) for path in _PRICES):
            record = row.record()
            for path in _PRICES:
                currency, value = (_at(record, (*path, name)) for name in ("currency", "value"))
                if currency not in (None, place.currency):
                    yield Wrong(index, ".".join((*path, "currency")), f"Expected {place.currency}, got {currency}")
                elif value is not None and (problem := too_fine(value, place.currency)):
                    yield Wrong(index, ".".join((*path, "value")), problem)


def _mentions(row: Row, text: bytes) -> bool:
    return not isinstance(row.content, msgspec.Raw) or text in bytes(row.content)


def _at(record: Any, path: Sequence[str]) -> Any:
    for name in path:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def undescribed(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """What MWS cannot do: make a product of attributes alone, or change nothing."""
    for index, row in rows:
        if row.operation == "Update" and "descriptionData" not in row.record():
            yield Wrong(index, "descriptionData", "Expected a value, got none")
        elif row.operation == "PartialUpdate" and not row.record().keys() - {"sku", "productType", "attributes"}:
            yield Wrong(index, "", "Expected something to update beside the SKU, got nothing")


def said_in_xml(rows: Rows, context: Context) -> Iterator[Said]:
    """A Product message a row."""
    for index, row in rows:
        yield Said(XmlMessage(product(row.record()), row.operation), (index,))


def unknown_types(rows: Rows, context: Context) -> Iterator[tuple[int, str]]:
    """The products that are there already and whose type nobody said: Amazon knows it."""
    for index, row in rows:
        if row.operation == "PartialUpdate" and context.type_of(row.sku, row.product_type) is None:
            yield index, row.sku


@dataclass(frozen=True, slots=True)
class Need:
    """A schema that a row is judged by. Partial updates and offers on an ASIN need no complete product."""

    product_type: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """The attributes of an offer on a product of that type that Amazon's catalogue has already."""

    product_type: str


def _need(row: Row, record: Mapping[str, Any], context: Context) -> Need | None:
    kind = context.type_of(row.sku, row.product_type)
    return Need(kind, row.operation == "Update" and not _is_offer(record)) if kind else None


def _is_offer(record: Mapping[str, Any]) -> bool:
    """Whether the product stands in Amazon's catalogue already, so that only an offer is made."""
    return bool(_at(record, ("standardProductID", "type")) == "ASIN")


async def prepared(rows: Rows, context: Context, port: Any) -> tuple[Context, list[Wrong]]:
    """The context with the definitions of all product types of the rows, and what is wrong with the rows by them."""
    needs: dict[Need, list[int]] = {}
    missing: list[Wrong] = []
    listed = list(rows)
    for index, row in listed:
        if row.operation != "Delete":
            need = _need(row, row.record(), context)
            if need is None:
                missing.append(Wrong(index, "productType", "Expected a product type of SP-API, here or in the form"))
            else:
                needs.setdefault(need, []).append(index)
    found: dict[Need | Offer, Any] = {}
    for need, indexes in needs.items():
        try:
            schema = await port.definition(need.product_type, enforced=need.whole)
        except (InvalidParameters, Rejected) as refusal:
            if refusal.status not in (400, 404):
                raise
            text = f"Expected a product type that Amazon knows, got {need.product_type}: {refusal.message}"
            missing += [Wrong(index, "productType", text) for index in indexes]
        else:
            found[need] = definition(need.product_type, schema)
    for offer in {Offer(need.product_type) for need in found if isinstance(need, Need) and not need.whole}:
        found[offer] = await _offered(offer, listed, context, port)
    known = replace(context, definitions=found)
    return known, missing or [wrong for index, row in listed for wrong in judged(index, row, known)]


async def _offered(offer: Offer, rows: list[tuple[int, Any]], context: Context, port: Any) -> frozenset[str]:
    """The names of the offer's attributes; none are asked for where no row makes such an offer."""
    types = (context.type_of(row.sku, row.product_type) for _, row in rows if _makes_offer(row))
    if offer.product_type not in types:
        return frozenset()
    schema = await port.definition(offer.product_type, requirements="LISTING_OFFER_ONLY", enforced=False)
    return frozenset(msgspec.json.decode(schema).get("properties", ()))


def _makes_offer(row: Row) -> bool:
    return row.operation == "Update" and _is_offer(row.record())


def judged(index: int, row: Row, context: Context) -> Iterator[Wrong]:
    """What is wrong with a row by the definition of its product type."""
    if row.operation == "Delete":
        return
    record = row.record()
    need, known, placed = _placed(row, record, context)
    for path, element, near in placed.unplaced:
        close = f"; nearest: {', '.join(near)}" if near else ""
        text = f"Expected an attribute of {known.name} for {element}, found none{close}. Give it in attributes instead"
        yield Wrong(index, _text(path), text)
    if not placed.attributes and not placed.unplaced:
        yield Wrong(index, "", "Expected something to update beside the SKU, got nothing")
    for path, text in known.problems(placed.attributes, placed.sources, whole=need.whole):
        yield Wrong(index, _text(path), text)


def _text(path: Path) -> str:
    return json_path(list(path)).removeprefix("$").lstrip(".")


def _placed(row: Row, record: Mapping[str, Any], context: Context) -> tuple[Need, Definition, Placed]:
    need = _need(row, record, context)
    if need is None:
        raise ValueError(f"{row.sku}: its product type was not looked up")
    known: Definition = context.definitions[need]
    return need, known, attributes_of(record, known, context.marketplace)


def said_in_attributes(rows: Rows, context: Context) -> Iterator[Said]:
    """An UPDATE, PARTIAL_UPDATE or DELETE message a row."""
    for index, row in rows:
        yield Said(_listing(row, context), (index,))


def _listing(row: Row, context: Context) -> ListingMessage:
    if row.operation == "Delete":
        return ListingMessage(row.sku, "DELETE")
    record = row.record()
    need, _, placed = _placed(row, record, context)
    if row.operation == "PartialUpdate":
        return ListingMessage(row.sku, "PARTIAL_UPDATE", need.product_type, attributes=placed.attributes)
    if not _is_offer(record):
        return ListingMessage(
            row.sku, "UPDATE", need.product_type, attributes=placed.attributes, requirements="LISTING"
        )
    names = context.definitions[Offer(need.product_type)] | set(record.get("attributes") or ())
    own = {name: value for name, value in placed.attributes.items() if name in names}
    return ListingMessage(row.sku, "UPDATE", need.product_type, attributes=own, requirements="LISTING_OFFER_ONLY")


FEED = Feed(
    mws=XmlFeed("_POST_PRODUCT_DATA_", "Product", said_in_xml, refuse=undescribed),
    sp=ListingsFeed(said_in_attributes, look_up=unknown_types, prepare=prepared, preview=True),
)


async def product_types(cfg: Mapping[str, Any], port: Any) -> Mapping[str, str]:
    """The product types that Amazon finds by the category's keywords: name -> name for people; all without a category."""
    found: Mapping[str, str] = await port.product_types(keywords_of(str(cfg.get("category") or "")))
    return found


USED = {
    "MWS": ("SubmitFeed", "GetFeedSubmissionList", "GetFeedSubmissionResult"),
    "SP-API": (
        "createFeedDocument",
        "createFeed",
        "getFeeds",
        "getFeed",
        "getFeedDocument",
        "putListingsItem",
        "patchListingsItem",
        "deleteListingsItem",
        "searchListingsItems",
        "getDefinitionsProductType",
        "searchDefinitionsProductTypes",
    ),
}
"""The operations that products need."""
