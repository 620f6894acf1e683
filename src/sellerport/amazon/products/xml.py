"""Says a checked product record in the old feed's words: elements in the table's order, units and currencies as attributes.

One writer for every category: what stands where is the tables' business.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sellerport.amazon.feeds import Element
from sellerport.amazon.products import table
from sellerport.amazon.products.check import elements
from sellerport.amazon.products.table import Group, Kind, Valued
from sellerport.amazon.products.values import amount, text

_LISTINGS_ONLY = ("productType", "attributes")


def product(record: Mapping[str, Any]) -> Element:
    """The Product element of a record; what it says for listings alone is left out."""
    plain = {name: value for name, value in record.items() if name not in _LISTINGS_ONLY}
    return Element("Product", children=tuple(_children(plain, table.product())))


def _children(value: Mapping[str, Any], group: Group) -> Iterator[Element]:
    for name in sorted(value, key=group.order.__getitem__):
        member, given = group.at[name], value[name]
        if member.name == "ProductData":
            yield Element("ProductData", children=tuple(_category(given)))
        elif member.repeated:
            yield from (_element(member.name, part, member.kind) for part in given)
        else:
            yield _element(member.name, given, member.kind)


def _category(data: Mapping[str, Any]) -> Iterator[Element]:
    for name, content in data.items():
        element = elements()[name]
        yield _element(element, content, table.category(element))


def _element(name: str, value: Any, kind: Kind) -> Element:
    if isinstance(kind, Group):
        return Element(name, children=tuple(_children(value, kind)))
    if isinstance(kind, Valued):
        return _valued(name, value, kind)
    return Element(name, text=text(value, kind))


def _valued(name: str, value: Mapping[str, Any], kind: Valued) -> Element:
    given = [(a, value[a.json]) for a in kind.attributes if a.json in value]
    attributes = tuple((attribute.name, text(item, attribute.kind)) for attribute, item in given)
    if any(attribute.name == "currency" for attribute in kind.attributes):
        return Element(name, text=amount(value["value"], value.get("currency")), attributes=attributes)
    return Element(name, text=text(value["value"], kind.text), attributes=attributes)
