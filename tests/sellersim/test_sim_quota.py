"""Token buckets and hourly windows."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from amazon_wire.quotas import Quota
from sellersim.clock import Clock
from sellersim.quota import Quotas

START = datetime(2026, 11, 20, tzinfo=UTC)


def quotas(scale: float = 1.0) -> tuple[Quotas, Clock]:
    clock = Clock(START, frozen=True, scale=scale)
    return Quotas(clock), clock


def refused(verdict: object) -> str:
    return str(getattr(verdict, "refused", "nothing enforced"))


def test_the_burst_passes_and_the_next_request_is_throttled() -> None:
    bank, _ = quotas()
    said = [refused(bank.spend("a", Quota(1 / 60, 6))) for _ in range(7)]
    assert said == [""] * 6 + ["throttled"]


def test_a_refused_request_costs_nothing() -> None:
    bank, clock = quotas()
    for _ in range(20):
        bank.spend("a", Quota(1 / 60, 6))
    clock.advance(60)
    assert refused(bank.spend("a", Quota(1 / 60, 6))) == ""


def test_a_scale_of_ten_refills_ten_times_as_fast_and_tells_that_rate() -> None:
    bank, clock = quotas(scale=10)
    for _ in range(6):
        bank.spend("a", Quota(1 / 60, 6))
    clock.advance(6)
    verdict = bank.spend("a", Quota(1 / 60, 6))
    assert verdict is not None
    assert (verdict.refused, round(verdict.rate, 9)) == ("", round(10 / 60, 9))


def test_the_hour_is_a_fixed_window_that_opens_anew() -> None:
    bank, clock = quotas()
    quota = Quota(1, 100, 3)
    said = [refused(bank.spend("a", quota)) for _ in range(4)]
    clock.advance(3599)
    late = refused(bank.spend("a", quota))
    clock.advance(1)
    assert (said, late, refused(bank.spend("a", quota))) == (["", "", "", "hourly"], "hourly", "")


def test_the_verdict_tells_what_is_left_of_the_hour_and_when_it_ends() -> None:
    bank, clock = quotas(scale=60)
    bank.spend("a", Quota(1, 100, 30))
    clock.advance(10)
    verdict = bank.spend("a", Quota(1, 100, 30))
    assert verdict is not None
    assert (verdict.remaining, verdict.resets_in) == (28, 50)


def test_keys_have_buckets_of_their_own() -> None:
    bank, _ = quotas()
    bank.spend("a", Quota(1, 1))
    assert refused(bank.spend("b", Quota(1, 1))) == ""


def test_a_drained_bucket_refuses_until_it_refills() -> None:
    bank, clock = quotas()
    bank.drain("a", Quota(0.5, 5))
    first = refused(bank.spend("a", Quota(0.5, 5)))
    clock.advance(2)
    assert (first, refused(bank.spend("a", Quota(0.5, 5)))) == ("throttled", "")


def test_without_enforcement_nothing_is_counted() -> None:
    assert Quotas(Clock(START, frozen=True), enforced=False).spend("a", Quota(1, 1)) is None


@given(st.lists(st.floats(0, 30), max_size=60))
def test_never_more_than_burst_and_refill_pass(waits: list[float]) -> None:
    bank, clock = quotas()
    quota, passed, span = Quota(0.2, 3), 0, 0.0
    for wait in waits:
        clock.advance(wait)
        span += wait
        passed += refused(bank.spend("a", quota)) == ""
    assert passed <= quota.burst + span * quota.rate + 1e-6
