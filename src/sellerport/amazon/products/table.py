"""Reads the tables of the old product feed, a category at a time: Product, its groups, their members, their types.

Values only; what they mean for a form, a message or a document is told by the modules beside this one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from sellerport.amazon.names import json_name

_MEMBER = re.compile(r"(?P<name>[^ ]+?)(?P<mark>[!?]|[*+]\d*)?(?: (?P<kind>.+))?")
_TABLES = files("amazon_wire.products")


@dataclass(frozen=True, slots=True)
class Simple:
    """A text, number, truth or time (`base`, XML Schema's name for it) with its limits."""

    base: str
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    above: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an element: a unit or a currency. `json` is its name in a message."""

    name: str
    json: str
    kind: Simple
    required: bool


@dataclass(frozen=True, slots=True)
class Valued:
    """A text with attributes; in a message `{"value": …, "unitOfMeasure": …}`."""

    text: Simple
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """An element inside a group: `least` to `most` times (None: without end)."""

    name: str
    json: str
    kind: "Simple | Valued | Group"
    least: int
    most: int | None

    @property
    def repeated(self) -> bool:
        """Whether a message holds a list of it."""
        return self.most != 1


@dataclass(frozen=True, slots=True)
class Choice:
    """JSON names of which exactly one may be given, or (`least` 0) none."""

    names: tuple[str, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Group:
    """Members in the order in which they are written. `at` finds one by JSON name, `spelled` whatever the case."""

    members: tuple[Member, ...]
    choices: tuple[Choice, ...]
    at: Mapping[str, Member] = field(repr=False, compare=False)
    order: Mapping[str, int] = field(repr=False, compare=False)
    spelled: Mapping[str, str] = field(repr=False, compare=False)

    def required(self) -> list[str]:
        """JSON names without which the group is not complete."""
        chosen = {name for choice in self.choices for name in choice.names}
        return [member.json for member in self.members if member.least and member.json not in chosen]


Kind = Simple | Valued | Group


def group(members: list[Member], choices: list[Choice]) -> Group:
    """A group of these members."""
    at = {member.json: member for member in members}
    order = {name: place for place, name in enumerate(at)}
    return Group(tuple(members), tuple(choices), at, order, {name.lower(): name for name in at})


def labels() -> Mapping[str, tuple[str, ...]]:
    """The 30 categories of the form, each with the elements that it stands for, the best first."""
    return {label: tuple(elements) for label, elements in _table("index.json")["labels"].items()}


def categories() -> tuple[str, ...]:
    """All category elements, in the order of the product feed."""
    return tuple(_table("index.json")["categories"])


@lru_cache(maxsize=1)
def product() -> Group:
    """The Product element, its ProductData left empty."""
    whole = _kind("<Product>", _table("product.json"))
    if not isinstance(whole, Group):
        raise TypeError("Product is not a group")
    return whole


@lru_cache(maxsize=64)
def category(element: str) -> Group:
    """The content of a category's element, with all its product types."""
    content = _kind(f"<{element}>", _table(f"categories/{element}.json"))
    if not isinstance(content, Group):
        raise TypeError(f"{element} is not a group")
    return content


def product_types(content: Group) -> Group | None:
    """The choice of product types below a category, or None where its type is a text or it has none."""
    member = content.at.get("productType")
    return member.kind if member and isinstance(member.kind, Group) else None


def of_type(content: Group, product_type: str) -> Group:
    """The category with one product type instead of the choice."""
    place, member = content.order["productType"], content.at["productType"]
    types = member.kind
    if not isinstance(types, Group):
        raise TypeError("its product type is a text")
    chosen = replace(types.at[product_type], least=1)
    one = replace(member, kind=group([chosen], []))
    return group([*content.members[:place], one, *content.members[place + 1 :]], list(content.choices))


@lru_cache(maxsize=64)
def _table(path: str) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.json.decode(_TABLES.joinpath(path).read_bytes())
    return content


def _kind(fact: Any, here: Mapping[str, Any]) -> Kind:
    """The type that a fact of the table `here` states."""
    if isinstance(fact, str):
        return _named(fact, here)
    if "of" in fact:
        return group(list(_members(fact["of"], here)), list(_choices(fact["of"])))
    if "text" in fact:
        return _valued(fact, here)
    if "union" in fact:
        parts = [_simple(_kind(part, here)) for part in fact["union"]]
        return Simple(parts[0].base, enum=tuple(dict.fromkeys(word for part in parts for word in part.enum)))
    return _limited(_simple(_kind(fact["base"], here)), fact)


def _named(name: str, here: Mapping[str, Any]) -> Kind:
    if name.startswith("xsd:"):
        return Simple(name.removeprefix("xsd:"))
    if name in here:
        return _kind(here[name], here)
    if name in (common := _table("types.json")):
        return _shared(name)
    if name == "<ProductData>" or name[1:-1] in categories():
        return category(name[1:-1])
    raise KeyError(f"no type {name} among {len(here) + len(common)}")


@lru_cache(maxsize=512)
def _shared(name: str) -> Kind:
    common = _table("types.json")
    return _kind(common[name], common)


def _simple(kind: Kind) -> Simple:
    if not isinstance(kind, Simple):
        raise TypeError(f"Expected a simple type, got {kind}")
    return kind


def _valued(fact: Mapping[str, Any], here: Mapping[str, Any]) -> Valued:
    inner = _kind(fact["text"], here)
    text, before = (inner.text, inner.attributes) if isinstance(inner, Valued) else (_simple(inner), ())
    given = [
        Attribute(name.rstrip("!"), json_name(name.rstrip("!")), _simple(_kind(kind, here)), name.endswith("!"))
        for name, kind in fact["attributes"].items()
    ]
    return Valued(text, (*before, *given))


def _limited(base: Simple, facets: Mapping[str, Any]) -> Simple:
    """The base type with facets; what the facets do not limit stays as it was."""
    found: dict[str, Any] = {
        "enum": tuple(map(str, facets["enum"])) if "enum" in facets else base.enum,
        "pattern": "|".join(facets["pattern"]) if "pattern" in facets else base.pattern,
        "min_length": facets.get("length", facets.get("minLength", base.min_length)),
        "max_length": facets.get("length", facets.get("maxLength", base.max_length)),
        "total_digits": facets.get("totalDigits", base.total_digits),
        "fraction_digits": facets.get("fractionDigits", base.fraction_digits),
    }
    for ours, theirs in (("least", "minInclusive"), ("most", "maxInclusive"), ("above", "minExclusive")):
        found[ours] = Decimal(str(facets[theirs])) if theirs in facets else getattr(base, ours)
    return Simple(base.base, **found)


def _members(parts: list[Any], here: Mapping[str, Any]) -> Iterator[Member]:
    for part in parts:
        if isinstance(part, dict):
            for alternative in next(iter(part.values())):
                yield _member(alternative, here, usual=(1, 1))
        else:
            yield _member(part, here, usual=(0, 1))


def _member(part: Any, here: Mapping[str, Any], usual: tuple[int, int]) -> Member:
    text, fact = (part[0], part[1]) if isinstance(part, list) else (part, None)
    name, mark, kind = _parsed(text)
    least, most = _times(mark, usual)
    if name == "ProductData":
        return Member(name, "productData", group([], []), least, most)
    return Member(name, json_name(name), _kind(fact or kind or f"<{name}>", here), least, most)


def _choices(parts: list[Any]) -> Iterator[Choice]:
    for part in parts:
        if isinstance(part, dict):
            ((kind, alternatives),) = part.items()
            names = [_parsed(a[0] if isinstance(a, list) else a)[0] for a in alternatives]
            yield Choice(tuple(map(json_name, names)), 0 if kind == "choice?" else 1)


def _parsed(text: str) -> tuple[str, str, str]:
    if not (found := _MEMBER.fullmatch(text)):
        raise ValueError(f"no member: {text!r}")
    return found["name"], found["mark"] or "", found["kind"] or ""


def _times(mark: str, usual: tuple[int, int]) -> tuple[int, int | None]:
    if mark in ("!", "?"):
        return (1 if mark == "!" else 0), 1
    if mark:
        return (1 if mark[0] == "+" else 0), int(mark[1:]) if mark[1:] else None
    return usual
