"""Says one old message in the new words: a product by the tables, the others by the actions that own their sentence."""

import copy
import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from lxml import etree

from sellerport.amazon.feeds import Check, Context, ListingMessage, ListingsFeed, Marketplace, Patch, Wrong
from sellerport.amazon.names import json_name
from sellerport.amazon.products.attributes import attributes_of
from sellerport.amazon.products.from_xml import children, local, record_of, text
from sellerport.amazon.products.shapes import OFFER, USUAL, Guessed
from sellerport.commands._envelope import OldMessage
from sellerport.commands._losses import Losses
from sellerport.errors import InputError

UNKNOWN = "PRODUCT"
_OPERATIONS = ("Update", "Delete", "PartialUpdate")
_PART = re.compile(r"[^.\[\]]+")
_SELECTORS = ("marketplace_id", "language_tag", "currency", "audience", "fulfillment_channel_code")


@dataclass(frozen=True, slots=True)
class Words:
    """What a translation goes by: the marketplace, the product types that are known, and what is said of the rest."""

    place: Marketplace
    product_types: Mapping[str, str]
    losses: Losses

    def type_of(self, sku: str, category: str = "") -> str:
        """The product type of a SKU: its own, else its category element's, else PRODUCT, which is noted."""
        known = self.product_types.get(sku) or self.product_types.get(category.lower())
        if known is None:
            self.losses.assumed[sku] = UNKNOWN
        return known or UNKNOWN

    def context(self, skus: list[str]) -> Context:
        """What an action's sentence may know."""
        return Context(self.place, product_types={sku: self.type_of(sku) for sku in skus})


def is_one(message: OldMessage, words: Words) -> bool:
    """Whether Amazon would have taken the message: of the feed's type, alone, with an operation that there is."""
    kind, wrong = words.losses.message_type, ""
    if not message.bodies:
        wrong = f"it holds no {kind}"
    elif strange := [local(body) for body in message.bodies if local(body) != kind]:
        wrong = f"it holds {strange[0]} in a feed of {kind}"
    elif len(message.bodies) > 1:
        wrong = f"it holds {len(message.bodies)} of {kind}, where one has its place"
    elif message.operation not in _OPERATIONS:
        wrong = f"its OperationType is none of {', '.join(_OPERATIONS)}"
    if wrong:
        words.losses.lose(message.number, "", "", wrong, message.operation if "OperationType" in wrong else "")
    return not wrong


Translate = Callable[[OldMessage, Words], Iterator[ListingMessage]]


def product(message: OldMessage, words: Words) -> Iterator[ListingMessage]:
    """An UPDATE, PARTIAL_UPDATE or DELETE of a product."""
    record, strangers = record_of(message.body)
    sku = str(record.get("sku") or "")
    lose = words.losses.lose
    if not sku:
        lose(message.number, "", "", "it has no SKU")
        return
    if message.operation == "Delete":
        yield ListingMessage(sku, "DELETE")
        return
    for stranger in strangers:
        lose(message.number, sku, _path(stranger.path), "no element of a product feed", stranger.text)
    placed = attributes_of(record, Guessed(with_tax=words.place.region == "EU"), words.place)
    for path, element, _ in placed.unplaced:
        lose(message.number, sku, _path(path), f"no attribute is known for {element}")
    offer = message.operation == "Update" and record.get("standardProductID", {}).get("type") == "ASIN"
    attributes = placed.attributes
    if offer:
        attributes = {name: value for name, value in attributes.items() if name in OFFER}
        for name in (name for name in placed.attributes if name not in OFFER):
            text = f"{name} is Amazon's own for the ASIN, an offer on it says nothing of it"
            lose(message.number, sku, _path(placed.sources[name]), text)
    for path, name, currency in _foreign(attributes, placed.sources, words.place):
        lose(
            message.number, sku, _path(path), f"its currency is not the marketplace's {words.place.currency}", currency
        )
        del attributes[name]
    if not attributes:
        lose(message.number, sku, "", "nothing of it became an attribute")
        return
    for attribute, path in placed.sources.items():
        if attribute not in USUAL and attribute in attributes:
            words.losses.guessed[_path(path), attribute] += 1
    kind = words.type_of(sku, next(iter(record.get("productData", {})), ""))
    partial = message.operation == "PartialUpdate"
    requirements = None if partial else "LISTING_OFFER_ONLY" if offer else "LISTING"
    operation: Any = "PARTIAL_UPDATE" if partial else "UPDATE"
    yield ListingMessage(sku, operation, kind, attributes=attributes, requirements=requirements)


def _foreign(
    attributes: Mapping[str, list[dict[str, Any]]], sources: Mapping[str, tuple[str | int, ...]], place: Marketplace
) -> list[tuple[tuple[str | int, ...], str, str]]:
    """The attributes with an amount in another currency than the marketplace's: path, name, currency."""
    return [
        (sources[name], name, str(one["currency"]))
        for name, instances in attributes.items()
        for one in instances[:1]
        if one.get("currency", place.currency) != place.currency
    ]


def _path(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path)


