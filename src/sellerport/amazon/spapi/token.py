"""Login with Amazon: a refresh token is exchanged for an access token that lives an hour.

One cache for a process: any number of threads and loops that need the same token make one exchange.
Facts: Amazon's LWA documentation; a token was seen to die early, so a refused one is exchanged once more.
"""

import asyncio
import hashlib
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import msgspec

from sellerport.amazon.exchange import Refusal
from sellerport.amazon.http import Answer, Request
from sellerport.amazon.xml import start
from sellerport.errors import Denied, Rejected, Throttled, Unavailable

EARLY = 120.0  # seconds before its end at which a token is no longer used
SHORTEST = 30.0  # seconds that a token is used in any case, whatever its lifetime is said to be
_HINTS = {
    "invalid_client": "Check the client id and the client secret; a secret is rotated every 180 days.",
    "invalid_grant": "Check the refresh token; the seller may have withdrawn or not renewed the authorisation.",
    "unauthorized_client": "Check that the application may use refresh tokens.",
}


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and the epoch second from which it should not be used any more."""

    value: str = field(repr=False)
    until: float


@dataclass(frozen=True, slots=True)
class Login:
    """What a token is exchanged for, and where."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def key(self) -> str:
        """Names the login without telling its secrets."""
        text = "\n".join((self.url, self.client_id, self.client_secret, self.refresh_token))
        return hashlib.sha256(text.encode()).hexdigest()

    def request(self) -> Request:
        """The exchange's request."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.refresh_token,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
        return Request("POST", self.url, headers, urlencode(form).encode())


class Tokens:
    """The access tokens of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Future[Token]] = {}

    async def get(self, login: Login, now: float, exchange: Callable[[Login], Awaitable[Token]]) -> str:
        """A token that is good now; the first who asks makes the exchange, the others wait for it."""
        while True:
            future, mine = self._future(login.key(), now)
            if mine:
                return (await self._exchanged(login, future, exchange)).value
            try:
                return (await asyncio.wrap_future(_shielded(future))).value
            except _GivenUp:
                continue

    def _future(self, key: str, now: float) -> tuple[Future[Token], bool]:
        with self._lock:
            known = self._known.get(key)
            if known is not None and (not known.done() or _good(known, now)):
                return known, False
            mine: Future[Token] = Future()
            self._known[key] = mine
            return mine, True

    async def _exchanged(
        self, login: Login, future: Future[Token], exchange: Callable[[Login], Awaitable[Token]]
    ) -> Token:
        try:
            token = await exchange(login)
        except Exception as error:
            self._drop(login.key(), future)
            future.set_exception(error)
            raise
        except BaseException:
            self._drop(login.key(), future)
            future.set_exception(_GivenUp())
            raise
        future.set_result(token)
        return token

    def refused(self, login: Login, value: str) -> None:
        """Forget a token that Amazon refused, unless a newer one is known already."""
        with self._lock:
            known = self._known.get(login.key())
            if known is not None and known.done() and not known.exception() and known.result().value == value:
                del self._known[login.key()]

    def values(self, login: Login) -> tuple[str, ...]:
        """The login's access token, if there is one, so that it can be kept out of texts."""
        known = self._known.get(login.key())
        return (known.result().value,) if known is not None and known.done() and not known.exception() else ()

    def _drop(self, key: str, future: Future[Token]) -> None:
        with self._lock:
            if self._known.get(key) is future:
                del self._known[key]


class _GivenUp(Exception):
    """Who made the exchange was cancelled; somebody else has to."""


def _shielded(future: Future[Token]) -> Future[Token]:
    """A future of one's own: whoever cancels it does not cancel the others' wait."""
    own: Future[Token] = Future()

    def pass_on(done: Future[Token]) -> None:
        if not own.set_running_or_notify_cancel():
            return
        error = done.exception()
        if error is None:
            own.set_result(done.result())
        else:
            own.set_exception(error)

    future.add_done_callback(pass_on)
    return own


def _good(future: Future[Token], now: float) -> bool:
    return not future.exception() and future.result().until > now


def refusal(answer: Answer) -> Refusal | None:
    """What an answer of the token endpoint means: a 4xx is the account's fault, except too many requests."""
    if answer.status == 200:
        return None
    code, message, request = _said(answer)
    facts: dict[str, Any] = {"code": code, "request_id": request or answer.request_id, "status": answer.status}
    if answer.status == 429:
        return Throttled(message, **facts)
    if 400 <= answer.status < 500:
        return Denied(message, **facts, hint=_HINTS.get(code, ""))
    return Unavailable(message, **facts) if answer.status >= 500 else Rejected(message, **facts)


def _said(answer: Answer) -> tuple[str, str, str]:
    """Error, description and request id; for anything else the first bytes as the description."""
    try:
        body = msgspec.json.decode(answer.body)
        words = str(body.get("error_description", "the token endpoint refuses"))
        return str(body["error"]), words, str(body.get("request_id", ""))
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError, RecursionError):
        return "", f"an answer that is no token; it begins {start(answer.body)}", ""


def token(answer: Answer, now: float) -> Token:
    """The token that the endpoint gave; Rejected where the answer is none."""
    try:
        body = msgspec.json.decode(answer.body)
        value, lives = body["access_token"], float(body.get("expires_in", 3600))
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, OverflowError, RecursionError):
        raise Rejected(f"the token endpoint's answer is no token; it begins {_shown(answer)}") from None
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise Rejected(f"the token endpoint's answer holds no token; it begins {_shown(answer)}")
    return Token(value, now + max(lives - EARLY, lives / 2, SHORTEST))


def _shown(answer: Answer) -> str:
    """The first bytes, unless a token may be among them."""
    if b"token" in answer.body.lower():
        return f"with what no log may show ({len(answer.body)} bytes)"
    return start(answer.body)
