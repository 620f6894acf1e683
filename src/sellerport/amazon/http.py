"""The only module that sends: one request, one answer, bounded in time and size. No retries, no meaning."""

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import httpx2

from sellerport.errors import Rejected, Unavailable

MEGABYTE = 1024 * 1024
ANSWER_LIMIT = 32 * MEGABYTE  # a page of 100 orders is 170 kB; a report of 25,000 messages some megabytes


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `length` goes with a streamed `content`: presigned storage refuses chunked uploads."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | AsyncIterable[bytes] = field(default=b"", repr=False)
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, read whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


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

    def __init__(self, client: httpx2.AsyncClient | None = None) -> None:
        self._client = client or httpx2.AsyncClient(
            timeout=httpx2.Timeout(connect=10, read=60, write=60, pool=60),
            limits=httpx2.Limits(max_connections=40, max_keepalive_connections=40, keepalive_expiry=60),
            follow_redirects=False,
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def send(self, request: Request, *, limit: int = ANSWER_LIMIT) -> Answer:
        headers = {"Accept-Encoding": "identity", **request.headers}
        if request.length is not None:
            headers["Content-Length"] = str(request.length)
        try:
            async with self._client.stream(
                request.method, request.url, headers=headers, content=request.content
            ) as answer:
                return Answer(answer.status_code, _lower(answer.headers), await _body(answer, limit))
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise LineLost(f"no connection to {_host(request.url)}: {_why(error)}", sent=False) from None
        except httpx2.TransportError as error:
            raise LineLost(f"the line to {_host(request.url)} broke: {_why(error)}", sent=True) from None
        except httpx2.DecodingError as error:
            raise Rejected(f"the answer cannot be unpacked: {_why(error)}") from None


async def _body(answer: httpx2.Response, limit: int) -> bytes:
    parts, size = [], 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > limit:
            request_id = answer.headers.get("x-amzn-requestid") or answer.headers.get("x-mws-request-id") or ""
            raise Rejected(
                f"the answer is larger than {limit // MEGABYTE} MB", status=answer.status_code, request_id=request_id
            )
        parts.append(part)
    return b"".join(parts)


def _lower(headers: httpx2.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _host(url: str) -> str:
    return httpx2.URL(url).netloc.decode("ascii", "replace").rpartition("@")[2]


def _why(error: Exception) -> str:
    return str(error).strip() or type(error).__name__
