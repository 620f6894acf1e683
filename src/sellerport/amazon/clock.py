"""Time as an argument: what the client asks for now, for a pause, and for chance, so that tests own all three."""

import asyncio
import random
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        ...

    def chance(self) -> float:
        """A number from 0 up to 1, for jitter."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def chance(self) -> float:
        return random.random()  # noqa: S311 - jitter, not a secret


def iso(seconds: float, *, milliseconds: bool = True) -> str:
    """`2026-11-24T06:30:00.123Z`, Amazon's ISO 8601; without milliseconds `2026-11-24T06:30:00Z`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    text = moment.isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return text.removesuffix("+00:00") + "Z"
