"""The only module that sends: one request, one answer, bounded in time and size. No retries, no meaning.

The HTTP client is loaded when the first line is opened: forms, metadata and conversions need none.
"""

import asyncio
import zlib
from collections.abc import AsyncIterable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from sellerport.amazon.xml import start
from sellerport.errors import InputError, Rejected, Unavailable

if TYPE_CHECKING:
    import httpx2

MEGABYTE = 1024 * 1024
ANSWER_LIMIT = 32 * MEGABYTE  # a page of 100 orders is 170 kB; a report of 25,000 messages some megabytes
LONGEST = 90.0  # seconds that a request and its answer may take, and one more for every SLOWEST bytes of them
SLOWEST = 16 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `length` goes with a streamed `content`: presigned storage refuses chunked uploads."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | AsyncIterable[bytes] = field(default=b"", repr=False)
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, read whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def request_id(self) -> str:
        """The id by which Amazon's support finds the request."""
        return self.headers.get("x-amzn-requestid") or self.headers.get("x-mws-request-id") or ""


class LineLost(Unavailable):
    """The connection failed. `sent` is False where Amazon certainly saw nothing of the request."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class Transport(Protocol):
    """Sends a request and reads its answer up to a limit of bytes."""

    async def send(self, request: Request, *, limit: int = ANSWER_LIMIT) -> Answer:
        """The answer, or LineLost; Rejected where the answer is larger than the limit."""
        ...


class HttpTransport:
    """The real line: HTTP/1.1, keep-alive, TLS verified against the system's store, no redirects."""

    def __init__(self, client: "httpx2.AsyncClient | None" = None, *, longest: float = LONGEST) -> None:
        import httpx2

        self._longest = longest
        try:
            self._client = client or httpx2.AsyncClient(
                timeout=httpx2.Timeout(connect=10, read=60, write=60, pool=60),
                limits=httpx2.Limits(max_connections=40, max_keepalive_connections=40, keepalive_expiry=60),
                follow_redirects=False,
            )
        except OSError as error:  # SSL_CERT_FILE, SSL_CERT_DIR
            raise InputError(f"the system's certificates cannot be read: {error.strerror or error}") from None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def send(self, request: Request, *, limit: int = ANSWER_LIMIT) -> Answer:
        import httpx2

        headers = {"Accept-Encoding": "identity", **request.headers}
        if request.length is not None:
            headers["Content-Length"] = str(request.length)
        sent = request.length or (len(request.content) if isinstance(request.content, bytes) else 0)
        end = asyncio.get_running_loop().time() + self._longest + sent / SLOWEST
        try:
            async with (
                asyncio.timeout_at(end) as bound,
                self._client.stream(request.method, request.url, headers=headers, content=request.content) as answer,
            ):
                body = await _body(answer, limit, lambda received: bound.reschedule(end + received / SLOWEST))
                return Answer(answer.status_code, _lower(answer.headers), body)
        except TimeoutError:
            text = f"the line to {_host(request.url)} broke: no whole answer came within {self._longest:g} s"
            raise LineLost(text, sent=True) from None
        except httpx2.InvalidURL as error:
            raise Rejected(f"the address for {_host(request.url)} cannot be asked: {_why(error)}") from None
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise LineLost(f"no connection to {_host(request.url)}: {_why(error)}", sent=False) from None
        except httpx2.TransportError as error:
            raise LineLost(f"the line to {_host(request.url)} broke: {_why(error)}", sent=True) from None


async def _body(answer: "httpx2.Response", limit: int, received: Callable[[int], None]) -> bytes:
    """The body, unpacked where it came packed though nobody asked for that; neither may be larger than the limit."""
    raw = bytearray()
    async for part in answer.aiter_raw():
        raw += part
        if len(raw) > limit:
            raise _unreadable(answer, f"is larger than {limit // MEGABYTE} MB", bytes(raw[:120]))
        received(len(raw))
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing in ("identity", ""):
        return bytes(raw)
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise _unreadable(answer, f"is packed as {packing[:20]!r}", bytes(raw[:120]))
    return _unpacked(answer, bytes(raw), limit)


def _unpacked(answer: "httpx2.Response", raw: bytes, limit: int) -> bytes:
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        body = unpack.decompress(raw, limit + 1)
    except zlib.error as error:
        raise _unreadable(answer, f"cannot be unpacked ({error})", raw[:120]) from None
    if len(body) > limit:
        raise _unreadable(answer, f"is larger than {limit // MEGABYTE} MB", body[:120])
    if not unpack.eof:
        raise _unreadable(answer, "is packed and its end is missing", body[:120])
    return body


def _unreadable(answer: "httpx2.Response", text: str, body: bytes) -> Rejected:
    return unlike(Answer(answer.status_code, _lower(answer.headers), body), text)


def unlike(answer: Answer, text: str) -> Rejected:
    """The error of an answer that is not what was asked for: what is wrong with it, and how it begins."""
    words = f"the answer {text}; it begins {start(answer.body)}"
    return Rejected(words, status=answer.status, request_id=answer.request_id)


def _lower(headers: "httpx2.Headers") -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _why(error: Exception) -> str:
    return str(error).strip() or type(error).__name__
