"""Times that users type."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sellerport.amazon.clock import iso
from sellerport.times import moment

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(9998, 1, 1), timezones=ZONES)


@given(TIMES, st.sampled_from(["T", " "]), st.sampled_from(["auto", "milliseconds", "microseconds"]), st.booleans())
def test_iso_times_with_an_offset_are_that_moment(time: datetime, joint: str, precision: str, blank: bool) -> None:
    text = time.isoformat(joint, precision)
    if blank:
        text = f"{text[:-6]} {text[-6:].replace(':', '')}"
    wanted = time.timestamp() if precision != "milliseconds" else int(time.timestamp() * 1000) / 1000
    assert moment(text) == pytest.approx(wanted, abs=0.0011)


@given(TIMES)
def test_a_time_without_offset_is_utc(time: datetime) -> None:
    bare = time.replace(tzinfo=None, microsecond=0)
    assert moment(bare.isoformat()) == bare.replace(tzinfo=UTC).timestamp()


@given(st.integers(0, 253402300799))
def test_epoch_milliseconds_and_amazons_spelling_are_one_moment(seconds: int) -> None:
    if not 10_000_000 <= seconds * 1000 <= 99_999_999:  # eight digits are a date
        assert moment(str(seconds * 1000)) == seconds
    assert moment(iso(seconds)) == moment(iso(seconds, milliseconds=False)) == seconds


@given(st.floats(0, 4e9))
def test_amazons_spelling_keeps_milliseconds(seconds: float) -> None:
    assert moment(iso(seconds)) == pytest.approx(seconds, abs=0.00101)
    assert iso(seconds).endswith("Z")


@given(st.text(max_size=30))
def test_any_other_text_is_a_value_error(text: str) -> None:
    try:
        assert 0 <= moment(text) < 253402300800
    except (ValueError, OverflowError):
        return


@pytest.mark.parametrize("text", ["", " ", "now", "2026-13-01", "2026-02-30", "24:00", "1e400", "nan", "inf", "-1",
                                  "9" * 40, "2026-11-19T10:00:00+99:00", "1969-12-31T23:59:59Z", "10000-01-01"])  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        moment(text)
