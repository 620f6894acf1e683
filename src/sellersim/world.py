"""The world: one seller's orders, listings and feeds at Amazon. It knows neither HTTP nor XML.

Everything that changes stands here and is replaced, never edited in place: records are frozen, the world holds the
present one. Faces read and write it through plain attributes; who may do what is their business.
"""

import random
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .clock import Clock
from .credentials import Seller, seller
from .faults import Faults
from .quota import Quotas

HOME = "ATVPDKIKX0DER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One SKU of the seller. `attributes` are SP-API's JSON attributes (both faces write them)."""

    sku: str
    product_type: str
    attributes: Mapping[str, Any]
    asin: str
    created: datetime
    updated: datetime
    status: tuple[str, ...] = ("BUYABLE", "DISCOVERABLE")
    issues: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed document: announced (no content yet), uploaded, or a report of ours."""

    id: str
    content_type: str
    created: datetime
    expires: float  # real time, seconds since 1970: presigned addresses are judged by it
    content: bytes | None = None
    compression: str | None = None


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
    report_document: str | None = None


@dataclass(slots=True)
class Count:
    """How often an operation was asked, and with which codes it was refused."""

    requests: int = 0
    refused: Counter[str] = field(default_factory=Counter)


class World:
    """The seller's whole state, on a clock of its own."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 1,
        marketplace: str = HOME,
        quota: bool = True,
        own_developer: bool = False,
    ) -> None:
        self.seed = seed
        self.own_developer = own_developer  # seller and MWS developer are one: any auth token will do
        self.clock = clock or Clock()
        self.seller: Seller = seller(seed, marketplace)
        self.quotas = Quotas(self.clock, enforced=quota)
        self.faults = Faults()
        self.counts: dict[str, Count] = {}
        self.listings: dict[str, Listing] = {}
        self.feeds: dict[str, Feed] = {}
        self.documents: dict[str, Document] = {}
        self.revoked: set[str] = set()  # access tokens that a fault let die early
        self._ids = random.Random(seed)  # noqa: S311 - ids that a seed repeats

    def uuid(self) -> str:
        """A fresh id: request ids and the like."""
        return str(uuid.UUID(int=self._ids.getrandbits(128), version=4))

    def counted(self, operation: str) -> Count:
        """The count of one operation."""
        return self.counts.setdefault(operation, Count())

    def cfgs(self, endpoint: str) -> dict[str, dict[str, object]]:
        """Ready cfg objects by name: `spapi` and `mws`, one seller in one world."""
        scale: float | str = self.clock.scale if self.quotas.enforced else "none"
        return {name: self.seller.cfg(api, endpoint, scale) for name, api in (("spapi", "SP-API"), ("mws", "MWS"))}
