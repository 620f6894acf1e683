"""Judges an MWS feed by the table of Amazon's elements: order, cardinality, choices, types. Knows nothing of the writer."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from support import VECTORS

TABLE = json.loads((VECTORS / "feeds" / "elements.json").read_text(encoding="utf-8"))
DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
ZONE = r"(Z|[+-]\d\d:\d\d)?"
BUILT_IN = {
    "string": r"[\s\S]*", "normalizedString": r"[\s\S]*", "anyURI": r"\S+", "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "integer": r"[+-]?\d+", "nonNegativeInteger": r"\+?\d+|-0", "positiveInteger": r"\+?0*[1-9]\d*",
    "boolean": "true|false|1|0", "date": DATE + ZONE, "dateTime": rf"{DATE}T\d\d:\d\d:\d\d(\.\d+)?{ZONE}",
}  # fmt: skip


def faults(feed: bytes) -> list[str]:
    """Everything by which the feed departs from an AmazonEnvelope of one message type."""
    root = etree.fromstring(feed)
    names = [child.tag for child in root]
    wrong = [] if root.tag == "AmazonEnvelope" else [f"root {root.tag}"]
    if names[:2] != ["Header", "MessageType"] or set(names[2:]) != {"Message"}:
        wrong.append(f"envelope {names[:4]}")
    header = [(child.tag, child.text) for child in root[0]]
    if [tag for tag, _ in header] != ["DocumentVersion", "MerchantIdentifier"] or header[0][1] != "1.01":
        wrong.append(f"header {header}")
    kind = root.findtext("MessageType") or ""
    for place, message in enumerate(root.findall("Message"), 1):
        wrong += [f"Message {place}: {text}" for text in _message(message, kind, place)]
    return wrong


def _message(message: Any, kind: str, place: int) -> Iterator[str]:
    names = [child.tag for child in message]
    if names not in (["MessageID", "OperationType", kind], ["MessageID", kind]):
        yield f"members {names}"
        return
    if message.findtext("MessageID") != str(place):
        yield f"id {message.findtext('MessageID')}"
    if message.findtext("OperationType", "Update") not in ("Update", "Delete", "PartialUpdate"):
        yield "operation"
    yield from element_faults(message[-1], TABLE["elements"][kind])


def element_faults(node: Any, kind: Any) -> Iterator[str]:
    """Everything by which an element departs from a type."""
    kind = _resolved(kind)
    attributes = _attributes(kind)
    for name, value in node.attrib.items():
        if name not in attributes:
            yield f"{node.tag}: attribute {name}"
        elif not fits(value, attributes[name]["type"]):
            yield f"{node.tag}: {name}={value!r}"
    for name, facts in attributes.items():
        if facts.get("required") and name not in node.attrib:
            yield f"{node.tag}: no {name}"
    if isinstance(kind, dict) and "content" in kind:
        left, found = _taken(list(node), kind["content"])
        yield from found
        yield from (f"{node.tag}: {child.tag} is too many or out of order" for child in left)
    elif len(node) or not fits(node.text or "", kind):
        yield f"{node.tag}: text {node.text!r}"


def _taken(nodes: list[Any], particle: dict[str, Any]) -> tuple[list[Any], list[str]]:
    """What is left of the nodes after the particle took its own, and what was wrong."""
    least, most, wrong, times = particle.get("min", 1), particle.get("max", 1), [], 0
    while most is None or times < most:
        if not _starts(nodes, particle):
            break
        nodes, found = _once(nodes, particle)
        wrong += found
        times += 1
    if times < least:
        wrong.append(f"{_name(particle)} is missing")
    return nodes, wrong


def _starts(nodes: list[Any], particle: dict[str, Any]) -> bool:
    if "element" in particle:
        return bool(nodes) and nodes[0].tag == particle["element"]
    if "choice" in particle:
        return any(_starts(nodes, part) for part in particle["choice"])
    for part in particle["sequence"]:
        if _starts(nodes, part):
            return True
        if part.get("min", 1):
            return False
    return False


def _once(nodes: list[Any], particle: dict[str, Any]) -> tuple[list[Any], list[str]]:
    if "element" in particle:
        kind = particle.get("type", TABLE["elements"].get(particle["element"]))
        return nodes[1:], list(element_faults(nodes[0], kind))
    if "choice" in particle:
        return _taken(nodes, next(part for part in particle["choice"] if _starts(nodes, part)))
    wrong: list[str] = []
    for part in particle["sequence"]:
        nodes, found = _taken(nodes, part)
        wrong += found
    return nodes, wrong


def _name(particle: dict[str, Any]) -> str:
    return particle.get("element") or " or ".join(map(_name, particle.get("choice") or particle["sequence"]))


def _resolved(kind: Any) -> Any:
    while isinstance(kind, str) and not kind.startswith("xsd:"):
        kind = TABLE["types"][kind]
    return kind


def _attributes(kind: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while isinstance(kind, dict):
        found = {**kind.get("attributes", {}), **found}
        kind = _resolved(kind["text"]) if "text" in kind else None
    return found


def fits(text: str, kind: Any) -> bool:
    """Whether a text is of a simple type."""
    kind = _resolved(kind)
    if isinstance(kind, str):
        return re.fullmatch(BUILT_IN[kind.removeprefix("xsd:")], text) is not None
    if "text" in kind:
        return fits(text, kind["text"])
    if "union" in kind:
        return any(fits(text, one) for one in kind["union"])
    return fits(text, kind["base"]) and all(_facet(text, name, limit) for name, limit in kind.items() if name != "base")


def _facet(text: str, name: str, limit: Any) -> bool:
    if name == "enum":
        return text in limit
    if name == "pattern":
        return any(re.fullmatch(pattern, text) for pattern in limit)
    if name in ("minLength", "maxLength", "length"):
        size = len(text)
        return {"minLength": size >= limit, "maxLength": size <= limit, "length": size == limit}[name]
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    digits, exponent = number.normalize().as_tuple().digits, number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return {
        "totalDigits": max(len(digits), -exponent) <= int(limit) if name == "totalDigits" else True,
        "fractionDigits": max(0, -exponent) <= int(limit) if name == "fractionDigits" else True,
        "minInclusive": number >= Decimal(str(limit)),
        "maxInclusive": number <= Decimal(str(limit)),
    }[name]
