"""What passes between a face and its operations: a request that is through the door, an answer, a refusal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from .world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A request as it came: raw path and query, lower-case header names. `skew` and `expired` are a fault's doing."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    skew: float = 0.0
    expired: bool = False

    @property
    def host(self) -> str:
        """The Host header as it came."""
        return self.headers.get("host", "")

    def pairs(self) -> list[tuple[str, str]]:
        """The query's names and values, decoded, in their order."""
        return decoded(self.query)


def decoded(query: str) -> list[tuple[str, str]]:
    """Names and values of a query or form."""
    cut = (part.partition("=") for part in query.split("&") if part)
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in cut]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request after the door: known operation, proven seller, parameters as text.

    `params` are query (and on MWS form) parameters, `path` the decoded parts of the path (SP-API), `marketplaces` the
    ids of the request's marketplace parameter, checked against region and table. `base` is scheme and host as the
    caller wrote them (for presigned addresses). Header names are lower-case.
    """

    operation: str
    seller: str
    params: Mapping[str, str]
    path: Mapping[str, str] = field(default_factory=dict)
    marketplaces: tuple[str, ...] = ()
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    base: str = "http://localhost"
    region: str = "NA"
    api: str = ""  # MWS: the path of the API


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers of a reply; the face adds Date, request id and quota headers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A documented error: status, Amazon's code and words. Each face writes it in its own spelling."""

    def __init__(self, status: int, code: str, message: str, *, details: str = "", at_door: bool = False) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.at_door = at_door  # MWS spells the id element differently where the front door refuses
        self.headers: dict[str, str] = {}


Handler = Callable[["World", Ask], Answer]


@dataclass(frozen=True, slots=True)
class Face:
    """One of Amazon's front doors: names a request's operation, answers it or raises Refusal, writes refusals.

    `faults` are the refusals it gives for the fault kinds `throttle`, `500`, `503` and `denied`.
    """

    name: str
    operation: Callable[[Wire], str]
    answer: Callable[["World", Wire], Answer]
    refusal: Callable[["World", Wire, Refusal], Answer]
    stamp: Callable[["World", Wire], Mapping[str, str]]
    faults: Mapping[str, Refusal]
