"""Feeds 2021-06-30: documents, which are put and fetched at presigned addresses of the simulator itself."""

import re
from typing import Any, Final

import msgspec

from sellersim import documents
from sellersim.exchange import Answer, Ask, Refusal
from sellersim.world import World

from .body import read
from .params import invalid
from .write import json_answer

CONTENT_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;\s*charset=\"?[\w.:-]+\"?)?", re.IGNORECASE)


class Specification(msgspec.Struct, rename="camel"):
    """Model type CreateFeedDocumentSpecification."""

    content_type: str


def create(world: World, ask: Ask) -> Answer:
    """createFeedDocument: an id and the address that takes the content."""
    asked = read(ask, Specification)
    if not CONTENT_TYPE.fullmatch(asked.content_type):
        raise invalid(f"Value '{asked.content_type}' for contentType is not a content type.")
    late = bool(world.faults.take(ask.operation, {"expired-url": ""}))
    document = documents.announced(world, asked.content_type)
    url = documents.address(world, ask.base, document, "PUT", late=late)
    return json_answer(201, {"feedDocumentId": document.id, "url": url})


def get(world: World, ask: Ask) -> Answer:
    """getFeedDocument: the address of a report, packed where it says so."""
    document = documents.known(world, ask.path["feedDocumentId"], for_days=documents.REPORTS_KEPT)
    if document is None or not document.feed:
        raise Refusal(404, "NotFound", "The requested feed document does not exist.")
    unpack = ask.params.get("enableContentEncodingUrlHeader", "false")
    if unpack not in ("true", "false"):
        raise invalid(f"Value '{unpack}' for parameter 'enableContentEncodingUrlHeader' is not true or false.")
    fault = world.faults.take(ask.operation, {"expired-url": "", "gzip-flag": "", "gzip-bytes": ""})
    kind = fault.kind if fault else ""
    packed = document.compression == "GZIP"
    form = {"gzip-flag": "plain", "gzip-bytes": "gzip"}.get(kind, "")
    url = documents.address(
        world,
        ask.base,
        document,
        "GET",
        unpack=unpack == "true" and packed and not form,
        form=form,
        late=kind == "expired-url",
    )
    told: dict[str, Any] = {"feedDocumentId": document.id, "url": url}
    if kind == "gzip-flag" or (packed and kind != "gzip-bytes"):
        told["compressionAlgorithm"] = "GZIP"
    return json_answer(200, told)
