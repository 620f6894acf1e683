"""Reads an old feed's Product element back into a record, by the tables; what they do not know is named, not lost.

For feeds that other programs wrote: order does not matter here, a value that breaks a limit stays as it is, and names
are the elements' own.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

from sellerport.amazon.names import json_name
from sellerport.amazon.products import table
from sellerport.amazon.products.check import Path
from sellerport.amazon.products.spell import number_in
from sellerport.amazon.products.table import Group, Kind, Member, Simple, Valued

_NUMBERS = ("decimal", "integer", "positiveInteger", "nonNegativeInteger")


class Stranger(NamedTuple):
    """An element that the tables do not have there: its path, with its text."""

    path: Path
    text: str


def record_of(product: etree._Element) -> tuple[dict[str, Any], list[Stranger]]:
    """The Product element as a record, and the elements that are no part of one."""
    strangers: list[Stranger] = []
    return _group(product, table.product(), (), strangers), strangers


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def text(element: etree._Element) -> str:
    """The element's own text, its blanks as a schema's processor leaves them."""
    return (element.text or "").strip()


def children(element: etree._Element) -> Iterator[etree._Element]:
    """The child elements: no comments, no processing instructions."""
    return (child for child in element if isinstance(child.tag, str))


def _group(element: etree._Element, group: Group, path: Path, strangers: list[Stranger]) -> dict[str, Any]:
    by_name = {member.name: member for member in group.members}
    found: dict[str, Any] = {}
    for child in children(element):
        member = by_name.get(local(child))
        if member is None:
            strangers.append(Stranger((*path, local(child)), text(child)))
            continue
        if not text(child) and not len(child) and not child.attrib and not isinstance(member.kind, Group):
            continue  # it says nothing
        inside = (*path, member.json)
        if member.name == "ProductData":
            found[member.json] = _category(child, inside, strangers)
        elif member.repeated:
            found.setdefault(member.json, []).append(_value(child, member, inside, strangers))
        elif member.json in found:
            strangers.append(Stranger(inside, text(child)))
        else:
            found[member.json] = _value(child, member, inside, strangers)
    return found


def _category(element: etree._Element, path: Path, strangers: list[Stranger]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in children(element):
        name = local(child)
        if name not in table.categories() or found:
            strangers.append(Stranger((*path, name), text(child)))
        else:
            found[json_name(name)] = _group(child, table.category(name), (*path, json_name(name)), strangers)
    return found


def _value(element: etree._Element, member: Member, path: Path, strangers: list[Stranger]) -> Any:
    kind: Kind = member.kind
    if isinstance(kind, Group):
        return _group(element, kind, path, strangers)
    strangers += [Stranger((*path, local(child)), text(child)) for child in children(element)]
    if isinstance(kind, Valued):
        given = {a.json: str(element.get(a.name)) for a in kind.attributes if element.get(a.name) is not None}
        return {"value": _plain(text(element), kind.text), **given}
    return _plain(text(element), kind)


def _plain(written: str, kind: Simple) -> Any:
    if kind.base == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(written, written)
    if kind.base in _NUMBERS:
        return number_in(written)
    return written
