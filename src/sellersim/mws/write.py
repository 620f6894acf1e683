"""MWS's answers: a small XML writer over nested tuples, envelopes of success and refusal, the headers of every answer.

A tree is `("Name", "text")`, `("Name", child, child, …)` or `("Name",)`; children that are None are left out.
"""

import email.utils
import re
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

from sellersim.clock import iso
from sellersim.exchange import Answer, Ask, Refusal, Wire
from sellersim.world import World

from .table import APIS, FRONT_DOOR

#: ("Name", "text") or ("Name", child, …); recursion is beyond a precise type.
Tree = tuple[Any, ...]

XML: Final = {"content-type": "text/xml"}
FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

#: The refusals that faults bring about.
FAULTS: Final = {
    "throttle": Refusal(503, "RequestThrottled", "Request is throttled", at_door=True),
    "500": Refusal(500, "InternalError", "There was an unexpected problem. Please try again.", at_door=True),
    "denied": Refusal(401, "AccessDenied", "Access denied", at_door=True),
    "503": Refusal(503, "ServiceUnavailable", "Service is temporarily unavailable.", at_door=True),
}


def _lines(tree: Tree, indent: str, lines: list[str]) -> None:
    name, *children = tree
    if not children:
        lines.append(f"{indent}<{name}/>")
    elif isinstance(children[0], str):
        text = escape(FORBIDDEN.sub("", children[0]))
        lines.append(f"{indent}<{name}>{text}</{name}>")
    else:
        lines.append(f"{indent}<{name}>")
        for child in children:
            if child is not None:
                _lines(child, indent + "  ", lines)
        lines.append(f"{indent}</{name.partition(' ')[0]}>")


def document(tree: Tree) -> bytes:
    """The XML document of a tree, two blanks an indent, a line break at the end."""
    lines = ['<?xml version="1.0"?>']
    _lines(tree, "", lines)
    return ("\n".join(lines) + "\n").encode()


def result(world: World, ask: Ask, *children: Tree | None) -> Answer:
    """The success envelope of the asked action around the children of its Result."""
    request_id = world.uuid()
    tree = (
        f'{ask.operation}Response xmlns="{APIS[ask.api].namespace}"',
        (f"{ask.operation}Result", *children),
        ("ResponseMetadata", ("RequestId", request_id)),
    )
    return Answer(200, document(tree), {**XML, "x-mws-request-id": request_id})


def _kind(error: Refusal) -> str:
    """The Type of an error: empty for throttling, else who has to change something."""
    if error.code in ("RequestThrottled", "QuotaExceeded"):
        return ""
    return "Receiver" if error.status >= 500 else "Sender"


def refusal(world: World, wire: Wire, error: Refusal) -> Answer:
    """The ErrorResponse of a refusal; the id element is RequestID at the front door, RequestId inside a service."""
    api = APIS.get(wire.path)
    request_id = world.uuid()
    tree = (
        f'ErrorResponse xmlns="{api.namespace if api else FRONT_DOOR}"',
        (
            "Error",
            ("Type", _kind(error)) if _kind(error) else ("Type",),
            ("Code", error.code),
            ("Message", error.message),
            ("Detail",) if api and api.quota_headers else None,
        ),
        ("RequestID" if error.at_door or (api and api.quota_headers) else "RequestId", request_id),
    )
    return Answer(error.status, document(tree), {**XML, "x-mws-request-id": request_id, **error.headers})


def stamp(world: World, wire: Wire) -> Mapping[str, str]:
    """Date and x-mws-timestamp on the world's clock."""
    at = world.clock.timestamp() + wire.skew
    return {
        "date": email.utils.formatdate(at, usegmt=True),
        "x-mws-timestamp": iso(world.clock.at(at)),
        "x-mws-response-context": world.uuid(),
        "server": "Server",
    }
