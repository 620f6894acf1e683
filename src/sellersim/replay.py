"""Answers from recordings: exchanges with the real MWS (`*.http`) and Amazon's own sandbox pairs (`*.json`).

A request finds its recording by operation and by the marketplace, order and feed ids in it; credentials, times,
statuses, page sizes, included data and page tokens are not compared. A next token whose page nobody recorded is taken
out of the answer, so that a walk over pages ends.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from .exchange import Answer, Ask, Handler, Refusal, decoded
from .world import World

#: Parameters (without their number) whose values tell one recording from another.
IDS: Final = frozenset(
    {
        "MarketplaceId.Id",
        "MarketplaceIdList.Id",
        "AmazonOrderId.Id",
        "AmazonOrderId",
        "FeedSubmissionIdList.Id",
        "FeedSubmissionId",
        "marketplaceIds",
        "orderId",
        "feedId",
        "feedDocumentId",
        "sku",
    }
)
TOKENS: Final = ("NextToken", "paginationToken", "nextToken", "pageToken")
KEPT_HEADERS: Final = ("content-type", "x-mws-request-id", "x-mws-quota-max", "x-mws-quota-remaining")
XML_TOKEN: Final = re.compile(rb"\s*<NextToken>([^<]*)</NextToken>")
HAS_NEXT: Final = (b"<HasNext>true</HasNext>", b"<HasNext>false</HasNext>")

Key = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Recording:
    """One exchange: what it was asked for and what it answered. `literal` must be met word for word (refusals)."""

    operation: str
    params: Mapping[str, str]
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    literal: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What it is found by."""
        return key(self.operation, self.params)


def key(operation: str, params: Mapping[str, str]) -> Key:
    """Operation and the ids among the parameters; lists lose their order."""
    found: set[tuple[str, str]] = set()
    for name, value in params.items():
        head, _, number = name.rpartition(".")
        plain = head if number.isdigit() else name
        if plain in IDS:
            found |= {(plain, part) for part in value.split(",")}
    return operation, frozenset(found)


def token(params: Mapping[str, str]) -> str:
    """The page token among the parameters, or nothing."""
    return next((params[name] for name in TOKENS if params.get(name)), "")


def _halves(text: bytes) -> tuple[list[str], bytes]:
    """Lines of the head, and the body after the first empty line."""
    head, _, body = text.partition(b"\n\n")
    return head.decode().splitlines(), body


def _headers(lines: list[str]) -> dict[str, str]:
    cut = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in cut}


def exchange(text: bytes) -> Recording:
    """The recording in a `*.http` file: request line, headers, body, `--- response ---`, status, headers, body."""
    asked, _, answered = text.partition(b"\n--- response ---\n")
    (line, *rest), form = _halves(asked)
    (status, *heads), body = _halves(answered)
    params = dict(decoded(urlsplit(line.split(" ")[1]).query))
    if "form-urlencoded" in _headers(rest).get("content-type", ""):
        params |= dict(decoded(form.decode().strip()))
    return Recording(params.get("Action", ""), params, int(status), body, _headers(heads))


def _joined(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def pairs(text: bytes) -> Iterator[Recording]:
    """The recordings in a file of sandbox pairs: `operations[].pairs[]` with match, status and response."""
    for operation in msgspec.json.decode(text)["operations"]:
        for pair in operation["pairs"]:
            match: Mapping[str, Mapping[str, Any]] = pair["match"]
            params = {name: _joined(value) for part in match.values() for name, value in part.items()}
            body = msgspec.json.encode(pair["response"])
            literal = {} if pair["status"] < 400 else params
            headers = {"content-type": "application/json"}
            yield Recording(operation["operationId"], params, pair["status"], body, headers, literal)


def _read(folder: Path) -> Iterator[Recording]:
    for path in sorted(folder.glob("*.http")):
        yield exchange(path.read_bytes())
    for path in sorted(folder.glob("*.json")):
        yield from pairs(path.read_bytes())


def _without_dead_tokens(body: bytes, known: frozenset[str]) -> bytes:
    """The body without next tokens that lead nowhere."""
    if body.lstrip()[:1] != b"{":
        found = XML_TOKEN.search(body)
        if found is None or found[1].decode() in known:
            return body
        return XML_TOKEN.sub(b"", body).replace(*HAS_NEXT)
    held = msgspec.json.decode(body)
    page = held.get("pagination") or {}
    if not page.get("nextToken") or page["nextToken"] in known:
        return body
    held["pagination"] = {name: value for name, value in page.items() if name != "nextToken"}
    return msgspec.json.encode({name: value for name, value in held.items() if name != "pagination" or value})


def _answer(recording: Recording, known: frozenset[str]) -> Answer:
    body = _without_dead_tokens(recording.body, known)
    headers = {name: recording.headers[name] for name in KEPT_HEADERS if name in recording.headers}
    if "content-md5" in recording.headers:  # published recordings are filtered, so their own sum no longer fits
        headers["content-md5"] = b64encode(hashlib.md5(body).digest()).decode()  # noqa: S324 - the protocol's checksum
    return Answer(recording.status, body, headers)


def _no_match(ask: Ask) -> Refusal:
    """SP-API's sandbox and MWS in their own words."""
    if ask.api:
        return Refusal(400, "InvalidParameterValue", f"No recorded answer to {ask.operation} has these parameters.")
    return Refusal(400, "InvalidInput", "Could not match input arguments")


def recordings(folder: Path) -> Handler:
    """What answers in place of every operation: the recordings of a folder."""
    found = list(_read(folder))
    known = frozenset(filter(None, (token(recording.params) for recording in found)))

    def answer(world: World, ask: Ask) -> Answer:
        params = {**ask.params, **ask.path}
        wanted, page = key(ask.operation, params), token(params)
        fitting = [
            recording for recording in found if recording.key == wanted and recording.literal.items() <= params.items()
        ]
        if not fitting:
            raise _no_match(ask)
        return _answer(min(fitting, key=lambda recording: token(recording.params) != page), known)

    return answer
