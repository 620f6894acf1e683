"""Says a checked product record in listing attributes: common elements by a table, the category's by name and shape.

What a product type's schema has no place for is not dropped: it is named, with the attributes that come nearest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sellerport.amazon.feeds import Marketplace
from sellerport.amazon.names import attribute_name, json_name
from sellerport.amazon.products import table
from sellerport.amazon.products.check import Path, whole
from sellerport.amazon.products.common import ANYWHERE, COMMON, CONTAINERS, SAID_BY_PRODUCT_TYPE, Rule
from sellerport.amazon.products.instances import Instance, grouped, instance_of, selected
from sellerport.amazon.products.shapes import Schema, Shapes, words_allowed
from sellerport.amazon.products.table import Group, Member

_BESIDE = frozenset({"sku", "productType", "attributes"})
_SELECTORS = ("marketplace_id", "language_tag")


class Unplaced(NamedTuple):
    """An element that has no place: where it stands, what it is called, and the attributes that come nearest."""

    path: Path
    element: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Attributes made from a record, the path that each came from, and the elements that found no place."""

    attributes: dict[str, list[Instance]] = field(default_factory=dict)
    sources: dict[str, Path] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)


def attributes_of(record: Mapping[str, Any], shapes: Shapes, place: Marketplace) -> Placed:
    """All attributes of a record; those that the record gives itself are taken as they are and win."""
    work = _Work(shapes, place, record.get("attributes", {}), Placed())
    for leaf in _leaves(record, whole(), ()):
        _place(leaf, work)
    work.found.attributes.update(work.given)
    work.found.sources.update({name: ("attributes", name) for name in work.given})
    return work.found


@dataclass(frozen=True, slots=True)
class _Work:
    """What placing goes by, and what it has found so far."""

    shapes: Shapes
    place: Marketplace
    given: Mapping[str, list[Instance]]
    found: Placed

    def add(self, name: str, leaf: "_Leaf", instance: Instance, shape: Schema) -> None:
        """One more instance of an attribute, with the selectors of its shape."""
        _add(self.found, name, leaf.path, selected(instance, shape, self.shapes, self.place))

    def miss(self, leaf: "_Leaf", element: str) -> None:
        """The leaf has no place."""
        self.found.unplaced.append(Unplaced(leaf.path, leaf.member.name, tuple(self.shapes.near(element))))


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A value that wants an attribute: one value, or all of a repeated element; `key` is its path without indexes."""

    path: Path
    member: Member
    values: tuple[Any, ...]

    @property
    def key(self) -> str:
        return ".".join(str(part) for part in self.path)

    def rule(self) -> Rule:
        """Where it goes: by the table, else by its name."""
        by_place = COMMON.get(self.key) or ANYWHERE.get(self.member.json)
        return by_place or Rule((attribute_name(self.member.name),))


def _leaves(value: Mapping[str, Any], group: Group, path: Path) -> Iterator[_Leaf]:
    for name, item in value.items():
        member = group.at.get(name)
        if member is None or (not path and name in _BESIDE):
            continue
        if name == "productData":
            yield from _category_leaves(item, (*path, name))
        elif isinstance(member.kind, Group) and name in CONTAINERS and not member.repeated:
            yield from _leaves(item, member.kind, (*path, name))
        else:
            values = tuple(item) if member.repeated else (item,)
            yield _Leaf((*path, name), member, values)


def _category_leaves(data: Mapping[str, Any], path: Path) -> Iterator[_Leaf]:
    for element in table.categories():
        if (name := json_name(element)) in data:
            yield from _content_leaves(data[name], table.category(element), (*path, name))


def _content_leaves(content: Mapping[str, Any], group: Group, path: Path) -> Iterator[_Leaf]:
    """A category's members, and its product type's as if they stood beside them."""
    types = table.product_types(group)
    chosen = content.get("productType")
    if types is None or not isinstance(chosen, dict):
        yield from _leaves(content, group, path)
        return
    yield from _leaves({name: item for name, item in content.items() if name != "productType"}, group, path)
    for name, inner in chosen.items():
        kind = types.at[name].kind
        if isinstance(kind, Group):
            yield from _leaves(inner, kind, (*path, "productType", name))
        else:
            yield _Leaf((*path, "productType", name), types.at[name], (inner,))


def _place(leaf: _Leaf, work: _Work) -> None:
    """Put a leaf where it belongs, or note that it found no place; what the record gives itself is left alone."""
    if leaf.key == "standardProductID":
        return _identify(leaf, work)
    rule, kind = leaf.rule(), leaf.member.kind
    if any(name in work.given for name in rule.attributes):
        return None
    for name in rule.attributes:
        if (shape := work.shapes.instance(name, kind)) is None:
            continue
        made = [instance_of(value, kind, shape, rule, work.shapes) for value in leaf.values]
        if all(instance is not None for instance in made):
            for instance in made:
                work.add(name, leaf, instance or {}, shape)
            return None
        if isinstance(kind, Group) and len(leaf.values) == 1:
            return _split(leaf, kind, name, shape, work)
    if isinstance(kind, Group):
        return _open(leaf, kind, work)
    return None if leaf.member.json in SAID_BY_PRODUCT_TYPE else work.miss(leaf, leaf.member.name)


def _identify(leaf: _Leaf, work: _Work) -> None:
    """The product's standard id: an ASIN is a suggestion of the merchant, the others are assigned outside Amazon."""
    kind, number = str(leaf.values[0].get("type", "")), leaf.values[0].get("value")
    name = "merchant_suggested_asin" if kind == "ASIN" else "externally_assigned_product_identifier"
    if name in work.given:
        return
    shape = work.shapes.instance(name, leaf.member.kind)
    if shape is None or "value" not in shape or number is None:
        work.miss(leaf, name)
        return
    instance: Instance = {"value": number}
    if "type" in shape:
        allowed, _ = words_allowed(work.shapes.part(shape["type"]))
        word = kind.lower()
        instance = {"type": "ean" if word == "isbn" and allowed and "isbn" not in allowed else word, **instance}
    work.add(name, leaf, instance, shape)


def _split(leaf: _Leaf, kind: Group, name: str, shape: Schema, work: _Work) -> None:
    """A group of which the attribute takes a part: the rest goes by its own rule."""
    value = leaf.values[0]
    taken = {child: item for child, item in value.items() if attribute_name(kind.at[child].name) in shape}
    instance = grouped(taken, kind, shape, work.shapes)
    if instance is not None:
        work.add(name, leaf, instance, shape)
    for child, item in value.items():
        if child not in taken or instance is None:
            values = tuple(item) if kind.at[child].repeated else (item,)
            _place(_Leaf((*leaf.path, child), kind.at[child], values), work)


def _open(leaf: _Leaf, kind: Group, work: _Work) -> None:
    """A group without an attribute of its own: each of its members may have one."""
    for index, value in enumerate(leaf.values):
        path = (*leaf.path, index) if leaf.member.repeated else leaf.path
        for inner in _leaves(value, kind, path):
            _place(inner, work)


def _add(found: Placed, name: str, path: Path, instance: Instance) -> None:
    """One more instance; parts that belong to one instance join it, a value that is there already is not said twice."""
    found.sources.setdefault(name, path)
    instances = found.attributes.setdefault(name, [])
    if instance in instances:
        return
    parts = {key for key in instance if key not in _SELECTORS}
    if "value" not in parts and instances and not parts & set(instances[-1]):
        instances[-1] |= instance
    else:
        instances.append(instance)
