"""Says a checked product record in listing attributes: common elements by a table, the category's by name and shape.

What a product type's schema has no place for is not dropped: it is named, with the attributes that come nearest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sellerport.amazon.feeds import Marketplace, text_of
from sellerport.amazon.products import table
from sellerport.amazon.products.check import Path, whole
from sellerport.amazon.products.common import ANYWHERE, COMMON, CONTAINERS, SAID_BY_PRODUCT_TYPE, Rule
from sellerport.amazon.products.names import attribute_name, json_name
from sellerport.amazon.products.shapes import Schema, Shapes, words_allowed
from sellerport.amazon.products.table import Group, Kind, Member, Simple, Valued
from sellerport.amazon.products.units import full_name

Instance = dict[str, Any]
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
    given: Mapping[str, list[Instance]] = record.get("attributes", {})
    found = Placed()
    for leaf in _leaves(record, whole(), ()):
        _place(leaf, shapes, place, given, found)
    found.attributes.update(given)
    found.sources.update({name: ("attributes", name) for name in given})
    return found


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
        elif name not in SAID_BY_PRODUCT_TYPE or isinstance(member.kind, Group):
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


def _place(leaf: _Leaf, shapes: Shapes, place: Marketplace, given: Mapping[str, Any], found: Placed) -> None:
    """Put a leaf where it belongs, or note that it found no place; what the record gives itself is left alone."""
    if leaf.key == "standardProductID":
        return _identify(leaf, shapes, place, given, found)
    rule = leaf.rule()
    if any(name in given for name in rule.attributes):
        return None
    for name in rule.attributes:
        shape = shapes.instance(name, leaf.member.kind)
        made = [_instance(value, leaf.member.kind, shape, rule, shapes) for value in leaf.values] if shape else [None]
        if all(instance is not None for instance in made):
            for instance in made:
                _add(found, name, leaf.path, _selected(instance or {}, shape or {}, shapes, place))
            return None
        if isinstance(leaf.member.kind, Group) and shape and len(leaf.values) == 1:
            return _split(leaf, name, shapes, place, given, found)
    if isinstance(leaf.member.kind, Group):
        return _open(leaf, shapes, place, given, found)
    found.unplaced.append(Unplaced(leaf.path, leaf.member.name, tuple(shapes.near(leaf.member.name))))
    return None


def _identify(leaf: _Leaf, shapes: Shapes, place: Marketplace, given: Mapping[str, Any], found: Placed) -> None:
    """The product's standard id: an ASIN is a suggestion of the merchant, the others are assigned outside Amazon."""
    kind, number = leaf.values[0]["type"], leaf.values[0]["value"]
    name = "merchant_suggested_asin" if kind == "ASIN" else "externally_assigned_product_identifier"
    if name in given:
        return
    shape = shapes.instance(name, leaf.member.kind)
    if shape is None or "value" not in shape:
        found.unplaced.append(Unplaced(leaf.path, leaf.member.name, tuple(shapes.near(name))))
        return
    instance: Instance = {"value": number}
    if "type" in shape:
        allowed, _ = words_allowed(shapes.part(shape["type"]))
        word = kind.lower()
        instance = {"type": "ean" if word == "isbn" and allowed and "isbn" not in allowed else word, **instance}
    _add(found, name, leaf.path, _selected(instance, shape, shapes, place))


def _split(leaf: _Leaf, name: str, shapes: Shapes, place: Marketplace, given: Mapping[str, Any], found: Placed) -> None:
    """A group of which the attribute takes a part: the rest goes by its own rule."""
    kind, value = leaf.member.kind, leaf.values[0]
    shape = shapes.instance(name, kind) or {}
    if not isinstance(kind, Group):
        return
    taken = {child: item for child, item in value.items() if attribute_name(kind.at[child].name) in shape}
    instance = _group(taken, kind, shape, shapes) if taken else None
    if instance is not None:
        _add(found, name, leaf.path, _selected(instance, shape, shapes, place))
    for child, item in value.items():
        if child not in taken or instance is None:
            values = tuple(item) if kind.at[child].repeated else (item,)
            _place(_Leaf((*leaf.path, child), kind.at[child], values), shapes, place, given, found)


