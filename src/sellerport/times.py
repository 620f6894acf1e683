"""Any sensible time that a user may type, as epoch seconds. Pure."""

import re
from datetime import UTC, datetime

_BLANK_OFFSET = re.compile(r"\s+([+-]\d{2}:?\d{2})$")


def moment(text: str) -> float:
    """Epoch seconds of an ISO 8601 time, a date, or epoch milliseconds; ValueError for anything else.

    Understood: an offset (with a blank before it too), `Z`, with or without milliseconds, with `T` or a blank, a date
    only. A time without offset is UTC.
    """
    text = text.strip()
    if re.fullmatch(r"-?\d+(\.\d+)?", text) and not re.fullmatch(r"\d{8}", text):
        return _within(float(text) / 1000, text)
    parsed = datetime.fromisoformat(_BLANK_OFFSET.sub(r"\1", text).replace("z", "Z"))
    return _within((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp(), text)


def _within(seconds: float, text: str) -> float:
    if not 0 <= seconds < 253402300800:  # the years 1970 to 9999
        raise ValueError(text)
    return seconds
