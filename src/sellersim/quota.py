"""Token buckets and hourly windows on the world's quota clock, one for each key a face chooses.

A bucket starts full, refills at the published rate up to the burst and gives one token a request (leaky bucket; for
MWS also a fixed window of an hour). The clock's scale speeds up the refill.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from amazon_wire.quotas import Quota

from .clock import Clock

HOUR = 3600.0


@dataclass(slots=True)
class Bucket:
    """What is left of one quota."""

    quota: Quota
    tokens: float
    at: float
    window: float
    used: int = 0

    def settle(self, now: float) -> None:
        """Let flow in what came since the last look, and open a new hour where the old one is over."""
        self.tokens = min(float(self.quota.burst), self.tokens + (now - self.at) * self.quota.rate)
        self.at = now
        if now >= self.window + HOUR:
            self.window += (now - self.window) // HOUR * HOUR
            self.used = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """May the request pass? `refused` is "", "throttled" or "hourly"; the rest is for the headers."""

    refused: str = ""
    rate: float = 0.0
    hourly: int | None = None
    remaining: int = 0
    resets_in: float = 0.0


class Quotas:
    """Every bucket of the world. `spend` takes a token or says why not; with `enforced` false everything passes."""

    def __init__(self, clock: Clock, *, enforced: bool = True) -> None:
        self._clock = clock
        self.enforced = enforced
        #: Quotas of this seller that differ from the published ones (a dynamic usage plan), by bucket.
        self.plans: dict[str, Quota] = {}
        self._buckets: dict[Hashable, Bucket] = {}

    def spend(self, key: Hashable, quota: Quota) -> Verdict | None:
        """Take one token of the bucket `key`; None where no quota is enforced."""
        if not self.enforced:
            return None
        now = self._clock.ticks()
        bucket = self._buckets.get(key)
        if bucket is None or bucket.quota != quota:  # a changed plan begins with a full bucket
            bucket = self._buckets[key] = Bucket(quota, float(quota.burst), now, now)
        bucket.settle(now)
        refused = ""
        if bucket.tokens < 1 - 1e-9:
            refused = "throttled"
        elif quota.hourly is not None and bucket.used >= quota.hourly:
            refused = "hourly"
        else:
            bucket.tokens -= 1
            bucket.used += 1
        scale = self._clock.scale
        return Verdict(
            refused,
            rate=quota.rate * scale,
            hourly=quota.hourly,
            remaining=max(0, (quota.hourly or 0) - bucket.used),
            resets_in=(bucket.window + HOUR - now) / scale,
        )

    def drain(self, key: Hashable, quota: Quota) -> None:
        """Empty a bucket, as if another program had used it up."""
        now = self._clock.ticks()
        self._buckets[key] = Bucket(quota, 0.0, now, now)

    def clear(self) -> None:
        """Every bucket full again."""
        self._buckets = {}
