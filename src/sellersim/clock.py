"""The world's clock: Amazon's time, which tests stop and move, and beside it the real time that signatures need.

`now()` is what Amazon's Date says. `ticks()` are the seconds that quotas refill and feeds ripen by: the world's seconds
times the scale. `real()` judges signatures, tokens and presigned addresses, whatever the world's clock shows.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

LATEST = 32_535_215_999.0  # the end of the year 3000
Seconds = Callable[[], float]


class Clock:
    """A clock that runs with real time from `start` on, or stands still at it when `frozen`; `advance` moves either."""

    def __init__(
        self, start: datetime | None = None, *, frozen: bool = False, scale: float = 1.0, real: Seconds = time.time
    ) -> None:
        self.real = real
        self.scale = scale
        self.frozen = frozen
        self._began = real() if start is None else start.timestamp()
        self._at = self._began
        self._since = real()

    def timestamp(self) -> float:
        """The world's time in seconds since 1970."""
        return self._at if self.frozen else self._at + self.real() - self._since

    def now(self) -> datetime:
        """The world's time, UTC."""
        return self.at(self.timestamp())

    @staticmethod
    def at(timestamp: float) -> datetime:
        """A moment from seconds since 1970, UTC."""
        return datetime.fromtimestamp(timestamp, UTC)

    def ticks(self) -> float:
        """Seconds since the world began, as quotas and feeds count them."""
        return (self.timestamp() - self._began) * self.scale

    def advance(self, seconds: float) -> None:
        """Move the world's time on (never back)."""
        if seconds < 0:
            raise ValueError(f"the world's clock does not run back: {seconds}")
        if not self.timestamp() + seconds <= LATEST:
            raise ValueError(f"the world ends with the year 3000: {seconds}")
        self._at, self._since = self.timestamp() + seconds, self.real()

    def freeze(self) -> None:
        """Stand still from now on."""
        self._at, self.frozen = self.timestamp(), True

    def run(self) -> None:
        """Run with real time from here on."""
        self._at, self._since, self.frozen = self.timestamp(), self.real(), False


def iso(moment: datetime) -> str:
    """`2026-11-20T10:00:00.123Z`, as both faces write times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def iso_ms(milliseconds: int) -> str:
    """The same from milliseconds since 1970."""
    seconds, rest = divmod(milliseconds, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:03d}Z"
