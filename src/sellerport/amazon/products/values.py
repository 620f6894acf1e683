"""Plain values as XML Schema spells them: numbers without exponent, amounts with their decimals, times whole."""

import re
from decimal import Decimal
from typing import Any

from sellerport.amazon.feeds import text_of
from sellerport.amazon.products.table import Simple

_WHOLE = {"integer", "positiveInteger", "nonNegativeInteger"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WITHOUT_DECIMALS = {"JPY"}


def text(value: Any, kind: Simple) -> str:
    """A value of a checked record as the element's text; a day alone becomes its midnight where a time is wanted."""
    if kind.base in _WHOLE:
        return str(int(value))
    if kind.base == "dateTime" and _DAY.fullmatch(value):
        return f"{value}T00:00:00Z"
    return text_of(value)


def amount(value: Any, currency: str | None) -> str:
    """Money as Amazon reads it: at least two decimals and at most four, none for yen."""
    number = Decimal(text_of(value))
    if currency in _WITHOUT_DECIMALS:
        return format(number.quantize(Decimal(1)), "f")
    exponent = number.normalize().as_tuple().exponent
    places = min(4, max(2, -exponent if isinstance(exponent, int) else 2))
    return format(number.quantize(Decimal(1).scaleb(-places)), "f")
