"""The records of a world beside its orders: listings, documents, feeds. Frozen: a change is a new record in its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One SKU of the seller. `attributes` are SP-API's JSON attributes (both faces write them).

    `legacy` holds, by kind of MWS message, what has no attribute of its own; `said` holds what the last MWS message of
    a kind said, as digest and feed id, until something else changes the listing.
    """

    sku: str
    product_type: str
    attributes: Mapping[str, Any]
    asin: str
    created: datetime
    updated: datetime
    status: tuple[str, ...] = ("BUYABLE", "DISCOVERABLE")
    issues: tuple[Mapping[str, Any], ...] = ()
    legacy: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed document: announced (no content yet), uploaded, or a report of ours."""

    id: str
    content_type: str
    created: datetime
    expires: float  # real time, seconds since 1970: presigned addresses are judged by it
    content: bytes | None = None
    compression: str | None = None
    feed: str = ""  # the feed whose report it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One submission. `status` is SP-API's word; `ripe` is when the next step of its life is due, in clock ticks."""

    id: str
    type: str
    marketplaces: tuple[str, ...]
    created: datetime
    status: str = "IN_QUEUE"
    ripe: float = 0.0
    face: str = "spapi"
    content: bytes = b""
    content_type: str = ""
    document: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    started: datetime | None = None
    completed: datetime | None = None
    report: bytes | None = None
    report_type: str = ""
    report_document: str | None = None
    sha256: str = ""
    size: int = 0
    processed: int = 0
    successful: int = 0
