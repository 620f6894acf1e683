"""The world's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from sellersim.clock import Clock, iso, iso_ms

START = datetime(2026, 11, 20, 10, 0, 0, 123_000, tzinfo=UTC)


def test_a_running_clock_goes_with_real_time() -> None:
    real = [100.0]
    clock = Clock(START, real=lambda: real[0])
    real[0] += 5
    assert clock.now() == START + timedelta(seconds=5)


def test_a_frozen_clock_stands_still() -> None:
    real = [100.0]
    clock = Clock(START, frozen=True, real=lambda: real[0])
    real[0] += 5
    assert clock.now() == START


def test_advancing_moves_the_world_and_not_real_time() -> None:
    clock = Clock(START, frozen=True, real=lambda: 100.0)
    clock.advance(60)
    assert clock.now() == START + timedelta(minutes=1)
    assert clock.real() == 100.0


def test_the_scale_speeds_up_ticks_and_not_the_time_of_day() -> None:
    clock = Clock(START, frozen=True, scale=600)
    clock.advance(2)
    assert clock.ticks() == 1200
    assert clock.now() == START + timedelta(seconds=2)


def test_freezing_and_running_keep_the_time() -> None:
    real = [100.0]
    clock = Clock(START, real=lambda: real[0])
    real[0] += 3
    clock.freeze()
    real[0] += 50
    clock.run()
    real[0] += 4
    assert clock.now() == START + timedelta(seconds=7)


def test_the_clock_does_not_run_back() -> None:
    with pytest.raises(ValueError, match="does not run back"):
        Clock(START).advance(-1)


def test_times_are_written_with_milliseconds_and_z() -> None:
    assert iso(START) == iso_ms(int(START.timestamp() * 1000)) == "2026-11-20T10:00:00.123Z"
