"""The grammar of a Product message, read from the tables of `amazon_wire.products` as far as a document needs it.

The form of the tables stands in that package's docstring. A category is read when a product of it is checked.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from .facets import Simple
from .grammar import Complex, Part, Type, element, group

TABLES: Final = "amazon_wire.products"
MEMBER: Final = re.compile(r"([^!?*+ ]+)([!?*+]\d*)?(?: (.+))?")
FACETS: Final[Mapping[str, str]] = {
    "minLength": "shortest",
    "maxLength": "longest",
    "totalDigits": "digits",
    "fractionDigits": "decimals",
    "minInclusive": "least",
    "maxInclusive": "most",
    "minExclusive": "above",
}


@lru_cache
def _table(name: str) -> Mapping[str, Any]:
    path = files(TABLES)
    for part in f"{name}.json".split("/"):
        path = path / part
    found: Mapping[str, Any] = msgspec.json.decode(path.read_bytes())
    return found


def categories() -> frozenset[str]:
    """The names of the category elements."""
    return frozenset(_table("index")["categories"])


def product() -> Type:
    """The type of the element Product."""
    return _named("product", "<Product>")


@lru_cache(maxsize=4096)
def _named(table: str, name: str) -> Type:
    if name.startswith("xsd:"):
        return Simple(base=name.removeprefix("xsd:"))
    if name in _table(table):
        return _type(table, _table(table)[name])
    if name in _table("types"):
        return _type("types", _table("types")[name])
    category = name[1:-1]
    if category in categories() and table != f"categories/{category}":
        return _named(f"categories/{category}", name)
    raise KeyError(f"{name} in {table}")


def _type(table: str, definition: Any) -> Type:
    if isinstance(definition, str):
        return _named(table, definition)
    if "of" in definition:
        return Complex(group("sequence", (_part(table, member) for member in definition["of"])))
    if "union" in definition:
        return Simple(union=tuple(_simple(table, one) for one in definition["union"]))
    if "text" in definition:
        return _with_attributes(table, definition)
    return _limited(table, definition)


def _simple(table: str, definition: Any) -> Simple:
    found = _type(table, definition)
    return found if isinstance(found, Simple) else (found.text or Simple())


def _with_attributes(table: str, definition: Mapping[str, Any]) -> Complex:
    text = _type(table, definition["text"])
    inner = dict(text.attributes) if isinstance(text, Complex) else {}
    own = {
        name.removesuffix("!"): (_simple(table, type_), name.endswith("!"))
        for name, type_ in definition["attributes"].items()
    }
    return Complex(text=text if isinstance(text, Simple) else text.text, attributes={**inner, **own})


def _limited(table: str, definition: Mapping[str, Any]) -> Simple:
    base = _simple(table, definition["base"])
    facets: dict[str, Any] = {name: getattr(base, name) for name in base.__slots__}
    for name, limit in definition.items():
        if name in FACETS:
            facets[FACETS[name]] = float(limit) if isinstance(limit, str) else limit
        elif name == "length":
            facets["shortest"] = facets["longest"] = limit
        elif name == "enum":
            facets["enum"] = tuple(limit)
        elif name == "pattern":
            facets["pattern"] = "|".join(limit)
    return Simple(**facets)


def _part(table: str, member: Any, *, once: bool = False) -> Part:
    """A member of a content; in a choice nothing behind the name means once."""
    if isinstance(member, dict):
        (kind, members), *_ = member.items()
        low = 0 if kind.endswith("?") else 1
        return group("choice", (_part(table, one, once=True) for one in members), low)
    text, definition = (member, None) if isinstance(member, str) else member
    matched = MEMBER.fullmatch(text)
    if matched is None:
        raise ValueError(f"{text!r} in {table}")
    name, mark, named = matched.groups()
    wanted = definition if definition is not None else (named or f"<{name}>")
    low, high = _often(mark or ("!" if once else "?"))
    return element(name, lambda: _type(table, wanted), low, high)


def _often(mark: str) -> tuple[int, int | None]:
    if mark[0] in "!?":
        return (1 if mark[0] == "!" else 0), 1
    return (1 if mark[0] == "+" else 0), (int(mark[1:]) if mark[1:] else None)
