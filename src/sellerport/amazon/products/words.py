"""The words of our own that product schemas use beside JSON Schema's: `digits` and `moment`."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

_SHAPES = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "dateTime": re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?)?"),
}
_EXAMPLES = {"date": "a date like 2026-03-01", "dateTime": "a time like 2026-03-01T00:00:00Z"}


class Digits:
    """`[total, fraction]`: how many digits a number may have, and how many after the point; null where any may."""

    def __init__(self, parent: Mapping[str, Any], value: list[int | None], path: list[Any]) -> None:
        self.total, self.fraction = value

    def validate(self, instance: Any) -> None:
        """Raise what is expected, where the number has more digits."""
        if not isinstance(instance, int | float | Decimal) or isinstance(instance, bool):
            return
        number = Decimal(repr(instance)) if isinstance(instance, float) else Decimal(instance)
        _, digits, exponent = number.normalize().as_tuple()
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        total = max(len(digits) + max(exponent, 0), places) if isinstance(exponent, int) else 0
        if self.total is not None and total > self.total:
            raise ValueError(f"a number of at most {self.total} digits")
        if self.fraction is not None and places > self.fraction:
            raise ValueError(f"a number of at most {self.fraction} decimals")


class Moment:
    """`date` or `dateTime`: a day or a time that exists; a time may be a day alone, its midnight."""

    def __init__(self, parent: Mapping[str, Any], value: str, path: list[Any]) -> None:
        self.kind = value

    def validate(self, instance: Any) -> None:
        """Raise what is expected, where the text is no such time."""
        if isinstance(instance, str) and not (_SHAPES[self.kind].fullmatch(instance) and _exists(instance)):
            raise ValueError(_EXAMPLES[self.kind])


def _exists(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


WORDS = {"digits": Digits, "moment": Moment}
"""For jsonschema-rs: word -> its class."""
