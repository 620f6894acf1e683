"""Amazon's own time, as an answer's Date header tells it."""

from email.utils import parsedate_to_datetime

from sellerport.amazon.http import Answer


def date(answer: Answer) -> float | None:
    """The answer's Date in epoch seconds, or None where it has none that can be read."""
    try:
        return parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return None
