"""The journal's entries as values, and how their members stand in the store."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec

from sellerport.amazon.submission.documents import Rows, Run
from sellerport.amazon.submission.joining import Joined
from sellerport.errors import AmazonError, FeedFailed, InvalidParameters, Rejected

CALLS = "LISTINGS_ITEMS"  # the feed type of an entry that no feed did, but single calls
PartState = Literal["planned", "open", "submitted", "unclear"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Within what a key holds: endpoint (with the API's name), seller, marketplace."""

    endpoint: str
    seller: str
    marketplace: str


@dataclass(frozen=True, slots=True)
class Part:
    """One feed of a submission. `since` is Amazon's own time before its request; `feed` the id once it is known.

    `presumed` says that the id was found by looking, and holds once the report counts as many messages.
    `report` is the report joined to the rows; `candidates` are the feeds that an unclear part may be.
    """

    submission: int
    number: int
    messages: int
    rows: Rows = field(repr=False)
    state: PartState = "planned"
    since: float | None = None
    feed: str | None = None
    presumed: bool = False
    submitted: str | None = None
    status: str | None = None
    report: Joined | None = field(repr=False, default=None)
    candidates: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.report is not None or self.status in ("CANCELLED", "FATAL")


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission as it was intended. `intent` holds what a look-up found, and the rows that were left out.

    Single calls make no parts; the answer to them stands in `intent`, once it was given out.
    """

    id: int
    lock: str
    marketplace: str
    function: str
    key: str | None
    content: str
    feed_type: str
    rows: int
    made: float
    owner: int
    finished: float | None
    error: Mapping[str, Any] | None
    intent: Mapping[str, Any] = field(repr=False)
    parts: tuple[Part, ...] = ()

    def ids(self) -> list[str]:
        """The feeds that it became."""
        return [part.feed for part in self.parts if part.feed]


def packed(value: Any) -> bytes:
    """A value as the store has it."""
    return zlib.compress(msgspec.json.encode(value), 1)


def unpacked(value: bytes | None) -> Any:
    """The value again."""
    return None if value is None else msgspec.json.decode(zlib.decompress(value))


def packed_rows(rows: Rows) -> bytes:
    """The rows of each message; most often message by message one row after the other, which takes no space."""
    if isinstance(rows, Run):
        return packed({"run": [rows.first, len(rows)]})
    return packed({"each": list(rows)})


def unpacked_rows(value: bytes) -> Rows:
    """The rows of each message again."""
    said = unpacked(value)
    if "run" in said:
        return Run(*said["run"])
    return tuple(tuple(rows) for rows in said["each"])


_KINDS: dict[str, type[AmazonError] | type[InvalidParameters]] = {
    "Rejected": Rejected,
    "FeedFailed": FeedFailed,
    "InvalidParameters": InvalidParameters,
}


def told(error: Exception) -> dict[str, Any]:
    """An error as the journal keeps it."""
    kind = next((name for name, kind in _KINDS.items() if isinstance(error, kind)), "Rejected")
    facts = {name: getattr(error, name, "") for name in ("code", "request_id", "hint")}
    return {
        "kind": kind,
        "message": str(getattr(error, "message", error)),
        "status": getattr(error, "status", 0),
        **facts,
    }


def error_of(said: Mapping[str, Any]) -> AmazonError | InvalidParameters:
    """The error that the journal keeps, to be raised again."""
    facts = {name: said[name] for name in ("code", "request_id", "hint", "status")}
    return _KINDS[said["kind"]](said["message"], **facts)


def changed(entry: Entry, part: Part) -> Entry:
    """The entry with one part as it is now."""
    return replace(entry, parts=tuple(part if old.number == part.number else old for old in entry.parts))
