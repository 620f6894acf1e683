"""MWS's Order and OrderItem elements as the records that are emitted. Pure, driven by the records' declaration."""

import re
import types
import typing
from functools import lru_cache
from typing import Any

import msgspec

from sellerport.amazon.names import json_name
from sellerport.amazon.orders import Order, OrderItem, OrderItemRecord, OrderRecord
from sellerport.amazon.xml import Node, local, loose

_WHOLE = re.compile(r"-?[0-9]{1,15}")


def order(node: Node) -> Order:
    """An `Order` element as a record; what is not declared is kept, what does not parse stays text."""
    return _record(node, OrderRecord)


def item(node: Node) -> OrderItem:
    """An `OrderItem` element as a record."""
    return _record(node, OrderItemRecord)


def _record(node: Node, kind: Any) -> dict[str, Any]:
    declared = _members(kind)
    found: dict[str, Any] = {}
    for element in node:
        name = json_name(local(element))
        value = _value(element, declared[name]) if name in declared else loose(element)
        if name not in found:
            found[name] = value
        else:
            found[name] = _listed(found[name])
            found[name] += _listed(value)
    return found


def _listed(value: Any) -> list[Any]:
    """A value of an element that comes again, as a list."""
    return value if isinstance(value, list) else [value]


def _value(node: Node, kind: Any) -> Any:
    if typing.get_origin(kind) is list:
        (inner,) = typing.get_args(kind)
        return [_value(entry, inner) for entry in node] if len(node) or not (node.text or "").strip() else loose(node)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _record(node, kind) if len(node) or not (node.text or "").strip() else loose(node)
    if len(node):
        return loose(node)
    text = (node.text or "").strip()
    if kind is int:
        return int(text) if _WHOLE.fullmatch(text) else text
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    return text


@lru_cache(maxsize=32)
def _members(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {f.encode_name: _bare(hints[f.name]) for f in msgspec.structs.fields(kind)}


def _bare(hint: Any) -> Any:
    """The declared type without what marks it optional."""
    if typing.get_origin(hint) is typing.Annotated:
        return _bare(typing.get_args(hint)[0])
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(_bare(arg) for arg in typing.get_args(hint) if arg is not msgspec.UnsetType)
    return hint
