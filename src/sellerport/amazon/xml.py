"""MWS's XML as values: parse bytes into elements, elements into JSON. Pure; refuses what is not Amazon's.

A document with a DOCTYPE is refused, depth and size are bounded by libxml2's own limits, and entities are not resolved.
JSON names follow the xjc rule that the original component's messages follow: `AmazonOrderId` -> `amazonOrderId`,
`SellerSKU` -> `sellerSKU`, `ASIN` -> `asin`.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from sellerport.amazon.names import json_name
from sellerport.errors import Rejected

Node = etree._Element


def parse(body: bytes) -> Node:
    """The root element; Rejected where the bytes are not one well-formed document without a DOCTYPE."""
    if not body.strip():
        raise Rejected("the answer is empty")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected(f"the answer is not XML: {error}; it begins {start(body)}") from None
    if root.getroottree().docinfo.doctype:
        raise Rejected(f"the answer has a DOCTYPE, which Amazon's answers never have; it begins {start(body)}")
    return root


def start(body: bytes) -> str:
    """The first bytes of an answer as text that a log may show."""
    text = repr(body[:120].decode("utf-8", "replace"))
    return text if len(text) <= 200 else f"{text[:199]}…"


def local(node: Node) -> str:
    """The element's name without its namespace."""
    return etree.QName(node).localname


def child(node: Node | None, *names: str) -> Node | None:
    """The first descendant down that path of local names, or None."""
    for name in names:
        node = next((c for c in node if local(c) == name), None) if node is not None else None
    return node


def text(node: Node | None, *names: str) -> str | None:
    """The text at that path, stripped, or None where there is no such element."""
    found = child(node, *names)
    return None if found is None else (found.text or "").strip()


def children(node: Node | None, name: str) -> Iterator[Node]:
    """The direct children of that local name."""
    return iter(()) if node is None else (c for c in node if local(c) == name)


def loose(node: Node) -> Any:
    """An element of which nothing is known: its text, or an object of its children and attributes; repeated names
    become arrays, and text beside them stands as `value`."""
    words = " ".join(part.strip() for part in (node.text, *(item.tail for item in node)) if part and part.strip())
    if len(node) == 0 and not node.attrib:
        return words
    found: dict[str, Any] = {json_name(etree.QName(name).localname): text for name, text in node.attrib.items()}
    if words:
        found["value"] = words
    repeated = set[str]()
    for item in node:
        name, value = json_name(local(item)), loose(item)
        if name in repeated:
            found[name].append(value)
        elif name in found:
            found[name] = [found[name], value]
            repeated.add(name)
        else:
            found[name] = value
    return found
