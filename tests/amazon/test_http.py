"""The line itself: what of an answer is read, how much of it at most, and what a broken line is called."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from sellerport.amazon.http import ANSWER_LIMIT, MEGABYTE, Answer, HttpTransport, LineLost, Request
from sellerport.errors import Rejected, Unavailable
from support import reply

pytestmark = pytest.mark.anyio


class Pouring(httpx2.AsyncByteStream):
    """A body that goes on for as many megabytes, and how many of them were taken."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes, self.taken = megabytes, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.megabytes):
            self.taken += 1
            yield b"x" * MEGABYTE


async def answered(response: Any, **options: Any) -> Answer:
    """What the transport makes of a response, or of an exception of the client's."""

    async def handle(request: httpx2.Request) -> httpx2.Response:
        if isinstance(response, Exception):
            raise response
        return response

    transport = HttpTransport(httpx2.AsyncClient(transport=httpx2.MockTransport(handle)))
    try:
        return await transport.send(Request("GET", "http://amazon/"), **options)
    finally:
        await transport.close()


async def test_header_names_are_lower_case() -> None:
    answer = await answered(reply(200, b"body", {"X-Amzn-RequestId": "req-7"}))
    assert (answer.status, answer.headers["x-amzn-requestid"], answer.body) == (200, "req-7", b"body")


async def test_an_endless_body_is_read_up_to_the_limit_and_refused() -> None:
    body = Pouring(100)
    with pytest.raises(Rejected) as raised:
        await answered(httpx2.Response(200, headers={"x-mws-request-id": "req-7"}, stream=body))
    assert body.taken <= ANSWER_LIMIT // MEGABYTE + 1
    assert (raised.value.status, raised.value.request_id) == (200, "req-7")
    assert "larger than 32 MB" in str(raised.value)
    assert "begins 'xxx" in str(raised.value)


async def test_an_answer_of_the_limit_is_read() -> None:
    assert len((await answered(httpx2.Response(200, stream=Pouring(3)), limit=3 * MEGABYTE)).body) == 3 * MEGABYTE


async def from_server(parts: list[bytes], *, pause: float, longest: float) -> Answer:
    """What the transport makes of an answer that comes part by part."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(pause)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = HttpTransport(longest=longest)
    try:
        return await transport.send(Request("GET", f"http://127.0.0.1:{port}/"))
    finally:
        await transport.close()
        server.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n"


@pytest.mark.parametrize(
    "parts",
    [[HEAD + b"\r\n", *[b"x"] * 1000], [HEAD, *[b"X-More: header\r\n"] * 1000], [b"H", b"T"] * 500, []],
    ids=["body", "headers", "status line", "silence"],
)
async def test_an_answer_that_trickles_is_given_up(parts: list[bytes]) -> None:
    with pytest.raises(LineLost, match=r"no whole answer came within 0.5 s") as raised:
        await from_server(parts or [b""] * 1000, pause=0.01, longest=0.5)
    assert raised.value.sent is True


async def test_a_large_answer_gets_the_time_that_its_bytes_need() -> None:
    answer = await from_server([HEAD + b"\r\n", *[b"x" * 100_000] * 10], pause=0.2, longest=1.5)
    assert len(answer.body) == 1_000_000


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_a_packed_answer_is_unpacked_though_nobody_asked_for_it(packing: str) -> None:
    packed = {"gzip": gzip.compress, "deflate": zlib.compress}[packing](b"body")
    answer = await answered(reply(200, packed, {"content-encoding": packing}))
    assert answer.body == b"body"


@pytest.mark.parametrize(
    ("body", "packing", "words"),
    [
        (gzip.compress(b"x" * 40 * MEGABYTE), "gzip", "larger than 32 MB"),
        (gzip.compress(b"{'orders': []}" * 100)[:-12], "gzip", "its end is missing"),
        (b"no gzip at all", "gzip", "cannot be unpacked"),
        (b"", "gzip", "its end is missing"),
        (b"body", "br", "packed as 'br'"),
    ],
    ids=["bomb", "cut off", "none", "empty", "unknown"],
)
async def test_a_packing_that_does_harm_is_refused(body: bytes, packing: str, words: str) -> None:
    with pytest.raises(Rejected, match=words) as raised:
        await answered(reply(200, body, {"content-encoding": packing}))
    assert raised.value.status == 200


async def test_the_client_asks_for_no_packing_and_follows_no_redirect() -> None:
    seen: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return reply(302, headers={"location": "http://elsewhere/"})

    transport = HttpTransport()
    assert transport._client.follow_redirects is False
    await transport.close()
    transport = HttpTransport(httpx2.AsyncClient(transport=httpx2.MockTransport(handle)))
    assert (await transport.send(Request("GET", "http://amazon/"))).status == 302
    assert [request.headers["accept-encoding"] for request in seen] == ["identity"]
    await transport.close()


async def test_a_streamed_body_goes_out_with_its_length_and_not_in_chunks() -> None:
    seen: list[httpx2.Request] = []

    async def handle(request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        seen.append(request)
        return reply(200)

    async def parts() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"c"

    transport = HttpTransport(httpx2.AsyncClient(transport=httpx2.MockTransport(handle)))
    await transport.send(Request("PUT", "http://storage/", content=parts(), length=3))
    await transport.close()
    assert seen[0].headers["content-length"] == "3"
    assert "transfer-encoding" not in seen[0].headers
    assert seen[0].content == b"abc"


@pytest.mark.parametrize(
    ("error", "sent"),
    [(httpx2.ConnectError("refused"), False), (httpx2.ConnectTimeout("slow"), False), (httpx2.PoolTimeout("full"), False),
     (httpx2.ReadError("cut"), True), (httpx2.ReadTimeout("slow"), True), (httpx2.WriteError("cut"), True),
     (httpx2.RemoteProtocolError("half"), True)],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
async def test_a_broken_line_says_whether_amazon_may_have_seen_the_request(error: Exception, sent: bool) -> None:
    with pytest.raises(LineLost) as raised:
        await answered(error)
    assert isinstance(raised.value, Unavailable)
    assert raised.value.sent is sent
    assert "amazon" in str(raised.value)


def test_neither_requests_nor_answers_show_what_is_in_them() -> None:
    shown = repr(Request("GET", "http://amazon/?MWSAuthToken=SECRET", {"x-amz-access-token": "SECRET"}, b"SECRET"))
    assert "SECRET" not in shown + repr(Answer(200, {"set-cookie": "SECRET"}, b"SECRET"))