@dataclass(frozen=True, slots=True)
class Sentence:
    """An action's way of saying its rows: the row's type, what is checked, and the patches."""

    row: Any
    check: Check
    feed: ListingsFeed
    sku: str = "sku"
    many: tuple[str, ...] = ()
    removes: bool = False
    removed: Mapping[str, str] = field(default_factory=dict)  # members that a removal need not give
    essential: str = ""  # the member without which the others would say something else

    def translate(self, message: OldMessage, words: Words) -> Iterator[ListingMessage]:
        """The patches of one message; what the action's own checks refuse is left out and noted."""
        facts = _plain(message.body, self.many)
        sku = str(facts.get(self.sku) or "")
        if message.operation == "Delete" and not self.removes:
            words.losses.lose(message.number, sku, "", "there is nothing to delete for it in listings")
            return
        row = self._row(dict(self.removed) | facts if message.operation == "Delete" else facts, message, words, sku)
        if row is None:
            return
        skus = [sku, *(str(part.get("sku")) for name in self.many for part in facts.get(name, ()))]
        for said in self.feed.say([(0, row)], words.context(skus)):
            if isinstance(said.message, ListingMessage):
                one = said.message
                if message.operation != "Delete":
                    yield one
                elif not self.many or one.sku != sku:  # of a relationship the child lets go, the parent stays
                    yield replace(one, patches=tuple(map(_removal, one.patches)))

    def _row(self, facts: dict[str, Any], message: OldMessage, words: Words, sku: str) -> Any:
        """The row, without the members that listings cannot say; None where the message is no row of the action."""
        self._forget_strangers(facts, message, words, sku)
        row = self._converted(facts)
        while isinstance(row, self.row) and (refused := self._refused(row, words)) is not None:
            words.losses.lose(message.number, sku, refused.path, refused.text)
            if refused.path == self.essential:
                return None
            row = self._without(facts, refused.path)
        if not isinstance(row, self.row):
            words.losses.lose(message.number, sku, "", str(row))
            return None
        wrong = next(iter(self.check([(0, row)], words.place)), None)
        if wrong is not None:
            words.losses.lose(message.number, sku, wrong.path, wrong.text)
            return None
        return row

    def _converted(self, facts: dict[str, Any]) -> Any:
        """The row, or what is wrong with it."""
        try:
            return msgspec.convert(facts, self.row, strict=False)
        except msgspec.ValidationError as error:
            return str(error)

    def _refused(self, row: Any, words: Words) -> Wrong | None:
        return next(iter(self.feed.refuse([(0, row)], words.place)), None) if self.feed.refuse else None

    def _without(self, facts: dict[str, Any], path: str) -> Any:
        """The row without the member at the path, or without what holds it where it cannot go alone."""
        parts = [int(part) if part.isdigit() else part for part in _PART.findall(path)]
        row: Any = "nothing of it can be said in listings"
        for end in range(len(parts), 0, -1):
            trial = _cut(facts, parts[:end])
            row = self._converted(trial)
            if isinstance(row, self.row):
                facts.clear()
                facts.update(trial)
                break
        return row

    def _forget_strangers(self, facts: dict[str, Any], message: OldMessage, words: Words, sku: str) -> None:
        known = {field.encode_name for field in msgspec.structs.fields(self.row)}
        for name in set(facts) - known:
            words.losses.lose(message.number, sku, name, "no element of such a feed", str(facts.pop(name)))


def _cut(facts: dict[str, Any], parts: list[str | int]) -> dict[str, Any]:
    """The facts without what stands there."""
    trial: dict[str, Any] = copy.deepcopy(facts)
    inside: Any = trial
    for part in parts[:-1]:
        inside = inside[part]
    del inside[parts[-1]]
    return trial


def _removal(patch: Patch) -> Patch:
    """The patch that takes away what the given one sets."""
    kept = tuple({name: item[name] for name in _SELECTORS if name in item} for item in patch.value)
    return Patch("delete", patch.attribute, kept)


def _plain(element: etree._Element, many: tuple[str, ...]) -> dict[str, Any]:
    """An element's children as JSON by xjc's names: texts, `{"value": …, attribute: …}`, objects, lists of `many`."""
    found: dict[str, Any] = {}
    for child in children(element):
        name, inner = json_name(local(child)), list(children(child))
        value: Any = _plain(child, many) if inner else text(child)
        if not inner and child.attrib:
            value = {"value": value, **{str(key): str(given) for key, given in child.attrib.items()}}
        if name in many:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _sentence(action: str, **facts: Any) -> Translate:
    module: Any = importlib.import_module(f"sellerport.actions.{action}")
    return Sentence(module.ROW, module.wrong, module.FEED.sp, **facts).translate


_NO_IMAGE = {"imageLocation": "https://removed.invalid/"}


def kind_of(message_type: str) -> Translate:
    """How messages of a type are said; InputError where it is no feed of listings."""
    known: dict[str, Callable[[], Translate]] = {
        "Product": lambda: product,
        "Inventory": lambda: _sentence("submit_inventory", essential="fulfillmentCenterID"),
        "Price": lambda: _sentence("change_product_price"),
        "ProductImage": lambda: _sentence("change_product_image", removes=True, removed=_NO_IMAGE),
        "Relationship": lambda: _sentence(
            "establish_product_relationships", sku="parentSKU", many=("relation",), removes=True
        ),
    }
    if message_type not in known:
        raise InputError(f"MessageType: Expected one of {', '.join(known)}, got {message_type}")
    return known[message_type]()