def _open(leaf: _Leaf, shapes: Shapes, place: Marketplace, given: Mapping[str, Any], found: Placed) -> None:
    """A group without an attribute of its own: each of its members may have one."""
    kind = leaf.member.kind
    for index, value in enumerate(leaf.values):
        path = (*leaf.path, index) if leaf.member.repeated else leaf.path
        for inner in _leaves(value, kind, path) if isinstance(kind, Group) else ():
            _place(inner, shapes, place, given, found)


def _instance(value: Any, kind: Kind, shape: Schema, rule: Rule, shapes: Shapes) -> Instance | None:
    """The value in the attribute's shape, without selectors; None where it does not fit."""
    if isinstance(kind, Group):
        return _group(value, kind, shape, shapes)
    if isinstance(kind, Valued):
        return _valued(value, kind, shape, rule, shapes)
    part = rule.part or "value"
    if part not in shape or "unit" in shape or "currency" in shape:
        return None
    schema = shapes.part(shape[part])
    fitted = _fitted(rule.value(value, schema) if rule.value else value, schema)
    return None if fitted is None else {part: fitted}


def _group(value: Mapping[str, Any], group: Group, shape: Schema, shapes: Shapes) -> Instance | None:
    """Named parts, each a measure or a value of its own."""
    made: Instance = {}
    for child, item in value.items():
        member = group.at[child]
        part = attribute_name(member.name)
        inner = _inner(item, member, shapes.part(shape[part]), shapes) if part in shape else None
        if inner is None:
            return None
        made[part] = inner
    return made or None


def _inner(value: Any, member: Member, schema: Schema, shapes: Shapes) -> Any:
    if schema.get("type") == "array":
        items = shapes.part(schema.get("items", {}))
        made = [_inner(one, member, items, shapes) for one in (value if member.repeated else [value])]
        return None if None in made else made
    if "properties" in schema:
        return None if member.repeated else _instance(value, member.kind, schema["properties"], Rule(()), shapes)
    return _fitted(value, schema) if isinstance(member.kind, Simple) and not member.repeated else None


def _valued(value: Mapping[str, Any], kind: Valued, shape: Schema, rule: Rule, shapes: Shapes) -> Instance | None:
    """A measure with its unit in full, or money with its currency."""
    attribute = kind.attributes[0]
    part = rule.part or ("value" if "value" in shape else "value_with_tax")
    beside = "currency" if attribute.name == "currency" else "unit"
    if part not in shape or beside not in shape:
        return None
    number = _fitted(value["value"], shapes.part(shape[part]))
    if number is None:
        return None
    if beside == "currency":
        return {part: number, **({"currency": value["currency"]} if "currency" in value else {})}
    if attribute.json not in value:
        return None
    return {part: number, "unit": full_name(value[attribute.json], words_allowed(shapes.part(shape["unit"]))[0])}


def _fitted(value: Any, schema: Schema) -> Any:
    """A plain value in the JSON type that the schema asks; None where it cannot be said in it."""
    wanted = schema.get("type")
    if wanted == "string":
        text = value if isinstance(value, str) else text_of(value)
        return _listed(text, schema)
    if wanted == "boolean":
        return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
    if wanted in ("number", "integer"):
        return _as_number(value, whole_only=wanted == "integer")
    return value


def _listed(text: str, schema: Schema) -> str:
    """The text, in the spelling of the value that the schema lists for it."""
    allowed, _ = words_allowed(schema)
    if text in allowed:
        return text
    same = {_plain(str(word)): str(word) for word in allowed}
    return same.get(_plain(text), text)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _as_number(value: Any, *, whole_only: bool) -> int | float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if number.is_integer():
        return int(number)
    return None if whole_only else number


def _selected(instance: Instance, shape: Schema, shapes: Shapes, place: Marketplace) -> Instance:
    """The instance with the selectors that its shape has."""
    made = dict(instance)
    if "currency" in shape:
        made.setdefault("currency", place.currency)
    if "language_tag" in shape:
        allowed, _ = words_allowed(shapes.part(shape["language_tag"]))
        made["language_tag"] = place.locale if not allowed or place.locale in allowed else allowed[0]
    if "marketplace_id" in shape:
        made["marketplace_id"] = place.id
    return made


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
