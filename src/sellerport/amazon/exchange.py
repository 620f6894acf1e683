"""One operation's way to Amazon and back: its turn at the quota, the request, and again where that is safe.

What is safe to repeat is repeated with growing pauses after server errors and lost lines, and waits out every throttle;
each attempt takes a turn. What is not safe (a submission) is sent once, and only a refusal before any work is repeated.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Protocol, TypeVar
from urllib.parse import quote, quote_plus

import stamina
import structlog

from sellerport.amazon.http import ANSWER_LIMIT, Answer, Request, Transport
from sellerport.amazon.patience import Patience
from sellerport.amazon.xml import start
from sellerport.errors import AmazonError, InvalidParameters, Throttled, Unavailable

log = structlog.get_logger()

T = TypeVar("T")
Refusal = AmazonError | InvalidParameters
TRIES = 5
LONGEST_PAUSE = 30.0  # seconds after a throttle of which nothing is known


class Turns(Protocol):
    """The quotas of one seller, as far as an exchange needs them (`amazon/pace/`)."""

    async def turn(self, operation: str) -> None:
        """Return when the operation may be asked."""
        ...

    async def answered(self, operation: str, answer: Answer) -> None:
        """Learn from what an answer's headers say of the quota."""
        ...

    async def refused(self, operation: str) -> float:
        """Learn that Amazon refused the operation; the seconds after which it is worth asking again (0: unknown)."""
        ...


async def _at_once() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Exchange:
    """Sends requests of one account.

    `refusal(answer)` is the protocol's reading of an answer that is no success (None for a success). `secrets` are taken
    out of every error's text, should Amazon echo one. `ready()` gets what a request needs (a token) before its turn.
    """

    transport: Transport
    turns: Turns
    patience: Patience
    refusal: Callable[[Answer], Refusal | None]
    secrets: Callable[[], tuple[str, ...]] = tuple
    ready: Callable[[], Awaitable[object]] = _at_once

    async def send(
        self,
        operation: str,
        make: Callable[[], Awaitable[Request]],
        read: Callable[[Answer], T],
        *,
        safe: bool = True,
        floor: float = 0.0,
        limit: int = ANSWER_LIMIT,
    ) -> T:
        """What `read` makes of a successful answer, or the error that Amazon's refusal means.

        `make` builds the request anew for each attempt (its time and signature age). `floor` is the shortest wait in
        seconds after a throttle; where neither it nor the quota says how long, the pauses grow. A run without patience
        asks once. What is safe to repeat ends at once with Stopped when the run is told to end.
        """
        for refusals in count(1):
            tries = self._repeated(operation, make, read, safe=safe, limit=limit)
            try:
                return await (self.patience.unless_stopped(tries, operation) if safe else tries)
            except Throttled as error:
                if self.patience.limit == 0:
                    raise
                error.wait = max(floor, error.wait) or min(LONGEST_PAUSE, 2.0 ** (refusals - 1))
                if self.patience.limit is not None and error.wait > self.patience.limit:
                    raise
                await self.patience.wait(error.wait, operation)
        raise AssertionError("the count has no end")

    async def _repeated(
        self,
        operation: str,
        make: Callable[[], Awaitable[Request]],
        read: Callable[[Answer], T],
        *,
        safe: bool,
        limit: int,
    ) -> T:
        tries = TRIES if safe and self.patience.limit != 0 else 1
        failed: list[Exception] = []

        def is_worth_another(error: Exception) -> bool:
            failed.append(error)
            return _is_worth_another(error)

        try:
            async for attempt in stamina.retry_context(
                on=is_worth_another, attempts=tries, timeout=None, wait_initial=0.5, wait_max=30
            ):
                if failed:
                    log.info(
                        "amazon.again", operation=operation, attempt=attempt.num, of=tries, because=str(failed[-1])
                    )
                with attempt:
                    return await self.once(operation, make, read, limit=limit)
        except Unavailable as error:
            error.given_up = True
            raise
        raise AssertionError("the last attempt raises")

    async def once(
        self,
        operation: str,
        make: Callable[[], Awaitable[Request]],
        read: Callable[[Answer], T],
        *,
        limit: int = ANSWER_LIMIT,
    ) -> T:
        """One attempt: its turn, the request, and what the answer says."""
        await self.ready()
        await self.turns.turn(operation)
        request = await make()
        answer = await self._answer(request, limit=limit)
        await self.turns.answered(operation, answer)
        error = self.refusal(answer)
        if isinstance(error, Throttled):
            error.wait = max(error.wait, await self.turns.refused(operation))
        if error is not None:
            raise self._clean(error)
        try:
            return read(answer)
        except AmazonError as unreadable:
            unreadable.status = unreadable.status or answer.status
            unreadable.request_id = unreadable.request_id or answer.request_id
            if "it begins" not in unreadable.message:
                unreadable.message += f"; it begins {start(answer.body)}"
            raise self._clean(unreadable) from None

    async def _answer(self, request: Request, *, limit: int) -> Answer:
        try:
            return await self.transport.send(request, limit=limit)
        except AmazonError as error:  # larger than the limit, a broken packing, a lost line
            raise self._clean(error) from None

    def _clean(self, error: Refusal) -> Refusal:
        error.message = hidden(error.message, self.secrets())
        error.args = (error.message,)
        return error


_TOKEN = re.compile(r"Atz[a-z.]*\|[^\s\"'\\]+")  # an access or refresh token by its form, whosoever it is
SHORTEST = 6  # characters: a shorter secret is none, and would take words out of every text


def hidden(text: str, secrets: Iterable[str]) -> str:
    """The text without secrets, as they are, percent-encoded, or cut off at the end of a quotation."""
    for secret in secrets:
        for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
            for size in range(len(form), max(SHORTEST, min(len(form), 12)) - 1, -1):
                text = text.replace(form[:size], "…")
    return _TOKEN.sub("…", text)


def _is_worth_another(error: Exception) -> bool:
    """Server errors and lost lines, unless whoever met them (a token's exchange) has tried often enough."""
    return isinstance(error, Unavailable) and not error.given_up


class NoTurns:
    """No pacing at all: every operation may be asked at once."""

    async def turn(self, operation: str) -> None:
        return None

    async def answered(self, operation: str, answer: Answer) -> None:
        return None

    async def refused(self, operation: str) -> float:
        return 0.0
