"""A small HTTP client of the standard library for the platform's own servers: the API and the object storage.

The client that talks to Amazon is another one and costs a tenth of a second to import. Requests run in threads that
nobody waits for at the end, so that a server that hangs does not keep the process from ending.
"""

import asyncio
import base64
import http.client
import ssl
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """A server's answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class LineLost(Exception):
    """No answer came: no connection, or it broke, or it took too long."""


class Rest:
    """Sends requests; connections are kept and used again."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, str], list[http.client.HTTPConnection]] = {}

    def close(self) -> None:
        """Lets go of the connections that are kept."""
        for idle in self._idle.values():
            while idle:
                idle.pop().close()

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None, limit: float = 15.0
    ) -> Answer:
        """The server's answer, whatever its status; LineLost where none came within so many seconds."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Answer] = loop.create_future()

        def work() -> None:
            try:
                answer = self._exchange(method, url, headers=headers, body=body, limit=limit)
            except Exception as error:  # also what cannot be said in HTTP: somebody waits for an answer
                _tell(loop, answered, LineLost(f"{type(error).__name__}: {error}"))
            else:
                _tell(loop, answered, answer)

        threading.Thread(target=work, daemon=True).start()
        try:
            async with asyncio.timeout(limit + 1):
                return await answered
        except TimeoutError:
            raise LineLost(f"no answer within {limit:g} s") from None

    def _exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, limit: float
    ) -> Answer:
        parts = urlsplit(url)
        place = parts.scheme, parts.netloc
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        idle = self._idle.setdefault(place, [])
        try:
            line, used = idle.pop(), True
        except IndexError:
            line, used = _line(*place, limit), False
        try:
            answer = _answer(line, method, target, body, headers)
        except (ConnectionError, http.client.BadStatusLine):
            line.close()
            if not used:
                raise
            line = _line(*place, limit)  # the kept connection had been closed meanwhile
            answer = _answer(line, method, target, body, headers)
        idle.append(line)
        return answer


def _line(scheme: str, netloc: str, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(netloc, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(netloc, timeout=timeout)


def _answer(
    line: http.client.HTTPConnection, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
) -> Answer:
    line.request(method, target, body, dict(headers))
    reply = line.getresponse()
    return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())


def _tell(loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Answer]", result: Answer | Exception) -> None:
    def settle() -> None:
        if future.done():
            return
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)

    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)


def basic(user: str, password: str) -> str:
    """The Authorization header's value for that user."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def repeated(attempt: Callable[[], Awaitable[Answer]], *, attempts: int, delay: Callable[[int], float]) -> Answer:
    """The first answer below status 500 of so many attempts, else the last one; LineLost where the last got none."""
    for tried in range(max(1, attempts)):
        last = tried + 1 >= attempts
        try:
            answer = await attempt()
        except LineLost:
            if last:
                raise
        else:
            if answer.status < 500 or last:
                return answer
        await asyncio.sleep(delay(tried))
    raise AssertionError("unreachable")
